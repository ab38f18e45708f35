"""Answers that imply one another: a count cannot exceed that of what its answer implies, and everybody can see that.

Rules are compared as trees. What is decided is what follows from `and`, `or` and `not`, from lists of answers to one
item, and from the rule of the language that a comparison with an unanswered item is false. What is not decided counts
as not implied: the attack then knows too little, never anything that is not so.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from analytics.core.definitions import Definitions
from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Comparison,
    Condition,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    Scalar,
    Values,
    joined,
)

Conditions = Mapping[str, Node]
DEEPEST = 12  # conditions inside conditions
SOURCES = 8  # sets of definitions whose implications are kept
Derived = TypeVar("Derived")


@dataclass(frozen=True)
class Chosen:
    """An answer to an item that is one of the values, or holds one of them where several may be chosen."""

    item: str
    values: frozenset[Scalar]
    is_single: bool


def once_for_each(
    derive: Callable[[Definitions, Conditions], Derived],
) -> Callable[[Definitions, Conditions], Derived]:
    """Derives once for the same definitions and conditions. The same objects are meant: neither changes once read."""
    kept: deque[tuple[Definitions, Conditions, Derived]] = deque(maxlen=SOURCES)

    @wraps(derive)
    def derived(definitions: Definitions, conditions: Conditions) -> Derived:
        for mine, named, found in tuple(kept):
            if mine is definitions and named is conditions:
                return found
        found = derive(definitions, conditions)
        kept.append((definitions, conditions, found))
        return found

    return derived


def implies(rule: Node, other: Node, conditions: Conditions | None = None) -> bool:
    """Whether everybody for whom `rule` holds is somebody for whom `other` does; False also where it is not decided.

    conditions: the named rules of the questionnaire, by name.
    """
    named = conditions or {}
    return plainly_implies(plain(rule, named), plain(other, named))


def plain(rule: Node, conditions: Conditions, depth: int = DEEPEST) -> Node:
    """With the rules of conditions in place of their names, and `not` only before tests."""
    match rule:
        case Condition(name=name) if name in conditions and depth:
            return plain(conditions[name], conditions, depth - 1)
        case And(rules=rules) | Or(rules=rules):
            return joined(type(rule), [plain(one, conditions, depth) for one in rules])
        case Not(rule=inner):
            return _refused(inner, conditions, depth)
    return rule


def _refused(rule: Node, conditions: Conditions, depth: int) -> Node:
    """`not rule`, plainly."""
    match rule:
        case Condition(name=name) if name in conditions and depth:
            return _refused(conditions[name], conditions, depth - 1)
        case And(rules=rules) | Or(rules=rules):
            other = Or if isinstance(rule, And) else And
            return joined(other, [_refused(one, conditions, depth) for one in rules])
        case Not(rule=inner):
            return plain(inner, conditions, depth)
    return Not(rule)


def plainly_implies(rule: Node, other: Node) -> bool:
    """As `implies`, of rules that `plain` made."""
    if rule == other:
        return True
    if isinstance(other, And):
        return all(plainly_implies(rule, one) for one in other.rules)
    if isinstance(rule, Or):
        return all(plainly_implies(one, other) for one in rule.rules)
    if isinstance(other, Or) and any(plainly_implies(rule, one) for one in other.rules):
        return True
    if isinstance(rule, And):
        return any(plainly_implies(one, other) for one in rule.rules)
    return _test_implies(rule, other)


def _test_implies(rule: Node, other: Node) -> bool:
    if isinstance(rule, Not):
        return isinstance(other, Not) and plainly_implies(other.rule, rule.rule)
    if isinstance(other, Answered):
        return set(other.keys) <= set(_answered_by(rule))
    here = _chosen(rule)
    if isinstance(other, Not):
        there = _chosen(other.rule)
        return here is not None and there is not None and _exclude(here, there)
    there = _chosen(other)
    if here is None or there is None or (here.item, here.is_single) != (there.item, there.is_single):
        return False
    return here.values <= there.values


def _answered_by(rule: Node) -> Iterator[str]:
    """Items that are answered by everybody for whom the test holds."""
    match rule:
        case Answered(keys=keys):
            yield from keys
        case Comparison(left=left, right=right):
            for side in (left, right):
                if isinstance(side, ItemAnswer):
                    yield side.key


def _exclude(here: Chosen, there: Chosen) -> bool:
    """One answer cannot be two; where several may be chosen, both may be."""
    return here.item == there.item and here.is_single and there.is_single and not here.values & there.values


def _chosen(rule: Node) -> Chosen | None:
    match rule:
        case Comparison(operator="==", left=ItemAnswer(key=key), right=Literal(value=value)):
            return Chosen(key, frozenset({value}), is_single=True)
        case Comparison(operator="in", left=ItemAnswer(key=key), right=Values(values=values)):
            return Chosen(key, frozenset(values), is_single=True)
        case Comparison(operator="any in", left=ItemAnswer(key=key), right=Values(values=values)):
            return Chosen(key, frozenset(values), is_single=False)
        case Comparison(operator="in", left=Literal(value=value), right=ItemAnswer(key=key)):
            return Chosen(key, frozenset({value}), is_single=False)
    return None
