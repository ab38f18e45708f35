import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.rule_nodes import (
    MEMBERSHIP,
    ORDER,
    And,
    Answered,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    RuleError,
    Values,
    joined,
)
from surveys.instrument.rules import evaluate, from_tree, parse, references, to_text, to_tree

VECTORS = json.loads(
    (Path(__file__).parents[2] / "instruments" / "rule_vectors.json").read_text(encoding="utf-8"),
    parse_float=Decimal,
)
CONDITIONS: dict[str, Node] = {name: parse(text) for name, text in VECTORS["conditions"].items()}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: str(vector["rule"]))
def test_a_rule_means_what_the_vectors_say(vector: dict[str, object]) -> None:
    node = parse(str(vector["rule"]))
    background = vector.get("background", {})
    for tree in (node, from_tree(json.loads(json.dumps(to_tree(node)))), parse(to_text(node))):
        assert evaluate(tree, vector["answers"], background, CONDITIONS) is vector["result"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Position 1: expected an item, a value, `not` or `(`, got the end."),
        ("a ==", "Position 5: expected an item, a value, `not` or `(`, got the end."),
        ("a == 1 b", "Position 8: expected the end of the rule, `and` or `or`, got 'b'."),
        ("a == 1 == 2", "Position 1: expected a value, got the rule a == 1."),
        ("a & b", "Position 3: '& b' is no part of the language."),
        ('a == "x', "Position 6: '\"x' is no part of the language."),
        ("(a == 1", "Position 8: expected ')', got the end."),
        ("types.service", "Position 1: expected a comparison, got the item types.service alone."),
        ("a == 1 and 3", "Position 12: expected a rule, got the value 3: compare it."),
        ("(a == 1) == 2", "Position 1: expected a value, got the rule a == 1."),
        ("a in [1, b]", "Position 10: expected a value, ',' or ']', got 'b'."),
        ("count(1) > 2", "Position 7: expected the key of an item, got '1'."),
        (
            "any == 1",
            "Position 1: expected an item, a condition or bg. with a name (this word is part of the language), "
            "got 'any'.",
        ),
        ("__import__('os')", "Position 1: '__import__' is no part of the language."),
        ("A == 1", "Position 1: 'A == 1' is no part of the language."),
        ("a.__class__ == 1", "Position 1: 'a.__class_' is no part of the language."),
    ],
)
def test_a_rule_that_cannot_be_read_names_the_position(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + "a == 1" + ")" * 100_000,
        "(" * 9_000 + "a",
        "not " * 5_000 + "a",
        "not " * 20 + "a",
        " or ".join(["a == 1"] * 200),
        "a in [" + ", ".join(["1"] * 1_001) + "]",
    ],
)
def test_a_rule_beyond_the_limits_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match=r"A (rule|list) may"):
        parse(text)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "a",
        ["eval", "a"],
        ["==", ["item", "a"]],
        ["==", ["item", "__class__"], 1],
        ["==", ["item", "a"], 1.5],
        ["==", ["item", "a"], True],
        ["==", ["item", "a"], None],
        ["==", ["item", "a"], "\x00"],
        ["and", ["condition", "a"]],
        ["not", ["item", "a"]],
        ["answered"],
        ["condition", "a.b"],
        [["not"]],
    ],
)
def test_a_stored_tree_that_is_no_rule_is_refused(tree: object) -> None:
    with pytest.raises(RuleError, match="Expected"):
        from_tree(tree)


def test_a_stored_tree_that_is_too_deep_is_refused_before_it_is_walked() -> None:
    tree: list[object] = ["condition", "a"]
    for _ in range(5_000):
        tree = ["not", tree]
    with pytest.raises(RuleError, match="20 levels"):
        from_tree(tree)


def test_references_name_everything_a_rule_reads() -> None:
    node = parse('innovative and (count(a, b.c) > 1 or "x" in d and bg.country == "NO") and not answered(e)')
    assert references(node) == {"condition:innovative", "a", "b.c", "d", "bg.country", "e"}


def test_a_condition_that_is_not_stated_is_an_error() -> None:
    with pytest.raises(RuleError, match="'innovative'"):
        evaluate(parse("innovative"), {}, {}, {})


names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda name: name not in {"and", "or", "not", "in", "any", "all", "count", "answered", "bg"}
)
keys = st.lists(names, min_size=1, max_size=3).map(".".join).filter(lambda key: key.split(".")[0] != "bg")
texts = st.text(st.characters(min_codepoint=32, exclude_characters='"', exclude_categories=["Cs", "Cc"]), max_size=8)
numbers = st.integers(-(10**9), 10**9) | st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000
).filter(lambda value: "." in str(value) and not value.is_zero())
scalars = texts | numbers
several = st.lists(keys, min_size=1, max_size=3).map(tuple)
operands = st.one_of(
    scalars.map(Literal),
    st.lists(scalars, max_size=3).map(lambda values: Values(tuple(values))),
    keys.map(ItemAnswer),
    names.map(Background),
    several.map(Count),
)
tests = st.one_of(
    st.builds(Comparison, st.sampled_from((*ORDER, *MEMBERSHIP)), operands, operands),
    several.map(Answered),
    names.map(Condition),
)
rules: st.SearchStrategy[Node] = st.recursive(
    tests,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(And, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(Or, parts)),
    ),
    max_leaves=12,
)


@given(rules)
def test_text_and_tree_say_the_same_rule(node: Node) -> None:
    assert parse(to_text(node)) == node
    assert from_tree(json.loads(json.dumps(to_tree(node)))) == node


answers = st.dictionaries(keys, texts | st.integers() | st.lists(texts, max_size=3) | st.none() | st.booleans())


@given(rules, answers, answers)
def test_every_rule_is_true_or_false_for_every_answer(
    node: Node, given_answers: dict[str, object], background: dict[str, object]
) -> None:
    conditions: dict[str, Node] = dict.fromkeys(
        (name.removeprefix("condition:") for name in references(node) if name.startswith("condition:")),
        parse("x == 1"),
    )
    result = evaluate(node, given_answers, background, conditions)
    assert isinstance(result, bool)
    assert evaluate(Not(node), given_answers, background, conditions) is not result
