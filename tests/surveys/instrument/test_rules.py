import json
from decimal import localcontext
from pathlib import Path

import pytest

from surveys.instrument.rule_nodes import Node, RuleError
from surveys.instrument.rules import evaluate, from_tree, parse, predicate, references, to_text, to_tree

VECTORS = json.loads((Path(__file__).parents[2] / "instruments" / "rule_vectors.json").read_text(encoding="utf-8"))
CONDITIONS: dict[str, Node] = {name: parse(text) for name, text in VECTORS["conditions"].items()}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: str(vector["rule"]))
def test_a_rule_means_what_the_vectors_say(vector: dict[str, object]) -> None:
    node = parse(str(vector["rule"]))
    background = vector.get("background", {})
    for tree in (node, from_tree(json.loads(json.dumps(to_tree(node)))), parse(to_text(node))):
        assert evaluate(tree, vector["answers"], background, CONDITIONS) is vector["result"]  # type: ignore[arg-type]


@pytest.mark.parametrize("refused", VECTORS["refused"], ids=lambda refused: json.dumps(refused)[:60])
def test_what_the_vectors_refuse_is_refused_under_its_name(refused: dict[str, object]) -> None:
    with pytest.raises(RuleError) as caught:
        predicate(parse(str(refused["rule"])) if "rule" in refused else from_tree(refused["tree"]), {})
    assert caught.value.rule == refused["error"]


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
    ("text", "limit"),
    [
        ("(" * 100_000 + "a == 1" + ")" * 100_000, "too_long"),
        ("(" * 9_000 + "a", "too_deep"),
        ("not " * 4_000 + "a", "too_deep"),
        ("not " * 20 + "a", "too_deep"),
        ("1" + "+1" * 9_000, "too_deep"),
        ("1" + "+(1" * 6_000, "too_deep"),
        ("today_is_after(" * 1_000, "too_deep"),
        (" or ".join(["a == 1"] * 167), "too_many_parts"),
        (" or ".join(["a + 1 == 1"] * 101), "too_many_parts"),
        ("a in [" + ", ".join(["1"] * 1_001) + "]", "too_long_list"),
        ("sum(" + ", ".join(["a"] * 1_001) + ") == 1", "too_long_list"),
        ("answered(" + ", ".join(["a"] * 1_001) + ")", "too_long_list"),
    ],
)
def test_a_rule_beyond_a_limit_is_refused_by_its_name(text: str, limit: str) -> None:
    with pytest.raises(RuleError, match=r"(A|a) (rule|list) may have|A rule may be") as caught:
        parse(text)
    assert caught.value.rule == limit


@pytest.mark.parametrize(
    "text",
    [
        "not " * 19 + "a",
        "1" + "+1" * 18 + " == 1",
        " or ".join(["a == 1"] * 166),
        "a in [" + ", ".join(["1"] * 1_000) + "]",
    ],
)
def test_a_rule_at_a_limit_is_read(text: str) -> None:
    assert parse(to_text(parse(text))) == parse(text)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        True,
        [],
        "a",
        ["eval", "a"],
        ["==", ["item", "a"]],
        ["==", ["item", "__class__"], 1],
        ["==", ["item", "a"], 1.5],
        ["==", ["item", "a"], {}],
        ["==", ["item", "a"], "\x00"],
        ["==", ["item", "a"], "\x7f"],
        ["==", ["item", "a"], "\ud800"],
        ["==", ["item", "a"], ["number", "1e5"]],
        ["==", ["item", "ref.from"], 1],
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


@pytest.mark.parametrize("shell", [["not"], ["==", 1], ["+", 1]], ids=["rules", "comparisons", "calculations"])
def test_a_stored_tree_that_is_too_deep_is_refused_before_it_is_walked(shell: list[object]) -> None:
    tree: object = ["condition", "a"] if shell == ["not"] else 1
    for _ in range(5_000):
        tree = [*shell, tree]
    if shell == ["+", 1]:
        tree = ["==", 1, tree]
    with pytest.raises(RuleError) as caught:
        from_tree(tree)
    assert caught.value.rule == ("not_a_value" if shell == ["==", 1] else "too_deep")


def test_a_tree_says_text_number_truth_and_null_as_json_does() -> None:
    tree = ["==", ["+", ["*", ["item", "a"], 2], ["number", "0.5"]], None]
    assert to_tree(parse("a * 2 + 0.5 == null")) == tree
    assert to_tree(parse("bg.urban in [true, 1]")) == ["in", ["bg", "urban"], ["list", True, 1]]
    assert to_tree(parse("today_is_after(ref.to)")) == ["today_is_after", ["ref", "to"]]
    assert to_tree(parse("max(a, b) < 1")) == ["<", ["max", "a", "b"], 1]


def test_true_and_one_are_two_rules() -> None:
    assert parse("bg.a == true") != parse("bg.a == 1")
    assert parse("bg.a in [true]") != parse("bg.a in [1]")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("(a+b)*c == 1", "(a + b) * c == 1"),
        ("(a*b)+(c/d) == 1", "a * b + c / d == 1"),
        ("(a-b)-c == 1", "a - b - c == 1"),
        ("a-(b-c) == 1", "a - (b - c) == 1"),
        ("a == 0.0000000001", "a == 0.0000000001"),
        ("a - -1 == 1", "a - -1 == 1"),
    ],
)
def test_a_rule_is_written_with_the_brackets_it_needs(rule: str, text: str) -> None:
    assert to_text(parse(rule)) == text


def test_references_name_everything_a_rule_reads() -> None:
    node = parse(
        'innovative and (count(a, b.c) > 1 or "x" in d and bg.country == "NO") and not answered(e)'
        " and sum(f, g) + h * 2 > min(i) and j >= ref.from and today_is_after(k)"
    )
    items = {"a", "b.c", "d", "e", "f", "g", "h", "i", "j", "k"}
    assert references(node) == items | {"condition:innovative", "bg.country", "bg.ref.from", "bg.today"}


def test_a_condition_that_is_not_stated_is_an_error() -> None:
    with pytest.raises(RuleError, match="'innovative'"):
        evaluate(parse("innovative"), {}, {}, {})


def test_a_calculation_does_not_depend_on_the_running_threads_precision() -> None:
    rule = parse("a / 3 * 3 == 0.99999999999999999999999999999")
    with localcontext() as context:
        context.prec = 3
        few = [evaluate(rule, {"a": 1}, {}, {}), evaluate(parse("a + 1 == 100001"), {"a": 100_000}, {}, {})]
    assert few == [False, True]
