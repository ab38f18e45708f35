"""Answer documents turned into columns, the stored form of a dataset, and the hash of their canonical content.

A missing value is told apart from a missing question: None is not asked, "no_answer" is asked and not answered.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveys.instrument.schema import Instrument, Item, ItemType

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
)


def status_name(item: Item) -> str:
    """The column that says whether the item was asked and answered.

    One code holds that itself, several codes leave the item's own name to it, numbers and texts need a second column.
    """
    return item.key if item.type in (ItemType.SINGLE, ItemType.MULTI) else f"{item.key}.status"


def fields_of(instrument: Instrument) -> tuple[Field, ...]:
    """The columns of a dataset made with the instrument: first the design, then its items in their order."""
    return DESIGN + tuple(field for item in instrument.items.values() for field in _fields(item))


def _fields(item: Item) -> Iterator[Field]:
    match item.type:
        case ItemType.SINGLE:
            yield Field(item.key, Kind.TEXT, item.key)
        case ItemType.MULTI:
            yield Field(item.key, Kind.TEXT, item.key)
            for option in item.options:
                yield Field(f"{item.key}.{option.code}", Kind.FLAG, item.key)
        case ItemType.NUMBER:
            yield Field(item.key, Kind.NUMBER, item.key)
            yield Field(status_name(item), Kind.TEXT, item.key)
        case ItemType.TEXT:
            yield Field(item.key, Kind.TEXT, item.key)
            yield Field(status_name(item), Kind.TEXT, item.key)


def answer_columns(
    instrument: Instrument, answers: Sequence[Mapping[str, object] | None], asked: Sequence[Collection[str]]
) -> dict[str, Column]:
    """Columns of every item, one value a row: `answers` (None: not submitted) with the items on each one's path."""
    columns: dict[str, Column] = {}
    for item in instrument.items.values():
        given = [
            (document or {}).get(item.key) if item.key in path else None
            for document, path in zip(answers, asked, strict=True)
        ]
        status: Column = [
            None if item.key not in path else NO_ANSWER if value in (None, "", []) else ANSWERED
            for value, path in zip(given, asked, strict=True)
        ]
        columns |= _columns(item, given, status)
    return columns


def _columns(item: Item, given: Sequence[object], status: Column) -> dict[str, Column]:
    if item.type is ItemType.SINGLE:
        codes = [str(value) if state == ANSWERED else state for value, state in zip(given, status, strict=True)]
        return {item.key: list[str | bool | int | float | None](codes)}
    if item.type is ItemType.MULTI:
        chosen = [frozenset(value) if isinstance(value, list) else frozenset[str]() for value in given]
        flags: dict[str, Column] = {
            f"{item.key}.{option.code}": [
                option.code in codes if state == ANSWERED else None for codes, state in zip(chosen, status, strict=True)
            ]
            for option in item.options
        }
        return {item.key: status} | flags
    if item.type is ItemType.NUMBER:
        numbers: Column = [float(value) if isinstance(value, int | float) else None for value in given]
        return {item.key: numbers, status_name(item): status}
    texts: Column = [str(value) if state == ANSWERED else None for value, state in zip(given, status, strict=True)]
    return {item.key: texts, status_name(item): status}


def content_hash(instrument_hash: str, fields: Sequence[Field], columns: Mapping[str, Column]) -> str:
    """SHA-256 over the questionnaire's hash and the columns in order; a float is written as it reads back exactly."""
    digest = hashlib.sha256(instrument_hash.encode())
    for field in fields:
        content = [field.name, field.kind, columns[field.name]]
        digest.update(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
