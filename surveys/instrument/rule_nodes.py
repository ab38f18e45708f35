"""The typed tree of a rule: what can be said, and which names a rule reads."""

import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

MAX_DEPTH = 20
MAX_NODES = 500
MAX_LIST = 1000
MAX_TEXT = 20_000

# Characters that a database refuses or that no person types; line breaks and tabs are fine.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

ORDER = ("==", "!=", "<", "<=", ">", ">=")
MEMBERSHIP = ("in", "any in", "all in")
ARITHMETIC = ("+", "-", "*", "/")
AGGREGATES = ("sum", "min", "max")
ENDS = ("from", "to")


class RuleError(ValueError):
    """A rule that cannot be read. The message names the place, what was expected and what stood there.

    `rule` is one of: unreadable, unquoted_day, unexpected, not_a_rule, not_a_value, not_a_number, not_a_day, too_long,
    too_deep, too_many_parts, too_long_list, unstated_condition.
    """

    def __init__(self, message: str, *, rule: str) -> None:
        self.rule = rule
        super().__init__(message)


class Truth(Enum):
    """True and false as values of the language: unlike Python's they are no numbers, so `1 == true` is false."""

    TRUE = "true"
    FALSE = "false"


Scalar = str | int | Decimal | Truth


@dataclass(frozen=True)
class Node:
    """Base of the tree: either a rule (true or false) or an operand (a value)."""


@dataclass(frozen=True)
class Literal(Node):
    value: Scalar


@dataclass(frozen=True)
class Null(Node):
    """No value, as of an item that nobody answered; a comparison with it is false."""


@dataclass(frozen=True)
class Values(Node):
    """A written list. Order and repetition mean nothing: it is compared as a set."""

    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        within_list_limit(self.values)


NO_NUMBERS: Mapping[type[object], str] = {str: "a text", Truth: "true or false", Values: "a list"}


@dataclass(frozen=True)
class ItemAnswer(Node):
    key: str


@dataclass(frozen=True)
class Background(Node):
    """A variable of the frame, written bg.name."""

    name: str


@dataclass(frozen=True)
class ReferenceDay(Node):
    """The first or the last day of the wave's reference period, written ref.from and ref.to."""

    end: str

    @property
    def name(self) -> str:
        """As it is written, and as the background has it."""
        return f"ref.{self.end}"


@dataclass(frozen=True)
class Count(Node):
    """How many choices stand in the answers of these items together; an unanswered item adds nothing."""

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        within_list_limit(self.keys)


@dataclass(frozen=True)
class Aggregate(Node):
    """The sum, the smallest or the largest of the numbers answered to these items; no value where there is none."""

    function: str
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        within_list_limit(self.keys)


@dataclass(frozen=True)
class Arithmetic(Node):
    """Two numbers made one; no value where a side is no number, and where it divides by zero."""

    operator: str
    left: Node
    right: Node

    def __post_init__(self) -> None:
        for side in (self.left, self.right):
            got = type(side.value) if isinstance(side, Literal) else type(side)
            if got in NO_NUMBERS:
                message = f"Expected a number beside {self.operator!r}, got {NO_NUMBERS[got]}."
                raise RuleError(message, rule="not_a_number")


@dataclass(frozen=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Answered(Node):
    """All of these items are answered."""

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        within_list_limit(self.keys)


@dataclass(frozen=True)
class TodayIsAfter(Node):
    """The day of answering is later than this day; false where either is not known."""

    day: Node

    def __post_init__(self) -> None:
        if isinstance(self.day, ItemAnswer | Background | ReferenceDay):
            return
        if not isinstance(self.day, Literal) or not is_day(self.day.value):
            got = repr(self.day.value) if isinstance(self.day, Literal) else "another value"
            raise RuleError(
                f"Expected a day as \"YYYY-MM-DD\", ref.from, ref.to, an item or a variable under 'today_is_after', "
                f"got {got}.",
                rule="not_a_day",
            )


@dataclass(frozen=True)
class Condition(Node):
    """A named rule of the instrument."""

    name: str


@dataclass(frozen=True)
class Not(Node):
    rule: Node


@dataclass(frozen=True)
class And(Node):
    rules: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    rules: tuple[Node, ...]


Function = Count | Aggregate | Answered
Operand = Literal | Null | Values | ItemAnswer | Background | ReferenceDay | Count | Aggregate | Arithmetic


def function_name(node: Function) -> str:
    match node:
        case Aggregate(function=function):
            return function
        case Count():
            return "count"
        case Answered():
            return "answered"


def is_day(value: object) -> bool:
    """Whether the value is a day written YYYY-MM-DD, and in no other of the forms that ISO 8601 knows."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def joined(kind: type[And] | type[Or], rules: Sequence[Node]) -> Node:
    """Rules under one `and` or `or`, with no such node directly inside itself: one meaning has one tree."""
    flat: list[Node] = []
    for rule in rules:
        flat.extend(rule.rules if isinstance(rule, kind) else (rule,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Comparison(left=left, right=right) | Arithmetic(left=left, right=right):
            return left, right
        case Not(rule=rule):
            return (rule,)
        case And(rules=rules) | Or(rules=rules):
            return rules
        case TodayIsAfter(day=day):
            return (day,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, from the top, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def item_references(node: Node) -> frozenset[str]:
    keys: set[str] = set()
    for part in walk(node):
        if isinstance(part, ItemAnswer):
            keys.add(part.key)
        elif isinstance(part, Function):
            keys.update(part.keys)
    return frozenset(keys)


def background_references(node: Node) -> frozenset[str]:
    """The variables of the frame that the rule names; the reference period and today are no such variables."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Background))


def wave_references(node: Node) -> frozenset[str]:
    """What the rule reads of the wave and the day of answering: `ref.from`, `ref.to` and `today`."""
    parts = list(walk(node))
    days = {part.name for part in parts if isinstance(part, ReferenceDay)}
    return frozenset(days | {"today" for part in parts if isinstance(part, TodayIsAfter)})


def condition_references(node: Node) -> frozenset[str]:
    return frozenset(part.name for part in walk(node) if isinstance(part, Condition))


def references(node: Node) -> frozenset[str]:
    """Every name the rule reads: item keys, `bg.<name>` and `condition:<name>`. Conditions are not followed.

    The reference period is among them as `bg.ref.from` and `bg.ref.to`, the day of answering as `bg.today`.
    """
    background = {f"bg.{name}" for name in background_references(node) | wave_references(node)}
    conditions = {f"condition:{name}" for name in condition_references(node)}
    return item_references(node) | background | conditions


def within_list_limit(values: Sized) -> None:
    if len(values) > MAX_LIST:
        raise RuleError(f"A list may have {MAX_LIST} values and this one has {len(values)}.", rule="too_long_list")


def too_deep() -> RuleError:
    message = f"A rule may be {MAX_DEPTH} levels deep and this one is deeper: give a part of it a name."
    return RuleError(message, rule="too_deep")


def within_limits(node: Node) -> Node:
    """The node itself.

    Raises:
        RuleError: the tree is deeper than 20, has more than 500 nodes or a list of more than 1,000 values.
    """
    nodes = 0
    level: list[Node] = [node]
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        level = [child for parent in level for child in children(parent)]
    if level:
        raise too_deep()
    if nodes > MAX_NODES:
        message = f"A rule may have {MAX_NODES} parts and this one has {nodes}: give a part of it a name."
        raise RuleError(message, rule="too_many_parts")
    return node
