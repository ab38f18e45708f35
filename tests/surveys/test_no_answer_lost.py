"""A real web server, killed again and again under load: every acknowledged answer is there, and none twice."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.postgres import new_database
from tests.surveys.respondents import hidden

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS, UNITS_EACH, KILLS = 8, 3, 3
Rows = list[tuple[object, ...]]


class Server:
    """gunicorn with two processes, as `manage.py up` starts it."""

    def __init__(self, environment: dict[str, str]) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "barometer.wsgi:application", f"--bind=127.0.0.1:{self.port}"]
        command += ["--workers=2", "--log-level=error", "--no-control-socket"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)

    def wait(self) -> None:
        """Until it answers."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """The whole server at once, in the middle of whatever it does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Respondent(threading.Thread):
    """One of two clients that answer for the same units, each another question; repeats until acknowledged."""

    port: int
    item: str
    units: list[tuple[int, str]]
    stop: threading.Event
    saved: dict[int, str] = field(default_factory=dict)  # unit -> the answer acknowledged last
    keys: list[str] = field(default_factory=list)  # of every acknowledged save
    repeats: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        cookies = {unit: self.cookie(token) for unit, token in self.units}
        number = 0
        while not self.stop.is_set():
            for unit, _token in self.units:
                number += 1
                self.save(unit, cookies[unit], f"answer {number}")

    def cookie(self, token: str) -> str:
        _status, headers, _body = self.ask("GET", f"/s/{token}")
        return headers.get_all("Set-Cookie", [])[0].split(";")[0]

    def save(self, unit: int, cookie: str, answer: str) -> None:
        _status, headers, page = self.ask("GET", "/respond/page/words", cookie)
        csrf = next(one for one in headers.get_all("Set-Cookie", []) if one.startswith("csrf=")).split(";")[0]
        fields = {**hidden(page), "go": "next"}
        stands = {f"a.{item}": value for item, value in json.loads(fields["shown"]).items()}
        fields = {**fields, **stands, f"a.{self.item}": answer}
        status, _headers, body = self.ask("POST", "/respond/page/words", f"{cookie}; {csrf}", urlencode(fields))
        assert status == 303, body
        self.keys.append(fields["save_key"])
        self.saved[unit] = answer

    def ask(
        self, method: str, path: str, cookie: str = "", body: str | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """The answer, however often the line breaks before it comes."""
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
                line.request(method, path, body, head)
                answer = line.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.repeats += 1
                time.sleep(0.05)
            else:
                return answer.status, answer.headers, text
            finally:
                line.close()


def prepared(environment: dict[str, str], units: int, *file: str) -> list[tuple[int, str]]:
    """Unit and link token of so many units of an open wave in an empty database."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.surveys.prepare", str(units), *file],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    links = [(int(unit), token) for unit, token in (line.split() for line in made.stdout.splitlines())]
    assert len(links) == units
    return links


def run_and_kill(environment: dict[str, str], rows: Callable[[str], Rows]) -> None:
    """Load, kill, restart, and count what the database holds."""
    links = prepared(environment, CLIENTS // 2 * UNITS_EACH, "kinds.yaml")
    stop = threading.Event()
    server = Server(environment)
    server.start()
    pairs = CLIENTS // 2
    clients = [
        Respondent(server.port, item, links[pair::pairs], stop) for pair in range(pairs) for item in ("name", "story")
    ]
    try:
        for client in clients:
            client.start()
        for _time in range(KILLS):
            wait_for_answers(clients)
            time.sleep(0.3)
            server.kill()
            server.start()
        wait_for_answers(clients)
        stop.set()
        for client in clients:
            client.join(timeout=25)
            assert not client.is_alive()
    finally:
        server.kill()
    count(clients, rows)


def wait_for_answers(clients: list[Respondent]) -> None:
    """Until every client has had four more answers acknowledged."""
    goals = [len(client.keys) + 4 for client in clients]
    limit = time.monotonic() + 60
    while any(len(client.keys) < goal for client, goal in zip(clients, goals, strict=True)):
        assert time.monotonic() < limit, "the server does not answer"
        time.sleep(0.02)


def count(clients: list[Respondent], rows: Callable[[str], Rows]) -> None:
    acknowledged = sorted(key for client in clients for key in client.keys)
    assert len(acknowledged) == len(set(acknowledged))
    assert sum(client.repeats for client in clients) > 0, "no request was ever interrupted"
    stored = sorted(str(key) for (key,) in rows("SELECT key FROM surveys_pagesave"))
    assert stored == acknowledged
    expected: dict[int, dict[str, str]] = {}
    for client in clients:
        for unit, answer in client.saved.items():
            expected.setdefault(unit, {})[client.item] = answer
    found = rows("SELECT sampled_unit_id, answers FROM surveys_response")
    assert {unit: json.loads(text) if isinstance(text, str) else text for unit, text in found} == expected
    print(f"{len(acknowledged)} saves acknowledged, {sum(client.repeats for client in clients)} requests repeated")


def environment(folder: Path, database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DEMO", "DJANGO_SETTINGS_MODULE")}
    secret = uuid.uuid4().hex
    return {
        **kept,
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": secret,
        "TOKEN_PEPPER": secret,
        "PYTHONWARNINGS": "ignore",
    }


def test_kill_9_of_the_web_server_loses_and_doubles_nothing_on_sqlite(tmp_path):
    file = tmp_path / "answers.sqlite3"

    def rows(sql: str) -> Rows:
        with closing(sqlite3.connect(file)) as database:
            return database.execute(sql).fetchall()

    run_and_kill(environment(tmp_path, f"sqlite:///{file}"), rows)
    assert rows("PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a new database, dropped afterwards."""
    with new_database() as place:
        yield place


@pytest.mark.nightly
@pytest.mark.postgres
def test_kill_9_of_the_web_server_loses_and_doubles_nothing_on_postgresql(tmp_path, postgres):
    def rows(sql: str) -> Rows:
        with closing(psycopg.connect(postgres)) as database:
            return database.execute(sql).fetchall()

    run_and_kill(environment(tmp_path, postgres), rows)
