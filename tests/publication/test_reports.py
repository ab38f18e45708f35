"""Reports of organisations as they stand: what they say, tagged, private, and gone with their source."""

import io
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from jobs.execution import run_due
from jobs.models import Job, JobState
from publication.actions import reports as actions
from publication.disclosure.attack_report import AttackReport
from publication.disclosure.peers import Domain, Refusal
from publication.models import Release, Report, ReportKind, ReportLink
from publication.queries import published_tables
from publication.report_queries import reports_told
from publication.work import reports as work
from publication.work.cells import Protection
from publication.work.documents import Document
from publication.work.material import Material
from publication.work.report_content import public_address
from publication.work.report_layout import laid_out
from publication.work.report_tables import Figures, cells_of
from surveys.actions import erasure, invitations
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM, AuditEvent, Invitation, Response, SampledUnit
from surveys.queries.respondents import token_hash
from tests.publication.conftest import seen, stored
from tests.publication.reported import browser_of, few, municipality, own_page, unit_of, workplace
from tests.publication.world import World

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"[+−]?\d+[.,]\d")


@pytest.fixture(scope="module")
def reported(
    world: World, material: Material, tried: tuple[Protection, AttackReport], written: list[Document]
) -> Release:
    """Made once by the job, inside the transaction that holds the world."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "pieces_of", few)
        release = seen(stored(world, material, tried, written), world)
        actions.request(release=release, by=world.administrator)
        run_due()
    job = Job.objects.get(task=actions.BUILD)
    assert (job.state, job.error) == (JobState.DONE, "")
    return release


@pytest.fixture
def made(db: None, reported: Release) -> Release:
    return Release.objects.get(pk=reported.pk)


def test_one_job_makes_all_and_says_so(made: Release) -> None:
    build = made.report_build
    assert (build.expected, build.finished_at is not None) == (9, True)
    assert made.reports.count() == 9
    events = AuditEvent.objects.filter(action__startswith="reports.").order_by("pk")
    assert [event.action for event in events] == ["reports.requested", "reports.made"]
    assert events[1].detail == {"wave": "2025", "number": made.number, "workplace": 6, "municipality": 3}


def test_the_database_takes_one_report_of_each_and_none_of_nobody(made: Release) -> None:
    for other in (workplace(made), municipality(made)):
        other.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save()
    nobody = Report(release=made, kind=ReportKind.WORKPLACE, language="nb", document={})
    with pytest.raises(IntegrityError), transaction.atomic():
        nobody.save()


def test_the_same_report_has_the_same_bytes(made: Release) -> None:
    for report in (workplace(made), municipality(made)):
        assert content_hash(report.document) == report.content_hash
        assert laid_out(report.document) == bytes(report.pdf)


# What it says


def test_every_number_beside_the_own_answers_stands_in_a_published_table(made: Release) -> None:
    """Nothing is told that is not public: all figures with decimals are those of rows that are shown."""
    public = set()
    for table in published_tables(made):
        for row in table.document["rows"]:
            public |= {f"{abs(row[name]):.1f}" for name in ("value", "low", "high") if row.get(name) is not None}
    told: set[str] = set()
    for report in made.reports.all():
        texts = [text for section in report.document["sections"] for text in _texts(section)]
        numbers = {re.sub("[+−]", "", found).replace(",", ".") for text in texts for found in NUMBER.findall(text)}
        assert numbers  # a workplace that has not innovated was asked little
        assert numbers <= public
        told |= numbers
    assert len(told) > 20


def _texts(section: dict[str, Any]) -> list[str]:
    return [*section["answered"], *section["sentences"], *(cell for row in section["table"]["rows"] for cell in row)]


def test_the_own_answer_stands_first_and_nobody_is_ranked(made: Release) -> None:
    for report in made.reports.filter(kind=ReportKind.WORKPLACE):
        assert report.response is not None
        sections = {section["key"]: section for section in report.document["sections"]}
        assert list(sections) == ["innovative", "innovation_type", "factors", "value", "partner"]
        innovative = any(report.response.record[key] == "yes" for key in report.response.record if key[:6] == "types.")
        assert [len(section["table"]["rows"]) for section in sections.values()] == [1, 4, 12, 10, 3]
        assert sections["innovative"]["table"]["rows"][0][1] == ("ja" if innovative else "nei")
        assert sections["innovative"]["sentences"][0].startswith("Innovative arbeidsplasser: Svaret ditt er «")
        if not innovative:
            assert sections["factors"]["answered"] == ["Du ble ikke spurt om dette, på grunn av et tidligere svar."]
        marks = {mark["label"]: mark["own"] for mark in sections["factors"]["picture"]["marks"]}
        said = {row[0]: row[1] for row in sections["factors"]["table"]["rows"]}
        words = {1: "Fremmet", -1: "Hemmet"}
        assert all(said[label].startswith(words[own]) for label, own in marks.items() if own in words)
        whole = " ".join(text for section in report.document["sections"] for text in _texts(section)).lower()
        assert not {"rang", "plass nummer", "bedre enn", "dårligere enn"} & set(whole.split())


def test_the_group_and_why_no_finer_one_is_said(made: Release) -> None:
    group = workplace(made).document["sections"][0]["group"]
    assert re.match(r"Sammenlignbare arbeidsplasser: .+\. Svar bak hvert tall: \d+\.", group[0])
    assert group[1].startswith("Smalere grupper vises ikke: ")
    assert "(for få svar)" in group[1]


def test_finer_tables_are_read_where_a_release_has_them() -> None:
    def row(n: int, **place: str) -> dict[str, Any]:
        shown = {"measure": "share", "category": "", "country": "NO", "sector": "", "against": "", **place}
        return {**shown, "status": "shown", "n": n, "value": 50.0} if n else {**shown, "status": "withheld"}

    cell = {"sector": "culture", "size_class": "small", "county": ""}
    documents: list[dict[str, Any]] = [
        {"kind": "share", "rows": [row(300)]},
        {"kind": "share", "rows": [row(60, county="Agder", size_class="")]},
        {"kind": "share", "rows": [row(31, **cell), row(0, sector="culture", size_class="large", county="")]},
    ]
    figures = Figures("innovative", documents[0], cells_of(documents))
    chosen = {size: figures.beside(Domain("NO", "culture", size, "Agder")) for size in ("small", "large")}
    assert chosen["small"] is not None
    assert chosen["small"].domain == Domain("NO", "culture", "small")
    assert chosen["large"] is not None
    assert chosen["large"].domain == Domain("NO", county="Agder")
    assert dict(chosen["large"].refused)[Domain("NO", "culture", "large")] is Refusal.WITHHELD


def test_a_municipality_is_told_counts_with_five_on_each_side_without_the_reader(made: Release) -> None:
    facts = [fact for one in reports_told(made.programme) for fact in one.facts]
    assert len({fact.name for fact in facts}) == len(facts) > 10
    for fact in facts:
        if "|factors|" not in fact.name:
            assert min(fact.count, fact.base - fact.count) >= 6
        assert fact.base >= 11
    report = municipality(made)
    assert report.name.startswith("Municipality 03")
    cells = [row[1] for section in report.document["sections"] for row in section["table"]["rows"]]
    told = {f"{fact.count} av {fact.base}" for fact in facts if f"|{report.municipality}|" in fact.name}
    assert cells
    assert set(cells) <= told


def test_the_report_names_the_address_of_the_release(made: Release) -> None:
    public = reverse("publication:release", args=[made.programme_slug, made.number])
    assert public_address(made) == f"{settings.SITE_ADDRESS}{public}"
    assert any(text.endswith(f" {public_address(made)}") for text in workplace(made).document["reading"])


def test_no_workplace_is_named(made: Release) -> None:
    for report in made.reports.filter(kind=ReportKind.WORKPLACE):
        unit = unit_of(report)
        assert unit.unit is not None
        for secret in (unit.unit.name, unit.unit.code, unit.pseudonym, "Sykkelhjelp"):
            assert secret not in str(report.document)


# The PDF


def tags(pdf: bytes) -> Iterator[dict[str, Any]]:
    def below(node: Any) -> Iterator[dict[str, Any]]:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from below(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from below(node["/K"])

    return below(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"])


def test_the_pdf_is_tagged_titled_and_marked_on_every_page(made: Release) -> None:
    for report in (workplace(made), municipality(made)):
        pdf = bytes(report.pdf)
        reader = PdfReader(io.BytesIO(pdf))
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == report.language == "nb"
        assert reader.metadata is not None
        assert reader.metadata.title == report.document["title"]
        assert reader.metadata.creation_date is None
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
        assert all("Konstruerte data" in page.extract_text() for page in reader.pages)
        found = [tag["/S"] for tag in tags(pdf)]
        tables = len(report.document["sections"])
        assert (found.count("/H1"), found.count("/H2"), found.count("/Table")) == (1, tables + 1, tables)
        assert found.count("/TH") >= 3 * tables
        pictures = [tag["/Alt"] for tag in tags(pdf) if tag["/S"] == "/Figure"]
        assert pictures == [one["picture"]["alt"] for one in report.document["sections"] if one["picture"]]


def test_page_and_pdf_say_the_same(made: Release) -> None:
    report = workplace(made)
    page = own_page(browser_of(unit_of(report))).text
    pdf = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(bytes(report.pdf))).pages).split())
    for text in [*report.document["opening"], *report.document["reading"]]:
        assert text in page
    for section in report.document["sections"]:
        for text in [section["heading"], section["question"], *section["answered"]]:
            assert text in page
            assert text in pdf


# Who sees it


def test_the_link_that_was_answered_by_leads_to_the_report(made: Release) -> None:
    unit = unit_of(workplace(made))
    token = invitations.mint(sampled_unit=unit, by=SYSTEM)
    client = Client()
    assert client.get(f"/s/{token}")["Location"] == "/respond/report"
    answer = own_page(client)
    assert workplace(made).document["title"] in answer.text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    pdf = client.get("/respond/report.pdf")
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", bytes(workplace(made).pdf))
    assert "/respond/report" in client.get("/respond/receipt").text


def test_the_spoken_code_leads_there_too(made: Release) -> None:
    keys = invitations.mint_keys(sampled_unit=unit_of(workplace(made)), by=SYSTEM)
    assert Client().post("/code", {"code": keys.code})["Location"] == "/respond/report"


def test_strangers_and_others_are_kept_out(made: Release, world: World) -> None:
    mine, other = made.reports.filter(kind=ReportKind.WORKPLACE)[:2]
    assert own_page(browser_of(None)).status_code == 404
    staff = Client()
    staff.force_login(world.administrator)
    assert own_page(staff).status_code == 404
    others = browser_of(unit_of(other))
    assert others.get("/respond/report.pdf").content == bytes(other.pdf) != bytes(mine.pdf)
    colleague = browser_of(unit_of(mine))
    Invitation.objects.filter(sampled_unit=unit_of(mine)).update(section="newest")
    assert own_page(colleague).status_code == 404
    withdrawn = browser_of(unit_of(other))
    Invitation.objects.filter(sampled_unit=unit_of(other)).update(withdrawn_at=timezone.now())
    assert own_page(withdrawn).status_code == 404


def test_after_closing_the_link_of_who_did_not_answer_leads_nowhere(made: Release, world: World) -> None:
    silent = SampledUnit.objects.filter(wave=world.wave, response__isnull=True)[0]
    token = invitations.mint(sampled_unit=silent, by=SYSTEM)
    assert Client().get(f"/s/{token}").status_code == 404


def test_a_municipality_reads_its_report_by_a_link_that_is_kept_as_a_hash(made: Release, world: World) -> None:
    report = municipality(made)
    token = actions.make_link(report=report, by=world.administrator)
    assert ReportLink.objects.get().token_hash == token_hash(token) != token
    page = Client().get(reverse("publication:report", args=[token]))
    assert report.document["title"] in page.text
    assert token not in page.text, "a packed page that repeats its own address could give it away"
    assert page["Referrer-Policy"] == "no-referrer"
    assert Client().get(reverse("publication:report-pdf", args=[token])).content == bytes(report.pdf)
    second = actions.make_link(report=report, by=world.administrator)
    assert Client().get(reverse("publication:report", args=[token])).status_code == 404
    assert Client().get(reverse("publication:report", args=[second])).status_code == 200
    with pytest.raises(actions.ReportError):
        actions.make_link(report=workplace(made), by=world.administrator)


# Erasure


def test_erasing_the_answers_destroys_the_report(made: Release) -> None:
    report = workplace(made)
    Response.objects.filter(pk=report.response_id).delete()
    assert not Report.objects.filter(pk=report.pk).exists()
    assert made.reports.count() == 8


def test_destroying_the_key_destroys_the_reports_of_workplaces(made: Release, world: World) -> None:
    erasure.destroy_contact_key(wave=world.before, by=world.administrator)
    assert made.reports.count() == 9, "another wave's"
    erasure.destroy_contact_key(wave=world.wave, by=world.administrator)
    assert {report.kind for report in made.reports.all()} == {ReportKind.MUNICIPALITY}
    assert AuditEvent.objects.get(action="reports.destroyed").detail == {"wave": "2025", "reports": 6}


def test_a_municipality_is_held_against_every_published_group_that_holds_all_of_it() -> None:
    """Also against a sector, where all of its workplaces are of one: the rest of that must not be a few."""
    groups = [Domain("NO"), Domain("NO", "culture"), Domain("NO", "education"), Domain("NO", county="Agder")]
    given = [
        SimpleNamespace(country="NO", sector=sector, size_class="1_19", county="Agder")
        for sector in ("culture", "culture", "education")
    ]
    assert work.holding(groups, given[:2]) == [groups[0], groups[1], groups[3]]  # type: ignore[arg-type]
    assert work.holding(groups, given) == [groups[0], groups[3]]  # type: ignore[arg-type]
