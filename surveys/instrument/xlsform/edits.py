"""Constraints and notes of a form as limits and edits of ours."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.instrument.rule_nodes import Node
from surveys.instrument.schema import Edit, Item, Level
from surveys.instrument.xlsform.columns import Row, shortened
from surveys.instrument.xlsform.limits import constraint_of, with_limits
from surveys.instrument.xlsform.names import Taken
from surveys.instrument.xlsform.naming import Naming
from surveys.instrument.xlsform.questions import chosen, whole
from surveys.instrument.xlsform.rules_in import as_stored
from surveys.instrument.xlsform.rules_read import RuleReader, constant
from surveys.instrument.xlsform.structure import Question
from surveys.instrument.xlsform.subjects import Subject
from surveys.instrument.xlsform.wording import squeezed
from surveys.instrument.xlsform.wordings import Wordings
from surveys.instrument.xlsform.xpath import Expression, Joined, NotTaken, conjuncts, read_expression

BY_THE_PLATFORM = "That a limit is passed is said in the words of the platform."
NOT_TAKEN = "The constraint that it is of was not taken."


@dataclass
class Edits:
    """Gathers the edits; our column order gives them their places, those without one come last."""

    rules: RuleReader
    wordings: Wordings
    ids: Taken = field(default_factory=lambda: Taken(capitals_differ=True))
    found: list[tuple[float, int, Edit]] = field(default_factory=list)

    def all(self) -> tuple[Edit, ...]:
        return tuple(edit for _, _, edit in sorted(self.found, key=lambda one: one[:2]))

    def add(self, row: Row, edit: Edit, column: str) -> None:
        place = whole(row, "order_of_edit", self.rules.notes)
        self.found.append((math.inf if place is None else place, len(self.found), edit))
        texts = self.wordings.of(row, column)
        self.wordings.put("edits", edit.id, texts)
        if not texts:
            self.rules.notes.assume(f"{row.place}: the edit {edit.id} has no message: write one.")

    def limited(self, row: Row, item: Item, subject: Subject) -> Item:
        """The item with the limits of its constraint. What is no limit becomes a hard edit."""
        cell = row["constraint"]
        if not cell:
            return item
        try:
            parts = conjuncts(read_expression(cell))
        except NotTaken as error:
            self.rules.notes.lose(row.at("constraint"), f"{error.what} in {shortened(cell)!r}", error.why)
            self.lose_message(row, NOT_TAKEN)
            return item
        limited, rest = with_limits(item, parts, subject.codes)
        rule = self.own_rule(row, limited)
        if rule is None and rest:
            rule = self.rule_of(row, rest, subject)
        if rule is not None:
            wanted = row.own("edit").strip() or f"{item.key.replace('.', '_')}_constraint"
            self.add(row, Edit(self.ids.give(wanted), item.key, rule, Level.HARD), "constraint_message")
        else:
            self.lose_message(
                row, NOT_TAKEN if rest else "That a limit is passed is said in the words of the platform."
            )
        return limited

    def lose_message(self, row: Row, why: str) -> None:
        if row.translations("constraint_message"):
            self.rules.notes.lose(row.at("constraint_message"), "the message", why)

    def own_rule(self, row: Row, item: Item) -> Node | None:
        own = self.rules.own(row, "rule")
        if own is None:
            return None
        try:
            expected = constraint_of(item, own, self.rules.called)
        except NotTaken:
            return None
        if squeezed(expected) == squeezed(row["constraint"]):
            return own
        self.rules.notes.assume(f"{row.at('constraint')}: it was changed since the export and holds.")
        return None

    def rule_of(self, row: Row, rest: tuple[Expression, ...], subject: Subject) -> Node | None:
        tree = rest[0] if len(rest) == 1 else Joined("and", rest)
        try:
            return constant(as_stored(tree, self.rules.of(subject)))
        except NotTaken as error:
            cell = shortened(squeezed(row["constraint"]))
            self.rules.notes.lose(row.at("constraint"), f"{error.what} in {cell!r}", error.why)
            return None

    def notes_of(self, naming: Naming, items: Mapping[str, Item]) -> None:
        """The edits that stand as notes beside their item."""
        for question in naming.parts:
            if question.row.own("part").strip() == "edit":
                self.note(question, items)

    def note(self, question: Question, items: Mapping[str, Item]) -> None:
        row = question.row
        item = row.own("item").strip()
        level = chosen(row, "level", Level, self.rules.notes) or Level.SOFT
        if item not in items:
            self.rules.notes.lose(
                row.place, f"the edit of {shortened(item)}", "No question that was taken has this key."
            )
            return
        rule = self.rules.edit(row, item)
        if rule is None:
            self.rules.notes.lose(
                row.place, f"the edit of {item}", "Expected a rule in relevant, got nothing: write it."
            )
            return
        wanted = row.own("key").strip() or row["name"]
        self.add(row, Edit(self.ids.give(wanted), item, rule, level), "label")
