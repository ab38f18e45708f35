"""Estimate from anybody's survey file, with the statistical core of the barometer."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analytics.core.arrays import InputError
from analytics.work.estimate_file import Report, estimate_file
from surveys.instrument.document import InstrumentError


class Command(BaseCommand):
    help = (
        "Estimates from a CSV file of respondents as DESIGN.yaml says (docs/howto/estimate.md) and writes one row for "
        "each estimate. Exit status 1, one sentence and no file for input that cannot be used."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, metavar="DATA.csv", help="the file, one row for each respondent")
        parser.add_argument(
            "design", type=Path, metavar="DESIGN.yaml", help="what its columns are, and what to estimate"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="ESTIMATES.csv", help="the file to write")
        parser.add_argument(
            "--differences", type=Path, metavar="DIFFERENCES.csv", help="the file for the differences between domains"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")
        parser.add_argument("--quiet", action="store_true", help="no report")

    def handle(
        self,
        *,
        data: Path,
        design: Path,
        out: Path,
        differences: Path | None,
        as_json: bool,
        quiet: bool,
        **_: object,
    ) -> None:
        try:
            report = estimate_file(data, design, out, differences)
        except (InputError, InstrumentError, OSError) as error:
            if as_json:
                self.stdout.write(json.dumps({"refused": str(error)}, ensure_ascii=False, indent=2))
            raise CommandError(str(error)) from error
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        elif not quiet:
            self.stdout.write("\n".join(sentences(report)))


def sentences(report: Report) -> list[str]:
    found = [
        f"Read {report.rows} rows: {report.strata} strata, {report.psus} PSUs, {report.df} degrees of freedom.",
        f"Wrote {report.estimates} estimates to {report.wrote}, {report.undefined} of them without a value.",
    ]
    if report.wrote_differences:
        found.append(
            f"Wrote {report.differences} differences to {report.wrote_differences}, {report.untested} without a test."
        )
    if report.lonely:
        found.insert(1, f"{report.lonely} strata have one PSU: lonely_psu says what they add.")
    if report.calibration:
        low, high = report.calibration["g_low"], report.calibration["g_high"]
        found.insert(1, f"Calibrated: weights were multiplied by {low:.4g} to {high:.4g}.")
    return found
