"""Answer documents turned into columns, the stored form of a dataset, and the hash of their canonical content.

A missing value is told apart from a missing question: None is not asked, "no_answer" is asked and not answered.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveys.instrument.schema import CODED, NUMERIC, Instrument, Item, ItemType, Option

ANSWERED = "answered"
NO_ANSWER = "no_answer"

Column = list[str | bool | int | float | None]


class Kind(StrEnum):
    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"


@dataclass(frozen=True)
class Field:
    """A column of the dataset; `item` is the question it holds, empty for the design."""

    name: str
    kind: Kind
    item: str = ""


DESIGN = (
    Field("pseudonym", Kind.TEXT),
    Field("cluster", Kind.TEXT),
    Field("country", Kind.TEXT),
    Field("sector", Kind.TEXT),
    Field("size_class", Kind.TEXT),
    Field("stratum", Kind.TEXT),
    Field("employees", Kind.WHOLE),
    Field("level", Kind.TEXT),
    Field("stratum_population", Kind.WHOLE),
    Field("stratum_drawn", Kind.WHOLE),
    Field("inclusion_probability", Kind.NUMBER),
    Field("disposition", Kind.TEXT),
    Field("responded", Kind.FLAG),
    Field("cell", Kind.TEXT),
    Field("language", Kind.TEXT),
    Field("county", Kind.TEXT),
    Field("reminders", Kind.WHOLE),
    Field("days", Kind.WHOLE),
    Field("seconds", Kind.WHOLE),
    Field("follow_up", Kind.TEXT),
    Field("follow_up_probability", Kind.NUMBER),
)


def status_name(item: Item) -> str:
    """The column that says whether the item was asked and answered.

    One code holds that itself, several codes leave the item's own name to it, everything else needs a second column.
    """
    return item.key if item.type in CODED else f"{item.key}.status"


def counted_options(item: Item) -> list[Option]:
    """The options that have columns: a country's own option counts as the common one that it names."""
    return [option for option in item.options if not option.common]


def fields_of(instrument: Instrument) -> tuple[Field, ...]:
    """The columns of a dataset made with the instrument: first the design, then its items in their order."""
    return DESIGN + tuple(field for item in instrument.items.values() for field in _fields(item))


def _fields(item: Item) -> Iterator[Field]:
    match item.type:
        case ItemType.INFO:
            return
        case ItemType.SINGLE:
            yield Field(item.key, Kind.TEXT, item.key)
        case ItemType.MULTI | ItemType.PERCENT | ItemType.RANK:
            yield Field(item.key, Kind.TEXT, item.key)
            kind = Kind.FLAG if item.type is ItemType.MULTI else Kind.WHOLE
            for option in counted_options(item):
                yield Field(f"{item.key}.{option.code}", kind, item.key)
        case _:
            yield Field(item.key, Kind.NUMBER if item.value_type in NUMERIC else Kind.TEXT, item.key)
            yield Field(status_name(item), Kind.TEXT, item.key)
    if item.type is ItemType.REGISTER:
        yield Field(f"{item.key}.source", Kind.TEXT, item.key)
        yield Field(f"{item.key}.corrected", Kind.FLAG, item.key)


def answer_columns(
    instrument: Instrument, answers: Sequence[Mapping[str, object] | None], asked: Sequence[Collection[str]]
) -> dict[str, Column]:
    """Columns of every item, one value a row: `answers` (None: not submitted) with the items on each one's path.

    Several choices become a flag an option, a split the per cent of each part (0 where nothing was written), a ranking
    the place of each option (none where it has no place), a register item its value, where it came from and whether
    it was corrected.
    """
    columns: dict[str, Column] = {}
    for item in instrument.items.values():
        given = [
            (document or {}).get(item.key) if item.key in path else None
            for document, path in zip(answers, asked, strict=True)
        ]
        status: Column = [
            None if item.key not in path else NO_ANSWER if value in (None, "", [], {}) else ANSWERED
            for value, path in zip(given, asked, strict=True)
        ]
        columns |= _columns(item, given, status)
    return columns


def _columns(item: Item, given: list[object], status: Column) -> dict[str, Column]:
    match item.type:
        case ItemType.INFO:
            return {}
        case ItemType.SINGLE:
            common = {option.code: option.common or option.code for option in item.options}
            pairs = zip(given, status, strict=True)
            return {
                item.key: [common.get(str(value), str(value)) if state == ANSWERED else state for value, state in pairs]
            }
        case ItemType.MULTI | ItemType.PERCENT | ItemType.RANK:
            return {item.key: status} | _option_columns(item, given, status)
        case ItemType.REGISTER:
            return _register_columns(item, given, status)
        case _:
            return {item.key: _values(item, given), status_name(item): status}


def _option_columns(item: Item, given: Sequence[object], status: Column) -> dict[str, Column]:
    """A column an option; what is answered with a country's own option stands under the common one."""
    codes = {option.code: [option.code] for option in counted_options(item)}
    for option in item.options:
        if option.common:
            codes[option.common].append(option.code)
    rows = list(zip(given, status, strict=True))
    return {
        f"{item.key}.{code}": [_of_option(item, value, own) if state == ANSWERED else None for value, state in rows]
        for code, own in codes.items()
    }


def _of_option(item: Item, value: object, codes: Sequence[str]) -> bool | int | None:
    if isinstance(value, Mapping):
        return sum(int(value.get(code, 0)) for code in codes)
    chosen = value if isinstance(value, list) else []
    if item.type is ItemType.RANK:
        return next((place for place, code in enumerate(chosen, start=1) if code in codes), None)
    return any(code in chosen for code in codes)


def _register_columns(item: Item, given: Sequence[object], status: Column) -> dict[str, Column]:
    answers: list[Mapping[str, object]] = [value if isinstance(value, Mapping) else {} for value in given]
    sources: Column = [None if not answer else str(answer["source"]) for answer in answers]
    corrected: Column = [None if not answer else bool(answer["corrected"]) for answer in answers]
    return {
        item.key: _values(item, [answer.get("value") for answer in answers]),
        status_name(item): status,
        f"{item.key}.source": sources,
        f"{item.key}.corrected": corrected,
    }


def _values(item: Item, given: Sequence[object]) -> Column:
    if item.value_type in NUMERIC:
        return [float(value) if isinstance(value, int | float) else None for value in given]
    return [str(value) if value not in (None, "") else None for value in given]


def content_hash(instrument_hash: str, fields: Sequence[Field], columns: Mapping[str, Column]) -> str:
    """SHA-256 over the questionnaire's hash and the columns in order; a float is written as it reads back exactly."""
    digest = hashlib.sha256(instrument_hash.encode())
    for field in fields:
        content = [field.name, field.kind, columns[field.name]]
        digest.update(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
