"""Possible places: from the best to the worst rank that the pairwise tests leave open, never a league table."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from publication.charts.fitting import width_of
from publication.charts.rows import Sides, row
from publication.charts.svg import TOP, Drawing, circle, level, size_of, text, two_widths, upright
from publication.charts.words import Words

SIDES: Final = Sides(labels=200, numbers=130, margin=14)
IN_VIEW: Final = 6


@dataclass(frozen=True)
class Places:
    """`low` None: withheld. 1 is the highest place. `at`: the place of the estimate, where one dot is to stand."""

    label: str
    low: int | None = None
    high: int | None = None
    at: int | None = None


def in_view(rows: Sequence[Places], label: str, count: int = IN_VIEW) -> tuple[Places, ...]:
    """The row with this label and its neighbours, `count` in all: more than six are not read at a glance.

    Near an end of the list the view stands at that end. Raises ValueError where no row has the label.
    """
    names = [row.label for row in rows]
    if label not in names:
        raise ValueError(f"label: expected one of {', '.join(names)}, got {label!r}. Name a row that is in the list.")
    start = max(0, min(names.index(label) - (count - 1) // 2, len(rows) - count))
    return tuple(rows[start : start + count])


def rank_plot(rows: Sequence[Places], words: Words, *, last: int | None = None) -> str:
    """A row each, with a line over every place it may have. `last`: the lowest place, where rows are a part."""
    return two_widths(lambda width: rank_drawing(rows, words, width, last=last), words)


def rank_drawing(rows: Sequence[Places], words: Words, width: int, *, last: int | None = None) -> Drawing:
    """The plot at one width. Raises ValueError where a place lies beyond the last."""
    lowest = _lowest(rows, last)
    left, right = SIDES.between(width)
    apart = (right - left) / (lowest - 1)

    def x(place: int) -> float:
        return left + (place - 1) * apart

    marks: list[str] = []
    y = float(TOP)
    for one in rows:
        beside = words.withheld if one.low is None else f"{one.low}" if one.low == one.high else f"{one.low}–{one.high}"
        words_of_row = row(one.label, [beside], y, width, SIDES)
        y = words_of_row.bottom
        marks += [*words_of_row.marks, level(left, right, words_of_row.middle, "fig-row")]
        if one.low is not None and one.high is not None:
            marks.append(level(x(one.low), x(one.high), words_of_row.middle, "fig-interval"))
            dots = [one.at] if one.at is not None else range(one.low, one.high + 1)
            radius = 6 if one.at is not None else max(2, min(5, apart / 2 - 1))
            marks += [circle(x(place), words_of_row.middle, "fig-dot", radius) for place in dots]
    y += 6
    shown = _named(lowest, apart, size_of(width))
    grid = [upright([x(place) for place in shown], TOP, y, "fig-grid")]
    ticks = [text(x(place), y + 4 + size_of(width), str(place), "fig-tick", anchor="middle") for place in shown]
    return Drawing((*grid, *marks, *ticks), y + 12 + size_of(width))


def _lowest(rows: Sequence[Places], last: int | None) -> int:
    given = last if last is not None else len(rows)
    worst = max((row.high for row in rows if row.high is not None), default=0)
    if last is not None and worst > last:
        raise ValueError(f"last: expected at least {worst}, the lowest place in the rows, got {last}. Count all rows.")
    return max(given, worst, 2)


def _named(last: int, apart: float, size: float) -> list[int]:
    """The places with a name below: all where they fit, else the first and every round one."""
    least = width_of(str(last), size) + 8
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step * apart >= least or step >= last)
    rounds = range(step, last + 1, step)
    return [1, *(place for place in rounds if place > max(1, ceil(least / apart)))] if step > 1 else list(rounds)
