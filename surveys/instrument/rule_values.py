"""What the rule language makes of an answer: values, what they count as, and how two of them compare."""

import math
from collections.abc import Callable, Mapping
from decimal import Context, Decimal

from surveys.instrument.rule_nodes import Scalar, Truth, is_day

Value = Scalar | frozenset[Scalar] | None
Test = Callable[[Value, Value], bool]

LISTS = (list, tuple, set, frozenset)
# The language's own, as that of the running thread may be another. Without traps: `calculated` looks at the result.
FIFTY_DIGITS = Context(prec=50, traps=[])


def value_of(answer: object) -> Value:
    """An answer as the language sees it; what is no answer is None.

    Several choices and a ranking are a set, a percentage split is the set of codes with more than 0, and a register
    value is the value itself, whether confirmed or corrected.
    """
    if answer is None or isinstance(answer, str):
        return answer or None
    if isinstance(answer, LISTS):
        parts = (scalar_of(part) for part in answer)
        return frozenset(part for part in parts if part is not None) or None
    if isinstance(answer, Mapping):
        return value_of_mapping(answer)
    return scalar_of(answer)


def value_of_mapping(answer: Mapping[object, object]) -> Value:
    if is_register(answer):
        value = answer["value"]
        return None if isinstance(value, Mapping) else value_of(value)
    return frozenset(shares(answer)) if answer else None


def is_register(answer: Mapping[object, object]) -> bool:
    """Whether it is a value with its source; in a percentage split no share is a text."""
    return "value" in answer and isinstance(answer.get("source"), str)


def shares(split: Mapping[object, object]) -> dict[Scalar, int | Decimal]:
    """The codes with more than 0: a part of 0 and one left out are the same answer."""
    numbers = {code: scalar_of(share) for code, share in split.items() if isinstance(code, str)}
    return {code: share for code, share in numbers.items() if isinstance(share, int | Decimal) and share > 0}


def scalar_of(answer: object) -> Scalar | None:
    if isinstance(answer, str):
        return answer or None
    if isinstance(answer, bool):
        return Truth.TRUE if answer else Truth.FALSE
    if isinstance(answer, int | Truth):
        return answer
    number = Decimal(str(answer)) if isinstance(answer, float) and math.isfinite(answer) else answer
    return number if isinstance(number, Decimal) and number.is_finite() else None


def numbers_of(answer: object) -> tuple[int | Decimal, ...]:
    """The numbers in an answer: itself, or the shares of a percentage split above 0; of any other answer none."""
    if isinstance(answer, Mapping) and not is_register(answer):
        return tuple(shares(answer).values())
    value = value_of(answer)
    return (value,) if isinstance(value, int | Decimal) else ()


def choices(value: Value) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, frozenset) else 1


def total(numbers: tuple[int | Decimal, ...]) -> Decimal:
    found = Decimal(0)
    for number in numbers:
        found = FIFTY_DIGITS.add(found, number)
    return found


AGGREGATES: Mapping[str, Callable[[tuple[int | Decimal, ...]], int | Decimal]] = {
    "sum": total,
    "min": min,
    "max": max,
}
OPERATIONS: Mapping[str, Callable[[int | Decimal, int | Decimal], Decimal]] = {
    "+": FIFTY_DIGITS.add,
    "-": FIFTY_DIGITS.subtract,
    "*": FIFTY_DIGITS.multiply,
    "/": FIFTY_DIGITS.divide,
}


def calculated(operator: str, one: Value, other: Value) -> Decimal | None:
    """The result to 50 digits; None where a side is no number, where it divides by zero or grows beyond all use."""
    if not isinstance(one, int | Decimal) or not isinstance(other, int | Decimal):
        return None
    result = OPERATIONS[operator](one, other)
    return result if result.is_finite() else None


def order(one: Value, other: Value) -> int | None:
    """Below 0, 0 or above 0 as the first is less, the same or more; None where there is no order between the two."""
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return (one > other) - (one < other)
    if isinstance(one, str) and isinstance(other, str) and is_day(one) and is_day(other):
        return (one > other) - (one < other)
    return None


def ordered(test: Callable[[int], bool]) -> Test:
    def holds(one: Value, other: Value) -> bool:
        found = order(one, other)
        return found is not None and test(found)

    return holds


def is_later(one: Value, other: Value) -> bool:
    """Whether both are days and the first is the later."""
    return isinstance(one, str) and (order(one, other) or 0) > 0


def as_set(value: Value) -> frozenset[Scalar | None]:
    return value if isinstance(value, frozenset) else frozenset((value,))


def is_in(one: Value, other: Value) -> bool:
    return not isinstance(one, frozenset) and one in as_set(other)


TESTS: Mapping[str, Test] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": ordered(lambda found: found < 0),
    "<=": ordered(lambda found: found <= 0),
    ">": ordered(lambda found: found > 0),
    ">=": ordered(lambda found: found >= 0),
    "in": is_in,
    "any in": lambda one, other: not as_set(one).isdisjoint(as_set(other)),
    "all in": lambda one, other: as_set(one) <= as_set(other),
}
