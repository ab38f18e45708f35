"""Write a questionnaire as an XLSForm."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand

from surveys.instrument.document import InstrumentError, to_document
from surveys.instrument.on_disk import chosen_at
from surveys.instrument.xlsform import write_xlsform
from surveys.management.files import write_new
from surveys.management.reporting import refusal, report


class Command(BaseCommand):
    help = (
        "Writes a questionnaire as an XLSForm (.xlsx), which ODK and Kobo take and import_xlsform reads back. "
        "Says what other programs will not get; exit status 1 when there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a directory of text files, or one file")
        parser.add_argument("file", type=Path, help="the .xlsx file to write; it must not be there yet")
        parser.add_argument("--name", default="", help="which instrument of a directory of several")
        parser.add_argument("--block", action="append", default=[], dest="blocks", help="an optional block; repeatable")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(self, *, directory: Path, file: Path, name: str, blocks: list[str], as_json: bool, **_: object) -> None:
        try:
            chosen, assumed = chosen_at(directory, name)
            made = write_xlsform(to_document(replace(chosen, blocks=tuple(blocks)).read()))
            write_new(file, made.content)
        except (InstrumentError, OSError) as error:
            raise refusal(self, error, as_json=as_json) from error
        report(self, taken=made.taken, lost=made.lost, as_json=as_json, wrote=[file], assumed=assumed)
