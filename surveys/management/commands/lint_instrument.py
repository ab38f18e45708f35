"""Lint a questionnaire: the shipped one, one in a directory of YAML files, or one written as a single file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.document import LIBRARY, InstrumentError, from_document, load_directory, load_file
from surveys.instrument.lint import lint


class Command(BaseCommand):
    help = "Says what is wrong with a questionnaire. Exit status 1 when there is anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, default=LIBRARY, help="a directory or a file; else the library"
        )
        parser.add_argument("--name", default="workplace", help="which instrument of a directory")

    def handle(self, *, path: Path, name: str, **_: object) -> None:
        try:
            document = load_directory(path, name=name) if path.is_dir() else load_file(path)
            instrument = from_document(document)
        except InstrumentError as error:
            raise CommandError(f"{error} [{error.rule}]") from error
        findings = lint(instrument)
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"{len(findings)} findings in {path}.")
        self.stdout.write(f"{instrument.key} {instrument.version}: {len(instrument.items)} items, nothing to say.")
