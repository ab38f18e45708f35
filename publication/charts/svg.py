"""What every drawing shares: its frame with the mark for constructed data, wrapped text, two widths."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import wrap

from publication.charts.numbers import safe
from publication.charts.words import Words

WIDE, NARROW = 720, 358
TOP = 26


@dataclass(frozen=True)
class Drawing:
    """Marks that have been drawn, and how tall they are."""

    marks: tuple[str, ...]
    height: float


def two_widths(draw: Callable[[int], Drawing], words: Words) -> str:
    """The drawing at 720 and at 358 pixels: a picture that shrinks has text nobody can read; CSS chooses one."""
    wide, narrow = (frame(draw(width), width, words) for width in (WIDE, NARROW))
    return f'<div class="drawing-wide">{wide}</div><div class="drawing-narrow">{narrow}</div>'


def frame(drawing: Drawing, width: int, words: Words) -> str:
    made = text(width - 4, 16, words.constructed, "fig-made", anchor="end") if words.constructed else ""
    return (
        f'<svg class="drawing" role="img" aria-label="{safe(words.label)}" width="{width}" '
        f'height="{drawing.height:g}" viewBox="0 0 {width} {drawing.height:g}" xmlns="http://www.w3.org/2000/svg">'
        f"{made}{''.join(drawing.marks)}</svg>"
    )


def text(x: float, y: float, words: str, name: str, *, anchor: str = "start") -> str:
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{name}" x="{at(x)}" y="{at(y)}"{placed}>{safe(words)}</text>'


def level(x1: float, x2: float, y: float, name: str) -> str:
    """A line from left to right."""
    return f'<path class="{name}" d="M{at(x1)} {at(y)}H{at(x2)}"/>'


def upright(places: Iterable[float], y1: float, y2: float, name: str) -> str:
    """Lines from top to bottom, all in one element: a grid is most of what a drawing would weigh."""
    return f'<path class="{name}" d="{"".join(f"M{at(x)} {at(y1)}V{at(y2)}" for x in places)}"/>'


def circle(x: float, y: float, name: str, radius: float = 6) -> str:
    return f'<circle class="{name}" cx="{at(x)}" cy="{at(y)}" r="{radius:g}"/>'


def at(place: float) -> str:
    """A tenth of a pixel is finer than any eye; more digits are weight on the way to a phone."""
    return f"{place:.1f}".removesuffix(".0")


def lines(words: str, width: int) -> list[str]:
    """The text broken into lines that fit: the server does not know fonts, so it counts letters generously."""
    return wrap(words, max(12, width // 9)) or [""]
