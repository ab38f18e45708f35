"""The rules of a form read in their places: our own text where the cell still says the same, else the expression."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Comparison,
    ItemAnswer,
    Literal,
    Node,
    Not,
    RuleError,
    Truth,
    joined,
)
from surveys.instrument.rule_text import parse
from surveys.instrument.schema import Specified
from surveys.instrument.xlsform.columns import Row, shortened
from surveys.instrument.xlsform.notes import Notes
from surveys.instrument.xlsform.rules_in import Rule, rule_from
from surveys.instrument.xlsform.rules_out import Called, expression_from
from surveys.instrument.xlsform.subjects import Names, Subject
from surveys.instrument.xlsform.wording import squeezed
from surveys.instrument.xlsform.xpath import NotTaken

NEVER = Comparison("==", Literal(Truth.TRUE), Literal(Truth.FALSE))


def shown_where_specified(rule: Node | None, specifies: Specified | None) -> Node | None:
    """When a form asks an item: ours asks a text of an option only where the option is chosen, a form must say so."""
    if specifies is None:
        return rule
    chosen = Comparison("in", Literal(specifies.code), ItemAnswer(specifies.item))
    return chosen if rule is None else joined(And, [rule, chosen])


def violated(item: str, rule: Node) -> Node:
    """When a form shows the note of an edit."""
    return joined(And, [Answered((item,)), rule.rule if isinstance(rule, Not) else Not(rule)])


def note_of_edit(item: str, rule: Node, called: Called) -> str:
    """When the note of an edit is shown; never, where a form cannot say when it is violated."""
    return written(violated(item, rule), called) or "false()"


def written(rule: Node | None, called: Called) -> str:
    """The expression in the cell; empty where there is no rule, or a form cannot say it."""
    if rule is None:
        return ""
    try:
        return expression_from(rule, called)
    except NotTaken:
        return ""


@dataclass(frozen=True)
class RuleReader:
    subjects: Mapping[str, Subject]
    called: Called
    notes: Notes

    def own(self, row: Row, column: str) -> Node | None:
        """The rule in one of our columns."""
        text = row.own(column).strip()
        if not text:
            return None
        try:
            return parse(text)
        except RuleError as error:
            self.notes.lose(row.at(f"barometer_{column}"), f"the rule {shortened(text)}", str(error))
            return None

    def shown(self, row: Row, specifies: Specified | None = None) -> Node | None:
        """When the row is shown; None: always."""
        own = self.own(row, "show_if")
        if self.holds(row, own, written(shown_where_specified(own, specifies), self.called)):
            return own
        return self.relevant(row)

    def edit(self, row: Row, item: str) -> Node | None:
        """The rule of an edit that is shown as a note where it is violated."""
        own = self.own(row, "rule")
        if own is not None and self.holds(row, own, note_of_edit(item, own, self.called)):
            return own
        rule = self.relevant(row)
        return None if rule is None else Not(rule)

    def holds(self, row: Row, own: Node | None, cell: str) -> bool:
        """Whether our own rule holds: what we would write for it still stands in the cell."""
        if squeezed(cell) == squeezed(row["relevant"]):
            return True
        if own is not None:
            self.notes.assume(f"{row.at('relevant')}: it was changed since the export and holds.")
        return False

    def relevant(self, row: Row) -> Node | None:
        cell = row["relevant"]
        return constant(self.read(cell, row.at("relevant"), "It is now shown to everybody.")) if cell else None

    def read(self, text: str, place: str, otherwise: str, names: Names | None = None) -> Rule | None:
        """The rule that a cell says; None where it was not taken, which is written down."""
        try:
            return rule_from(text, names or Names(self.subjects))
        except NotTaken as error:
            what = f"{error.what} in {shortened(squeezed(text))!r}"
            self.notes.lose(place, what, f"{error.why} {otherwise}".strip())
            return None

    def of(self, own: Subject) -> Names:
        """What a constraint may name: `.` is the answer itself."""
        return Names(self.subjects, own)

    def called_by(self, key: str) -> Called:
        return replace(self.called, own=key)


def constant(rule: Rule | None) -> Node | None:
    """A rule that always holds is none; one that never does is written out."""
    if isinstance(rule, bool):
        return None if rule else NEVER
    return rule
