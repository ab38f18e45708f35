"""From the job table to the broker: a thread of each worker hands over what is due and takes back what fell silent.

The broker may lose everything at any time: a job that is still queued half a minute later is simply sent again,
and the claim makes a copy harmless.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from jobs import claim, registry, timetable
from jobs.models import Job, JobState

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
SEND_AGAIN_AFTER = timedelta(seconds=30)
BATCH = 100

Send = Callable[[str, int, str], None]
"""Hands (task name, job number, queue) to the broker; raises when the broker does not take it."""


def hand_over(send: Send, now: datetime) -> int:
    """Send what is due and was not sent in the last half minute, oldest first; how many.

    Several relays share the work: only the one whose update sets `sent_at` sends the job.
    """
    unsent = Q(sent_at__isnull=True) | Q(sent_at__lt=now - SEND_AGAIN_AFTER)
    waiting = Job.objects.due(now).filter(unsent).order_by("run_after", "pk").values_list("pk", "task")
    sent = 0
    for job_id, name in waiting[:BATCH]:
        mine = Job.objects.filter(unsent, pk=job_id, state=JobState.QUEUED)
        try:
            task = registry.find(name)
        except registry.UnknownTask as error:
            mine.update(state=JobState.FAILED, finished_at=now, error=str(error))
            continue
        if mine.update(sent_at=now):
            _send_or_take_back(send, task, job_id)
            sent += 1
    return sent


def _send_or_take_back(send: Send, task: registry.JobTask, job_id: int) -> None:
    try:
        send(task.name, job_id, task.queue)
    except Exception:
        Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(sent_at=None)
        raise


def forget_sent() -> None:
    """Nothing counts as sent: what a broker inside a process held has died with the process."""
    Job.objects.filter(state=JobState.QUEUED, sent_at__isnull=False).update(sent_at=None)


class Relay(Thread):
    """Runs the timetable, takes back silent jobs and sends due ones, until `stop` is called."""

    def __init__(self, send: Send) -> None:
        super().__init__(name="relay", daemon=True)
        self._send = send
        self._stopping = Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        trouble = 0
        while not self._stopping.wait(PAUSE_SECONDS * 2 ** min(trouble, 4)):
            try:
                self._turn(timezone.now())
                trouble = 0
            except Exception as error:
                # Database and broker fail in ways of their own. The thread must outlive them all:
                # without it no job would ever run again.
                trouble += 1
                self._report(error, trouble)
                connection.close()
        connection.close()

    def _turn(self, now: datetime) -> None:
        timetable.tick(now)
        claim.recover(now)
        hand_over(self._send, now)

    def _report(self, error: Exception, trouble: int) -> None:
        if trouble == 1:
            where = "database" if isinstance(error, DatabaseError) else "broker"
            logger.warning("The relay cannot reach the %s and keeps trying: %s", where, error)
        else:
            logger.info("The relay failed %s times: %s", trouble, error)
