"""Outlines for the map of points, from a boundary file in GeoJSON (RFC 7946) that an installation supplies."""

import json
from collections.abc import Iterator
from typing import Any

Ring = tuple[tuple[float, float], ...]


def outlines_of(geojson: str | bytes) -> tuple[Ring, ...]:
    """The outer ring of every polygon, in degrees east and north as RFC 7946 demands; holes are left out.

    Raises ValueError for what is no GeoJSON, holds anything but polygons, or is not in degrees.
    """
    try:
        found = tuple(_rings(json.loads(geojson)))
    except (KeyError, TypeError, IndexError, json.JSONDecodeError) as error:
        raise ValueError(
            f"geojson: expected a FeatureCollection of polygons after RFC 7946, got something else ({error}). "
            "Convert the boundary file, for example with ogr2ogr -f GeoJSON -t_srs EPSG:4326."
        ) from error
    if not found:
        raise ValueError("geojson: expected at least one polygon, got none. Check that the file holds areas.")
    for lon, lat in (point for ring in found for point in ring):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(
                f"geojson: expected degrees (WGS 84), got {lon:g}, {lat:g}. Convert it with ogr2ogr -t_srs EPSG:4326."
            )
    return found


def _rings(given: dict[str, Any]) -> Iterator[Ring]:
    kind = given["type"]
    if kind in ("FeatureCollection", "GeometryCollection"):
        for part in given["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _rings(part)
    elif kind == "Feature":
        yield from _rings(given["geometry"])
    elif kind in ("Polygon", "MultiPolygon"):
        polygons = [given["coordinates"]] if kind == "Polygon" else given["coordinates"]
        for polygon in polygons:
            yield tuple((float(point[0]), float(point[1])) for point in polygon[0])
    else:
        raise TypeError(f"{kind} in place of a polygon")
