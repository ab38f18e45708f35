"""What a difference between two questionnaires is made of."""

from dataclasses import dataclass

from surveys.instrument.schema import Comparability

UNDECLARED = "undeclared"


@dataclass(frozen=True)
class Change:
    """One thing that is another now. Empty where it was not there, or is no more."""

    location: str  # for instance pages.start.show_if
    former: str
    present: str


@dataclass(frozen=True)
class Wording:
    """A text that reads differently. Folded: only year, comma, quotation mark, space, dash or case differ."""

    language: str
    location: str  # as in surveys.instrument.texts
    former: str
    present: str
    folded: bool = False


@dataclass(frozen=True)
class ReusedCode:
    """A code that stood for another label before, in one of the languages that both questionnaires have."""

    item: str
    code: str
    language: str
    former: str
    present: str


@dataclass(frozen=True)
class Sequel:
    """What was added to a list, what is gone from it, and the fewest moves that lead from one order to the other."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)


@dataclass(frozen=True)
class Move:
    """An item asked elsewhere: on another page or in another section, or before or after other items."""

    item: str
    former_section: str
    former_page: str
    section: str
    page: str
    before: str = ""  # the item that it stands directly before now; empty at the end


@dataclass(frozen=True)
class ItemChange:
    """An item of both questionnaires that is not quite the same, and what is declared about that."""

    key: str
    properties: tuple[Change, ...]  # type, limits, disclosure class and so on
    options: Sequel
    wordings: tuple[Wording, ...]  # of the item and its battery; what is folded is not among them
    declarations: tuple[Comparability, ...]  # those about this former questionnaire
    measures: bool  # the answers may mean something else, so that a relation has to be declared

    @property
    def relation(self) -> str:
        """The declared relation; where countries differ, each with its country."""
        if not self.declarations:
            return UNDECLARED if self.measures else ""
        if len(self.declarations) == 1 and self.declarations[0].country == "*":
            return self.declarations[0].relation.value
        return ", ".join(f"{entry.country}: {entry.relation.value}" for entry in self.declarations)

    @property
    def undeclared(self) -> bool:
        return self.measures and not self.declarations
