"""Data package, DataCite, schema.org and Atom: valid for the standard's validator or for our own check."""

import hashlib
import json
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datacite import schema45
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings

from publication.formats.atom import Entry, Feed, atom_feed, check_atom
from publication.formats.csv import TABLE_COLUMNS, cube_csv, table_csv
from publication.formats.datacite import datacite
from publication.formats.datapackage import columns_of_cube, columns_of_document, datapackage
from publication.formats.record import Column, FileRecord
from publication.formats.schema_org import check_schema_org, schema_org, script_text
from publication.formats.xml_writing import XmlTextError
from tests.publication.formats.examples import TEXT, by_sector, document, row
from tests.publication.formats.records import ISSUED, both, record

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own dependencies warn when they are loaded
    import frictionless


def packed(folder: Path, content: str, columns: tuple[Column, ...], **changes: Any) -> dict[str, Any]:
    """A data package of one CSV file in the folder."""
    data = content.encode()
    (folder / "table.csv").write_bytes(data)
    given: dict[str, Any] = {
        "name": "table",
        "address": "https://example.org/table.csv",
        "format": "csv",
        "titles": both("Table"),
        "size": len(data),
        "digest": hashlib.sha256(data).hexdigest(),
        "columns": columns,
        **changes,
    }
    return datapackage(record(files=(FileRecord(**given),)), "en", paths={"table": "table.csv"})


def faults(folder: Path, descriptor: dict[str, Any]) -> list[str]:
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.validate(str(folder / "datapackage.json"))
    return [str(error) for error in report.flatten(["type"])]


def test_the_csv_of_a_cube_is_a_valid_package(tmp_path: Path) -> None:
    cube = by_sector()
    found = packed(tmp_path, cube_csv(cube, "en"), columns_of_cube(cube, "en"))

    assert faults(tmp_path, found) == []
    assert found["resources"][0]["schema"]["missingValues"] == ["", ":", ".."]
    assert found["name"] == "example-org-releases-3"
    assert found["description"].startswith("Constructed data. ")
    assert found["licenses"][0]["name"] == "CC-BY-4.0"


def test_the_csv_of_a_document_is_a_valid_package(tmp_path: Path) -> None:
    content = table_csv(document([row(), row(country="DK", status="withheld")]), "en")
    assert faults(tmp_path, packed(tmp_path, content, columns_of_document(TABLE_COLUMNS))) == []


@pytest.mark.parametrize(
    ("changes", "fault"), [({"size": 1}, "byte-count"), ({"digest": "0" * 64}, "hash-count")], ids=["size", "hash"]
)
def test_a_wrong_size_or_hash_is_found(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    cube = by_sector()
    found = packed(tmp_path, cube_csv(cube, "en"), columns_of_cube(cube, "en"), **changes)
    assert fault in "".join(faults(tmp_path, found))


def test_a_mark_that_nobody_declared_is_no_number(tmp_path: Path) -> None:
    cube = by_sector()
    columns = tuple(replace(column, missing=()) for column in columns_of_cube(cube, "en"))
    assert "type-error" in "".join(faults(tmp_path, packed(tmp_path, cube_csv(cube, "en"), columns)))


def test_constructed_data_are_said_first_and_real_data_say_nothing() -> None:
    words = {"en": "Constructed data: made up.", "nb": "Konstruerte data"}
    assert record(constructed=words).description("en").startswith("Constructed data: made up. What public")
    assert record(constructed={}).description("en").startswith("What public")
    assert datapackage(record(constructed={}), "en")["constructed"] is False


def test_files_that_are_no_tables_have_no_schema_and_stand_at_their_addresses() -> None:
    table, jsonstat, px = datapackage(record(), "nb")["resources"]  # type: ignore[misc]

    assert table["path"] == "https://example.org/releases/3/innovative.csv"
    assert (jsonstat["profile"], "schema" in jsonstat, jsonstat["mediatype"]) == (
        "data-resource", False, "application/json",
    )  # fmt: skip
    assert px["hash"] == f"sha256:{'a' * 64}"
    twice = record().files[0]
    with pytest.raises(ValueError, match="each name once"):
        datapackage(record(files=(twice, twice)), "en")


def test_datacite_is_valid_with_and_without_a_doi() -> None:
    found = datacite(record())
    bare = datacite(record(doi=""))

    schema45.validator.validate(found)
    schema45.validator.validate(bare)
    assert "doi" not in bare
    assert found["doi"] == "10.1234/barometer.2025"
    assert found["titles"] == [
        {"title": "Innovation barometer 2025", "lang": "en"},
        {"title": "Innovation barometer 2025 på norsk", "titleType": "TranslatedTitle", "lang": "nb"},
    ]
    assert {"date": "2025-09-01/2025-11-30", "dateType": "Collected"} in found["dates"]  # type: ignore[operator]
    assert not schema45.validate({**found, "identifiers": []})  # the schema does refuse
    assert b"10.1234/barometer.2025" in schema45.tostring(found).encode()


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT)
def test_every_text_is_valid_for_datacite_and_comes_back_from_a_script_element(title: str, said: str) -> None:
    one = record(titles={"en": title, "nb": said}, descriptions={"en": said, "nb": title}, constructed={})
    schema45.validator.validate(datacite(one))
    text = script_text(schema_org(one, "nb"))
    assert json.loads(text) == schema_org(one, "nb")
    assert "<" not in text


