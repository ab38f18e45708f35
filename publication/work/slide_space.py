"""Room on a slide: how large letters may be so that a text stays inside its box.

Widths of letters follow from those of `charts.fitting`, which are of the widest common face; a word longer than its
line is broken by force there, as presentation programs do. All lengths are in points, 72 to the inch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.fitting import wrapped

WIDTH, HEIGHT = 960.0, 540.0  # 16:9
EDGE = 36.0
LEADING = 1.2
FACE = 0.88  # the slides' own face by that of the letters counted: a tenth wider than it is, still
SMALLEST = 0.45  # of the size wished for; a text that needs smaller letters is refused
STEPS = 23


class SlideTooFull(ValueError):
    """A text that no readable size of letters brings into its box."""


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Text:
    """A paragraph as it should look where there is room: `size` in points, `colour` a key of the slide's colours."""

    words: str
    size: float
    bold: bool = False
    colour: str = "ink"
    after: float = 0.0  # room below it, in letters


@dataclass(frozen=True)
class Placed:
    """A paragraph with the size that fits, and how tall it is then, with the room below it."""

    text: Text
    size: float
    height: float


def fitted(texts: Sequence[Text], width: float, height: float) -> list[Placed]:
    """The paragraphs below one another, all smaller by the same share until they fit.

    Raises:
        SlideTooFull: they do not even at SMALLEST of their sizes.
    """
    for step in range(STEPS):
        share = 1 - (1 - SMALLEST) * step / (STEPS - 1)
        placed = [_placed(text, width, share) for text in texts]
        if sum(one.height for one in placed) <= height:
            return placed
    start = texts[0].words[:60]
    raise SlideTooFull(
        f"texts: expected room for {len(texts)} paragraphs in {width:.0f} by {height:.0f} points, got too many letters "
        f"after {start!r}. Shorten the title or the question."
    )


def _placed(text: Text, width: float, share: float) -> Placed:
    size = round(text.size * share * 2) / 2
    lines = len(wrapped(text.words, width / FACE, size, bold=text.bold))
    return Placed(text, size, (lines * LEADING + text.after) * size)


@dataclass(frozen=True)
class Frame:
    """Where the words, the picture and the lines below stand."""

    words: Box
    picture: Box
    below: Box


BELOW = Box(EDGE, 462.0, WIDTH - 2 * EDGE, 48.0)
WIDE = Frame(Box(EDGE, 24.0, WIDTH - 2 * EDGE, 138.0), Box(EDGE, 168.0, WIDTH - 2 * EDGE, 290.0), BELOW)
TALL = Frame(Box(EDGE, 24.0, 310.0, 430.0), Box(362.0, 24.0, 562.0, 434.0), BELOW)


def frame_for(width: int, height: int) -> Frame:
    """The arrangement in which a picture of this shape is largest: below its words, or beside them."""
    return max((WIDE, TALL), key=lambda frame: scale_of(frame.picture, width, height))


def scale_of(box: Box, width: int, height: int) -> float:
    return min(box.width / width, box.height / height)


def inside(box: Box, width: int, height: int) -> Box:
    """The largest place of this shape in the box: in the middle across, at the top."""
    scale = scale_of(box, width, height)
    wide, tall = width * scale, height * scale
    return Box(box.left + (box.width - wide) / 2, box.top, wide, tall)
