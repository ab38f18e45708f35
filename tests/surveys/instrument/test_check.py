import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.check import Problem, check, submission
from surveys.instrument.document import from_document, load_library
from surveys.instrument.routing import items_on_path
from surveys.instrument.schema import ItemType, Level
from tests import make
from tests.surveys.instrument.answering import any_answers

ROUTING = make.questionnaire("routing")
EDITS = make.questionnaire("edits")
ONE = make.questionnaire("one_page")
VALUES = make.questionnaire("exclusive")
BACKGROUND: dict[str, object] = {"country": "NO", "employees": 60}
WORKPLACE = from_document(load_library())


def test_good_answers_have_no_problems() -> None:
    assert check(ONE, {"new": "dont_know"}, {}) == ()
    assert check(EDITS, {"staff": 0}, {}) == ()
    assert check(EDITS, {"staff": 20, "trained": 20, "note": "æ\nø\tå"}, BACKGROUND) == ()


@pytest.mark.parametrize(
    ("answer", "code", "detail"),
    [
        ("maybe", "unknown_code", {"code": "maybe"}),
        ("x" * 500, "unknown_code", {"code": "x" * 57 + "..."}),
        (["yes"], "wrong_type", {"expected": "code", "got": "list"}),
        (1, "wrong_type", {"expected": "code", "got": "int"}),
        (True, "wrong_type", {"expected": "code", "got": "bool"}),
        ({"yes": 1}, "wrong_type", {"expected": "code", "got": "dict"}),
    ],
)
def test_an_answer_that_is_no_code_is_refused(answer: object, code: str, detail: dict[str, str | int]) -> None:
    assert check(ONE, {"new": answer}, {}) == (Problem("new", code, Level.HARD, detail),)


@pytest.mark.parametrize(
    ("answer", "problems"),
    [
        (["quality"], []),
        (["none"], []),
        (["quality", "other"], [("unknown_code", {"code": "other"})]),
        (["quality", "quality"], [("duplicate_choice", {})]),
        (["quality", "efficiency", "influence"], [("too_many", {"limit": 2, "got": 3})]),
        (["quality", "none"], [("exclusive", {"code": "none"})]),
        (["dont_know", "none"], [("exclusive", {"code": "dont_know"})]),
        ("quality", [("wrong_type", {"expected": "list of codes", "got": "str"})]),
        ([["quality"]], [("wrong_type", {"expected": "list of codes", "got": "list"})]),
        ([3], [("wrong_type", {"expected": "list of codes", "got": "list"})]),
    ],
)
def test_several_choices_are_held_to_their_limits(
    answer: object, problems: list[tuple[str, dict[str, str | int]]]
) -> None:
    expected = tuple(Problem("values", code, Level.HARD, detail) for code, detail in problems)
    assert check(VALUES, {"values": answer}, {}) == expected


@pytest.mark.parametrize(
    ("item", "answer", "problem"),
    [
        ("staff", -1, Problem("staff", "below", detail={"limit": 0})),
        ("staff", 101, Problem("staff", "above", detail={"limit": 100})),
        ("trained", 10**13, Problem("trained", "above", detail={"limit": 10**12})),
        ("staff", "12", Problem("staff", "wrong_type", detail={"expected": "whole number", "got": "str"})),
        ("staff", 1.5, Problem("staff", "wrong_type", detail={"expected": "whole number", "got": "float"})),
        ("staff", True, Problem("staff", "wrong_type", detail={"expected": "whole number", "got": "bool"})),
        ("note", "x" * 11, Problem("note", "too_long", detail={"limit": 10, "got": 11})),
        ("note", "a\x00b", Problem("note", "unreadable")),
        ("note", "\ud800", Problem("note", "unreadable")),
        ("note", 3, Problem("note", "wrong_type", detail={"expected": "text", "got": "int"})),
    ],
)
def test_numbers_and_texts_are_held_to_their_limits(item: str, answer: object, problem: Problem) -> None:
    answers: dict[str, object] = {"staff": 20, "trained": 3, item: answer}
    assert check(EDITS, answers, {}, items=[item]) == (problem,)


def test_html_is_an_ordinary_text() -> None:
    assert check(EDITS, {"staff": 2, "trained": 1, "note": "<b>&amp;"}, {}) == ()


