"""Pages that are kept: written once, packed for those who can unpack them, gone when the release is."""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from publication.figures.figure import Document, Figure
from publication.models import Release
from publication.views.kept import Shelf
from publication.views.site import pages

PAGE = "/results/barometer/1/drivers-and-barriers/"
GZIP = {"accept-encoding": "br, gzip", "accept-language": "en"}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The figures that were drawn, in order, with an empty shelf."""
    found: list[str] = []
    draw = pages.figure

    def counted(document: Mapping[str, Any], *, country: str, changes: Document | None) -> Figure:
        found.append(f"{document['key']} {country}".strip())
        return draw(document, country=country, changes=changes)

    monkeypatch.setattr(pages, "figure", counted)
    monkeypatch.setattr(pages, "SHELF", Shelf(room=8))
    return found


def test_a_shelf_gives_back_what_was_written_and_keeps_the_latest() -> None:
    shelf, written = Shelf(room=2), []

    def page(key: str) -> bytes:
        return gzip.decompress(shelf.page(key, lambda: written.append(key) or f"page {key}").packed)  # type: ignore[func-returns-value]

    assert [page(key) for key in "abab"] == [b"page a", b"page b"] * 2
    assert written == ["a", "b"]
    assert page("c") == b"page c"  # no room for a, which was asked for longest ago
    assert page("b") == b"page b"
    assert page("a") == b"page a"
    assert written == ["a", "b", "c", "a"]


def test_a_shelf_without_room_writes_each_time() -> None:
    shelf, written = Shelf(room=0), []
    for _time in range(2):
        assert shelf.page("a", lambda: written.append("a") or "page").tag  # type: ignore[func-returns-value]
    assert written == ["a", "a"]


@pytest.mark.django_db
def test_a_page_is_drawn_once_for_each_language_and_country(published: Release, drawn: list[str]) -> None:
    tables = ["factors", "factor_balance", "drivers", "barriers", "whole-factors"]
    norwegian, english = (Client(headers={"accept-language": code}) for code in ("nb", "en"))
    pages = [norwegian.get(PAGE).text, english.get(PAGE).text, english.get(PAGE, {"country": "DK"}).text]
    assert drawn == tables * 2 + [f"{key} DK" for key in tables]
    again = [norwegian.get(PAGE).text, english.get(PAGE).text, english.get(PAGE, {"country": "DK"}).text]
    assert again == pages
    assert len(set(pages)) == 3
    assert len(drawn) == 3 * len(tables)
    assert '<html lang="nb">' in again[0]
    assert '<html lang="en">' in again[1]


@pytest.mark.django_db
def test_a_kept_page_asks_only_what_everybody_sees(published: Release, drawn: list[str]) -> None:
    client = Client()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    assert len(queries) == 1
    with connection.cursor() as cursor:  # as nothing in the programme can: published releases never change
        cursor.execute("UPDATE publication_release SET state = 'rejected' WHERE id = %s", [published.pk])
    assert client.get(PAGE).status_code == 404


@pytest.mark.django_db
def test_a_packed_page_is_light_and_says_the_same(published: Release, drawn: list[str]) -> None:
    client = Client()
    plain, packed = client.get(PAGE, headers={"accept-language": "en"}), client.get(PAGE, headers=GZIP)
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < 42_000
    assert (packed["Content-Encoding"], plain.has_header("Content-Encoding")) == ("gzip", False)
    assert packed["Content-Length"] == str(len(packed.content))
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for answer in (plain, packed):
        assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= {one.strip() for one in answer["Vary"].split(",")}
        known = {**GZIP, "if-none-match": answer["ETag"]}
        assert client.get(PAGE, headers=known).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "arguments"), [("publication:table", ("factors",)), ("publication:api-table", ("factors",))]
)
def test_files_and_the_open_api_are_packed_too(name: str, arguments: tuple[str], published: Release) -> None:
    address = reverse(name, args=("barometer", 1, *arguments))
    plain, packed = Client().get(address), Client().get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3


@pytest.mark.django_db
def test_pages_of_staff_are_never_packed() -> None:
    """Those of respondents are, with a blurred length: see PackingMiddleware."""
    for address in (reverse("sign-in"), reverse("surveys:desk")):
        assert not Client().get(address, headers=GZIP).has_header("Content-Encoding"), address