def test_schema_org_has_what_search_engines_ask_for() -> None:
    found: Any = schema_org(record(), "nb")

    assert check_schema_org(found) == []
    assert found["temporalCoverage"] == "2025-09-01/2025-11-30"
    assert [one["name"] for one in found["spatialCoverage"]] == ["Norway på norsk", "Denmark på norsk"]
    assert found["distribution"][0]["encodingFormat"] == "text/csv"
    assert found["identifier"] == "https://doi.org/10.1234/barometer.2025"
    assert found["description"].startswith("Constructed data på norsk. ")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"description": "Short."}, "description: expected 50 to 5000 characters, got 6"),
        ({"license": ""}, "license: expected a value"),
        ({"url": "http://example.org"}, "url: expected an address that starts with https"),
        ({"@type": "Thing"}, "@type: expected Dataset"),
        ({"distribution": [{"encodingFormat": "text/csv"}]}, "distribution: a file without contentUrl"),
        ({"spatialCoverage": [{"name": ""}]}, "spatialCoverage: a place without a name"),
    ],
)
def test_what_a_search_engine_would_not_take_is_found(changes: dict[str, Any], fault: str) -> None:
    assert any(one.startswith(fault) for one in check_schema_org({**schema_org(record(), "en"), **changes}))


FEED = Feed(
    id="tag:example.org,2026:releases",
    language="nb",
    title="Utgivelser",
    author="Programmet",
    address="https://example.org/results",
    itself="https://example.org/results/feed.xml",
    updated=ISSUED,
    alternates={"en": "https://example.org/en/results/feed.xml"},
)
ENTRY = Entry(
    id="tag:example.org,2026:release/3",
    title="Innovasjonsbarometeret 2025",
    summary="Alle tabeller.",
    address="https://example.org/releases/3",
    published=ISSUED,
    updated=ISSUED,
    categories=("innovation",),
)


def test_the_feed_has_what_the_standard_demands() -> None:
    file = atom_feed(FEED, [ENTRY])
    root = fromstring(file)
    atom = {"a": "http://www.w3.org/2005/Atom"}

    assert check_atom(file) == []
    assert file == atom_feed(FEED, [ENTRY])
    assert root.findtext("a:entry/a:id", "", atom) == "tag:example.org,2026:release/3"
    assert root.findtext("a:updated", "", atom) == "2026-11-27T07:00:00Z"
    assert root.find("a:link[@hreflang='en']", atom).get("href") == "https://example.org/en/results/feed.xml"


@pytest.mark.parametrize(
    ("gone", "fault"),
    [
        (b"<id>tag:example.org,2026:release/3</id>", "entry 0: expected one id with a text, got 0"),
        (b"<updated>2026-11-27T07:00:00Z</updated>", "feed: expected one updated with a text, got 0"),
        (b"<name>Programmet</name>", "feed: expected an author with a name, got none"),
        (b' rel="self"', "feed: expected one link to self, got 0"),
        (b"Innovasjonsbarometeret 2025", "entry 0: expected one title with a text, got 1"),
        (b' href="https://example.org/releases/3"', "entry 0: expected a link to its page, got none"),
    ],
)
def test_what_a_feed_lacks_is_found(gone: bytes, fault: str) -> None:
    file = atom_feed(FEED, [ENTRY])
    assert gone in file
    assert fault in check_atom(file.replace(gone, b""))


def test_a_feed_that_would_lie_is_refused() -> None:
    with pytest.raises(ValueError, match="each id once"):
        atom_feed(FEED, [ENTRY, ENTRY])
    with pytest.raises(ValueError, match="at or after published"):
        atom_feed(FEED, [replace(ENTRY, updated=ISSUED - timedelta(days=1))])
    with pytest.raises(ValueError, match="with its zone"):
        atom_feed(replace(FEED, updated=datetime(2026, 1, 1)), [])
    with pytest.raises(XmlTextError):
        atom_feed(FEED, [replace(ENTRY, title="\x0b")])
    assert check_atom(b"<rss/>")[0].startswith("root: expected feed")


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT)
def test_every_text_comes_back_from_the_feed(title: str, summary: str) -> None:
    file = atom_feed(FEED, [replace(ENTRY, title=title, summary=summary, updated=datetime(2027, 1, 1, tzinfo=UTC))])
    atom = {"a": "http://www.w3.org/2005/Atom"}

    assert check_atom(file) == []
    assert fromstring(file).findtext("a:entry/a:title", "", atom) == title
    assert fromstring(file).findtext("a:entry/a:summary", "", atom) == summary
