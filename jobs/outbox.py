"""Asking for work: one row, written in the transaction of whoever asks."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Job, JobState


def enqueue(
    task: str,
    *,
    arguments: dict[str, Any],
    by: int | None,
    key: str | None = None,
    parent: Job | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Write the job row. With `key`, asking twice gives the one job.

    The row commits or rolls back with the caller's transaction, so that a change and its work are never apart.
    """
    fields = {
        "task": task,
        "arguments": arguments,
        "requested_by": by,
        "parent": parent,
        "run_after": run_after or timezone.now(),
    }
    with transaction.atomic():
        if key is None:
            return Job.objects.create(**fields)
        return Job.objects.get_or_create(key=key, defaults=fields)[0]


def cancel(job: Job) -> None:
    """Ask for the job and all it waits for to stop: at once what waits, at its next step what runs.

    What has ended stays as it is.
    """
    family, generation = [job.pk], [job.pk]
    while generation:
        generation = list(Job.objects.filter(parent__in=generation).values_list("pk", flat=True))
        family += generation
    mine = Job.objects.filter(pk__in=family)
    mine.open().update(cancel_requested=True)
    mine.filter(state=JobState.QUEUED).update(state=JobState.CANCELLED, finished_at=timezone.now())
