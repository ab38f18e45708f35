"""There is one way to start a task: a row in the job table."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs import tasks
from jobs.execution import JobMissing
from jobs.models import Job
from jobs.outbox import enqueue

ROOT = Path(__file__).resolve().parents[2]
SENDING = {"delay", "apply_async", "send_task", "signature", "delay_on_commit", "apply_async_on_commit"}


def sends(path: Path) -> list[str]:
    """Where a file calls something that hands a task to Celery."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.func.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING
    ]


def test_only_the_worker_command_hands_tasks_to_celery() -> None:
    rooms = ["barometer", "publication", "analytics", "surveys", "jobs"]
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    found = [line for path in files for line in sends(path)]

    assert [line.split(":")[0] for line in found] == ["jobs/management/commands/worker.py"]


@pytest.mark.django_db
def test_a_task_without_a_row_raises_and_changes_nothing() -> None:
    with pytest.raises(JobMissing, match=r"jobs\.outbox\.enqueue"):
        tasks.delete_ended(12345)

    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_task_with_the_row_of_another_task_raises() -> None:
    job = enqueue("some.other", arguments={}, by=None)

    with pytest.raises(JobMissing, match=r"a jobs\.delete_ended row"):
        tasks.delete_ended(job.pk)


def test_the_web_process_does_not_load_celery() -> None:
    loaded = "import django; django.setup(); import barometer.urls, sys; print('celery' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "barometer.settings"}
    told = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert told.stdout == "False\n", told.stderr
