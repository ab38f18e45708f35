"""manage.py export_for_r RUN --out DIR"""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analytics.dataset import DatasetDamaged, DatasetErased
from analytics.models import Run
from analytics.work.export_for_r import CannotExport, export_for_r


class Command(BaseCommand):
    help = (
        "Write the answers, design and figures of a finished run, with an R script that makes the figures again "
        "with R's survey (docs/howto/check_with_r.md). The folder holds respondents' answers: for staff."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="the run's number")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")

    def handle(self, *, run: int, out: Path, **_: object) -> None:
        found = Run.objects.select_related("wave__programme", "dataset", "definitions").filter(pk=run).first()
        if found is None:
            raise CommandError(f"RUN: expected the number of a run, got {run}.")
        try:
            report = export_for_r(found, out)
        except (CannotExport, DatasetDamaged, DatasetErased, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Wrote {report.figures} figures and the answers of {report.respondents} respondents to {report.wrote}; "
            f"{sum(report.left_out.values())} further figures are named in its README.txt.\n"
            f"The folder holds respondents' answers: for staff only. Check: Rscript {report.wrote}/rebuild.R"
        )
