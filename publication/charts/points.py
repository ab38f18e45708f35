"""A map of places as points of equal size where they lie: for finding a municipality, not for reading off.

Longitude and latitude are projected by Lambert's azimuthal equal-area projection on a sphere (J. P. Snyder, Map
Projections: A Working Manual, US Geological Survey, 1987, equations 24-2 to 24-4), centred on the middle of all.
Outlines are drawn where an installation gives them; the project ships none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import Final

from publication.charts.fitting import width_of
from publication.charts.steps import Steps, key_drawing, key_list
from publication.charts.svg import TOP, Drawing, circle, dots, path, size_of, stacked, text, two_widths
from publication.charts.words import Words

WIDEST: Final = 480  # a country that is taller than wide needs no more of the wide drawing
TALLEST: Final = 720.0
EDGE: Final = 10.0

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Place:
    """Degrees east and north (WGS 84). `value` None: withheld. `own`: the place that is marked and named."""

    label: str
    lon: float
    lat: float
    value: float | None = None
    own: bool = False


def point_map(places: Sequence[Place], steps: Steps, words: Words, *, outlines: Sequence[Ring] = ()) -> str:
    """The map in two widths and its key. `outlines`: rings of (lon, lat). ValueError for no or impossible places."""
    return two_widths(lambda width: _map(places, steps, words, width, outlines), words) + key_list(steps, words)


def point_drawing(
    places: Sequence[Place], steps: Steps, words: Words, width: int, *, outlines: Sequence[Ring] = ()
) -> Drawing:
    """The map with its key drawn below, for a picture that stands alone. Raises ValueError as `point_map`."""
    return stacked(_map(places, steps, words, width, outlines), key_drawing(steps, words, width))


def projected(points: Ring, centre: tuple[float, float]) -> list[tuple[float, float]]:
    """East and south of the centre in earth radii. Equal areas stay equal: Snyder 24-2 to 24-4."""
    lon0, lat0 = radians(centre[0]), radians(centre[1])
    found = []
    for lon, lat in points:
        apart, phi = radians(lon) - lon0, radians(lat)
        scale = sqrt(2 / (1 + sin(lat0) * sin(phi) + cos(lat0) * cos(phi) * cos(apart)))
        east = scale * cos(phi) * sin(apart)
        north = scale * (cos(lat0) * sin(phi) - sin(lat0) * cos(phi) * cos(apart))
        found.append((east, -north))
    return found


def _map(places: Sequence[Place], steps: Steps, words: Words, width: int, outlines: Sequence[Ring]) -> Drawing:
    _checked(places)
    points = [(place.lon, place.lat) for place in places]
    everything = [*points, *(point for ring in outlines for point in ring)]
    centre = tuple(sum(ends) / 2 for ends in ((min(a), max(a)) for a in zip(*everything, strict=True)))
    middle = (centre[0], centre[1])
    flat = projected(points, middle)
    rings = [projected(ring, middle) for ring in outlines]
    xs, ys = zip(*flat, *(point for ring in rings for point in ring), strict=True)
    west, north = min(xs), min(ys)
    room = min(width, WIDEST) - 2 * EDGE
    tall = TALLEST - TOP - 2 * EDGE
    scale = min(room / max(max(xs) - west, 1e-9), tall / max(max(ys) - north, 1e-9))

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return EDGE + (point[0] - west) * scale, TOP + EDGE + (point[1] - north) * scale

    marks = [path([placed(point) for point in ring], "fig-outline", closed=True) for ring in rings]
    at = list(map(placed, flat))
    marks += _points(places, at, steps)
    marks += _own(places, at, width)
    return Drawing(tuple(marks), TOP + 2 * EDGE + (max(ys) - north) * scale)


def _points(places: Sequence[Place], at: Sequence[tuple[float, float]], steps: Steps) -> list[str]:
    """All points of a step in two strokes, a dark edge below and the colour on it; what is withheld lies lowest."""
    by_step: dict[int, list[tuple[float, float]]] = {}
    for place, point in zip(places, at, strict=True):
        by_step.setdefault(0 if place.value is None else steps.of(place.value), []).append(point)
    marks = []
    for step in sorted(by_step):
        edge = "fig-point-edge-0" if step == 0 else "fig-point-edge"
        marks += [dots(by_step[step], edge), dots(by_step[step], f"fig-point fig-point-{step}")]
    return marks


def _own(places: Sequence[Place], at: Sequence[tuple[float, float]], width: int) -> list[str]:
    """A ring around the marked places, and their names on the side where there is room."""
    size = size_of(width)
    marks = []
    for place, (x, y) in zip(places, at, strict=True):
        if place.own:
            to_left = x + 16 + width_of(place.label, size, bold=True) > width
            marks.append(circle(x, y, "fig-ring", 9))
            anchor, start = ("end", x - 14) if to_left else ("start", x + 14)
            marks.append(text(start, y + 5, place.label, "fig-heading", anchor=anchor))
    return marks


def _checked(places: Sequence[Place]) -> None:
    if not places:
        raise ValueError("places: expected at least one, got none. Say in words that there is nothing to show.")
    for place in places:
        if not (-180 <= place.lon <= 180 and -90 <= place.lat <= 90):
            raise ValueError(
                f"place {place.label!r}: expected degrees east from -180 to 180 and north from -90 to 90, "
                f"got {place.lon:g} and {place.lat:g}. Give WGS 84, not metres."
            )
