"""What the relay sends, holds back and takes back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import claim
from jobs.models import Job, JobState
from jobs.outbox import enqueue
from jobs.relay import forget_sent, hand_over

pytestmark = pytest.mark.django_db

Known = Callable[..., str]
Sent = list[tuple[str, int, str]]


def collect(sent: Sent) -> Callable[[str, int, str], None]:
    return lambda task, job_id, queue: sent.append((task, job_id, queue))


def test_a_due_job_is_sent_once_in_half_a_minute(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    now = timezone.now()
    sent: Sent = []

    counts = [hand_over(collect(sent), now + timedelta(seconds=after)) for after in (0, 1, 29, 31, 32)]

    assert counts == [1, 0, 0, 1, 0]
    assert sent == [("test.work", job.pk, "default")] * 2


def test_the_oldest_is_sent_first_and_what_is_not_due_stays(known_tasks: Known) -> None:
    task = known_tasks(lambda step: None)
    now = timezone.now()
    late, early, _ = (
        enqueue(task, arguments={}, by=None, run_after=now + timedelta(minutes=minutes)) for minutes in (-1, -2, 3)
    )
    sent: Sent = []
    hand_over(collect(sent), now)

    assert [job_id for _, job_id, _ in sent] == [early.pk, late.pk]


def test_a_job_that_the_broker_does_not_take_counts_as_unsent(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)

    def refuse(task: str, job_id: int, queue: str) -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        hand_over(refuse, timezone.now())

    job.refresh_from_db()
    assert (job.state, job.sent_at) == (JobState.QUEUED, None)


def test_a_task_nobody_defines_fails_instead_of_waiting_for_ever(known_tasks: Known) -> None:
    known_tasks(lambda step: None)
    job = enqueue("nowhere.nothing", arguments={}, by=None)
    sent: Sent = []

    assert hand_over(collect(sent), timezone.now()) == 0
    job.refresh_from_db()
    assert (job.state, sent) == (JobState.FAILED, [])
    assert job.error.startswith("task: expected one of ")
    assert "got 'nowhere.nothing'" in job.error


def test_what_a_dead_process_was_sent_is_sent_again_at_once(known_tasks: Known) -> None:
    enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    sent: Sent = []
    hand_over(collect(sent), timezone.now())
    forget_sent()

    assert hand_over(collect(sent), timezone.now()) == 1


def running(attempts: int, silent_for: timedelta) -> Job:
    return Job.objects.create(
        task="test.work",
        state=JobState.RUNNING,
        run_after=timezone.now(),
        owner="somebody",
        attempts=attempts,
        heartbeat_at=timezone.now() - silent_for,
    )


def test_a_silent_job_returns_to_the_queue_with_its_attempts_and_fails_after_the_last() -> None:
    lease = claim.lease()
    alive = running(1, lease / 2)
    silent = running(2, lease * 1.1)
    worn_out = running(3, lease * 1.1)

    assert claim.recover(timezone.now()) == 2
    for job in (alive, silent, worn_out):
        job.refresh_from_db()
    assert (alive.state, alive.owner) == (JobState.RUNNING, "somebody")
    assert (silent.state, silent.owner, silent.attempts) == (JobState.QUEUED, "", 2)
    assert (worn_out.state, worn_out.attempts) == (JobState.FAILED, 3)
    assert worn_out.error != ""
    assert worn_out.finished_at is not None


def test_a_silent_job_that_was_cancelled_does_not_run_again() -> None:
    job = running(1, claim.lease() * 2)
    Job.objects.update(cancel_requested=True)
    claim.recover(timezone.now())

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
