"""What everybody sees: published releases, read from release tables alone."""

import csv
import io
import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publication.models import Release, ReleaseState
from surveys.instrument.document import content_hash
from surveys.models import Programme, User
from surveys.permissions import RoleName
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db

PAGE = ("publication:release", "barometer", 1)
TABLE = ("publication:table", "barometer", 1, "factors")
API = ("publication:api-release", "barometer", 1)
API_TABLE = ("publication:api-table", "barometer", 1, "factors")


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def accounts(programme: Programme) -> list[User | None]:
    return [None, *(make.user(role, programme) for role in RoleName.values)]


@pytest.mark.parametrize("state", [state for state in ReleaseState if state != ReleaseState.PUBLISHED])
def test_an_unpublished_release_is_nowhere_for_nobody(state: ReleaseState, release: Release, world: World) -> None:
    changes: dict[str, object] = {"state": state}
    if state in (ReleaseState.APPROVED, ReleaseState.REJECTED, ReleaseState.EMBARGOED):
        changes |= {"decided_by": world.publisher, "decided_at": release.requested_at}
    if state == ReleaseState.EMBARGOED:
        changes |= {"published_by": world.publisher, "published_at": timezone.now() + timedelta(minutes=1)}
    Release.objects.filter(pk=release.pk).update(**changes)
    for account in accounts(world.programme):
        client = Client(headers={"accept-language": "en"})
        if account is not None:
            client.force_login(account)
        for target in (PAGE, TABLE, API, API_TABLE):
            assert client.get(address(*target)).status_code == 404, (state, account, target)
        for name in ("publication:home", "publication:results"):
            answer = client.get(address(name))
            assert "Nothing has been published yet" in answer.text
            assert "/results/barometer/1/" not in answer.text
        assert client.get(address("publication:api-releases")).json()["releases"] == []


def test_public_pages_read_release_tables_and_no_session(published: Release, world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.administrator)
    pages = [("publication:home",), ("publication:results",), ("publication:api-releases",)]
    for target in (*pages, PAGE, TABLE, API, API_TABLE):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address(*target))
        assert answer.status_code == 200
        tables = {query["sql"].split(' FROM "')[1].split('"')[0] for query in queries}
        assert tables <= {"publication_release", "publication_releasetable", "publication_releasefile"}
        assert len(queries) <= 6
        assert "Set-Cookie" not in answer


def test_the_front_page_tells_every_finding_and_leads_to_its_page(client: Client, published: Release) -> None:
    page = client.get(address(*PAGE)).text
    for table in published.tables.all():
        told = escape(table.document["finding"]["en"]) in page
        assert told == (table.document["breakdowns"] == ["country"]), table.key
        leads = "waves" if table.key == "change" else f"indicators/{table.document['indicator']}"
        assert client.get(f"/results/barometer/1/{leads}/").status_code == 200


def escape(text: str) -> str:
    from django.utils.html import escape

    return escape(text)


