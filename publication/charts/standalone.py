"""A drawing that stands alone: one SVG file with its words, its source, the mark for constructed data and its style."""

from dataclasses import dataclass

from publication.charts.fitting import wrapped
from publication.charts.numbers import safe
from publication.charts.svg import LEADING, Drawing, block, made, size_of, stacked
from publication.charts.words import Words

EDGE = 20
TITLE, SMALL = 20.0, 13.0


@dataclass(frozen=True)
class Caption:
    """Words around the drawing. `notes`: what marks in it mean, a line each. `source`: who made it, from what.

    What is empty takes no room: on a slide the words stand beside the picture.
    """

    title: str
    subtitle: str
    source: str
    notes: tuple[str, ...] = ()


def standalone(drawing: Drawing, width: int, caption: Caption, words: Words, *, style: str) -> str:
    """The SVG file. `style`: rules for the classes of the marks, without custom properties: there is no page around."""
    size = size_of(width)
    title = wrapped(caption.title, width, TITLE, bold=True) if caption.title else []
    subtitle = wrapped(caption.subtitle, width, size) if caption.subtitle else []
    head = TITLE + len(title) * TITLE * LEADING
    top = block(0, TITLE, title, "fig-title", size=TITLE)
    top += block(0, head, subtitle, "fig-subtitle", size=size)
    head += len(subtitle) * size * LEADING
    below = [text for text in (*caption.notes, caption.source) if text]
    small = [line for text in below for line in wrapped(text, width, SMALL)]
    bottom = block(0, SMALL + 10, small, "fig-small", size=SMALL)
    whole = stacked(
        Drawing(tuple(top), head - size),
        Drawing((made(words, width), *drawing.marks), drawing.height),
        Drawing(tuple(bottom), 10 + len(small) * SMALL * LEADING + 4),
    )
    wide, tall = width + 2 * EDGE, round(whole.height + 2 * EDGE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" aria-label="{safe(caption.title)}" '
        f'width="{wide}" height="{tall}" viewBox="{-EDGE} {-EDGE} {wide} {tall}"><style>{safe_style(style)}</style>'
        f'<rect class="fig-paper" x="{-EDGE}" y="{-EDGE}" width="{wide}" height="{tall}"/>'
        f"{''.join(whole.marks)}</svg>\n"
    )


def safe_style(style: str) -> str:
    """The rules as they may stand inside XML. Raises ValueError for custom properties, which no file can look up."""
    if "var(" in style:
        raise ValueError("style: expected no custom properties, got var(...). Give the values themselves.")
    return style.replace("&", "&amp;").replace("<", "&lt;")
