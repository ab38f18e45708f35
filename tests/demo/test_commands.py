"""The commands refuse what they must in one line: no DEMO, other hosts, a port in use, a second start, a bad folder."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jobs.single import only_one

ROOT = Path(__file__).parents[2]


def manage(*arguments: str, **surroundings: str) -> tuple[int, list[str]]:
    """Exit code and the lines said, of the real command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ALLOWED_HOSTS")}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "barometer.settings", **surroundings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, [line for line in (done.stdout + done.stderr).splitlines() if line]


@pytest.mark.parametrize("command", ["demo", "smoke"])
def test_without_demo_nothing_starts(command: str, settings: object) -> None:
    with pytest.raises(CommandError, match="runs with DEMO=1 only"):
        call_command(command)


def test_a_demonstration_refuses_other_hosts(tmp_path: Path) -> None:
    code, lines = manage("demo", DEMO="1", ALLOWED_HOSTS="barometer.example.org", DATA_DIR=str(tmp_path))
    assert code == 1
    assert lines == [
        "ALLOWED_HOSTS: DEMO=1 answers to this machine only, got barometer.example.org. "
        "Unset ALLOWED_HOSTS, or unset DEMO."
    ]


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = manage("demo", f"--port={port}", DEMO="1", DATA_DIR=str(tmp_path))
    assert (code, len(lines)) == (1, 1)
    assert f"Port {port} on 127.0.0.1 cannot be used" in lines[0]


def test_a_second_start_beside_a_running_one_is_one_line(tmp_path: Path) -> None:
    with only_one(tmp_path):
        code, lines = manage("demo", "--port=8000", DEMO="1", DATA_DIR=str(tmp_path))
    assert (code, len(lines)) == (1, 1)
    assert f"Already running on {tmp_path} as process {os.getpid()}" in lines[0]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, lines = manage("demo", DEMO="1", DATA_DIR=str(tmp_path / "file" / "var"))
    assert (code, len(lines)) == (1, 1)
    assert "set DATA_DIR to a folder that can be written" in lines[0]
