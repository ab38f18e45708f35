"""Possible places: from the best to the worst rank that the pairwise tests leave open, never a league table."""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.svg import NARROW, TOP, Drawing, circle, level, text, two_widths, upright
from publication.charts.words import Words

LABELS, NUMBERS, MARGIN = 200, 80, 14


@dataclass(frozen=True)
class Places:
    """`low` None: withheld. 1 is the highest place."""

    label: str
    low: int | None = None
    high: int | None = None


def rank_plot(rows: Sequence[Places], words: Words) -> str:
    """One row a country; the line goes over every place it may have."""
    return two_widths(lambda width: _draw(rows, words, width), words)


def _draw(rows: Sequence[Places], words: Words, width: int) -> Drawing:
    narrow = width <= NARROW
    left, right = (MARGIN, width - MARGIN) if narrow else (LABELS, width - NUMBERS)
    last = max(len(rows), 2)

    def x(place: int) -> float:
        return left + (place - 1) / (last - 1) * (right - left)

    marks: list[str] = []
    y = float(TOP)
    for row in rows:
        y += 44 if narrow else 30
        middle = y - (12 if narrow else 11)
        beside = words.withheld if row.low is None else f"{row.low}" if row.low == row.high else f"{row.low}–{row.high}"
        at = middle - 13 if narrow else middle + 5
        marks += [
            text(0, at, row.label, "fig-label"),
            text(width, at, beside, "fig-number", anchor="end"),
            level(left, right, middle, "fig-row"),
        ]
        if row.low is not None and row.high is not None:
            marks.append(level(x(row.low), x(row.high), middle, "fig-interval"))
            marks += [circle(x(place), middle, "fig-dot", 5) for place in range(row.low, row.high + 1)]
    y += 6
    grid = [upright([x(place) for place in range(1, last + 1)], TOP, y, "fig-grid")]
    ticks = [text(x(place), y + 17, str(place), "fig-tick", anchor="middle") for place in range(1, last + 1)]
    return Drawing((*grid, *marks, *ticks), y + 26)
