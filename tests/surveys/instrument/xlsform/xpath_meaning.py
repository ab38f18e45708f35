"""What an expression means to a form: XPath 1.0 over the texts that questions hold, an unanswered one being empty."""

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date

from surveys.instrument.xlsform.expression_grammar import (
    Binary,
    Call,
    Expression,
    Joined,
    Number,
    Reference,
    Self,
    Text,
    read_expression,
)

Value = str | float | bool
ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def divided(one: float, other: float) -> float:
    if other:
        return one / other
    return math.nan if not one or math.isnan(one) else math.copysign(math.inf, one)


ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "div": divided,
}  # fmt: skip


def holds(text: str, answers: Mapping[str, str], own: str = "") -> bool:
    """Whether the expression holds; `answers`: name of a question -> what it holds, several choices with spaces."""
    return truth(value(read_expression(text), answers, own))


def truth(found: Value) -> bool:
    return bool(found) and not (isinstance(found, float) and math.isnan(found))


def number(found: Value) -> float:
    try:
        if isinstance(found, str) and found.count("-") == 2:
            return float(date.fromisoformat(found).toordinal())
        return float(found)
    except ValueError:
        return math.nan


def string(found: Value) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    return f"{found:g}" if isinstance(found, float) else found


def value(tree: Expression, answers: Mapping[str, str], own: str) -> Value:  # noqa: PLR0911 - one case a kind
    match tree:
        case Text(value=text):
            return text
        case Number(value=figure):
            return float(figure)
        case Reference(name=name):
            return answers.get(name, "")
        case Self():
            return own
        case Joined(operator=word, parts=parts):
            found = (truth(value(part, answers, own)) for part in parts)
            return all(found) if word == "and" else any(found)
        case Binary(operator=sign, left=left, right=right):
            return of_two(sign, value(left, answers, own), value(right, answers, own))
        case Call(function="if", arguments=(test, one, other)):
            return value(one if truth(value(test, answers, own)) else other, answers, own)
        case Call(function=function, arguments=arguments):
            return called(function, [value(part, answers, own) for part in arguments])
    raise AssertionError(tree)


def of_two(sign: str, one: Value, other: Value) -> Value:
    if sign in ARITHMETIC:
        return ARITHMETIC[sign](number(one), number(other))
    if sign in ORDER:
        return ORDER[sign](number(one), number(other))
    numeric = isinstance(one, float) or isinstance(other, float)
    same = number(one) == number(other) if numeric else string(one) == string(other)
    return same == (sign == "=")


def called(function: str, given: list[Value]) -> Value:  # noqa: PLR0911 - one case a function
    match function, given:
        case "not", [one]:
            return not truth(one)
        case "boolean", [one]:
            return truth(one)
        case (("true" | "false"), []):
            return function == "true"
        case "selected", [answer, code]:
            return string(code) in string(answer).split() if string(code) else False
        case "count-selected", [answer]:
            return float(len(string(answer).split()))
        case "string-length", [answer]:
            return float(len(string(answer)))
        case "coalesce", [one, other]:
            return one if string(one) else other
        case "date", [day]:
            return day
    raise AssertionError((function, given))
