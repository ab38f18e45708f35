"""manage.py demo: load the demonstration programme once, say where everything is, start the supervisor."""

import os
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from jobs.single import CannotStart, only_one, require_free

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run the demonstration programme on this machine. Needs DEMO=1."
    requires_system_checks = (Tags.files,)  # as `up`, which follows: a fault there should not wait for the load

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))

    def handle(self, *, port: int, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs with DEMO=1 only. Use `make demo`, or set DEMO=1.")
        address = f"http://{HOST}:{port}"
        if address != settings.SITE_ADDRESS:
            # Links and cookies follow the address that the settings were read with: start again with the right one.
            again = [sys.executable, sys.argv[0], "demo", f"--port={port}"]
            os.execve(sys.executable, again, {**os.environ, "SITE_ADDRESS": address})  # noqa: S606 - ourselves
        try:
            with only_one(settings.DATA_DIR):
                require_free(HOST, port)
                self.prepare()
        except CannotStart as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}. Look at DATABASE_URL and DATA_DIR.") from error
        self.stdout.flush()
        # The supervisor takes this process over: what loading needed in memory is gone, and Ctrl-C goes to it.
        up = [sys.executable, sys.argv[0], "up", f"--host={HOST}", f"--port={port}"]
        os.execv(sys.executable, up)  # noqa: S606

    def prepare(self) -> None:
        # Only here: it loads pandas, and a refusal above should come at once.
        from barometer.demo import start
        from barometer.demo.programme import StepFailed

        try:
            start.load(self.say)
        except StepFailed as error:
            raise CommandError(f"The demonstration was not loaded: {error}") from error
        self.stdout.write(start.welcome())

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
