"""What was posted, in the types of the items; what does not fit its type stays as it came, to be refused."""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from surveys.instrument.schema import Instrument, Item, ItemType

# In front of the item key, so that no item can have the name of another field.
ANSWER = "a."  # one or several codes, a number, a text
CORRECTED = "v."  # what should stand where the register is wrong
PART = "p."  # of an answer of several fields: `p.<item>:<part>`
DATE_PARTS = ("day", "month", "year")
FROM_REGISTER, BY_RESPONDENT = "frame", "respondent"
NUMBER = re.compile(r"([+-]?\d{1,15})(?:[.,](\d{1,6}))?")
SPACES = re.compile(r"\s+")
LONGEST_VISIT = 24 * 3600


@dataclass(frozen=True)
class PostedPage:
    """A questionnaire page as it came from the browser."""

    values: Mapping[str, object]  # every item that stood on the page; None where nothing was given
    shown: Mapping[str, object]  # the answers that stood there when it was shown
    said: frozenset[str]  # soft problems that were said already
    save_key: str
    go: str  # next, back, stay, tasks or language
    language: str  # the one chosen, where `go` is language
    to: str  # "check" when the person came from the check page
    seconds: int | None  # since the page was shown
    automatic: bool  # sent by the page itself while the person was at work


def read_page(
    data: QueryDict, instrument: Instrument, items: Sequence[str], background: Mapping[str, object]
) -> PostedPage:
    """The posted page; `items` are those that were asked on it. Answers to anything else are kept, to be refused."""
    asked = [instrument.items[key] for key in items if instrument.items[key].type is not ItemType.INFO]
    values: dict[str, object] = {item.key: read_answer(item, data, background) for item in asked}
    for name in data:
        prefix, key = name[:2], name[2:].partition(":")[0] if name.startswith(PART) else name[2:]
        if prefix in (ANSWER, CORRECTED, PART) and key not in values:
            values[key] = data[name]
    return PostedPage(
        values=values,
        shown=_shown(data.get("shown", "")),
        said=frozenset(data.get("said", "").split()),
        save_key=data.get("save_key", ""),
        go=data.get("go", "next"),
        language=data.get("language", ""),
        to=data.get("to", ""),
        seconds=_seconds_since(data.get("opened", "")),
        automatic=data.get("automatic") == "1",
    )


def read_answer(item: Item, data: QueryDict, background: Mapping[str, object]) -> object:
    """One answer in its own type."""
    if item.type is ItemType.REGISTER:
        return _register(item, data, background)
    if item.type in PARTS:
        return PARTS[item.type](item, _parts(item, data))
    given = [value for value in data.getlist(ANSWER + item.key) if value.strip()]
    if not given:
        return None
    if item.type is ItemType.MULTI:
        known = [option.code for option in item.options if option.code in given]
        strange = [value for value in given if value not in item.codes]
        return known + strange if len(set(given)) == len(given) else given
    return given if len(given) > 1 else _single(item.type, given[0])


def _single(kind: ItemType, given: str) -> object:
    if kind in (ItemType.NUMBER, ItemType.YEAR):
        return _number(given)
    if kind is ItemType.TEXT:
        return given.replace("\r\n", "\n").replace("\r", "\n").strip()
    return given


def _number(given: str) -> int | float | str:
    """A number written with a comma or a point and with spaces between thousands; anything else as it came."""
    match = NUMBER.fullmatch(SPACES.sub("", given))
    if match is None:
        return given.strip()
    whole, decimals = match.groups()
    return float(f"{whole}.{decimals}") if decimals else int(whole)


def _parts(item: Item, data: QueryDict) -> dict[str, str]:
    """The fields of an answer of several, empty ones left out."""
    start = f"{PART}{item.key}:"
    return {
        name.removeprefix(start): given
        for name in data
        if name.startswith(start) and (given := str(data[name]).strip())
    }


def _date(_item: Item, parts: Mapping[str, str]) -> object:
    """YYYY-MM-DD of three numbers; the fields as they came where they are not."""
    if not parts:
        return None
    if set(parts) == set(DATE_PARTS) and all(map(_is_short_number, parts.values())):
        day, month, year = (int(parts[name]) for name in DATE_PARTS)
        return f"{year:04}-{month:02}-{day:02}"
    return dict(parts)


def _is_short_number(given: str) -> bool:
    """Digits that int() reads: it refuses thousands of them, and signs such as ² that are digits to Unicode alone."""
    return given.isascii() and given.isdigit() and len(given) <= 4


def _percent(_item: Item, parts: Mapping[str, str]) -> object:
    bare = {code: _number(part.removesuffix("%")) for code, part in parts.items()}
    return bare or None


def _rank(_item: Item, parts: Mapping[str, str]) -> object:
    """The codes by their place; the fields as they came where two have one place."""
    if not parts:
        return None
    if len(set(parts.values())) < len(parts) or not all(map(_is_short_number, parts.values())):
        return dict(parts)
    return sorted(parts, key=lambda code: int(parts[code]))


PARTS: Mapping[ItemType, Callable[[Item, Mapping[str, str]], object]] = {
    ItemType.DATE: _date,
    ItemType.PERCENT: _percent,
    ItemType.RANK: _rank,
}


def _register(item: Item, data: QueryDict, background: Mapping[str, object]) -> object:
    """The register's value confirmed, or the one that should stand there with the mark that it was corrected."""
    stands = background.get(item.variable)
    choice, typed = data.get(ANSWER + item.key, ""), data.get(CORRECTED + item.key, "").strip()
    if choice == FROM_REGISTER and not typed:
        return {"value": stands, "source": FROM_REGISTER, "corrected": False}
    if not choice and not typed:
        return None
    if choice not in ("", FROM_REGISTER, BY_RESPONDENT):
        return choice
    value = _single(item.value_type, typed) if typed else None
    return {"value": value, "source": BY_RESPONDENT, "corrected": value != stands}


def _seconds_since(opened: str) -> int | None:
    """Whole seconds since the page was shown, by our own clock; None where that cannot be told."""
    if not (opened.isascii() and opened.isdigit() and len(opened) < 12):
        return None
    seconds = int(time.time()) - int(opened)
    return seconds if 0 <= seconds <= LONGEST_VISIT else None


def _shown(text: str) -> dict[str, object]:
    """The hidden field that holds what the page showed; written by us, so anything else is tampering."""
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError) as error:  # no JSON, a number of a thousand digits, brackets without end
        raise SuspiciousOperation(
            "shown: expected the JSON object that the page carried. Show the page again."
        ) from error
    if not isinstance(shown, dict):
        raise SuspiciousOperation("shown: expected a JSON object. Show the page again.")
    return shown
