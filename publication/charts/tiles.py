"""Tile maps: an equal square for each county or country, near where it lies, with its name and its number.

True borders let the emptiest counties shout; equal tiles do not. A tile without a value is white with a grey edge and a
dash, and the key says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from publication.charts.fitting import wrapped
from publication.charts.layouts import Area, Layout
from publication.charts.steps import DARK, Steps, key_drawing, key_list
from publication.charts.svg import LEADING, TOP, Drawing, block, box, size_of, stacked, text, two_widths
from publication.charts.words import Words

WIDEST: Final = 132  # pixels from one tile to the next in the wide drawing
GAP: Final = 4
PAD: Final = 4
NOTHING: Final = "–"


@dataclass(frozen=True)
class Tile:
    """`area`: a code or a name the layout knows. `value` None: withheld. `label`: a name in the reader's language."""

    area: str
    value: float | None = None
    label: str = ""


def tile_map(layout: Layout, tiles: Sequence[Tile], steps: Steps, words: Words) -> str:
    """The map in two widths and its key. Raises ValueError for an area the layout lacks or that is given twice."""
    return two_widths(lambda width: _map(layout, tiles, steps, words, width), words) + key_list(steps, words)


def tile_drawing(layout: Layout, tiles: Sequence[Tile], steps: Steps, words: Words, width: int) -> Drawing:
    """The map with its key drawn below, for a picture that stands alone. Raises ValueError as `tile_map`."""
    return stacked(_map(layout, tiles, steps, words, width), key_drawing(steps, words, width))


def _map(layout: Layout, tiles: Sequence[Tile], steps: Steps, words: Words, width: int) -> Drawing:
    given = _by_area(layout, tiles)
    size = size_of(width)
    pitch = min(width / layout.columns, WIDEST)
    names = {
        area: wrapped(given[area.code].label or area.name if area.code in given else area.name, pitch - GAP - PAD, size)
        for area in layout.areas
    }
    tall = (max(map(len, names.values())) + 1) * size * LEADING + 18
    marks: list[str] = []
    for area in layout.areas:
        tile = given.get(area.code)
        marks += _tile(area, names[area], None if tile is None else tile.value, (steps, words), (pitch, tall, size))
    return Drawing(tuple(marks), TOP + layout.rows * tall + 4)


def _tile(
    area: Area, name: Sequence[str], value: float | None, how: tuple[Steps, Words], sizes: tuple[float, float, float]
) -> list[str]:
    steps, words = how
    pitch, tall, size = sizes
    step = 0 if value is None else steps.of(value)
    ink = "fig-on-dark" if step >= DARK else "fig-on"
    x, y = area.column * pitch, TOP + area.row * tall
    middle = x + (pitch - GAP) / 2
    marks = [box(x + 0.5, y + 0.5, pitch - GAP - 1, tall - GAP - 1, f"fig-step fig-step-{step}", round_by=3)]
    marks += block(middle, y + size + 5, name, ink, size=size, anchor="middle")
    written = NOTHING if value is None else steps.written(value, words)
    return [*marks, text(middle, y + tall - GAP - 8, written, f"{ink} fig-strong", anchor="middle")]


def _by_area(layout: Layout, tiles: Sequence[Tile]) -> dict[str, Tile]:
    """The tiles by the code of their area."""
    found: dict[str, Tile] = {}
    for tile in tiles:
        area = layout.find(tile.area)
        if area is None:
            raise ValueError(
                f"area: expected a code or name of {layout.key}, got {tile.area!r}. Let layout_for() choose."
            )
        if area.code in found:
            raise ValueError(f"area: expected each once, got {tile.area!r} again. Give one value for {area.name}.")
        found[area.code] = tile
    return found
