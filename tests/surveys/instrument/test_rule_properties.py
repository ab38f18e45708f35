import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.rule_nodes import (
    AGGREGATES,
    ARITHMETIC,
    ENDS,
    MEMBERSHIP,
    ORDER,
    Aggregate,
    And,
    Answered,
    Arithmetic,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Null,
    Or,
    ReferenceDay,
    RuleError,
    TodayIsAfter,
    Truth,
    Values,
    joined,
    within_limits,
)
from surveys.instrument.rule_text import RESERVED
from surveys.instrument.rules import evaluate, from_tree, parse, references, to_text, to_tree


def is_within_limits(node: Node) -> bool:
    try:
        return bool(within_limits(node))
    except RuleError:
        return False


names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in RESERVED)
keys = st.lists(names, min_size=1, max_size=3).map(".".join)
texts = st.text(st.characters(min_codepoint=32, exclude_characters='"', exclude_categories=["Cs", "Cc"]), max_size=8)
numbers = st.integers(-(10**9), 10**9) | st.decimals(
    allow_nan=False, allow_infinity=False, places=12, min_value=-1000, max_value=1000
)
days = st.dates().map(lambda day: day.isoformat())
scalars = texts | numbers | days | st.sampled_from(Truth)
several = st.lists(keys, min_size=1, max_size=3).map(tuple)
read = st.one_of(keys.map(ItemAnswer), names.map(Background), st.sampled_from(ENDS).map(ReferenceDay))
calculated = st.recursive(
    st.one_of(
        numbers.map(Literal),
        st.just(Null()),
        read,
        several.map(Count),
        st.builds(Aggregate, st.sampled_from(AGGREGATES), several),
    ),
    lambda inner: st.builds(Arithmetic, st.sampled_from(ARITHMETIC), inner, inner),
    max_leaves=8,
)
operands = st.one_of(
    scalars.map(Literal),
    st.lists(scalars, max_size=3).map(lambda values: Values(tuple(values))),
    calculated,
)
tests = st.one_of(
    st.builds(Comparison, st.sampled_from((*ORDER, *MEMBERSHIP)), operands, operands),
    several.map(Answered),
    names.map(Condition),
    st.builds(TodayIsAfter, read | days.map(Literal)),
)
rules: st.SearchStrategy[Node] = st.recursive(
    tests,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(And, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(Or, parts)),
    ),
    max_leaves=12,
).filter(is_within_limits)


@given(rules)
def test_text_and_tree_say_the_same_rule(node: Node) -> None:
    assert parse(to_text(node)) == node
    assert to_text(from_tree(to_tree(node))) == to_text(node)
    assert from_tree(json.loads(json.dumps(to_tree(node)))) == node


one_answer = st.one_of(texts, days, st.integers(), st.floats(), st.decimals(), st.none(), st.booleans())
answer = st.one_of(
    one_answer,
    st.lists(one_answer, max_size=3),
    st.dictionaries(texts, one_answer, max_size=3),
    st.fixed_dictionaries({"value": one_answer, "source": st.just("frame"), "corrected": st.booleans()}),
)
answers = st.dictionaries(keys, answer)
background = st.dictionaries(names | st.sampled_from(["ref.from", "ref.to", "today"]), answer)


@given(rules, answers, background, st.data())
def test_every_rule_is_true_or_false_for_every_answer(
    node: Node, given_answers: dict[str, object], surroundings: dict[str, object], data: st.DataObject
) -> None:
    read_by_rule = references(node)
    given_answers |= {key: data.draw(answer) for key in sorted(read_by_rule) if ":" not in key}
    surroundings |= {key[3:]: data.draw(answer) for key in sorted(read_by_rule) if key.startswith("bg.")}
    conditions: dict[str, Node] = dict.fromkeys(
        (name.removeprefix("condition:") for name in read_by_rule if name.startswith("condition:")),
        parse("x == 1"),
    )
    result = evaluate(node, given_answers, surroundings, conditions)
    assert isinstance(result, bool)
    assert evaluate(Not(node), given_answers, surroundings, conditions) is not result


@given(st.sampled_from((*ORDER, *MEMBERSHIP)), operands, answers, background)
def test_a_comparison_with_null_never_holds(
    operator: str, operand: Node, given_answers: dict[str, object], surroundings: dict[str, object]
) -> None:
    for rule in (Comparison(operator, operand, Null()), Comparison(operator, ItemAnswer("unasked"), operand)):
        given_answers.pop("unasked", None)
        assert evaluate(rule, given_answers, surroundings, {}) is False


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_calculating_in_tenths_is_exact(one: int, other: int, places: int) -> None:
    unit = Decimal(10) ** -places
    given_answers = {"a": float(one * unit), "b": float(other * unit)}
    rule = Comparison("==", Arithmetic("+", ItemAnswer("a"), ItemAnswer("b")), Literal((one + other) * unit))
    assert evaluate(rule, given_answers, {}, {})
