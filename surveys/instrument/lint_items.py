"""Findings about items, their options and limits, and about how pages ask them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from surveys.instrument.findings import Finding
from surveys.instrument.schema import CODED, NUMERIC, Instrument, Item, ItemType, Requirement

NO_ANSWER = "no_answer"  # what a dataset writes for an item that was asked and not answered
LONGEST_PAGE = 8
WIDEST_SCALE = 7
MOST_DECIMALS = 6
SEVERAL = frozenset({ItemType.MULTI, ItemType.RANK})
# A value of the frame is one value.
REGISTER_TYPES = frozenset({ItemType.SINGLE, ItemType.NUMBER, ItemType.TEXT, ItemType.DATE, ItemType.YEAR})


def duplicates(instrument: Instrument) -> Iterator[Finding]:
    groups: dict[str, Sequence[str]] = {
        "pages": [page.id for page in instrument.pages],
        "edits": [edit.id for edit in instrument.edits],
        "background": instrument.background,
        "self_test": instrument.self_test,
        "comparability": [f"{one.item} with {one.former} in {one.country}" for one in instrument.comparability],
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
    """A text that goes with an option counts as part of the question it belongs to."""
    for page in instrument.pages:
        items = [instrument.items[ask.item] for ask in page.asks if ask.item in instrument.items]
        rows = Counter(item.battery for item in items if item.battery is not None)
        long = {battery: count for battery, count in rows.items() if count > LONGEST_PAGE}
        for battery, count in long.items():
            message = f"It asks {count} rows of {battery}; at most {LONGEST_PAGE} are answered with care."
            yield Finding("battery_too_long", f"pages.{page.id}", message, "Part the battery by topic on two pages.")
        size = sum(item.specifies is None for item in items)
        if not long and page.asks and size > LONGEST_PAGE:
            message = f"It asks {size} items; a page has from 1 to {LONGEST_PAGE}."
            yield Finding("page_size", f"pages.{page.id}", message, "Split it by topic.")
        if not page.asks:
            yield Finding("page_size", f"pages.{page.id}", "It asks nothing.", "Ask something there, or take it away.")


def item_findings(instrument: Instrument) -> Iterator[Finding]:
    for item in instrument.items.values():
        location = f"items.{item.key}"
        yield from option_findings(item, location)
        yield from exclusive_findings(item, location)
        yield from limit_findings(item, location)
        yield from needless_limits(item, location)
        yield from register_findings(item, location)
    yield from required_prefills(instrument)


def option_findings(item: Item, location: str) -> Iterator[Finding]:
    coded = item.value_type in CODED
    if coded != bool(item.options):
        message = "It has no options." if coded else f"A {item.value_type} item has no options."
        yield Finding("options", location, message, "Say which codes may be answered, or change the type.")
    for option in item.options:
        if option.code == NO_ANSWER:
            message = f"The code {NO_ANSWER} is reserved for an item that was asked and not answered."
            yield Finding("reserved_code", f"{location}.options.{option.code}", message, "Choose another code.")
        if option.common and option.common not in item.codes:
            message = f"It counts as {option.common}, which is not among the codes of the item."
            yield Finding("code_not_in_list", f"{location}.options.{option.code}", message, "Name a code of the item.")


def exclusive_findings(item: Item, location: str) -> Iterator[Finding]:
    for option in item.options:
        if option.exclusive and item.type is not ItemType.MULTI:
            message = "It is exclusive, and it cannot be chosen together with another anyway."
            yield Finding("exclusive_option", f"{location}.options.{option.code}", message, "Take the mark away.")
        if option.missing and not option.exclusive and item.type is ItemType.MULTI:
            message = "It can be ticked together with an answer that says the opposite."
            yield Finding("exclusive_option", f"{location}.options.{option.code}", message, "Mark it as exclusive.")
    if item.options and all(option.exclusive for option in item.options) and item.type is ItemType.MULTI:
        message = "Every option is exclusive, so only one can be chosen."
        yield Finding("exclusive_option", location, message, "Make the item single.")


def limit_findings(item: Item, location: str) -> Iterator[Finding]:
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        message = f"The minimum {item.minimum} is above the maximum {item.maximum}."
        yield Finding("min_above_max", location, message, "No answer would be accepted: swap or correct them.")
    if item.type in SEVERAL and item.max_choices is not None and not 1 <= item.max_choices <= len(item.options):
        message = f"At most {item.max_choices} of {len(item.options)} options may be chosen."
        yield Finding("impossible_limit", location, message, "Give a number between 1 and the number of options.")
    if item.max_length is not None and item.max_length < 1:
        message = f"A text of at most {item.max_length} characters."
        yield Finding("impossible_limit", location, message, "Give a length of 1 or more.")
    if not 0 <= item.decimals <= MOST_DECIMALS:
        message = f"It has {item.decimals} decimals."
        yield Finding("decimals", location, message, f"Give a number from 0 to {MOST_DECIMALS}.")
    elif item.decimals and item.value_type is not ItemType.NUMBER:
        message = f"A {item.value_type} item has no decimals."
        yield Finding("decimals", location, message, "Take them away, or make the item a number.")


def needless_limits(item: Item, location: str) -> Iterator[Finding]:
    """Limits that nothing is held to: the author believes in a check that is not made."""
    limits = {
        "minimum": (item.minimum is not None, NUMERIC),
        "maximum": (item.maximum is not None, NUMERIC),
        "unit": (bool(item.unit), {ItemType.NUMBER}),
        "max_choices": (item.max_choices is not None, SEVERAL),
        "max_length": (item.max_length is not None, {ItemType.TEXT}),
    }
    for name, (stated, types) in limits.items():
        if stated and item.value_type not in types:
            message = f"A {item.value_type} item has no {name}: no answer is held to it."
            yield Finding("limit_without_use", f"{location}.{name}", message, "Take it away, or change the type.")


def register_findings(item: Item, location: str) -> Iterator[Finding]:
    if item.type is not ItemType.REGISTER:
        if item.variable or item.of is not None:
            message = f"A {item.type} item shows no value of the frame."
            yield Finding("register_value", location, message, "Take `variable` and `of` away, or make it a register.")
        return
    if not item.variable:
        message = "It does not say which variable of the frame it shows."
        yield Finding("register_value", location, message, "Name it: `variable: employees`.")
    if item.of not in REGISTER_TYPES:
        message = "It does not say how a corrected value is answered."
        suggestion = f"Say `of:` with one of {', '.join(sorted(REGISTER_TYPES))}."
        yield Finding("register_value", location, message, suggestion)


def required_prefills(instrument: Instrument) -> Iterator[Finding]:
    """A confirmed value that must be given, on a page that some pass by: then nobody has confirmed it."""
    for page in instrument.pages:
        for ask in page.asks:
            item = instrument.items.get(ask.item)
            if item is None or item.type is not ItemType.REGISTER or item.required is not Requirement.HARD:
                continue
            if page.show_if is not None or ask.show_if is not None:
                message = f"The value of {item.key} must be confirmed, and only some are shown it."
                suggestion = "Show it to everybody, or ask for it softly: the frame has a value without it."
                yield Finding("required_prefill", f"pages.{page.id}.{item.key}", message, suggestion)


def batteries(instrument: Instrument) -> Iterator[Finding]:
    """Rows of one battery share one scale: that is what makes it one."""
    first: dict[str, Item] = {}
    for item in instrument.items.values():
        if item.battery is None:
            continue
        other = first.setdefault(item.battery, item)
        if other is item and len(item.options) > WIDEST_SCALE:
            message = f"Its scale has {len(item.options)} options; at most {WIDEST_SCALE} are told apart row by row."
            yield Finding("battery_too_wide", f"batteries.{item.battery}", message, "Shorten the scale.")
        if (item.type, item.options) != (other.type, other.options):
            message = f"Its options differ from those of {other.key} in the same battery."
            yield Finding("battery_scale", f"items.{item.key}", message, "Give the rows one scale, or part them.")
