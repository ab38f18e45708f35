"""Rules as LimeSurvey writes them, read into our tree.

Taken: comparisons in words and signs, and, or, not, arithmetic, is_empty, count, countif over choices, sum, min, max,
and if(rule, 1, 0). Two spellings carry a meaning of ours, and read well in files of others too: alternatives of one
answer joined by `||` are a list, and `!is_empty(x) && x > 1` is the comparison alone, since ours is false without an
answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from surveys.instrument.limesurvey.expression_grammar import (
    Call,
    Enclosed,
    Infix,
    Name,
    Negated,
    Number,
    Part,
    Text,
    Untranslatable,
    parsed,
)
from surveys.instrument.limesurvey.names_and_codes import (
    TICKED,
    AnswerName,
    BackgroundName,
    ChoiceName,
    ConditionName,
    Meaning,
    Names,
)
from surveys.instrument.rule_nodes import (
    ENDS,
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
    Or,
    ReferenceDay,
    RuleError,
    Scalar,
    Values,
    background_references,
    item_references,
    joined,
    within_limits,
)

EQUATION = re.compile(r"\s*\{([^{}]*)\}\s*")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@dataclass(frozen=True)
class Counted:
    """count or countif over answers, before it is compared."""

    answers: tuple[AnswerName, ...]
    choices: tuple[ChoiceName, ...]


def rule_of(text: str, names: Names) -> Node:
    """The rule that an expression states.

    Raises:
        Untranslatable: names the function, name or sign that has no counterpart.
    """
    try:
        return within_limits(ExpressionReader(names).rule(parsed(text)))
    except RuleError as error:
        raise Untranslatable(f"it is too long or compares what cannot be compared ({error})") from error


def equation_of(text: str, names: Names) -> Node:
    """The rule of an equation question, `{rule}` or `{if(rule, 1, 0)}`. Raises Untranslatable as `rule_of`."""
    match = EQUATION.fullmatch(text)
    if match is None:
        raise Untranslatable("it is no single expression in braces")
    return rule_of(match.group(1), names)


class ExpressionReader:
    """Gives parts of an expression their meaning."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def rule(self, part: Part) -> Node:
        match part:
            case Enclosed(inner=inner):
                return self.rule(inner)
            case Negated(inner=inner):
                node = self.rule(inner)
                plain = isinstance(inner, Call) and inner.name == "is_empty" and isinstance(node, Not)
                return node.rule if plain and isinstance(node, Not) else Not(node)
            case Infix(operator="&&" | "||" | "and" | "or"):
                return self.chain(part)
            case Infix(operator=operator, left=left, right=right) if operator in FLIPPED:
                return self.comparison(operator, left, right)
            case Call():
                return self.call(part)
            case Name(text=text):
                return self.truth(text)
        raise Untranslatable("a value stands where a rule is expected")

    def chain(self, part: Infix) -> Node:
        operator = part.operator
        parts: list[Part] = []
        left: Part = part
        while isinstance(left, Infix) and left.operator == operator:
            parts.append(left.right)
            left = left.left
        parts.append(left)
        parts.reverse()
        if operator == "||" and (listed := self.alternatives(parts)) is not None:
            return listed
        rules = [self.rule(one) for one in parts]
        if operator == "&&" and (folded := without_guards(rules)) is not None:
            return folded
        return joined(And if operator in ("&&", "and") else Or, rules)

    def alternatives(self, parts: Sequence[Part]) -> Node | None:
        """`x == "a" || x == "b"` as a list of values."""
        values: list[Scalar] = []
        lefts: set[Node] = set()
        for part in parts:
            if not isinstance(part, Infix) or part.operator != "==" or not isinstance(part.right, Text | Number):
                return None
            compared = self.comparison(part.operator, part.left, part.right)
            if not isinstance(compared, Comparison) or not isinstance(compared.right, Literal):
                return None
            if compared.operator != "==":
                return None
            lefts.add(compared.left)
            values.append(compared.right.value)
        return Comparison("in", lefts.pop(), Values(tuple(values))) if len(lefts) == 1 else None

    def truth(self, text: str) -> Node:
        """A name that stands alone: something is answered, ticked or true."""
        match self.known(text):
            case ConditionName(name=name):
                return Condition(name)
            case ChoiceName(key=key, code=code, ticked=True):
                return Comparison("in", Literal(code), ItemAnswer(key))
            case BackgroundName(name=name):
                return Comparison("!=", background(name), Literal(""))
            case AnswerName(key=key):
                return Answered((key,))
        raise Untranslatable(f"the name {text} is one part of an answer")

    def call(self, part: Call) -> Node:
        if part.name == "is_empty" and len(part.arguments) == 1:
            inner = plain(part.arguments[0])
            if isinstance(inner, Name):
                return Not(self.truth(inner.text))
        if part.name == "if" and len(part.arguments) == 3 and values_of(part.arguments[1:]) == ("1", "0"):
            return self.rule(part.arguments[0])
        if part.name in ("count", "countif"):
            return self.counted(self.count(part), ">", Decimal(0))
        raise Untranslatable(f"the function {part.name} has no counterpart here")

    def comparison(self, operator: str, left: Part, right: Part) -> Node:
        left, right = plain(left), plain(right)
        if isinstance(left, Text | Number) and not isinstance(right, Text | Number):
            operator, left, right = FLIPPED[operator], right, left
        if isinstance(left, Call) and left.name in ("count", "countif") and isinstance(right, Number | Text):
            return self.counted(self.count(left), operator, decimal(right.value))
        meaning = self.known(left.text) if isinstance(left, Name) else None
        if meaning is not None and isinstance(right, Text | Number):
            if isinstance(meaning, AnswerName) and operator not in ("==", "!="):
                return ordered(meaning, operator, right)
            return self.compared(meaning, operator, right)
        if operator not in ("==", "!="):
            return Comparison(operator, self.amount(left), self.amount(right))
        return Comparison(operator, self.operand(left), self.operand(right))

    def compared(self, meaning: Meaning, operator: str, value: Text | Number) -> Node:
        match meaning:
            case ConditionName(name=name) if operator in ("==", "!=") and value.value in ("0", "1"):
                same = (value.value == "1") == (operator == "==")
                return Condition(name) if same else Not(Condition(name))
            case ChoiceName(key=key, code=code, ticked=True) if operator in ("==", "!="):
                if value.value not in (TICKED, ""):
                    raise Untranslatable(f"a choice is {TICKED} or empty, and is compared with {value.value}")
                chosen = Comparison("in", Literal(code), ItemAnswer(key))
                return chosen if (value.value == TICKED) == (operator == "==") else Not(chosen)
            case BackgroundName(name=name) if value.value == "":
                return Comparison(operator, background(name), Literal(""))
            case BackgroundName(name=name):
                return unlike(operator, background(name), literal(value))
            case AnswerName() if value.value == "" and operator in ("==", "!="):
                answered = Answered((meaning.key,))
                return Not(answered) if operator == "==" else answered
            case AnswerName():
                return unlike(operator, ItemAnswer(meaning.key), answer_literal(meaning, value))
        raise Untranslatable("one part of an answer, or the result of an equation, is compared")

    def operand(self, part: Part) -> Node:
        match plain(part):
            case Name(text=text):
                match self.known(text):
                    case AnswerName(key=key):
                        return ItemAnswer(key)
                    case BackgroundName(name=name):
                        return background(name)
                raise Untranslatable(f"the name {text} is one part of an answer")
            case Text() | Number() as value:
                return literal(value)
            case Infix(operator=operator, left=left, right=right) if operator in ("+", "-", "*", "/"):
                return Arithmetic(operator, self.amount(left), self.amount(right))
            case Call() as call:
                return self.function(call)
        raise Untranslatable("a rule stands where a value is expected")

    def amount(self, part: Part) -> Node:
        """An operand that is computed or has a size, which a code has not."""
        inner = plain(part)
        meaning = self.names.meaning(inner.text) if isinstance(inner, Name) else None
        if isinstance(meaning, AnswerName) and meaning.codes:
            raise Untranslatable(f"the answer to {meaning.key} is a code and no number")
        return self.operand(part)

    def function(self, call: Call) -> Node:
        """A function that gives a number."""
        if call.name in ("sum", "min", "max"):
            found = [self.amount(argument) for argument in call.arguments]
            keys = [one.key for one in found if isinstance(one, ItemAnswer)]
            if keys and len(keys) == len(found):
                return Aggregate(call.name, tuple(keys))
            raise Untranslatable(f"{call.name} is taken of answers alone")
        if call.name not in ("count", "countif"):
            raise Untranslatable(f"the function {call.name} has no counterpart here")
        counted = self.count(call)
        if counted.choices and not self.names.wholly(counted.choices):
            raise Untranslatable("some of the choices are counted, and not compared with a number")
        return count_node(counted)

    def count(self, part: Call) -> Counted:
        """What is counted: answers, and choices where `countif` says that they are ticked."""
        arguments = list(part.arguments)
        if part.name == "countif" and (not arguments or values_of(arguments[:1]) != (TICKED,)):
            raise Untranslatable("countif is taken of ticked choices alone")
        meanings: list[Meaning] = []
        for argument in arguments[1:] if part.name == "countif" else arguments:
            inner = plain(argument)
            if not isinstance(inner, Name):
                raise Untranslatable(f"{part.name} is taken of answers alone")
            meanings.append(self.known(inner.text))
        choices = tuple(one for one in meanings if isinstance(one, ChoiceName))
        answers = tuple(one for one in meanings if isinstance(one, AnswerName))
        if not meanings or len(choices) + len(answers) < len(meanings):
            raise Untranslatable(f"{part.name} is taken of answers alone")
        return Counted(answers, choices)

    def counted(self, counted: Counted, operator: str, number: Decimal) -> Node:
        """A count compared with a number: as a rule on the choices where it asks for any or for none."""
        keys = tuple(dict.fromkeys(choice.key for choice in counted.choices))
        wholly = not counted.choices or self.names.wholly(counted.choices)
        holds = [HOLDS[operator](Decimal(count), number) for count in range(len(counted.choices) + 1)]
        if len(keys) == 1 and not counted.answers and holds[0] != holds[1] and len(set(holds[1:])) == 1:
            chosen: Node = Comparison(
                "any in", ItemAnswer(keys[0]), Values(tuple(choice.code for choice in counted.choices))
            )
            if wholly and (
                not all(choice.ticked for choice in counted.choices) or (operator, number) != (">=", Decimal(1))
            ):
                chosen = Answered(keys)
            return Not(chosen) if holds[0] else chosen
        if not wholly and len(keys) == 1 and not counted.answers and holds[-1] and sum(holds) == 1:
            return Comparison("all in", Values(tuple(choice.code for choice in counted.choices)), ItemAnswer(keys[0]))
        if not wholly:
            raise Untranslatable("some of the choices are counted, and compared with more than none")
        return Comparison(operator, count_node(counted), Literal(whole(number)))

    def known(self, text: str) -> Meaning:
        meaning = self.names.meaning(text)
        if meaning is None:
            raise Untranslatable(f"the name {text} is no answer or attribute that was taken over")
        return meaning


