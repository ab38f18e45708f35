"""Strips of dots: one's own value, that of a group, that of all, and faintly every other that may be shown.

The three are told apart by sign and by name. Either every row has its numbers in text, and the strip says only how far
apart they are; or a key on top names the signs once and words stand at the ends, where a table beside has the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from publication.charts.axes import Axis, names_below, place_on
from publication.charts.fitting import NO_BREAK, wrapped
from publication.charts.markers import Marker, diamond
from publication.charts.numbers import number
from publication.charts.rows import GAP
from publication.charts.standalone import safe_style
from publication.charts.svg import (
    LEADING,
    NARROW,
    TOP,
    WIDE,
    Drawing,
    block,
    box,
    circle,
    dots,
    frame,
    level,
    size_of,
    text,
    two_widths,
    upright,
)
from publication.charts.words import Words

LABELS: Final = 196
LABELS_ALONE: Final = 300  # where no numbers stand at the other side
NUMBERS: Final = 235
MARGIN: Final = 12
SIGN: Final = 20  # pixels for the sign before a name
STRIP: Final = 34  # pixels for the marks below the words, on the phone


@dataclass(frozen=True)
class StripRow:
    """One question, factor or indicator. None: withheld, or not answered. `others`: single values that may be shown;
    they have no names. `low` and `high`: the interval of the group."""

    label: str
    own: float | None
    group: float | None
    everyone: float | None
    others: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class StripNames:
    """What the three signs stand for, as `Your municipality`, `Similar municipalities`, `All municipalities`.

    `everyone` empty: the group is everyone. `ends`: words for the lowest place, the middle and the highest.
    """

    own: str
    group: str
    everyone: str
    ends: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class _Row:
    """The words of a row; from where to where its part of the grid reaches, and where the next one begins."""

    marks: tuple[str, ...]
    top: float
    bottom: float
    end: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def strip_plot(rows: Sequence[StripRow], names: StripNames, axis: Axis, words: Words) -> str:
    """The strips in two widths."""
    return two_widths(lambda width: strip_drawing(rows, names, axis, words, width), words)


def printed_strips(rows: Sequence[StripRow], names: StripNames, axis: Axis, words: Words, *, style: str) -> str:
    """The strips for a document: one SVG that brings its rules along, as `style` of a drawing that stands alone."""
    drawn = frame(strip_drawing(rows, names, axis, words, WIDE), WIDE, words)
    return drawn.replace(">", f"><style>{safe_style(style)}</style>", 1)


def strip_drawing(rows: Sequence[StripRow], names: StripNames, axis: Axis, words: Words, width: int) -> Drawing:
    """The strips at one width: with a key on top where the ends have words, else with the numbers of every row."""
    sides = _sides(width, keyed=bool(names.ends))
    marks, y = _key(names, sides, width) if names.ends else ([], float(TOP))
    grid: list[str] = []
    for row in rows:
        said = _label(row, y, width) if names.ends else _numbers(row, names, axis, words, (y, width))
        grid += _grid(axis, sides, said)
        marks += [*said.marks, *_marks(row, axis, sides, said.middle)]
        y = said.end
    if names.ends:
        return Drawing((*grid, *marks), y + 8)
    ticks = names_below(axis, words, sides, y + 4 + size_of(width), width)
    return Drawing((*grid, *marks, *ticks), y + 12 + size_of(width))


def _sides(width: int, *, keyed: bool) -> tuple[float, float]:
    """Where the strips begin and end."""
    if width <= NARROW:
        return float(MARGIN), float(width - MARGIN)
    return (float(LABELS_ALONE), float(width - MARGIN)) if keyed else (float(LABELS), float(width - NUMBERS - GAP))


def _grid(axis: Axis, sides: tuple[float, float], row: _Row) -> list[str]:
    """Beside one strip, and never through a label."""
    ticks = [tick for tick in axis.ticks if tick or not axis.signed]
    marks = [upright([place_on(axis, tick, *sides) for tick in ticks], row.top, row.bottom, "fig-grid")]
    if axis.low < 0 < axis.high:
        marks.append(upright([place_on(axis, 0, *sides)], row.top, row.bottom, "fig-zero"))
    return marks


def _marks(row: StripRow, axis: Axis, sides: tuple[float, float], y: float) -> list[str]:
    """The own value last, so that nothing covers it."""
    marks = [level(*sides, y, "fig-row")]
    if row.others:
        marks.append(dots([(place_on(axis, value, *sides), y) for value in row.others], "fig-others"))
    if row.low is not None and row.high is not None:
        marks.append(level(place_on(axis, row.low, *sides), place_on(axis, row.high, *sides), y, "fig-interval"))
    for value, (sign, name) in ((row.everyone, EVERYONE), (row.group, GROUP), (row.own, OWN)):
        if value is not None:
            marks.append(sign(place_on(axis, value, *sides), y, name))
    return marks


def _numbers(row: StripRow, names: StripNames, axis: Axis, words: Words, place: tuple[float, int]) -> _Row:
    """Name and the three values in text, each after its sign: to the right, on the phone above the strip."""
    top, width = place
    size = size_of(width)
    step = size * LEADING
    narrow = width <= NARROW
    label = wrapped(row.label, width if narrow else LABELS - MARGIN - GAP, size, bold=True)
    y = top + size + 6 + (len(label) * step if narrow else 0)
    said = [(names.own, row.own, OWN), (names.group, row.group, GROUP), (names.everyone, row.everyone, EVERYONE)]
    values = [(f"{name}: {_value(value, axis, words)}", sign) for name, value, sign in said if name]
    found, y = _signed(values, (0 if narrow else width - NUMBERS, y), width if narrow else NUMBERS, size)
    marks = (*block(0, top + size + 6, label, "fig-heading", size=size), *found)
    if narrow:
        bottom = y + STRIP - size
        return _Row(marks, bottom - STRIP, bottom, bottom + 4)
    bottom = max(y + 2, top + len(label) * step + 12)
    return _Row(marks, top, bottom, bottom + 8)


def _label(row: StripRow, top: float, width: int) -> _Row:
    """The name alone: to the left, on the phone above the strip."""
    size = size_of(width)
    narrow = width <= NARROW
    label = wrapped(row.label, width if narrow else LABELS_ALONE - MARGIN - GAP, size)
    marks = tuple(block(0, top + size + 2, label, "fig-label", size=size))
    bottom = top + len(label) * size * LEADING + 8
    return (
        _Row(marks, bottom, bottom + STRIP / 2, bottom + STRIP / 2 + 4) if narrow else _Row(marks, top, bottom, bottom)
    )


def _key(names: StripNames, sides: tuple[float, float], width: int) -> tuple[list[str], float]:
    """What the signs mean, each on a line, and what the places on the strip mean; the y below them."""
    size = size_of(width)
    meanings = [(names.own, OWN), (names.group, GROUP), (names.everyone, EVERYONE)]
    marks, y = _signed([one for one in meanings if one[0]], (0, float(TOP)), width, size)
    y += size
    low, middle, high = names.ends or ("", "", "")
    left, right = sides
    marks.append(text(left - MARGIN, y, low, "fig-tick"))
    marks.append(text((left + right) / 2, y, middle, "fig-tick", anchor="middle"))
    marks.append(text(right + MARGIN, y, high, "fig-tick", anchor="end"))
    return marks, y + 6


def _signed(
    said: Sequence[tuple[str, tuple[Marker, str]]], at: tuple[float, float], room: float, size: float
) -> tuple[list[str], float]:
    """Texts below one another, each after its sign; the base of the line after the last."""
    x, y = at
    marks: list[str] = []
    for words, (sign, name) in said:
        lines = wrapped(words, room - SIGN - 2, size)
        marks.append(sign(x + SIGN / 2, y - size * 0.36, name))
        marks += block(x + SIGN + 2, y, lines, "fig-label", size=size)
        y += len(lines) * size * LEADING
    return marks, y


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
