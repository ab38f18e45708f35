"""Cells of a form that nothing was made of, told one by one."""

from collections.abc import Iterable, Mapping, Sequence

from surveys.instrument.exchange import Notes
from surveys.instrument.xlsform.columns import HARMLESS, Row, shortened
from surveys.instrument.xlsform.reading_choices import ChoiceList
from surveys.instrument.xlsform.reading_structure import (
    BATTERY_LOOKS,
    CODED,
    Naming,
    Question,
    Structure,
    battery_of,
)

KNOWN = {
    "default": "Ours has no answers filled in beforehand, except from the frame.",
    "read_only": "With us what cannot be answered is a note.",
    "calculation": "With us only a row of the type calculate names a rule.",
    "trigger": "Ours calculates nothing on the way.",
    "repeat_count": "Ours asks each question once.",
    "required_message": "That an answer is missing is said in the words of the platform.",
    "guidance_hint": "Ours has one hint for everybody: put it there.",
    "constraint": "Such a row has no answer to be held to anything.",
    "constraint_message": "There is no constraint that it could say.",
    "choice_filter": "Such a row has no choices.",
    "parameters": "Of the parameters ours takes the limits of a range.",
    "relevant": "Such a row is not shown.",
    "label": "Such a row is not shown.",
    "hint": "Such a row has no hint with us: make it a note.",
    "appearance": "Every question looks alike with us.",
    "required": "Such a row has no answer that could be required.",
}
ON_A_PAGE = frozenset({"field-list"})  # looks that say what holds with us: of a group, of a battery's head and row
HEAD = frozenset({"label"})
NO_LOOKS: frozenset[str] = frozenset()
ALWAYS = frozenset({"type", "name", "disabled"})
OF_GROUP = frozenset({"label", "relevant", "appearance"})
OF_ITEM = frozenset({"label", "hint", "relevant", "appearance"})
OF_ANSWER = frozenset({"required", "constraint", "constraint_message"})
OF_HEADER = frozenset({"label", "appearance"})
OF_PART: Mapping[str, frozenset[str]] = {
    "introduction": frozenset({"label"}),
    "definition": frozenset({"label"}),
    "battery": frozenset({"label", "hint"}),
    "edit": frozenset({"label", "relevant"}),
    "split": frozenset({"label", "relevant", "constraint"}),
}
OWN = frozenset(
    {
        "part", "key", "order", "type", "of", "disclosure", "required", "battery", "decimals", "unit", "variable",
        "specifies", "export", "source", "since", "evidence", "show_if", "rule", "edit", "item", "level",
        "order_of_edit", "list", "definition", "missing", "exclusive", "common", "offered",
    }
)  # fmt: skip
OWN_TEXTS = ("label_", "hint_", "unit_", "constraint_message_")
OF_CHOICE = frozenset({"list_name", "name", "label"})


class UnusedCells:
    """Tells of each cell that nothing was made of; columns that mean nothing to us are told once with their rows."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def tell(
        self,
        *,
        choices: Sequence[Row],
        naming: Naming,
        structure: Structure,
        columns: frozenset[str],
        lists: Mapping[str, ChoiceList],
    ) -> None:
        others: dict[str, list[int]] = {}
        for group in structure.groups:
            if group.part != "percent":
                self.row(group.row, OF_GROUP, others, looks=ON_A_PAGE)
        for named in naming.items:
            looks = NO_LOOKS if battery_of(named, naming.headers) is None else BATTERY_LOOKS
            self.row(named.question.row, taken_of(named.question), others, looks=looks)
        for question, _ in (*naming.conditions, *naming.background):
            self.row(question.row, taken_of(question), others)
        for question in naming.headers.values():
            self.row(question.row, OF_HEADER, others, looks=HEAD)
        for question in naming.parts:
            self.row(question.row, OF_PART.get(question.part, OF_GROUP), others)
        self.columns("survey", others)
        unknown: dict[str, list[int]] = {}
        for row in choices:
            self.row(row, OF_CHOICE | columns, unknown, meaning=False)
        self.columns("choices", unknown)
        used = {named.choices.name for named in naming.items if named.choices is not None}
        used |= {question.list_name for question in naming.headers.values()}
        for name in (name for name in lists if name not in used):
            self.notes.lose(f"choices, list {shortened(name)}", "the list", "No question that was taken uses it.")

    def row(
        self,
        row: Row,
        taken: Iterable[str],
        others: dict[str, list[int]],
        *,
        meaning: bool = True,
        looks: frozenset[str] = NO_LOOKS,
    ) -> None:
        known = {*ALWAYS, *taken}
        cells = {name: (name, row[name]) for name in row.cells}
        cells |= {f"{name} ({language})": (name, text.strip()) for (name, language), text in row.texts.items()}
        for column, (name, text) in cells.items():
            if name in known or is_ours(name) or not text:
                continue
            if name not in KNOWN or not meaning:
                others.setdefault(column, []).append(row.number)
            elif name not in ("required", "read_only") or text.lower() not in HARMLESS:
                self.notes.lose(row.at(column), repr(shortened(text)), KNOWN[name])
        look = set(row["appearance"].lower().split()) - looks
        if "appearance" in known and look:
            self.notes.lose(row.at("appearance"), " ".join(sorted(look)), KNOWN["appearance"])

    def columns(self, sheet: str, others: Mapping[str, Sequence[int]]) -> None:
        for column, numbers in others.items():
            rows = shortened(", ".join(str(number) for number in numbers))
            cells = "1 cell" if len(numbers) == 1 else f"{len(numbers)} cells"
            self.notes.lose(
                f"{sheet}, column {shortened(column)}", f"{cells} (rows {rows})", "Ours has no such column."
            )


def is_ours(column: str) -> bool:
    """Whether it is one of our own columns."""
    name = column.removeprefix("barometer_")
    return name != column and (name in OWN or name.startswith(OWN_TEXTS))


def taken_of(question: Question) -> frozenset[str]:
    """The columns that something was made of, or that were told of already."""
    row = question.row
    if question.kind == "calculate":
        return frozenset({"calculation"})
    if question.kind == "hidden":
        return frozenset()
    taken = OF_ITEM if question.kind == "note" else OF_ITEM | OF_ANSWER
    if not row["constraint"]:
        taken -= {"constraint_message"}
    if question.kind in CODED:
        taken |= {"choice_filter"}
    if question.kind == "range":
        taken |= {"parameters"}
    return taken | {"default"} if row.own("variable") else taken
