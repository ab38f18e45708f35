"""Rules as people write them: a small Pratt parser, and the way back to text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from surveys.instrument.rule_nodes import (
    AGGREGATES,
    ARITHMETIC,
    ENDS,
    MAX_DEPTH,
    MAX_TEXT,
    MEMBERSHIP,
    ORDER,
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

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<day>\d{4}-\d\d-\d\d(?![\w.]))
      | (?P<number>\d{1,30}(?:\.\d{1,30})?(?![\w.]))
      | (?P<string>"[^"\x00-\x1f\x7f\ud800-\udfff]*"|'[^'\x00-\x1f\x7f\ud800-\udfff]*')
      | (?P<operator>==|!=|<=|>=|[-<>+*/]|(?:any\s+in|all\s+in|in|and|or|not)(?![\w.]))
      | (?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9][a-z0-9_]*)*(?![\w.]))
      | (?P<mark>[()\[\],])""",
    re.VERBOSE,
)
BINDING = {
    "or": 10,
    "and": 20,
    **dict.fromkeys((*ORDER, *MEMBERSHIP), 40),
    **dict.fromkeys(("+", "-"), 50),
    **dict.fromkeys(("*", "/"), 60),
}
NOT_BINDING = 30
WORDS: dict[str, Node] = {
    "true": Literal(Truth.TRUE),
    "false": Literal(Truth.FALSE),
    "null": Null(),
    **{f"ref.{end}": ReferenceDay(end) for end in ENDS},
}
FUNCTIONS: dict[str, Callable[[tuple[str, ...]], Node]] = {
    "count": Count,
    "answered": Answered,
    **{function: partial(Aggregate, function) for function in AGGREGATES},
}
RESERVED = frozenset(
    {"and", "or", "not", "in", "any", "all", "bg", "ref", "true", "false", "null", "today_is_after", *FUNCTIONS}
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int

    def wrong(self, message: str, *, rule: str) -> RuleError:
        return RuleError(f"Position {self.position + 1}: {message}", rule=rule)


def tokens(text: str) -> list[Token]:
    if len(text) > MAX_TEXT:
        raise RuleError(f"A rule may have {MAX_TEXT} characters and this one has {len(text)}.", rule="too_long")
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            start = text[position : position + 10]
            raise Token("", start, position).wrong(f"{start!r} is no part of the language.", rule="unreadable")
        token = Token(str(match.lastgroup), match.group(), position)
        if token.kind == "day":
            raise token.wrong(f"expected a day in quotes, got {token.text}.", rule="unquoted_day")
        if token.kind == "operator":
            token = replace(token, text=" ".join(token.text.split()))
        if token.kind != "space":
            found.append(token)
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
            raise at.wrong(f"expected a comparison, got the item {node.key} alone.", rule="not_a_rule")
        return Condition(node.key)
    if isinstance(node, Operand):
        raise at.wrong(f"expected a rule, got the value {to_text(node)}: compare it.", rule="not_a_rule")
    return node


def as_operand(node: Node, at: Token) -> Node:
    if not isinstance(node, Operand):
        raise at.wrong(f"expected a value, got the rule {to_text(node)}.", rule="not_a_value")
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

    def at(self, mark: str) -> bool:
        return self.token.kind in ("mark", "operator") and self.token.text == mark

    def expect(self, mark: str) -> None:
        if not self.at(mark):
            raise self.unexpected(f"{mark!r}")
        self.place += 1

    def unexpected(self, expected: str) -> RuleError:
        got = "the end" if self.token.kind == "end" else repr(self.token.text)
        return self.token.wrong(f"expected {expected}, got {got}.", rule="unexpected")

    def expression(self, binding: int) -> Node:
        self.depth += 1
        if self.depth > 3 * MAX_DEPTH:
            raise too_deep()
        start = self.token
        left = self.prefix()
        levels = 0
        while self.token.kind == "operator" and BINDING.get(self.token.text, 0) > binding:
            levels += self.token.text in ARITHMETIC
            if levels > MAX_DEPTH:
                raise too_deep()
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
        one, other = as_operand(left, start), as_operand(right, at)
        if operator.text in ARITHMETIC:
            return made(operator, lambda: Arithmetic(operator.text, one, other))
        return Comparison(operator.text, one, other)

    def prefix(self) -> Node:
        token = self.token
        if token.kind == "name":
            return self.name()
        if token.kind in ("string", "number") or self.at("-"):
            return Literal(self.scalar())
        if self.at("not"):
            self.place += 1
            at = self.token
            return Not(as_rule(self.expression(NOT_BINDING), at))
        if self.at("("):
            self.place += 1
            inner = self.expression(0)
            self.expect(")")
            return inner
        if self.at("["):
            return self.values()
        raise self.unexpected("an item, a value, `not` or `(`")

    def scalar(self) -> Scalar:
        """A text, a number with or without a minus before it, true or false."""
        if self.at("-"):
            self.place += 1
            if self.token.kind != "number":
                raise self.unexpected("a number after '-' (of another value write 0 - value)")
            return -number(self.take().text)
        if self.token.kind == "number":
            return number(self.take().text)
        word = WORDS.get(self.token.text)
        if isinstance(word, Literal):
            self.place += 1
            return word.value
        if self.token.kind != "string":
            raise self.unexpected("a value, ',' or ']'")
        return self.take().text[1:-1]

    def name(self) -> Node:
        token = self.take()
        if token.text in WORDS:
            return WORDS[token.text]
        if token.text in FUNCTIONS:
            keys = self.arguments()
            return made(token, lambda: FUNCTIONS[token.text](keys))
        if token.text == "today_is_after":
            return self.today_is_after(token)
        if token.text.startswith("bg.") and token.text.count(".") == 1:
            return Background(token.text.removeprefix("bg."))
        if is_reserved(token.text):
            self.place -= 1
            raise self.unexpected("an item, a condition or bg. with a name (this word is part of the language)")
        return ItemAnswer(token.text)

    def today_is_after(self, token: Token) -> Node:
        self.expect("(")
        at = self.token
        day = as_operand(self.expression(0), at)
        self.expect(")")
        return made(token, lambda: TodayIsAfter(day))

    def arguments(self) -> tuple[str, ...]:
        self.expect("(")
        keys: list[str] = []
        while True:
            if self.token.kind != "name" or is_reserved(self.token.text):
                raise self.unexpected("the key of an item")
            keys.append(self.take().text)
            if not self.at(","):
                break
            self.place += 1
        self.expect(")")
        return tuple(keys)

    def values(self) -> Node:
        start = self.token
        self.expect("[")
        values: list[Scalar] = []
        while not self.at("]"):
            values.append(self.scalar())
            if not self.at(","):
                break
            self.place += 1
        if not self.at("]"):
            raise self.unexpected("a value, ',' or ']'")
        self.place += 1
        return made(start, lambda: Values(tuple(values)))


def made(token: Token, make: Callable[[], Node]) -> Node:
    """The node, or its error with the position."""
    try:
        return make()
    except RuleError as error:
        message = str(error)
        raise token.wrong(message[0].lower() + message[1:], rule=error.rule) from error


def is_reserved(name: str) -> bool:
    return name in RESERVED or name.startswith(("bg.", "ref."))


def number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def written(value: Scalar) -> str:
    if isinstance(value, str):
        return f"'{value}'" if '"' in value else f'"{value}"'
    if isinstance(value, Truth):
        return value.value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def to_text(node: Node) -> str:
    """The rule as text that parses to the same tree."""
    match node:
        case Comparison() | Arithmetic():
            return infix_text(node)
        case Not(rule=rule):
            return f"not {enclosed(rule, And, Or)}"
        case And(rules=rules) | Or(rules=rules):
            return (" and " if isinstance(node, And) else " or ").join(enclosed(rule, Or) for rule in rules)
        case Count(keys=keys) | Aggregate(keys=keys) | Answered(keys=keys):
            return f"{function_name(node)}({', '.join(keys)})"
        case TodayIsAfter(day=day):
            return f"today_is_after({to_text(day)})"
    return word_text(node)


def enclosed(node: Node, *kinds: type[Node]) -> str:
    text = to_text(node)
    return f"({text})" if isinstance(node, kinds) else text


def infix_text(node: Comparison | Arithmetic) -> str:
    """With brackets only where the tree would be another without them: equal operators bind to the left."""
    binding = BINDING[node.operator]
    left, right = to_text(node.left), to_text(node.right)
    if isinstance(node.left, Arithmetic) and BINDING[node.left.operator] < binding:
        left = f"({left})"
    if isinstance(node.right, Arithmetic) and BINDING[node.right.operator] <= binding:
        right = f"({right})"
    return f"{left} {node.operator} {right}"


def word_text(node: Node) -> str:
    match node:
        case Literal(value=value):
            return written(value)
        case Null():
            return "null"
        case Values(values=values):
            return f"[{', '.join(written(value) for value in values)}]"
        case Condition(name=name) | ItemAnswer(key=name) | ReferenceDay(name=name):
            return name
        case Background(name=name):
            return f"bg.{name}"
    raise RuleError(f"Expected a node of the rule language, got {node!r}.", rule="unexpected")
