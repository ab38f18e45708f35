"""Running a job: claim it, keep it alive, do the work, record how it ended."""

import logging
from datetime import timedelta
from threading import Event

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import claim, registry
from jobs.claim import ClaimLost, JobCancelled, JobRefused, Step
from jobs.models import Job, JobState

logger = logging.getLogger(__name__)

_closed = Event()
_busy = Event()


class JobMissing(LookupError):
    """A task was sent without a job row."""


def take_no_more() -> None:
    """This process is stopping: the running job ends as usual, further ones are left to another worker.

    Celery's blocking loop delivers one more message after it was told to stop.
    """
    _closed.set()


def is_busy() -> bool:
    """Whether this process is in the middle of a job."""
    return _busy.is_set()


def execute(job_id: int, *, task: str | None = None) -> None:
    """Run the job if it is due and nobody else runs it; a copy of a message does nothing.

    `task` is the name under which it was sent. Raises JobMissing when no such row exists; what goes wrong in the
    work itself is recorded in the row and does not raise.
    """
    _busy.set()
    try:
        _execute(job_id, task)
    finally:
        _busy.clear()


def _execute(job_id: int, task: str | None) -> None:
    rows = Job.objects.filter(pk=job_id) if task is None else Job.objects.filter(pk=job_id, task=task)
    if not rows.exists():
        raise JobMissing(
            f"job_id: expected the number of a {task or ''} row in the job table, got {job_id}. "
            "Ask for work with jobs.outbox.enqueue; tasks are never sent by hand."
        )
    if _closed.is_set():
        rows.filter(state=JobState.QUEUED).update(sent_at=None)
        return
    step = claim.take(job_id)
    if step is not None:
        _run(step, pause=timedelta(seconds=settings.JOB_RETRY_SECONDS))


def run_due(limit: int | None = None) -> int:
    """Run every due job in this process, oldest first, the ones they ask for included; how many runs were made.

    A job that fails is tried again at once, since nobody would come back for it later.
    """
    registry.load()
    claim.recover(timezone.now())
    runs = 0
    while limit is None or runs < limit:
        job = Job.objects.due(timezone.now()).order_by("run_after", "pk").first()
        if job is None:
            break
        step = claim.take(job.pk)
        if step is not None:
            _run(step, pause=timedelta(0))
            runs += 1
    return runs


def _run(step: Step, *, pause: timedelta) -> None:
    try:
        with claim.kept_alive(step):
            _work(step, pause)
    except ClaimLost as lost:
        logger.warning("%s", lost)


def _work(step: Step, pause: timedelta) -> None:
    try:
        registry.find(step.job.task).function(step, **step.job.arguments)
        step.finish()
    except ClaimLost:
        raise
    except JobCancelled:
        step.cancelled()
    except (JobRefused, registry.UnknownTask) as error:
        step.fail(str(error))
    except Exception as error:
        logger.exception("Job %s (%s) failed in try %s", step.job.pk, step.job.task, step.job.attempts)
        _after_error(step, error, pause)


def _after_error(step: Step, error: Exception, pause: timedelta) -> None:
    reason = f"{type(error).__name__}: {error}"
    if step.job.attempts < step.job.max_attempts:
        step.try_again(reason, at=timezone.now() + pause)
    else:
        step.fail(_("Failed %(tries)s times, last with: %(reason)s") % {"tries": step.job.attempts, "reason": reason})
