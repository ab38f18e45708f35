"""One answer, followed from the form to the published figure: every step of the way, through the real doors."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client

from analytics.actions import runs
from analytics.models import Estimate, RunState
from jobs.execution import run_due
from publication.actions import releases
from publication.models import ReleaseState
from surveys.actions import frames, invitations, responses, samples, waves
from surveys.models import Disposition, FrameState, Response, SampledUnit, Wave
from tests import make

pytestmark = pytest.mark.django_db

UNITS = 60
INNOVATORS = 41  # of the other 59 answers; our own answer makes it 42 of 60, which is 70.0 per cent
TYPES = ("product", "service", "process_organisation", "communication")


class Form(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"] or ""] = given.get("value") or ""


def frame_file() -> bytes:
    """Sixty workplaces of one stratum, as a register would send them."""
    head = "code,name,municipality_code,municipality_name,county,level,sector,employees,language,email"
    rows = [
        f"W{number:03d},Workplace {number},0301,Oslo,Oslo,municipal,education,12,nb,w{number}@example.org"
        for number in range(UNITS)
    ]
    return "\n".join([head, *rows]).encode()


def open_wave(administrator, programme) -> Wave:
    """A frame of sixty workplaces, all drawn, all invited."""
    frame = frames.request_import(
        programme=programme,
        country="NO",
        name="register",
        content=frame_file(),
        origin="made for a test",
        constructed=False,
        by=administrator,
    )
    wave = make.wave(programme, state="draft")
    run_due()
    frame.refresh_from_db()
    assert frame.state == FrameState.LOADED
    plan = samples.plan(wave=wave, frame=frame, size=UNITS, take_all_from=1, seed=7, by=administrator)
    samples.request_draw(plan=plan, by=administrator)
    run_due()
    wave = waves.open_wave(wave=wave, by=administrator)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    assert len(mail.outbox) == UNITS
    return wave


def answer_by_the_pages(link: str) -> None:
    """Follow the link of one letter and answer: a service was introduced, nothing more is said."""
    browser = Client()
    arrived = browser.get(link)
    assert arrived.status_code == 303
    assert link not in arrived["Location"]
    for page_id, values in (
        ("role", {"a.respondent_role": "leader"}),
        ("types", {f"a.types.{name}": "yes" if name == "service" else "no" for name in TYPES}),
    ):
        shown = browser.get(f"/respond/page/{page_id}")
        assert shown.status_code == 200
        posted = {**Form(shown.content.decode()).hidden, **values, "go": "next"}
        assert browser.post(f"/respond/page/{page_id}", posted).status_code == 303
    check = browser.get("/respond/check")
    submitted = browser.post("/respond/submit", Form(check.content.decode()).hidden)
    assert (submitted.status_code, submitted["Location"]) == (303, "/respond/receipt")
    assert browser.get("/respond/receipt").status_code == 200


def answer_the_rest(wave: Wave) -> None:
    """The other fifty-nine through the same actions: the first ones innovate, the others do not."""
    waiting = SampledUnit.objects.filter(wave=wave, disposition=Disposition.INVITED).order_by("unit__code")
    for number, sampled in enumerate(waiting):
        word = "yes" if number < INNOVATORS else "no"
        responses.save(
            sampled_unit=sampled,
            page_id="all",
            values={"respondent_role": "leader", **{f"types.{name}": word for name in TYPES}},
            save_key=f"00000000-0000-4000-8000-{number:012d}",
            device="test",
            language="nb",
        )
        responses.submit(sampled_unit=sampled)


def test_one_answer_becomes_a_published_figure(client):
    programme = make.programme()
    administrator = make.user("administrator", programme)
    publisher = make.user("publisher", programme)
    wave = open_wave(administrator, programme)

    # 1 and 2: the form, the check, the truth
    letter = next(message for message in mail.outbox if message.to == ["w5@example.org"])
    answer_by_the_pages(re.search(r"http://\S+(/s/\S+)", letter.body).group(1))
    stored = Response.objects.get()
    assert stored.sampled_unit.unit.code == "W005"
    assert stored.answers["types.service"] == "yes"

    # 3: handed in; the wave closes and is frozen
    assert stored.submitted_at is not None
    assert stored.sampled_unit.disposition == Disposition.COMPLETED
    answer_the_rest(wave)
    wave = waves.close(wave=wave, by=administrator)

    # 4: the run
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    assert not Estimate.objects.visible().exists()
    run_due()
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FINISHED, "")
    shares = Estimate.objects.visible().filter(run=run, estimand="share", indicator="innovative", country="NO")
    share = shares.get(sector="", size_class="", area="")
    assert (share.n, share.positive) == (60, 42)
    assert share.value == pytest.approx(0.7, abs=1e-12)

    # 5: requested, built, approved by another person, published
    release = make.requested(run, administrator)
    run_due()
    release.refresh_from_db()
    assert (release.state, release.error) == (ReleaseState.CHECKED, "")
    address = f"/results/{programme.slug}/{release.number}/"
    assert client.get(address).status_code == 404
    releases.approve(release=release, note="Read and compared.", by=publisher)
    releases.publish(release=release, by=publisher)

    # 6: the page, the file and the API tell the same figure
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "70.0" in page
    keys = [table.key for table in release.tables.all()]
    key = next(name for name in keys if name.startswith("innovative"))
    rows = list(csv.reader(io.StringIO(client.get(f"{address}{key}.csv").content.decode("utf-8-sig"))))
    assert any("70.0" in row for row in rows)
    document = client.get(f"/api/v1/releases/{programme.slug}/{release.number}/tables/{key}").json()
    assert document["table"] == release.tables.get(key=key).document
