"""Strips of dots: one's own value, that of the group, that of all, and faintly every other that may be shown.

The three are told apart by sign, by name and by number in text; the strip says only how far apart they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from publication.charts.axes import Axis, names_below, place_on
from publication.charts.fitting import NO_BREAK, wrapped
from publication.charts.markers import Marker, diamond
from publication.charts.numbers import number
from publication.charts.rows import GAP
from publication.charts.svg import (
    LEADING,
    NARROW,
    TOP,
    Drawing,
    block,
    box,
    circle,
    dots,
    level,
    size_of,
    two_widths,
    upright,
)
from publication.charts.words import Words

LABELS: Final = 196
NUMBERS: Final = 235
MARGIN: Final = 12
SIGN: Final = 20  # pixels for the sign before a name
STRIP: Final = 34  # pixels for the marks below the words, on the phone


@dataclass(frozen=True)
class StripRow:
    """One question or indicator. None: withheld. `others`: single values that may be shown; they have no names."""

    label: str
    own: float | None
    group: float | None
    everyone: float | None
    others: tuple[float, ...] = ()


@dataclass(frozen=True)
class StripNames:
    """What the three signs stand for, as `Your municipality`, `Similar municipalities`, `All municipalities`."""

    own: str
    group: str
    everyone: str


def strip_plot(rows: Sequence[StripRow], names: StripNames, axis: Axis, words: Words) -> str:
    """The strips in two widths."""
    return two_widths(lambda width: strip_drawing(rows, names, axis, words, width), words)


def strip_drawing(rows: Sequence[StripRow], names: StripNames, axis: Axis, words: Words, width: int) -> Drawing:
    """The strips at one width."""
    narrow = width <= NARROW
    left, right = (float(MARGIN), float(width - MARGIN)) if narrow else (float(LABELS), float(width - NUMBERS - GAP))
    marks: list[str] = []
    y = float(TOP)
    for row in rows:
        found, middle, y = _words(row, names, axis, words, (y, width))
        marks += [*found, *_marks(row, axis, left, right, middle)]
    grid = [upright([place_on(axis, tick, left, right) for tick in axis.ticks], TOP, y, "fig-grid")]
    ticks = names_below(axis, words, (left, right), y + 4 + size_of(width), width)
    return Drawing((*grid, *marks, *ticks), y + 12 + size_of(width))


def _marks(row: StripRow, axis: Axis, left: float, right: float, y: float) -> list[str]:
    """The own value last, so that nothing covers it."""
    marks = [level(left, right, y, "fig-row")]
    if row.others:
        marks.append(dots([(place_on(axis, value, left, right), y) for value in row.others], "fig-others"))
    for value, (sign, name) in ((row.everyone, EVERYONE), (row.group, GROUP), (row.own, OWN)):
        if value is not None:
            marks.append(sign(place_on(axis, value, left, right), y, name))
    return marks


def _words(
    row: StripRow, names: StripNames, axis: Axis, words: Words, place: tuple[float, int]
) -> tuple[list[str], float, float]:
    """Name and the three values in text, each after its sign; the middle of the marks; where the next row begins."""
    top, width = place
    size = size_of(width)
    step = size * LEADING
    narrow = width <= NARROW
    room = (width if narrow else NUMBERS) - SIGN - 2
    label = wrapped(row.label, width if narrow else LABELS - MARGIN - GAP, size, bold=True)
    values = [
        wrapped(f"{name}: {_value(value, axis, words)}", room, size)
        for name, value in ((names.own, row.own), (names.group, row.group), (names.everyone, row.everyone))
    ]
    tall = sum(len(lines) for lines in values) * step
    start = 0 if narrow else width - NUMBERS
    y = top + size + 6 + (len(label) * step if narrow else 0)
    bottom = y + tall + (STRIP - size if narrow else 2)
    bottom = bottom if narrow else max(bottom, top + len(label) * step + 12)
    marks = block(0, top + size + 6, label, "fig-heading", size=size)
    for (sign, name), lines in zip((OWN, GROUP, EVERYONE), values, strict=True):
        marks.append(sign(start + SIGN / 2, y - size * 0.36, name))
        marks += block(start + SIGN + 2, y, lines, "fig-label", size=size)
        y += len(lines) * step
    return marks, bottom - STRIP / 2 if narrow else (top + bottom) / 2, bottom + (4 if narrow else 8)


def _value(value: float | None, axis: Axis, words: Words) -> str:
    if value is None:
        return words.withheld
    written = number(value, axis.decimals, words.decimal_mark, signed=axis.signed) + axis.suffix
    return written.replace(" ", NO_BREAK)


def _ring(x: float, y: float, name: str) -> str:
    return circle(x, y, name, 5.5)


def _bar(x: float, y: float, name: str) -> str:
    return box(x - 2, y - 8, 4, 16, name)


OWN: Final[tuple[Marker, str]] = (diamond, "fig-own")
GROUP: Final[tuple[Marker, str]] = (_ring, "fig-group")
EVERYONE: Final[tuple[Marker, str]] = (_bar, "fig-everyone")
