"""What a rule means: a tree turned once into a Python predicate, which is then called for every answer document."""

from collections.abc import Callable, Mapping

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
    RuleError,
    TodayIsAfter,
    Values,
)
from surveys.instrument.rule_values import (
    AGGREGATES,
    LISTS,
    TESTS,
    Value,
    calculated,
    choices,
    is_in,
    is_later,
    numbers_of,
    value_of,
)

Answers = Mapping[str, object]
Predicate = Callable[[Answers, Answers], bool]
Reader = Callable[[Answers, Answers], Value]


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
    with several choices is a set. Values of different kinds are never equal and have no order between them; numbers
    have one, and days. `count` of nothing is 0, never missing; other calculations may be missing. The reference period
    and today are read from the background, under `ref.from`, `ref.to` and `today`: nothing reads a clock.

    Raises:
        RuleError: the rule uses a condition that is not among those given.
    """
    match node:
        case Comparison():
            return comparison(node)
        case Answered(keys=keys):
            return lambda answers, background: all(value_of(answers.get(key)) is not None for key in keys)
        case TodayIsAfter(day=day):
            read = reader(day)
            return lambda answers, background: is_later(value_of(background.get("today")), read(answers, background))
        case Condition(name=name):
            if name not in conditions:
                message = f"Expected a condition stated before this rule, got {name!r}."
                raise RuleError(message, rule="unstated_condition")
            return conditions[name]
        case Not(rule=rule):
            inner = predicate(rule, conditions)
            return lambda answers, background: not inner(answers, background)
        case And(rules=rules) | Or(rules=rules):
            return first_decides(tuple(predicate(rule, conditions) for rule in rules), until=isinstance(node, Or))
    raise RuleError(f"Expected a rule, got {node!r}.", rule="not_a_rule")


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
            return lambda answers, background: (
                answer == code if isinstance(answer := answers.get(key), str) else value_of(answer) == code
            )
        case Comparison("in", Literal(str(code)), ItemAnswer(key)) if code:
            return lambda answers, background: (
                code in answer if isinstance(answer := answers.get(key), LISTS) else is_in(code, value_of(answer))
            )
    return None


def reader(node: Node) -> Reader:
    """The operand as a function of answers and background."""
    match node:
        case Literal(value=value):
            return lambda answers, background: value
        case Null():
            return lambda answers, background: None
        case Values(values=values):
            fixed = frozenset(values)
            return lambda answers, background: fixed
        case ItemAnswer(key=key):
            return lambda answers, background: value_of(answers.get(key))
        case Background(name=name) | ReferenceDay(name=name):
            return lambda answers, background: value_of(background.get(name))
    return calculation(node)


def calculation(node: Node) -> Reader:
    match node:
        case Count(keys=keys):
            return lambda answers, background: sum(choices(value_of(answers.get(key))) for key in keys)
        case Aggregate(function=function, keys=keys):
            return aggregate(function, keys)
        case Arithmetic(operator=operator, left=left, right=right):
            one, other = reader(left), reader(right)
            return lambda answers, background: calculated(
                operator, one(answers, background), other(answers, background)
            )
    raise RuleError(f"Expected a value, got {node!r}.", rule="not_a_value")


def aggregate(function: str, keys: tuple[str, ...]) -> Reader:
    """Of the numbers that were answered; missing where there is none."""
    of = AGGREGATES[function]

    def read(answers: Answers, background: Answers) -> Value:
        numbers = tuple(number for key in keys for number in numbers_of(answers.get(key)))
        return of(numbers) if numbers else None

    return read
