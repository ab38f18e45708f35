"""The shipped questionnaire of workplaces, held to what indicators and waves build on."""

import re

import pytest
from hypothesis import given, settings

from surveys.instrument.check import submission
from surveys.instrument.document import from_document, load_library, to_document
from surveys.instrument.lint import lint
from surveys.instrument.reach import unreachable
from surveys.instrument.routing import items_on_path, path
from surveys.instrument.schema import DisclosureClass, Requirement, TextState
from tests.surveys.instrument.answering import any_answers

WORKPLACE = from_document(load_library())
FACTORS = (
    "focus_on_safe_operation", "handling_of_mistakes", "cooperation_across_workplace", "new_technology",
    "limited_finances", "employees_participation", "users_citizens_participation", "political_decisions",
    "legislation", "private_companies", "voluntary_organisations", "knowledge_institutions",
)  # fmt: skip
INNOVATIVE: dict[str, object] = {
    "types.product": "no",
    "types.service": "no",
    "types.process_organisation": "yes",
    "types.communication": "no",
}
NOT_INNOVATIVE: dict[str, object] = {**INNOVATIVE, "types.process_organisation": "dont_know"}


def pages(answers: dict[str, object]) -> list[str]:
    return [page.page.id for page in path(WORKPLACE, answers, {})]


def test_the_linter_has_nothing_to_say() -> None:
    assert lint(WORKPLACE) == ()


def test_every_page_and_item_can_be_reached() -> None:
    assert list(unreachable(WORKPLACE)) == []


def test_the_document_says_the_whole_questionnaire() -> None:
    assert to_document(WORKPLACE) == load_library()


def test_factors_are_asked_alike_of_finished_and_unfinished_work() -> None:
    for battery in ("factors", "unfinished_factors"):
        rows = [item for item in WORKPLACE.items.values() if item.battery == battery]
        assert [row.key.removeprefix(f"{battery}.") for row in rows] == list(FACTORS)
        assert {tuple(option.code for option in row.options) for row in rows} == {
            ("hindered_high", "hindered_some", "promoted_some", "promoted_high", "dont_know", "not_relevant")
        }
    for texts in WORKPLACE.texts.values():
        for factor in FACTORS:
            assert texts.items[f"factors.{factor}"] == texts.items[f"unfinished_factors.{factor}"]


def test_innovators_answer_on_the_newest_innovation() -> None:
    answers = {**INNOVATIVE, "novelty": "first", "partners": ["none"], "spread": "no"}
    assert pages(answers) == [
        "role", "types", "count", "stopped", "newest", "novelty", "practice", "start", "decisive", "partners",
        "funding", "technology", "values", "evaluation", "spread", "factors_inside", "factors_outside", "culture",
        "consent", "comment",
    ]  # fmt: skip
    assert "procurement" not in items_on_path(WORKPLACE, answers, {})


def test_follow_up_questions_appear_with_the_answers_they_follow() -> None:
    answers = {**INNOVATIVE, "novelty": "copied", "partners": ["state", "private_companies"], "spread": "yes"}
    asked = items_on_path(WORKPLACE, answers, {})
    assert {"channels", "phases.state", "phases.private_companies", "procurement", "spread_how"} <= set(asked)
    assert "phases.citizens" not in asked


def test_the_others_take_the_side_route() -> None:
    assert pages(NOT_INNOVATIVE) == ["role", "types", "stopped", "unfinished", "culture", "comment"]
    assert pages({**NOT_INNOVATIVE, "unfinished": "yes"}) == [
        "role", "types", "stopped", "unfinished", "unfinished_types", "unfinished_factors_inside",
        "unfinished_factors_outside", "culture", "comment",
    ]  # fmt: skip


def test_nobody_is_sent_on_before_the_types_are_answered() -> None:
    assert pages({}) == ["role", "types", "stopped", "culture", "comment"]
    assert {key for key, item in WORKPLACE.items.items() if item.required is Requirement.HARD} == set(INNOVATIVE)


def test_what_gives_a_respondent_away_is_marked() -> None:
    classes = {
        kind: {key for key, item in WORKPLACE.items.items() if item.disclosure is kind} for kind in DisclosureClass
    }
    assert classes[DisclosureClass.IDENTIFYING] == {"newest_name", "comment", "contact_consent"}
    assert classes[DisclosureClass.QUASI_IDENTIFYING] == {"respondent_role"}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_texts_are_drafts_and_the_definition_has_two_sentences(language: str) -> None:
    texts = WORKPLACE.texts[language]
    assert texts.state is TextState.DRAFT
    assert len(re.findall(r"[.!?](?:\s|$)", texts.definition)) == 2


@settings(max_examples=50)
@given(any_answers(WORKPLACE))
def test_no_answers_lead_off_the_path(answers: dict[str, object]) -> None:
    handed_in = submission(WORKPLACE, answers, {})
    assert set(handed_in) <= set(items_on_path(WORKPLACE, handed_in, {}))
