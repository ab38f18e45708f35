"""The bundle of a release: every file readable by its own kind of reader, and made again to the last bit."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from frictionless import Package

from publication.disclosure.attack_report import AttackReport
from publication.formats.check_jsonstat import check_jsonstat
from publication.models import Release
from publication.work.bundle import bundle
from publication.work.cells import Protection
from publication.work.documents import Document
from publication.work.material import Material
from publication.work.releases import reports, summary

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def content(release: Release, path: str) -> bytes:
    return bytes(release.files.get(path=path).content)


def test_the_bundle_holds_each_table_in_each_format_and_what_goes_with_them(release: Release) -> None:
    paths = set(release.files.values_list("path", flat=True))
    tables = {
        f"tables/{table.key}.{ending}"
        for table in release.tables.all()
        for ending in ("json", "csv", "jsonstat.json", "px", "xlsx", "parquet")
    }
    records = {"catalogue.ttl", "catalogue.jsonld", "datapackage.json", "datacite.json", "schema_org.json"}
    figures = {path for path in paths if path.startswith("figures/")}
    assert paths - figures == tables | records | {"quality.json", "disclosure.json", "codebook.xml"}
    assert {"figures/innovative.nb.svg", "figures/factors.DK.fi.svg"} <= figures
    assert len(figures) >= 7 * release.tables.count()
    assert release.manifest["files"] == dict(release.files.values_list("path", "checksum"))


def test_every_format_shows_what_the_document_shows_and_nothing_withheld(release: Release) -> None:
    table = release.tables.get(key="innovative_by_sector")
    rows = table.document["rows"]
    parquet = pq.read_table(io.BytesIO(content(release, "tables/innovative_by_sector.parquet"))).to_pylist()
    assert [(row["status"], row["value"], row["n"]) for row in parquet] == [
        (row["status"], row.get("value"), row.get("n")) for row in rows
    ]
    told = {"table": table.key, "wave": table.document["wave"], "unit": "percent", "constructed": True}
    assert all(row[name] == value for row in parquet for name, value in told.items())
    dataset = json.loads(content(release, "tables/innovative_by_sector.jsonstat.json"))
    assert check_jsonstat(dataset) == []
    shown = {value for value in dataset["value"] if value is not None}
    numbers = {row.get(name) for row in rows for name in ("value", "low", "high", "standard_error", "n", "p_adjusted")}
    numbers |= {row.get(name) for row in rows for name in ("rank_low", "rank_high")}
    assert shown <= numbers
    assert {row["value"] for row in rows if row["status"] == "shown"} <= shown


def test_the_data_package_is_valid_with_every_file_beside_it(release: Release, tmp_path: Path) -> None:
    for file in release.files.all():
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(bytes(file.content))
    descriptor = json.loads((tmp_path / "datapackage.json").read_text())
    tables = [one for one in descriptor["resources"] if one["profile"] == "tabular-data-resource"]
    assert {one["name"] for one in tables} == {f"tables/{table.key}.csv" for table in release.tables.all()}
    assert {"name": "value", "type": "number"} in tables[0]["schema"]["fields"]
    read = Package(str(tmp_path / "datapackage.json")).validate()
    assert read.flatten(["name", "type", "note"]) == []


def test_the_declaration_has_the_headings_and_figures_of_the_wave(release: Release) -> None:
    declared = json.loads(content(release, "quality.json"))
    assert set(declared) == set(release.manifest["languages"])
    codes = [entry["code"] for entry in declared["en"]]
    assert codes == sorted(codes, key=lambda code: [int(part) for part in code[2:].split(".")])
    assert {"S.1", "S.2", "S.7", "S.12.3", "S.13.2", "S.13.3.1", "S.13.3.2", "S.14.1", "S.15", "S.18"} <= set(codes)
    response = next(entry["text"] for entry in declared["en"] if entry["code"] == "S.13.3.3")
    assert "Norway" in response
    assert declared["nb"][0]["heading"] != ""


def test_the_public_report_counts_what_is_withheld_and_names_nothing(release: Release) -> None:
    report = json.loads(content(release, "disclosure.json"))
    assert report["withheld"] == len(release.protection["cells"])
    assert set(report) == {"rule", "shown", "attack", "withheld"}


def test_the_files_are_made_again_bit_for_bit(
    release: Release, material: Material, tried: tuple[Protection, AttackReport], written: list[Document]
) -> None:
    said = summary(material, *tried)
    again = bundle(release, material, written, reports(release, material, said, {}))
    assert {file.path: file.checksum for file in again} == release.manifest["files"]


def test_the_files_keep_the_address_that_the_site_had(
    release: Release,
    material: Material,
    tried: tuple[Protection, AttackReport],
    written: list[Document],
    settings: Any,
) -> None:
    settings.SITE_ADDRESS = "https://moved.example.org"
    again = bundle(release, material, written, reports(release, material, summary(material, *tried), {}))
    assert {file.path: file.checksum for file in again} == release.manifest["files"]


def test_files_are_frozen_with_their_release(published: Release) -> None:
    file = published.files.all()[0]
    with pytest.raises(Exception, match="never changes"), transaction.atomic():
        file.delete()


def test_a_drawing_of_the_bundle_keeps_its_style_and_runs_nothing(published: Release) -> None:
    drawing = published.files.filter(path__startswith="figures/").first()
    assert drawing is not None
    answer = Client().get(f"/results/barometer/1/files/{drawing.path}")
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
