"""The main job without a person: what `manage.py smoke` does while web server and worker run as real processes."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from html import escape
from pathlib import Path

from django.conf import settings

from barometer.demo import browser, cast, fieldwork, programme, report
from barometer.demo.answers import Answers, document
from barometer.demo.cast import Cast
from barometer.demo.programme import Round, expect
from jobs.models import Job, JobState
from publication.actions import microdata, reports
from publication.models import MicrodataFile, MicrodataState, Release, Report
from surveys.models import Contact, Disposition, SampledUnit, Wave

Say = Callable[[str], None]
BY_PAGES = 20
JOBS_WITHIN_SECONDS = 180.0
REHEARSED: Round = programme.ROUNDS[1]


def rehearse(say: Say) -> None:
    """From frames to published figures and a microdata file. Raises when a step does not end as it must."""
    found = programme.found()
    people = cast.cast(found)
    frames = programme.load_frames(found, by=people.administrator, work=worker)
    say(f"loaded {sum(frame.unit_count for frame in frames.values())} workplaces in {len(frames)} frames")
    each = Round(REHEARSED.code, REHEARSED.countries, REHEARSED.sizes, REHEARSED.reference, REHEARSED.closes_on)
    filled = programme.population((each,))[each.code]
    wave = programme.prepare(found, each, by=people.administrator)
    programme.draw(wave, each, frames, by=people.administrator, work=worker)
    wave = programme.invite(wave, by=people.administrator, work=worker)
    say(f"drew and invited {wave.sampled_units.count()} workplaces")
    links = mailed_links()
    collect(wave, filled, links, say)
    run = programme.compute(wave, by=people.administrator, work=worker)
    say(f"closed; run {run.pk} finished in the worker, result {run.result_hash[:16]}")
    release = programme.publish(run, people, work=worker)
    say(f"release {release.number} requested by {people.administrator}, approved and published by {people.publisher}")
    say(first_reports(release, people, links))
    file = build_microdata(wave, people)
    for line in published(release.number):
        say(line)
    say(f"microdata file {file.file_name}: SHA-256 {file.checksum}")


def collect(wave: Wave, filled: Answers, links: Mapping[str, str], say: Say) -> None:
    """Some answer by the pages with the link out of their mail, the others through the same actions."""
    willing = fieldwork.will_answer(wave, filled)
    chosen = willing[:: max(1, len(willing) // BY_PAGES)][:BY_PAGES]
    pages = sum(
        browser.answer(links[address(unit)], document(filled, fieldwork.place(unit, filled))) for unit in chosen
    )
    returned = fieldwork.answer(wave, filled, but={unit.pseudonym for unit in chosen})
    completed = wave.sampled_units.filter(disposition=Disposition.COMPLETED).count()
    say(f"{len(chosen)} answered by {pages} pages, {returned.submitted} through the actions: {completed} in all")
    expect(len(chosen) == BY_PAGES, f"expected {BY_PAGES} answers by the pages, got {len(chosen)}")
    expect(completed == len(chosen) + returned.submitted, "answers were lost or doubled")


def mailed_links() -> dict[str, str]:
    """Address -> personal link, from the mail files."""
    link = re.compile(re.escape(settings.SITE_ADDRESS) + r"/s/[\w-]+")
    found = {}
    for path in sorted(Path(settings.EMAIL_FOLDER).iterdir()):
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = message.get_body(("plain",))
        match = link.search(body.get_content() if body is not None else "")
        expect(match is not None, f"no link in the mail {path.name}")
        if match is not None:
            found[str(message["To"])] = match.group()
    return found


def address(unit: SampledUnit) -> str:
    return Contact.objects.get(unit__sampled=unit).email


def first_reports(release: Release, people: Cast, links: Mapping[str, str]) -> str:
    """Ask for all reports, stop when the first are stored, and read one by the link that its workplace answered by.

    All of a wave are some 1,500 of 25 ms each: they are made in the demonstration, not here.
    """
    reports.request(release=release, by=people.administrator)
    deadline = time.monotonic() + JOBS_WITHIN_SECONDS
    while not release.reports.exists() and programme.unfinished_jobs():
        expect(time.monotonic() < deadline, f"no report after {JOBS_WITHIN_SECONDS:g} s: {waiting()}")
        time.sleep(0.2)
    with suppress(reports.NothingRuns):  # all are made already
        reports.stop(release=release, by=people.administrator)
    worker()
    report = release.reports.select_related("response__sampled_unit").first()
    if report is None or report.response is None:
        raise programme.StepFailed("expected the report of a workplace, got none")
    read_report(report, links[address(report.response.sampled_unit)])
    return f"{release.reports.count()} reports made, then stopped; one read by its workplace's link, page and PDF"


def read_report(report: Report, link: str) -> None:
    """The page shows the report and says that it is constructed; the file is the PDF that was stored."""
    visitor = browser.Browser()
    page = visitor.get(link)
    expect(page.path == "/respond/report", f"the link leads to {page.path}, expected the report of the workplace")
    for words in (report.document["title"], report.document["mark"]):
        expect(bool(words) and escape(words) in page.body, f"the page of the report does not say {words!r}")
    pdf = visitor.file(f"{settings.SITE_ADDRESS}/respond/report.pdf")
    expect(hashlib.sha256(pdf).hexdigest() == report.checksum, "the PDF is not the one that was stored")


def build_microdata(wave: Wave, people: Cast) -> MicrodataFile:
    file = microdata.request(dataset=wave.dataset, by=people.researcher)
    worker()
    file.refresh_from_db()
    expect(file.state == MicrodataState.READY, f"the microdata file is {file.state}: {file.error}")
    return file


def published(number: int) -> Iterator[str]:
    """What everybody can read now, over HTTP."""
    site = settings.SITE_ADDRESS
    yield ""
    yield from report.shares(report.table(site, programme.SLUG, number, "innovative"))
    yield ""
    yield from report.factors(report.table(site, programme.SLUG, number, "factors"))
    yield ""
    yield from report.index(report.table(site, programme.SLUG, number, "factor_balance"))
    yield ""


def worker() -> None:
    """Wait until the worker process has done what was asked for."""
    deadline = time.monotonic() + JOBS_WITHIN_SECONDS
    while programme.unfinished_jobs():
        expect(time.monotonic() < deadline, f"jobs wait for more than {JOBS_WITHIN_SECONDS:g} s: {waiting()}")
        time.sleep(0.2)
    failed = list(Job.objects.filter(state=JobState.FAILED))
    expect(not failed, "; ".join(f"{job.task}: {job.error}" for job in failed))


def waiting() -> str:
    return ", ".join(f"{job.task} ({job.state} {job.step})" for job in programme.unfinished_jobs())
