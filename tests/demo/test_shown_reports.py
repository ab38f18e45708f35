"""Reports in the demonstration: asked for once, never waited for, and a visitor is told where one stands."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from barometer.demo import shown_reports
from jobs.models import Job
from publication.actions import reports
from publication.actions.reports import Made
from publication.models import Release, ReleaseState, ReportKind
from publication.report_queries import met_by
from surveys.models import Disposition, SampledUnit, User
from tests import make

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 1, tzinfo=UTC)
DOCUMENT = {"title": "Your report", "mark": "Constructed data", "sections": [], "decimal_mark": ","}


@pytest.fixture
def administrator() -> User:
    return make.user()


@pytest.fixture
def release(administrator: User) -> Release:
    """A published release of a wave in which one workplace answered."""
    programme = make.programme(constructed=True)
    wave = make.wave(programme)
    unit = make.drawn(wave, make.frame(programme, units=make.units(20)), size=10)[0]
    SampledUnit.objects.filter(pk=unit.pk).update(disposition=Disposition.COMPLETED)
    made = make.release(make.run(wave))
    by = {"decided_by": administrator, "published_by": administrator, "decided_at": WHEN, "published_at": WHEN}
    Release.objects.filter(pk=made.pk).update(state=ReleaseState.PUBLISHED, **by)
    return Release.objects.get(pk=made.pk)


def of_municipality(release: Release, name: str) -> Made:
    return Made(ReportKind.MUNICIPALITY, "en", DOCUMENT, "0" * 64, b"%PDF", "0" * 64, municipality="key", name=name)


def test_reports_are_queued_once_and_not_begun_again(release: Release, administrator: User) -> None:
    shown_reports.ask(release, by=administrator)
    job = Job.objects.get(task=reports.BUILD)
    reports.stop(release=release, by=administrator)
    shown_reports.ask(release, by=administrator)
    assert list(Job.objects.filter(task=reports.BUILD)) == [job]


def test_before_they_are_made_a_visitor_is_told_where_they_come(release: Release, administrator: User) -> None:
    told = "\n".join(shown_reports.lines(release, by=administrator))
    assert "/s/" in told
    assert f"/desk/barometer/releases/{release.number}/reports/" in told
    assert told.count(shown_reports.SOON) == 2
    assert told.count("constructed") == 2


def test_the_report_of_a_municipality_is_handed_over_and_called_constructed(
    release: Release, administrator: User, client: Client
) -> None:
    reports.store(release=release, made=[of_municipality(release, "Ås")], met=met_by(release))
    told = "\n".join(shown_reports.lines(release, by=administrator))
    link = re.search(r"https?://[^/]+(/r/\S+)", told)
    assert link is not None
    assert "of Ås, from constructed answers: nothing in it is true of Ås" in told
    assert client.get(link[1]).status_code == 200


def test_a_wave_that_nobody_answered_has_no_link(release: Release, administrator: User) -> None:
    SampledUnit.objects.update(disposition=Disposition.INVITED)
    assert "/s/" not in "\n".join(shown_reports.lines(release, by=administrator))
