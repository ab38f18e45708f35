"""The borders that an installation gives for its maps: read once a process, and checked before it serves anybody.

They stand behind the points of the public site's map of municipalities and in nothing that a release keeps: the files
of a bundle follow from the release alone, and another installation with other borders verifies them to the last bit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from publication.charts.outlines import Ring, outlines_of
from publication.charts.positions import FILES, names, positions

MOST_POINTS = 10_000  # more make a page of a megabyte, and no line on it finer


@dataclass(frozen=True)
class Boundaries:
    """Rings in degrees, and who made them, as the file says it."""

    rings: tuple[Ring, ...] = ()
    source: str = ""


@cache
def boundaries(country: str) -> Boundaries:
    """The borders of the country; none where the installation gives none. Raises ValueError as `read` does."""
    path: Path | None = settings.BOUNDARY_FILES.get(country)
    return Boundaries() if path is None else read(country, path)


def read(country: str, path: Path) -> Boundaries:
    """The borders in the file. ValueError for an unknown country, and for what cannot be read or is not its map."""
    if country not in FILES:
        raise ValueError(
            f"country: expected one of {', '.join(FILES)}, got {country!r}. Only of these it is known where their "
            "municipalities lie, so that only they have a map."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}. Name a file that the server may read.") from error
    rings = outlines_of(content)
    document = json.loads(content)
    _is_not_too_fine(rings)
    _is_of(country, rings)
    _names_known_codes(country, document)
    return Boundaries(rings, str(document.get("source", "")))


def _is_not_too_fine(rings: Sequence[Ring]) -> None:
    number = sum(map(len, rings))
    if number > MOST_POINTS:
        raise ValueError(
            f"geojson: expected at most {MOST_POINTS} points, got {number}. Every visitor downloads them: simplify the "
            "borders, for example with ogr2ogr -simplify 0.02."
        )


def _is_of(country: str, rings: Sequence[Ring]) -> None:
    """Most municipalities lie between its ends; else the file is another country's, or north comes first."""
    lons, lats = zip(*(point for ring in rings for point in ring), strict=True)
    places = positions(country).values()
    inside = sum(min(lons) <= lon <= max(lons) and min(lats) <= lat <= max(lats) for lon, lat in places)
    if 2 * inside < len(places):
        raise ValueError(
            f"geojson: expected the borders of {country}, got {inside} of its {len(places)} municipalities between "
            "them. Give the file of the whole country, with east before north as RFC 7946 demands."
        )


def _names_known_codes(country: str, document: Mapping[str, Any]) -> None:
    """A feature may say of which municipality or county it is, in its property `code`."""
    municipalities = names(country)
    known = {*municipalities, *(code[:2] for code in municipalities)}
    features = document.get("features", [])
    given = {str(one["properties"]["code"]) for one in features if "code" in (one.get("properties") or {})}
    unknown = sorted(given - known)
    if unknown:
        raise ValueError(
            f"geojson: expected codes of municipalities or counties of {country}, got {', '.join(unknown[:5])}. "
            "Give the borders of 1 January 2024, or leave the property `code` out."
        )


def check_boundaries(**_asked: object) -> list[CheckMessage]:
    """A system check: every file that the setting names is a map of its country."""
    found: list[CheckMessage] = []
    for country, path in settings.BOUNDARY_FILES.items():
        try:
            read(country, path)
        except ValueError as error:
            found.append(Error(f"BOUNDARY_FILES, {country}={path}: {error}", id="publication.E001"))
    return found
