"""Who runs a job: claimed by a conditional update, kept alive by a heartbeat, given up when the heartbeat stops.

All clocks are those of the workers: several hosts must keep the same time to within a fraction of the lease.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Job, JobState

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another worker may have taken the job: whatever this one still does must not count."""


class JobCancelled(Exception):
    """Somebody asked for the job to stop."""


class JobRefused(Exception):
    """The job can never succeed; the sentence tells staff why. It is not tried again."""


def lease() -> timedelta:
    """How long a job is believed to run after its last heartbeat."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


class Step:
    """A job's hold on its row, given to the function that does the work."""

    def __init__(self, *, job: Job, owner: str) -> None:
        self.job = job
        self.finished = False
        self._owner = owner

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, owner=self._owner, state=JobState.RUNNING)

    def beat(self) -> bool:
        """Say that the work goes on; False when the claim is lost."""
        return self._mine().update(heartbeat_at=timezone.now()) == 1

    def progress(self, share: float, text: str) -> None:
        """Tell how far the work has come (0 to 1) and what it does now.

        Raises ClaimLost or JobCancelled; let them pass through.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share: expected a number from 0 to 1, got {share}. Divide what is done by the whole.")
        changes = {"progress": share, "step": text[:200], "heartbeat_at": timezone.now()}
        if not self._mine().filter(cancel_requested=False).update(**changes):
            self._stop()

    @contextmanager
    def fenced(self, *, last: bool = False) -> Iterator[None]:
        """A transaction that commits only while the claim holds.

        The update at its start locks the row, so that nobody else can take the job before the results are in.
        With `last` the job is done by the same commit: no crash can come between the results and their record.
        Keep it short: while it lasts, SQLite lets nobody else write.
        """
        with transaction.atomic():
            if not self._mine().filter(cancel_requested=False).update(heartbeat_at=timezone.now()):
                self._stop()
            yield
            if last:
                self._end(JobState.DONE, progress=1.0, step="", error="")
            else:
                # The block may have outlasted the lease; whoever waited for its lock must find a fresh heartbeat.
                self.beat()
        self.finished = last

    def finish(self) -> None:
        """Record that the job is done; with `fenced(last=True)` this has happened already."""
        if not self.finished:
            self._end(JobState.DONE, progress=1.0, step="", error="")

    def fail(self, reason: str) -> None:
        self._end(JobState.FAILED, error=reason)

    def cancelled(self) -> None:
        self._end(JobState.CANCELLED)

    def try_again(self, reason: str, *, at: datetime) -> None:
        """Back to the queue; the attempt stays counted."""
        changes = {"state": JobState.QUEUED, "owner": "", "sent_at": None, "run_after": at, "error": reason}
        if not self._mine().update(**changes):
            raise ClaimLost(f"job {self.job.pk} was taken from this worker before it could be put back")

    def _end(self, state: JobState, **changes: object) -> None:
        if not self._mine().update(state=state, finished_at=timezone.now(), **changes):
            raise ClaimLost(f"job {self.job.pk} was taken from this worker before it could be marked {state}")

    def _stop(self) -> None:
        if self._mine().exists():
            raise JobCancelled(f"job {self.job.pk} was cancelled")
        raise ClaimLost(f"job {self.job.pk} was taken from this worker")


def take(job_id: int) -> Step | None:
    """Claim the job, or None when it is not due: it runs, has ended, or waits for its time or its children."""
    owner = uuid.uuid4().hex
    now = timezone.now()
    claimed = (
        Job.objects.due(now)
        .filter(pk=job_id)
        .update(
            state=JobState.RUNNING,
            owner=owner,
            heartbeat_at=now,
            started_at=now,
            attempts=F("attempts") + 1,
            progress=0.0,
            step="",
        )
    )
    return Step(job=Job.objects.get(pk=job_id), owner=owner) if claimed else None


def recover(now: datetime) -> int:
    """Take jobs back whose worker went silent: to the queue again, or failed after their last try. How many.

    It looks before it writes: on SQLite an update that finds nothing still waits for the write lock.
    """
    silent = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=now - lease())
    cancelled = Job.objects.filter(state=JobState.QUEUED, cancel_requested=True)
    if not silent.exists() and not cancelled.exists():
        return 0
    failed = silent.filter(attempts__gte=F("max_attempts")).update(
        state=JobState.FAILED,
        finished_at=now,
        error=_("The worker stopped in the middle of the work, and this was the last try."),
    )
    again = silent.filter(attempts__lt=F("max_attempts")).update(
        state=JobState.QUEUED,
        owner="",
        sent_at=None,
        error=_("The worker stopped in the middle of the work. It is tried again."),
    )
    cancelled.update(state=JobState.CANCELLED, finished_at=now)
    return failed + again


@contextmanager
def kept_alive(step: Step) -> Iterator[None]:
    """Beat from a thread, on a connection of its own, while the block runs.

    Inside a caller's transaction the claim is not visible to anybody, so that there is nothing to keep alive.
    """
    if connection.in_atomic_block:
        yield
        return
    stop = Event()
    thread = Thread(target=_beat_until, args=(step, stop), name=f"heartbeat-{step.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_until(step: Step, stop: Event) -> None:
    """Three beats a lease; a beat that the database refuses is tried again at the next."""
    pause = lease().total_seconds() / 3
    try:
        while not stop.wait(pause):
            try:
                if not step.beat():
                    return
            except DatabaseError:
                logger.warning("Heartbeat of job %s failed; trying again", step.job.pk, exc_info=True)
                connection.close()
    finally:
        connection.close()
