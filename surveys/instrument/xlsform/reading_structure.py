"""The rows of the sheet survey: their groups and types, and what each is with us under which key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.instrument.exchange import ExchangeRefused, Notes
from surveys.instrument.rule_tree import KEY, NAME
from surveys.instrument.schema import Option
from surveys.instrument.xlsform.columns import HARMLESS, Row, is_yes, shortened
from surveys.instrument.xlsform.names_and_keys import Taken, key_from
from surveys.instrument.xlsform.question_types import PLAIN, SELECT, SELECTS
from surveys.instrument.xlsform.reading_choices import Choice, ChoiceList

BOUND = re.compile(r"(?P<bound>begin|end)[\s_]+(?P<kind>\S.*)", re.IGNORECASE)
RECORDS = frozenset(
    {
        "start", "end", "today", "deviceid", "phonenumber", "simserial", "subscriberid", "username", "email", "audit",
        "start-geopoint", "background-audio",
    }
)  # fmt: skip
FROM_FILE = re.compile(r"select[\s_]?(?:one|multiple|1)[\s_](?:from[\s_]file|external)", re.IGNORECASE)
REPEATS = frozenset({"repeat", "loop", "lgroup", "looped group"})
DEEPEST = 50
PARTS = frozenset({"introduction", "definition", "battery", "edit", "split"})
CODED = frozenset({"select_one", "select_multiple", "rank", "percent"})
OTHER = "other"
MAX_OFFERED = 100_000
BATTERY_LOOKS = frozenset({"list-nolabel", "list"})


@dataclass(eq=False)
class Group:
    """A group of rows. Two with the same cells are two."""

    row: Row
    parents: tuple["Group", ...]  # the outermost first

    @property
    def part(self) -> str:
        return self.row.own("part").strip()

    @property
    def chain(self) -> tuple["Group", ...]:
        return (*self.parents, self)


@dataclass(frozen=True)
class Question:
    """A row that is no bound of a group."""

    row: Row
    kind: str  # integer, select_one, calculate, ...
    list_name: str
    other: bool  # `or_other` stands behind the list
    group: Group | None

    @property
    def part(self) -> str:
        return self.row.own("part").strip()


@dataclass(frozen=True)
class Structure:
    questions: tuple[Question, ...]
    groups: tuple[Group, ...]
    lost: dict[str, str]  # name of a row that was not taken -> why


class Scanner:
    """Goes through the rows once, from the top."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.open: list[Group] = []
        self.skipped: list[tuple[Row, str]] = []  # begins of containers that are not taken, the outermost first
        self.names: list[str] = []  # of the rows in there
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.lost: dict[str, str] = {}

    def scan(self, rows: Sequence[Row]) -> Structure:
        """The structure of the survey. What is not taken, and what is not closed, is lost by name and row."""
        for row in rows:
            self.one(row)
        for row, _ in self.skipped[:1]:
            self.skip(row)
        for group in self.open:
            self.notes.lose(group.row.place, "the end of the group", "No end_group closes it: write one.")
        return Structure(tuple(self.questions), tuple(self.groups), self.lost)

    def one(self, row: Row) -> None:
        kind = " ".join(row["type"].split())
        bound = BOUND.fullmatch(kind)
        if is_yes(row["disabled"]):
            self.notes.assume(f"{row.place}: it is disabled and was left out.")
        elif bound and bound["bound"].lower() == "begin":
            self.begin(row, bound["kind"].lower())
        elif bound:
            self.end(row, bound["kind"].lower())
        elif self.skipped:
            self.names.append(row["name"])
            self.lost[row["name"]] = f"It stands in what begins in row {self.skipped[0][0].number} and was not taken."
        else:
            self.question(row, kind)

    def begin(self, row: Row, kind: str) -> None:
        if self.skipped or kind != "group":
            self.skipped.append((row, kind))
        elif len(self.open) >= DEEPEST:
            self.notes.lose(row.place, "the group", f"Groups may stand {DEEPEST} deep: take some away.")
            self.skipped.append((row, kind))
        else:
            if row.own("part").strip() == "percent":
                self.add(row, "percent", row.own("list").strip(), other=False)
            self.open.append(Group(row, tuple(self.open)))
            self.groups.append(self.open[-1])

    def end(self, row: Row, kind: str) -> None:
        cells = {**row.cells, **{f"{column} ({language})": text for (column, language), text in row.texts.items()}}
        for column, text in cells.items():
            if column not in ("type", "name") and text.strip().lower() not in HARMLESS and not self.skipped:
                self.notes.lose(
                    row.at(column), shortened(text), "The end of a group says nothing: put it at its begin."
                )
        if self.skipped:
            begun, _ = self.skipped.pop()
            if not self.skipped:
                self.skip(begun)
        elif self.open and kind == "group":
            self.open.pop()
        else:
            self.notes.lose(row.place, f"end {shortened(kind)}", "Nothing of the kind is open here: take it away.")

    def skip(self, begun: Row) -> None:
        """Tell of a container that is not taken, with all that stands in it."""
        kind = begun["type"]
        inside = ", ".join(name for name in self.names if name) or "nothing"
        why = (
            "Ours asks each question once." if repeats(kind) else "Ours has nothing like it: ask the questions singly."
        )
        self.notes.lose(begun.place, f"{shortened(kind)} {begun['name']} with {len(self.names)} rows ({inside})", why)
        self.names.clear()

    def question(self, row: Row, kind: str) -> None:
        select = SELECT.fullmatch(kind)
        if select:
            plain = "_".join(select["kind"].lower().split())
            found = SELECTS.get(plain, plain)
            self.add(row, found, select["list"], other=bool(select["other"]))
        elif kind.lower() in PLAIN:
            self.add(row, PLAIN[kind.lower()], "", other=False)
        else:
            self.lost[row["name"]] = f"Its row {row.number} was not taken."
            self.lose_type(row, kind)

    def lose_type(self, row: Row, kind: str) -> None:
        what = f"{row['name']} of the type {shortened(kind)!r}" if kind else "the row"
        if not kind:
            why = "Expected a type, got nothing: write one."
        elif kind.lower().replace(" ", "") in RECORDS:
            why = "When, where and by whom is answered is recorded by the wave, not asked."
        elif FROM_FILE.match(kind):
            why = "Its choices stand in another file or sheet: write them as a list in the sheet choices."
        elif kind.lower().startswith(("select", "rank")):
            why = "Expected the type and the name of one list of the sheet choices."
        else:
            why = f"The types taken are select_one, select_multiple, rank, {', '.join(sorted(set(PLAIN.values())))}."
        self.notes.lose(row.place, what, why)

    def add(self, row: Row, kind: str, list_name: str, *, other: bool) -> None:
        if not row["name"]:
            self.notes.lose(row.place, f"the {kind}", "Expected a name, got nothing: write one.")
            return
        group = self.open[-1] if self.open else None
        self.questions.append(Question(row, kind, list_name, other, group))


def repeats(kind: str) -> bool:
    bound = BOUND.fullmatch(" ".join(kind.split()))
    return bound is not None and bound["kind"].lower() in REPEATS


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
        if question.part in PARTS or (question.group and question.group.part == "percent"):
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
