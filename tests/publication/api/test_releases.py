"""The REST side of the open API: every version of every number by its release number, in every format."""

import csv
import gzip
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonstat_validator import validate_jsonstat
from openpyxl import load_workbook

from barometer.middleware import guarded_tables
from publication.actions import announcements, releases
from publication.api.releases import FORMATS
from publication.formats.check_jsonstat import check_jsonstat
from publication.models import Release, ReleaseState
from surveys.instrument.document import content_hash
from tests import make
from tests.publication.api.stand import ask, by_sector, get, innovative, published, two_waves

pytestmark = pytest.mark.django_db

LIST = "/api/v1/releases"
NEWER = f"{LIST}/barometer/2"
TABLE = f"{NEWER}/tables/innovative"


@pytest.fixture
def both() -> tuple[Release, Release]:
    return two_waves()


def corrected(release: Release, relation: str = "correction") -> Release:
    return published(
        release.run.wave,
        [innovative("2025", value=60.9), by_sector("2025", value=60.9)],
        replaces=release,
        relation=relation,
        reason="A weight was wrong",
        revision={"cells": [{"table": "innovative", "before": 61.3, "after": 60.9}]},
    )


def withdraw(release: Release, *, hides_numbers: bool) -> None:
    publisher = make.user("publisher", release.programme, username=f"withdraws-{release.number}")
    releases.withdraw(release=release, reason="It gave a school away", hides_numbers=hides_numbers, by=publisher)


def announced(slug: str) -> None:
    wave = make.wave(make.programme(slug))
    administrator = make.user("administrator", wave.programme, username=f"announces-{slug}")
    planned = timezone.now().replace(second=0, microsecond=0) + timedelta(days=90)
    announcements.announce(wave=wave, planned_for=planned, by=administrator)


def test_the_list_has_the_newest_first_in_pages_that_say_how_many_there_are(both: tuple[Release, Release]) -> None:
    first, second = (ask(LIST, page=page, page_size="1") for page in ("1", "2"))
    following = f"http://testserver{LIST}?page=2&page_size=1"
    stated = {"number": 1, "size": 1, "largest_size": 200, "pages": 2, "total": 2}
    assert first["page"] == {"next": following, **stated}
    assert second["page"]["next"] is None
    assert [one["number"] for one in (*first["releases"], *second["releases"])] == [2, 1]
    assert first["releases"][0]["state"] == "published"
    assert ask(LIST, programme="barometer")["page"]["total"] == 2
    announced("coming")
    assert ask(LIST, programme="coming")["releases"] == []


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"page_size": "201"}, 400, "page_size: expected a whole number from 1 to 200, got '201'."),
        ({"page": "0"}, 400, "page: expected a whole number"),
        ({"page": "2"}, 404, "page: expected at most 1, got 2."),
        ({"programm": "barometer"}, 400, "programm: expected one of page, page_size, programme"),
        ({"programme": "elsewhere"}, 400, "programme: expected one of barometer, got 'elsewhere'"),
    ],
)
def test_a_parameter_that_cannot_be_followed_is_an_error_that_says_what_can(
    both: tuple[Release, Release], query: dict[str, str], status: int, said: str
) -> None:
    answer = get(LIST, None, **query)
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"]) == (status, status)
    assert said in problem["detail"]


def test_a_release_names_its_tables_in_every_format_and_its_files(both: tuple[Release, Release]) -> None:
    found = ask(NEWER)
    assert content_hash(found["manifest"]) == found["content_hash"]
    assert [table["key"] for table in found["tables"]] == ["innovative", "innovative_by_sector"]
    assert set(found["tables"][0]["formats"]) == set(FORMATS)
    assert set(found["tables"][1]["formats"]) == set(FORMATS) - {"parquet"}  # the release has one such file
    for table in found["tables"]:
        for kind, address in table["formats"].items():
            answer = get(address.removeprefix("http://testserver"))
            assert answer.status_code == 200, kind
    assert [(one["path"], one["size"]) for one in found["files"]] == [("tables/innovative.parquet", 15)]


