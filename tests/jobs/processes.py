"""Real workers and supervisors on a database of their own, and what they leave behind."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils import timezone

from barometer import env
from jobs.models import Job, JobState

ALIAS = "crew"
ROOT = Path(__file__).resolve().parents[2]


def wait_until(true: Callable[[], bool], *, seconds: float, what: str) -> float:
    """Look until it is true; how long that took."""
    begin = time.monotonic()
    while not true():
        if time.monotonic() - begin > seconds:
            raise AssertionError(f"{what}: expected within {seconds} s, did not happen")
        time.sleep(0.05)
    return time.monotonic() - begin


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found |= {int(child)} | descendants(int(child))
    return found


@dataclass
class Crew:
    """The processes of one test; `env` overrides what they find in their environment."""

    folder: Path
    database_url: str
    broker_url: str = "memory://"
    lease: int = 2
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.crew.settings",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "BROKER_URL": self.broker_url,
            "JOB_LEASE_SECONDS": str(self.lease),
            **more,
        }

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        log = (self.folder / f"process-{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(**environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def log(self) -> str:
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("process-*.log")))

    def start_worker(self) -> subprocess.Popen[str]:
        """A worker that is ready for work."""
        before = self.log().count("Worker ready")
        worker = self.start("worker")
        wait_until(lambda: self.log().count("Worker ready") > before, seconds=60, what="the worker is ready")
        return worker

    def migrate(self) -> None:
        migrated = self.manage("migrate", "-v0")
        assert migrated.returncode == 0, migrated.stderr

    def connect(self) -> None:
        """Let this process read and write the database of the others."""
        settings = connections.configure_settings({"default": {}, ALIAS: dict(env.database(self.database_url))})
        connections.databases[ALIAS] = settings[ALIAS]

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        connections[ALIAS].close()
        delattr(connections._connections, ALIAS)  # type: ignore[attr-defined]
        del connections.databases[ALIAS]

    def enqueue(self, task: str, **arguments: Any) -> int:
        job = Job(task=task, arguments=arguments, run_after=timezone.now())
        job.save(using=ALIAS)
        return job.pk

    def job(self, job_id: int) -> Job:
        return Job.objects.using(ALIAS).get(pk=job_id)

    def notes(self, kind: str) -> list[dict[str, int]]:
        """The rows the tasks left: which job, in which process."""
        return list(Job.objects.using(ALIAS).filter(task=f"crew.{kind}").values_list("arguments", flat=True))

    def wait_begun(self, job_id: int, *, times: int = 1, seconds: float = 60) -> float:
        return wait_until(
            lambda: sum(note["job"] == job_id for note in self.notes("begun")) >= times,
            seconds=seconds,
            what=f"run {times} of job {job_id} has begun",
        )

    def wait_ended(self, *job_ids: int, seconds: float = 60) -> float:
        left = Job.objects.using(ALIAS).filter(pk__in=job_ids, state__in=(JobState.QUEUED, JobState.RUNNING))
        return wait_until(lambda: not left.exists(), seconds=seconds, what=f"{len(job_ids)} jobs have ended")
