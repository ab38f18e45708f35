"""What is wrong with a questionnaire before anybody is asked: named findings, and no questionnaire fielded with one."""

from collections import Counter
from collections.abc import Callable, Iterator

from surveys.instrument.findings import Finding
from surveys.instrument.lint_rules import compared_values, exclusive_conflicts, places_nobody_reaches, unknown_or_later
from surveys.instrument.lint_texts import language_findings
from surveys.instrument.schema import Instrument, Item, ItemType

__all__ = ["LONGEST_PAGE", "NO_ANSWER", "Finding", "lint"]

NO_ANSWER = "no_answer"  # what a dataset writes for an item that was asked and not answered
LONGEST_PAGE = 8
# A rule with one of these is wrong already; that nobody reaches what it shows would only say so twice.
BROKEN_RULES = frozenset({"unknown_reference", "later_reference", "code_not_in_list", "type_mismatch"})
CODED = (ItemType.SINGLE, ItemType.MULTI)

Rule = Callable[[Instrument], Iterator[Finding]]


def lint(instrument: Instrument) -> tuple[Finding, ...]:
    """Everything the linter has to say, rule by rule; empty means that it may be fielded."""
    found = [finding for rule in RULES for finding in rule(instrument)]
    if not BROKEN_RULES & {finding.rule for finding in found}:
        found.extend(places_nobody_reaches(instrument))
    return tuple(found)


def duplicates(instrument: Instrument) -> Iterator[Finding]:
    groups = {
        "pages": [page.id for page in instrument.pages],
        "edits": [edit.id for edit in instrument.edits],
        **{f"items.{item.key}.options": [option.code for option in item.options] for item in instrument.items.values()},
    }
    for location, names in groups.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Finding(
                    "duplicate_key", location, f"{name} stands {times} times.", "Each needs a name of its own."
                )


def asked_once(instrument: Instrument) -> Iterator[Finding]:
    asked = Counter(ask.item for page in instrument.pages for ask in page.asks)
    for key, times in asked.items():
        if times > 1:
            yield Finding("item_asked_twice", f"items.{key}", f"It is asked {times} times.", "Ask it once.")
    for key in instrument.items:
        if key not in asked:
            yield Finding("item_never_asked", f"items.{key}", "No page asks it.", "Ask it or take it away.")


def page_sizes(instrument: Instrument) -> Iterator[Finding]:
    for page in instrument.pages:
        if not 1 <= len(page.asks) <= LONGEST_PAGE:
            message = f"It asks {len(page.asks)} items; a page has from 1 to {LONGEST_PAGE}."
            yield Finding("page_size", f"pages.{page.id}", message, "Split it by topic, or take it away.")


def item_findings(instrument: Instrument) -> Iterator[Finding]:
    for item in instrument.items.values():
        location = f"items.{item.key}"
        yield from option_findings(item, location)
        yield from limit_findings(item, location)


def option_findings(item: Item, location: str) -> Iterator[Finding]:
    if (item.type in CODED) != bool(item.options):
        message = "It has no options." if item.type in CODED else f"A {item.type} item has no options."
        yield Finding("options", location, message, "Say which codes may be answered, or change the type.")
    for option in item.options:
        if option.code == NO_ANSWER:
            message = f"The code {NO_ANSWER} is reserved for an item that was asked and not answered."
            yield Finding("reserved_code", f"{location}.{option.code}", message, "Choose another code.")
        if option.exclusive and item.type is not ItemType.MULTI:
            message = "It is exclusive, and only one option can be chosen anyway."
            yield Finding("exclusive_option", f"{location}.{option.code}", message, "Take the mark away.")
        if option.missing and not option.exclusive and item.type is ItemType.MULTI:
            message = "It can be ticked together with an answer that says the opposite."
            yield Finding("exclusive_option", f"{location}.{option.code}", message, "Mark it as exclusive.")
    if item.options and all(option.exclusive for option in item.options) and item.type is ItemType.MULTI:
        message = "Every option is exclusive, so only one can be chosen."
        yield Finding("exclusive_option", location, message, "Make the item single.")


def limit_findings(item: Item, location: str) -> Iterator[Finding]:
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        message = f"The minimum {item.minimum} is above the maximum {item.maximum}."
        yield Finding("min_above_max", location, message, "No answer would be accepted: swap or correct them.")
    if item.max_choices is not None and not 1 <= item.max_choices <= len(item.options):
        message = f"At most {item.max_choices} of {len(item.options)} options may be chosen."
        yield Finding("impossible_limit", location, message, "Give a number between 1 and the number of options.")
    if item.max_length is not None and item.max_length < 1:
        message = f"A text of at most {item.max_length} characters."
        yield Finding("impossible_limit", location, message, "Give a length of 1 or more.")


def batteries(instrument: Instrument) -> Iterator[Finding]:
    """Rows of one battery share one scale: that is what makes it one."""
    first: dict[str, Item] = {}
    for item in instrument.items.values():
        if item.battery is None:
            continue
        other = first.setdefault(item.battery, item)
        if (item.type, item.options) != (other.type, other.options):
            message = f"Its options differ from those of {other.key} in the same battery."
            yield Finding("battery_scale", f"items.{item.key}", message, "Give the rows one scale, or part them.")


RULES: tuple[Rule, ...] = (
    duplicates,
    asked_once,
    page_sizes,
    item_findings,
    batteries,
    unknown_or_later,
    compared_values,
    exclusive_conflicts,
    language_findings,
)
