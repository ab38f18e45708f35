"""The rules of a form where they stand: what shows a row or offers a choice, and what calculates a named rule."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from surveys.instrument.exchange import Notes
from surveys.instrument.rule_nodes import (
    Comparison,
    Literal,
    Node,
    Not,
    RuleError,
    Truth,
    condition_references,
    item_references,
)
from surveys.instrument.rule_text import parse
from surveys.instrument.schema import Option, Specified
from surveys.instrument.xlsform.columns import Row, shortened, squeezed
from surveys.instrument.xlsform.expression_grammar import (
    Binary,
    Call,
    Expression,
    Joined,
    NotTaken,
    Number,
    Text,
    functions_in,
    read_expression,
)
from surveys.instrument.xlsform.names_and_keys import Called, Scope, Subject
from surveys.instrument.xlsform.placeholders_and_markup import REFERENCE
from surveys.instrument.xlsform.reading_choices import Choice
from surveys.instrument.xlsform.reading_expressions import MIRRORED, Rule, as_stored, rule_from
from surveys.instrument.xlsform.reading_structure import Named, Naming
from surveys.instrument.xlsform.writing_rules import (
    calculation_of,
    filter_of,
    note_of_edit,
    rule_cell,
    shown_where_specified,
)

NEVER = Comparison("==", Literal(Truth.TRUE), Literal(Truth.FALSE))
COLUMN_NAME = re.compile(r"(?<![\w${{.-])[A-Za-z_][\w.-]*")
MAX_FILTERED = 2_000_000  # choices times characters of the filter
BY_FRAME = "Ours offers an option by what the frame says, not by answers."
TELLING = frozenset({"not", "selected", "true", "false", "boolean"})  # functions that say whether something holds
TRUTHS = ("true", "false")


@dataclass(frozen=True)
class RuleReader:
    """Reads our own text of a rule where the cell still says the same, else the expression in the cell."""

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
        if self.holds(row, own, rule_cell(shown_where_specified(own, specifies), self.called)):
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
        """The rule that the cell says; None also where it was not taken, which is written down."""
        cell = row["relevant"]
        if not cell:
            return None
        try:
            return constant(rule_from(cell, Scope(self.subjects)))
        except NotTaken as error:
            self.lose(row, "relevant", error, "It is now shown to everybody.")
            return None

    def lose(self, row: Row, column: str, error: NotTaken, otherwise: str = "") -> None:
        """Write down what our rules do not say of a cell, and what holds instead."""
        what = f"{error.what} in {shortened(squeezed(row[column]))!r}"
        self.notes.lose(row.at(column), what, f"{error.why} {otherwise}".strip())


def constant(rule: Rule) -> Node | None:
    """A rule that always holds is none; one that never does is written out."""
    if isinstance(rule, bool):
        return None if rule else NEVER
    return rule


@dataclass
class Filters:
    """Reads the filters of choices."""

    columns: frozenset[str]  # of the choices, that filters name
    rules: RuleReader
    used: set[str] = field(default_factory=set)  # those of filters that were taken

    def offered(self, named: Named) -> tuple[Option, ...]:
        """The options of an item with the rules that the filter of its row sets."""
        choices = () if named.choices is None else named.choices.choices
        options = tuple(choice.option for choice in choices)
        cell = named.question.row["choice_filter"]
        own = [self.rules.own(choice.row, "show_if") for choice in choices]
        if named.question.kind == "percent" or squeezed(filter_of(own, self.rules.called)[0]) == squeezed(cell):
            self.used |= columns_filtered_by([cell])
            return tuple(replace(option, show_if=rule) for option, rule in zip(options, own, strict=True))
        found = self.rules_of(named.question.row, cell, choices) if cell else None
        if found is None:
            return options
        self.used |= columns_filtered_by([cell])
        return tuple(
            replace(option, show_if=None if isinstance(rule, bool) else rule)
            for option, rule in zip(options, found, strict=True)
            if rule is not False
        )

    def rules_of(self, row: Row, cell: str, choices: Sequence[Choice]) -> list[Rule] | None:
        """When the filter lets each choice through; None where it was not taken, which is written down."""
        try:
            if len(choices) * len(cell) > MAX_FILTERED:
                raise NotTaken("the filter", "It is too long for so many choices.")
            tree = read_expression(cell)
            found = [self.offer(tree, choice) for choice in choices]
            if any(reads_answers(rule) for rule in found):
                raise NotTaken("the filter", BY_FRAME)
            if found and all(rule is False for rule in found):
                raise NotTaken("the filter", "It lets no choice through.")
        except NotTaken as error:
            self.rules.lose(row, "choice_filter", error, "All options are offered now.")
            return None
        never = [choice.option.code for choice, rule in zip(choices, found, strict=True) if rule is False]
        if never:
            why = "The filter never lets them through."
            self.rules.notes.lose(row.at("choice_filter"), f"the choices {', '.join(never)}", why)
        return found

    def offer(self, tree: Expression, choice: Choice) -> Rule:
        """When the filter lets this choice through."""
        cells = {name: choice.row[name] for name in self.columns}
        return as_stored(tree, Scope(self.rules.subjects, columns=cells))


def reads_answers(rule: Rule) -> bool:
    return not isinstance(rule, bool) and bool(item_references(rule) or condition_references(rule))


def columns_filtered_by(cells: Iterable[str]) -> frozenset[str]:
    """The columns of the choices that these filters name."""
    return frozenset(name.lower() for cell in cells for name in COLUMN_NAME.findall(cell))


def outcomes_of(tree: Expression) -> tuple[Expression, tuple[str, str]]:
    """The rule that a calculation says, and what it calculates where the rule holds and where it does not.

    Raises:
        NotTaken: it calculates a value.
    """
    match tree:
        case Call(function="if", arguments=(test, Text() | Number() as yes, Text() | Number() as no)):
            if yes != no:
                return test, (str(yes.value), str(no.value))
        case Joined():
            return tree, TRUTHS
        case Binary(operator=sign) if sign in MIRRORED:
            return tree, TRUTHS
        case Call(function=function) if function in TELLING:
            return tree, TRUTHS
    functions = ", ".join(dict.fromkeys(f"{function}()" for function in functions_in(tree)))
    what = f"the calculation with {functions}" if functions else "the calculation"
    raise NotTaken(what, "Ours only names rules, which hold or not.")


class Conditions:
    """The named rules of a form, by the name of their row."""

    def __init__(self, naming: Naming, notes: Notes) -> None:
        self.naming = naming
        self.notes = notes
        self.subjects: dict[str, Subject] = {}
        self.trees: dict[str, Expression] = {}  # by the key of the rule
        for question, key in naming.conditions:
            self.subjects[question.row["name"]] = self.subject(question.row, key)

    def subject(self, row: Row, key: str) -> Subject:
        cell = row["calculation"]
        try:
            if not cell:
                raise NotTaken("the calculation", "Expected one, got nothing: write it.")
            self.trees[key], outcomes = outcomes_of(read_expression(cell))
            return Subject(key, "condition", outcomes=outcomes)
        except NotTaken as error:
            self.notes.lose(row.at("calculation"), f"{error.what} of {shortened(row['name'])}", error.why)
            return Subject(key, "condition", lost=f"The calculation in row {row.number} was not taken.")

    def read(self, subjects: dict[str, Subject], rules: RuleReader) -> Mapping[str, Node]:
        """The rules by key, each behind those it uses. One that is not taken is marked as lost in `subjects`."""
        found: dict[str, Node] = {}
        usable = self.in_order()
        for row, key in usable:
            rule = self.rule(row, key, rules)
            if rule is None:
                self.lose(subjects, row)
            else:
                found[key] = rule
        known = {key for _, key in usable}
        for question, key in self.naming.conditions:
            if key in self.trees and key not in known:
                row = question.row
                why = "It uses itself, by itself or through others."
                self.notes.lose(row.at("calculation"), shortened(row["name"]), why)
                self.lose(subjects, row)
        return found

    def in_order(self) -> list[tuple[Row, str]]:
        """The rows with the keys of their rules, each behind those it uses, else as they stand; without circles."""
        rows = [(question.row, key) for question, key in self.naming.conditions if key in self.trees]
        places = {row["name"]: place for place, (row, _) in enumerate(rows)}
        used = [{places[name] for name in REFERENCE.findall(row["calculation"]) if name in places} for row, _ in rows]
        users: dict[int, list[int]] = {}
        for place, others in enumerate(used):
            for other in others:
                users.setdefault(other, []).append(place)
        ready = [place for place, others in enumerate(used) if not others]
        order: list[tuple[Row, str]] = []
        while ready:
            place = heappop(ready)
            order.append(rows[place])
            for user in users.get(place, ()):
                used[user].discard(place)
                if not used[user]:
                    heappush(ready, user)
        return order

    def rule(self, row: Row, key: str, rules: RuleReader) -> Node | None:
        own = rules.own(row, "rule")
        if own is not None and squeezed(calculation_of(own, rules.called)) == squeezed(row["calculation"]):
            return own
        try:
            rule = constant(as_stored(self.trees[key], Scope(rules.subjects)))
        except NotTaken as error:
            rules.lose(row, "calculation", error)
            return None
        if rule is None:
            self.notes.lose(row.at("calculation"), shortened(row["calculation"]), "It always holds: leave it away.")
        return rule

    def lose(self, subjects: dict[str, Subject], row: Row) -> None:
        why = f"The calculation in row {row.number} was not taken."
        subjects[row["name"]] = replace(subjects[row["name"]], lost=why)
