"""Waves: a slope with whiskers for two or three, a line with a band for more, never across a break of method.

A change of method or wording parts the line: a mark stands in the gap, a dashed line with a letter over it, and the
note with that letter below says what changed. A withheld wave is a gap with its note. Names stand at the ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from publication.charts.axes import Axis, place_on, tick_name
from publication.charts.fitting import NO_BREAK, spread, width_of, wrapped
from publication.charts.markers import SERIES
from publication.charts.numbers import number, safe
from publication.charts.svg import (
    LEADING,
    NARROW,
    TOP,
    Drawing,
    at,
    block,
    level,
    path,
    size_of,
    text,
    two_widths,
    upright,
)
from publication.charts.words import Words

MOST_LINES: Final = len(SERIES)
SLOPE: Final = 3  # waves up to which whiskers stand in place of a band
HEIGHT: Final = 280
DODGE: Final = 9  # pixels between the whiskers of two series in one wave
EDGE: Final = 12
LABEL_GAP: Final = 18


@dataclass(frozen=True)
class Wave:
    """`at` says where in time it stands, a year as a rule: unequal steps are drawn unequal."""

    label: str
    at: float


@dataclass(frozen=True)
class Point:
    """`value` None: withheld. `changed`: what of method or wording changed since the wave before; empty: nothing."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    changed: str = ""


@dataclass(frozen=True)
class Line:
    """A point for each wave, in order; None where the line was not measured in that wave."""

    label: str
    points: tuple[Point | None, ...]


@dataclass(frozen=True)
class Break:
    """What changed before wave number `before` (from 1 on, as 0 has none before it), and for which lines."""

    letter: str
    before: int
    note: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class _Sheet:
    """Where things stand in the drawing."""

    xs: tuple[float, ...]
    left: float
    right: float
    top: float
    bottom: float
    width: int
    axis: Axis
    beside: float = 0.0  # how far the points of one line stand beside their wave, so that whiskers do not meet

    def x(self, place: int) -> float:
        return self.xs[place] + self.beside

    def y(self, value: float) -> float:
        return place_on(self.axis, value, self.bottom, self.top)


def line_chart(lines: Sequence[Line], waves: Sequence[Wave], axis: Axis, words: Words) -> str:
    """The chart in two widths, then its notes as a list. Raises ValueError where lines and waves do not match."""
    found = "".join(f"<li>{safe(note)}</li>" for note in line_notes(lines, waves, words))
    notes = f'<ul class="figure-notes">{found}</ul>' if found else ""
    return two_widths(lambda width: line_drawing(lines, waves, axis, words, width), words) + notes


def line_notes(lines: Sequence[Line], waves: Sequence[Wave], words: Words) -> tuple[str, ...]:
    """What the marks in the chart mean: breaks by their letter, then what is withheld."""
    _checked(lines, waves)
    notes = []
    for one in breaks(lines):
        names = ", ".join(lines[index].label for index in one.lines)
        notes.append(f"{one.letter}: {waves[one.before - 1].label}–{waves[one.before].label}, {names}: {one.note}")
    for line in lines:
        hidden = [
            wave.label
            for wave, point in zip(waves, line.points, strict=True)
            if point is not None and point.value is None
        ]
        if hidden:
            notes.append(f"{line.label}, {', '.join(hidden)}: {words.withheld}")
    return tuple(notes)


def breaks(lines: Sequence[Line]) -> tuple[Break, ...]:
    """Every break once, in the order of time; lines that share wave and note share a letter."""
    found: dict[tuple[int, str], list[int]] = {}
    for index, line in enumerate(lines):
        for before, point in enumerate(line.points):
            if before and point is not None and point.changed:
                found.setdefault((before, point.changed), []).append(index)
    ordered = sorted(found.items(), key=lambda item: item[0][0])
    return tuple(
        Break(chr(ord("a") + position), before, note, tuple(members))
        for position, ((before, note), members) in enumerate(ordered)
    )


