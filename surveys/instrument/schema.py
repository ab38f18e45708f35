"""The questionnaire as frozen values: what is asked, in which order, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from surveys.instrument.rule_nodes import Node


class ItemType(StrEnum):
    """How an item is answered. A battery is no type: its rows are items that share a question and a scale."""

    SINGLE = "single"  # a code
    MULTI = "multi"  # a list of codes
    NUMBER = "number"  # a number, with a unit where it has one
    TEXT = "text"
    DATE = "date"  # a day, as YYYY-MM-DD
    YEAR = "year"
    PERCENT = "percent"  # code -> whole per cent; the parts total 100
    RANK = "rank"  # a list of codes, the first first
    INFO = "info"  # only text: nothing is answered
    REGISTER = "register"  # a value of the frame, confirmed or corrected: {value, source, corrected}


CODED = frozenset({ItemType.SINGLE, ItemType.MULTI, ItemType.PERCENT, ItemType.RANK})  # answered with codes of options
NUMERIC = frozenset({ItemType.NUMBER, ItemType.YEAR})


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


class Relation(StrEnum):
    """What a changed item has to do with the former one; indices refuse *broken* and footnote *reworded*."""

    SAME = "same"
    REWORDED = "reworded"
    RECODED = "recoded"
    BROKEN = "broken"


class Origin(StrEnum):
    """Whether a block of questions was asked in a real barometer, or is ours."""

    DOCUMENTED = "documented"
    OWN = "own"


@dataclass(frozen=True)
class Option:
    code: str
    missing: bool = False  # don't know, not relevant: typed missing values that stay in the base
    exclusive: bool = False  # cannot stand beside another choice
    common: str = ""  # the code that a country's own option counts as
    show_if: Node | None = None  # offered to those of this background alone


@dataclass(frozen=True)
class Specified:
    """The option that a text specifies."""

    item: str
    code: str


@dataclass(frozen=True)
class Item:
    """What is measured. The key is permanent over waves and countries."""

    key: str
    type: ItemType
    disclosure: DisclosureClass
    options: tuple[Option, ...] = ()
    battery: str | None = None  # rows that share a question and a scale
    max_choices: int | None = None  # of several choices; of a ranking, how many are put in order
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = 0  # of a number
    unit: str = ""  # of a number: a code, for instance persons; the word stands in the texts
    max_length: int | None = None
    variable: str = ""  # of a register item: the background variable it shows
    of: ItemType | None = None  # of a register item: how a corrected value is answered
    specifies: Specified | None = None  # the option that this text specifies
    export: str = ""  # the name in files of statistics packages, where the key is too long for them
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

    @property
    def value_type(self) -> ItemType:
        """How the value itself is answered: of a register item, that of the value it shows."""
        return self.of or self.type

    @property
    def export_name(self) -> str:
        """The name of the item's column in files of statistics packages."""
        return self.export or self.key.replace(".", "_")


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
class Comparability:
    """What a changed item has to do with the one of an earlier instrument, who says so and why."""

    item: str
    former: str  # key and version of the earlier instrument, for instance "workplace 2025.1"
    relation: Relation
    reason: str
    by: str
    on: str  # YYYY-MM-DD
    country: str = "*"  # all, or one


@dataclass(frozen=True)
class Block:
    """An optional part of the questionnaire that is in it, and where it comes from."""

    key: str
    origin: Origin
    evidence: str


@dataclass(frozen=True)
class ItemText:
    question: str
    help: str = ""
    unit: str = ""  # the word beside a number
    options: Mapping[str, str] = field(default_factory=dict)  # code -> label


@dataclass(frozen=True)
class Texts:
    """Everything a person reads, in one language. A state of *draft* shows as such.

    `state` is that of every text that `states` does not name. `sources` holds, for each translated text, the hash of
    the text it was made from, so that a translation whose source has changed is seen (locations as in
    `surveys.instrument.texts`).
    """

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
    source: str = ""  # the language these were translated from; empty for the first
    states: Mapping[str, TextState] = field(default_factory=dict)  # location -> state, where it is another
    sources: Mapping[str, str] = field(default_factory=dict)  # location -> hash of the text translated from

    def label(self, item: Item, code: str) -> str:
        """The text of an option; the rows of a battery share those of the battery. Empty where there is none."""
        own = self.items.get(item.key, NO_TEXT).options.get(code, "")
        return own or self.batteries.get(item.battery or "", NO_TEXT).options.get(code, "")

    def full_question(self, item: Item) -> str:
        """The question as it reads alone: with the battery's in front of a row."""
        own = self.items.get(item.key, NO_TEXT).question
        if item.specifies is not None:
            other = self.items.get(item.specifies.item, NO_TEXT)
            return f"{other.question} {other.options.get(item.specifies.code, '')}".strip()
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
    partial: Node | None = None  # when answers that were not handed in still count at closing; None: never
    self_test: tuple[str, ...] = ()  # the pages of the public self-test
    blocks: tuple[Block, ...] = ()
    comparability: tuple[Comparability, ...] = ()

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
