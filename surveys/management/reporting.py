"""How the commands that take questionnaires in and out say what was taken over and what was not."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.document import from_document
from surveys.instrument.exchange import Imported, Loss
from surveys.instrument.findings import Finding
from surveys.instrument.lint import BROKEN_RULES, lint


def report(
    command: BaseCommand,
    *,
    taken: Mapping[str, int],
    lost: Sequence[Loss],
    as_json: bool,
    wrote: Sequence[Path],
    assumed: Sequence[str] = (),
    findings: Sequence[Finding] | None = None,
) -> None:
    """Print what was taken, assumed, lost and written: as sentences, or as one JSON document on standard output.

    With `findings` also what the linter says of the result: what contradicts itself one by one, the rest counted.

    Raises:
        CommandError: exit status 1, something was lost or contradicts itself; everything is printed before.
    """
    if as_json:
        content = {
            "taken": dict(taken),
            "assumed": list(assumed),
            "lost": lost_documents(lost),
            "wrote": [str(path) for path in wrote],
            **({} if findings is None else {"findings": [finding.as_document() for finding in findings]}),
        }
        command.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        command.stdout.write(f"Taken: {counted(taken)}.")
        said = linted(findings or ())
        for line in (*assumed, *(str(loss) for loss in lost), *(f"Wrote {path}" for path in wrote), *said):
            command.stdout.write(line)
    broken = [finding for finding in findings or () if finding.rule in BROKEN_RULES]
    if broken and not lost:
        raise CommandError(f"Everything was taken, and {len(broken)} of the linter's findings must be mended.")
    if lost:
        raise CommandError(f"{things(lost)} not taken: see the list.")


def report_import(command: BaseCommand, found: Imported, *, wrote: Sequence[Path], as_json: bool) -> None:
    """Print as `report` what became of a file of another format, and what the linter says of it."""
    report(
        command,
        taken=found.taken,
        lost=found.lost,
        as_json=as_json,
        wrote=wrote,
        assumed=found.assumed,
        findings=lint(from_document(found.document)),
    )


def linted(findings: Sequence[Finding]) -> Iterator[str]:
    """What is still to be done before the linter passes the questionnaire, where there is anything."""
    yield from (f"lint_instrument says: {finding}" for finding in findings if finding.rule in BROKEN_RULES)
    unsaid = Counter(finding.rule for finding in findings if finding.rule not in BROKEN_RULES)
    if unsaid:
        counts = ", ".join(f"{rule} {count}" for rule, count in sorted(unsaid.items()))
        yield f"A file does not say all that a questionnaire needs. lint_instrument lists what to mend: {counts}."


def counted(taken: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in taken.items() if count) or "nothing"


def lost_documents(lost: Sequence[Loss]) -> list[dict[str, str]]:
    return [{"place": loss.place, "what": loss.what, "why": loss.why} for loss in lost]


def things(lost: Sequence[Loss]) -> str:
    return "1 thing was" if len(lost) == 1 else f"{len(lost)} things were"


def refusal(command: BaseCommand, error: Exception, *, as_json: bool, rule: str = "") -> CommandError:
    """The error to raise for a file or a directory that is not taken at all; as JSON it is printed too.

    `rule` is the name of what is wrong, where the linter has one for it.
    """
    if as_json:
        named = {"rule": rule} if rule else {}
        command.stdout.write(json.dumps({"refused": str(error), **named}, ensure_ascii=False, indent=2))
    return CommandError(f"{error} [{rule}]" if rule else str(error))
