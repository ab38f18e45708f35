"""manage.py worker: one Celery worker, with the relay and the timetable in a thread of it."""

import os
import warnings
from argparse import ArgumentParser

from celery import Celery, signals
from celery.exceptions import SecurityWarning, WorkerShutdown
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from jobs import execution, registry
from jobs.relay import Relay, forget_sent


class Command(BaseCommand):
    help = "Run background jobs until stopped; SIGTERM lets the running job finish."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pool", choices=["solo", "prefork"], default="solo", help="see docs/adr/0002")
        parser.add_argument("--concurrency", type=int, default=1, help="processes of the prefork pool")

    def handle(self, *, pool: str, concurrency: int, **options: object) -> None:
        # Celery warns a worker of the superuser because of pickle, which ours does not accept.
        warnings.simplefilter("ignore", SecurityWarning)
        os.environ["CELERY_SKIP_CHECKS"] = "1"  # they would load every page of the web process
        registry.load()
        app: Celery = import_string(settings.CELERY_APP)
        self._run_relay_beside(app)
        app.worker_main(
            [
                "--quiet",
                f"--broker={app.conf.broker_url}",  # or Celery takes BROKER_URL as it stands in the environment
                "worker",
                f"--pool={pool}",
                f"--concurrency={concurrency}",
                f"--queues={','.join(registry.queues())}",
                "--loglevel=WARNING",
                "--without-gossip",
                "--without-mingle",
            ]
        )

    def _run_relay_beside(self, app: Celery) -> None:
        """Start the relay when the worker is ready, and stop it as soon as the worker takes no more work."""

        def send(task: str, job_id: int, queue: str) -> None:
            # The app by name: in a thread Celery's "current app" is another one, without our broker.
            app.send_task(task, args=[job_id], queue=queue, retry=False)

        relay = Relay(send)

        def start(**signal: object) -> None:
            if relay.is_alive():
                return  # ready once more, after the broker was away
            if settings.BROKER_URL.startswith("memory"):
                forget_sent()
            relay.start()
            self.stdout.write("Worker ready.")
            self.stdout.flush()

        def stop(**signal: object) -> None:
            relay.stop()
            execution.take_no_more()
            if not execution.is_busy():
                raise WorkerShutdown(0)  # or the consumer would look for messages for another four seconds

        signals.worker_ready.connect(start, weak=False)
        signals.worker_shutting_down.connect(stop, weak=False)
