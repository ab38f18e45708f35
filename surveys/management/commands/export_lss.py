"""Write a questionnaire in LimeSurvey's tab-separated form."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand

from surveys.instrument.document import LIBRARY, InstrumentError, to_document
from surveys.instrument.limesurvey import short_codes, write_tsv
from surveys.instrument.on_disk import chosen_at
from surveys.management.files import write_new
from surveys.management.reporting import refusal, report


class Command(BaseCommand):
    help = (
        "Writes a questionnaire in LimeSurvey's tab-separated form, which LimeSurvey imports as a survey: give the "
        "file a name that ends in .txt. Says what LimeSurvey cannot do; exit status 1 when there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=LIBRARY, help="the directory; else the library")
        parser.add_argument("file", type=Path, help="the .txt file to write")
        parser.add_argument("--name", default="", help="which instrument of a directory of several")
        parser.add_argument("--block", action="append", default=[], dest="blocks", help="an optional block; may repeat")
        parser.add_argument("--codes", action="store_true", help="also list LimeSurvey's short codes beside ours")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(
        self, *, directory: Path, file: Path, name: str, blocks: list[str], codes: bool, as_json: bool, **_: object
    ) -> None:
        try:
            chosen, assumed = chosen_at(directory, name)
            document = to_document(replace(chosen, blocks=tuple(blocks)).read())
            exported = write_tsv(document)
            write_new(file, exported.content)
        except (InstrumentError, OSError) as error:
            raise refusal(self, error, as_json=as_json) from error
        if codes and not as_json:
            for line in short_codes(document):
                self.stdout.write(line)
        report(self, taken=exported.taken, lost=exported.lost, as_json=as_json, wrote=[file], assumed=assumed)
