"""The questionnaire as frozen values: what is asked, in which order, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.instrument.rules import Node


class ItemType(StrEnum):
    SINGLE = "single"
    MULTI = "multi"
    NUMBER = "number"
    TEXT = "text"


class DisclosureClass(StrEnum):
    """What an answer may give away; an item without a class does not load."""

    OPEN = "open"
    QUASI_IDENTIFYING = "quasi-identifying"
    CONFIDENTIAL = "confidential"
    IDENTIFYING = "identifying"


class Requirement(StrEnum):
    """Hard: the page is not saved without it. Soft: said once, then accepted. No: not asked for."""

    HARD = "hard"
    SOFT = "soft"
    NO = "no"


class Level(StrEnum):
    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True)
class Option:
    code: str
    missing: bool = False  # don't know, not relevant: typed missing values that stay in the base
    exclusive: bool = False  # cannot stand beside another choice


@dataclass(frozen=True)
class Item:
    """What is measured. The key is permanent over waves and countries."""

    key: str
    type: ItemType
    disclosure: DisclosureClass
    options: tuple[Option, ...] = ()
    battery: str | None = None  # rows that share a question and a scale
    max_choices: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    required: Requirement = Requirement.SOFT

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options)


@dataclass(frozen=True)
class Ask:
    """The use of an item on a page; asked when the rule holds."""

    item: str
    show_if: Node | None = None


@dataclass(frozen=True)
class Page:
    id: str
    section: str
    asks: tuple[Ask, ...]
    show_if: Node | None = None


@dataclass(frozen=True)
class Edit:
    """A check across answers: the rule that must hold. Said beside `item` when it does not."""

    id: str
    item: str
    rule: Node
    level: Level


@dataclass(frozen=True)
class ItemText:
    question: str
    help: str = ""
    options: Mapping[str, str] = field(default_factory=dict)  # code -> label


@dataclass(frozen=True)
class Texts:
    """Everything a person reads, in one language. A state of *draft* shows as such."""

    language: str
    state: str
    title: str
    introduction: str
    definition: str
    sections: Mapping[str, str]
    pages: Mapping[str, str]
    batteries: Mapping[str, ItemText]
    items: Mapping[str, ItemText]
    edits: Mapping[str, str]


@dataclass(frozen=True)
class Instrument:
    key: str
    version: str
    base_language: str
    background: tuple[str, ...]  # variables of the frame that rules may use
    conditions: Mapping[str, Node]  # named rules, for instance innovative
    items: Mapping[str, Item]  # in the order of the bank
    pages: tuple[Page, ...]
    edits: tuple[Edit, ...]
    texts: Mapping[str, Texts]  # language -> texts

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)
