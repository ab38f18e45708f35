"""Take the texts of a translator's file into a directory of text files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.document import LIBRARY, InstrumentError
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.files import bytes_of
from surveys.instrument.on_disk import chosen_at, with_blocks
from surveys.instrument.translations import read_texts
from surveys.instrument.translations.on_disk import write_texts
from surveys.instrument.xlsform.package import MAX_FILE
from surveys.management.files import writing_to
from surveys.management.reporting import refusal, report


class Command(BaseCommand):
    help = (
        "Takes a translator's .po file or workbook into the files of texts of a directory. Says of every text that is "
        "not taken why not, and what the linter says of those that are; exit status 1 when there is either."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=LIBRARY, help="the directory; else the library")
        parser.add_argument("file", type=Path, help="the .po or .xlsx file")
        parser.add_argument("--name", default="", help="which instrument of a directory of several")
        parser.add_argument(
            "--block", action="append", default=[], dest="blocks", help="the blocks it was exported with"
        )
        parser.add_argument("--language", required=True, help="the language of the texts, for instance nn")
        parser.add_argument("--by", default="", help="who has checked the texts that are marked as checked")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(
        self,
        *,
        directory: Path,
        file: Path,
        name: str,
        blocks: list[str],
        language: str,
        by: str,
        as_json: bool,
        **_: object,
    ) -> None:
        try:
            chosen, assumed = chosen_at(directory, name)
            source = with_blocks(chosen, blocks)
            found = read_texts(bytes_of(file, name=str(file), most=MAX_FILE), source.read(), language, by=by)
            with writing_to(directory):
                wrote = write_texts(directory, name=source.name, blocks=source.blocks, translated=found)
        except (ExchangeRefused, InstrumentError, OSError) as error:
            raise refusal(self, error, as_json=as_json) from error
        remarks = [*assumed, *found.remarks, *wrote.remarks, *map(str, found.findings)]
        report(self, taken=found.taken, lost=found.refused, as_json=as_json, wrote=wrote.files, assumed=remarks)
        if found.findings:
            raise CommandError(f"{len(found.findings)} findings in the texts that were taken: see the list.")
