"""The pages of a release in every state that it can be in: published, corrected, withdrawn, embargoed."""

import copy
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from publication.actions import announcements, releases
from publication.disclosure.lattice import DEFAULT
from publication.figures.findings import telling
from publication.figures.perspectives import grouped
from publication.formats.atom import check_atom
from publication.models import Release, ReleaseFile
from publication.views.site import pages, places
from publication.work import releases as work
from publication.work.cells import Protection
from publication.work.documents import Document
from publication.work.material import Material, gather
from publication.work.revisions import revision
from surveys.models import SYSTEM
from tests import make
from tests.catalogues import catalogue
from tests.publication.conftest import once
from tests.publication.world import World

pytestmark = pytest.mark.django_db

ROOT = "/results/barometer/1/"
WITH_NUMBERS = (
    "indicators/innovative/",
    "indicators/factors/",
    "figures/innovative/",
    "figures/innovative_by_sector_and_size/",
    "figures/innovative_by_county/",
    "drivers-and-barriers/",
    "countries/",
    "countries/NO/",
    "counties/",
    "municipalities/",
    "waves/",
    "data/",
    "figures/profile-countries/",
    "figures/perspective-organisation/?country=DK",
    "figures/whole-factors/",
    "figures/parts-innovative_by_sector/",
)
PAGES = ("", *WITH_NUMBERS, "methods/")
FILES = (
    "innovative.csv",
    "figures/innovative.svg",
    "figures/factors.svg",
    "files/quality.json",
    "profile-countries.csv",
    "figures/whole-factors.svg",
)
PARTS = ("CSV", "SVG", "PNG", "Permanent address")
SPOKEN = [code for code, _name in settings.LANGUAGES if code != "se"]
WHY = "A weight was wrong"


@pytest.fixture(autouse=True)
def no_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SHELF", pages.kept.Shelf(room=64))


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def files_of(release: Release) -> list[ReleaseFile]:
    """The quality declaration."""
    declared = {code: [{"code": "S.3", "heading": f"Heading {code}", "text": "Declared text"}] for code in SPOKEN}
    contents = {"quality.json": ("application/json", json.dumps(declared).encode())}
    return [
        ReleaseFile(path=path, media_type=kind, content=content, size=len(content), checksum=releases.checksum(content))
        for path, (kind, content) in contents.items()
    ]


def built(requested: Release, documents: list[Document], world: World, **more: Any) -> Release:
    """Stored, approved by another person and published."""
    checked = releases.store_checked(
        release=requested,
        documents=documents,
        manifest=work.manifest(requested, once("material", lambda: gather(world.run))),
        protection=make.attacked_with_all(requested),
        files=files_of(requested),
        by=SYSTEM,
        **more,
    )
    releases.approve(release=checked, by=world.publisher)
    return releases.publish(release=checked, by=world.publisher)


@pytest.fixture
def published(world: World, material: Material, protection: Protection, written: list[Document]) -> Release:
    return built(make.requested(world.run, world.administrator), written, world)


@pytest.fixture
def corrected(published: Release, world: World, written: list[Document]) -> Release:
    """A release that corrects one value of the first."""
    mended: list[Any] = copy.deepcopy(written)
    mended[0]["rows"][0]["value"] += 1.5
    draft = releases.draft(
        run=world.run, plan=DEFAULT, replaces=published, relation="correction", reason=WHY, by=world.administrator
    )
    asked = releases.request(release=draft, by=world.administrator)
    return built(asked, mended, world, revision=revision(written, mended))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_it_is_about_with_few_queries(client: Client, published: Release, page: str) -> None:
    with CaptureQueriesContext(connection) as cold:
        answer = client.get(ROOT + page)
    with CaptureQueriesContext(connection) as warm:
        again = client.get(ROOT + page)
    assert answer.status_code == 200
    assert again.content == answer.content
    assert len(cold) <= 6
    assert len(warm) <= 1
    assert "Set-Cookie" not in answer
    text = answer.text
    assert text.count("<h1>") == 1
    assert "Constructed data" in text
    assert f'href="{ROOT}"' in text
    assert '<a class="skip" href="#main">' in text
    assert re.search(r"&lt;/?(table|div|svg|span)", text) is None  # a drawing that was escaped as if it were a text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES[1:])
