"""Lint questionnaires: the shipped ones, those in a directory of YAML files, or one written as a single file."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, InstrumentError
from surveys.instrument.findings import Finding, finding_of
from surveys.instrument.left_out import Files, files_of
from surveys.instrument.lint import BROKEN_RULES, lint
from surveys.instrument.on_disk import Written, alone_and_with_blocks, fitting_blocks, written_at
from surveys.instrument.own_file import counts
from surveys.instrument.reach import undecided
from surveys.instrument.schema import Instrument
from surveys.management.reporting import counted, lost_documents, refusal


@dataclass(frozen=True)
class Report:
    """What there is to say of one questionnaire."""

    key: str
    version: str
    taken: Mapping[str, int]  # kind of thing -> how many
    findings: Sequence[Finding]
    undecided: Sequence[str]  # places of which the search did not find out whether any answers lead there

    @property
    def items(self) -> int:
        return self.taken.get("items", 0)

    def as_document(self) -> dict[str, object]:
        findings = [finding.as_document() for finding in self.findings]
        whole = {"key": self.key, "version": self.version, "items": self.items, "findings": findings}
        return {**whole, "undecided": list(self.undecided), "taken": dict(self.taken)}

    def lines(self) -> Iterator[str]:
        yield from map(str, self.findings)
        yield from (
            f"{place}: not decided whether any answers lead there. Look at its rule." for place in self.undecided
        )
        said = f"{len(self.findings)} findings" if self.findings else "nothing to say"
        yield f"{self.key} {self.version}".strip() + f": {self.items} items, {said}."


class Command(BaseCommand):
    help = (
        "Says what is wrong with questionnaires, and which files of the directory none of them reads. "
        "Exit status 1 when there is anything; docs/howto/linter.md has more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, default=LIBRARY, help="a directory or a file; else the library"
        )
        parser.add_argument("--name", default="", help="one questionnaire of the directory; else every one")
        parser.add_argument("--block", action="append", default=[], help="with this optional block; may be repeated")
        parser.add_argument("--former", type=Path, help="the directory or file of the questionnaires before these")
        parser.add_argument("--former-name", default="", help="the one in --former, where it has another name")
        parser.add_argument("--json", action="store_true", dest="as_json", help="the findings as JSON")

    def handle(
        self,
        *,
        path: Path,
        name: str,
        block: Sequence[str],
        former: Path | None,
        former_name: str,
        as_json: bool,
        **_: object,
    ) -> None:
        try:
            sources = list(alone_and_with_blocks(path, name, block))
            before = {source: former_of(source, former, former_name) for source in sources}
        except InstrumentError as error:
            raise refusal(self, error, as_json=as_json, rule=error.rule) from error
        reports = [report_on(source, before[source]) for source in sources]
        files = files_of(path)
        if as_json:
            whole = {"taken": {"files": files.taken}, "lost": lost_documents(files.lost)}
            every = [report.as_document() for report in reports]
            self.stdout.write(json.dumps({**whole, "instruments": every}, ensure_ascii=False, indent=2))
        else:
            lines = [line for report in reports for line in report.lines()]
            taken = [f"Taken: {counted({'files': files.taken})}."] if path.is_dir() else []
            self.stdout.write("\n".join([*lines, *map(str, files.lost), *taken]))
        count = sum(len(report.findings) for report in reports)
        if count or files.lost:
            raise CommandError(f"{said(count, files)} in {path}.", returncode=1)


def said(count: int, files: Files) -> str:
    parts = [f"{count} findings"] if count else []
    return " and ".join(parts + [f"{len(files.lost)} files that were not taken"] * bool(files.lost))


def report_on(source: Written, former: Written | None) -> Report:
    """The findings of a questionnaire. One that cannot be read has a single finding, which says why."""
    try:
        instrument = source.read()
        findings = lint(instrument, None if former is None else former.read())
    except InstrumentError as error:
        return Report(source.title, "", {}, [finding_of(error)], [])
    return Report(instrument.key, instrument.version, counts(instrument), findings, not_decided(instrument, findings))


def not_decided(instrument: Instrument, findings: Sequence[Finding]) -> list[str]:
    """Only where the search was made: a questionnaire with broken rules is mended first."""
    if BROKEN_RULES & {finding.rule for finding in findings}:
        return []
    return [f"pages.{page.id}" + (f".{ask.item}" if ask else "") for page, ask in undecided(instrument)]


def former_of(source: Written, path: Path | None, name: str) -> Written | None:
    """The questionnaire before this one, with the same blocks as far as they were there; none where it is new.

    Raises InstrumentError where it is not said which one is meant.
    """
    if path is None:
        return None
    if not path.is_dir():
        return written_at(path)[0]
    wanted = name or source.name
    known = names_in(path, "instruments")
    if wanted not in known:
        if source.name and not name:
            return None
        expected = f"one of {', '.join(known) or 'no questionnaires'}"
        raise InstrumentError(location="--former-name", expected=expected, got=wanted or "nothing")
    blocks = tuple(block for block in source.blocks if block in fitting_blocks(path, wanted))
    return Written(path, wanted, blocks)
