"""Tasks that exist for one test, and real processes to run them."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from pytest_django.plugin import DjangoDbBlocker

import jobs.tasks  # noqa: F401 - declares the task of the job table itself
from jobs import registry
from tests.jobs.processes import Crew
from tests.postgres import new_database

Work = Callable[..., None]


@pytest.fixture
def known_tasks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a function a task for the test; gives its name. It knows jobs.tasks besides."""
    monkeypatch.setattr(registry, "load", lambda: None)  # the apps' own tasks have no part in this
    tasks = dict(registry._tasks)
    monkeypatch.setattr(registry, "_tasks", tasks)

    def add(work: Work, *, name: str = "test.work") -> str:
        tasks[name] = registry.JobTask(name=name, function=work, queue="default", every=None)
        return name

    return add


@pytest.fixture(scope="session")
def empty_job_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the job table, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("crew")
    Crew(folder, f"sqlite:///{folder / 'crew.sqlite3'}").migrate()
    return folder / "crew.sqlite3"


@pytest.fixture
def crew(tmp_path: Path, empty_job_table: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Crew]:
    """Processes on an SQLite file of their own."""
    shutil.copy(empty_job_table, tmp_path)
    yield from _crew(Crew(tmp_path, f"sqlite:///{tmp_path / 'crew.sqlite3'}"), django_db_blocker)


@pytest.fixture
def crew_on_postgres(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Crew]:
    """Processes on a PostgreSQL database made for the test."""
    with new_database() as place:
        crew = Crew(tmp_path, place)
        crew.migrate()
        yield from _crew(crew, django_db_blocker)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A database of a Redis that answers at REDIS_URL, emptied before and after."""
    url = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.ConnectionError:
        client.close()
        pytest.skip(f"no Redis answers at REDIS_URL ({url})")
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


def _crew(crew: Crew, blocker: DjangoDbBlocker) -> Iterator[Crew]:
    with blocker.unblock():
        crew.connect()
        try:
            yield crew
        finally:
            print(crew.log())  # shown by pytest when the test fails
            crew.close()