def test_the_navigation_says_where_one_is(client: Client, published: Release, page: str) -> None:
    text = client.get(ROOT + page).text
    assert text.count('aria-current="page"') in (1, 2)
    assert 'class="crumbs"' in text


def test_every_page_and_file_is_hidden_until_the_minute(release: Release, world: World, client: Client) -> None:
    releases.approve(release=release, by=world.publisher)
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    releases.embargo(release=release, until=minute, by=world.publisher)
    for page in (*PAGES, *FILES, "revision/"):
        answer = client.get(ROOT + page)
        assert answer.status_code == 404, page
        assert answer["Cache-Control"] == "no-store", page  # else a cache may go on saying so after the minute


@pytest.mark.parametrize("key", ["innovative", "factors", "factor_balance", "innovative_by_county"])
def test_a_figure_has_all_its_parts(client: Client, published: Release, key: str) -> None:
    text = client.get(f"{ROOT}figures/{key}/").text
    section = text.split(f'<section class="finding" id="{key}"')[1].split("</section>")[0]
    document = published.tables.get(key=key).document
    plain = unescape(section)
    assert f'<p class="lead">{document["finding"]["en"]}</p>' in plain
    subtitle = re.search(r'<p class="small">(.*?)</p>', plain)
    assert subtitle is not None
    for part in (document["base"]["en"], "Wave 2025", "Answers: ", "Weighted"):
        assert part in subtitle[1]
    assert '<div class="figure"><' in section
    assert section.count("<tr>") >= len(document["rows"])
    for name in ("How sure is it?", "Question", "Base", "Answers (n)", "Method"):
        assert f"<dt>{name}</dt>" in section
    assert document["question"]["en"] in plain
    assert f'href="{ROOT}{key}.csv"' in section
    assert f'href="{ROOT}figures/{key}.svg' in section
    assert f'href="{ROOT}figures/{key}/' in section
    assert f'href="{ROOT}methods/"' in section
    assert f'href="{ROOT}figures/{key}.png' in section
    assert ("Since the wave before" in section) == (key in ("innovative", "factor_balance"))
    assert section.count("Constructed data") >= 3


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_of_every_page_has_all_its_parts(client: Client, published: Release, page: str) -> None:
    text = client.get(ROOT + page).text
    sections = re.findall(r'<section class="finding".*?</section>', text, re.DOTALL)
    assert text.count('<div class="figure">') == len(sections)  # none is drawn beside the one partial
    for section in sections:
        assert '<p class="lead">' in section
        assert "<summary>All numbers as a table" in section
        assert {"How sure is it?", "Answers (n)", "Method"} <= set(re.findall("<dt>(.*?)</dt>", section))
        assert "Question" in section
        addresses = [re.search(rf'href="([^"]*)">{part}<', section) for part in PARTS]
        for found in addresses:
            assert found is not None
            assert client.get(unescape(found[1])).status_code == 200


COMPOSED = ("profile-countries", "perspective-organisation", "whole-factors", "parts-innovative_by_sector")


@pytest.mark.parametrize("key", COMPOSED)
def test_a_composed_figure_is_served_as_a_table_is(client: Client, published: Release, key: str) -> None:
    assert f"figures/{key}/" in client.get(f"{ROOT}data/").text
    text = client.get(f"{ROOT}figures/{key}/").text
    assert f'<section class="finding" id="{key}"' in text
    assert "<dt>Made of</dt>" in text
    lines = list(csv.DictReader(io.StringIO(client.get(f"{ROOT}{key}.csv").text)))
    assert {line["release"] for line in lines} == {"barometer/1"}
    frozen = {
        (table.key, row["measure"], row["country"], row["sector"], row["against"], row.get("value"))
        for table in published.tables.all()
        for row in table.document["rows"]
    }
    for line in lines:
        value = float(line["value"]) if line["value"] else None
        names = ("table", "measure", "country", "sector", "against")
        assert (*(line[name] for name in names), value) in frozen
    words = " ".join(fromstring(client.get(f"{ROOT}figures/{key}.svg").content).itertext())
    assert "Constructed data" in words
    assert "Made of: 2025, release 1:" in words


