"""Rules as people write them: a small Pratt parser, and the way back to text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from surveys.instrument.rule_nodes import (
    MAX_DEPTH,
    MAX_TEXT,
    MEMBERSHIP,
    ORDER,
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
    Operand,
    Or,
    RuleError,
    Scalar,
    Values,
    joined,
    within_limits,
)

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>-?\d{1,30}(?:\.\d{1,30})?(?![\w.]))
      | (?P<string>"[^"\x00-\x1f]*"|'[^'\x00-\x1f]*')
      | (?P<operator>==|!=|<=|>=|<|>|(?:any\s+in|all\s+in|in|and|or|not)(?![\w.]))
      | (?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9][a-z0-9_]*)*(?![\w.]))
      | (?P<mark>[()\[\],])""",
    re.VERBOSE,
)
BINDING = {"or": 10, "and": 20, **dict.fromkeys((*ORDER, *MEMBERSHIP), 40)}
NOT_BINDING = 30
RESERVED = frozenset({"and", "or", "not", "in", "any", "all", "count", "answered", "bg"})


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    if len(text) > MAX_TEXT:
        raise RuleError(f"A rule may have {MAX_TEXT} characters and this one has {len(text)}.")
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise RuleError(f"Position {position + 1}: {text[position : position + 10]!r} is no part of the language.")
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), " ".join(match.group().split()), position))
            if match.lastgroup == "string":
                found[-1] = Token("string", match.group(), position)
        position = match.end()
    found.append(Token("end", "", len(text)))
    return found


def parse(text: str) -> Node:
    """The tree of a rule.

    Raises:
        RuleError: names the position (from 1), what was expected and what stood there, or the limit passed.
    """
    parser = Parser(tokens(text))
    rule = as_rule(parser.expression(0), parser.first)
    if parser.token.kind != "end":
        raise parser.unexpected("the end of the rule, `and` or `or`")
    return within_limits(rule)


def as_rule(node: Node, at: Token) -> Node:
    """A bare name is a condition; any other operand is no rule."""
    if isinstance(node, ItemAnswer):
        if "." in node.key:
            raise RuleError(f"Position {at.position + 1}: expected a comparison, got the item {node.key} alone.")
        return Condition(node.key)
    if isinstance(node, Operand):
        raise RuleError(f"Position {at.position + 1}: expected a rule, got the value {to_text(node)}: compare it.")
    return node


def as_operand(node: Node, at: Token) -> Node:
    if not isinstance(node, Operand):
        raise RuleError(f"Position {at.position + 1}: expected a value, got the rule {to_text(node)}.")
    return node


class Parser:
    """Top-down operator precedence: each operator binds as strongly as its number says."""

    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.first = found[0]
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def expect(self, mark: str) -> None:
        if self.token.text != mark or self.token.kind != "mark":
            raise self.unexpected(f"{mark!r}")
        self.place += 1

    def unexpected(self, expected: str) -> RuleError:
        got = "the end" if self.token.kind == "end" else repr(self.token.text)
        return RuleError(f"Position {self.token.position + 1}: expected {expected}, got {got}.")

    def expression(self, binding: int) -> Node:
        self.depth += 1
        if self.depth > 3 * MAX_DEPTH:
            raise RuleError(f"A rule may be {MAX_DEPTH} levels deep and this one is deeper: give a part of it a name.")
        start = self.token
        left = self.prefix()
        while self.token.kind == "operator" and BINDING.get(self.token.text, 0) > binding:
            left = self.infix(left, start)
        self.depth -= 1
        return left

    def infix(self, left: Node, start: Token) -> Node:
        operator = self.take()
        at = self.token
        right = self.expression(BINDING[operator.text])
        if operator.text in ("and", "or"):
            kind = And if operator.text == "and" else Or
            return joined(kind, (as_rule(left, start), as_rule(right, at)))
        return Comparison(operator.text, as_operand(left, start), as_operand(right, at))

    def prefix(self) -> Node:
        readers: dict[str, Callable[[], Node]] = {
            "number": lambda: Literal(number(self.take().text)),
            "string": lambda: Literal(self.take().text[1:-1]),
            "name": self.name,
        }
        if self.token.kind in readers:
            return readers[self.token.kind]()
        match self.token.text:
            case "not":
                self.place += 1
                at = self.token
                return Not(as_rule(self.expression(NOT_BINDING), at))
            case "(":
                self.place += 1
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "[":
                return self.values()
        raise self.unexpected("an item, a value, `not` or `(`")

    def name(self) -> Node:
        token = self.take()
        if token.text in ("count", "answered"):
            keys = self.arguments()
            return Count(keys) if token.text == "count" else Answered(keys)
        if token.text.startswith("bg.") and token.text.count(".") == 1:
            return Background(token.text.removeprefix("bg."))
        if token.text in RESERVED or token.text.startswith("bg."):
            self.place -= 1
            raise self.unexpected("an item, a condition or bg. with a name (this word is part of the language)")
        return ItemAnswer(token.text)

    def arguments(self) -> tuple[str, ...]:
        self.expect("(")
        keys: list[str] = []
        while True:
            if self.token.kind != "name" or self.token.text in RESERVED or self.token.text.startswith("bg."):
                raise self.unexpected("the key of an item")
            keys.append(self.take().text)
            if self.token.text != ",":
                break
            self.place += 1
        self.expect(")")
        return tuple(keys)

    def values(self) -> Node:
        self.expect("[")
        values: list[Scalar] = []
        while self.token.kind in ("string", "number"):
            token = self.take()
            values.append(token.text[1:-1] if token.kind == "string" else number(token.text))
            if self.token.text != ",":
                break
            self.place += 1
        if self.token.text != "]":
            raise self.unexpected("a value, ',' or ']'")
        self.place += 1
        return Values(tuple(values))


def number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def written(value: Scalar) -> str:
    if not isinstance(value, str):
        return str(value)
    return f"'{value}'" if '"' in value else f'"{value}"'


def to_text(node: Node) -> str:
    """The rule as text that parses to the same tree."""
    match node:
        case Comparison(operator=operator, left=left, right=right):
            return f"{to_text(left)} {operator} {to_text(right)}"
        case Not(rule=rule):
            return f"not {enclosed(rule, And, Or)}"
        case And(rules=rules) | Or(rules=rules):
            return (" and " if isinstance(node, And) else " or ").join(enclosed(rule, Or) for rule in rules)
        case Condition(name=name):
            return name
        case Answered(keys=keys):
            return f"answered({', '.join(keys)})"
        case _:
            return operand_text(node)


def enclosed(node: Node, *kinds: type[Node]) -> str:
    text = to_text(node)
    return f"({text})" if isinstance(node, kinds) else text


def operand_text(node: Node) -> str:
    match node:
        case Literal(value=value):
            return written(value)
        case Values(values=values):
            return f"[{', '.join(written(value) for value in values)}]"
        case ItemAnswer(key=key):
            return key
        case Background(name=name):
            return f"bg.{name}"
        case Count(keys=keys):
            return f"count({', '.join(keys)})"
    raise RuleError(f"Expected a node of the rule language, got {node!r}.")
