"""Dots with intervals: one row an estimate, the number in text beside it, empty rows where a value is withheld."""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.axes import PERCENT, Axis, axis_of, names_below, place_on
from publication.charts.numbers import number
from publication.charts.rows import Sides, row
from publication.charts.svg import TOP, Drawing, circle, heading, level, size_of, two_widths, upright
from publication.charts.words import Words

__all__ = ["PERCENT", "Axis", "Dot", "Group", "axis_around", "descending", "dot_drawing", "dot_plot", "numbers_of"]

SIDES = Sides(labels=200, numbers=200, margin=12)


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


def descending(dots: Sequence[Dot]) -> tuple[Dot, ...]:
    """The highest first, equals by name, what is withheld at the end."""
    return tuple(sorted(dots, key=lambda dot: (dot.value is None, -(dot.value or 0.0), dot.label)))


def axis_around(groups: Sequence[Group], *, signed: bool = False, limits: tuple[float, float] | None = None) -> Axis:
    """An axis that just holds every interval, ticks at round numbers; with `signed` it always shows zero.

    Dots do not need zero to be read, bars do: a page that shows a cut axis says so in words.
    """
    ends = [end for group in groups for dot in group.dots for end in (dot.value, dot.low, dot.high)]
    return axis_of(ends, signed=signed, limits=limits)


def dot_plot(groups: Sequence[Group], axis: Axis, words: Words) -> str:
    """The plot in two widths; words stand as text, so that nothing hangs on colour or position alone."""
    return two_widths(lambda width: dot_drawing(groups, axis, words, width), words)


def dot_drawing(groups: Sequence[Group], axis: Axis, words: Words, width: int) -> Drawing:
    """The plot at one width."""
    left, right = SIDES.between(width)
    marks: list[str] = []
    y = float(TOP)
    for group in groups:
        found, y = heading(group.heading, y, width)
        marks += found
        for dot in group.dots:
            words_of_row = row(dot.label, [numbers_of(dot, axis, words)], y, width, SIDES)
            marks += [*words_of_row.marks, *_marks(dot, axis, left, right, words_of_row.middle)]
            y = words_of_row.bottom
        y += 6
    grid = [upright([place_on(axis, tick, left, right) for tick in axis.ticks], TOP, y, "fig-grid")]
    if axis.low < 0 < axis.high:
        grid.append(upright([place_on(axis, 0, left, right)], TOP, y, "fig-zero"))
    names = names_below(axis, words, (left, right), y + 4 + size_of(width), width)
    return Drawing((*grid, *marks, *names), y + 12 + size_of(width))


def _marks(dot: Dot, axis: Axis, left: float, right: float, y: float) -> list[str]:
    marks = [level(left, right, y, "fig-row")]
    if dot.value is None:
        return marks
    if dot.low is not None and dot.high is not None:
        ends = [place_on(axis, end, left, right) for end in (dot.low, dot.high)]
        marks.append(level(ends[0], ends[1], y, "fig-interval"))
    marks.append(circle(place_on(axis, dot.value, left, right), y, "fig-dot"))
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
