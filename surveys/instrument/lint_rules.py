"""Findings about the names in rules: names nobody knows, and answers that are given only later."""

from collections.abc import Iterator

from surveys.instrument.findings import Finding, all_rules, items_read, option_rules, sites
from surveys.instrument.rule_nodes import Node, background_references, condition_references, item_references
from surveys.instrument.schema import Instrument, Specified

MISSPELT = "Is it misspelt, or missing from the instrument?"


def unknown_or_later(instrument: Instrument) -> Iterator[Finding]:
    """A rule may read what exists and has been asked on an earlier page; an edit, its own page too."""
    for location, node in all_rules(instrument):
        yield from unknown_names(instrument, location, node)
    yield from unknown_items(instrument)
    yield from unknown_variables(instrument)
    yield from specified_options(instrument)
    yield from later_conditions(instrument)
    asked_on = instrument.item_pages
    for site in sites(instrument):
        for key in sorted(items_read(site.node, instrument.conditions)):
            if asked_on.get(key, -1) >= site.before:
                message = f"It reads {key}, which is asked on {instrument.pages[asked_on[key]].id}, not before."
                yield Finding("later_reference", site.location, message, "Ask it on an earlier page.")
    for location, node in option_rules(instrument):
        for key in sorted(items_read(node, instrument.conditions)):
            message = f"It reads the answer to {key}, and which options are offered depends on the background alone."
            yield Finding("option_reads_answer", location, message, "Ask two items under two rules instead.")


def unknown_names(instrument: Instrument, location: str, node: Node) -> Iterator[Finding]:
    kinds = {
        "item": (item_references(node), instrument.items.keys()),
        "background variable": (background_references(node), frozenset(instrument.background)),
        "condition": (condition_references(node), instrument.conditions.keys()),
    }
    for kind, (used, known) in kinds.items():
        for name in sorted(used - known):
            yield Finding("unknown_reference", location, f"There is no {kind} {name}.", MISSPELT)


def unknown_items(instrument: Instrument) -> Iterator[Finding]:
    used = [(f"pages.{page.id}", ask.item) for page in instrument.pages for ask in page.asks]
    used += [(f"edits.{edit.id}", edit.item) for edit in instrument.edits]
    used += [(f"comparability.{entry.item}", entry.item) for entry in instrument.comparability]
    for location, key in used:
        if key not in instrument.items:
            message = f"There is no item {key}."
            yield Finding("unknown_reference", location, message, "Is it misspelt, or missing from the bank?")


def unknown_variables(instrument: Instrument) -> Iterator[Finding]:
    """Pages of the self-test and variables of register items that do not exist."""
    pages = {page.id for page in instrument.pages}
    for name in instrument.self_test:
        if name not in pages:
            yield Finding("unknown_reference", "self_test", f"There is no page {name}.", MISSPELT)
    for item in instrument.items.values():
        if item.variable and item.variable not in instrument.background:
            message = f"There is no background variable {item.variable}."
            yield Finding("unknown_reference", f"items.{item.key}.variable", message, MISSPELT)


def specified_options(instrument: Instrument) -> Iterator[Finding]:
    """A text goes with an option that exists, and stands behind it."""
    order = {ask.item: place for place, ask in enumerate(ask for page in instrument.pages for ask in page.asks)}
    for item in instrument.items.values():
        if item.specifies is None:
            continue
        location = f"items.{item.key}.specifies"
        yield from specified_findings(instrument, item.specifies, location)
        parent = item.specifies.item
        if parent in instrument.items and order.get(parent, -1) > order.get(item.key, len(order)):
            message = f"It goes with an option of {parent}, which is asked later."
            yield Finding("later_reference", location, message, "Ask the text directly behind the item.")


def specified_findings(instrument: Instrument, option: Specified, location: str) -> Iterator[Finding]:
    parent = instrument.items.get(option.item)
    if parent is None:
        yield Finding("unknown_reference", location, f"There is no item {option.item}.", MISSPELT)
    elif option.code not in parent.codes:
        message = f"{option.code!r} is not among the codes of {parent.key}: {', '.join(sorted(parent.codes))}."
        yield Finding("code_not_in_list", location, message, "Choose one of them.")


def later_conditions(instrument: Instrument) -> Iterator[Finding]:
    stated = list(instrument.conditions)
    for place, (name, node) in enumerate(instrument.conditions.items()):
        for used in sorted(condition_references(node) & set(stated[place:])):
            message = f"It uses the condition {used}, which is stated later."
            yield Finding("later_reference", f"conditions.{name}", message, "State that one first.")
