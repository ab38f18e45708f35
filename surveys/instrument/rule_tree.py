"""Rules as they are stored: JSON lists that begin with what they are, `["==", ["item", "novelty"], "first"]`."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from surveys.instrument.rule_nodes import (
    AGGREGATES,
    ARITHMETIC,
    ENDS,
    MAX_DEPTH,
    MEMBERSHIP,
    ORDER,
    UNREADABLE,
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
    Operand,
    Or,
    ReferenceDay,
    RuleError,
    Scalar,
    TodayIsAfter,
    Truth,
    Values,
    function_name,
    joined,
    too_deep,
    within_limits,
)
from surveys.instrument.rule_text import is_reserved, written

JSON = str | int | bool | list["JSON"] | None

KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9][a-z0-9_]*)*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
NUMBER = re.compile(r"-?\d{1,30}\.\d{1,30}")


def to_tree(node: Node) -> JSON:
    """The rule as JSON without floats: a number with a point is `["number", "1.5"]`, a list `["list", ...]`."""
    match node:
        case Comparison(operator, left, right) | Arithmetic(operator, left, right):
            return [operator, to_tree(left), to_tree(right)]
        case Not(rule=rule):
            return ["not", to_tree(rule)]
        case And(rules=rules) | Or(rules=rules):
            return ["and" if isinstance(node, And) else "or", *(to_tree(rule) for rule in rules)]
        case Count(keys=keys) | Aggregate(keys=keys) | Answered(keys=keys):
            return [function_name(node), *keys]
        case TodayIsAfter(day=day):
            return ["today_is_after", to_tree(day)]
    return word_tree(node)


def word_tree(node: Node) -> JSON:
    match node:
        case Literal(value=value):
            return scalar(value)
        case Null():
            return None
        case Values(values=values):
            return ["list", *(scalar(value) for value in values)]
        case Condition(name=name):
            named = ["condition", name]
        case ItemAnswer(key=name):
            named = ["item", name]
        case Background(name=name):
            named = ["bg", name]
        case ReferenceDay(end=name):
            named = ["ref", name]
        case _:
            raise wrong(f"Expected a node of the rule language, got {node!r}.")
    return [*named]


def scalar(value: Scalar) -> JSON:
    if isinstance(value, Truth):
        return value is Truth.TRUE
    return ["number", written(value)] if isinstance(value, Decimal) else value


def from_tree(tree: object) -> Node:
    """The rule a stored tree says.

    Raises:
        RuleError: names what was expected and what stood there, or the limit passed.
    """
    return within_limits(rule_of(tree, 1))


def wrong(message: str) -> RuleError:
    return RuleError(message, rule="unexpected")


def parts_of(tree: object, depth: int) -> tuple[str, Sequence[object]]:
    if depth > MAX_DEPTH:
        raise too_deep()
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        raise wrong(f"Expected a list that begins with an operator, got {shortened(tree)}.")
    return tree[0], tree[1:]


def rule_of(tree: object, depth: int) -> Node:
    kind, parts = parts_of(tree, depth)
    if kind in ("and", "or"):
        if len(parts) < 2:
            raise wrong(f"Expected at least two rules under {kind!r}, got {len(parts)}.")
        return joined(And if kind == "and" else Or, [rule_of(part, depth + 1) for part in parts])
    if kind in ORDER or kind in MEMBERSHIP:
        left, right = exactly(kind, parts, 2)
        return Comparison(kind, operand_of(left, depth + 1), operand_of(right, depth + 1))
    readers: dict[str, Callable[[], Node]] = {
        "not": lambda: Not(rule_of(exactly(kind, parts, 1)[0], depth + 1)),
        "condition": lambda: Condition(named(exactly(kind, parts, 1)[0], NAME)),
        "answered": lambda: Answered(keys_of(kind, parts)),
        "today_is_after": lambda: TodayIsAfter(operand_of(exactly(kind, parts, 1)[0], depth + 1)),
    }
    if kind not in readers:
        expected = f"a comparison, and, or, {', '.join(readers)}"
        raise RuleError(f"Expected one of {expected}, got {shortened(kind)}.", rule="not_a_rule")
    return readers[kind]()


def operand_of(tree: object, depth: int) -> Operand:
    if tree is None:
        return Null()
    if not isinstance(tree, list):
        return Literal(scalar_of(tree))
    kind, parts = parts_of(tree, depth)
    if kind in ARITHMETIC:
        left, right = exactly(kind, parts, 2)
        return Arithmetic(kind, operand_of(left, depth + 1), operand_of(right, depth + 1))
    if kind in AGGREGATES:
        return Aggregate(kind, keys_of(kind, parts))
    readers: dict[str, Callable[[], Operand]] = {
        "number": lambda: Literal(scalar_of(tree)),
        "list": lambda: Values(tuple(scalar_of(part) for part in parts)),
        "item": lambda: ItemAnswer(named(exactly(kind, parts, 1)[0], KEY)),
        "bg": lambda: Background(named(exactly(kind, parts, 1)[0], NAME)),
        "ref": lambda: ReferenceDay(end_of(exactly(kind, parts, 1)[0])),
        "count": lambda: Count(keys_of(kind, parts)),
    }
    if kind not in readers:
        expected = ", ".join((*readers, *AGGREGATES, *ARITHMETIC))
        raise RuleError(f"Expected a value or one of {expected}, got {shortened(kind)}.", rule="not_a_value")
    return readers[kind]()


def exactly(kind: str, parts: Sequence[object], count: int) -> Sequence[object]:
    if len(parts) != count:
        raise wrong(f"Expected {count} under {kind!r}, got {len(parts)}.")
    return parts


def keys_of(kind: str, parts: Sequence[object]) -> tuple[str, ...]:
    if not parts:
        raise wrong(f"Expected the key of an item under {kind!r}, got none.")
    return tuple(named(part, KEY) for part in parts)


def end_of(value: object) -> str:
    if not isinstance(value, str) or value not in ENDS:
        raise wrong(f"Expected one of {', '.join(ENDS)} under 'ref', got {shortened(value)}.")
    return value


def named(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value) or is_reserved(value):
        raise wrong(f"Expected a name of small letters, digits and _, got {shortened(value)}.")
    return value


def scalar_of(value: object) -> Scalar:
    if isinstance(value, list) and len(value) == 2 and value[0] == "number":
        text = value[1]
        if isinstance(text, str) and NUMBER.fullmatch(text):
            return Decimal(text)
    if isinstance(value, bool):
        return Truth.TRUE if value else Truth.FALSE
    if isinstance(value, int) and abs(value) < 10**30:
        return value
    if isinstance(value, str) and is_writable(value):
        return value
    raise wrong(f"Expected a text in one kind of quotes, a number, true or false, got {shortened(value)}.")


def is_writable(text: str) -> bool:
    """Whether the text can stand in one kind of quotes."""
    return not ('"' in text and "'" in text) and all(sign >= " " for sign in text) and not UNREADABLE.search(text)


def shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
