"""Boundary files: outer rings of polygons in degrees, and what is anything else refused with the way to mend it."""

import json

import pytest

from publication.charts.outlines import outlines_of

RING = [[10.0, 59.0], [11.0, 59.0], [11.0, 60.0], [10.0, 59.0]]
HOLE = [[10.4, 59.2], [10.5, 59.2], [10.5, 59.3], [10.4, 59.2]]


def collection(*geometries: object) -> str:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_every_polygon_gives_its_outer_ring() -> None:
    found = outlines_of(
        collection(
            {"type": "Polygon", "coordinates": [RING, HOLE]}, {"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}
        )
    )
    assert [ring[0] for ring in found] == [(10.0, 59.0), (10.0, 59.0), (10.4, 59.2)]
    assert all(len(ring) == 4 for ring in found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("no json", r"^geojson: expected a FeatureCollection .*ogr2ogr"),
        (collection({"type": "Point", "coordinates": [10, 59]}), r"Point in place of a polygon"),
        (collection(), r"^geojson: expected at least one polygon, got none"),
        (json.dumps({"type": "Topology"}), r"Topology in place of a polygon"),
        (
            collection({"type": "Polygon", "coordinates": [[[262000.0, 6650000.0]]]}),
            r"^geojson: expected degrees \(WGS 84\), got 262000, 6\.65e\+06\.",
        ),
    ],
)
def test_anything_else_is_refused(given: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        outlines_of(given)
