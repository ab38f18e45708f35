"""JSON as the plain data that YAML gives: no name twice, whole numbers as such, every other number a text."""

import json
import re

from surveys.instrument.reader import InstrumentError

MAX_DEPTH = 30
WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")


def looks_like_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


def parse_json(text: str, *, name: str) -> object:
    """The data of JSON text; `name` is what errors call it.

    Raises:
        InstrumentError: a name stands twice, or it is nested too deep.
        json.JSONDecodeError: it is no JSON. YAML may begin with the same signs.
    """

    def unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise InstrumentError(
                    location=name,
                    expected="a name of its own",
                    got=f"{key!r} a second time",
                    hint="Rename or remove one.",
                    rule="duplicate_key",
                )
            found[key] = value
        return found

    try:
        value: object = json.loads(
            text, object_pairs_hook=unique_names, parse_int=whole_or_text, parse_float=str, parse_constant=str
        )
    except RecursionError:
        raise too_deep(name) from None
    return within_depth(value, name)


def whole_or_text(digits: str) -> int | str:
    """A number as YAML reads it here: one of more than 18 digits is a text, and refused where a number is expected."""
    return int(digits) if WHOLE.fullmatch(digits) else digits


def within_depth(value: object, name: str) -> object:
    """The value itself. Raises InstrumentError where lists and names stand more than 30 deep in one another."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [part for parent in level for part in parts_of(parent)]
        if not level:
            return value
    raise too_deep(name)


def parts_of(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def too_deep(name: str) -> InstrumentError:
    return InstrumentError(location=name, expected=f"at most {MAX_DEPTH} levels", got="more", hint="Nest less deeply.")
