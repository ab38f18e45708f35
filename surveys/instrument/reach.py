"""Whether some answers lead to a page or an item: a search among the answers that the rules can tell apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, islice, product

from surveys.instrument.check import problems_of
from surveys.instrument.findings import items_read
from surveys.instrument.plan import prepared
from surveys.instrument.routing import walked_by
from surveys.instrument.rule_nodes import Background, Comparison, ItemAnswer, Literal, Node, Scalar, Values, walk
from surveys.instrument.schema import NUMERIC, Ask, Instrument, Item, ItemType, Level, Page

MOST_TRIES = 20_000
MOST_SUBSETS = 4  # choices of a multi item tried in every combination


def unreachable(instrument: Instrument) -> Iterator[tuple[Page, Ask | None]]:
    """Pages that no answers lead to, and items that are never asked on a page that is reached.

    Too many combinations to try (20,000) count as reachable: the search errs on the side of silence.
    """
    for place, page in enumerate(instrument.pages):
        if page.show_if is not None and not reached(instrument, place, Ask("", None)):
            yield page, None
            continue
        for ask in page.asks:
            if ask.show_if is not None and not reached(instrument, place, ask):
                yield page, ask


def reached(instrument: Instrument, place: int, ask: Ask) -> bool:
    """Whether some answers and background lead to the ask on this page."""
    page = instrument.pages[place]
    needed = needed_items(instrument, (page.show_if, ask.show_if))
    before = [
        replace(earlier, asks=tuple(one for one in earlier.asks if one.item in needed))
        for earlier in instrument.pages[:place]
    ]
    target = replace(page, asks=(ask,))
    plan = prepared(replace(instrument, pages=(*(one for one in before if one.asks), target), edits=()))
    rules = [rule for one in (*before, target) for rule in (one.show_if, *(use.show_if for use in one.asks)) if rule]
    rules += instrument.conditions.values()
    keys = sorted(needed & instrument.items.keys())
    names = sorted({part.name for rule in rules for part in walk(rule) if isinstance(part, Background)})
    values = [list(answers_to_try(instrument.items[key], mentioned(rules, ItemAnswer(key)))) for key in keys]
    background = [[*told_apart(mentioned(rules, Background(name))), None] for name in names]
    tries = 0
    for combination in islice(product(*values, *background), MOST_TRIES):
        tries += 1
        answers = dict(zip(keys, combination, strict=False))
        surroundings = dict(zip(names, combination[len(keys) :], strict=True))
        pages, _ = walked_by(plan, answers, surroundings)
        if any(one.page is target for one in pages):
            return True
    return tries == MOST_TRIES


def needed_items(instrument: Instrument, rules: Iterable[Node | None]) -> frozenset[str]:
    """The items that decide these rules, and those that decide whether they are asked, and so on."""
    needed: set[str] = set()
    waiting = list(rules)
    while waiting:
        new = items_read(waiting.pop(), instrument.conditions) - needed
        needed |= new
        for page in instrument.pages:
            for ask in page.asks:
                if ask.item in new:
                    waiting += [page.show_if, ask.show_if]
    return frozenset(needed)


def mentioned(rules: Sequence[Node], operand: Node) -> tuple[Scalar, ...]:
    """The values that the rules compare the operand with."""
    found: dict[Scalar, None] = {}
    for part in chain.from_iterable(walk(rule) for rule in rules):
        if not isinstance(part, Comparison) or operand not in (part.left, part.right):
            continue
        for side in (part.left, part.right):
            if isinstance(side, Literal):
                found[side.value] = None
            elif isinstance(side, Values):
                found.update(dict.fromkeys(side.values))
    return tuple(found)


def answers_to_try(item: Item, values: Sequence[Scalar]) -> Iterator[object]:
    """One answer for each case that the rules tell apart and a respondent may give, unanswered last."""
    for answer in candidates(item, values):
        if not any(problem.level is Level.HARD for problem in problems_of(item, answer)):
            yield answer
    yield None


def candidates(item: Item, values: Sequence[Scalar]) -> Iterator[object]:
    if item.type is ItemType.REGISTER:
        for value in candidates(replace(item, type=item.value_type, of=None), values):
            yield {"value": value, "source": "respondent", "corrected": True}
    elif item.value_type in NUMERIC:
        bounds = [bound for bound in (item.minimum, item.maximum) if bound is not None]
        yield from told_apart([*values, *bounds, *((2000,) if item.type is ItemType.YEAR else ())])
    elif item.type is ItemType.TEXT:
        yield from [*(value for value in values if isinstance(value, str)), "x"]
    elif item.type is ItemType.DATE:
        yield from days_told_apart(values)
    elif item.type is ItemType.PERCENT:
        yield from ({option.code: 100} for option in item.options)
    elif item.type is not ItemType.INFO:
        yield from choices(item, values)


def choices(item: Item, values: Sequence[Scalar]) -> Iterator[object]:
    codes = [value for value in values if isinstance(value, str)]
    codes += [option.code for option in item.options if option.code not in codes][:1]
    if item.type is ItemType.SINGLE:
        yield from codes
        return
    sizes = range(1, len(codes) + 1) if len(codes) <= MOST_SUBSETS + 1 else (1, 2, len(codes) - 1, len(codes))
    for size in sizes:
        yield from (list(choice) for choice in combinations(codes, size))


def days_told_apart(values: Iterable[Scalar]) -> Iterator[str]:
    """The days themselves, the day before and the day after each; some day where there is none."""
    for value in (*values, "2000-01-01"):
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            continue
        yield from ((day + timedelta(days=step)).isoformat() for step in (-1, 0, 1))


def told_apart(values: Iterable[Scalar]) -> list[Scalar]:
    """The values themselves, and the whole numbers on both sides of a number."""
    found: dict[Scalar, None] = {}
    for value in values:
        found[value] = None
        if isinstance(value, int | Decimal):
            found[int(value) - 1] = None
            found[int(value) + 1] = None
    return [int(value) if isinstance(value, Decimal) and value == int(value) else value for value in found]
