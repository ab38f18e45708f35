"""Expressions of a form as our rules, with the same meaning where a question is not answered.

In a form an unanswered question is the empty text: `${x} != 'a'` holds then. With us a comparison with an unanswered
item is false. So `!=` becomes `not x == "a"`, and `${x} = ''` becomes `not answered(x)`.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from surveys.instrument.rule_nodes import (
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
    RuleError,
    Scalar,
    TodayIsAfter,
    Values,
    is_day,
    joined,
    within_limits,
)
from surveys.instrument.rule_tree import from_tree, to_tree
from surveys.instrument.schema import NUMERIC, ItemType
from surveys.instrument.xlsform.expression_grammar import (
    Binary,
    Call,
    Column,
    Expression,
    Joined,
    NotTaken,
    Number,
    Reference,
    Self,
    Text,
    read_expression,
)
from surveys.instrument.xlsform.names_and_keys import Scope, Subject, referred, subject_of
from surveys.instrument.xlsform.question_types import SEVERAL

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
ORDERED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,30})?")
NUMBER, DAY = "number", "day"
SIZES = {**dict.fromkeys(NUMERIC, NUMBER), ItemType.DATE: DAY}  # type of an item -> what its answers are by size
NO_VALUE = "Compare the answer with a value."
Rule = Node | bool  # a rule, or one whose outcome is known without answers


def rule_from(text: str, scope: Scope) -> Rule:
    """The rule that a cell says; true or false where that is known without answers.

    Raises:
        NotTaken: names the part that our rules do not say, and what to do.
    """
    return as_stored(read_expression(text), scope)


def as_stored(tree: Expression, scope: Scope) -> Rule:
    """The rule in the form it is stored in. Raises as `rule_from`."""
    try:
        rule = rule_of(tree, scope)
        return rule if isinstance(rule, bool) else from_tree(to_tree(within_limits(rule)))
    except RuleError as error:
        raise NotTaken("the rule", str(error)) from error


def rule_of(tree: Expression, scope: Scope) -> Rule:
    match tree:
        case Joined(operator=word, parts=parts):
            return all_of(word, [rule_of(part, scope) for part in parts])
        case Binary(operator=sign) if sign in MIRRORED:
            return compared(tree, scope)
        case Call():
            return called(tree, scope)
        case Reference(name=name):
            subject = subject_of(name, scope)
            return Condition(subject.key) if subject.kind == "condition" else answered(subject)
        case Self() if scope.own is not None:
            return answered(scope.own)
    raise NotTaken("a value where a rule is expected", NO_VALUE)


def all_of(word: str, parts: list[Rule]) -> Rule:
    """The parts under `and` or `or`, without those whose outcome is known."""
    decisive = word == "or"
    if any(part is decisive for part in parts):
        return decisive
    open_parts = [part for part in parts if not isinstance(part, bool)]
    if not open_parts:
        return not decisive
    return (one_of(open_parts) if decisive else None) or joined(Or if decisive else And, open_parts)


def one_of(parts: Sequence[Node]) -> Node | None:
    """`x == "a" or x == "b"` as `x in ["a", "b"]`; None for alternatives of another kind."""
    keys: set[str] = set()
    codes: list[Scalar] = []
    for part in parts:
        match part:
            case Comparison("==", ItemAnswer(key), Literal(value)):
                keys.add(key)
                codes.append(value)
            case _:
                return None
    return Comparison("in", ItemAnswer(keys.pop()), Values(tuple(codes))) if len(keys) == 1 and len(codes) > 1 else None


def opposite(rule: Rule) -> Rule:
    if isinstance(rule, bool):
        return not rule
    return rule.rule if isinstance(rule, Not) else Not(rule)


def called(call: Call, scope: Scope) -> Rule:
    match call.function, call.arguments:
        case (("true" | "false"), ()):
            return call.function == "true"
        case "not", (part,):
            return opposite(rule_of(part, scope))
        case "boolean", (part,):
            return rule_of(part, scope)
        case "selected", (answer, code):
            return selected(answer, code, scope)
        case "if", (test, first, second):
            holds = rule_of(test, scope)
            either = [all_of("and", [holds, rule_of(first, scope)])]
            return all_of("or", [*either, all_of("and", [opposite(holds), rule_of(second, scope)])])
    raise unknown_function(call)


def unknown_function(call: Call) -> NotTaken:
    return NotTaken(f"the function {call.function}()", "Our rules have none like it: say it in another way by hand.")


def selected(answer: Expression, code: Expression, scope: Scope) -> Rule:
    """`selected(${x}, 'a')`, and the written list `selected('a b', ${x})`."""
    if isinstance(answer, Text):
        subject = referred(code, scope)
        if subject is None or subject.kind != "item":
            raise NotTaken("selected() of two values", NO_VALUE)
        values = tuple(code_of(subject, part) for part in answer.value.split())
        return Comparison("in", ItemAnswer(subject.key), Values(values)) if values else False
    subject = referred(answer, scope)
    if subject is None or subject.kind != "item":
        raise NotTaken("selected() of something that is no question", "Name the question as ${name}.")
    if isinstance(code, Text | Number):
        text = written(code)
        if subject.type in SEVERAL:
            return Comparison("in", Literal(code_of(subject, text)), ItemAnswer(subject.key))
        return equal(code, subject, scope)
    other = referred(code, scope)
    if other is None or other.kind != "item":
        raise NotTaken("selected() of a calculated code", "Name the code.")
    return Comparison("in", ItemAnswer(other.key), ItemAnswer(subject.key))


def written(tree: Text | Number) -> str:
    return tree.value if isinstance(tree, Text) else str(tree.value)


def code_of(subject: Subject, text: str) -> str:
    return subject.codes.get(text, text)


def answered(subject: Subject) -> Node:
    if subject.kind == "background":
        return Comparison("!=", Background(subject.key), Literal(""))
    if subject.kind == "condition":
        raise NotTaken(f"a comparison with {subject.key}", "A named rule either holds or not.")
    return Answered((subject.key,))


def compared(tree: Binary, scope: Scope) -> Rule:
    left, sign, right = in_cells(tree.left, scope), tree.operator, in_cells(tree.right, scope)
    if isinstance(left, Text | Number) or is_today(left):
        left, sign, right = right, MIRRORED[sign], left
    if isinstance(left, Text | Number):
        return known(left, sign, right)
    if is_today(right):
        return before_today(left, sign, scope)
    length = measured(left, sign, right, scope)
    if length is not None:
        return length
    subject = referred(left, scope)
    if sign in ORDERED:
        return in_order(left, sign, right, scope)
    same = equal(right, subject, scope) if subject is not None else Comparison("==", *values(left, right, scope))
    return opposite(same) if sign == "!=" else same


def in_cells(tree: Expression, scope: Scope) -> Expression:
    """The cell of the choice, where a column of a choice filter is meant."""
    if not isinstance(tree, Column):
        return tree
    column = tree.name.lower()
    if scope.columns is None or column not in scope.columns:
        raise NotTaken(f"the name {tree.name}", "No column of the choices has it, and questions are named as ${name}.")
    return Text(scope.columns[column])


def known(left: Expression, sign: str, right: Expression) -> Rule:
    """Two written values compared."""
    if not isinstance(left, Text | Number) or not isinstance(right, Text | Number):
        raise NotTaken("a comparison of two written values", NO_VALUE)
    if sign in ("=", "!="):
        return (written(left) == written(right)) == (sign == "=")
    one, other = decimal_of(written(left)), decimal_of(written(right))
    return one is not None and other is not None and ORDERED[sign](one, other)


def decimal_of(text: str) -> Decimal | None:
    return Decimal(text) if DECIMAL.fullmatch(text) else None


def is_today(tree: Expression) -> bool:
    return isinstance(tree, Call) and tree.function in ("today", "now") and not tree.arguments


def before_today(left: Expression, sign: str, scope: Scope) -> Rule:
    subject = referred(left, scope)
    if subject is None or subject.kind == "condition" or sign != "<":
        why = "Of the day of answering our rules only say that it is after another: ${day} < today()."
        raise NotTaken(f"a comparison {sign} today()", why)
    return TodayIsAfter(operand(subject))


def measured(left: Expression, sign: str, right: Expression, scope: Scope) -> Rule | None:
    """`string-length(${x}) > 0` and its like as whether x is answered; None for everything else."""
    if not isinstance(left, Call) or left.function != "string-length" or len(left.arguments) != 1:
        return None
    subject = referred(left.arguments[0], scope)
    there = {(">", 0), ("!=", 0), (">=", 1)}
    absent = {("=", 0), ("<=", 0), ("<", 1)}
    size = right.value if isinstance(right, Number) else None
    if subject is None or (sign, size) not in there | absent:
        raise NotTaken("string-length()", "Our rules only say whether something is answered, not how long it is.")
    return answered(subject) if (sign, size) in there else opposite(answered(subject))


def equal(value: Expression, subject: Subject, scope: Scope) -> Rule:
    """Whether the subject is this value: the equality of the form, in which nothing equals nothing."""
    if isinstance(value, Text | Number) and written(value) == "":
        return opposite(answered(subject))
    if subject.kind == "condition":
        return outcome(subject, value)
    if isinstance(value, Text | Number):
        return Comparison("==", operand(subject), constant(subject, written(value)))
    other = referred(value, scope)
    if other is None:
        return Comparison("==", operand(subject), value_of(value, scope))
    if other.kind == "condition":
        raise NotTaken(f"a comparison with {other.key}", "A named rule either holds or not.")
    if "item" == subject.kind == other.kind and (subject.type in NUMERIC) != (other.type in NUMERIC):
        raise NotTaken(f"a comparison of {subject.key} with {other.key}", "Only one of them is answered with a number.")
    same = Comparison("==", operand(subject), operand(other))
    if scope.own in (subject, other):
        return same  # a constraint is only looked at once its question is answered
    return joined(Or, [same, Not(joined(Or, [answered(subject), answered(other)]))])


def outcome(subject: Subject, value: Expression) -> Rule:
    holds, not_so = subject.outcomes
    text = written(value) if isinstance(value, Text | Number) else ""
    if isinstance(value, Call) and value.function in ("true", "false") and not value.arguments:
        text = value.function
    if text == holds:
        return Condition(subject.key)
    if text == not_so:
        return Not(Condition(subject.key))
    raise NotTaken(f"a comparison with {subject.key}", f"It is either {holds!r} or {not_so!r}.")


def constant(subject: Subject, text: str) -> Literal | Values:
    """A written value as an answer to the subject may be."""
    if subject.kind == "item" and subject.type in SEVERAL:
        return Values(tuple(code_of(subject, part) for part in text.split()))
    number = decimal_of(text)
    if subject.kind == "item" and subject.type in NUMERIC and number is not None:
        return Literal(plain(number))
    return Literal(code_of(subject, text))


def plain(number: Decimal) -> Scalar:
    return int(number) if number == number.to_integral_value() else number


def in_order(left: Expression, sign: str, right: Expression, scope: Scope) -> Rule:
    """A comparison by size. Of codes it is one by their numbers, which names the codes with us."""
    subject = referred(left, scope)
    if subject is not None and subject.kind == "item" and subject.type is ItemType.SINGLE:
        limit = decimal_of(written(right)) if isinstance(right, Text | Number) else None
        if limit is None:
            raise NotTaken(f"a comparison of the codes of {subject.key} by size", "Codes have no order: name them.")
        numbers = {code: decimal_of(text) for text, code in subject.codes.items()}
        fitting = tuple(code for code, number in numbers.items() if number is not None and ORDERED[sign](number, limit))
        return Comparison("in", ItemAnswer(subject.key), Values(fitting)) if fitting else False
    one, other = sized(left, scope), sized(right, scope)
    if {one, other} == {NUMBER, DAY}:
        raise NotTaken("a comparison of a day with a number", "Compare a day with a day: '2025-12-31'.")
    return Comparison(sign, *values(left, right, scope))


def sized(tree: Expression, scope: Scope) -> str:
    """Whether it is a number or a day that is compared by size; empty for what the frame says, which may be both."""
    match tree:
        case Text(value=text) if is_day(text):
            return DAY
        case Call(function="date" | "date-time"):
            return DAY
        case Text(value=text) if decimal_of(text) is None:
            raise NotTaken(f"a comparison with {text!r} by size", "Expected a number or a day.")
    subject = referred(tree, scope)
    if subject is None:
        return NUMBER
    if subject.kind != "item":
        return ""
    if subject.type not in SIZES:
        raise NotTaken(f"the size of {subject.key}", "It is answered with no number or day: ask for one.")
    return SIZES[subject.type]


def values(left: Expression, right: Expression, scope: Scope) -> tuple[Node, Node]:
    return value_of(left, scope), value_of(right, scope)


def value_of(tree: Expression, scope: Scope) -> Node:
    """The operand that an expression says."""
    match tree:
        case Number(value=value):
            return Literal(value)
        case Text(value=text):
            number = decimal_of(text)
            return Literal(text if number is None else plain(number))
        case Call(function="string" | "number"):
            pass
        case Call():
            return value_of_call(tree, scope)
        case Binary(operator="+" | "-" | "*" | "div"):
            return calculated(tree, scope)
    subject = referred(tree, scope)
    if subject is not None:
        return operand(subject)
    part = f"the operator {tree.operator}" if isinstance(tree, Binary | Joined) else "a part that is no value"
    raise NotTaken(part, NO_VALUE)


def value_of_call(call: Call, scope: Scope) -> Node:
    match call:
        case Call(function="date" | "date-time", arguments=(Text(value=day),)) if is_day(day):
            return Literal(day)
        case Call(function="count-selected", arguments=(inner,)):
            return Count((item_of(inner, scope),))
    raise unknown_function(call)


def calculated(tree: Binary, scope: Scope) -> Node:
    sign = "/" if tree.operator == "div" else tree.operator
    if DAY in (sized(tree.left, scope), sized(tree.right, scope)):
        raise NotTaken("a calculation with days", "Ours calculates with numbers.")
    try:
        return Arithmetic(sign, *values(tree.left, tree.right, scope))
    except RuleError as error:
        raise NotTaken(f"a calculation with {tree.operator}", str(error)) from error


def item_of(tree: Expression, scope: Scope) -> str:
    subject = referred(tree, scope)
    if subject is None or subject.kind != "item":
        raise NotTaken("a function of something that is no question", "Name the question as ${name}.")
    return subject.key


def operand(subject: Subject) -> Node:
    if subject.kind == "condition":
        raise NotTaken(f"the value of {subject.key}", "A named rule either holds or not.")
    return Background(subject.key) if subject.kind == "background" else ItemAnswer(subject.key)