def line_drawing(lines: Sequence[Line], waves: Sequence[Wave], axis: Axis, words: Words, width: int) -> Drawing:
    """The chart at one width. Raises ValueError where lines and waves do not match."""
    _checked(lines, waves)
    size = size_of(width)
    label_room = 112.0 if width <= NARROW else 190.0
    names = [wrapped(_end_label(line, axis, words), label_room, size, bold=True) for line in lines]
    heights = [len(name) * size * LEADING + 4 for name in names]
    left = max(width_of(tick_name(axis, tick, words), size) for tick in axis.ticks) + 8
    bottom = TOP + 22 + max(HEIGHT, sum(heights))
    right = width - label_room - LABEL_GAP
    sheet = _Sheet(_places(waves, left, right), left, right, TOP + 22, bottom, width, axis)
    below, height = _wave_names(waves, sheet)
    marks = [*_grid(sheet, words), *below, *_breaks(lines, sheet)]
    slope = len(waves) <= SLOPE
    own = [replace(sheet, beside=_beside(index, len(lines)) if slope else 0.0) for index in range(len(lines))]
    for index, line in enumerate(lines):
        marks += _whiskers(line, index, own[index]) if slope else _band(line, index, own[index])
    for index, line in enumerate(lines):
        marks += _line(line, index, own[index])
    marks += _end_labels(lines, names, heights, own)
    return Drawing(tuple(marks), height)


