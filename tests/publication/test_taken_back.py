"""What a release that was withdrawn with its numbers still gives away: nothing, by any page, file or report."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from publication.actions import releases
from publication.actions import reports as actions
from publication.actions.releases import checksum
from publication.disclosure.lattice import DEFAULT
from publication.models import Release, ReleaseFile, Report, ReportKind
from publication.work.documents import Document
from publication.work.revisions import revision
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM, SampledUnit
from tests import make
from tests.publication.reported import browser_of
from tests.publication.world import World

pytestmark = pytest.mark.django_db
WHY = "A cell named somebody"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def corrected(published: Release, world: World, written: list[Document]) -> Release:
    """A correction of the first release, with its size on the page and as a file."""
    mended: list[Any] = copy.deepcopy(written)
    mended[0]["rows"][0]["value"] += 1.5
    differs = revision(written, mended)
    content = json.dumps(differs).encode()
    draft = releases.draft(
        run=world.run, plan=DEFAULT, replaces=published, relation="correction", reason="w", by=world.administrator
    )
    checked = releases.store_checked(
        release=releases.request(release=draft, by=world.administrator),
        documents=mended,
        manifest={"schema": "barometer.table/2"},
        protection=make.attacked_with_all(draft),
        files=[
            ReleaseFile(
                path="revision.json",
                media_type="application/json",
                content=content,
                size=len(content),
                checksum=checksum(content),
            )
        ],
        revision=differs,
        by=SYSTEM,
    )
    releases.approve(release=checked, by=world.publisher)
    return releases.publish(release=checked, by=world.publisher)


def hide(release: Release, world: World) -> None:
    releases.withdraw(release=release, reason=WHY, hides_numbers=True, by=world.publisher)


def test_a_correction_does_not_repeat_the_numbers_that_were_taken_back(
    corrected: Release, published: Release, world: World, written: list[Any]
) -> None:
    root = f"/results/barometer/{corrected.number}"
    pages = (
        f"{root}/revision/",
        f"{root}/files/revision.json",
        f"/api/v1/releases/barometer/{corrected.number}/files/revision.json",
    )
    former = str(written[0]["rows"][0]["value"])
    client = Client(headers={"accept-language": "en"})
    assert all(former in client.get(page).text for page in pages)
    assert "files/revision.json" in client.get(f"{root}/data/").text
    hide(published, world)
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 410, 410]
    assert [page for page, answer in zip(pages, answers, strict=True) if former in answer.text] == []
    assert "What changed is not shown either" in answers[0].text
    assert "files/revision.json" not in client.get(f"{root}/data/").text
    assert client.get(f"{root}/innovative.csv").status_code == 200  # its own numbers stand


@pytest.fixture
def reports(published: Release, world: World) -> dict[str, Report]:
    """A workplace's and a municipality's, as a job makes them but for their contents."""
    unit = SampledUnit.objects.filter(wave=world.wave, response__isnull=False).select_related("response")[0]
    document = {
        **dict.fromkeys(
            ("title", "subtitle", "mark", "reading_heading", "question_heading", "base_heading"), "A title"
        ),
        **{name: [] for name in ("opening", "reading", "sections", "facts")},
        "decimal_mark": ",",
    }
    shared = {"release": published, "language": "en", "document": document, "content_hash": content_hash(document)}
    shared |= {"pdf": b"%PDF-", "checksum": checksum(b"%PDF-")}
    own = Report.objects.create(kind=ReportKind.WORKPLACE, response=unit.response, **shared)
    other = Report.objects.create(kind=ReportKind.MUNICIPALITY, municipality="key", name="Ås & Nordby", **shared)
    return {"own": own, "other": other}


def readers(reports: dict[str, Report], world: World) -> list[tuple[Client, str]]:
    """Everybody who can open a report, with its address."""
    token = actions.make_link(report=reports["other"], by=world.administrator)
    mine = browser_of(reports["own"].response.sampled_unit)
    return [(mine, reverse("publication:respond-report")), (Client(), reverse("publication:report", args=[token]))]


def test_a_report_goes_with_the_numbers_it_repeats(
    reports: dict[str, Report], published: Release, world: World
) -> None:
    opened = readers(reports, world)
    assert [client.get(page).status_code for client, page in opened] == [200, 200]
    hide(published, world)
    for client, page in opened:
        for address in (page, f"{page.rstrip('/')}.pdf" if "respond" in page else f"{page}report.pdf"):
            answer = client.get(address)
            assert answer.status_code == 410
            assert WHY in answer.text
            assert "A title" not in answer.text
            assert b"%PDF" not in answer.content
            assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_report_says_what_happened_to_its_release(
    reports: dict[str, Report], corrected: Release, published: Release, world: World
) -> None:
    for client, page in readers(reports, world):
        said = client.get(page).text
        assert "There is a newer release" in said
        assert f'href="/results/barometer/{corrected.number}/"' in said
    releases.withdraw(release=published, reason="Wrong frame", hides_numbers=False, by=world.publisher)
    for client, page in readers(reports, world):
        assert "Wrong frame" in client.get(page).text


def test_a_municipality_finds_its_name_on_the_file_and_a_workplace_nothing(
    reports: dict[str, Report], published: Release, world: World
) -> None:
    (mine, _own), (other, page) = readers(reports, world)
    assert mine.get("/respond/report.pdf")["Content-Disposition"] == 'inline; filename="report-2025-en.pdf"'
    named = other.get(f"{page}report.pdf")["Content-Disposition"]
    assert named == 'inline; filename="report-as-nordby-2025-en.pdf"'


def test_no_reports_are_made_of_what_nobody_should_use(published: Release, world: World) -> None:
    releases.withdraw(release=published, reason="Wrong frame", hides_numbers=False, by=world.publisher)
    with pytest.raises(actions.Withdrawn):
        actions.request(release=published, by=world.administrator)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.administrator)
    text = client.get(reverse("publication:desk-reports", args=["barometer", published.number])).text
    assert "Make the reports of the one that replaces it" in text
    assert "make-reports" not in text


def test_no_cache_holds_that_a_file_is_not_there_yet(release: Release, world: World) -> None:
    """A shared cache that kept the answer from before the minute would give it after the minute too."""
    address = f"/api/v1/releases/barometer/{release.number}/files/quality.json"
    before = Client().get(address)
    assert (before.status_code, "max-age" in before["Cache-Control"]) == (404, False)
    releases.approve(release=release, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    assert "max-age=60" in Client().get(address)["Cache-Control"]
    hide(release, world)
    gone = Client().get(address)
    assert (gone.status_code, "max-age" in gone["Cache-Control"]) == (410, False)
