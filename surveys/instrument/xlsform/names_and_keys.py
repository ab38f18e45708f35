"""Names in a form and keys of ours: the signs of each, what `${name}` stands for, and what ours are called there."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.instrument.rule_text import RESERVED
from surveys.instrument.schema import Instrument, Item, ItemType
from surveys.instrument.xlsform.expression_grammar import Call, Expression, NotTaken, Reference, Self

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class Taken:
    """Names given so far; a name that is taken gets a number behind it."""

    def __init__(self, *, capitals_differ: bool = False) -> None:
        self.folded = str if capitals_differ else str.lower
        self.names: set[str] = set()
        self.numbers: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        name, number = wanted, self.numbers.get(wanted, 1)
        while self.folded(name) in self.names:
            number += 1
            name = f"{wanted}_{number}"
        self.names.add(self.folded(name))
        self.numbers[wanted] = number
        return name


def key_from(name: str) -> str:
    """The name in small letters, digits and _, beginning with a letter, and no word of the rule language."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    key = re.sub(r"[^a-z0-9_]", "_", plain)
    if not re.match(r"[a-z]", key):
        key = f"q_{key.lstrip('_')}"
    return f"{key}_" if key in RESERVED else key


def code_from(name: str) -> str:
    """The code of a choice in the signs that ours may have: `-99` becomes `minus_99`."""
    if CODE.fullmatch(name):
        return name
    signed = f"minus_{name[1:]}" if re.fullmatch(r"-\d.*", name, re.DOTALL) else name
    plain = unicodedata.normalize("NFKD", signed).encode("ascii", "ignore").decode("ascii")
    code = re.sub(r"[^A-Za-z0-9_-]", "_", plain)
    return code if CODE.fullmatch(code) else f"c_{code}"


def name_from(key: str) -> str:
    """A key as the name of a row."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", key)
    return name if NAME.fullmatch(name) else f"_{name}"


@dataclass(frozen=True)
class Subject:
    """What a name of the form stands for with us."""

    key: str
    kind: str  # item, condition or background
    type: ItemType = ItemType.TEXT  # of an item: how its value is answered
    codes: Mapping[str, str] = field(default_factory=dict)  # of an item with options: code of the form -> ours
    outcomes: tuple[str, str] = ("1", "0")  # of a condition: what the row calculates where it holds and where not
    lost: str = ""  # why there is nothing with us that it could stand for


@dataclass(frozen=True)
class Scope:
    """What an expression may name, from where it stands."""

    subjects: Mapping[str, Subject]
    own: Subject | None = None  # what `.` stands for
    columns: Mapping[str, str] | None = None  # of a choice filter: the cells of the choice


def subject_of(name: str, scope: Scope) -> Subject:
    subject = scope.subjects.get(name)
    if subject is None:
        raise NotTaken(f"${{{name}}}", "No row has this name.")
    if subject.lost:
        raise NotTaken(f"${{{name}}}", subject.lost)
    return subject


def referred(tree: Expression, scope: Scope) -> Subject | None:
    """What a value names, looking through functions that change nothing."""
    match tree:
        case Reference(name=name):
            return subject_of(name, scope)
        case Self():
            if scope.own is None:
                raise NotTaken("the dot", "It stands for the answer itself, in a constraint.")
            return scope.own
        case Call(function="string" | "number", arguments=(inner,)):
            return referred(inner, scope)
    return None


@dataclass(frozen=True)
class Called:
    """What items, named rules and variables of the frame are called in the form."""

    items: Mapping[str, Item]
    names: Mapping[str, str]  # key of an item -> name
    conditions: Mapping[str, str]
    background: Mapping[str, str]
    parts: Mapping[tuple[str, str], str]  # key of a percentage split and code -> name
    own: str = ""  # the item for which `.` stands

    def reference(self, key: str) -> str:
        if key not in self.names:
            raise NotTaken(key, "It is not among the questions of the form.")
        return "." if key == self.own else f"${{{self.names[key]}}}"


class FormNames:
    """Names of rows, none twice; the items choose first, so that they keep those of their columns in files."""

    def __init__(self, instrument: Instrument) -> None:
        self.taken = Taken()
        asked = dict.fromkeys(ask.item for page in instrument.pages for ask in page.asks)
        items = {key: instrument.items[key] for key in asked if key in instrument.items}
        self.items = {key: self.taken.give(name_from(item.export_name)) for key, item in items.items()}
        self.conditions = {name: self.taken.give(name_from(name)) for name in instrument.conditions}
        self.background = {name: self.taken.give(name_from(f"bg_{name}")) for name in instrument.background}
        self.parts = {
            (key, option.code): self.taken.give(name_from(f"{self.items[key]}_{option.code}"))
            for key, item in items.items()
            if item.type is ItemType.PERCENT
            for option in item.options
        }
        self.called = Called(
            items=instrument.items,
            names={key: name for key, name in self.items.items() if items[key].type is not ItemType.PERCENT},
            conditions=self.conditions,
            background=self.background,
            parts=self.parts,
        )
        subjects = {name: Subject(key, "condition") for key, name in self.conditions.items()}
        subjects |= {name: Subject(key, "background") for key, name in self.background.items()}
        for key, item in items.items():
            codes = {option.code: option.code for option in item.options}
            subjects[self.items[key]] = Subject(key, "item", item.value_type, codes)
        self.scope = Scope(subjects)

    def other(self, wanted: str) -> str:
        """A name for a row that no rule names."""
        return self.taken.give(name_from(wanted))
