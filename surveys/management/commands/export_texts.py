"""Write the texts of a questionnaire in one language for a translator."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from surveys.instrument.document import LIBRARY, InstrumentError
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.on_disk import chosen_at, with_blocks
from surveys.instrument.translations import export_texts
from surveys.management.files import write_new
from surveys.management.reporting import refusal, report


class Command(BaseCommand):
    help = (
        "Writes every text of a questionnaire with what stands in one language: a .po file or an .xlsx workbook, as "
        "the name of the file ends. With all its blocks where none is named. docs/howto/translating.md has more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=LIBRARY, help="the directory; else the library")
        parser.add_argument("file", type=Path, help="the .po or .xlsx file to write")
        parser.add_argument("--name", default="", help="which instrument of a directory of several")
        parser.add_argument("--block", action="append", default=[], dest="blocks", help="with this block; may repeat")
        parser.add_argument("--language", required=True, help="the language to translate into, for instance nn")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(
        self, *, directory: Path, file: Path, name: str, blocks: list[str], language: str, as_json: bool, **_: object
    ) -> None:
        try:
            chosen, assumed = chosen_at(directory, name)
            instrument = with_blocks(chosen, blocks).read()
            exported = export_texts(instrument, language, file.suffix.lower())
            write_new(file, exported.content)
        except (ExchangeRefused, InstrumentError, OSError) as error:
            raise refusal(self, error, as_json=as_json) from error
        report(self, taken=exported.taken, lost=exported.lost, as_json=as_json, wrote=[file], assumed=assumed)
