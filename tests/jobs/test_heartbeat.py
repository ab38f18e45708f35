"""The heartbeat beats on a connection of its own, and only where somebody could see the claim."""

import threading
import time

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from jobs import claim
from jobs.models import Job
from jobs.outbox import enqueue


def beating() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("heartbeat")]


@pytest.mark.django_db
def test_inside_a_transaction_nothing_needs_to_be_kept_alive() -> None:
    step = claim.take(enqueue("test.work", arguments={}, by=None).pk)
    assert step is not None

    with claim.kept_alive(step):
        assert beating() == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_a_thread_beats_until_the_work_ends(settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = 0.3
    step = claim.take(enqueue("test.work", arguments={}, by=None).pk)
    assert step is not None
    first = step.job.heartbeat_at
    assert first is not None

    with claim.kept_alive(step):
        assert beating() == [f"heartbeat-{step.job.pk}"]
        time.sleep(0.5)
    assert beating() == []
    last = Job.objects.get().heartbeat_at
    assert last is not None
    assert 0.15 < (last - first).total_seconds() < 0.7


@pytest.mark.django_db
def test_a_fence_that_outlasts_the_lease_leaves_a_fresh_heartbeat() -> None:
    step = claim.take(enqueue("test.work", arguments={}, by=None).pk)
    assert step is not None
    with step.fenced():
        Job.objects.update(heartbeat_at=step.job.created_at - claim.lease() * 9)

    assert claim.recover(timezone.now()) == 0
