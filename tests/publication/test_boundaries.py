"""The borders that an installation gives: what is refused before it serves anybody, and where they are drawn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from barometer import env
from publication.charts.positions import positions
from publication.figures.boundaries import MOST_POINTS, boundaries, check_boundaries, read
from publication.figures.figure import countries_drawn
from publication.figures.pictures import svg_of
from publication.models import Release
from tests.publication.world import World

SOURCE = "Borders: constructed <for a test>"


def box() -> list[list[float]]:
    """A ring around every municipality of Norway: east before north, closed."""
    lons, lats = zip(*positions("NO").values(), strict=True)
    west, east, south, north = min(lons) - 1, max(lons) + 1, min(lats) - 1, max(lats) + 1
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geojson(ring: list[list[float]] | None = None, **properties: str) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [box() if ring is None else ring]}
    feature = {"type": "Feature", "properties": properties or None, "geometry": geometry}
    return {"type": "FeatureCollection", "source": SOURCE, "features": [feature]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "norway.geojson"
    path.write_text(json.dumps(geojson(code="03")), encoding="utf-8")
    return path


@pytest.fixture
def given(file: Path, settings: Any) -> Iterator[Path]:
    """An installation that names the file."""
    boundaries.cache_clear()
    settings.BOUNDARY_FILES = {"NO": file}
    yield file
    boundaries.cache_clear()


def test_a_file_gives_its_rings_and_who_made_them(given: Path) -> None:
    found = boundaries("NO")
    assert found.rings == (tuple(map(tuple, box())),)
    assert found.source == SOURCE


def test_without_a_file_there_are_no_borders(settings: Any) -> None:
    boundaries.cache_clear()
    settings.BOUNDARY_FILES = {}
    assert boundaries("NO").rings == ()


def test_a_process_reads_the_file_once(given: Path) -> None:
    first = boundaries("NO")
    given.unlink()
    assert boundaries("NO") is first


SWAPPED = [[north, east] for east, north in box()]
FINE = [point for point in box() for _ in range(MOST_POINTS // 5 + 1)]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"type": "Topology"}, r"expected a FeatureCollection of polygons .*Topology in place of a polygon"),
        (geojson(SWAPPED), r"expected the borders of NO, got 0 of its 357 municipalities .* east before north"),
        (geojson(FINE), r"expected at most 10000 points, got 10005\. .*-simplify"),
        (geojson(code="9999"), r"expected codes of municipalities or counties of NO, got 9999\. .*1 January 2024"),
    ],
)
def test_what_is_no_map_of_the_country_is_refused(document: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read("NO", path)


def test_a_country_without_points_has_no_map(file: Path) -> None:
    with pytest.raises(ValueError, match=r"^country: expected one of NO, got 'SE'"):
        read("SE", file)


def test_the_system_check_names_setting_file_and_fault(given: Path, settings: Any) -> None:
    assert check_boundaries() == []
    settings.BOUNDARY_FILES = {"NO": given.with_name("missing"), "SE": given}
    missing, unknown = check_boundaries()
    assert missing.id == unknown.id == "publication.E001"
    assert f"BOUNDARY_FILES, NO={given.with_name('missing')}: " in missing.msg
    assert "No such file" in missing.msg
    assert "expected one of NO, got 'SE'" in unknown.msg


def test_nothing_starts_with_a_bad_file(given: Path, settings: Any) -> None:
    settings.BOUNDARY_FILES = {"NO": given.with_name("missing")}
    with pytest.raises(CommandError, match=r"publication\.E001"):
        call_command("up", skip_checks=False)


@pytest.mark.parametrize("value", ["/srv/norway.geojson", "NO=", "=/srv/a", "NO=/srv/a,NO=/srv/b"])
def test_a_setting_that_names_no_country_and_file_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUNDARY_FILES", value)
    with pytest.raises(ImproperlyConfigured, match=r"BOUNDARY_FILES: expected COUNTRY=PATH .* Set for example"):
        env.country_files("BOUNDARY_FILES")


def test_the_setting_names_a_file_by_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUNDARY_FILES", "NO=/srv/no.geojson, SE=/srv/se=.geojson")
    expected = {"NO": Path("/srv/no.geojson"), "SE": Path("/srv/se=.geojson")}
    assert env.country_files("BOUNDARY_FILES") == expected


@pytest.mark.django_db
def test_the_public_map_draws_them_and_says_whose_they_are(given: Path, published: Release) -> None:
    page = Client().get("/results/barometer/1/municipalities/").text
    assert page.count('class="fig-outline"') == 2  # narrow and wide
    assert "Borders: constructed &lt;for a test&gt;" in page


@pytest.mark.django_db
def test_no_file_of_a_release_follows_from_them(given: Path, release: Release, world: World) -> None:
    """The stored figures were drawn without borders; drawn with them they are the same to the last byte."""
    figures = release.files.filter(path__startswith="figures/innovative_by_county.")
    stored = {bytes(file.content).decode() for file in figures}
    table = release.tables.get(key="innovative_by_county").document
    for country in countries_drawn(table):
        again = svg_of(table, release, country=country)
        assert "fig-outline" not in again.partition("</style>")[2]
        assert again in stored
