"""The rows of a survey in their groups: which ask something, of what type, and which are not taken at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from surveys.instrument.xlsform.choices import is_yes
from surveys.instrument.xlsform.columns import Row, shortened
from surveys.instrument.xlsform.notes import Notes

SELECT = re.compile(
    r"(?:add )?(?P<kind>select[_ ]one|select1|select[_ ]multiple|select all that apply|rank)"
    r"(?: prompt using)?(?: from)?\s+(?P<list>\S+)(?P<other>\s+(?:or[_ ](?:specify[_ ])?other))?",
    re.IGNORECASE,
)
BOUND = re.compile(r"(?P<bound>begin|end)[\s_]+(?P<kind>\S.*)", re.IGNORECASE)
PLAIN = {
    "integer": "integer", "int": "integer", "add integer prompt": "integer", "decimal": "decimal",
    "add decimal prompt": "decimal", "range": "range", "text": "text", "string": "text", "add text prompt": "text",
    "date": "date", "add date prompt": "date", "note": "note", "add note prompt": "note", "calculate": "calculate",
    "add calculate prompt": "calculate", "hidden": "hidden",
}  # fmt: skip
KINDS = {"select1": "select_one", "select_all_that_apply": "select_multiple"}
RECORDS = frozenset(
    {
        "start", "end", "today", "deviceid", "phonenumber", "simserial", "subscriberid", "username", "email", "audit",
        "start-geopoint", "background-audio",
    }
)  # fmt: skip
REPEATS = frozenset({"repeat", "loop", "lgroup", "looped group"})
DEEPEST = 50
HARMLESS = frozenset({"", "no", "false", "false()", "0"})  # what says of a row that something is not so


@dataclass(eq=False)
class Group:
    """A group of rows. Two with the same cells are two."""

    row: Row
    parents: tuple["Group", ...]  # the outermost first
    names: list[str] = field(default_factory=list)  # of the questions directly in it

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
        for column, text in row.cells.items():
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
            found = KINDS.get(plain, plain)
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
        if group is not None:
            group.names.append(row["name"])
        self.questions.append(Question(row, kind, list_name, other, group))


def repeats(kind: str) -> bool:
    bound = BOUND.fullmatch(" ".join(kind.split()))
    return bound is not None and bound["kind"].lower() in REPEATS


def scanned(rows: Sequence[Row], notes: Notes) -> Structure:
    """The structure of the survey. What is not taken, and what is not closed, is lost by name and row."""
    return Scanner(notes).scan(rows)
