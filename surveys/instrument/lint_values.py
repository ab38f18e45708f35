"""Findings about what rules compare: values nobody can answer, kinds that are never equal, choices that exclude."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from surveys.instrument.findings import Finding, all_rules
from surveys.instrument.rule_nodes import (
    Aggregate,
    And,
    Answered,
    Arithmetic,
    Background,
    Comparison,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Null,
    ReferenceDay,
    Scalar,
    TodayIsAfter,
    Values,
    is_day,
    walk,
)
from surveys.instrument.schema import NUMERIC, Instrument, Item, ItemType

ORDERING = ("<", "<=", ">", ">=")
EQUALITY = ("==", "!=")
SEVERAL = frozenset({ItemType.MULTI, ItemType.RANK, ItemType.PERCENT})
CODED = SEVERAL | {ItemType.SINGLE}
# Items of one kind can be equal; a text and a code are both words.
KINDS = {
    ItemType.NUMBER: "number",
    ItemType.YEAR: "number",
    ItemType.DATE: "day",
    ItemType.TEXT: "text",
    **dict.fromkeys(CODED, "text"),
}
Said = tuple[str, str]  # a message and a suggestion


def compared_values(instrument: Instrument) -> Iterator[Finding]:
    """What an item is compared with must be something it can be answered with."""
    for location, node in all_rules(instrument):
        for part in walk(node):
            if isinstance(part, Comparison):
                yield from comparison_findings(part, instrument.items, location)
            else:
                yield from function_findings(part, instrument.items, location)


def comparison_findings(part: Comparison, items: Mapping[str, Item], location: str) -> Iterator[Finding]:
    if Null() in (part.left, part.right):
        yield mismatch(location, ("A comparison with null never holds.", "Write not answered(item)."))
        return
    for one, other, on_left in ((part.left, part.right, True), (part.right, part.left, False)):
        if not isinstance(one, ItemAnswer):
            said = operand_mismatch(part.operator, one, other)
        elif one.key in items:
            said = item_mismatch(part.operator, items[one.key], other, on_left=on_left, items=items)
        else:
            continue
        if said is not None:
            yield mismatch(location, said)
            return
        if isinstance(one, ItemAnswer):
            yield from value_findings(part.operator, items[one.key], written_values(other), location)


def operand_mismatch(operator: str, one: Node, other: Node) -> Said | None:
    """Whether a value that is no item is compared with a written value that it never equals."""
    values = written_values(other)
    texts = any(isinstance(value, str) for value in values)
    if isinstance(one, Count | Aggregate | Arithmetic) and texts:
        return "A number is compared with a text.", "Leave the quotes out."
    if isinstance(one, ReferenceDay) and not all(is_day(value) for value in values):
        return f"ref.{one.end} is a day.", 'Compare it with one: "2026-03-01".'
    if isinstance(one, Background) and operator in ORDERING and texts and not all(is_day(value) for value in values):
        return "Texts have no order.", "Leave the quotes out of numbers, or name the values: in [...]."
    return None


def item_mismatch(operator: str, item: Item, other: Node, *, on_left: bool, items: Mapping[str, Item]) -> Said | None:
    """Whether the comparison never holds because of what kind of answer the item has."""
    kind = item.value_type
    if kind is ItemType.INFO:
        return f"{item.key} is only text and never answered.", "Compare another item."
    if kind in SEVERAL:
        found = several_mismatch(operator, item, other, on_left=on_left)
    elif operator in EQUALITY and isinstance(other, Values):
        found = f"{item.key} has one answer and is compared with a list.", "Write in [...]."
    else:
        found = None
    if found is None and operator in ORDERING and kind not in NUMERIC and kind is not ItemType.DATE:
        what = "codes" if kind in CODED else "texts"
        found = f"The {what} of {item.key} have no order.", "Name the values: in [...]."
    return found or kind_mismatch(item, other, items)


def several_mismatch(operator: str, item: Item, other: Node, *, on_left: bool) -> Said | None:
    if operator in EQUALITY and isinstance(other, Literal):
        return f"{item.key} has several choices.", f'Write "{other.value}" in {item.key}.'
    if operator == "in" and on_left:
        return f"{item.key} has several choices.", "Write any in or all in."
    return None


def kind_mismatch(item: Item, other: Node, items: Mapping[str, Item]) -> Said | None:
    kind = KINDS.get(item.value_type)
    if isinstance(other, ItemAnswer) and other.key in items:
        beside = KINDS.get(items[other.key].value_type)
        if kind != beside and beside is not None:
            return f"{item.key} is a {kind} and {other.key} is a {beside}.", "Compare items of one kind."
    if isinstance(other, Count | Aggregate | Arithmetic) and kind != "number":
        return f"{item.key} is compared with a number.", "Compare a number with it."
    if isinstance(other, ReferenceDay) and kind != "day":
        return f"{item.key} is compared with a day.", "Compare a date with it."
    check, said = WRITTEN.get(item.value_type, WRITTEN[ItemType.SINGLE])
    if not all(check(value) for value in written_values(other)):
        return f"{item.key} {said[0]}", said[1]
    return None


WRITTEN: Mapping[ItemType, tuple[Callable[[Scalar], bool], Said]] = {
    ItemType.SINGLE: (
        lambda value: isinstance(value, str),
        ("has codes and is compared with something else.", "Name a code in quotes."),
    ),
    ItemType.TEXT: (
        lambda value: isinstance(value, str),
        ("is a text and is compared with something else.", "Put the value in quotes."),
    ),
    ItemType.DATE: (is_day, ("is a day and is compared with something else.", 'Write it as "2026-03-01".')),
    **dict.fromkeys(
        NUMERIC,
        (
            lambda value: isinstance(value, int | Decimal),
            ("is a number and is compared with something else.", "Leave the quotes out."),
        ),
    ),
}


def value_findings(operator: str, item: Item, values: tuple[Scalar, ...], location: str) -> Iterator[Finding]:
    """Values of the right kind that the item cannot be answered with."""
    for value in values:
        if item.value_type in CODED and value not in item.codes:
            message = f"{value!r} is not among the codes of {item.key}: {', '.join(sorted(item.codes))}."
            yield Finding("code_not_in_list", location, message, "Choose one of them.")
        if isinstance(value, Decimal) and operator not in ORDERING and round(value, item.decimals) != value:
            message = f"{item.key} has {item.decimals} decimals and is never {value}."
            yield Finding("decimals", location, message, "Compare it with a number that can be answered.")


def function_findings(part: Node, items: Mapping[str, Item], location: str) -> Iterator[Finding]:
    """Items inside a calculation or a function that it can do nothing with."""
    never = ("is only text and never answered.", "Name another item.")
    match part:
        case Answered(keys=keys) | Count(keys=keys):
            wrong = [key for key in keys if key in items and items[key].type is ItemType.INFO]
        case Aggregate(keys=keys):
            numbers = NUMERIC | {ItemType.PERCENT}
            wrong = [key for key in keys if key in items and items[key].value_type not in numbers]
            never = ("is no number.", "Count choices with count(item), or name a number.")
        case Arithmetic(left=left, right=right):
            sides = [side.key for side in (left, right) if isinstance(side, ItemAnswer)]
            wrong = [key for key in sides if key in items and items[key].value_type not in NUMERIC]
            never = ("is no number.", "Calculate with numbers.")
        case TodayIsAfter(day=ItemAnswer(key=key)):
            wrong = [key] if key in items and items[key].value_type is not ItemType.DATE else []
            never = ("is no day.", "Name a date.")
        case _:
            return
    for key in wrong:
        yield mismatch(location, (f"{key} {never[0]}", never[1]))


def mismatch(location: str, said: Said) -> Finding:
    return Finding("type_mismatch", location, *said)


def written_values(node: Node) -> tuple[Scalar, ...]:
    match node:
        case Literal(value=value):
            return (value,)
        case Values(values=values):
            return values
    return ()


def exclusive_conflicts(instrument: Instrument) -> Iterator[Finding]:
    """A rule that asks for an exclusive option and another choice of the same item never holds."""
    for location, node in all_rules(instrument):
        inside = {id(rule) for part in walk(node) if isinstance(part, And) for rule in part.rules}
        for part in walk(node):
            if isinstance(part, And):
                yield from conflicts(part.rules, instrument.items, location)
            elif id(part) not in inside:
                yield from conflicts((part,), instrument.items, location)


def conflicts(rules: tuple[Node, ...], items: Mapping[str, Item], location: str) -> Iterator[Finding]:
    """Choices that rules which must hold together ask for, of which one excludes the others."""
    asked_for: dict[str, set[Scalar]] = {}
    for part in rules:
        match part:
            case Comparison("in", Literal(code), ItemAnswer(key)):
                asked_for.setdefault(key, set()).add(code)
            case Comparison("all in", Values(codes), ItemAnswer(key)):
                asked_for.setdefault(key, set()).update(codes)
            case Comparison("==", Values(codes), ItemAnswer(key)) | Comparison("==", ItemAnswer(key), Values(codes)):
                asked_for.setdefault(key, set()).update(codes)
    for key, choices in asked_for.items():
        if key in items and len(choices) > 1:
            for code in sorted(choices & items[key].exclusive_codes, key=str):
                message = f"It asks for {code} of {key} together with another choice, and {code} is exclusive."
                yield Finding("exclusive_option", location, message, "It never holds: ask for one of them.")