def unlike(operator: str, answer: Node, value: Literal) -> Node:
    """A comparison as LimeSurvey means it: there an answer that is missing is unlike every value."""
    if operator == "!=":
        return Not(Comparison("==", answer, value))
    return Comparison(operator, answer, value)


def ordered(meaning: AnswerName, operator: str, value: Text | Number) -> Node:
    """Larger or smaller than a constant: as a list of the codes that are, where the answer has codes."""
    if not meaning.codes:
        if not meaning.number and DAY.fullmatch(value.value) is None:
            raise Untranslatable("an answer in words is larger or smaller than something")
        return Comparison(operator, ItemAnswer(meaning.key), answer_literal(meaning, value))
    limit = decimal(value.value)
    numbers = {code: Decimal(code) for code in meaning.codes if NUMBER.fullmatch(code)}
    found = tuple(meaning.codes[code] for code, number in numbers.items() if HOLDS[operator](number, limit))
    if not found:
        raise Untranslatable(f"no code of {meaning.key} is a number that is {operator} {value.value}")
    return Comparison("in", ItemAnswer(meaning.key), Values(found))


def without_guards(rules: Sequence[Node]) -> Node | None:
    """The comparison behind `!is_empty(x) && x > 1`, or one `answered` for several; None for anything else."""
    *guards, last = rules
    keys: list[str] = []
    variables: list[str] = []
    for guard in guards:
        match guard:
            case Answered(keys=found):
                keys += found
            case Comparison("!=", Background(name=name), Literal(value="")):
                variables.append(name)
            case _:
                return None
    match last:
        case Answered(keys=found) if not variables:
            return Answered((*keys, *found))
        case Not(rule=Comparison("==", left, right)):
            last = Comparison("!=", left, right)
        case Comparison(operator=operator) if operator in FLIPPED:
            pass
        case _:
            return None
    read = (item_references(last), background_references(last))
    return last if read == (frozenset(keys), frozenset(variables)) else None


