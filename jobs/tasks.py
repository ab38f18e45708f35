"""How an app declares a task, and the one task of the job table itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Concatenate, ParamSpec

from celery import Task, shared_task

from jobs import registry, retention
from jobs.claim import Step
from jobs.execution import execute

Arguments = ParamSpec("Arguments")


def job_task(
    name: str, *, queue: str = "default", every: timedelta | None = None
) -> Callable[[Callable[Concatenate[Step, Arguments], None]], "Task[[int], None]"]:
    """Make the function the task `name`: called with a Step and the arguments of the job row.

    The Celery task takes the number of a row and nothing else, so that no work exists without one. With `every`
    the timetable asks for it once a period, without arguments.
    """

    def declare(function: Callable[Concatenate[Step, Arguments], None]) -> "Task[[int], None]":
        registry.add(registry.JobTask(name=name, function=function, queue=queue, every=every))

        @shared_task(name=name)
        def run(job_id: int) -> None:
            execute(job_id, task=name)

        return run

    return declare


@job_task("jobs.delete_ended", every=timedelta(days=1))
def delete_ended(step: Step) -> None:
    retention.delete_ended()
