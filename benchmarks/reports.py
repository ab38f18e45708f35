"""The reports of a wave, beside compiling as many bare one-page documents with the same program, in the same run.

Run: python -m benchmarks.reports. The world of the tests (three countries, about 440 workplaces that answered) is built
in a database of its own and its figures are published; then the job makes all reports, municipalities included, and
stores them. REPORTS is how many the seconds are stated for. They are seconds of the processor, of all threads.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable

REPORTS = int(os.environ.get("REPORTS", "357"))
BARE = """
#let report = json(bytes(sys.inputs.report))
#set document(title: report.title, date: none)
#set text(lang: report.language)
= #report.title
#report.sentence
"""


def main() -> None:
    """Print the seconds of each part and the ratio to the bare documents."""
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
    from publication.models import Report
    from tests import make
    from tests.publication.world import computed

    world = computed()
    release = make.requested(world.run, world.administrator)
    run_due()
    release.refresh_from_db()
    releases.approve(release=release, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    reports.request(release=release, by=world.administrator)
    wall = time.perf_counter()
    spent = seconds(run_due)
    wall = time.perf_counter() - wall
    made = Report.objects.count()
    size = sum(len(bytes(pdf)) for pdf in Report.objects.values_list("pdf", flat=True)) / made
    each = spent / made
    bare = seconds(lambda: compile_bare(made)) / made
    kinds = {kind: Report.objects.filter(kind=kind).count() for kind in ("workplace", "municipality")}
    sys.stdout.write(
        f"{made} reports ({kinds['workplace']} of workplaces, {kinds['municipality']} of municipalities), "
        f"{size / 1024:.0f} kB each\n"
        f"made and stored: {1000 * each:.1f} ms each; {REPORTS} take {REPORTS * each:.1f} s "
        f"({wall:.1f} s by the clock for all {made})\n"
        f"a bare page:     {1000 * bare:.1f} ms each; {REPORTS} take {REPORTS * bare:.1f} s\n"
        f"ratio: {each / bare:.1f}\n"
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compile_bare(number: int) -> None:
    """As many one-page documents with a title and a sentence, as PDF/UA-1 with one compiler."""
    import typst

    with tempfile.NamedTemporaryFile("w", suffix=".typ") as layout:
        layout.write(BARE)
        layout.flush()
        compiler = typst.Compiler(layout.name, ignore_system_fonts=True)
        for one in range(number):
            content = json.dumps({"title": "A page", "language": "en", "sentence": f"This is page {one}."})
            compiler.compile(format="pdf", sys_inputs={"report": content}, pdf_standards="ua-1")


if __name__ == "__main__":
    main()
