"""Tasks that exist for one test."""

from collections.abc import Callable

import pytest

from jobs import registry

Work = Callable[..., None]


@pytest.fixture
def known_tasks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a function a task for the test; gives its name."""
    registry.load()
    tasks = dict(registry._tasks)
    monkeypatch.setattr(registry, "_tasks", tasks)

    def add(work: Work, *, name: str = "test.work") -> str:
        tasks[name] = registry.JobTask(name=name, function=work, queue="default", every=None)
        return name

    return add
