"""The process tree of `manage.py up`: what it starts, refuses and leaves behind."""

import os
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from jobs.models import JobState
from tests.jobs.processes import Crew, descendants, free_port, is_alive, wait_until


@pytest.fixture
def port() -> int:
    return free_port()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as reply:
            return bool(reply.read() == b"hello")
    except OSError:
        return False


def up(crew: Crew, port: int) -> subprocess.Popen[str]:
    supervisor = crew.start("up", "--port", str(port))
    wait_until(lambda: answers(port), seconds=60, what="the web server answers")
    wait_until(lambda: "Worker ready" in crew.log(), seconds=60, what="the worker is ready")
    return supervisor


def test_it_serves_works_refuses_a_second_start_and_stops_with_no_orphan(crew: Crew, port: int) -> None:
    supervisor = up(crew, port)
    tree = descendants(supervisor.pid)
    assert len(tree) == 4  # web server with two processes, worker

    second = crew.manage("up", "--port", str(port))
    assert (second.returncode, second.stderr) == (
        1,
        f"CommandError: Already running on {crew.folder} as process {supervisor.pid}. "
        "Stop that one, or set DATA_DIR to another folder.\n",
    )

    job_id = crew.enqueue("crew.work", seconds=1)
    crew.wait_begun(job_id)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=30) == 0
    assert [pid for pid in tree if is_alive(pid)] == []
    assert crew.job(job_id).state == JobState.DONE


def test_a_killed_worker_and_a_killed_web_server_are_started_again(crew: Crew, port: int) -> None:
    supervisor = up(crew, port)
    job_id = crew.enqueue("crew.work", stuck_at_first=True)
    crew.wait_begun(job_id)
    for pid in descendants(supervisor.pid):
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)

    crew.wait_ended(job_id)
    wait_until(lambda: answers(port), seconds=60, what="the web server answers again")
    assert (crew.job(job_id).state, crew.job(job_id).attempts) == (JobState.DONE, 2)
    assert "The worker ended (SIGKILL); starts again in 0.5 s." in crew.log()


def test_kill_9_of_the_supervisor_leaves_no_orphan(crew: Crew, port: int) -> None:
    supervisor = up(crew, port)
    crew.wait_begun(crew.enqueue("crew.work", seconds=60))
    tree = descendants(supervisor.pid)
    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in tree), seconds=5, what="every process has ended")


def test_a_port_in_use_is_one_clear_line(crew: Crew) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = crew.manage("up", "--port", str(port))

    assert (refused.returncode, refused.stderr) == (
        1,
        f"CommandError: Port {port} on 127.0.0.1 cannot be used: Address already in use. "
        "Stop the program that uses it, or choose another with --port.\n",
    )


def test_a_port_that_does_not_exist_is_one_clear_line(crew: Crew) -> None:
    refused = crew.manage("up", "--port", "99999")

    assert (refused.returncode, refused.stderr) == (
        1,
        "CommandError: --port: expected a number from 1 to 65535, got 99999.\n",
    )


def test_a_folder_that_cannot_be_written_is_one_clear_line(crew: Crew, port: int, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = crew.manage("up", "--port", str(port), DATA_DIR=str(tmp_path / "file"))

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "Set DATA_DIR to a folder that can be written." in refused.stderr


def test_a_demonstration_refuses_another_host(crew: Crew, port: int) -> None:
    refused = crew.manage("up", "--host", "0.0.0.0", "--port", str(port), DEMO="1")  # noqa: S104 - what is refused

    assert (refused.returncode, refused.stderr) == (
        1,
        "CommandError: --host: DEMO=1 answers to this machine only, got 0.0.0.0. Use 127.0.0.1.\n",
    )
