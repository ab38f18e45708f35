"""Reading an untrusted document value by value, so that an error names where, what was expected and what to do."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from surveys.instrument.rule_nodes import UNREADABLE, Node, RuleError
from surveys.instrument.rule_text import parse
from surveys.instrument.rule_tree import from_tree

Kind = TypeVar("Kind", bound=StrEnum)
Result = TypeVar("Result")

LONGEST_LANGUAGE = 35
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,12})*")
COUNTRY = re.compile(r"[A-Z]{2}")
FIRST = "The first is the one that the others are translated from: `languages: [en, nb]`."

# Names that other formats and drafts of this one use, and what stands for them here.
OTHERWISE = {
    "asks": "Under a page it is `ask` in shorthand, and `asks` in the canonical document alone.",
    "check": "Edits stand under `edits:` of the questionnaire, each with the item that it looks at.",
    "codes": "Name a shared list with `scale:`, or write the codes under `options:`.",
    "grid": "A battery is an item with `rows:`; a page asks it row by row: `ask: [battery.*]`.",
    "id": "It is called `key` here.",
    "label": "Texts stand in texts/<name>.<language>.yaml, never beside a code.",
    "missing": "Mark the option: `{code: dont_know, missing: true}`.",
    "reference_period": "It belongs to the wave; texts fill it in with {ref.from:year} and {ref.to:year}.",
    "required": "It stands with the item in its bank.",
    "sections": "Each page names its section: `{id: page, section: name, ask: [...]}`.",
}


class InstrumentError(ValueError):
    """A document that is no questionnaire. Names the location, what was expected, what stood there and a way out."""

    def __init__(self, *, location: str, expected: str, got: str, hint: str = "", rule: str = "document") -> None:
        self.location = location
        self.expected = expected
        self.got = got
        self.hint = hint
        self.rule = rule
        super().__init__(f"{location}: expected {expected}, got {got}.{' ' + hint if hint else ''}")


@dataclass(frozen=True)
class Place:
    """A value of the document and where it stands."""

    value: object
    location: str

    def wrong(self, expected: str, *, hint: str = "", rule: str = "document") -> InstrumentError:
        return InstrumentError(location=self.location, expected=expected, got=shown(self.value), hint=hint, rule=rule)

    @property
    def missing(self) -> bool:
        return self.value is None

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("a text", hint="Put it in quotes if it is one.")
        if UNREADABLE.search(self.value):
            raise self.wrong("a text of readable signs", hint="Take the control character away.")
        return self.value

    def said(self) -> str:
        """A text that is not empty."""
        if not self.text().strip():
            raise self.wrong("a text with something in it")
        return self.text()

    def whole_number(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong("a whole number")
        return self.value

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def day(self) -> str:
        """A day, as YYYY-MM-DD."""
        text = self.text()
        try:
            if date.fromisoformat(text).isoformat() == text:  # and no other of the forms that ISO 8601 knows
                return text
        except ValueError:
            pass
        raise self.wrong("a day as YYYY-MM-DD")

    def language(self) -> str:
        if not LANGUAGE.fullmatch(self.text()) or len(self.text()) > LONGEST_LANGUAGE:
            raise self.wrong("the code of a language in BCP 47, for instance nb")
        return self.text()

    def country(self) -> str:
        """All countries, which is also what is meant where nothing stands, or one."""
        if self.missing or self.value == "*":
            return "*"
        if not COUNTRY.fullmatch(self.text()):
            raise self.wrong("* for all, or the two capital letters of a country")
        return self.text()

    def choice(self, kind: type[Kind], *, rule: str = "document") -> Kind:
        if not isinstance(self.value, str) or self.value not in list(kind):
            raise self.wrong(f"one of {', '.join(kind)}", rule=rule)
        return kind(self.value)

    def rule(self) -> Node:
        """A rule, as text or as the stored tree."""
        try:
            return parse(self.value) if isinstance(self.value, str) else from_tree(self.value)
        except RuleError as error:
            raise self.wrong("a rule", hint=str(error), rule="rule") from error

    def optional(self, read: Callable[["Place"], Result]) -> Result | None:
        return None if self.value is None else read(self)

    def each(self, *, hint: str = "") -> Iterator["Place"]:
        """The values of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list", hint=hint)
        for place, value in enumerate(self.value):
            yield Place(value, f"{self.location}[{place}]")

    def named(self) -> Iterator[tuple[str, "Place"]]:
        """The entries of a mapping."""
        for name, value in mapping_of(self).items():
            yield name, Place(value, f"{self.location}.{name}")

    def texts(self) -> dict[str, str]:
        return {} if self.missing else {name: place.text() for name, place in self.named()}

    def fields(self, *known: str) -> "Fields":
        """The entries of a mapping that may have these and no others."""
        value = mapping_of(self)
        for name in value:
            if name not in known:
                hint = OTHERWISE.get(name, "Is it misspelt?")
                raise InstrumentError(location=self.location, expected=f"only {', '.join(known)}", got=name, hint=hint)
        return Fields(value, self.location)


@dataclass(frozen=True)
class Fields:
    """The named values of one mapping; an absent one reads as None."""

    value: Mapping[str, object]
    location: str

    def __getitem__(self, name: str) -> Place:
        return Place(self.value.get(name), f"{self.location}.{name}" if self.location else name)

    def text(self, name: str, default: str = "") -> str:
        return default if self[name].missing else self[name].text()

    def truth(self, name: str) -> bool:
        return False if self[name].missing else self[name].truth()

    def each(self, name: str) -> Iterator[Place]:
        return iter(()) if self[name].missing else self[name].each()


def mapping_of(place: Place) -> dict[str, object]:
    if not isinstance(place.value, dict) or not all(isinstance(name, str) for name in place.value):
        raise place.wrong("named values")
    if any(UNREADABLE.search(name) for name in place.value):
        raise place.wrong("names of readable signs", hint="Take the control character away.")
    return place.value


def shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def unique(found: dict[str, Result], name: str, value: Result, place: Place) -> None:
    """Add under a name that must be new.

    Raises:
        InstrumentError: `duplicate_key`, the name is there already.
    """
    if name in found:
        raise InstrumentError(
            location=place.location,
            expected="a name of its own",
            got=f"{name}, which is used before",
            hint="A key names one thing for ever: choose another.",
            rule="duplicate_key",
        )
    found[name] = value
