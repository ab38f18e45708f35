"""Dots with intervals: one row an estimate, the number in text beside it, empty rows where a value is withheld."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from publication.charts.numbers import number
from publication.charts.svg import NARROW, TOP, Drawing, circle, level, lines, text, two_widths, upright
from publication.charts.words import Words

LABELS, NUMBERS, MARGIN = 200, 170, 12
STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)


@dataclass(frozen=True)
class Dot:
    """`value` None: withheld. Equal labels stand on rows of their own."""

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Group:
    heading: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Axis:
    """From, to, where the ticks stand, what follows a number, whether values carry a sign, decimals of a value."""

    low: float
    high: float
    ticks: tuple[float, ...]
    suffix: str = ""
    signed: bool = False
    decimals: int = 1


PERCENT = Axis(0, 100, (0, 20, 40, 60, 80, 100), suffix=" %")


def axis_around(groups: Sequence[Group], *, signed: bool = False, limits: tuple[float, float] | None = None) -> Axis:
    """An axis that just holds every interval, ticks at round numbers; with `signed` it always shows zero.

    Dots do not need zero to be read, bars do: a page that shows a cut axis says so in words.
    """
    ends = [
        end for group in groups for dot in group.dots for end in (dot.value, dot.low, dot.high) if end is not None
    ] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    if signed:
        low, high = min(low, 0.0), max(high, 0.0)
    step = next((step for step in STEPS if (high - low) / step <= 6), STEPS[-1])
    first, last = floor(low / step), ceil(high / step)
    last = max(last, first + 1)
    if limits:
        first, last = max(first, floor(limits[0] / step)), min(last, ceil(limits[1] / step))
    ticks = tuple(step * position for position in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, signed=signed)


def dot_plot(groups: Sequence[Group], axis: Axis, words: Words) -> str:
    """The plot in two widths; words stand as text, so that nothing hangs on colour or position alone."""
    return two_widths(lambda width: _draw(groups, axis, words, width), words)


def _draw(groups: Sequence[Group], axis: Axis, words: Words, width: int) -> Drawing:
    narrow = width <= NARROW
    left, right = (MARGIN, width - MARGIN) if narrow else (LABELS, width - NUMBERS)
    marks: list[str] = []
    y = float(TOP)
    for group in groups:
        for part in lines(group.heading, width) if group.heading else []:
            y += 22
            marks.append(text(0, y - 4, part, "fig-heading"))
        for dot in group.dots:
            y += 44 if narrow else 30
            marks += _row(dot, axis, words, (left, right, width), y - (12 if narrow else 11), narrow=narrow)
        y += 6
    grid = [upright([_x(tick, axis, left, right) for tick in axis.ticks], TOP, y, "fig-grid")]
    if axis.low < 0 < axis.high:
        grid.append(upright([_x(0, axis, left, right)], TOP, y, "fig-zero"))
    names = _ticks(axis, words, left, right, y + 17, narrow=narrow)
    return Drawing((*grid, *marks, *names), y + 26)


def _row(dot: Dot, axis: Axis, words: Words, sides: tuple[float, float, float], y: float, *, narrow: bool) -> list[str]:
    left, right, width = sides
    beside = numbers_of(dot, axis, words)
    if narrow:
        marks = [text(0, y - 13, dot.label, "fig-label"), text(width, y - 13, beside, "fig-number", anchor="end")]
    else:
        marks = [text(0, y + 5, dot.label, "fig-label"), text(width, y + 5, beside, "fig-number", anchor="end")]
    marks.append(level(left, right, y, "fig-row"))
    if dot.value is None:
        return marks
    if dot.low is not None and dot.high is not None:
        marks.append(level(_x(dot.low, axis, left, right), _x(dot.high, axis, left, right), y, "fig-interval"))
    marks.append(circle(_x(dot.value, axis, left, right), y, "fig-dot"))
    return marks


def numbers_of(dot: Dot, axis: Axis, words: Words) -> str:
    """The value with its interval in text, or the mark that it is withheld."""
    if dot.value is None:
        return words.withheld

    def written(value: float) -> str:
        return number(value, axis.decimals, words.decimal_mark, signed=axis.signed)

    value = f"{written(dot.value)}{axis.suffix}"
    if dot.low is None or dot.high is None:
        return value
    between = " – " if axis.signed else "–"
    return f"{value} ({written(dot.low)}{between}{written(dot.high)})"


def _ticks(axis: Axis, words: Words, left: float, right: float, y: float, *, narrow: bool) -> list[str]:
    decimals = 0 if all(tick == int(tick) for tick in axis.ticks) else 1
    marks = []
    for position, tick in enumerate(axis.ticks):
        last = len(axis.ticks) - 1
        anchor = {0: "start", last: "end"}.get(position, "middle") if narrow else "middle"
        label = number(tick, decimals, words.decimal_mark, signed=axis.signed) + axis.suffix
        marks.append(text(_x(tick, axis, left, right), y, label, "fig-tick", anchor=anchor))
    return marks


def _x(value: float, axis: Axis, left: float, right: float) -> float:
    share = (min(max(value, axis.low), axis.high) - axis.low) / (axis.high - axis.low)
    return left + share * (right - left)
