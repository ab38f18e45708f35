"""What a rule means: a tree turned once into a Python predicate, which is then called for every answer document."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    RuleError,
    Values,
)

Answers = Mapping[str, object]
Predicate = Callable[[Answers, Answers], bool]
Value = str | int | Decimal | frozenset[object] | None
Reader = Callable[[Answers, Answers], Value]
Test = Callable[[Value, Value], bool]

LISTS = (list, tuple, set, frozenset)


def evaluate(node: Node, answers: Answers, background: Answers, conditions: Mapping[str, Node]) -> bool:
    """Whether the rule holds. For one use; `predicate` is for many."""
    return predicate(node, resolved(conditions))(answers, background)


def resolved(conditions: Mapping[str, Node]) -> dict[str, Predicate]:
    """The named rules as predicates. A condition may use those stated before it."""
    done: dict[str, Predicate] = {}
    for name, node in conditions.items():
        done[name] = predicate(node, done)
    return done


def predicate(node: Node, conditions: Mapping[str, Predicate]) -> Predicate:
    """The rule as a function of answers and background.

    An unanswered item, an absent variable, an empty text and an empty list are missing, and a comparison with a
    missing side is false, so that `x != "a"` and `not x == "a"` differ when x is unanswered. The answer to an item
    with several choices is a set. Text and number are never equal and have no order between them. `count` of nothing
    is 0, never missing.

    Raises:
        RuleError: the rule uses a condition that is not among those given.
    """
    match node:
        case Comparison():
            return comparison(node)
        case Answered(keys=keys):
            return lambda answers, background: all(value_of(answers.get(key)) is not None for key in keys)
        case Condition(name=name):
            if name not in conditions:
                raise RuleError(f"Expected a condition stated before this rule, got {name!r}.")
            return conditions[name]
        case Not(rule=rule):
            inner = predicate(rule, conditions)
            return lambda answers, background: not inner(answers, background)
        case And(rules=rules) | Or(rules=rules):
            return first_decides(tuple(predicate(rule, conditions) for rule in rules), until=isinstance(node, Or))
    raise RuleError(f"Expected a rule, got {node!r}.")


def first_decides(parts: tuple[Predicate, ...], *, until: bool) -> Predicate:
    """`or` looks for the first part that holds, `and` for the first that does not."""

    def holds(answers: Answers, background: Answers) -> bool:
        for part in parts:
            if part(answers, background) is until:
                return until
        return not until

    return holds


def comparison(node: Comparison) -> Predicate:
    quick = comparison_with_code(node)
    if quick is not None:
        return quick
    left, right, test = reader(node.left), reader(node.right), TESTS[node.operator]

    def holds(answers: Answers, background: Answers) -> bool:
        one = left(answers, background)
        other = right(answers, background)
        return one is not None and other is not None and test(one, other)

    return holds


def comparison_with_code(node: Comparison) -> Predicate | None:
    """The two commonest rules, `item == "code"` and `"code" in item`, without the general way's detours."""
    match node:
        case Comparison("==", ItemAnswer(key), Literal(str(code))) if code:
            return lambda answers, background: answers.get(key) == code
        case Comparison("in", Literal(str(code)), ItemAnswer(key)) if code:
            return lambda answers, background: (
                code in answer if isinstance(answer := answers.get(key), LISTS) else answer == code
            )
    return None


def reader(node: Node) -> Reader:
    match node:
        case Literal(value=value):
            return lambda answers, background: value
        case Values(values=values):
            fixed: frozenset[object] = frozenset(values)
            return lambda answers, background: fixed
        case ItemAnswer(key=key):
            return lambda answers, background: value_of(answers.get(key))
        case Background(name=name):
            return lambda answers, background: value_of(background.get(name))
        case Count(keys=keys):
            return lambda answers, background: sum(choices(value_of(answers.get(key))) for key in keys)
    raise RuleError(f"Expected a value, got {node!r}.")


def value_of(value: object) -> Value:
    """An answer as the language sees it; what is no answer is None."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, float):
        return Decimal(str(value)) if math.isfinite(value) else None
    if isinstance(value, LISTS):
        return frozenset(part for part in value if isinstance(part, str | int)) or None
    return None


def choices(value: Value) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, frozenset) else 1


def as_set(value: Value) -> frozenset[object]:
    return value if isinstance(value, frozenset) else frozenset((value,))


def is_in(one: Value, other: Value) -> bool:
    return not isinstance(one, frozenset) and one in as_set(other)


def ordered(test: Callable[[Decimal, Decimal], bool]) -> Test:
    def holds(one: Value, other: Value) -> bool:
        if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
            return test(Decimal(one), Decimal(other))
        return False

    return holds


TESTS: Mapping[str, Test] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": ordered(lambda one, other: one < other),
    "<=": ordered(lambda one, other: one <= other),
    ">": ordered(lambda one, other: one > other),
    ">=": ordered(lambda one, other: one >= other),
    "in": is_in,
    "any in": lambda one, other: not as_set(one).isdisjoint(as_set(other)),
    "all in": lambda one, other: as_set(one) <= as_set(other),
}
