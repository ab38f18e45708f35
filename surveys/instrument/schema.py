"""The questionnaire as frozen values: what is asked, in which order, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from surveys.instrument.rule_nodes import Node


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


class TextState(StrEnum):
    """Draft: no person has checked it yet."""

    DRAFT = "draft"
    CHECKED = "checked"


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
    source: str = ""  # the code of the documented question, for instance D1
    since: str = ""  # the barometer and year that first asked it
    evidence: str = ""  # how well the question is documented

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options)

    @cached_property
    def exclusive_codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options if option.exclusive)


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
    definition: bool = False  # the definition of innovation is shown beside the questions


@dataclass(frozen=True)
class Edit:
    """A check across answers: the rule that must hold, once `item` is answered. Said beside `item` when it does not.

    A comparison with an unanswered item is false, so write what must not be: `not (a == "x" and b == "y")`.
    """

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
    state: TextState
    title: str
    introduction: str
    definition: str
    sections: Mapping[str, str]
    pages: Mapping[str, str]
    batteries: Mapping[str, ItemText]
    items: Mapping[str, ItemText]
    edits: Mapping[str, str]

    def label(self, item: Item, code: str) -> str:
        """The text of an option; the rows of a battery share those of the battery. Empty where there is none."""
        own = self.items.get(item.key, NO_TEXT).options.get(code, "")
        return own or self.batteries.get(item.battery or "", NO_TEXT).options.get(code, "")

    def full_question(self, item: Item) -> str:
        """The question as it reads alone: with the battery's in front of a row."""
        own = self.items.get(item.key, NO_TEXT).question
        if item.battery is None:
            return own
        return f"{self.batteries.get(item.battery, NO_TEXT).question} {own}".strip()


NO_TEXT = ItemText(question="")


@dataclass(frozen=True)
class Instrument:
    key: str
    version: str
    languages: tuple[str, ...]  # the first is the one the others are translated from
    background: tuple[str, ...]  # variables of the frame that rules may use
    conditions: Mapping[str, Node]  # named rules, for instance innovative; each may use those before it
    items: Mapping[str, Item]  # in the order of the bank
    pages: tuple[Page, ...]
    edits: tuple[Edit, ...]
    texts: Mapping[str, Texts]  # language -> texts

    def __hash__(self) -> int:
        """By name, so that what is worked out once per instrument can be kept; equality still compares everything."""
        return hash((self.key, self.version))

    @property
    def base_language(self) -> str:
        return self.languages[0]

    @property
    def item_pages(self) -> Mapping[str, int]:
        """Item key -> place of the first page that asks it."""
        places: dict[str, int] = {}
        for place, page in enumerate(self.pages):
            for ask in page.asks:
                places.setdefault(ask.item, place)
        return places
