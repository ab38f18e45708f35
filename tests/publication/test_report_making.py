"""Reports of organisations are made once, by a job that can be broken off, stopped and asked for again."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.execution import run_due
from jobs.models import Job, JobState
from publication.actions import reports as actions
from publication.models import Release, ReleaseTable, Report, ReportBuild
from publication.work import reports as work
from surveys.actions import erasure
from surveys.models import SampledUnit, WaveState
from surveys.models import Wave as WaveRow
from tests.publication import reported
from tests.publication.reported import browser_of, municipality, own_page, workplace
from tests.publication.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "pieces_of", reported.few)


def test_nothing_is_made_of_a_release_that_is_not_published(release: Release, world: World) -> None:
    with pytest.raises(actions.NotPublished):
        actions.request(release=release, by=world.administrator)
    build = ReportBuild.objects.create(release=release, requested_by=world.administrator, requested_at=timezone.now())
    from jobs.outbox import enqueue

    enqueue(actions.BUILD, arguments={"build_id": build.pk}, by=None)
    run_due()
    assert Job.objects.get(task=actions.BUILD).state == JobState.FAILED
    assert not Report.objects.exists()


def test_asking_again_while_they_are_made_gives_the_same_making(few: None, published: Release, world: World) -> None:
    first = actions.request(release=published, by=world.administrator)
    second = actions.request(release=published, by=world.administrator)
    assert first.job == second.job
    assert Job.objects.filter(task=actions.BUILD).count() == 1


def test_a_making_that_breaks_off_goes_on_and_doubles_nothing(
    few: None, published: Release, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    stored: list[int] = []
    keep = actions.store

    def dies(*, release: Release, made: Any, met: Any) -> int:
        if len(stored) == 2:
            stored.append(0)
            raise OSError("the worker is gone")
        stored.append(len(made))
        return keep(release=release, made=made, met=met)

    monkeypatch.setattr(actions, "store", dies)
    actions.request(release=published, by=world.administrator)
    run_due()
    job = Job.objects.get(task=actions.BUILD)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert stored == [2, 2, 0, 2, 2, 1], "four stood when it went on"
    assert published.reports.count() == 9
    before = dict(published.reports.values_list("pk", "checksum"))
    actions.request(release=published, by=world.administrator)
    run_due()
    assert dict(published.reports.values_list("pk", "checksum")) == before


def test_a_report_that_cannot_be_printed_says_why_and_what_stood_before_it_stays(
    few: None, published: Release, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    printed: list[str] = []
    lay_out = work.laid_out

    def printed_once_wrong(document: Mapping[str, Any]) -> bytes:
        printed.append(str(document["title"]))
        unprintable = {"title": "\U0010ffff"} if len(printed) == 4 else {}
        return lay_out({**document, **unprintable})

    monkeypatch.setattr(work, "laid_out", printed_once_wrong)
    actions.request(release=published, by=world.administrator)
    run_due()
    job = Job.objects.get(task=actions.BUILD)
    assert job.state == JobState.FAILED
    assert "could not be displayed" in job.error
    assert published.reports.count() == 2, "the first two; of the next two one had failed"
    actions.request(release=published, by=world.administrator)
    run_due()
    assert published.reports.count() == 9


def test_it_is_stopped_and_what_is_made_stays(few: None, published: Release, world: World) -> None:
    with pytest.raises(actions.NothingRuns):
        actions.stop(release=published, by=world.administrator)
    actions.request(release=published, by=world.administrator)
    actions.stop(release=published, by=world.administrator)
    run_due()
    assert Job.objects.get(task=actions.BUILD).state == JobState.CANCELLED
    assert not published.reports.exists()
    actions.request(release=published, by=world.administrator)
    run_due()
    assert published.reports.count() == 9


def test_before_there_is_one_the_page_says_when_it_comes(published: Release, world: World) -> None:
    answered = SampledUnit.objects.filter(wave=world.wave, response__isnull=False)[0]
    silent = SampledUnit.objects.filter(wave=world.wave, response__isnull=True)[0]
    assert "Rapporten kommer når undersøkelsen er lukket" in own_page(browser_of(answered)).text
    assert "Det ble ikke levert svar herfra" in own_page(browser_of(silent)).text
    assert browser_of(answered).get("/respond/report.pdf").status_code == 404
    WaveRow.objects.filter(pk=world.wave.pk).update(state=WaveState.OPEN)
    assert "Rapporten kommer når undersøkelsen er lukket" in own_page(browser_of(silent)).text


def test_the_desk_makes_follows_and_hands_over(few: None, published: Release, world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.administrator)
    address = reverse("publication:desk-reports", args=["barometer", published.number])
    assert address in client.get(reverse("publication:desk-release", args=["barometer", published.number])).text
    assert "Make the reports" in client.get(address).text
    asked = client.post(f"{address}make", follow=True).text
    assert "The reports are being made." in asked
    assert f'action="{address}stop"' in asked
    run_due()
    done = client.get(address).text
    assert "Reports that stand are never changed" in done
    report = municipality(published)
    linked = client.post(f"{address}{report.pk}/link")
    token = re.search(r"/r/([\w-]+)/", linked.text)
    assert token is not None
    assert Client().get(f"/r/{token[1]}/").status_code == 200
    assert token[1] not in client.get(address).text
    assert client.post(f"{address}{workplace(published).pk}/link").status_code == 404


def test_without_the_key_there_is_nobody_to_make_reports_for(published: Release, world: World) -> None:
    erasure.destroy_contact_key(wave=world.wave, by=world.administrator)
    actions.request(release=published, by=world.administrator)
    run_due()
    job = Job.objects.get(task=actions.BUILD)
    assert job.state == JobState.FAILED
    assert ReleaseTable.objects.filter(release=published).exists()


def test_the_desk_says_that_reports_come_after_publishing(release: Release, world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.administrator)
    address = reverse("publication:desk-reports", args=["barometer", release.number])
    assert "Make the reports" not in client.get(address).text
    assert "The release is not published" in client.post(f"{address}make", follow=True).text
