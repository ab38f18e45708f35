"""The limits of one answer as constraints: smallest and largest number, length, number of choices, choices alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveys.instrument.rule_nodes import Node
from surveys.instrument.schema import Item, ItemType
from surveys.instrument.xlsform.rules_in import MIRRORED
from surveys.instrument.xlsform.rules_out import TEST, Called, Written, every, rule_text
from surveys.instrument.xlsform.xpath import Binary, Call, Expression, Joined, Number, Self, Text

NUMBERS = (ItemType.NUMBER, ItemType.YEAR)
SEVERAL = (ItemType.MULTI, ItemType.RANK)
UPPER = {"<=": 0, "<": -1}
LOWER = {">=": 0, ">": 1}
MORE_THAN_ONE = Binary(">", Call("count-selected", (Self(),)), Number(1))


def limits_of(item: Item) -> list[str]:
    """The constraints that hold an answer to what the item accepts, one expression each."""
    kind = item.value_type
    if kind in NUMBERS:
        smallest = [] if item.minimum is None else [f". >= {item.minimum}"]
        return smallest + ([] if item.maximum is None else [f". <= {item.maximum}"])
    if kind is ItemType.TEXT:
        return [] if item.max_length is None else [f"string-length(.) <= {item.max_length}"]
    if kind not in SEVERAL:
        return []
    most = [] if item.max_choices is None else [f"count-selected(.) <= {item.max_choices}"]
    exclusive = [option.code for option in item.options if option.exclusive]
    return most + [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in exclusive]


def constraint_of(item: Item, rule: Node | None, called: Called) -> str:
    """The whole constraint of an item: its limits, and the rule of an edit that must hold.

    Raises:
        NotTaken: a form cannot say the rule.
    """
    parts = [Written(text, TEST) for text in limits_of(item)]
    if rule is not None:
        parts.append(rule_text(rule, replace(called, own=item.key)))
    return every(parts).text if parts else ""


def with_limits(
    item: Item, parts: Sequence[Expression], codes: Mapping[str, str]
) -> tuple[Item, tuple[Expression, ...]]:
    """The item held to those parts of a constraint that are limits, and the parts that are none.

    `codes`: name of a choice in the form -> code of the item.
    """
    rest: list[Expression] = []
    for part in parts:
        limited = alone(item, part, codes) or within(item, part)
        if limited is None:
            rest.append(part)
        else:
            item = limited
    return item, tuple(rest)


def within(item: Item, part: Expression) -> Item | None:
    """The item with the limit that a comparison of the answer, or of its length, with a whole number sets."""
    if not isinstance(part, Binary) or part.operator not in MIRRORED:
        return None
    left, sign, right = part.left, part.operator, part.right
    if isinstance(left, Number):
        left, sign, right = right, MIRRORED[sign], left
    if not isinstance(right, Number) or not isinstance(right.value, int):
        return None
    if isinstance(left, Self):
        return number_limit(item, sign, right.value) if item.value_type in NUMBERS else None
    match left:
        case Call(function=function, arguments=(Self(),)) if sign in UPPER:
            return length_limit(item, function, right.value + UPPER[sign])
    return None


def length_limit(item: Item, function: str, most: int) -> Item | None:
    if most < 1:
        return None
    if function == "string-length" and item.value_type is ItemType.TEXT and item.max_length is None:
        return replace(item, max_length=most)
    if function == "count-selected" and item.value_type in SEVERAL and item.max_choices is None:
        return replace(item, max_choices=most)
    return None


def number_limit(item: Item, sign: str, number: int) -> Item | None:
    """Without decimals `. > 5` is `. >= 6`; with them it is no limit of ours."""
    if item.decimals and sign in ("<", ">"):
        return None
    if sign in LOWER and item.minimum is None:
        return replace(item, minimum=number + LOWER[sign])
    if sign in UPPER and item.maximum is None:
        return replace(item, maximum=number + UPPER[sign])
    return None


def alone(item: Item, part: Expression, codes: Mapping[str, str]) -> Item | None:
    """`not(selected(., 'none') and count-selected(.) > 1)`: the choice stands alone."""
    match part:
        case Call(
            function="not",
            arguments=(Joined(operator="and", parts=(Call("selected", (Self(), Text(value=name))), several)),),
        ) if several == MORE_THAN_ONE and item.value_type is ItemType.MULTI and codes.get(name, name) in item.codes:
            code = codes.get(name, name)
            options = (replace(one, exclusive=one.exclusive or one.code == code) for one in item.options)
            return replace(item, options=tuple(options))
    return None
