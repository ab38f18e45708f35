"""Real workers: what a kill, a stop or company does to the jobs."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.models import Job, JobState
from tests.jobs.processes import ALIAS, Crew, free_port, wait_until


def outcome(crew: Crew, job_id: int) -> tuple[str, int, int, int]:
    """State, attempts, runs begun and results stored."""
    job = crew.job(job_id)
    begun = [note for note in crew.notes("begun") if note["job"] == job_id]
    stored = [note for note in crew.notes("stored") if note["job"] == job_id]
    return job.state, job.attempts, len(begun), len(stored)


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    """A Redis of the test's own, because it is to be stopped; with nothing on disk it forgets everything."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server is installed")
    with subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    ) as server:
        try:
            wait_until(lambda: listens(port), seconds=10, what="Redis answers")
            yield
        finally:
            server.kill()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def killed_in_mid_run(crew: Crew) -> None:
    job_id = crew.enqueue("crew.work", stuck_at_first=True)
    first = crew.start_worker()
    crew.wait_begun(job_id)
    crew.start_worker()
    first.kill()

    crew.wait_begun(job_id, times=2, seconds=crew.lease + 2)
    crew.wait_ended(job_id)
    assert outcome(crew, job_id) == (JobState.DONE, 2, 2, 1)


def fifty_jobs_by_two_workers(crew: Crew) -> None:
    """Both relays send every job, some of them many times."""
    crew.start_worker()
    crew.start_worker()
    job_ids = [crew.enqueue("crew.work", seconds=0.02) for _ in range(50)]
    jobs = Job.objects.using(ALIAS).filter(pk__in=job_ids)

    def all_ended() -> bool:
        return jobs.filter(state=JobState.QUEUED).update(sent_at=None) == 0 and not jobs.open().exists()

    wait_until(all_ended, seconds=60, what="fifty jobs have ended")
    assert list(jobs.values_list("state", "attempts")) == [(JobState.DONE, 1)] * 50
    stored = crew.notes("stored")
    assert sorted(note["job"] for note in stored) == sorted(note["job"] for note in crew.notes("begun")) == job_ids
    assert len({note["pid"] for note in stored}) == 2


@pytest.mark.slow
def test_a_step_three_times_as_long_as_the_lease_is_not_run_twice(crew: Crew) -> None:
    job_id = crew.enqueue("crew.work", seconds=3 * crew.lease)
    crew.start("worker")
    crew.start("worker")

    crew.wait_ended(job_id)
    assert outcome(crew, job_id) == (JobState.DONE, 1, 1, 1)


def test_after_kill_9_a_job_runs_again_within_the_lease_and_two_seconds(crew: Crew) -> None:
    killed_in_mid_run(crew)


def test_fifty_jobs_by_two_workers_are_each_run_once(crew: Crew) -> None:
    fifty_jobs_by_two_workers(crew)


def test_a_failing_job_ends_failed_with_its_reason_after_three_tries(crew: Crew) -> None:
    failing = crew.enqueue("crew.fail")
    refused = crew.enqueue("crew.refuse")
    crew.start("worker")

    crew.wait_ended(failing, refused)
    assert outcome(crew, failing) == (JobState.FAILED, 3, 3, 0)
    assert crew.job(failing).error.endswith("ValueError: the stratum is empty")
    assert (crew.job(refused).attempts, crew.job(refused).error) == (1, "Line 4: the code 0301 stands twice.")


def test_a_stop_lets_the_running_job_finish_and_leaves_the_next_to_another(crew: Crew) -> None:
    running = crew.enqueue("crew.work", seconds=1)
    waiting = crew.enqueue("crew.work")
    worker = crew.start("worker")
    crew.wait_begun(running)
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=30) == 0
    assert outcome(crew, running) == (JobState.DONE, 1, 1, 1)
    assert outcome(crew, waiting) == (JobState.QUEUED, 0, 0, 0)

    crew.start("worker")
    crew.wait_ended(waiting, seconds=8)
    assert outcome(crew, waiting) == (JobState.DONE, 1, 1, 1)


def test_an_idle_worker_stops_without_complaint(crew: Crew) -> None:
    worker = crew.start_worker()
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=30) == 0
    assert "Traceback" not in crew.log()


@pytest.mark.redis
def test_the_same_jobs_run_over_redis(crew: Crew, redis_url: str) -> None:
    crew.broker_url = redis_url
    fifty_jobs_by_two_workers(crew)


@pytest.mark.redis
def test_after_kill_9_a_job_runs_again_over_redis(crew: Crew, redis_url: str) -> None:
    crew.broker_url = redis_url
    killed_in_mid_run(crew)


@pytest.mark.slow
@pytest.mark.redis
def test_a_broker_that_was_away_costs_no_job(crew: Crew) -> None:
    port = free_port()
    crew.broker_url = f"redis://127.0.0.1:{port}/0"
    with redis_server(port, crew.folder):
        crew.start_worker()
        crew.wait_ended(crew.enqueue("crew.work"))
    job_id = crew.enqueue("crew.work")
    wait_until(lambda: "cannot reach the broker" in crew.log(), seconds=20, what="the relay misses the broker")
    assert crew.job(job_id).state == JobState.QUEUED

    with redis_server(port, crew.folder):
        crew.wait_ended(job_id, seconds=30)
    assert outcome(crew, job_id) == (JobState.DONE, 1, 1, 1)


@pytest.mark.postgres
def test_the_same_jobs_run_on_postgres(crew_on_postgres: Crew) -> None:
    fifty_jobs_by_two_workers(crew_on_postgres)


@pytest.mark.postgres
def test_after_kill_9_a_job_runs_again_on_postgres(crew_on_postgres: Crew) -> None:
    killed_in_mid_run(crew_on_postgres)
