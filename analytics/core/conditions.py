"""Rules of the questionnaire's language evaluated over columns: one pass for all respondents.

It gives for each respondent what evaluating the rule on that respondent's answers gives: an operand without an
answer makes its comparison false, whatever the operator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

import numpy as np
from numpy.typing import NDArray

from analytics.core.columns import Column, Mask, Multi, Number, Single
from surveys.instrument.rule_nodes import (
    Aggregate,
    And,
    Answered,
    Arithmetic,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Null,
    Or,
    ReferenceDay,
    TodayIsAfter,
    Truth,
    Values,
)
from surveys.instrument.rule_text import to_text

Numeric = Callable[[NDArray[np.float64], float], Mask]

ORDERS: Mapping[str, Numeric] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class ConditionError(ValueError):
    """A rule that these columns cannot answer; the message names what is missing."""


@dataclass
class Respondents:
    """The columns of `size` respondents, the named conditions of their questionnaire, and what was evaluated so far."""

    size: int
    columns: Mapping[str, Column]
    background: Mapping[str, Column]
    conditions: Mapping[str, Node]
    _known: dict[Node, Mask] = field(default_factory=dict)

    def holds(self, rule: Node) -> Mask:
        """bool[n]: for whom the rule holds. The same rule is evaluated once."""
        if rule not in self._known:
            self._known[rule] = self._evaluate(rule)
        return self._known[rule]

    def _evaluate(self, rule: Node) -> Mask:
        match rule:
            case And(rules=rules):
                return np.asarray(np.logical_and.reduce([self.holds(part) for part in rules]))
            case Or(rules=rules):
                return np.asarray(np.logical_or.reduce([self.holds(part) for part in rules]))
            case Not(rule=inner):
                return ~self.holds(inner)
            case Answered(keys=keys):
                return np.asarray(np.logical_and.reduce([self._item(key).answered for key in keys]))
            case Condition(name=name):
                return self.holds(self._condition(name))
            case Comparison(operator=operator, left=left, right=right):
                return self._compare(operator, left, right)
            case TodayIsAfter():
                raise _only_asked(rule)
        raise ConditionError(f"rule: expected a rule, got {type(rule).__name__}. It may not stand alone.")

    def _condition(self, name: str) -> Node:
        if name not in self.conditions:
            raise ConditionError(f"{name}: no such condition. Use one of {', '.join(sorted(self.conditions))}.")
        return self.conditions[name]

    def _item(self, key: str) -> Column:
        if key not in self.columns:
            raise ConditionError(f"{key}: no such item in the dataset. Correct the rule.")
        return self.columns[key]

    def _column(self, operand: Node) -> Column | None:
        match operand:
            case ItemAnswer(key=key):
                return self._item(key)
            case Background(name=name):
                if name not in self.background:
                    raise ConditionError(f"bg.{name}: the dataset has no such variable. Correct the rule.")
                return self.background[name]
            case Count(keys=keys):
                return self._count(keys)
            case Arithmetic() | Aggregate() | ReferenceDay() | Null() | Literal(value=Truth()):
                raise _only_asked(operand)
        return None

    def _count(self, keys: tuple[str, ...]) -> Number:
        """Choices in these items together; known for everybody, as an unanswered item adds nothing."""
        total = np.zeros(self.size)
        for key in keys:
            column = self._item(key)
            total += column.counts if isinstance(column, Multi) else column.answered
        return Number(total, np.zeros(self.size, dtype=np.int8))

    def _compare(self, operator: str, left: Node, right: Node) -> Mask:
        column, other = self._column(left), self._column(right)
        if column is None and isinstance(left, Literal) and operator in MIRRORED:
            return self._compare(MIRRORED[operator], right, left)
        match column, operator, left, right:
            case Single(), _, _, Literal(value=str(text)) if operator in ("==", "!="):
                same = column.is_one_of(frozenset({text}))
                return same if operator == "==" else column.answered & ~same
            case Single(), "in" | "any in" | "all in", _, Values(values=values):
                return column.is_one_of(frozenset(str(value) for value in values))
            case Multi(), "any in" | "all in", _, Values(values=values):
                return _sets(column, operator, frozenset(str(value) for value in values))
            case None, "in", Literal(value=str(text)), ItemAnswer():
                if isinstance(other, Multi):
                    return other.has(text)
            case Number(), _, _, Literal(value=int() | Decimal() as value) if operator in ORDERS:
                return column.answered & ORDERS[operator](column.values, float(value))
        raise ConditionError(
            f"{operator}: cannot be evaluated between {_name(left, column)} and {_name(right, None)} over columns."
        )


def _sets(column: Multi, operator: str, wanted: frozenset[str]) -> Mask:
    """Chosen options against a list: one of them in it, or all of them (and at least one) in it."""
    inside = np.zeros(column.status.size, dtype=bool)
    outside = np.zeros(column.status.size, dtype=bool)
    for option in column.chosen:
        if option in wanted:
            inside |= column.has(option)
        else:
            outside |= column.has(option)
    return inside if operator == "any in" else inside & ~outside


def _only_asked(node: Node) -> ConditionError:
    return ConditionError(
        f"{to_text(node)}: a questionnaire can use it, an indicator cannot. "
        "Compare an item, a variable or a count with a written text, number or list."
    )


def _name(operand: Node, column: Column | None) -> str:
    key = getattr(operand, "key", getattr(operand, "name", ""))
    return f"{type(column or operand).__name__} {key}".strip()
