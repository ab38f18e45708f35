"""The page on rules says what the language does: its examples are run."""

import json
import re
from pathlib import Path

import pytest

from surveys.instrument.rule_text import RESERVED
from surveys.instrument.rules import RuleError, evaluate, from_tree, parse, predicate, to_text, to_tree

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "rules.md").read_text(encoding="utf-8")


def rows(*columns: str) -> list[list[str]]:
    """The rows of every table of the page with these columns, without the marks of code."""
    head = re.escape(f"| {' | '.join(columns)} |\n") + r"[|-]+\n"
    tables = re.findall(head + r"((?:\|.*\n)+)", PAGE)
    lines = [line for table in tables for line in table.splitlines()]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


EXAMPLES = rows("rule", "answers", "background", "holds")
REFUSED = [row for row in rows("name", "for instance", "why") if row[1]]
STORED = rows("text", "tree")


def test_the_page_has_its_tables() -> None:
    assert (len(EXAMPLES), len(REFUSED), len(STORED)) == (30, 8, 7)


@pytest.mark.parametrize(("rule", "answers", "background", "holds"), EXAMPLES)
def test_an_example_holds_as_the_page_says(rule: str, answers: str, background: str, holds: str) -> None:
    assert holds in ("yes", "no")
    assert evaluate(parse(rule), json.loads(answers), json.loads(background), {}) is (holds == "yes")


@pytest.mark.parametrize(("name", "rule", "why"), REFUSED)
def test_a_refusal_has_the_name_that_the_page_gives(name: str, rule: str, why: str) -> None:
    with pytest.raises(RuleError) as caught:
        predicate(parse(rule), {})
    assert (caught.value.rule, bool(why)) == (name, True)


def test_the_page_names_every_refusal() -> None:
    assert RuleError.__doc__ is not None
    listed = RuleError.__doc__.split("one of: ")[1].rstrip(". \n")
    assert {row[0] for row in rows("name", "for instance", "why")} == {name.strip() for name in listed.split(",")}


@pytest.mark.parametrize(("text", "tree"), STORED)
def test_a_rule_is_stored_as_the_page_says(text: str, tree: str) -> None:
    assert to_tree(parse(text)) == json.loads(tree)
    assert to_text(from_tree(json.loads(tree))) == text


def test_the_page_names_every_word_that_is_taken() -> None:
    sentence = PAGE.split("These words cannot be names: ")[1].split(". They")[0]
    assert frozenset(re.findall(r"`(\w+)`", sentence)) == RESERVED
