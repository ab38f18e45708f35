"""The typed tree of a rule: what can be said, and which names a rule reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

MAX_DEPTH = 20
MAX_NODES = 500
MAX_LIST = 1000
MAX_TEXT = 20_000

ORDER = ("==", "!=", "<", "<=", ">", ">=")
MEMBERSHIP = ("in", "any in", "all in")

Scalar = str | int | Decimal


class RuleError(ValueError):
    """A rule that cannot be read. The message names the place, what was expected and what stood there."""


@dataclass(frozen=True)
class Node:
    """Base of the tree: either a rule (true or false) or an operand (a value)."""


@dataclass(frozen=True)
class Literal(Node):
    value: Scalar


@dataclass(frozen=True)
class Values(Node):
    """A written list. Order and repetition mean nothing: it is compared as a set."""

    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        if len(self.values) > MAX_LIST:
            raise RuleError(f"A list may have {MAX_LIST} values and this one has {len(self.values)}.")


@dataclass(frozen=True)
class ItemAnswer(Node):
    key: str


@dataclass(frozen=True)
class Background(Node):
    """A variable of the frame, written bg.name."""

    name: str


@dataclass(frozen=True)
class Count(Node):
    """How many choices stand in the answers of these items together; an unanswered item adds nothing."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Answered(Node):
    """All of these items are answered."""

    keys: tuple[str, ...]


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


Operand = Literal | Values | ItemAnswer | Background | Count


def joined(kind: type[And] | type[Or], rules: Sequence[Node]) -> Node:
    """Rules under one `and` or `or`, with no such node directly inside itself: one meaning has one tree."""
    flat: list[Node] = []
    for rule in rules:
        flat.extend(rule.rules if isinstance(rule, kind) else (rule,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Comparison(left=left, right=right):
            return left, right
        case Not(rule=rule):
            return (rule,)
        case And(rules=rules) | Or(rules=rules):
            return rules
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
        elif isinstance(part, Count | Answered):
            keys.update(part.keys)
    return frozenset(keys)


def background_references(node: Node) -> frozenset[str]:
    return frozenset(part.name for part in walk(node) if isinstance(part, Background))


def condition_references(node: Node) -> frozenset[str]:
    return frozenset(part.name for part in walk(node) if isinstance(part, Condition))


def references(node: Node) -> frozenset[str]:
    """Every name the rule reads: item keys, `bg.<name>` and `condition:<name>`. Conditions are not followed."""
    background = {f"bg.{name}" for name in background_references(node)}
    conditions = {f"condition:{name}" for name in condition_references(node)}
    return item_references(node) | background | conditions


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
        raise RuleError(f"A rule may be {MAX_DEPTH} levels deep and this one is deeper: give a part of it a name.")
    if nodes > MAX_NODES:
        raise RuleError(f"A rule may have {MAX_NODES} parts and this one has {nodes}: give a part of it a name.")
    return node