def test_a_required_answer_is_missed_hard_or_soft_or_not_at_all() -> None:
    assert check(ONE, {}, {}) == (Problem("new", "required", Level.HARD),)
    assert check(ONE, {"new": ""}, {}) == (Problem("new", "required", Level.HARD),)
    assert check(EDITS, {"staff": 3}, {}) == (Problem("trained", "required", Level.SOFT),)


def test_only_the_items_of_the_page_are_looked_at() -> None:
    answers: dict[str, object] = {"types.service": "wrong", "partners": ["state"]}
    assert check(ROUTING, answers, {}, items=["types.product"]) == (Problem("types.product", "required", Level.HARD),)


def test_an_item_nobody_knows_and_one_that_is_not_asked_are_named() -> None:
    answers: dict[str, object] = {"types.service": "no", "types.product": "no", "partners": ["state"], "colour": "red"}
    assert check(ROUTING, answers, {}) == (Problem("colour", "unknown_item"), Problem("partners", "off_path"))
    assert check(ROUTING, answers, {}, items=["colour", "types.service"]) == (Problem("colour", "unknown_item"),)
    assert check(ROUTING, answers, {}, items=["partners"]) == (Problem("partners", "off_path"),)
    assert check(ROUTING, {**answers, "partners": []}, {}, items=["partners"]) == ()


def test_edits_are_said_beside_their_item_at_their_level() -> None:
    assert check(EDITS, {"staff": 5, "trained": 6}, BACKGROUND) == (
        Problem("trained", "edit", Level.HARD, {"edit": "more_trained_than_staff"}),
        Problem("staff", "edit", Level.SOFT, {"edit": "far_from_frame"}),
    )
    assert check(EDITS, {"staff": 5, "trained": 6}, BACKGROUND, items=["staff"]) == (
        Problem("staff", "edit", Level.SOFT, {"edit": "far_from_frame"}),
    )


def test_an_edit_waits_until_its_item_is_answered_and_readable() -> None:
    assert check(EDITS, {"trained": 6}, BACKGROUND, items=["trained"]) == (Problem("trained", "off_path"),)
    assert check(EDITS, {"staff": 500, "trained": 600}, BACKGROUND, items=["staff"]) == (
        Problem("staff", "above", detail={"limit": 100}),
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*ROUTING.items, "unknown"]), json_values))
def test_no_answer_of_any_shape_breaks_the_check(answers: dict[str, object]) -> None:
    found = check(ROUTING, answers, BACKGROUND)
    assert {problem.item for problem in found} <= {*ROUTING.items, "unknown"}


@given(any_answers(ROUTING))
def test_a_submission_is_never_off_the_path(answers: dict[str, object]) -> None:
    handed_in = submission(ROUTING, answers, BACKGROUND)
    codes = {problem.code for problem in check(ROUTING, handed_in, BACKGROUND)}
    assert not codes & {"off_path", "unknown_item", "wrong_type", "unknown_code"}


def full_answers() -> dict[str, object]:
    """An innovator who answers everything, with few partners."""
    answers: dict[str, object] = {key: "yes" for key in WORKPLACE.items if key.startswith("types.")}
    answers |= {"novelty": "adapted", "partners": ["state", "private_companies"], "spread": "yes"}
    for key in items_on_path(WORKPLACE, answers, {}):
        item = WORKPLACE.items[key]
        first = item.options[0].code if item.options else ""
        by_type: dict[ItemType, object] = {
            ItemType.SINGLE: first,
            ItemType.MULTI: [first],
            ItemType.NUMBER: 3,
            ItemType.TEXT: "A text",
        }
        answers.setdefault(key, by_type[item.type])
    return answers


def test_a_full_questionnaire_passes() -> None:
    answers = full_answers()
    assert (len(answers), check(WORKPLACE, answers, {})) == (48, ())


@pytest.mark.parametrize("answer", [10**400, -(10**400)])
def test_a_number_of_any_length_is_a_problem_and_no_error(answer: int) -> None:
    found = [problem.code for problem in check(EDITS, {"staff": answer}, BACKGROUND, items=["staff"])]
    assert found == ["above" if answer > 0 else "below"]


@pytest.mark.parametrize("answer", [[[]], [{}], [None, ["a"]], {"a": {}}])
def test_what_is_no_code_is_a_problem_also_where_the_background_decides_what_is_offered(answer: object) -> None:
    every = make.questionnaire("every_type")
    assert {problem.code for problem in check(every, {"source": answer}, {}) if problem.item == "source"} == {
        "wrong_type"
    }
