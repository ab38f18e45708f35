"""Constraints and notes of a form as limits and edits of ours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.instrument.rule_nodes import Node
from surveys.instrument.schema import Edit, Item, ItemType, Level
from surveys.instrument.xlsform.columns import Row, shortened, squeezed
from surveys.instrument.xlsform.expression_grammar import (
    Binary,
    Call,
    Expression,
    Joined,
    NotTaken,
    Number,
    Self,
    Text,
    conjuncts,
    read_expression,
)
from surveys.instrument.xlsform.names_and_keys import Scope, Subject, Taken
from surveys.instrument.xlsform.question_types import SEVERAL
from surveys.instrument.xlsform.reading_expressions import MIRRORED, as_stored
from surveys.instrument.xlsform.reading_items import chosen, whole
from surveys.instrument.xlsform.reading_rules import RuleReader, constant
from surveys.instrument.xlsform.reading_structure import Naming, Question
from surveys.instrument.xlsform.reading_texts import FormTexts
from surveys.instrument.xlsform.writing_rules import NUMBERS, constraint_of

BY_THE_PLATFORM = "That a limit is passed is said in the words of the platform."
NOT_TAKEN = "The constraint that it is of was not taken."
UPPER = {"<=": 0, "<": -1}
LOWER = {">=": 0, ">": 1}
MORE_THAN_ONE = Binary(">", Call("count-selected", (Self(),)), Number(1))


@dataclass
class Edits:
    """Gathers the edits; our column order gives them their places, those without one come last."""

    rules: RuleReader
    form_texts: FormTexts
    ids: Taken = field(default_factory=lambda: Taken(capitals_differ=True))
    found: list[tuple[float, int, Edit]] = field(default_factory=list)

    def all(self) -> tuple[Edit, ...]:
        return tuple(edit for _, _, edit in sorted(self.found, key=lambda one: one[:2]))

    def add(self, row: Row, edit: Edit, column: str) -> None:
        place = whole(row, "order_of_edit", self.rules.notes)
        self.found.append((math.inf if place is None else place, len(self.found), edit))
        texts = self.form_texts.of(row, column)
        self.form_texts.put("edits", edit.id, texts)
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
            self.rules.lose(row, "constraint", error)
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
            self.lose_message(row, NOT_TAKEN if rest else BY_THE_PLATFORM)
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
            return constant(as_stored(tree, Scope(self.rules.subjects, own=subject)))
        except NotTaken as error:
            self.rules.lose(row, "constraint", error)
            return None

    def notes_of(self, naming: Naming, items: Mapping[str, Item]) -> None:
        """The edits that stand as notes beside their item."""
        for question in naming.parts:
            if question.part == "edit":
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


def with_limits(
    item: Item, parts: Sequence[Expression], codes: Mapping[str, str]
) -> tuple[Item, tuple[Expression, ...]]:
    """The item held to those parts of a constraint that are limits, and the parts that are none.

    `codes`: name of a choice in the form -> code of the item.
    """
    rest: list[Expression] = []
    for part in parts:
        limited = alone(item, part, codes) or within(item, part)
        if limited is None:
            rest.append(part)
        else:
            item = limited
    return item, tuple(rest)


def within(item: Item, part: Expression) -> Item | None:
    """The item with the limit that a comparison of the answer, or of its length, with a whole number sets."""
    if not isinstance(part, Binary) or part.operator not in MIRRORED:
        return None
    left, sign, right = part.left, part.operator, part.right
    if isinstance(left, Number):
        left, sign, right = right, MIRRORED[sign], left
    if not isinstance(right, Number) or not isinstance(right.value, int):
        return None
    if isinstance(left, Self):
        return number_limit(item, sign, right.value) if item.value_type in NUMBERS else None
    match left:
        case Call(function=function, arguments=(Self(),)) if sign in UPPER:
            return length_limit(item, function, right.value + UPPER[sign])
    return None


def length_limit(item: Item, function: str, most: int) -> Item | None:
    if most < 1:
        return None
    if function == "string-length" and item.value_type is ItemType.TEXT and item.max_length is None:
        return replace(item, max_length=most)
    if function == "count-selected" and item.value_type in SEVERAL and item.max_choices is None:
        return replace(item, max_choices=most)
    return None


def number_limit(item: Item, sign: str, number: int) -> Item | None:
    """Without decimals `. > 5` is `. >= 6`; with them it is no limit of ours."""
    if item.decimals and sign in ("<", ">"):
        return None
    if sign in LOWER and item.minimum is None:
        return replace(item, minimum=number + LOWER[sign])
    if sign in UPPER and item.maximum is None:
        return replace(item, maximum=number + UPPER[sign])
    return None


def alone(item: Item, part: Expression, codes: Mapping[str, str]) -> Item | None:
    """`not(selected(., 'none') and count-selected(.) > 1)`: the choice stands alone."""
    match part:
        case Call(
            function="not",
            arguments=(Joined(operator="and", parts=(Call("selected", (Self(), Text(value=name))), several)),),
        ) if several == MORE_THAN_ONE and item.value_type is ItemType.MULTI and codes.get(name, name) in item.codes:
            code = codes.get(name, name)
            options = (replace(one, exclusive=one.exclusive or one.code == code) for one in item.options)
            return replace(item, options=tuple(options))
    return None
