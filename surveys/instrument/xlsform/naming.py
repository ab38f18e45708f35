"""What each row of a form is with us, and under which key: item, named rule, variable of the frame, or a part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.rule_tree import KEY, NAME
from surveys.instrument.schema import Option
from surveys.instrument.xlsform.choices import Choice, ChoiceList
from surveys.instrument.xlsform.columns import Row, shortened
from surveys.instrument.xlsform.names import Taken, key_from
from surveys.instrument.xlsform.notes import Notes
from surveys.instrument.xlsform.structure import Group, Question, Structure

PARTS = frozenset({"introduction", "definition", "battery", "edit", "split"})
CODED = frozenset({"select_one", "select_multiple", "rank", "percent"})
OTHER = "other"
OTHER_LENGTH = 200
MAX_OFFERED = 100_000
BATTERY_LOOKS = frozenset({"list-nolabel", "list"})


@dataclass(frozen=True)
class Named:
    """A row that became an item."""

    question: Question
    key: str
    choices: ChoiceList | None


@dataclass
class Naming:
    items: list[Named] = field(default_factory=list)
    conditions: list[tuple[Question, str]] = field(default_factory=list)
    background: list[tuple[Question, str]] = field(default_factory=list)
    parts: list[Question] = field(default_factory=list)  # rows that only show what stands elsewhere, and our edits
    headers: dict[Group, Question] = field(default_factory=dict)  # of a battery: the row that shows its scale
    lost: dict[str, str] = field(default_factory=dict)  # name of a row -> why nothing stands for it

    @property
    def keys(self) -> dict[str, str]:
        """Name of a question -> key of its item."""
        return {named.question.row["name"]: named.key for named in self.items}


class Namer:
    """Gives every row its role and key, from the top."""

    def __init__(self, lists: Mapping[str, ChoiceList], notes: Notes) -> None:
        self.lists = lists
        self.notes = notes
        self.naming = Naming()
        self.taken = {"item": Taken(), "condition": Taken(), "background": Taken()}
        self.places: dict[tuple[str, int], int] = {}  # name and group -> row
        self.rows: dict[str, int] = {}
        self.renamed: list[str] = []
        self.offered = 0

    def name(self, structure: Structure) -> Naming:
        self.naming.lost.update(structure.lost)
        for question in structure.questions:
            self.one(question)
        if self.renamed:
            names = shortened_list(self.renamed)
            self.notes.assume(f"{len(self.renamed)} names were written in the signs of our keys: {names}.")
        return self.naming

    def one(self, question: Question) -> None:
        row = question.row
        if row.own("part").strip() in PARTS or (question.group and question.group.part == "percent"):
            self.naming.parts.append(question)
            self.naming.lost.setdefault(row["name"], f"Row {row.number} only shows what stands elsewhere.")
        elif self.is_header(question):
            self.header(question)
        elif not self.twice(row, question.group):
            self.given_role(question)

    def is_header(self, question: Question) -> bool:
        """Whether the row only shows the scale above the rows of a battery."""
        return question.kind == "select_one" and question.row["appearance"].lower().split() == ["label"]

    def header(self, question: Question) -> None:
        row = question.row
        self.naming.lost.setdefault(row["name"], f"Row {row.number} only shows a scale.")
        if question.group is None or question.group in self.naming.headers:
            self.notes.lose(row.place, f"the heading {row['name']}", "A battery is a group with one such row.")
        else:
            self.naming.headers[question.group] = question

    def twice(self, row: Row, group: Group | None) -> bool:
        """Whether the name comes twice in one group. In two groups it may, and then rules cannot name it."""
        name = row["name"]
        place = (name, id(group))
        if place in self.places:
            why = f"Row {self.places[place]} has that name: each needs its own."
            self.notes.lose(row.place, f"a second {shortened(name)}", why)
            return True
        self.places[place] = row.number
        if name in self.rows:
            self.naming.lost[name] = f"The rows {self.rows[name]} and {row.number} have that name."
        self.rows.setdefault(name, row.number)
        return False

    def given_role(self, question: Question) -> None:
        row = question.row
        if question.kind == "calculate":
            self.naming.conditions.append((question, self.key(row, "condition", row["name"])))
        elif question.kind == "hidden":
            self.naming.background.append((question, self.key(row, "background", row["name"])))
        elif question.kind in CODED:
            self.coded(question)
        else:
            self.naming.items.append(Named(question, self.key(row, "item", row["name"]), None))

    def coded(self, question: Question) -> None:
        row = question.row
        choices = self.lists.get(question.list_name)
        if choices is None:
            name = shortened(question.list_name)
            why = f"The sheet choices has no list {name}: write it, or correct the name."
            self.notes.lose(row.place, f"{shortened(row['name'])} of the list {name}", why)
            self.naming.lost[row["name"]] = f"Its row {row.number} was not taken."
            return
        choices = choices.only(exclusive=question.kind == "select_multiple")
        self.offered += len(choices.choices)
        if self.offered > MAX_OFFERED:
            raise ExchangeRefused(
                f"{row.place}: expected at most {MAX_OFFERED} options of all questions together, got more. "
                "Ask for a name, or split the form."
            )
        if question.other and OTHER not in choices.codes:
            choices = self.with_other(choices, row)
        self.naming.items.append(Named(question, self.key(row, "item", row["name"]), choices))

    def with_other(self, choices: ChoiceList, row: Row) -> ChoiceList:
        labels = {("label", language): "Other" for name, language in row.texts if name == "label"}
        extra = Row("or_other", row.number, {"name": OTHER}, labels)
        self.notes.assume(f"{row.place}: or_other became an option and a text, in all languages called Other.")
        return ChoiceList(choices.name, (*choices.choices, Choice(OTHER, Option(OTHER), extra)))

    def key(self, row: Row, role: str, name: str) -> str:
        """Our key where our column has one, else the name in the signs of a key."""
        own = row.own("key").strip()
        form = KEY if role == "item" else NAME
        if own and form.fullmatch(own):
            key = self.taken[role].give(own)
            if key != own:
                self.notes.lose(row.at("barometer_key"), shortened(own), f"It is used before: this one became {key}.")
            return key
        if own:
            self.notes.lose(row.at("barometer_key"), shortened(own), "Expected small letters, digits and _.")
        key = self.taken[role].give(key_from(name))
        if key != name:
            self.renamed.append(f"{name} → {key}")
        return key


def shortened_list(texts: list[str], most: int = 400) -> str:
    """The texts with commas; where there are very many, the first of them and how many more."""
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def battery_of(named: Named, headers: Mapping[Group, Question]) -> Group | None:
    """The group whose rows share a scale, where the row is one of them."""
    question = named.question
    if question.kind != "select_one" or question.group is None:
        return None
    if not BATTERY_LOOKS & set(question.row["appearance"].lower().split()):
        return None
    header = headers.get(question.group)
    return question.group if header is None or header.list_name == question.list_name else None
