"""Read a LimeSurvey survey into a directory of text files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from surveys.instrument.directory import write_directory
from surveys.instrument.document import InstrumentError
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.files import bytes_of
from surveys.instrument.limesurvey import MAX_BYTES, read_limesurvey
from surveys.management.files import writing_to
from surveys.management.reporting import refusal, report_import


class Command(BaseCommand):
    help = (
        "Reads a LimeSurvey survey (.lss of any version, or the tab-separated .txt) into a directory of text files. "
        "Says what was not taken and what the linter finds in the result; exit status 1 when there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the .lss, .txt or .tsv file")
        parser.add_argument("directory", type=Path, help="where instruments/, items/ and texts/ are written")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(self, *, file: Path, directory: Path, as_json: bool, **_: object) -> None:
        try:
            found = read_limesurvey(bytes_of(file, name=str(file), most=MAX_BYTES))
            with writing_to(directory):
                wrote = write_directory(found.document, directory)
        except (ExchangeRefused, InstrumentError, OSError) as error:
            raise refusal(self, error, as_json=as_json) from error
        report_import(self, found, wrote=wrote, as_json=as_json)
