"""What every drawing shares: its frame with the mark for constructed data, two widths, and the simplest marks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from publication.charts.fitting import wrapped
from publication.charts.numbers import safe
from publication.charts.words import Words

WIDE, NARROW = 720, 358
TOP = 26
# Letters in pixels. The narrow drawing is shown 288 pixels wide on the smallest phone, and 15 are 12 there.
SIZE_WIDE, SIZE_NARROW = 14.0, 15.0
LEADING = 1.22  # from one line of text to the next, in letters


@dataclass(frozen=True)
class Drawing:
    """Marks that have been drawn, and how tall they are."""

    marks: tuple[str, ...]
    height: float


def size_of(width: int) -> float:
    """Pixels of a letter in a drawing of this width."""
    return SIZE_NARROW if width <= NARROW else SIZE_WIDE


def two_widths(draw: Callable[[int], Drawing], words: Words) -> str:
    """The drawing at 720 and at 358 pixels: a picture that shrinks has text nobody can read; CSS chooses one."""
    wide, narrow = (frame(draw(width), width, words) for width in (WIDE, NARROW))
    return f'<div class="drawing-wide">{wide}</div><div class="drawing-narrow">{narrow}</div>'


def frame(drawing: Drawing, width: int, words: Words) -> str:
    return (
        f'<svg class="drawing" role="img" aria-label="{safe(words.label)}" width="{width}" '
        f'height="{drawing.height:g}" viewBox="0 0 {width} {drawing.height:g}" xmlns="http://www.w3.org/2000/svg">'
        f"{made(words, width)}{''.join(drawing.marks)}</svg>"
    )


def stacked(*drawings: Drawing) -> Drawing:
    """Drawings below one another as one."""
    marks: list[str] = []
    height = 0.0
    for drawing in drawings:
        inside = "".join(drawing.marks)
        marks.append(f'<g transform="translate(0 {at(height)})">{inside}</g>' if height else inside)
        height += drawing.height
    return Drawing(tuple(marks), height)


def made(words: Words, width: int) -> str:
    """The mark for constructed data, at the top right of every drawing; nothing for real data."""
    return text(width - 4, 16, words.constructed, "fig-made", anchor="end") if words.constructed else ""


def text(x: float, y: float, words: str, name: str, *, anchor: str = "start") -> str:
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{name}" x="{at(x)}" y="{at(y)}"{placed}>{safe(words)}</text>'


def block(
    x: float, y: float, lines: Sequence[str], name: str, *, size: float, anchor: str = "start", middle: bool = False
) -> list[str]:
    """Lines of text below one another; `y` is the base of the first, or with `middle` the middle of them all."""
    step = size * LEADING
    first = y - step * (len(lines) - 1) / 2 + size * 0.36 if middle else y
    return [text(x, first + step * position, line, name, anchor=anchor) for position, line in enumerate(lines)]


def level(x1: float, x2: float, y: float, name: str) -> str:
    """A line from left to right."""
    return f'<path class="{name}" d="M{at(x1)} {at(y)}H{at(x2)}"/>'


def upright(places: Iterable[float], y1: float, y2: float, name: str) -> str:
    """Lines from top to bottom, all in one element: a grid is most of what a drawing would weigh."""
    return f'<path class="{name}" d="{"".join(f"M{at(x)} {at(y1)}V{at(y2)}" for x in places)}"/>'


def path(points: Sequence[tuple[float, float]], name: str, *, closed: bool = False) -> str:
    """A line through points, or with `closed` the area inside them."""
    way = "L".join(f"{at(x)} {at(y)}" for x, y in points)
    return f'<path class="{name}" d="M{way}{"Z" if closed else ""}"/>'


def box(x: float, y: float, width: float, height: float, name: str, *, round_by: float = 0) -> str:
    corner = f' rx="{at(round_by)}"' if round_by else ""
    return f'<rect class="{name}" x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}"{corner}/>'


def circle(x: float, y: float, name: str, radius: float = 6) -> str:
    return f'<circle class="{name}" cx="{at(x)}" cy="{at(y)}" r="{radius:g}"/>'


def dots(points: Iterable[tuple[float, float]], name: str) -> str:
    """Many round dots in one element: strokes of no length with round ends, as wide as the class's stroke."""
    return f'<path class="{name}" d="{"".join(f"M{at(x)} {at(y)}h.1" for x, y in points)}"/>'


def at(place: float) -> str:
    """A tenth of a pixel is finer than any eye; more digits are weight on the way to a phone."""
    found = f"{place:.1f}".removesuffix(".0")
    return "0" if found == "-0" else found


def heading(words: str, y: float, width: int) -> tuple[list[str], float]:
    """A heading over all of the width, and the y below it."""
    size = size_of(width)
    lines = wrapped(words, width, size, bold=True) if words else []
    marks = block(0, y + size, lines, "fig-heading", size=size)
    return marks, y + len(lines) * size * LEADING + (6 if lines else 0)
