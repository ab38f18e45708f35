"""What is another in a questionnaire than in a former one, and whether somebody has said what that means."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.diff import difference
from surveys.instrument.diff_report import report_lines
from surveys.instrument.document import InstrumentError
from surveys.instrument.left_out import files_of
from surveys.instrument.on_disk import Written, blocks_of, written_at
from surveys.instrument.schema import Instrument
from surveys.management.reporting import lost_documents, refusal


class Command(BaseCommand):
    requires_system_checks = ()  # it reads files alone
    help = "Reports the differences of two questionnaires. Exit status 1 for a change nobody declared or a reused code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("former", type=Path, help="the directory or file of the former questionnaire")
        parser.add_argument("present", type=Path, help="the directory or file of the present one")
        parser.add_argument("--name", default="", help="one questionnaire of the directories; else every one")
        parser.add_argument(
            "--block",
            action="append",
            default=[],
            help="with this optional block (may be repeated); else those of both",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")

    def handle(
        self, *, former: Path, present: Path, name: str, block: Sequence[str], as_json: bool, **_: object
    ) -> None:
        try:
            before, now = (written_at(path, name if path.is_dir() else "") for path in (former, present))
            matched = pairs(before, now, block)
            found = [difference(read(one), read(other)) for one, other in matched]
        except InstrumentError as error:
            raise refusal(self, error, as_json=as_json, rule=error.rule) from error
        lost = [
            replace(loss, place=f"{path}/{loss.place}") for path in (former, present) for loss in files_of(path).lost
        ]
        added = [one.name for one in now if one.name not in {other.name for _, other in matched}]
        removed = [one.name for one in before if one.name not in {other.name for other, _ in matched}]
        apart = {"added": added, "removed": removed, "blocks": [] if block else blocks_apart(matched)}
        if as_json:
            documents = {"instruments": [one.as_document() for one in found], "lost": lost_documents(lost)}
            self.stdout.write(json.dumps({**apart, **documents}, ensure_ascii=False, indent=2))
        else:
            self.write_report(apart, [*(line for one in found for line in report_lines(one)), *map(str, lost)])
        undeclared, reused = sum(len(one.undeclared) for one in found), sum(len(one.reused) for one in found)
        if undeclared or reused or lost:
            not_taken = f", {len(lost)} files that were not taken" if lost else ""
            raise CommandError(f"{undeclared} undeclared changes, {reused} reused codes{not_taken}.", returncode=1)

    def write_report(self, apart: Mapping[str, Sequence[str]], lines: Sequence[str]) -> None:
        said = {"added": "Questionnaires new", "removed": "Questionnaires gone", "blocks": "Blocks not compared"}
        for kind, names in apart.items():
            if names:
                self.stdout.write(f"{said[kind]}: {', '.join(names)}")
        self.stdout.write("\n".join(lines))


def read(written: Written) -> Instrument:
    """The questionnaire. Raises InstrumentError, with the directory in front, as there are two."""
    try:
        return written.read()
    except InstrumentError as error:
        raise InstrumentError(
            location=f"{written.path}/{error.location}" if written.name else f"{written.path}: {error.location}",
            expected=error.expected,
            got=error.got,
            hint=error.hint,
            rule=error.rule,
        ) from error


def blocks_apart(matched: Sequence[tuple[Written, Written]]) -> list[str]:
    """Blocks that fit a questionnaire on one side and were left out, as those without a like on the other are."""
    return sorted(
        {
            f"{side.path}/blocks/{block}"
            for pair in matched
            for side in pair
            for block in blocks_of(side)
            if block not in side.blocks
        }
    )


def pairs(
    former: Sequence[Written], present: Sequence[Written], blocks: Sequence[str]
) -> list[tuple[Written, Written]]:
    """Questionnaires of one name; one alone on each side is a pair whatever it is called.

    Raises InstrumentError where there is no pair.
    """
    known = {one.name: one for one in former}
    if len(former) == len(present) == 1:
        found = [(former[0], present[0])]
    else:
        found = [(known[one.name], one) for one in present if one.name in known]
    if not found:
        names = [", ".join(one.name or one.path.name for one in whole) for whole in (former, present)]
        raise InstrumentError(
            location="--name", expected="two questionnaires of one name", got=" and ".join(names), hint="Name one."
        )
    return [with_shared_blocks(one, other, blocks) for one, other in found]


def with_shared_blocks(one: Written, other: Written, blocks: Sequence[str]) -> tuple[Written, Written]:
    """Both with the named blocks, or with those that both directories have: a block that one lacks is no change."""
    shared = tuple(blocks) or tuple(block for block in blocks_of(one) if block in blocks_of(other))
    first, second = (replace(each, blocks=shared if each.name else ()) for each in (one, other))
    return first, second
