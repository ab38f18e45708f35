"""Axes: round ticks, names of ticks that never meet, and where a value stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from publication.charts.fitting import width_of
from publication.charts.numbers import number
from publication.charts.svg import size_of, text
from publication.charts.words import Words

STEPS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)
MOST_INTERVALS: Final = 6
TICK_GAP: Final = 6  # pixels between the names of two ticks


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


def axis_of(
    values: Iterable[float | None],
    *,
    signed: bool = False,
    limits: tuple[float, float] | None = None,
    suffix: str = "",
) -> Axis:
    """An axis that just holds every value, ticks at round numbers; with `signed` it always shows zero.

    Dots and lines do not need zero to be read, bars do: a page that shows a cut axis says so in words (`is_cut`).
    """
    ends = [value for value in values if value is not None] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    if signed:
        low, high = min(low, 0.0), max(high, 0.0)
    step = next((step for step in STEPS if (high - low) / step <= MOST_INTERVALS), STEPS[-1])
    first, last = floor(low / step), ceil(high / step)
    last = max(last, first + 1)
    if limits:
        first, last = max(first, floor(limits[0] / step)), min(last, ceil(limits[1] / step))
    ticks = tuple(step * position for position in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, signed=signed, suffix=suffix)


def is_cut(axis: Axis, *, low: float = 0.0, high: float = 100.0) -> bool:
    """Whether the axis leaves out a part of what the values could be; the page then says so."""
    return axis.low > low or axis.high < high


def place_on(axis: Axis, value: float, start: float, end: float) -> float:
    """The pixel of a value between `start` and `end`; a value beyond the axis stands at its end."""
    share = (min(max(value, axis.low), axis.high) - axis.low) / (axis.high - axis.low)
    return start + share * (end - start)


def tick_name(axis: Axis, tick: float, words: Words) -> str:
    decimals = 0 if all(one == int(one) for one in axis.ticks) else 1
    return number(tick, decimals, words.decimal_mark, signed=axis.signed) + axis.suffix


def names_below(axis: Axis, words: Words, sides: tuple[float, float], y: float, width: int) -> list[str]:
    """The names of the ticks of a level axis; only as many as fit, counted from zero or from the first."""
    left, right = sides
    names = [tick_name(axis, tick, words) for tick in axis.ticks]
    size = size_of(width)
    widest = max(width_of(name, size) for name in names)
    apart = (right - left) / max(1, len(names) - 1)
    every = ceil((widest + TICK_GAP) / apart) if len(names) > 1 else 1
    start = axis.ticks.index(0) % every if 0 in axis.ticks else 0
    marks = []
    for position in range(start, len(names), every):
        x = place_on(axis, axis.ticks[position], left, right)
        half = width_of(names[position], size) / 2
        anchor = "start" if x < half else "end" if x > width - half else "middle"
        x = {"start": 0.0, "end": float(width), "middle": x}[anchor]
        marks.append(text(x, y, names[position], "fig-tick", anchor=anchor))
    return marks
