"""Which tasks exist: filled by the `tasks` modules of the installed apps, known by name only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.module_loading import autodiscover_modules


class UnknownTask(LookupError):
    """A job names a task that no installed app defines."""


@dataclass(frozen=True, kw_only=True)
class JobTask:
    """A kind of work: its name, what does it, the queue it waits in, and how often it comes round by itself."""

    name: str
    function: Callable[..., None]
    queue: str
    every: timedelta | None


_tasks: dict[str, JobTask] = {}


def add(task: JobTask) -> None:
    known = _tasks.get(task.name)
    if known is not None and known.function.__qualname__ != task.function.__qualname__:
        raise ValueError(f"job_task: expected a name used once, got {task.name!r} a second time. Rename one of them.")
    _tasks[task.name] = task


def load() -> None:
    """Import the `tasks` module of every installed app."""
    autodiscover_modules("tasks")


def find(name: str) -> JobTask:
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownTask(
            f"task: expected one of {', '.join(sorted(_tasks)) or 'none'}, got {name!r}. "
            "Install the app that defines it, or correct the name."
        ) from None


def queues() -> list[str]:
    return sorted({task.queue for task in _tasks.values()})


def periodic() -> Iterator[tuple[JobTask, timedelta]]:
    """The tasks of the timetable, with their periods."""
    for task in _tasks.values():
        if task.every is not None:
            yield task, task.every
