from dataclasses import replace
from pathlib import Path

import pytest

from surveys.instrument.document import InstrumentError, from_document, load_file
from surveys.instrument.lint import Finding, lint
from surveys.instrument.schema import Ask
from tests import make

FOLDER = Path(__file__).parents[2] / "instruments"
BROKEN = sorted(path.stem for path in FOLDER.glob("broken_*.yaml"))
WHOLE = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.startswith("broken_"))
RULES = {
    "battery_scale",
    "code_not_in_list",
    "duplicate_key",
    "exclusive_option",
    "impossible_limit",
    "item_asked_twice",
    "item_never_asked",
    "item_unreachable",
    "later_reference",
    "literal_year",
    "markup",
    "min_above_max",
    "missing_disclosure",
    "missing_label",
    "missing_text",
    "options",
    "page_size",
    "page_unreachable",
    "reserved_code",
    "type_mismatch",
    "unknown_reference",
    "unused_text",
}


def rule_of(name: str) -> str:
    return name.removeprefix("broken_").partition("__")[0]


def test_every_rule_has_a_questionnaire_that_breaks_it() -> None:
    assert {rule_of(name) for name in BROKEN} == RULES


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_questionnaire_gives_no_findings(name: str) -> None:
    assert lint(make.questionnaire(name)) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_questionnaire_gives_exactly_its_finding(name: str) -> None:
    try:
        rules = [finding.rule for finding in lint(from_document(load_file(FOLDER / f"{name}.yaml")))]
    except InstrumentError as error:
        rules = [error.rule]
    assert rules == [rule_of(name)]


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert lint(make.questionnaire("broken_code_not_in_list")) == (
        Finding(
            rule="code_not_in_list",
            location="pages.who.show_if",
            message="'yess' is not among the codes of new: no, yes.",
            suggestion="Choose one of them.",
        ),
    )
    assert str(lint(make.questionnaire("broken_literal_year"))[0]) == (
        "texts.en.items.new: It names the year 2024, and the next wave asks about another. "
        "Say it relatively: the last two years. [literal_year]"
    )


def test_a_page_with_too_many_items_is_named() -> None:
    instrument = make.questionnaire("battery")
    crowded = replace(instrument.pages[0], asks=tuple(Ask("factors.money") for _ in range(9)))
    findings = lint(replace(instrument, pages=(crowded, instrument.pages[1])))
    assert ("page_size", "pages.inside") in {(finding.rule, finding.location) for finding in findings}