def count_node(counted: Counted) -> Count:
    keys = [*(answer.key for answer in counted.answers), *(choice.key for choice in counted.choices)]
    return Count(tuple(dict.fromkeys(keys)))


def background(name: str) -> Node:
    """The variable of the register, or an end of the reference period; one formatted for a text is no day."""
    if not name.startswith("ref."):
        return Background(name)
    end = name.removeprefix("ref.")
    if end not in ENDS:
        raise Untranslatable(f"{name} is written for people and cannot be compared")
    return ReferenceDay(end)


def plain(part: Part) -> Part:
    while isinstance(part, Enclosed):
        part = part.inner
    return part


def values_of(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(part.value for part in parts if isinstance(part, Text | Number))


def decimal(text: str) -> Decimal:
    if NUMBER.fullmatch(text) is None:
        raise Untranslatable(f"{text} is no number")
    return Decimal(text)


def whole(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number


def literal(value: Text | Number) -> Literal:
    if isinstance(value, Number):
        return Literal(whole(decimal(value.value)))
    if ('"' in value.value and "'" in value.value) or any(sign < " " for sign in value.value):
        raise Untranslatable("a text with both kinds of quotes or with line breaks is compared")
    return Literal(value.value)


def answer_literal(meaning: AnswerName, value: Text | Number) -> Literal:
    """The value in our codes; a code that nobody can answer has no counterpart."""
    if meaning.codes:
        if value.value not in meaning.codes:
            raise Untranslatable(f"the value {value.value or '(nothing)'} is no answer to {meaning.key}")
        return Literal(meaning.codes[value.value])
    return Literal(whole(decimal(value.value))) if meaning.number else literal(value)
