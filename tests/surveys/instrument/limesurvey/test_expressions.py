"""Rules of LimeSurvey as ours, and ours as LimeSurvey's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import AnswerName, BackgroundName, ChoiceName, ConditionName, Names
from surveys.instrument.limesurvey.reading_expressions import equation_of, rule_of
from surveys.instrument.limesurvey.writing_rules import expression_of
from surveys.instrument.rule_nodes import And, Not, Or, joined
from surveys.instrument.rules import Node, evaluate, parse, to_text


def names() -> Names:
    found = Names()
    found.codes = {"5": "Q1"}
    found.add("Q1", AnswerName("kind", {"A1": "health", "A2": "school", "-oth-": "other"}))
    found.add("Q1_other", AnswerName("kind.other_text"))
    found.add("Q2", AnswerName("staff", number=True))
    found.add("Q4", AnswerName("guests", number=True))
    for code in ("a", "b", "c"):
        found.add(f"Q3_{code}", ChoiceName("tools", code))
        found.add(f"Q5_{code}", ChoiceName("split", code, ticked=False))
    found.add("Q6", AnswerName("grade", {"1": "1", "2": "2", "10": "ten", "-oth-": "other"}))
    found.add("Q7", AnswerName("day"))
    found.add("big", ConditionName("large"))
    found.add("TOKEN:ATTRIBUTE_1", BackgroundName("country"))
    found.add("TOKEN:ATTRIBUTE_2", BackgroundName("ref.from"))
    found.add("TOKEN:ATTRIBUTE_3", BackgroundName("ref.from:year"))
    return found


READ = {
    'Q1 == "A1"': 'kind == "health"',
    "Q1.NAOK eq 'A1'": 'kind == "health"',
    '"A2" == Q1': 'kind == "school"',
    "10 < Q2": "staff > 10",
    'Q1 != "A1"': 'not kind == "health"',
    '!is_empty(Q1.NAOK) && Q1.NAOK != "A1"': 'kind != "health"',
    'Q1 == "-oth-"': 'kind == "other"',
    'Q1 == ""': "not answered(kind)",
    "is_empty(Q1)": "not answered(kind)",
    "!is_empty(Q1.NAOK)": "answered(kind)",
    "!is_empty(Q1) && !is_empty(Q2)": "answered(kind, staff)",
    "Q1": "answered(kind)",
    'Q1 == "A1" || Q1 == "A2"': 'kind in ["health", "school"]',
    'Q1 == "A1" or Q1 == "A2"': 'kind == "health" or kind == "school"',
    'Q1 == "A1" || Q2 == 1': 'kind == "health" or staff == 1',
    "123X4X5.NAOK == 'A1'": 'kind == "health"',
    "123X4X5other != ''": "answered(kind.other_text)",
    "Q2.NAOK ge 2.5": "staff >= 2.5",
    'Q2 == "3"': "staff == 3",
    "(Q2 + Q4 * 2) > 10": "staff + guests * 2 > 10",
    "sum(Q2, Q4.NAOK) <= -1": "sum(staff, guests) <= -1",
    'Q3_a.NAOK == "Y"': '"a" in tools',
    'Q3_a.NAOK != "Y"': 'not "a" in tools',
    "!is_empty(Q3_b)": '"b" in tools',
    "count(Q3_a, Q3_b) > 0": 'tools any in ["a", "b"]',
    "count(Q3_a, Q3_b) == 0": 'not tools any in ["a", "b"]',
    "count(Q3_a, Q3_b) == 2": '["a", "b"] all in tools',
    "count(Q3_a, Q3_b, Q3_c) >= 2": "count(tools) >= 2",
    'countif("Y", Q3_a, Q3_b, Q3_c) > 0': "answered(tools)",
    "count(Q5_a, Q5_b, Q5_c) > 0": "answered(split)",
    "big == 1 and Q2 > 3": "large and staff > 3",
    "!(big.NAOK == 1)": "not large",
    "big == 0": "not large",
    'TOKEN:ATTRIBUTE_1 == "NO"': 'bg.country == "NO"',
    'TOKEN:ATTRIBUTE_1 != ""': 'bg.country != ""',
    'TOKEN:ATTRIBUTE_1 != "NO"': 'not bg.country == "NO"',
    "Q6.NAOK > 1": 'grade in ["2", "ten"]',
    "2.5 > Q6": 'grade in ["1", "2"]',
    'Q7 >= "2026-01-31"': 'day >= "2026-01-31"',
    "if(Q2 > 1, 1, 0)": "staff > 1",
    "Q2 > 1 and (Q1 == 'A1' or big)": 'staff > 1 and (kind == "health" or large)',
}
UNREAD = {
    "regexMatch('/a+/', Q1)": "the function regexMatch",
    "Q9 == 1": "Q9 is no answer",
    'Q1 == "A7"': "A7 is no answer to kind",
    "Q1 = 'A1'": "is no part of an expression",
    "TOKEN:FIRSTNAME == 'A'": "TOKEN:FIRSTNAME is no answer",
    "count(that.Q3.NAOK) > 1": "that.Q3.NAOK is no answer",
    "countif('N', Q3_a) > 0": "countif is taken of ticked choices alone",
    "count(Q3_a, Q3_b) > 2": "some of the choices are counted",
    'TOKEN:ATTRIBUTE_3 == "2026"': "ref.from:year is written for people",
    "Q5_a > 10": "one part of an answer",
    "1": "a value stands where a rule is expected",
    "Q1 ==": "its end is missing",
    "Q1 == 'A1' == 'A2'": "a comparison is compared",
    "(" * 100 + "Q1" + ")" * 100: "deeper than 60 levels",
    "Q2" + " + 1" * 1000 + " > 3": "more than 40 sums",
    " and ".join(["Q2 > 1"] * 600): "too long",
    "Q1 == 'A1' or " * 3000: "at most 20000 are read",
    "Q2 > 'many'": "many is no number",
    "Q6 > 10": "no code of grade is a number that is > 10",
    "Q6 + 1 > 2": "the answer to grade is a code and no number",
    "sum(Q6, Q2) > 2": "the answer to grade is a code and no number",
    "Q6 > Q2": "the answer to grade is a code and no number",
    "Q7 > 3": "an answer in words is larger or smaller",
    "'a' + Q2 > 1": "compares what cannot be compared",
}


@pytest.mark.parametrize(("expression", "rule"), READ.items())
def test_an_expression_becomes_the_rule_that_it_means(expression: str, rule: str) -> None:
    assert to_text(rule_of(expression, names())) == rule


@pytest.mark.parametrize(("expression", "reason"), UNREAD.items(), ids=range(len(UNREAD)))
def test_an_expression_without_counterpart_says_why(expression: str, reason: str) -> None:
    with pytest.raises(Untranslatable, match=reason):
        rule_of(expression, names())


def test_an_equation_is_taken_where_it_states_a_rule() -> None:
    assert to_text(equation_of(" {if(Q2 > 1, 1, 0)} ", names())) == "staff > 1"
    assert to_text(equation_of("{Q2 > 1}", names())) == "staff > 1"
    with pytest.raises(Untranslatable, match="no single expression"):
        equation_of("{Q2} and {Q4}", names())
    with pytest.raises(Untranslatable, match="the function if"):
        equation_of("{if(Q2 > 1, 'a', 'b')}", names())


WRITTEN = {
    'kind == "health"': 'Q1.NAOK == "A1"',
    'kind != "health"': '(!is_empty(Q1.NAOK) && Q1.NAOK != "A1")',
    'kind in ["health", "other"]': '(Q1.NAOK == "A1" || Q1.NAOK == "-oth-")',
    "staff > guests": "(!is_empty(Q2.NAOK) && !is_empty(Q4.NAOK) && Q2.NAOK > Q4.NAOK)",
    "staff + 1 > 3": "(!is_empty(Q2.NAOK) && (Q2.NAOK + 1) > 3)",
    "answered(kind, tools)": '(!is_empty(Q1.NAOK) && countif("Y", Q3_a.NAOK, Q3_b.NAOK, Q3_c.NAOK) > 0)',
    'tools any in ["a", "b"]': 'countif("Y", Q3_a.NAOK, Q3_b.NAOK) >= 1',
    'not ("a" in tools and large)': '!(Q3_a.NAOK == "Y" and big.NAOK == 1)',
    'bg.country != "NO"': '(!is_empty(TOKEN:ATTRIBUTE_1) && TOKEN:ATTRIBUTE_1 != "NO")',
    "count(tools) == 2": 'countif("Y", Q3_a.NAOK, Q3_b.NAOK, Q3_c.NAOK) == 2',
    'ref.from == "2026-01-01"': 'TOKEN:ATTRIBUTE_2 == "2026-01-01"',
    'staff > 1 and (large or kind == "school")': (
        '(!is_empty(Q2.NAOK) && Q2.NAOK > 1) and (big.NAOK == 1 or Q1.NAOK == "A2")'
    ),
}


@pytest.mark.parametrize(("rule", "expression"), WRITTEN.items())
def test_a_rule_becomes_an_expression_that_leads_back(rule: str, expression: str) -> None:
    assert expression_of(parse(rule), names()) == expression
    assert rule_of(expression, names()) == parse(rule)


@pytest.mark.parametrize(
    "rule",
    ["missing", 'kind == "farm"', "staff == null", 'today_is_after("2026-01-01")', "bg.sector == 1", "staff == true"],
)
def test_what_limesurvey_cannot_say_is_not_said(rule: str) -> None:
    with pytest.raises(Untranslatable):
        expression_of(parse(rule), names())


def listed(found: list[str]) -> str:
    return json.dumps(found)


codes = st.sampled_from(["health", "school", "other"])
ticks = st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(listed)
tests = st.one_of(
    st.builds('kind {} "{}"'.format, st.sampled_from(["==", "!="]), codes),
    st.builds("staff {} {}".format, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(0, 3)),
    st.builds("staff {} guests".format, st.sampled_from(["==", "!=", "<", ">="])),
    st.builds("kind in {}".format, st.lists(codes, min_size=1).map(listed)),
    st.builds("tools any in {}".format, ticks),
    st.builds("{} all in tools".format, ticks),
    st.builds("tools == {}".format, ticks),
    st.builds("count(tools) {} {}".format, st.sampled_from(["==", ">", "<"]), st.integers(0, 3)),
    st.sampled_from(["answered(kind)", "answered(tools, staff)", '"a" in tools', "staff + guests > 3"]),
).map(parse)
rules: st.SearchStrategy[Node] = st.recursive(
    tests,
    lambda inner: st.one_of(
        inner.map(Not),
        st.builds(lambda one, other: joined(And, (one, other)), inner, inner),
        st.builds(lambda one, other: joined(Or, (one, other)), inner, inner),
    ),
    max_leaves=6,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "kind": codes,
        "staff": st.integers(0, 3),
        "guests": st.integers(0, 3),
        "tools": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
    },
)


@given(rules, answers)
def test_a_written_rule_read_again_decides_the_same(rule: Node, given_answers: dict[str, object]) -> None:
    back = rule_of(expression_of(rule, names()), names())
    assert evaluate(back, given_answers, {}, {}) == evaluate(rule, given_answers, {}, {})
