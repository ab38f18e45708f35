"""The tables with bars as drawings, for pictures that stand alone; on a page the tables themselves are shown."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final

from publication.charts.bars import Factor, Headings, balance_text
from publication.charts.choices import Choice, ChoiceHeadings, by_share, share_text
from publication.charts.fitting import wrapped
from publication.charts.numbers import number
from publication.charts.parts import PartHeadings, Whole, checked
from publication.charts.steps import patches
from publication.charts.svg import LEADING, TOP, WIDE, Drawing, block, box, size_of, stacked, text, upright
from publication.charts.words import Words

SIZE: Final = size_of(WIDE)
STEP: Final = SIZE * LEADING
LABELS: Final = 200.0
BAR: Final = 14.0
PAD: Final = 10.0
STRIPED: Final = ("minus", "minus-strong")  # in grey the two sides would be twins
STRIPE: Final = 6.0


def diverging_drawing(factors: Sequence[Factor], headings: Headings, words: Words) -> Drawing:
    """Hindered to the left of the line, promoted to the right, the other numbers in columns; 720 wide."""
    columns = headings.numbers
    each = 88.0
    edges = [WIDE - each * (len(columns) - 1) - 130, *(WIDE - each * left for left in range(len(columns) - 1, 0, -1))]
    side = (edges[0] - PAD - LABELS) / 2
    axis = LABELS + side
    rooms = [*(after - before for before, after in pairwise(edges)), WIDE - edges[-1]]
    heads = [wrapped(name, room - 8, SIZE, bold=True) for name, room in zip(columns, rooms, strict=True)]
    sides = [wrapped(name, side - 6, SIZE, bold=True) for name in (headings.barrier, headings.driver)]
    y = TOP + max(map(len, [*heads, *sides])) * STEP + 4
    marks = _heads([(axis - 6, sides[0], "end"), (axis + 6, sides[1], "start")], y)
    marks += _heads([(x, head, "start") for x, head in zip(edges, heads, strict=True)], y)
    top = y
    for factor in factors:
        label = wrapped(factor.label, LABELS - PAD, SIZE)
        cells = _cells(factor, headings, words, rooms)
        tall = max(len(label), 2, *map(len, cells)) * STEP + PAD
        marks += block(0, y + tall / 2, label, "fig-label", size=SIZE, middle=True)
        marks += _sides(factor, axis, side, y + tall / 2, words)
        for x, cell in zip(edges, cells, strict=True):
            marks += block(x, y + tall / 2, cell, "fig-number", size=SIZE, middle=True)
        y += tall
    return Drawing((*marks, upright([axis], top, y, "fig-zero")), y + 6)


def part_drawing(rows: Sequence[Whole], headings: PartHeadings, words: Words) -> Drawing:
    """Bars of 100 per cent with their numbers below, and the parts named on top; 720 wide. Raises as `part_bars`."""
    key = patches([(part.name, f"fig-part fig-part-{part.kind}") for part in headings.parts], WIDE)
    marks: list[str] = []
    y = PAD
    for row in rows:
        label = wrapped(row.label, LABELS - PAD, SIZE)
        tall = max(len(label), 2) * STEP + PAD + 6
        marks += block(0, y + tall / 2, label, "fig-label", size=SIZE, middle=True)
        if row.shares is None:
            marks.append(text(LABELS, y + tall / 2 + 5, words.withheld, "fig-label"))
        else:
            marks += _whole(checked(row, headings.parts), headings, words, y + tall / 2)
        y += tall
    return stacked(Drawing((), TOP), key, Drawing(tuple(marks), y + 4))


def choice_drawing(rows: Sequence[Choice], headings: ChoiceHeadings, words: Words) -> Drawing:
    """Bars from 0 to 100 per cent, the longest first, each with its number and interval; 720 wide."""
    heads = [wrapped(headings.choice, LABELS, SIZE, bold=True), wrapped(headings.share, 300, SIZE, bold=True)]
    y = TOP + max(map(len, heads)) * STEP + 6
    marks = _heads([(0, heads[0], "start"), (LABELS + 60, heads[1], "start")], y)
    left, right = LABELS + 60, WIDE - 170.0
    for row in by_share(rows):
        label = wrapped(row.label, LABELS + 60 - PAD, SIZE)
        tall = max(len(label), 1) * STEP + PAD
        middle = y + tall / 2
        marks += block(0, middle, label, "fig-label", size=SIZE, middle=True)
        marks += block(WIDE, middle, [share_text(row, words)], "fig-number", size=SIZE, anchor="end", middle=True)
        if row.share is not None:  # an empty track would look like none at all
            marks.append(box(left, middle - BAR / 2, right - left, BAR, "fig-track"))
            marks.append(box(left, middle - BAR / 2, (right - left) * row.share / 100, BAR, "fig-bar fig-bar-one"))
        y += tall
    return Drawing(tuple(marks), y + 4)


def _heads(heads: Sequence[tuple[float, Sequence[str], str]], y: float) -> list[str]:
    """Headings that end on one line above the rows."""
    return [
        mark
        for x, lines, anchor in heads
        for mark in block(x, y - 6 - (len(lines) - 1) * STEP, lines, "fig-heading", size=SIZE, anchor=anchor)
    ]


def _cells(factor: Factor, headings: Headings, words: Words, rooms: Sequence[float]) -> list[list[str]]:
    if factor.driver is None or factor.barrier is None:
        return [wrapped(words.withheld, rooms[0] - 8, SIZE), *([""] for _room in rooms[1:])]
    shares = [*([factor.neutral] if headings.neutral else []), factor.outside]
    written = [balance_text(factor, words), *("" if share is None else _percent(share, words) for share in shares)]
    return [wrapped(one, room - 8, SIZE) for one, room in zip(written, rooms, strict=True)]


def _sides(factor: Factor, axis: float, side: float, y: float, words: Words) -> list[str]:
    if factor.driver is None or factor.barrier is None:
        return []
    left, right = side * factor.barrier / 100, side * factor.driver / 100
    return [
        box(axis - left, y - BAR, left, BAR, "fig-bar fig-bar-minus"),
        box(axis, y - BAR, right, BAR, "fig-bar fig-bar-plus"),
        text(axis - 6, y + SIZE, _percent(factor.barrier, words), "fig-number", anchor="end"),
        text(axis + 6, y + SIZE, _percent(factor.driver, words), "fig-number"),
    ]


def _whole(shares: Sequence[float], headings: PartHeadings, words: Words, y: float) -> list[str]:
    """The parts of a bar from left to right, and all numbers in their order on the line below."""
    marks, x = [], LABELS
    for part, share in zip(headings.parts, shares, strict=True):
        wide = (WIDE - LABELS) * share / sum(shares)
        if wide:
            marks.append(box(x, y - BAR - 2, wide, BAR, f"fig-part fig-part-{part.kind}"))
            if part.kind in STRIPED and wide > STRIPE:
                stripes = [x + STRIPE * n for n in range(1, ceil(wide / STRIPE))]
                marks.append(upright(stripes, y - BAR - 2, y - 2, "fig-stripes"))
        x += wide
    numbers = " · ".join(_percent(share, words) for share in shares)
    return [*marks, text(LABELS, y + SIZE + 2, numbers, "fig-number")]


def _percent(share: float, words: Words) -> str:
    return f"{number(share, 1, words.decimal_mark)} %"
