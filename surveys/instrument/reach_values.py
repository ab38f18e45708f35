"""The answers and background values that a search tries: one for each case that the rules can tell apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, combinations

from surveys.instrument.check import problems_of
from surveys.instrument.rule_nodes import (
    Background,
    Comparison,
    Count,
    ItemAnswer,
    Literal,
    Node,
    ReferenceDay,
    Scalar,
    TodayIsAfter,
    Values,
    is_day,
    walk,
)
from surveys.instrument.schema import NUMERIC, Item, ItemType, Level

MOST_COMBINED = 5  # codes of which every combination is tried
SOME_DAY = "2000-01-01"
SOME_YEAR = 2000
SOME_NUMBERS = (0, 1, 1000)
TODAY = Background("today")
Pair = tuple[Node, Node]
WAVE: Mapping[str, Node] = {"ref.from": ReferenceDay("from"), "ref.to": ReferenceDay("to"), "today": TODAY}


class Choices:
    """What to try under these rules.

    `exhaustive` is false where other answers could do what none of these does: rules that compare answers with each
    other, that calculate, or that name more than five choices of one item.
    """

    def __init__(self, items: Mapping[str, Item], pairs: Iterable[Pair]) -> None:
        self.items = items
        self.compared: dict[Node, list[tuple[Scalar, ...]]] = {}
        self.exhaustive = True
        for one, other in pairs:
            self.note(one, other)
        self.answers = cache(self._answers)
        self.background = cache(self._background)

    def note(self, one: Node, other: Node) -> None:
        """Remember what an answer is compared with."""
        for operand, beside in ((one, other), (other, one)):
            if isinstance(beside, Literal | Values):
                values = (beside.value,) if isinstance(beside, Literal) else beside.values
                self.compared.setdefault(operand, []).append(values)
        known = (ItemAnswer, Background, ReferenceDay, Count)
        pair = isinstance(one, known) and isinstance(other, Literal | Values)
        if not pair and not (isinstance(other, known) and isinstance(one, Literal | Values)):
            self.exhaustive = False

    def _answers(self, key: str) -> Sequence[object]:
        """One answer a respondent may give for each case, unanswered last."""
        item = self.items[key]
        lists = self.compared.get(ItemAnswer(key), [])
        if item.value_type in (ItemType.MULTI, ItemType.RANK) and len(named_codes(lists)) > MOST_COMBINED:
            self.exhaustive = False
        allowed = [
            answer
            for answer in candidates(item, lists)
            if not any(problem.level is Level.HARD for problem in problems_of(item, answer))
        ]
        return [*allowed, None]

    def _background(self, name: str) -> Sequence[object]:
        operand = WAVE.get(name, Background(name))
        values = list(dict.fromkeys(chain.from_iterable(self.compared.get(operand, []))))
        if name in WAVE or any(is_day(value) for value in values):
            values += days_told_apart(values)
        return [*told_apart(values or SOME_NUMBERS), another_text(values), None]


def compared(rule: Node) -> Iterator[Pair]:
    """What the rule compares with what, its conditions left aside."""
    for part in walk(rule):
        if isinstance(part, Comparison):
            yield part.left, part.right
        elif isinstance(part, TodayIsAfter):
            yield TODAY, part.day


def named_codes(lists: Sequence[tuple[Scalar, ...]]) -> list[str]:
    return [value for value in dict.fromkeys(chain.from_iterable(lists)) if isinstance(value, str)]


def candidates(item: Item, lists: Sequence[tuple[Scalar, ...]]) -> Iterator[object]:
    values = list(dict.fromkeys(chain.from_iterable(lists)))
    if item.type is ItemType.REGISTER:
        for value in candidates(replace(item, type=item.value_type, of=None), lists):
            yield {"value": value, "source": "respondent", "corrected": True}
    elif item.type in NUMERIC:
        bounds = [bound for bound in (item.minimum, item.maximum) if bound is not None]
        some = (SOME_YEAR,) if item.type is ItemType.YEAR else SOME_NUMBERS
        yield from told_apart([*values, *bounds, *some])
    elif item.type is ItemType.TEXT:
        yield from [*(value for value in values if isinstance(value, str)), another_text(values)]
    elif item.type is ItemType.DATE:
        yield from days_told_apart(values)
    elif item.type is ItemType.PERCENT:
        yield from ({option.code: 100} for option in item.options)
        yield from (split_evenly(choice) for choice in chosen_codes(item, lists) if len(choice) > 1)
    elif item.type is ItemType.SINGLE:
        codes = [option.code for option in item.options]
        named = [value for value in values if value in codes]
        yield from [*named, *[code for code in codes if code not in named][:1]]
    elif item.type is not ItemType.INFO:
        yield from chosen_codes(item, lists)


def chosen_codes(item: Item, lists: Sequence[tuple[Scalar, ...]]) -> Iterator[list[str]]:
    """Choices of several codes: combinations of those named and one more, lists as written, and every number."""
    every = [option.code for option in item.options]
    named = [code for code in named_codes(lists) if code in every]
    codes = [*named, *[code for code in every if code not in named][:1]]
    whole = len(named) <= MOST_COMBINED
    for size in range(1, len(codes) + 1) if whole else (1, 2, len(codes) - 1, len(codes)):
        yield from (list(choice) for choice in combinations(codes, size))
    yield from ([code for code in values if isinstance(code, str)] for values in lists if len(values) > 1)
    together = [code for code in [*named, *every] if code not in item.exclusive_codes]
    together = list(dict.fromkeys(together))
    yield from (together[:size] for size in range(1, len(together) + 1))


def another_text(values: Sequence[Scalar]) -> str:
    """A short text that is none of these."""
    return next(text for text in map(str, range(len(values) + 1)) if text not in values)


def split_evenly(codes: Sequence[str]) -> dict[str, int]:
    part = 100 // len(codes)
    return {code: part + (100 - part * len(codes) if place == 0 else 0) for place, code in enumerate(codes)}


def days_told_apart(values: Iterable[Scalar]) -> list[Scalar]:
    """The days themselves, the day before and the day after each, and the same of some day beside them."""
    found: dict[Scalar, None] = {}
    for value in (*values, SOME_DAY):
        if is_day(value) and date.min.isoformat() < str(value) < date.max.isoformat():
            day = date.fromisoformat(str(value))
            found |= dict.fromkeys((day + timedelta(days=step)).isoformat() for step in (-1, 0, 1))
    return list(found)


def told_apart(values: Iterable[Scalar]) -> list[Scalar]:
    """The values themselves, and the whole numbers on both sides of a number."""
    found: dict[Scalar, None] = {}
    for value in values:
        if isinstance(value, int | Decimal):
            numbers = (value, int(value) - 1, int(value), int(value) + 1)
            found |= dict.fromkeys(int(number) if number == int(number) else number for number in numbers)
        else:
            found[value] = None
    return list(found)
