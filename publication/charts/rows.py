"""Rows of a drawing: a name to the left and numbers to the right, on the phone both above the marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from publication.charts.fitting import width_of, wrapped
from publication.charts.svg import LEADING, NARROW, block, size_of

GAP: Final = 12  # pixels between a name or a number and the marks
STRIP: Final = 26  # pixels that the marks take below the words, on the phone
LEAST: Final = 30  # the lowest row of the wide drawing


@dataclass(frozen=True)
class Sides:
    """Pixels for names and for numbers in the wide drawing, and what marks may hang over at the edges of the narrow."""

    labels: float
    numbers: float
    margin: float

    def between(self, width: int) -> tuple[float, float]:
        """Where the marks of a row begin and end."""
        if width <= NARROW:
            return self.margin, width - self.margin
        return self.labels, width - self.numbers


@dataclass(frozen=True)
class Row:
    """The words of a row, the height at which its marks stand, and where the next row begins."""

    marks: tuple[str, ...]
    middle: float
    bottom: float


def row(label: str, beside: Sequence[str], top: float, width: int, sides: Sides) -> Row:
    """The row's words. `beside`: lines of numbers; they wrap as the label does, and the row grows."""
    size = size_of(width)
    if width <= NARROW:
        return _narrow(label, beside, top, width, size)
    names = wrapped(label, sides.labels - sides.margin - GAP, size)
    numbers = [part for one in beside for part in wrapped(one, sides.numbers - sides.margin - GAP, size)]
    height = max(LEAST, max(len(names), len(numbers)) * size * LEADING + 12)
    middle = top + height / 2
    marks = block(0, middle, names, "fig-label", size=size, middle=True)
    marks += block(width, middle, numbers, "fig-number", size=size, anchor="end", middle=True)
    return Row(tuple(marks), middle, top + height)


def _narrow(label: str, beside: Sequence[str], top: float, width: int, size: float) -> Row:
    """On one line where both fit, else the numbers below the name, at the right edge."""
    numbers = [part for one in beside for part in wrapped(one, width, size)]
    step = size * LEADING
    widest = max((width_of(number, size) for number in numbers), default=0.0)
    together = len(numbers) == 1 and width_of(label, size) + GAP + widest <= width
    names = [label] if together else wrapped(label, width, size)
    first = top + size + 3
    marks = block(0, first, names, "fig-label", size=size)
    start = first if together else first + len(names) * step
    marks += block(width, start, numbers, "fig-number", size=size, anchor="end")
    last = start + (len(numbers) - 1) * step
    return Row(tuple(marks), last + STRIP / 2, last + STRIP)
