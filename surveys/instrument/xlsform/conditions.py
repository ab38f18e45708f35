"""Rows that calculate whether something holds, as our named rules."""

from collections.abc import Mapping
from dataclasses import replace
from heapq import heappop, heappush

from surveys.instrument.rule_nodes import Node
from surveys.instrument.xlsform.columns import Row, shortened
from surveys.instrument.xlsform.naming import Naming
from surveys.instrument.xlsform.notes import Notes
from surveys.instrument.xlsform.rules_in import MIRRORED, as_stored
from surveys.instrument.xlsform.rules_out import Called
from surveys.instrument.xlsform.rules_read import RuleReader, constant, written
from surveys.instrument.xlsform.subjects import Names, Subject
from surveys.instrument.xlsform.wording import REFERENCE, squeezed
from surveys.instrument.xlsform.xpath import (
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

TELLING = frozenset({"not", "selected", "true", "false", "boolean"})  # functions that say whether something holds
TRUTHS = ("true", "false")


def calculation_of(rule: Node, called: Called) -> str:
    """What the row of a named rule calculates: 1 where it holds; always 0 where a form cannot say the rule."""
    return f"if({written(rule, called) or 'false()'}, 1, 0)"


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
            rule = constant(as_stored(self.trees[key], Names(rules.subjects)))
        except NotTaken as error:
            self.notes.lose(row.at("calculation"), f"{error.what} in {shortened(row['calculation'])!r}", error.why)
            return None
        if rule is None:
            self.notes.lose(row.at("calculation"), shortened(row["calculation"]), "It always holds: leave it away.")
        return rule

    def lose(self, subjects: dict[str, Subject], row: Row) -> None:
        why = f"The calculation in row {row.number} was not taken."
        subjects[row["name"]] = replace(subjects[row["name"]], lost=why)