def test_a_composed_figure_is_of_the_country_that_is_asked_for(client: Client, published: Release) -> None:
    for country in ("DK", "IS"):
        answer = client.get(f"{ROOT}perspective-organisation.csv", {"country": country})
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        assert {line["country"] for line in lines if line["measure"] == "share"} == {country}
        assert answer["Content-Disposition"].endswith(f'-{country}.csv"')
    page = client.get(f"{ROOT}figures/perspective-organisation/", {"country": "DK"}).text
    assert f'href="{ROOT}figures/perspective-organisation.svg?country=DK"' in page


def test_a_figure_is_a_picture_too_in_the_readers_language(published: Release) -> None:
    english, norwegian = (
        Client(headers={"accept-language": code}).get(f"{ROOT}figures/innovative.png") for code in ("en", "nb")
    )
    for answer in (english, norwegian):
        assert answer["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
    assert english.content != norwegian.content
    assert Client().get(f"{ROOT}figures/nothing.png").status_code == 404


def test_every_table_is_a_drawing_that_stands_alone(client: Client, published: Release) -> None:
    for table in published.tables.all():
        answer = client.get(f"{ROOT}figures/{table.key}.svg")
        assert answer["Content-Type"].startswith("image/svg+xml")
        root = fromstring(answer.content)
        words = " ".join(root.itertext())
        assert "Constructed data" in words
        assert "Source: Barometer barometer" in words
        assert "var(" not in answer.text


def test_findings_stand_by_what_a_test_allows() -> None:
    def table(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
        return {"kind": kind, "rows": [{"category": "", **row} for row in rows]}

    unclear = {"measure": "difference", "verdict": "not_distinguishable", "value": 40.0}
    some = {
        "share": table("share", {"measure": "share", "value": 90.0}, unclear),
        "small": table("share", {"measure": "difference", "verdict": "higher", "value": 4.0}),
        "index": table("index", {"measure": "index", "value": 70.0}),
        "large": table("index", {"measure": "difference", "verdict": "lower", "value": -12.0}),
        "single": table("change", {"measure": "change", "verdict": "higher", "value": 50.0, "category": "a.b"}),
        "balance": table("balance"),
    }
    assert sorted(some, key=lambda key: telling(some[key])) == ["large", "small", "share", "index", "balance", "single"]


def test_every_indicator_stands_in_one_perspective_and_none_is_lost() -> None:
    found = grouped(["innovative", "partner", "value", "new_one"])
    assert [(one.code, keys) for one, keys in found] == [
        ("organisation", ["innovative"]),
        ("system", ["partner"]),
        ("transformative", ["value"]),
        ("others", ["new_one"]),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_corrected_release_stays_and_leads_to_its_successor(client: Client, corrected: Release, page: str) -> None:
    old, new = client.get(ROOT + page), client.get(f"/results/barometer/2/{page}")
    assert (old.status_code, new.status_code) == (200, 200)
    assert "There is a newer release" in old.text
    assert 'href="/results/barometer/2/"' in old.text
    assert "There is a newer release" not in new.text
    assert WHY in new.text
    assert 'href="/results/barometer/2/revision/"' in new.text


def test_the_lists_of_releases_say_what_happened_since(client: Client, corrected: Release, world: World) -> None:
    for page in ("/", "/results/", "/calendar/", "/results/barometer/2/data/"):
        assert "Replaced by release 2" in client.get(page).text, page
    releases.withdraw(release=corrected, reason="wrong too", hides_numbers=False, by=world.publisher)
    assert "Withdrawn" in client.get("/results/").text


def test_a_correction_shows_its_size_cell_by_cell(client: Client, corrected: Release, written: list[Any]) -> None:
    text = client.get("/results/barometer/2/revision/").text
    row = written[0]["rows"][0]
    assert f"1 of {corrected.revision['cells']} cells differs" in text
    assert "The largest change of a value is 1.5 points." in text
    assert f"value {row['value']:.2f}" in text
    assert f"value {row['value'] + 1.5:.2f}" in text
    assert client.get(f"{ROOT}revision/").status_code == 404  # the first replaces nothing


def test_a_withdrawn_release_says_why_on_every_page(client: Client, published: Release, world: World) -> None:
    before = client.get(ROOT).text
    assert "withdrawn" not in before
    releases.withdraw(release=published, reason="The frame was wrong", hides_numbers=False, by=world.publisher)
    for page in PAGES:
        answer = client.get(ROOT + page)
        assert answer.status_code == 200
        assert "The frame was wrong" in answer.text
    assert client.get(ROOT + "innovative.csv").status_code == 200


def test_numbers_that_must_not_be_read_are_gone(client: Client, published: Release, world: World) -> None:
    client.get(ROOT)
    releases.withdraw(release=published, reason="It gave somebody away", hides_numbers=True, by=world.publisher)
    for page in (*WITH_NUMBERS, *FILES):
        answer = client.get(ROOT + page)
        assert answer.status_code == 410, page
        assert "It gave somebody away" in answer.text
        assert "<svg" not in answer.text
    for page in ("", "methods/"):
        text = unescape(client.get(ROOT + page).text)
        assert "It gave somebody away" in text
        for table in published.tables.all():
            assert table.document["finding"]["en"] not in text
    assert "Withdrawn: It gave somebody away" in client.get("/feed.xml").text


def test_no_text_stands_untranslated(published: Release, world: World) -> None:
    announcements.announce(
        wave=world.wave,
        planned_for=timezone.now().replace(second=0, microsecond=0) + timedelta(days=1),
        by=world.publisher,
    )
    for language in (code for code in SPOKEN if code != "en"):
        english = {
            entry.id
            for entry in catalogue(language)
            if isinstance(entry.id, str) and len(entry.id) > 9 and "%(" not in entry.id and entry.id != entry.string
        }
        reader = Client(headers={"accept-language": language})
        for page in (*PAGES, "/calendar/"):
            answer = reader.get(page if page.startswith("/") else ROOT + page)
            words = {part.strip() for part in re.split(r"<[^>]*>", unescape(answer.text))}
            assert words & english == set(), (language, page)


def test_the_quality_declaration_is_shown_in_the_readers_language(published: Release) -> None:
    for language in ("en", "fi"):
        text = Client(headers={"accept-language": language}).get(f"{ROOT}methods/").text
        assert f"S.3 Heading {language}" in text
        assert "Declared text" in text


def test_waves_are_joined_only_where_the_change_was_tested(
    client: Client, published: Release, world: World, written: list[Any]
) -> None:
    assert "There is no other wave" not in client.get(f"{ROOT}waves/").text  # the change itself is shown
    assert "course-innovative" not in client.get(f"{ROOT}waves/").text
    former = copy.deepcopy([one for one in written if one["kind"] != "change"])
    for one in former:
        one["wave"] = world.before.code
    run = world.before.runs.filter(state="finished").get()
    built(make.requested(run, world.administrator), former, world)
    text = client.get(f"{ROOT}waves/").text
    assert 'id="course-innovative"' in text
    assert "No test of the change" not in text.split('id="course-innovative"')[1].split("</section>")[0]
    assert 'href="/results/barometer/2/"' in text
    lines = list(csv.DictReader(io.StringIO(client.get(f"{ROOT}course-innovative.csv").text)))
    assert {(line["wave"], line["release"]) for line in lines} == {("2023", "barometer/2"), ("2025", "barometer/1")}
    assert client.get(f"{ROOT}figures/course-innovative.svg").status_code == 200
    page = client.get(f"{ROOT}figures/course-innovative/").text
    assert 'href="/results/barometer/2/figures/innovative/"' in page
    second = Release.objects.get(number=2)
    releases.withdraw(release=second, reason="wrong", hides_numbers=False, by=world.publisher)
    assert client.get(f"{ROOT}figures/course-innovative/").status_code == 404  # no line without its other end


def test_indices_stand_where_they_belong_with_what_they_do_not_measure(client: Client, published: Release) -> None:
    drivers, countries, norway = (
        unescape(client.get(f"{ROOT}{page}").text) for page in ("drivers-and-barriers/", "countries/", "countries/NO/")
    )
    for key in ("factor_balance", "drivers", "barriers"):
        assert f'<section class="finding" id="{key}"' in drivers
    assert 'id="openness"' not in drivers
    words = published.tables.get(key="openness").document["measures_not"]["en"]
    system = norway.partition('id="indices-system"')[2].partition('<section class="finding"')[0]
    for text in (countries, system):
        assert "Openness in cooperation" in text
        assert words in text
    for key in ("openness", "indices-system"):
        assert words.split()[0] in client.get(f"{ROOT}figures/{key}.svg").text
        assert "What it does not measure" in client.get(f"{ROOT}figures/{key}.svg").text


def by_county(written: list[Any], *names: str) -> Any:
    """The table by county with these counties of Norway, the first of them shown."""
    document = copy.deepcopy(next(one for one in written if one["key"] == "innovative_by_county"))
    row = next(one for one in document["rows"] if one["country"] == "NO" and not one["county"])
    place = {name: row[name] for name in ("measure", "category", "country", "sector", "size_class", "against")}
    document["rows"] = [row, {**row, "county": names[0]}]
    document["rows"] += [{**place, "county": name, "status": "withheld"} for name in names[1:]]
    return document


def test_municipalities_lead_to_their_county_in_the_division_of_the_release(
    written: list[Any], published: Release
) -> None:
    shown = pages.found("barometer", 1)
    with translation.override("en"):
        newer = {one.name: one for one in places.all_of("NO", shown, by_county(written, "Akershus", "Finnmark"))}
        older = {one.name: one for one in places.all_of("NO", shown, by_county(written, "Viken", "Troms og Finnmark"))}
    assert len(newer) == 357 - 2  # two names are borne twice
    assert newer["Bærum"].county is not None
    assert newer["Bærum"].county.name == "Akershus"
    assert newer["Bærum"].address.endswith("counties/?country=NO#county-akershus")
    assert newer["Alta"].county is not None
    assert newer["Alta"].county.value == "too few answers"
    assert newer["Bergen"].county is None
    assert older["Bærum"].county is not None
    assert older["Bærum"].county.name == "Viken"
    assert older["Tromsø"].county is not None


def test_a_municipality_is_found_by_a_part_of_its_name(client: Client, published: Release) -> None:
    found = client.get(f"{ROOT}municipalities/", {"q": "tromsø"}).text
    assert "1 municipality found" in found
    assert "Tromsø" in found
    none = client.get(f"{ROOT}municipalities/", {"q": "<b>x"}).text
    assert "No municipality has this in its name" in none
    assert "<b>x" not in none
    assert client.get(f"{ROOT}municipalities/", {"country": "XX"}).status_code in (200, 404)


def test_the_calendar_tells_dates_moves_and_what_was_cancelled(
    client: Client, published: Release, world: World
) -> None:
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    entry = announcements.announce(wave=world.wave, planned_for=at, note="First figures", by=world.publisher)
    announcements.move(
        announcement=entry, planned_for=at + timedelta(days=7), reason="Late answers", by=world.publisher
    )
    gone = announcements.announce(wave=world.wave, planned_for=at, note="Never to come", by=world.publisher)
    announcements.cancel(announcement=gone, by=world.publisher)
    text = client.get("/calendar/").text
    coming, rest = text.split("<h2>Cancelled dates</h2>")
    assert "First figures" in coming
    assert "Late answers" in coming
    assert "Never to come" in rest
    assert "First figures" not in rest
    assert f'href="{ROOT}"' in rest


@pytest.mark.parametrize("language", SPOKEN)
def test_the_feed_is_atom_in_every_language(language: str, corrected: Release) -> None:
    answer = Client().get("/feed.xml", {"lang": language})
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert check_atom(answer.content) == []
    assert answer.text.count("<entry>") == 2
    assert WHY in answer.text


def test_an_empty_feed_is_atom_too() -> None:
    assert check_atom(Client().get("/feed.xml").content) == []


def test_what_is_not_there_is_not_found(client: Client, published: Release) -> None:
    for page in (
        "indicators/nothing/",
        "figures/nothing/",
        "figures/nothing.svg",
        "figures/course-innovative/",
        "figures/whole-nothing/",
        "profile-else.csv",
        "countries/XX/",
        "files/nothing",
    ):
        assert client.get(ROOT + page).status_code == 404, page


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
