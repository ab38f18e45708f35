"""Rules over columns say of each respondent what the rule says of that respondent alone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.answer_columns import answer_columns
from analytics.core.columns import Multi, Number, Single, Text, single, status
from analytics.core.conditions import ConditionError, Respondents
from surveys.instrument.rules import evaluate, parse
from surveys.instrument.schema import DisclosureClass, Instrument, Item, ItemType, Option

OPEN = DisclosureClass.OPEN
CODES = ("a", "b", "c")
ITEMS = {
    "one": Item("one", ItemType.SINGLE, OPEN, tuple(Option(code) for code in CODES)),
    "two": Item("two", ItemType.SINGLE, OPEN, tuple(Option(code) for code in CODES)),
    "many": Item("many", ItemType.MULTI, OPEN, tuple(Option(code) for code in CODES)),
    "size": Item("size", ItemType.NUMBER, OPEN),
    "said": Item("said", ItemType.TEXT, OPEN),
}
CONDITIONS = {"first": parse('one == "a"'), "either": parse('first or two == "a"')}
INSTRUMENT = Instrument("tiny", "1", "en", (), CONDITIONS, ITEMS, (), (), {})

answers = st.fixed_dictionaries(
    {},
    optional={
        "one": st.sampled_from(CODES),
        "two": st.sampled_from(CODES),
        "many": st.lists(st.sampled_from(CODES), unique=True),
        "size": st.integers(0, 5),
        "said": st.sampled_from(["", "text"]),
    },
)

RULES = (
    'one == "a"',
    'one != "a"',
    'not one == "a"',
    'one in ["a", "b"]',
    'many any in ["a", "b"]',
    'many all in ["a", "b"]',
    '"a" in many',
    'not "a" in many',
    "count(many) >= 2",
    "count(many, one) == 2",
    "2 <= count(many)",
    "size >= 3",
    "size != 3",
    "5 > size",
    "answered(one)",
    "answered(one, many, size, said)",
    "first",
    'either and not (two == "b" or size > 2)',
    'one == "a" or one != "a"',
)


def respondents(documents: list[dict[str, Any]]) -> Respondents:
    columns = answer_columns(INSTRUMENT, documents, [frozenset(ITEMS)] * len(documents))
    numbers = np.array([np.nan if value is None else value for value in columns["size"]], dtype=np.float64)
    return Respondents(
        size=len(documents),
        columns={
            "one": single(columns["one"], CODES),
            "two": single(columns["two"], CODES),
            "many": Multi(
                status(columns["many"]),
                {code: np.array([bool(one) for one in columns[f"many.{code}"]]) for code in CODES},
            ),
            "size": Number(numbers, status(columns["size.status"])),
            "said": Text(status(columns["said.status"])),
        },
        background={},
        conditions=CONDITIONS,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(answers, min_size=1, max_size=8))
def test_columns_agree_with_each_respondent_alone(documents: list[dict[str, Any]]) -> None:
    every = respondents(documents)
    for text in RULES:
        rule = parse(text)
        alone = [evaluate(rule, document, {}, CONDITIONS) for document in documents]
        assert every.holds(rule).tolist() == alone, text


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('three == "a"', "three: no such item in the dataset. Correct the rule."),
        ("other", "other: no such condition. Use one of either, first."),
        ('bg.county == "a"', "bg.county: the dataset has no such variable. Correct the rule."),
        ("one == two", "==: cannot be evaluated between Single one and ItemAnswer two over columns."),
        (
            "size + 1 > 2",
            "size + 1: a questionnaire can use it, an indicator cannot. "
            "Compare an item, a variable or a count with a written text, number or list.",
        ),
        ('said == "text"', "==: cannot be evaluated between Text said and Literal over columns."),
    ],
)
def test_what_columns_cannot_answer_is_named(rule: str, message: str) -> None:
    with pytest.raises(ConditionError) as error:
        respondents([{"one": "a"}]).holds(parse(rule))
    assert str(error.value) == message


@pytest.mark.parametrize(
    "rule",
    [
        "3 < size * 2",
        "sum(size, size) > 1",
        "size > max(size)",
        "said > ref.from",
        'today_is_after("2026-01-01")',
        "one == null",
        "not one == true",
    ],
)
def test_what_only_a_questionnaire_can_use_is_refused_by_name(rule: str) -> None:
    with pytest.raises(ConditionError, match=": a questionnaire can use it, an indicator cannot"):
        respondents([{"one": "a"}]).holds(parse(rule))


def test_a_code_that_is_no_option_is_named() -> None:
    with pytest.raises(ValueError, match="code: expected one of a, b, c, got 'z'"):
        single(["a", "z"], CODES)


def test_not_asked_and_not_answered_are_apart() -> None:
    column = single(["a", "no_answer", None], CODES)
    assert isinstance(column, Single)
    assert column.asked.tolist() == [True, True, False]
    assert column.answered.tolist() == [True, False, False]
