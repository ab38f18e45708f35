"""Page saves at 200 people at once, beside a bare Django view that stores the posted page, on SQLite and PostgreSQL.

Run: python -m benchmarks.page_saves. Ours and the peer are each served by gunicorn with two sync processes; the
clients are threads of this process on the same machine, so that both figures contain them. In a round everybody has a
page of the questionnaire before them, filled in, and all press Save at one moment, first at the peer and then at
ours, with the very same forms: the peer's view reads a signed cookie and stores the fields as one row in one
transaction. Only the saves are measured, not the pages shown between rounds; a latency begins at that moment and
holds the wait in the queue. PostgreSQL is left out with a sentence where none answers (see tests/postgres.py).
"""

import os
import platform
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from benchmarks.submissions import CLIENTS, HIDDEN, ROOT, answers_to, ask, bare_application, header, serving
from tests import postgres

PEOPLE = int(os.environ.get("PEOPLE", "200"))
ROUNDS = int(os.environ.get("ROUNDS", "8"))
CSRF = re.compile(rb"(csrf=[^;]+)")
SALT = "bare"


def bare() -> Any:
    """The peer, as a WSGI application: gunicorn calls this."""
    return bare_application("page", posted)


def posted(request: HttpRequest) -> dict[str, object]:
    return {**signing.loads(request.COOKIES["person"], salt=SALT), "fields": dict(request.POST.lists())}


@dataclass
class Person:
    """Somebody with a page of the questionnaire before them."""

    token: str
    bare_cookie: str
    cookie: str = ""
    address: str = "/respond/page/role"
    body: bytes = b""
    csrf: str = ""

    def open(self, port: int) -> None:
        _status, top, _page = ask(port, "GET", f"/s/{self.token}")
        self.cookie = header(top, b"Set-Cookie").split(";")[0]

    def show(self, port: int) -> None:
        """The next page, and what is answered on it."""
        status, top, page = ask(port, "GET", self.address, cookie=self.cookie)
        csrf = CSRF.search(top)
        assert status == 200, (self.address, status)
        assert csrf is not None, (self.address, top)
        fields = {name.decode(): value.decode().replace("&quot;", '"') for name, value in HIDDEN.findall(page)}
        self.csrf = csrf[1].decode()
        self.body = urlencode({**fields, "go": "next", **answers_to(page)}).encode()

    def save(self, port: int) -> None:
        cookie = f"{self.cookie}; {self.csrf}"
        status, top, page = ask(port, "POST", self.address.partition("?")[0], cookie=cookie, body=self.body)
        assert status == 303, (self.address, status, page)
        self.address = header(top, b"Location")

    def save_bare(self, port: int) -> None:
        status, _top, page = ask(port, "POST", "/page", cookie=f"person={self.bare_cookie}", body=self.body)
        assert status == 201, page


@dataclass
class Saves:
    """What was measured of one server."""

    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # of each round

    def all_at_once(self, crowd: ThreadPoolExecutor, work: Sequence[Callable[[], None]]) -> None:
        begun = time.perf_counter()

        def one(save: Callable[[], None]) -> float:
            save()
            return time.perf_counter() - begun

        latencies = list(crowd.map(one, work))
        self.latencies += latencies
        self.rates.append(len(work) / max(latencies))

    def shown(self, name: str) -> str:
        ninety_fifth = statistics.quantiles(self.latencies, n=20)[-1]
        return (
            f"{name:6}{statistics.median(self.rates):7.0f} saves/s, latency median "
            f"{statistics.median(self.latencies) * 1000:6.0f} ms, p95 {ninety_fifth * 1000:6.0f} ms"
        )


def people(environment: dict[str, str]) -> list[Person]:
    """Those who answer a wave, which is made in the empty database that the environment names."""
    command = [sys.executable, "-m", "tests.surveys.prepare", str(PEOPLE)]
    made = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    tokens = [line.split()[1] for line in made.stdout.splitlines()]
    return [Person(token, signing.dumps({"person": number}, salt=SALT)) for number, token in enumerate(tokens)]


def measure(database: str, folder: Path, ours_url: str, bare_url: str) -> None:
    environment = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": settings.SECRET_KEY}
    environment.pop("DEMO", None)
    crowd_of_ours = people({**environment, "DATABASE_URL": ours_url})
    ours, bare_view = Saves(), Saves()
    with (
        serving("barometer.wsgi:application", {**environment, "DATABASE_URL": ours_url}) as port,
        serving("benchmarks.page_saves:bare()", {**environment, "DATABASE_URL": bare_url}) as bare_port,
        ThreadPoolExecutor(CLIENTS) as few,
        ThreadPoolExecutor(PEOPLE) as crowd,
    ):
        list(few.map(lambda person: person.open(port), crowd_of_ours))
        for number in range(ROUNDS + 1):
            if number == 1:  # the first saves of a process are slower
                ours, bare_view = Saves(), Saves()
            list(few.map(lambda person: person.show(port), crowd_of_ours))
            bare_view.all_at_once(crowd, [partial(person.save_bare, bare_port) for person in crowd_of_ours])
            ours.all_at_once(crowd, [partial(person.save, port) for person in crowd_of_ours])
    ratios = [theirs / mine for mine, theirs in zip(ours.rates, bare_view.rates, strict=True)]
    print(f"{database}: {ours.shown('ours')}")
    print(f"{database}: {bare_view.shown('peer')}")
    print(f"{database}: ratio: one page save costs {statistics.median(ratios):.2f} rows of the bare view")


def machine() -> str:
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]  # fmt: skip
    return f"{os.cpu_count()} x {names[0] if names else platform.processor()}, Python {platform.python_version()}"


def main() -> None:
    settings.configure(SECRET_KEY=secrets.token_hex(32))
    print(f"{machine()}, two sync processes each, {PEOPLE} people at once, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("SQLite", folder, f"sqlite:///{folder / 'ours.sqlite3'}", f"sqlite:///{folder / 'bare.sqlite3'}")
    if postgres.address() is None:
        print("PostgreSQL: not measured, because no server answers; set POSTGRES_URL to one")
        return
    with (
        tempfile.TemporaryDirectory() as name,
        postgres.new_database() as ours_url,
        postgres.new_database() as bare_url,
    ):
        measure("PostgreSQL", Path(name), ours_url, bare_url)


if __name__ == "__main__":
    main()
