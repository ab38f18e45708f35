"""From a wave whose field has closed to a published release with its reports: seconds of each step, beside the goal.

Run: python -m benchmarks.release. The world of the tests is built in a database of its own, which is not timed: three
countries, two waves, about REPORTS workplaces that answered the second. Timed is what follows its closing: the run with
the parameters in use, the release with slides and workbooks, approval and publishing, and the reports of all that
answered. The questionnaire speaks two languages. Seconds are those of the clock: that is what a person waits.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

REPORTS = int(os.environ.get("REPORTS", "357"))
GOAL = 600.0  # seconds
ANSWER = 0.75  # the share of the drawn that answers in the world of the tests


def main() -> None:
    """Print the seconds of each step, their sum, and whether it is within the goal."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.utils import setup_test_environment, teardown_databases

    setup_test_environment()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        measured()
    finally:
        teardown_databases(databases, verbosity=0)


def measured() -> None:
    from jobs.execution import run_due
    from publication.actions import releases, reports
    from publication.models import Release, Report
    from surveys.models import Response
    from tests import make
    from tests.publication import world as builder

    def run_of_a_wave() -> None:
        with timed(spent, "run: dataset frozen, weights, estimates, intervals, indices"):
            run_due()

    spent: dict[str, float] = {}
    builder.DRAWN = round(REPORTS / (len(builder.COUNTRIES) * ANSWER))
    make.QUICK = {}  # the parameters in use, not those of quick tests
    builder.run_due = run_of_a_wave  # the builder runs one wave after the other: the last is what stays
    world = builder.computed()
    with timed(spent, "release: tables, protection, attack, files, slides, workbooks"):
        release = make.requested(world.run, world.administrator)
        run_due()
    release.refresh_from_db()
    with timed(spent, "approve and publish (two people)"):
        releases.approve(release=release, by=world.publisher)
        releases.publish(release=release, by=world.publisher)
    with timed(spent, "reports"):
        reports.request(release=release, by=world.administrator)
        run_due()
    made = Report.objects.filter(kind="workplace").count()
    shown = Release.objects.published().get(pk=release.pk)
    sizes = {file.path: file.size for file in shown.files.defer("content")}
    beside = {path: size for path, size in sizes.items() if path.startswith(("slides.", "workbook."))}
    answered = Response.objects.filter(sampled_unit__wave=world.wave).count()
    sys.stdout.write(
        f"{answered} workplaces answered; {made} reports of workplaces, {Report.objects.count()} in all; "
        f"{shown.tables.count()} tables, {len(sizes)} files\n"
        + "".join(f"  {path}: {size / 1024:.0f} kB\n" for path, size in beside.items())
        + "".join(f"{seconds:7.1f} s  {name}\n" for name, seconds in spent.items())
    )
    whole = sum(spent.values())
    sys.stdout.write(f"{whole:7.1f} s  in all; the goal is {GOAL:.0f} s: {'held' if whole <= GOAL else 'NOT held'}\n")


@contextmanager
def timed(spent: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[name] = time.perf_counter() - start


if __name__ == "__main__":
    main()
