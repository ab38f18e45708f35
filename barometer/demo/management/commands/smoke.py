"""manage.py smoke: the demonstration's main job without a person, in a fresh folder, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 60.0
STOPPED_WITHIN_SECONDS = 30.0
# What must not lead a rehearsal to somebody's database, broker or mail server.
LEFT_OUT = ("DATABASE_URL", "BROKER_URL", "EMAIL_HOST", "SECRET_KEY", "TOKEN_PEPPER", "ALLOWED_HOSTS")


class Command(BaseCommand):
    help = "Frames, draw, invitations, answers, run, release, microdata: non-zero exit when a step fails. DEMO=1."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--inside", action="store_true", help="go on in the folder of DATA_DIR (used by itself)")

    def handle(self, *, inside: bool, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The rehearsal runs with DEMO=1 only. Use `make smoke`, or set DEMO=1.")
        if inside:
            self.rehearse()
        else:
            begin_in_a_fresh_folder()

    def rehearse(self) -> None:
        # Only here: it loads pandas, and the outer process needs none of it.
        from barometer.demo import rehearsal
        from barometer.demo.browser import PageFailed
        from barometer.demo.programme import StepFailed
        from barometer.demo.report import NotPublished

        began = time.monotonic()
        call_command("migrate", verbosity=0)
        try:
            with server():
                self.say(f"web server and worker run at {settings.SITE_ADDRESS}, files under {settings.DATA_DIR}")
                rehearsal.rehearse(self.say)
        except (StepFailed, PageFailed, NotPublished, URLError, HTTPException) as error:
            raise CommandError(f"The rehearsal failed: {error}") from error
        self.say(f"everything stopped; all steps went well in {time.monotonic() - began:.0f} s")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def begin_in_a_fresh_folder() -> None:
    """The same command again with settings that point to a fresh folder and a free port."""
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in LEFT_OUT}
    with tempfile.TemporaryDirectory(prefix="barometer-smoke-") as folder:
        surroundings = {**kept, "DEMO": "1", "DATA_DIR": folder, "SITE_ADDRESS": f"http://{HOST}:{free_port()}"}
        command = [sys.executable, sys.argv[0], "smoke", "--inside"]
        code = subprocess.run(command, env=surroundings, check=False).returncode  # noqa: S603 - ourselves
    if code:
        sys.exit(1)


@contextmanager
def server() -> Iterator[None]:
    """The supervisor with web server and worker, as everywhere; stopped at the end, whatever happens."""
    port = settings.SITE_ADDRESS.rpartition(":")[2]
    command = [sys.executable, sys.argv[0], "up", f"--host={HOST}", f"--port={port}"]
    log = Path(settings.DATA_DIR) / "server.log"
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)  # noqa: S603 - ourselves
        try:
            wait_until_ready(process, int(port), log)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
    if process.returncode:
        raise CommandError(f"The supervisor ended with code {process.returncode}: {tail(log)}")


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError(f"The web server did not start: {tail(log)}")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def tail(log: Path) -> str:
    return " / ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
