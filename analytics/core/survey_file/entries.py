"""Reading a mapping entry by entry: every error names the place, what was expected, what came and what to do."""

import math
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from analytics.core.arrays import InputError

Word = TypeVar("Word", bound=StrEnum)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Entries:
    """A mapping of the document that notices entries nobody read; `done` says so."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise InputError(
                place or "document", expected="a mapping of names", got=said(content), hint="Write name: value."
            )
        self.place, self.content, self.seen = place, {str(key): value for key, value in content.items()}, list[str]()

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def has(self, name: str) -> bool:
        self.seen.append(name)
        return name in self.content

    def take(self, name: str) -> object:
        """The value. InputError when the entry is not there."""
        if not self.has(name):
            raise InputError(self.at(name), expected="this entry", got="nothing", hint="The document has to say it.")
        return self.content[name]

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and not self.has(name):
            return default
        return code(self.at(name), self.take(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A text or a list of texts, each once, as a tuple."""
        return codes(self.at(name), self.take(name))

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.take(name) if self.has(name) else default
        if not isinstance(value, bool):
            raise InputError(self.at(name), expected="true or false", got=said(value), hint="Write one of them.")
        return value

    def word(self, name: str, allowed: type[Word], default: Word | None = None) -> Word:
        given = self.text(name, default)
        if given not in list(allowed):
            raise InputError(
                self.at(name), expected=f"one of {', '.join(allowed)}", got=repr(given), hint="Choose one of them."
            )
        return allowed(given)

    def number(self, name: str, default: float | None = None) -> float:
        if default is not None and not self.has(name):
            return default
        return number(self.at(name), self.take(name))

    def whole(self, name: str, *, least: int) -> int:
        found = self.number(name)
        if found != int(found) or found < least:
            raise InputError(
                self.at(name), expected=f"a whole number from {least}", got=f"{found:g}", hint="Write digits only."
            )
        return int(found)

    def inner(self, name: str) -> "Entries":
        return Entries(self.at(name), self.take(name))

    def done(self) -> None:
        unknown = sorted(set(self.content) - set(self.seen))
        if unknown:
            raise InputError(
                self.at(unknown[0]),
                expected=f"one of the entries {', '.join(dict.fromkeys(self.seen))}",
                got=repr(unknown[0]),
                hint="Correct the spelling or take it away.",
            )


def said(value: object) -> str:
    return "nothing" if value is None else repr(value)


def code(place: str, value: object) -> str:
    """A text as it stands in the file; a whole number is its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(place, expected="a text", got=said(value), hint="Write it in quotes, as it is in the file.")
    return str(value)


def codes(place: str, value: object) -> tuple[str, ...]:
    """At least one text, each once."""
    listed = value if isinstance(value, list) else [value]
    found = tuple(code(place, one) for one in listed)
    if not found:
        raise InputError(place, expected="at least one", got="an empty list", hint="Name one or take the entry away.")
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice is not None:
        raise InputError(place, expected="each once", got=f"{twice!r} twice", hint="Take one away.")
    return found


def number(place: str, value: object) -> float:
    """A finite number; written as digits with a point."""
    text = str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise InputError(place, expected="a number", got=said(value), hint="Write digits with a decimal point.")
    return float(text)