def test_every_format_holds_the_numbers_of_the_document(both: tuple[Release, Release]) -> None:
    document = both[1].tables.get(key="innovative_by_sector").document
    shown = [one["value"] for one in document["rows"] if one["status"] == "shown"]
    address = f"{NEWER}/tables/innovative_by_sector"

    assert ask(address)["table"] == document
    lines = list(csv.DictReader(io.StringIO(get(f"{address}.csv").text)))
    assert [float(line["value"]) for line in lines if line["status"] == "shown"] == shown
    stat: dict[str, Any] = ask(f"{address}.json-stat", lang="en")
    assert validate_jsonstat(stat) is True
    assert check_jsonstat(stat) == []
    assert set(shown) <= set(stat["value"])
    assert stat["label"] == document["title"]["en"]
    told = {"wave": "2025", "release": 2, "contentHash": ask(address)["content_hash"]}
    assert stat["extension"]["releases"] == [{**told, "href": f"http://testserver{address}"}]
    for kind in ("csv", "px", "xlsx"):
        name = f"barometer-2-innovative_by_sector-constructed.{kind}"
        assert get(f"{address}.{kind}")["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "".join(f" {value:.1f}" for value in shown[:1]) in f" {get(f'{address}.px').content.decode()}".replace(
        "\n", " "
    )
    sheet = load_workbook(io.BytesIO(get(f"{address}.xlsx").content)).worksheets[0]
    assert set(shown) <= {cell.value for line in sheet.iter_rows() for cell in line}
    page = get(f"{address}.html", None, lang="en").text
    assert all(f"<td>{value:.1f}" in page for value in shown)
    assert "Constructed data" in page
    assert get(f"{TABLE}.parquet").content == b"PAR1 bytes PAR1"
    for kind in FORMATS:
        if kind != "parquet":
            assert get(address, None, format=kind).content == get(f"{address}.{kind}").content


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{TABLE}?format=sav", 400, "format: expected one of json, json-stat"),
        (f"{TABLE}.csv?lang=de", 400, "lang: expected one of nb, nn"),
        (f"{TABLE}.csv?lang=fi", 400, "lang: expected a language of innovative, nb, en, got 'fi'"),
        (f"{NEWER}/tables/nothing", 404, "has no table 'nothing'"),
        (f"{NEWER}/files/nothing", 404, "has no file 'nothing'"),
        (f"{NEWER}/files/nothing?lang=nb", 400, "lang: expected one of none, got 'lang'"),
        (f"{LIST}/barometer/9", 404, "no published release 9"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    both: tuple[Release, Release], address: str, status: int, said: str
) -> None:
    assert said in ask(address, status)["detail"]


def test_a_corrected_release_names_its_successor_and_stays_readable(both: tuple[Release, Release]) -> None:
    successor = corrected(both[1])
    old = ask(NEWER)
    assert old["state"] == "corrected"
    assert old["successor"] == {
        "number": 3,
        "relation": "correction",
        "reason": "A weight was wrong",
        "url": f"http://testserver{LIST}/barometer/3",
    }
    assert ask(TABLE)["table"]["rows"][0]["value"] == 61.3
    new = ask(f"{LIST}/barometer/{successor.number}")
    assert (new["replaces"], new["relation"], new["state"]) == (2, "correction", "published")
    assert new["revision"]["cells"][0]["after"] == 60.9


def test_a_revised_release_is_superseded(both: tuple[Release, Release]) -> None:
    corrected(both[1], "revision")
    assert ask(NEWER)["state"] == "superseded"


def test_a_withdrawn_release_says_why_and_keeps_its_numbers(both: tuple[Release, Release]) -> None:
    withdraw(both[1], hides_numbers=False)
    assert ask(NEWER)["state"] == "withdrawn"
    assert ask(TABLE)["release"]["withdrawal"]["reason"] == "It gave a school away"


def test_a_release_whose_numbers_are_hidden_shows_none_of_them_anywhere(both: tuple[Release, Release]) -> None:
    successor = corrected(both[1])
    withdraw(both[1], hides_numbers=True)
    hidden = [f"{TABLE}?format={kind}" for kind in FORMATS] + [f"{TABLE}.{kind}" for kind in FORMATS]
    for address in (*hidden, f"{NEWER}/files/tables/innovative.parquet"):
        problem = ask(address, 410)
        assert problem["reason"] == "It gave a school away"
        assert "Release 3 replaces it" in problem["detail"]
    after = f"{LIST}/barometer/{successor.number}"
    pxweb = [f"/pxweb/api/v2/tables/barometer.{key}/data" for key in ("innovative", "innovative_by_sector")]
    for address in (LIST, NEWER, f"{NEWER}/codebook", after, "/api/v1/series/innovative", *pxweb):
        assert "61.3" not in get(address).text, address
    assert ask(f"{LIST}/barometer/{successor.number}")["revision"] is None  # it would tell the number from before


def test_an_embargoed_release_and_its_parts_are_not_there_before_their_minute(both: tuple[Release, Release]) -> None:
    waiting = Release.objects.filter(pk=both[1].pk)
    super(type(waiting), waiting).update(
        state=ReleaseState.EMBARGOED, published_at=timezone.now() + timedelta(minutes=1)
    )
    for address in (NEWER, TABLE, f"{TABLE}.csv", f"{NEWER}/codebook", f"{NEWER}/files/tables/innovative.parquet"):
        assert get(address).status_code == 404
    assert [one["number"] for one in ask(LIST)["releases"]] == [1]
    super(type(waiting), waiting).update(published_at=timezone.now())
    assert ask(TABLE)["table"]["wave"] == "2025"


