"""The grammar of ExpressionScript, as far as rules use it: text to parts without meaning."""

import re
from dataclasses import dataclass

MAX_TEXT = 20_000
MAX_DEPTH = 60
MAX_SUMS = 40

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<name>\d+X\d+X[A-Za-z0-9_\#]+(?:\.[A-Za-z]+)?
              | [A-Za-z_][A-Za-z0-9_]*(?:[.:][A-Za-z0-9_]+)*)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()+*/,-])""",
    re.VERBOSE | re.DOTALL,
)
WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
BINDING = {
    "or": 10, "||": 10, "and": 20, "&&": 20, "==": 30, "!=": 30, "<": 40, "<=": 40, ">": 40, ">=": 40,
    "+": 50, "-": 50, "*": 60, "/": 60,
}  # fmt: skip
COMPARING = ("==", "!=", "<", "<=", ">", ">=")


class Untranslatable(ValueError):
    """Something that one side says and the other cannot. The message says what."""

    def sentence(self, consequence: str) -> str:
        """The message, shortened, and what comes of it."""
        text = str(self)[:200]
        return f"{text[:1].upper()}{text[1:]}: {consequence}"


@dataclass(frozen=True)
class Part:
    """Base of what an expression is made of."""


@dataclass(frozen=True)
class Name(Part):
    text: str


@dataclass(frozen=True)
class Text(Part):
    value: str


@dataclass(frozen=True)
class Number(Part):
    value: str


@dataclass(frozen=True)
class Call(Part):
    name: str
    arguments: tuple[Part, ...]


@dataclass(frozen=True)
class Infix(Part):
    operator: str
    left: Part
    right: Part


@dataclass(frozen=True)
class Negated(Part):
    inner: Part


@dataclass(frozen=True)
class Enclosed(Part):
    inner: Part


def parsed(text: str) -> Part:
    """The parts of an expression. Raises Untranslatable where it is none."""
    parser = Parser(tokens(text))
    part = parser.expression(0)
    if parser.kind != "end":
        raise parser.unexpected()
    return part


def tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of each, with words for signs brought to the signs."""
    if len(text) > MAX_TEXT:
        raise Untranslatable(f"it has {len(text)} characters, and at most {MAX_TEXT} are read")
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise Untranslatable(f"{text[position : position + 10]!r} is no part of an expression that is read here")
        kind, token = str(match.lastgroup), match.group()
        if kind == "name" and token.lower() in ("and", "or", *WORDS):
            kind, token = "sign", WORDS.get(token.lower(), token.lower())
        if kind != "space":
            found.append((kind, token))
        position = match.end()
    return [*found, ("end", "")]


class Parser:
    """Top-down operator precedence."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        self.found = found
        self.place = 0
        self.depth = 0
        self.sums = 0

    @property
    def kind(self) -> str:
        return self.found[self.place][0]

    @property
    def text(self) -> str:
        return self.found[self.place][1]

    def take(self) -> str:
        self.place += 1
        return self.found[self.place - 1][1]

    def at(self, sign: str) -> bool:
        return self.found[self.place] == ("sign", sign)

    def expect(self, sign: str) -> None:
        if not self.at(sign):
            raise self.unexpected()
        self.place += 1

    def unexpected(self) -> Untranslatable:
        return Untranslatable(f"{self.text!r} stands where it is not expected" if self.text else "its end is missing")

    def expression(self, binding: int) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Untranslatable(f"it is deeper than {MAX_DEPTH} levels")
        left = self.prefix()
        while self.kind == "sign" and BINDING.get(self.text, 0) > binding:
            operator = self.take()
            if operator in COMPARING and isinstance(left, Infix) and left.operator in COMPARING:
                raise Untranslatable("a comparison is compared")
            self.sums += operator in "+-*/"
            if self.sums > MAX_SUMS:
                raise Untranslatable(f"it has more than {MAX_SUMS} sums and products")
            left = Infix(operator, left, self.expression(BINDING[operator]))
        self.depth -= 1
        return left

    def prefix(self) -> Part:
        if self.kind == "name":
            name = self.take()
            return self.call(name) if self.at("(") else Name(name)
        if self.kind == "number":
            return Number(self.take())
        if self.kind == "text":
            return Text(re.sub(r"\\(.)", r"\1", self.take()[1:-1], flags=re.DOTALL))
        if self.at("!"):
            self.place += 1
            return Negated(self.expression(BINDING["*"]))
        if self.at("-"):
            self.place += 1
            if self.kind != "number":
                raise self.unexpected()
            return Number(f"-{self.take()}")
        if self.at("("):
            self.place += 1
            inner = self.expression(0)
            self.expect(")")
            return Enclosed(inner)
        raise self.unexpected()

    def call(self, name: str) -> Part:
        self.expect("(")
        arguments: list[Part] = []
        while not self.at(")"):
            arguments.append(self.expression(0))
            if not self.at(","):
                break
            self.place += 1
        self.expect(")")
        return Call(name, tuple(arguments))
