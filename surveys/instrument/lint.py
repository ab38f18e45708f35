"""What is wrong with a questionnaire before anybody is asked: named findings, and no questionnaire fielded with one.

`docs/howto/linter.md` says of each rule what it means and what to do.
"""

from collections.abc import Callable, Iterator

from surveys.instrument.findings import RULE_NAMES, Finding
from surveys.instrument.lint_exports import export_names
from surveys.instrument.lint_former import former_findings
from surveys.instrument.lint_items import asked_once, batteries, duplicates, item_findings, page_sizes
from surveys.instrument.lint_places import places_nobody_reaches
from surveys.instrument.lint_rules import unknown_or_later
from surveys.instrument.lint_texts import language_findings
from surveys.instrument.lint_values import compared_values, exclusive_conflicts
from surveys.instrument.schema import Instrument

__all__ = ["BROKEN_RULES", "RULE_NAMES", "Finding", "lint"]

# A rule with one of these is wrong already; that nobody reaches what it shows would only say so twice.
BROKEN_RULES = frozenset(
    {
        "code_not_in_list",
        "decimals",
        "duplicate_key",
        "item_asked_twice",
        "item_never_asked",
        "later_reference",
        "min_above_max",
        "option_reads_answer",
        "register_value",
        "type_mismatch",
        "unknown_reference",
    }
)
RULES: tuple[Callable[[Instrument], Iterator[Finding]], ...] = (
    duplicates,
    asked_once,
    page_sizes,
    item_findings,
    batteries,
    export_names,
    unknown_or_later,
    compared_values,
    exclusive_conflicts,
    language_findings,
)


def lint(instrument: Instrument, former: Instrument | None = None) -> tuple[Finding, ...]:
    """Everything the linter has to say, rule by rule; empty means that it may be fielded.

    With the `former` instrument also what has changed since without a word about it.
    """
    found = [finding for rule in RULES for finding in rule(instrument)]
    if not BROKEN_RULES & {finding.rule for finding in found}:
        found.extend(places_nobody_reaches(instrument))
    if former is not None:
        found.extend(former_findings(former, instrument))
    return tuple(found)
