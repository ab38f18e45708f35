import random

from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.check import submission
from surveys.instrument.routing import answers_on_path, items_on_path, path
from surveys.instrument.schema import Instrument
from tests import make
from tests.surveys.instrument.answering import any_answers

ROUTING = make.questionnaire("routing")
LARGE_IN_NORWAY = {"country": "NO", "employees": 60}


def pages_of(instrument: Instrument, answers: dict[str, object], background: dict[str, object]) -> dict[str, list[str]]:
    return {page.page.id: list(page.items) for page in path(instrument, answers, background)}


def test_innovators_and_the_others_take_different_ways() -> None:
    assert pages_of(ROUTING, {"types.service": "yes", "partners": ["state"]}, LARGE_IN_NORWAY) == {
        "types": ["types.service", "types.product"],
        "partners": ["partners"],
        "phases": ["phases.state"],
        "budget": ["budget"],
    }
    assert pages_of(ROUTING, {"types.service": "no"}, LARGE_IN_NORWAY) == {
        "types": ["types.service", "types.product"],
        "reason": ["reason"],
    }


def test_a_page_on_which_nothing_is_asked_is_left_out() -> None:
    answers: dict[str, object] = {"types.service": "yes", "partners": ["none"]}
    assert list(pages_of(ROUTING, answers, {})) == ["types", "partners"]


def test_the_frame_decides_too() -> None:
    answers: dict[str, object] = {"types.product": "yes"}
    assert "budget" in pages_of(ROUTING, answers, LARGE_IN_NORWAY)
    assert "budget" not in pages_of(ROUTING, answers, {"country": "NO", "employees": 49})
    assert "budget" not in pages_of(ROUTING, answers, {"country": "DK", "employees": 60})


def test_an_answer_off_the_path_counts_as_unanswered() -> None:
    answers: dict[str, object] = {
        "types.service": "no",
        "partners": ["state"],
        "phases.state": "idea",
        "reason": "time",
    }
    assert items_on_path(ROUTING, answers, {}) == ("types.service", "types.product", "reason")
    assert answers_on_path(ROUTING, answers, {}) == {"types.service": "no", "reason": "time"}


def test_empty_answers_are_left_out_of_a_submission() -> None:
    assert submission(ROUTING, {"types.service": "yes", "types.product": "", "partners": []}, {}) == {
        "types.service": "yes"
    }


@given(any_answers(ROUTING), st.randoms(use_true_random=False))
def test_the_path_is_a_function_of_what_is_answered_and_not_of_its_order(
    answers: dict[str, object], shuffler: random.Random
) -> None:
    before = dict(answers)
    first = path(ROUTING, answers, LARGE_IN_NORWAY)
    entries = list(answers.items())
    shuffler.shuffle(entries)
    assert path(ROUTING, dict(entries), LARGE_IN_NORWAY) == first
    assert path(ROUTING, answers, LARGE_IN_NORWAY) == first
    assert answers == before


@given(any_answers(ROUTING))
def test_a_submission_holds_no_answer_off_its_own_path(answers: dict[str, object]) -> None:
    handed_in = submission(ROUTING, answers, LARGE_IN_NORWAY)
    assert set(handed_in) <= set(items_on_path(ROUTING, handed_in, LARGE_IN_NORWAY))
    assert path(ROUTING, handed_in, LARGE_IN_NORWAY) == path(ROUTING, answers, LARGE_IN_NORWAY)
    assert submission(ROUTING, handed_in, LARGE_IN_NORWAY) == handed_in
