"""One answer beside a group's net balances: a strip from -100 to 100 for each factor, the same for screen and paper.

A net balance is the mean of +100 (promoted), 0 and -100 (hindered) over the group, so that a single answer stands on
the same strip at one of three places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.fitting import wrapped
from publication.charts.svg import (
    NARROW,
    TOP,
    WIDE,
    Drawing,
    at,
    circle,
    frame,
    level,
    size_of,
    text,
    two_widths,
    upright,
)
from publication.charts.words import Words

LABELS, MARGIN, LINE, STRIP = 300, 12, 18, 22
ENDS = 100.0
# The classes of the site's style sheet, for a drawing that stands in a document of its own.
PRINTED = (
    "text{font-family:'Libertinus Serif';font-size:15px;fill:#1a1a1a}"
    ".fig-tick{font-size:13px;fill:#444}.fig-made{font-weight:700;fill:#7a1f00}"
    ".fig-row{stroke:#b5b5b5;stroke-width:1}.fig-grid{stroke:#b5b5b5;stroke-width:1;stroke-dasharray:2 3}"
    ".fig-zero{stroke:#1a1a1a;stroke-width:1.5}.fig-interval{stroke:#7aa7c7;stroke-width:6;stroke-linecap:round}"
    ".fig-dot{fill:#0b3a5b;stroke:#fff;stroke-width:1.5}.fig-ring{fill:#fff;stroke:#0b3a5b;stroke-width:2}"
    ".fig-own{fill:#b3400e;stroke:#fff;stroke-width:1.5}"
)


@dataclass(frozen=True)
class Strip:
    """own: -1 hindered, 0 neither, 1 promoted, None: no answer. Balances in points; None: not shown."""

    label: str
    own: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    country: float | None = None


@dataclass(frozen=True)
class Names:
    """What stands at the ends and in the middle of the strip, and what the three marks are."""

    hindered: str
    neither: str
    promoted: str
    own: str
    group: str
    country: str  # empty: the group is the country


def strips(rows: Sequence[Strip], names: Names, words: Words) -> str:
    """For a page, in two widths."""
    return two_widths(lambda width: _draw(rows, names, width), words)


def printed_strips(rows: Sequence[Strip], names: Names, words: Words) -> str:
    """For a document: one SVG that brings its style along."""
    drawn = frame(_draw(rows, names, WIDE), WIDE, words)
    return drawn.replace(">", f"><style>{PRINTED}</style>", 1)


def _draw(rows: Sequence[Strip], names: Names, width: int) -> Drawing:
    """Wide: the label left of its strip. Narrow: above it."""
    narrow = width <= NARROW
    sides = (MARGIN, width - MARGIN) if narrow else (LABELS, width - MARGIN)
    marks, y = _key(names, sides, width)
    grid: list[str] = []
    for row in rows:
        parts = wrapped(row.label, width if narrow else LABELS - MARGIN, size_of(width))
        for number, part in enumerate(parts, start=1):
            marks.append(text(0, y + LINE * number - 2, part, "fig-label"))
        top, height = y, LINE * len(parts)
        y += height + (STRIP if narrow else 6)
        grid += _grid(sides, top + height if narrow else top, y)
        marks += _marks(row, top + (height + STRIP / 2 if narrow else height / 2 + 1), sides)
    return Drawing((*grid, *marks), y + 8)


def _grid(sides: tuple[float, float], top: float, bottom: float) -> list[str]:
    """The ends and the middle beside one strip, and never through a label."""
    ends = upright([_x(end, sides) for end in (-ENDS, ENDS)], top, bottom, "fig-grid")
    return [ends, upright([_x(0, sides)], top, bottom, "fig-zero")]


def _key(names: Names, sides: tuple[float, float], width: int) -> tuple[list[str], float]:
    """What the marks mean, each on a line, and what the places on the strip mean."""
    y = float(TOP) - LINE
    marks: list[str] = []
    meanings = [(_diamond(8, 0), names.own), (circle(8, 0, "fig-dot"), names.group)]
    if names.country:
        meanings.append((circle(8, 0, "fig-ring", 5), names.country))
    for mark, meaning in meanings:
        for number, part in enumerate(wrapped(meaning, width - 24, size_of(width))):
            y += LINE
            if not number:
                marks.append(f'<g transform="translate(0 {at(y - 5)})">{mark}</g>')
            marks.append(text(22, y, part, "fig-label"))
    y += LINE + 6
    left, right = sides
    marks.append(text(left - MARGIN, y, names.hindered, "fig-tick"))
    marks.append(text((left + right) / 2, y, names.neither, "fig-tick", anchor="middle"))
    marks.append(text(right + MARGIN, y, names.promoted, "fig-tick", anchor="end"))
    return marks, y + 6


def _marks(row: Strip, y: float, sides: tuple[float, float]) -> list[str]:
    found = [level(*sides, y, "fig-row")]
    if row.low is not None and row.high is not None:
        found.append(level(_x(row.low, sides), _x(row.high, sides), y, "fig-interval"))
    if row.country is not None:
        found.append(circle(_x(row.country, sides), y, "fig-ring", 5))
    if row.value is not None:
        found.append(circle(_x(row.value, sides), y, "fig-dot"))
    if row.own is not None:
        found.append(_diamond(_x(row.own * ENDS, sides), y))
    return found


def _diamond(x: float, y: float) -> str:
    points = [f"{at(x + across)} {at(y + down)}" for across, down in ((-8, 0), (0, -8), (8, 0), (0, 8))]
    return f'<path class="fig-own" d="M{"L".join(points)}Z"/>'


def _x(value: float, sides: tuple[float, float]) -> float:
    left, right = sides
    return left + (min(max(value, -ENDS), ENDS) + ENDS) / (2 * ENDS) * (right - left)
