"""Tasks that leave rows behind, so that a test can count what ran and what was stored."""

import os
import time

from django.utils import timezone

from jobs.claim import JobRefused, Step
from jobs.models import Job, JobState
from jobs.tasks import job_task


def note(kind: str, step: Step) -> None:
    Job.objects.create(
        task=f"crew.{kind}",
        state=JobState.DONE,
        run_after=timezone.now(),
        arguments={"job": step.job.pk, "pid": os.getpid()},
    )


@job_task("crew.work")
def work(step: Step, *, seconds: float = 0.0, stuck_at_first: bool = False) -> None:
    """One long step without a word of progress, then one result."""
    note("begun", step)
    time.sleep(60 if stuck_at_first and step.job.attempts == 1 else seconds)
    with step.fenced(last=True):
        note("stored", step)


@job_task("crew.fail")
def fail(step: Step) -> None:
    note("begun", step)
    raise ValueError("the stratum is empty")


@job_task("crew.refuse")
def refuse(step: Step) -> None:
    raise JobRefused("Line 4: the code 0301 stands twice.")
