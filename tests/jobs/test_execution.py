"""What a job's row says after each way a job can end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import claim
from jobs.claim import JobRefused, Step
from jobs.execution import JobMissing, execute, run_due
from jobs.models import Job, JobState
from jobs.outbox import cancel, enqueue

pytestmark = pytest.mark.django_db

Known = Callable[..., str]


def ended(job: Job) -> tuple[str, int, str]:
    job.refresh_from_db()
    return job.state, job.attempts, job.error


def test_the_function_gets_the_arguments_of_the_row(known_tasks: Known) -> None:
    calls: list[dict[str, int]] = []

    def work(step: Step, *, plan_id: int, by_id: int) -> None:
        step.progress(0.5, "drawing")
        calls.append({"plan_id": plan_id, "by_id": by_id})

    job = enqueue(known_tasks(work), arguments={"plan_id": 7, "by_id": 3}, by=3)

    assert run_due() == 1
    assert calls == [{"plan_id": 7, "by_id": 3}]
    assert ended(job) == (JobState.DONE, 1, "")
    assert (job.progress, job.finished_at is not None) == (1.0, True)


def test_an_error_is_tried_three_times_and_then_fails_with_its_reason(known_tasks: Known) -> None:
    def work(step: Step) -> None:
        raise ValueError("the stratum is empty")

    job = enqueue(known_tasks(work), arguments={}, by=None)

    assert run_due() == 3
    state, attempts, error = ended(job)
    assert (state, attempts) == (JobState.FAILED, 3)
    assert "3" in error
    assert error.endswith("ValueError: the stratum is empty")


def test_a_worker_tries_again_only_after_a_pause(known_tasks: Known) -> None:
    def work(step: Step) -> None:
        raise ValueError("not yet")

    job = enqueue(known_tasks(work), arguments={}, by=None)
    execute(job.pk)
    execute(job.pk)

    assert ended(job) == (JobState.QUEUED, 1, "ValueError: not yet")
    assert job.run_after > timezone.now() + timedelta(seconds=3)


def test_a_refused_job_is_not_tried_again(known_tasks: Known) -> None:
    def work(step: Step) -> None:
        raise JobRefused("Line 4: the code 0301 stands twice.")

    job = enqueue(known_tasks(work), arguments={}, by=None)

    assert run_due() == 1
    assert ended(job) == (JobState.FAILED, 1, "Line 4: the code 0301 stands twice.")


def test_a_task_nobody_defines_fails_with_the_names_that_exist() -> None:
    job = enqueue("nowhere.nothing", arguments={}, by=None)

    assert run_due() == 1
    state, _, error = ended(job)
    assert state == JobState.FAILED
    assert "'nowhere.nothing'" in error
    assert "jobs.delete_ended" in error


def test_a_message_without_a_row_raises() -> None:
    with pytest.raises(JobMissing, match="got 999"):
        execute(999)


def test_a_second_message_for_the_same_job_does_nothing(known_tasks: Known) -> None:
    runs: list[int] = []
    job = enqueue(known_tasks(lambda step: runs.append(step.job.pk)), arguments={}, by=None)

    execute(job.pk)
    execute(job.pk)

    assert runs == [job.pk]


def test_a_job_whose_time_has_not_come_waits(known_tasks: Known) -> None:
    later = timezone.now() + timedelta(hours=1)
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None, run_after=later)

    assert run_due() == 0
    assert ended(job) == (JobState.QUEUED, 0, "")


def test_a_parent_runs_after_its_children(known_tasks: Known) -> None:
    order: list[int] = []
    task = known_tasks(lambda step: order.append(step.job.pk))
    parent = enqueue(task, arguments={}, by=None)
    children = [enqueue(task, arguments={}, by=None, parent=parent) for _ in range(2)]

    assert run_due() == 3
    assert order == [children[0].pk, children[1].pk, parent.pk]


def test_a_job_asked_for_by_a_job_runs_too(known_tasks: Known) -> None:
    second = known_tasks(lambda step: None, name="test.second")
    first = known_tasks(lambda step: enqueue(second, arguments={}, by=None) and None, name="test.first")
    enqueue(first, arguments={}, by=None)

    assert run_due() == 2
    assert set(Job.objects.values_list("task", "state")) == {("test.first", "done"), ("test.second", "done")}


def test_run_due_stops_at_its_limit(known_tasks: Known) -> None:
    task = known_tasks(lambda step: None)
    for _ in range(3):
        enqueue(task, arguments={}, by=None)

    assert run_due(limit=2) == 2


def test_a_waiting_job_is_cancelled_at_once(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    cancel(job)

    assert run_due() == 0
    assert ended(job) == (JobState.CANCELLED, 0, "")


def test_a_running_job_stops_at_its_next_step(known_tasks: Known) -> None:
    def work(step: Step) -> None:
        cancel(step.job)
        step.progress(0.5, "never shown")

    job = enqueue(known_tasks(work), arguments={}, by=None)

    assert run_due() == 1
    assert ended(job) == (JobState.CANCELLED, 1, "")


def test_an_ended_job_cannot_be_cancelled(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    run_due()
    cancel(job)

    assert ended(job) == (JobState.DONE, 1, "")


def test_a_job_that_lost_its_claim_leaves_the_row_alone(known_tasks: Known) -> None:
    def work(step: Step) -> None:
        Job.objects.filter(pk=step.job.pk).update(owner="somebody else")

    job = enqueue(known_tasks(work), arguments={}, by=None)
    run_due(limit=1)

    job.refresh_from_db()
    assert (job.state, job.owner) == (JobState.RUNNING, "somebody else")


def test_results_of_the_last_fence_and_the_end_of_the_job_commit_together(known_tasks: Known) -> None:
    seen: list[str] = []

    def work(step: Step) -> None:
        with step.fenced(last=True):
            enqueue("test.effect", arguments={}, by=None, run_after=timezone.now() + timedelta(hours=1))
        seen.append(Job.objects.get(pk=step.job.pk).state)

    job = enqueue(known_tasks(work), arguments={}, by=None)
    run_due()

    assert seen == [JobState.DONE]
    assert ended(job) == (JobState.DONE, 1, "")


def test_a_fence_lets_nothing_through_once_the_claim_is_lost(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    step = claim.take(job.pk)
    assert step is not None
    Job.objects.filter(pk=job.pk).update(owner="somebody else")

    with pytest.raises(claim.ClaimLost), step.fenced():
        enqueue("test.effect", arguments={}, by=None)

    assert not Job.objects.filter(task="test.effect").exists()


def test_progress_outside_zero_to_one_is_an_error(known_tasks: Known) -> None:
    job = enqueue(known_tasks(lambda step: None), arguments={}, by=None)
    step = claim.take(job.pk)
    assert step is not None

    with pytest.raises(ValueError, match="from 0 to 1, got 50"):
        step.progress(50, "half way")
