"""Each period is taken on once, however many tick; old rows go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from jobs import registry, timetable
from jobs.execution import run_due
from jobs.models import Job, JobState, Tick
from jobs.outbox import enqueue

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def daily(known_tasks: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    task = registry.JobTask(name="test.daily", function=lambda step: None, queue="default", every=DAY)
    monkeypatch.setattr(registry, "_tasks", {"test.daily": task})
    return task.name


def test_a_period_is_taken_on_once_by_any_number_of_ticks(daily: str) -> None:
    counts = [timetable.tick(NOON + timedelta(hours=hours)) for hours in (0, 1, 11, 12, 13, 35, 36)]

    assert counts == [1, 0, 0, 1, 0, 0, 1]
    assert Job.objects.filter(task=daily).count() == 3
    assert list(Tick.objects.order_by("period_start").values_list("entry", "period_start")) == [
        (daily, datetime(2026, 3, day, tzinfo=UTC)) for day in (29, 30, 31)
    ]


def test_the_timetable_ships_with_the_housekeeping_of_the_job_table() -> None:
    assert [(task.name, every) for task, every in registry.periodic() if task.name.startswith("jobs.")] == [
        ("jobs.delete_ended", DAY)
    ]


def test_housekeeping_deletes_what_ended_long_ago_and_nothing_else(known_tasks: Callable[..., str]) -> None:
    long_ago = timezone.now() - 91 * DAY
    ended = {"task": "test.work", "run_after": long_ago, "state": JobState.DONE}
    Job.objects.create(**ended, finished_at=long_ago)
    recent = Job.objects.create(**ended, finished_at=timezone.now() - 89 * DAY)
    parent = Job.objects.create(**ended, finished_at=long_ago)
    child = Job.objects.create(task="test.work", run_after=timezone.now() + DAY, parent=parent)
    Tick.objects.create(entry="test.daily", period_start=long_ago)
    housekeeping = enqueue("jobs.delete_ended", arguments={}, by=None)

    assert run_due() == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {recent.pk, parent.pk, child.pk, housekeeping.pk}
    assert not Tick.objects.exists()