class Marks(HTMLParser):
    """Elements and attributes that the Content-Security-Policy would refuse or that a screen reader would miss."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.drawings: list[list[str]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag in ("style", "script") or "style" in names or any(name.startswith("on") for name in names):
            self.styles.append(tag)
        if tag == "svg":
            assert names["role"] == "img"
            assert names["aria-label"]
            self.drawings.append([])
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.drawings[-1].append(data)


def test_no_inline_style_and_every_drawing_says_constructed(client: Client, published: Release) -> None:
    answer = client.get(address(*PAGE))
    marks = Marks()
    for table in published.tables.all():
        marks.feed(client.get(address("publication:figure", "barometer", 1, table.key)).text)
    marks.feed(answer.text)
    assert marks.styles == []
    assert len(marks.drawings) >= 12
    assert all("Constructed data" in drawing for drawing in marks.drawings)
    assert "style-src 'self'" in answer["Content-Security-Policy"]


def test_the_language_follows_the_address_the_cookie_and_the_browser(published: Release) -> None:
    english, norwegian = (Client(headers={"accept-language": code}) for code in ("en", "nb"))
    assert '<html lang="en">' in english.get(address(*PAGE)).text
    assert '<html lang="nb">' in norwegian.get(address(*PAGE)).text
    asked = norwegian.get(address(*PAGE), {"lang": "en"})
    assert '<html lang="en">' in asked.text
    assert asked["Content-Language"] == "en"
    norwegian.cookies["django_language"] = "en"
    assert '<html lang="en">' in norwegian.get(address(*PAGE)).text
    assert '<html lang="nb">' in Client(headers={"accept-language": "nb"}).get(address(*PAGE), {"lang": "xx"}).text


def test_the_figures_speak_every_language_that_has_their_words_and_else_the_first_of_the_site(
    published: Release,
) -> None:
    document = published.tables.get(key="innovative").document
    for code, _name in settings.LANGUAGES:
        spoken = code if code != "se" else "nb"
        text = Client(headers={"accept-language": code}).get(address(*PAGE)).text
        assert escape(document["title"][spoken]) in text
        assert escape(document["base"][spoken]) in text


def test_an_unchanged_page_is_not_sent_again(client: Client, published: Release) -> None:
    for target in (PAGE, TABLE, API_TABLE):
        first = client.get(address(*target))
        held = "max-age=1, must-revalidate, public"
        cached = ", ".join(sorted(first["Cache-Control"].split(", ")))
        assert cached == ("no-cache, public" if target == API_TABLE else held)
        again = client.get(address(*target), headers={"if-none-match": first["ETag"], "accept-language": "en"})
        assert (again.status_code, again.content) == (304, b"")
    english = client.get(address(*PAGE))
    other = client.get(address(*PAGE), headers={"if-none-match": english["ETag"], "accept-language": "nb"})
    assert other.status_code == 200
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in other["Vary"].split(",")}


def test_the_drawing_of_drivers_shows_the_country_asked_for(client: Client, published: Release) -> None:
    page = address("publication:drivers", "barometer", 1)
    first = client.get(page).text
    assert "Drivers and barriers of the newest innovation, Norway" in first
    chosen = client.get(page, {"country": "DK"}).text
    assert "Drivers and barriers of the newest innovation, Denmark" in chosen
    unknown = client.get(page, {"country": "<script>"}).text
    assert "Drivers and barriers of the newest innovation, Norway" in unknown
    assert "<script>" not in unknown


def test_the_csv_file_holds_the_rows_of_the_document_and_says_constructed(client: Client, published: Release) -> None:
    answer = client.get(address(*TABLE))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    document = published.tables.get(key="factors").document
    assert len(rows) == len(document["rows"])
    assert {row["constructed"] for row in rows} == {"constructed"}
    for row, stored in zip(rows, document["rows"], strict=True):
        assert row["status"] == stored["status"]
        assert row["value"] == ("" if "value" not in stored else str(stored["value"]))
        assert row["n"] == ("" if "n" not in stored else str(stored["n"]))


def test_the_api_serves_the_frozen_documents_with_their_hashes(client: Client, published: Release) -> None:
    listed = client.get(address("publication:api-releases")).json()["releases"]
    assert [(entry["programme"], entry["number"], entry["constructed"]) for entry in listed] == [("barometer", 1, True)]
    release = client.get(listed[0]["url"]).json()
    assert content_hash(release["manifest"]) == release["content_hash"] == published.content_hash
    assert {table["key"] for table in release["tables"]} == set(release["manifest"]["tables"])
    for entry in release["tables"]:
        table = client.get(entry["url"]).json()
        assert content_hash(table["table"]) == entry["content_hash"] == table["content_hash"]
    assert client.post(address("publication:api-releases")).status_code == 405


def test_what_a_public_answer_holds_names_no_person(client: Client, published: Release, world: World) -> None:
    for target in (PAGE, API, API_TABLE):
        text = client.get(address(*target)).text
        for account in (world.administrator, world.publisher):
            assert not re.search(rf"\b{account.username}\b", text)


def test_text_that_looks_like_markup_is_escaped_everywhere(client: Client, release: Release, world: World) -> None:
    from publication.actions import releases

    for table in release.tables.all():
        for language in table.document["labels"]:
            table.document["title"][language] = "<b>&\"'"
            labels = table.document["labels"][language]
            for kind in ("countries", "categories", "sectors"):
                labels[kind] = dict.fromkeys(labels[kind], "<i>x</i>")
        table.content_hash = content_hash(table.document)
        table.save()
    # As though it had been built so: a table that is not the one of the manifest is not published.
    stated = {**release.manifest, "tables": {table.key: table.content_hash for table in release.tables.all()}}
    Release.objects.filter(pk=release.pk).update(manifest=stated, content_hash=content_hash(stated))
    release.refresh_from_db()
    releases.approve(release=release, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    text = client.get(address(*PAGE)).text
    assert "<b>" not in text
    assert "<i>x" not in text
    assert "&lt;i&gt;x" in text


def test_unknown_addresses_are_not_found(client: Client, published: Release) -> None:
    for target in (
        ("publication:release", "barometer", 2),
        ("publication:release", "other", 1),
        ("publication:table", "barometer", 1, "nothing"),
        ("publication:api-table", "barometer", 1, "nothing"),
    ):
        assert client.get(address(*target)).status_code == 404


def test_the_open_api_is_json(client: Client, published: Release) -> None:
    answer = client.get(address(*API_TABLE), headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert json.loads(answer.content)["table"]["schema"] == "barometer.table/2"
