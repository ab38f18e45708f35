"""The unmodified clients of PxWebApi 2 read every table of a real release, number for number as its documents have it.

Both speak plain HTTP to the address they are given. pxwebpy keeps answers for an hour unless it is told not to; it and
pxstatspy wait on their own when the configuration tells a limit on calls.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pxstatspy import OutputFormat, OutputFormatParam, PxAPI, PxAPIConfig
from pxweb import PxApi

from publication.api.cubes import DIFFERENCE
from publication.formats.cube import METRIC, NOT_APPLICABLE, TIME, TOTAL
from publication.formats.cube_documents import PARTS
from publication.models import Release
from tests.publication.api.serving import served

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the clients leave their sockets open
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

DIMENSIONS = ("category", "country", "sector", "size_class", "county", "against")
Numbers = dict[frozenset[tuple[str, str]], float]


@pytest.fixture
def site(published: Release) -> Iterator[str]:
    with served() as address:
        yield f"{address}/pxweb/api/v2"


def stored(document: Mapping[str, Any], dimensions: set[str], *, differences: bool) -> Numbers:
    """Every number of a document under the codes of its cell, read from the rows alone."""
    found: Numbers = {}
    for row in document["rows"]:
        if (row["measure"] == DIFFERENCE) is not differences or row["status"] != "shown":
            continue
        codes = {
            name: row.get(name, "") or (NOT_APPLICABLE if name == "against" else TOTAL)
            for name in DIMENSIONS
            if name in dimensions
        }
        codes[TIME] = document["wave"]
        for part, suffix in PARTS.items():
            if part in row:
                found[frozenset({**codes, METRIC: row["measure"] + suffix}.items())] = row[part]
    return found


def read(rows: list[dict[str, Any]], names: Mapping[str, str]) -> Numbers:
    """The numbers that a client gives, under the codes of their cells; `names` are the codes of its columns."""
    return {
        frozenset((names[column], code) for column, code in row.items() if column != "value"): row["value"]
        for row in rows
        if row["value"] is not None
    }


def documents(release: Release) -> dict[str, Any]:
    return {table.key: table.document for table in release.tables.all()}


def test_pxwebpy_reads_every_table_as_it_is_stored(site: str, published: Release) -> None:
    api = PxApi(site, language="en", disable_cache=True)
    tables = api.all_tables()
    by_key = documents(published)
    assert {one["id"].split(".")[1] for one in tables} == set(by_key)
    without = []
    for table in tables:
        _programme, key, *part = table["id"].split(".")
        names = {one["label"]: code for code, one in api.get_table_variables(table["id"]).items()}
        rows = api.get_table_data_all(table["id"], show="code")
        expected = stored(by_key[key], set(names.values()), differences=bool(part))
        assert read(rows, names) == expected, table["id"]
        without += [] if expected or part else [key]
    assert without == ["openness"], "of the small world here every number of this index is withheld"


def test_pxwebpy_finds_tables_paths_and_code_lists(site: str) -> None:
    api = PxApi(site, language="no", disable_cache=True)
    assert api.search(query="sektor størrelse")["tables"][0]["id"] == "barometer.innovative_by_sector_and_size"
    paths = {one["id"] for one in api.get_paths()}
    assert {"barometer", "barometer.share", "barometer.index", "barometer.change"} <= paths
    assert "barometer.innovative" in {one["id"] for one in api.tables_on_path("barometer.share")}
    table = "barometer.innovative_by_sector"
    lists = api.get_table_variables(table)["sector"]["codelists"]
    rows = api.get_table_data(
        table,
        value_codes={"country": ["N*"], "sector": "*", METRIC: "share", TIME: "*"},
        code_list={"sector": lists[0]["id"]},
        show="code",
    )
    assert {row["Sektor"] for row in rows} == {one["code"] for one in api.get_code_list(lists[0]["id"])["values"]}


def test_pxwebpy_asks_in_parts_where_one_answer_would_be_too_long(site: str, published: Release, settings) -> None:
    settings.API_MAX_CELLS = 20
    api = PxApi(site, language="en", disable_cache=True, max_workers=1)
    table = "barometer.innovative_by_sector"
    names = {one["label"]: code for code, one in api.get_table_variables(table).items()}
    rows = api.get_table_data_all(table, show="code")
    document = published.tables.get(key="innovative_by_sector").document
    assert read(rows, names) == stored(document, set(names.values()), differences=False)


def test_pxstatspy_reads_every_table_as_it_is_stored(site: str, published: Release) -> None:
    api = PxAPI(PxAPIConfig(base_url=site, language="en"))
    by_key = documents(published)
    listed = api.find_tables_as_dataframe(all_pages=True)
    assert {one.split(".")[1] for one in listed["id"]} == set(by_key)
    for table_id in listed["id"]:
        _programme, key, *part = table_id.split(".")
        metadata = api.get_table_metadata(table_id, output_format="json-stat2")
        labels = {metadata["dimension"][code]["label"]: code for code in metadata["id"]}
        frame = api.get_data_as_dataframe(
            table_id,
            value_codes={code: ["*"] for code in metadata["id"]},
            output_format_param=OutputFormatParam.USE_CODES,
        )
        figures = set(metadata["dimension"][METRIC]["category"]["index"])
        found = {
            frozenset(
                {**{labels[name]: row[name] for name in row if name not in figures}, METRIC: figure}.items()
            ): row[figure]
            for row in frame.to_dict("records")
            for figure in figures
            if row[figure] is not None and row[figure] == row[figure]
        }
        assert found == stored(by_key[key], set(metadata["id"]), differences=bool(part)), table_id


@pytest.mark.parametrize(
    ("kind", "begins"),
    [(OutputFormat.CSV, "country,"), (OutputFormat.PX, b'CHARSET="ANSI"'), (OutputFormat.XLSX, b"PK"),
     (OutputFormat.HTML, "<!doctype html>")],
)  # fmt: skip
def test_pxstatspy_gets_every_format(site: str, kind: OutputFormat, begins: str | bytes) -> None:
    api = PxAPI(PxAPIConfig(base_url=site, language="en"))
    got = api.get_table_data(
        "barometer.innovative",
        value_codes={"country": ["NO", "DK"], METRIC: ["share"], TIME: ["*"]},
        output_format=kind,
        output_format_params=[OutputFormatParam.USE_CODES],
    )
    assert got[: len(begins)] == begins
    posted = api.get_table_data_post(
        "barometer.innovative", {"selection": [{"variableCode": "country", "valueCodes": ["NO"]},
                                               {"variableCode": METRIC, "valueCodes": ["share"]},
                                               {"variableCode": TIME, "valueCodes": ["top(1)"]}]}
    )  # fmt: skip
    assert len(posted["value"]) == 1


def test_r_pxweb_reads_a_table(site: str, published: Release) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    asked = subprocess.run([program, "-e", "packageVersion('pxweb')"], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        pytest.skip("the R package pxweb is not installed")
    code = f"""
    library(pxweb)
    got <- pxweb_get_data("{site}/tables/barometer.innovative", list(country = "*", ContentsCode = "share", Tid = "*"))
    cat(sort(as.numeric(got[[ncol(got)]])))
    """
    done = subprocess.run([program, "-e", code], capture_output=True, text=True, check=True)
    rows = published.tables.get(key="innovative").document["rows"]
    assert [float(text) for text in done.stdout.split()] == sorted(
        row["value"] for row in rows if row["measure"] == "share"
    )