def _checked(lines: Sequence[Line], waves: Sequence[Wave]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(
            f"lines: expected 1 to {MOST_LINES}, as more cannot be told apart, got {len(lines)}. "
            "Draw several charts, or choose."
        )
    if len(waves) < 2:
        raise ValueError(f"waves: expected at least two, got {len(waves)}. Draw one wave as dots.")
    times = [wave.at for wave in waves]
    if times != sorted(set(times)):
        raise ValueError(f"waves: expected times that rise, got {times}. Sort them, each once.")
    for line in lines:
        if len(line.points) != len(waves):
            raise ValueError(
                f"points of {line.label!r}: expected {len(waves)}, one a wave, got {len(line.points)}. "
                "Give None where it was not measured."
            )


def _places(waves: Sequence[Wave], left: float, right: float) -> tuple[float, ...]:
    """Where each wave stands, in proportion to time."""
    first, last = waves[0].at, waves[-1].at
    begin, end = left + 2.2 * EDGE, right - 2.2 * EDGE
    return tuple(begin + (wave.at - first) / (last - first) * (end - begin) for wave in waves)


def _beside(index: int, count: int) -> float:
    return (index - (count - 1) / 2) * DODGE


def _grid(sheet: _Sheet, words: Words) -> list[str]:
    marks = []
    for tick in sheet.axis.ticks:
        zero = tick == 0 and sheet.axis.signed
        marks.append(level(sheet.left, sheet.right, sheet.y(tick), "fig-zero" if zero else "fig-grid"))
        name = tick_name(sheet.axis, tick, words)
        marks.append(text(sheet.left - 6, sheet.y(tick) + 5, name, "fig-tick", anchor="end"))
    return marks


def _wave_names(waves: Sequence[Wave], sheet: _Sheet) -> tuple[list[str], float]:
    """The names of the waves, and the y below them; a name that would meet the one before stands a step lower."""
    size = size_of(sheet.width)
    ends: list[float] = []  # of each step: where its last name ends
    placed = []
    for x, wave in zip(sheet.xs, waves, strict=True):
        room = max(5.0 * size, *(width_of(word, size) for word in wave.label.split()))
        name = wrapped(wave.label, room, size)
        half = max(width_of(line, size) for line in name) / 2
        middle = min(max(x, half), sheet.right + LABEL_GAP - half)
        step = next((step for step, end in enumerate(ends) if end + 6 <= middle - half), len(ends))
        ends[step : step + 1] = [middle + half]
        placed.append((x, middle, step, name))
    tall = max(len(name) for _x, _middle, _step, name in placed) * size * LEADING + 4
    marks = []
    for x, middle, step, name in placed:
        y = sheet.bottom + 6 + step * tall
        marks.append(upright([x], sheet.bottom, y, "fig-tick-mark"))
        marks += block(middle, y + size, name, "fig-tick", size=size, anchor="middle")
    return marks, sheet.bottom + 12 + len(ends) * tall


def _breaks(lines: Sequence[Line], sheet: _Sheet) -> list[str]:
    """A dashed line between the two waves, its letter on top, and two strokes in the gap of each line it parts."""
    marks = []
    by_gap: dict[int, list[Break]] = {}
    for one in breaks(lines):
        by_gap.setdefault(one.before, []).append(one)
    for before, members in by_gap.items():
        x = (sheet.xs[before - 1] + sheet.xs[before]) / 2
        marks.append(upright([x], sheet.top, sheet.bottom, "fig-break"))
        marks.append(text(x, sheet.top - 6, " ".join(one.letter for one in members), "fig-heading", anchor="middle"))
        for index in (index for one in members for index in one.lines):
            ends = [lines[index].points[place] for place in (before - 1, before)]
            known = [end.value for end in ends if end is not None and end.value is not None]
            if known:
                y = sum(sheet.y(value) for value in known) / len(known)
                strokes = "".join(f"M{at(x + way - 3)} {at(y + 7)}L{at(x + way + 3)} {at(y - 7)}" for way in (-3, 3))
                marks.append(f'<path class="fig-break-mark" d="{strokes}"/>')
    return marks


def _runs(line: Line) -> list[list[int]]:
    """Waves that one stroke may join: measured, shown, and with no break between them."""
    found: list[list[int]] = []
    open_run = False
    for place, point in enumerate(line.points):
        if point is None or point.value is None:
            open_run = False
            continue
        if open_run and not point.changed:
            found[-1].append(place)
        else:
            found.append([place])
        open_run = True
    return found


def _line(line: Line, index: int, sheet: _Sheet) -> list[str]:
    marks = []
    places = {place: point.value for place, point in enumerate(line.points) if point and point.value is not None}
    for run in _runs(line):
        if len(run) > 1:
            joined = [(sheet.x(place), sheet.y(places[place])) for place in run]
            marks.append(path(joined, f"fig-line fig-line-{index + 1}"))
    marker = SERIES[index]
    return marks + [
        marker(sheet.x(place), sheet.y(value), f"fig-mark fig-mark-{index + 1}") for place, value in places.items()
    ]


def _band(line: Line, index: int, sheet: _Sheet) -> list[str]:
    """The intervals of each run as an area; of a wave that stands alone as a whisker."""
    marks = []
    for run in _runs(line):
        ends = [
            (sheet.x(place), point.low, point.high)
            for place in run
            if (point := line.points[place]) is not None and point.low is not None and point.high is not None
        ]
        if len(ends) == 1:
            x, low, high = ends[0]
            marks.append(upright([x], sheet.y(high), sheet.y(low), f"fig-whisker fig-line-{index + 1}"))
        elif ends:
            outline = [(x, sheet.y(high)) for x, _low, high in ends]
            outline += [(x, sheet.y(low)) for x, low, _high in reversed(ends)]
            marks.append(path(outline, f"fig-band fig-mark-{index + 1}", closed=True))
    return marks


def _whiskers(line: Line, index: int, sheet: _Sheet) -> list[str]:
    return [
        upright([sheet.x(place)], sheet.y(point.high), sheet.y(point.low), f"fig-whisker fig-line-{index + 1}")
        for place, point in enumerate(line.points)
        if point is not None and point.low is not None and point.high is not None
    ]


def _end_label(line: Line, axis: Axis, words: Words) -> str:
    """The name with the latest value that is shown."""
    shown = [point.value for point in line.points if point is not None and point.value is not None]
    if not shown:
        return f"{line.label}: {words.withheld}"
    value = f"{number(shown[-1], axis.decimals, words.decimal_mark, signed=axis.signed)}{axis.suffix}"
    return f"{line.label} {value.replace(' ', NO_BREAK)}"


def _end_labels(
    lines: Sequence[Line], names: Sequence[Sequence[str]], heights: Sequence[float], sheets: Sequence[_Sheet]
) -> list[str]:
    """Names at the end of the lines, pushed apart where they would meet, each joined to its last point."""
    sheet = sheets[0]
    size = size_of(sheet.width)
    ends: list[tuple[float, float] | None] = []
    for line, own in zip(lines, sheets, strict=True):
        shown = [
            (own.x(place), own.y(point.value))
            for place, point in enumerate(line.points)
            if point and point.value is not None
        ]
        ends.append(shown[-1] if shown else None)
    wanted = [end[1] if end else sheet.bottom for end in ends]
    middles = spread(wanted, heights, sheet.top - 8, sheet.bottom + 8)
    start = sheet.right + LABEL_GAP
    marks = []
    for index, (end, middle) in enumerate(zip(ends, middles, strict=True)):
        if end:
            marks.append(path([(max(end[0] + 9, sheet.right + 2 - EDGE), end[1]), (start - 5, middle)], "fig-leader"))
        marks += block(start, middle, names[index], f"fig-name fig-name-{index + 1}", size=size, middle=True)
    return marks