def test_a_file_is_tagged_by_its_checksum_and_may_be_kept(both: tuple[Release, Release]) -> None:
    address = f"{NEWER}/files/tables/innovative.parquet"
    answer = get(address)
    assert answer["ETag"] == f'"{ask(NEWER)["files"][0]["checksum"]}"'
    assert answer["Cache-Control"] == "public, max-age=60"
    again = Client().get(address, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=60"


def test_no_cache_keeps_what_is_not_there_since_it_may_be_there_in_the_next_minute(
    both: tuple[Release, Release],
) -> None:
    withdraw(both[1], hides_numbers=True)
    addresses = (f"{LIST}/barometer/9/files/tables/innovative.parquet", f"{NEWER}/files/nothing", f"{LIST}/barometer/9")
    for address in (*addresses, f"{NEWER}/files/tables/innovative.parquet", f"{LIST}?page=9", f"{LIST}?page=x"):
        answer = get(address)
        assert answer.status_code in (400, 404, 410)
        assert (answer["Cache-Control"], "ETag" in answer) == ("no-store", False)


def test_the_codebook_says_what_every_code_means_and_no_number(both: tuple[Release, Release]) -> None:
    book = ask(f"{NEWER}/codebook")
    assert book["indicators"][0]["tables"] == ["innovative", "innovative_by_sector"]
    assert {"code": "health", "labels": {"nb": "health nb", "en": "health en"}} in book["dimensions"]["sector"]
    assert {one["code"] for one in book["dimensions"]["country"]} == {"NO", "DK"}
    assert "61.3" not in get(f"{NEWER}/codebook").text


ADDRESSES = (
    LIST,
    NEWER,
    TABLE,
    f"{TABLE}.px",
    f"{NEWER}/codebook",
    f"{NEWER}/files/tables/innovative.parquet",
    "/api/v1/indicators",
    "/api/v1/series/innovative",
    "/api/v1/calendar",
    "/catalogue",
    "/pxweb/api/v2/tables",
    "/pxweb/api/v2/tables/barometer.innovative/data",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_for_every_origin_tagged_and_made_of_release_tables_in_three_statements(
    both: tuple[Release, Release], address: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(address, headers={"origin": "https://example.org"})
    assert answer.status_code == 200
    assert len(queries) <= 3
    assert not any(table in query["sql"] for table in guarded_tables() for query in queries)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    again = Client().get(address, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert again[name] == answer[name]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_question_for_the_headers_alone_has_those_of_the_answer(both: tuple[Release, Release], address: str) -> None:
    answer, head = Client().get(address), Client().head(address)
    names = ("ETag", "Content-Type", "Content-Length", "Cache-Control", "Vary")
    assert [head.get(name) for name in names] == [answer.get(name) for name in names]
    assert (head.status_code, head.content) == (200, b"")
    assert Client().head(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_what_language_a_browser_likes_changes_nothing(both: tuple[Release, Release]) -> None:
    address = "/pxweb/api/v2/tables/barometer.innovative/data?lang=en&outputFormat=csv"
    swedish, plain = Client().get(address, headers={"accept-language": "sv"}), Client().get(address)
    assert swedish.content == plain.content
    for answer in (swedish, Client().get(LIST, headers={"accept-language": "sv"})):
        assert (answer["Vary"], "Content-Language" in answer) == ("Accept-Encoding", False)
    for method in (Client().post, Client().put):
        problem = method(LIST, headers={"accept-language": "sv"}).json()
        assert problem["title"] == "Method Not Allowed"
        assert problem["detail"].endswith("not allowed.")


def test_an_address_that_no_database_can_look_up_is_refused() -> None:
    addresses = (f"{LIST}?programme=%00", "/api/v1/cases?search=a%00", f"{LIST}/barometer/1/files/a%00b")
    for address in (*addresses, "/catalogue?format=%00"):
        assert ask(address, 400)["detail"].startswith("address: expected one without the sign NUL")


def test_answers_are_packed_for_those_who_can_unpack_them(both: tuple[Release, Release]) -> None:
    answer = Client().get(NEWER, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content)) == ask(NEWER)


def test_a_browser_of_another_site_may_ask_beforehand(both: tuple[Release, Release]) -> None:
    answer = Client().options("/pxweb/api/v2/tables/barometer.innovative/data")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer["Access-Control-Allow-Methods"] == "GET, POST, HEAD, OPTIONS"
    assert Client().head(NEWER).status_code == 200
    assert Client().post(LIST).status_code == 405
    assert Client().delete(NEWER).status_code == 405
