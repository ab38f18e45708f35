"""The XPath that cells of a form hold, read to a small tree. Paths, predicates and everything unknown are refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

MAX_TEXT = 20_000
MAX_DEPTH = 60
TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<reference>\$\{\s*[^\s{}]{1,200}\s*\})
      | (?P<number>\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*(?::[A-Za-z_][\w-]*)?)
      | (?P<mark>!=|<=|>=|\.\.|//|[=<>+\-*/().,|\[\]@])""",
    re.VERBOSE,
)
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})
BINDING = {
    "or": 10, "and": 20, "=": 30, "!=": 30, "<": 40, "<=": 40, ">": 40, ">=": 40, "+": 50, "-": 50, "*": 60, "div": 60,
    "mod": 60,
}  # fmt: skip
NEGATIVE_BINDING = 70


class NotTaken(ValueError):
    """An expression, or a part of it, that our rules do not say. `what` names the part."""

    def __init__(self, what: str, why: str) -> None:
        self.what = what
        self.why = why
        super().__init__(f"{what}: {why}")


@dataclass(frozen=True)
class Expression:
    """Base of the tree."""


@dataclass(frozen=True)
class Text(Expression):
    value: str


@dataclass(frozen=True)
class Number(Expression):
    value: int | Decimal


@dataclass(frozen=True)
class Reference(Expression):
    """`${name}`: the answer to another question."""

    name: str


@dataclass(frozen=True)
class Self(Expression):
    """`.`: the answer to the question itself."""


@dataclass(frozen=True)
class Column(Expression):
    """A bare name: in a choice filter, the column of the choices."""

    name: str


@dataclass(frozen=True)
class Call(Expression):
    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Binary(Expression):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Joined(Expression):
    """Parts under one `and` or `or`, as they stand: brackets keep a part of the same kind apart."""

    operator: str
    parts: tuple[Expression, ...]


def read_expression(text: str) -> Expression:
    """The tree of an expression.

    Raises:
        NotTaken: it is no XPath, or uses what is outside the subset; names the position or the part.
    """
    parser = Parser(tokens(text.translate(STRAIGHT)))
    tree = parser.expression(0)
    if parser.kind != "end":
        raise parser.unexpected("an operator or the end")
    return tree


def tokens(text: str) -> list[tuple[str, str, int]]:
    """Kind, text and position of each token, with one of the kind `end` behind the last."""
    if len(text) > MAX_TEXT:
        raise NotTaken(f"an expression of {len(text)} characters", f"At most {MAX_TEXT} are read.")
    found: list[tuple[str, str, int]] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            part = text[position : position + 10]
            raise NotTaken(f"{part!r} at position {position + 1}", "It is no part of an expression.")
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match.group(), position))
        position = match.end()
    return [*found, ("end", "", len(text))]


class Parser:
    """Top-down operator precedence. Whether a name is an operator depends on where it stands, as in XPath."""

    def __init__(self, found: list[tuple[str, str, int]]) -> None:
        self.found = found
        self.place = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        return self.found[self.place][0]

    @property
    def text(self) -> str:
        return self.found[self.place][1]

    def take(self) -> str:
        self.place += 1
        return self.found[self.place - 1][1]

    def unexpected(self, expected: str) -> NotTaken:
        kind, text, position = self.found[self.place]
        got = "the end" if kind == "end" else repr(text)
        if text in ("/", "//", "..", "[", "@", "|"):
            return NotTaken(f"the path at position {position + 1}", "Name the question as ${name}.")
        return NotTaken(f"{got} at position {position + 1}", f"Expected {expected}.")

    def expect(self, mark: str) -> None:
        if self.kind != "mark" or self.text != mark:
            raise self.unexpected(repr(mark))
        self.place += 1

    def expression(self, binding: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotTaken(f"an expression more than {MAX_DEPTH} levels deep", "Give a part of it a row of its own.")
        left = self.prefix()
        operators = 0
        while self.kind in ("mark", "name") and BINDING.get(self.text, 0) > binding:
            operator = self.take()
            right = self.expression(BINDING[operator])
            if operator in ("and", "or"):
                left = joined(operator, left, right)
                continue
            operators += 1
            if operators > MAX_DEPTH:
                raise NotTaken(f"more than {MAX_DEPTH} operators in a row", "Give a part of it a row of its own.")
            left = Binary(operator, left, right)
        self.depth -= 1
        return left

    def prefix(self) -> Expression:
        readers: dict[str, Callable[[], Expression]] = {
            "reference": lambda: Reference(self.take()[2:-1].strip()),
            "number": lambda: Number(number(self.take())),
            "string": lambda: Text(self.take()[1:-1]),
            "name": self.named,
        }
        if self.kind in readers:
            return readers[self.kind]()
        if self.kind == "mark" and self.text == "(":
            self.place += 1
            inner = self.expression(0)
            self.expect(")")
            return inner
        if self.kind == "mark" and self.text == ".":
            self.place += 1
            return Self()
        if self.kind == "mark" and self.text == "-":
            self.place += 1
            of = self.expression(NEGATIVE_BINDING)
            return Number(-of.value) if isinstance(of, Number) else Binary("-", Number(0), of)
        raise self.unexpected("a value, ${name} or a function")

    def named(self) -> Expression:
        name = self.take()
        if self.kind != "mark" or self.text != "(":
            return Column(name)
        self.place += 1
        arguments: list[Expression] = []
        while not (self.kind == "mark" and self.text == ")"):
            arguments.append(self.expression(0))
            if self.text != ",":
                break
            self.place += 1
        self.expect(")")
        return Call(name, tuple(arguments))


def number(text: str) -> int | Decimal:
    """`5`, `5.` and `.5` as numbers, without zeros that say nothing."""
    if "." not in text:
        return int(text)
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else value


def joined(operator: str, left: Expression, right: Expression) -> Joined:
    """The parser goes from left to right, so only the left side can be of the same kind."""
    parts = left.parts if isinstance(left, Joined) and left.operator == operator else (left,)
    return Joined(operator, (*parts, right))


def functions_in(tree: Expression) -> list[str]:
    """The functions that an expression calls, from the outside in."""
    match tree:
        case Call(function=function, arguments=parts):
            return [function, *(name for part in parts for name in functions_in(part))]
        case Binary(left=left, right=right):
            return [*functions_in(left), *functions_in(right)]
        case Joined(parts=parts):
            return [name for part in parts for name in functions_in(part)]
    return []


def conjuncts(tree: Expression) -> tuple[Expression, ...]:
    """The parts of a tree that are joined by `and`, in brackets too; the tree itself where there is none on top."""
    if not isinstance(tree, Joined) or tree.operator != "and":
        return (tree,)
    return tuple(part for inner in tree.parts for part in conjuncts(inner))
