"""manage.py up: web server and worker (with relay and timetable) in one process tree."""

import signal
import sys
from argparse import ArgumentParser
from ipaddress import ip_address

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from jobs.single import CannotStart, only_one, require_free
from jobs.supervisor import Program, Supervisor


class Command(BaseCommand):
    help = "Start the web server and the worker; Ctrl-C stops both."
    requires_system_checks = (Tags.files,)  # what settings name outside the project must be there

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web-processes", type=int, default=2, help="SQLite gains nothing from more than 2")
        parser.add_argument("--grace", type=float, default=30.0, help="seconds a running job gets when all stops")

    def handle(self, *, host: str, port: int, web_processes: int, grace: float, **options: object) -> None:
        if getattr(settings, "DEMO", False) and not _is_loopback(host):
            raise CommandError(f"--host: DEMO=1 answers to this machine only, got {host}. Use 127.0.0.1.")
        programs = [_web(host, port, web_processes), _worker()]
        try:
            with only_one(settings.DATA_DIR):
                require_free(host, port)
                self._say(f"Web server on http://{host}:{port}. Stop with Ctrl-C.")
                Supervisor(programs, grace_seconds=grace, report=self._say).run()
        except CannotStart as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _web(host: str, port: int, processes: int) -> Program:
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = [f"--bind={address}", f"--workers={processes}", "--worker-class=sync"]
    options += ["--log-level=warning", "--no-control-socket"]
    return Program(
        name="The web server",
        command=[sys.executable, "-m", "gunicorn", f"{module}:{name}", *options],
        orphan_signal=signal.SIGTERM,  # it has children of its own to end
    )


def _worker() -> Program:
    return Program(
        name="The worker",
        command=[sys.executable, sys.argv[0], "worker"],
        orphan_signal=signal.SIGKILL,  # its job goes back to the queue by its lease
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
