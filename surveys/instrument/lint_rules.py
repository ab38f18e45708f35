"""Findings about rules: names nobody knows, values nobody can answer, places nobody reaches."""

from collections.abc import Iterator, Mapping

from surveys.instrument.findings import Finding, all_rules, items_read, sites
from surveys.instrument.reach import unreachable
from surveys.instrument.rule_nodes import (
    And,
    Comparison,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Scalar,
    Values,
    background_references,
    condition_references,
    item_references,
    walk,
)
from surveys.instrument.schema import Instrument, Item, ItemType

ORDERING = ("<", "<=", ">", ">=")


def unknown_or_later(instrument: Instrument) -> Iterator[Finding]:
    """A rule may read what exists and has been asked on an earlier page; an edit, its own page too."""
    for location, node in all_rules(instrument):
        yield from unknown_names(instrument, location, node)
    yield from unknown_items(instrument)
    stated = list(instrument.conditions)
    for place, (name, node) in enumerate(instrument.conditions.items()):
        for used in sorted(condition_references(node) & set(stated[place:])):
            message = f"It uses the condition {used}, which is stated later."
            yield Finding("later_reference", f"conditions.{name}", message, "State that one first.")
    asked_on = instrument.item_pages
    for site in sites(instrument):
        for key in sorted(items_read(site.node, instrument.conditions)):
            if asked_on.get(key, -1) >= site.before:
                message = f"It reads {key}, which is asked on {instrument.pages[asked_on[key]].id}, not before."
                yield Finding("later_reference", site.location, message, "Ask it on an earlier page.")


def unknown_names(instrument: Instrument, location: str, node: Node) -> Iterator[Finding]:
    kinds = {
        "item": (item_references(node), instrument.items.keys()),
        "background variable": (background_references(node), frozenset(instrument.background)),
        "condition": (condition_references(node), instrument.conditions.keys()),
    }
    for kind, (used, known) in kinds.items():
        for name in sorted(used - known):
            message = f"There is no {kind} {name}."
            yield Finding("unknown_reference", location, message, "Is it misspelt, or missing from the instrument?")


def unknown_items(instrument: Instrument) -> Iterator[Finding]:
    used = [(f"pages.{page.id}", ask.item) for page in instrument.pages for ask in page.asks]
    used += [(f"edits.{edit.id}", edit.item) for edit in instrument.edits]
    for location, key in used:
        if key not in instrument.items:
            message = f"There is no item {key}."
            yield Finding("unknown_reference", location, message, "Is it misspelt, or missing from the bank?")


def compared_values(instrument: Instrument) -> Iterator[Finding]:
    """What an item is compared with must be something it can be answered with."""
    for location, node in all_rules(instrument):
        for part in walk(node):
            if isinstance(part, Comparison):
                yield from comparison_findings(part, instrument.items, location)


def comparison_findings(part: Comparison, items: Mapping[str, Item], location: str) -> Iterator[Finding]:
    for one, other, on_left in ((part.left, part.right, True), (part.right, part.left, False)):
        if isinstance(one, Count) and any(isinstance(value, str) for value in written_values(other)):
            yield mismatch(location, "A count is compared with a text.", "Compare it with a number.")
        if not isinstance(one, ItemAnswer) or one.key not in items:
            continue
        item = items[one.key]
        if item.type in (ItemType.SINGLE, ItemType.MULTI):
            yield from coded_findings(part.operator, item, other, location=location, on_left=on_left)
        elif item.type is ItemType.NUMBER and any(isinstance(value, str) for value in written_values(other)):
            yield mismatch(location, f"The number {item.key} is compared with a text.", "Leave the quotes out.")


def coded_findings(operator: str, item: Item, other: Node, *, location: str, on_left: bool) -> Iterator[Finding]:
    values = written_values(other)
    if operator in ORDERING:
        yield mismatch(location, f"The codes of {item.key} have no order.", "Name the codes: in [...].")
    elif any(not isinstance(value, str) for value in values):
        yield mismatch(location, f"{item.key} has codes and is compared with a number.", "Name a code.")
    elif item.type is ItemType.MULTI and isinstance(other, Literal) and operator in ("==", "!="):
        yield mismatch(location, f"{item.key} has several choices.", f'Write "{other.value}" in {item.key}.')
    elif item.type is ItemType.MULTI and on_left and operator == "in":
        yield mismatch(location, f"{item.key} has several choices.", "Write any in or all in.")
    else:
        for value in values:
            if value not in item.codes:
                message = f"{value!r} is not among the codes of {item.key}: {', '.join(sorted(item.codes))}."
                yield Finding("code_not_in_list", location, message, "Choose one of them.")


def mismatch(location: str, message: str, suggestion: str) -> Finding:
    return Finding("type_mismatch", location, message, suggestion)


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
        for part in walk(node):
            if isinstance(part, And):
                yield from conflicts(part, instrument.items, location)


def conflicts(rule: And, items: Mapping[str, Item], location: str) -> Iterator[Finding]:
    asked_for: dict[str, set[str]] = {}
    for part in rule.rules:
        match part:
            case Comparison("in", Literal(str(code)), ItemAnswer(key)):
                asked_for.setdefault(key, set()).add(code)
    for key, codes in asked_for.items():
        if key in items and len(codes) > 1:
            for code in sorted(codes & items[key].exclusive_codes):
                message = f"It asks for {code} of {key} together with another choice, and {code} is exclusive."
                yield Finding("exclusive_option", location, message, "It never holds: ask for one of them.")


def places_nobody_reaches(instrument: Instrument) -> Iterator[Finding]:
    """Only for an instrument whose rules read what exists."""
    for page, ask in unreachable(instrument):
        if ask is None:
            message = "No answers lead to it."
            yield Finding("page_unreachable", f"pages.{page.id}", message, "Correct its rule, or take it away.")
        else:
            message = f"No answers lead to {ask.item} there."
            yield Finding("item_unreachable", f"pages.{page.id}", message, "Correct its rule, or take it away.")
