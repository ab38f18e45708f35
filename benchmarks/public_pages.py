"""Published pages a second, beside a static file that whitenoise serves from the same server.

Run: python -m benchmarks.public_pages. gunicorn runs with two sync processes as `manage.py up` starts it, on a release
that the real pipeline made of constructed answers. The load comes from wrk where it is installed, else from processes
of ours on the same machine, each with one connection a request; so the rates contain the clients. In every round the
static file and the pages are asked for in turn, and the ratio is that of their medians. A page is asked for before it
is measured: what is measured is a page that has been rendered. SECONDS and ROUNDS shorten or lengthen it.
"""

import multiprocessing
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.submissions import ROOT, serving

SECONDS = float(os.environ.get("SECONDS", "2"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CLIENTS = int(os.environ.get("CLIENTS", "4"))
GOAL = 2000
PAGES = {
    "front page of a release": "/results/barometer/1/",
    "one indicator": "/results/barometer/1/indicators/innovative/",
    "drivers and barriers": "/results/barometer/1/drivers-and-barriers/",
    "front page in Finnish": "/results/barometer/1/?lang=fi",
}
PEER = "/static/css/figures.css"


def prepare(folder: Path) -> None:
    """A database with one published release."""
    import django

    django.setup()
    from django.core.management import call_command

    from jobs.execution import run_due
    from publication.actions import releases
    from tests import make
    from tests.publication.world import computed

    call_command("migrate", verbosity=0)
    world = computed()
    requested = make.requested(world.run, world.administrator)
    run_due()
    requested.refresh_from_db()
    releases.approve(release=requested, by=world.publisher)
    releases.publish(release=requested, by=world.publisher)


def asked(port: int, path: str, extra: str = "") -> bytes:
    """The whole answer to one request."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nAccept-Language: nb\r\n{extra}"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(f"{head}Connection: close\r\n\r\n".encode())
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def client(port: int, path: str, extra: str, expected: int, results: "multiprocessing.Queue[int]") -> None:
    """Ask until the time is over; how often the answer was what it should be."""
    limit, count = time.monotonic() + SECONDS, 0
    while time.monotonic() < limit:
        answer = asked(port, path, extra)
        if int(answer[9:12]) != expected:
            raise RuntimeError(f"{path}: expected status {expected}, got {answer[:40]!r}.")
        count += 1
    results.put(count)


def rate(port: int, path: str, extra: str = "", expected: int = 200) -> float:
    """Answers a second."""
    wrk = shutil.which("wrk")
    if wrk and not extra:
        command = [wrk, "-t2", "-c16", f"-d{SECONDS:g}s", "-H", "Accept-Encoding: gzip", "-H", "Accept-Language: nb"]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
        found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
        assert found is not None, done.stdout
        return float(found[1])
    results: multiprocessing.Queue[int] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=client, args=(port, path, extra, expected, results)) for _one in range(CLIENTS)
    ]
    start = time.monotonic()
    for one in clients:
        one.start()
    counted = sum(results.get(timeout=60) for _one in clients)
    for one in clients:
        one.join()
    return counted / (time.monotonic() - start)


def measured(port: int) -> None:
    for path in (PEER, *PAGES.values()):
        for _process in range(8):  # so that both processes have rendered it
            asked(port, path)
    tag = re.search(rb"ETag: (\S+)", asked(port, PAGES["front page of a release"]))
    assert tag is not None
    known = f"If-None-Match: {tag[1].decode()}\r\n"
    rates: dict[str, list[float]] = {name: [] for name in ("static file", *PAGES, "unchanged front page (304)")}
    for _round in range(ROUNDS):
        rates["static file"].append(rate(port, PEER))
        for name, path in PAGES.items():
            rates[name].append(rate(port, path))
        rates["unchanged front page (304)"].append(
            rate(port, PAGES["front page of a release"], extra=known, expected=304)
        )
    peer = statistics.median(rates["static file"])
    for name, found in rates.items():
        middle = statistics.median(found)
        each = ", ".join(f"{one:.0f}" for one in found)
        print(f"{name:28} {middle:7.0f} a second  ratio {middle / peer:5.2f}  rounds {each}")
    least = min(statistics.median(rates[name]) for name in PAGES)
    print(f"slowest page: {least:.0f} a second; the goal on two cores that are free is {GOAL}")


def main() -> None:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    source = "wrk" if shutil.which("wrk") else f"{CLIENTS} client processes"
    print(f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}; {source}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "barometer.settings", "SECRET_KEY": "b" * 50}
        process = multiprocessing.get_context("spawn").Process(target=prepare, args=(Path(folder),))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit("The release could not be made.")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with serving("barometer.wsgi:application", environment) as port:
            measured(port)


if __name__ == "__main__":
    main()
