"""Complete questionnaires a second, beside a bare Django view that stores one row, in the same run.

Run: python -m benchmarks.submissions. Both are served by gunicorn with two sync processes on SQLite with the same
settings; the clients are threads of this process on the same machine, so that both rates contain them. A complete
submission is the link, the start page, every page of the innovators' way shown and saved, handing in and the receipt.
The peer has no pages: its view reads one JSON document of the same size and stores it in one row.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = int(os.environ.get("CLIENTS", "4"))
SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "80"))
ROWS = int(os.environ.get("ROWS", "2000"))
HIDDEN = re.compile(rb'type="hidden" name="([a-z_]+)" value="([^"]*)"')
CHOICE = re.compile(rb'<input type="(?:radio|checkbox)"[^>]*? name="(a\.[^"]+)" value="([^"]+)"')
FIELD = re.compile(rb'<(?:textarea|input class="field)[^>]*? name="(a\.[^"]+)"')


def bare() -> Any:
    """The peer, as a WSGI application: gunicorn calls this."""
    return bare_application("rows", lambda request: json.loads(request.body))


def bare_application(address: str, content: Callable[[HttpRequest], object]) -> Any:
    """A Django of one view: what `content` makes of a request is stored as one row in one transaction."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import path

    from barometer.env import database

    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database(os.environ["DATABASE_URL"])},
        ROOT_URLCONF="bare_urls",
        SECRET_KEY=os.environ["SECRET_KEY"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        USE_TZ=True,
    )
    django.setup()
    from django.db import connection, models, transaction

    class Row(models.Model):
        content = models.JSONField()

        class Meta:
            app_label = "bare"

        def __str__(self) -> str:
            return str(self.pk)

    def store(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            row = Row.objects.create(content=content(request))
        return HttpResponse(str(row.pk), status=201)

    sys.modules["bare_urls"] = type(sys)("bare_urls")
    sys.modules["bare_urls"].urlpatterns = [path(address, store)]  # type: ignore[attr-defined]
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    connection.close()
    return WSGIHandler()


@contextmanager
def serving(application: str, environment: dict[str, str]) -> Iterator[int]:
    """gunicorn with two sync processes; its port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--workers=2"]
    command += ["--log-level=error", "--no-control-socket", "--preload"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(port: int, method: str, path: str, *, cookie: str = "", body: bytes = b"") -> tuple[int, bytes, bytes]:
    """Status, head and body of one request on a connection of its own; gunicorn's sync processes close it anyway."""
    kind = "application/json" if path == "/rows" else "application/x-www-form-urlencoded"
    head = f"{method} {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
    top, _, rest = b"".join(pieces).partition(b"\r\n\r\n")
    return int(top[9:12]), top, rest


def header(top: bytes, name: bytes) -> str:
    return top.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0].decode()


def answers_to(page: bytes) -> dict[str, str]:
    """The first choice of every question of a page, and some words in every field."""
    answers: dict[str, str] = {}
    for name, code in CHOICE.findall(page):
        answers.setdefault(name.decode(), code.decode())
    for name in FIELD.findall(page):
        answers[name.decode()] = "3" if name.endswith(b"count") else "Digital hjemmeoppfølging"
    return answers


class Respondents:
    """Clients that answer one questionnaire after another."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self.port, self.tokens = port, tokens
        self.lock = threading.Lock()
        self.known: dict[str, bytes] = {}  # what is answered on a page, once it was seen
        self.requests = 0
        self.seconds: list[float] = []

    def run(self) -> None:
        while True:
            with self.lock:
                if not self.tokens:
                    return
                token = self.tokens.pop()
            begun = time.perf_counter()
            asked = self.submit(token)
            with self.lock:
                self.requests += asked
                self.seconds.append(time.perf_counter() - begun)

    def submit(self, token: str) -> int:
        """One questionnaire from link to receipt; how many requests it took."""
        _status, top, _page = ask(self.port, "GET", f"/s/{token}")
        cookie = header(top, b"Set-Cookie").split(";")[0]
        ask(self.port, "GET", "/respond/", cookie=cookie)
        address, asked, both, fields = "/respond/page/role", 3, cookie, dict[str, str]()
        while address != "/respond/check":
            _status, top, page = ask(self.port, "GET", address, cookie=cookie)
            csrf = re.search(rb"(csrf=[^;]+)", top)
            assert csrf is not None, (address, page)
            fields = {name.decode(): value.decode().replace("&quot;", '"') for name, value in HIDDEN.findall(page)}
            if address not in self.known:
                self.known[address] = urlencode(answers_to(page)).encode()
            body = urlencode(fields).encode() + b"&go=next&" + self.known[address]
            both = f"{cookie}; {csrf[1].decode()}"
            status, top, page = ask(self.port, "POST", address, cookie=both, body=body)
            assert status == 303, page
            address, asked = header(top, b"Location"), asked + 2
        body = urlencode({"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}).encode()
        status, top, page = ask(self.port, "POST", "/respond/submit", cookie=both, body=body)
        assert (status, header(top, b"Location")) == (303, "/respond/receipt"), page
        status, _top, _page = ask(self.port, "GET", "/respond/receipt", cookie=cookie)
        assert status == 200
        return asked + 1


def in_threads(work: Callable[[], None]) -> float:
    """Wall time of `work` in as many threads as there are clients."""
    threads = [threading.Thread(target=work) for _client in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def ours(folder: Path) -> tuple[float, float]:
    """Submissions and requests a second."""
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'ours.sqlite3'}"}
    environment.pop("DEMO", None)
    command = [sys.executable, "-m", "tests.surveys.prepare", str(SUBMISSIONS + 2 * CLIENTS)]
    made = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    tokens = [line.split()[1] for line in made.stdout.splitlines()]
    with serving("barometer.wsgi:application", environment) as port:
        warm = Respondents(port, tokens[: 2 * CLIENTS])
        in_threads(warm.run)
        measured = Respondents(port, tokens[2 * CLIENTS :])
        measured.known = warm.known
        seconds = in_threads(measured.run)
    each = measured.requests / len(measured.seconds)
    print(f"ours: {SUBMISSIONS / seconds:.1f} complete submissions/s of {each:.0f} requests, "
          f"{measured.requests / seconds:.0f} requests/s, "
          f"median {statistics.median(measured.seconds) * 1000:.0f} ms a submission")  # fmt: skip
    return SUBMISSIONS / seconds, measured.requests / seconds


def peer(folder: Path) -> float:
    """Rows a second of the bare view."""
    body = json.dumps({f"item.{number}": "promoted_some" for number in range(60)}).encode()
    left = iter(range(ROWS))
    lock = threading.Lock()
    own = {"DATABASE_URL": f"sqlite:///{folder / 'bare.sqlite3'}", "SECRET_KEY": "for the benchmark only"}
    with serving("benchmarks.submissions:bare()", {**os.environ, **own}) as port:

        def work() -> None:
            while True:
                with lock:
                    if next(left, None) is None:
                        return
                status, _top, text = ask(port, "POST", "/rows", body=body)
                assert status == 201, text

        for _warm in range(20):
            ask(port, "POST", "/rows", body=body)
        seconds = in_threads(work)
    print(f"peer: {ROWS / seconds:.0f} rows/s, a bare Django view that stores one row")
    return ROWS / seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        submissions, requests = ours(folder)
        rows = peer(folder)
    print(f"ratio: one complete submission costs {rows / submissions:.1f} bare rows; "
          f"one request of ours costs {rows / requests:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
