from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.safe_yaml import parse_yaml
from surveys.instrument.translations.yaml_text import merged, with_section, with_values

FILE = """\
# Written by hand
state: draft
title: Old title  # keep short

definition: >-
  Two lines that were
  broken by a person.

items:
  new:
    question: 'Anything new?'
    options: {yes: "Yes", no: "No"}  # codes

  rows:
    money: Money
# the end
"""

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=150)
NAMES = st.sampled_from(["title", "new", "yes", "12", "a: b", "question", "# no"])
TREES: st.SearchStrategy[Any] = st.recursive(TEXTS, lambda inner: st.dictionaries(NAMES, inner, max_size=4))


def data(content: str) -> object:
    return parse_yaml(content.encode(), name="texts")


def test_what_is_there_is_replaced_and_the_rest_stays_as_it_is() -> None:
    values = {"title": "New: title", "items": {"new": {"options": {"no": "Nei"}}, "rows": {"money": "yes"}}}
    assert with_values(FILE, values) == FILE.replace("Old title", '"New: title"').replace('"No"', '"Nei"').replace(
        "money: Money", 'money: "yes"'
    )


def test_what_is_new_comes_behind_its_neighbours() -> None:
    values = {
        "items": {"new": {"help": "One.", "options": {"dont_know": "Don’t know"}}, "name": {"question": "Which?"}},
        "edits": {"many": "Right?"},
    }
    assert with_values(FILE, values) == FILE.replace('no: "No"}', 'no: "No", dont_know: "Don’t know"}').replace(
        "# codes\n", "# codes\n    help: One.\n"
    ).replace("    money: Money\n", "    money: Money\n  name:\n    question: Which?\n\nedits:\n  many: Right?\n")


def test_a_long_text_is_broken_into_lines() -> None:
    text = "word " * 40 + "end"
    content = with_values(FILE, {"definition": text})
    assert data(content) == merged(data(FILE), {"definition": text})
    assert max(len(line) for line in content.splitlines()) <= 120
    assert "\n\nitems:\n" in content


def test_a_new_file_is_written_from_nothing() -> None:
    assert with_values("", {"state": "draft", "items": {"a": {"question": "Yes"}, "b": {}}}) == (
        'state: draft\nitems:\n  a:\n    question: "Yes"\n  b: {}\n'
    )


def test_a_section_is_put_in_replaced_and_taken_away() -> None:
    first = with_section(FILE, "states", {"items.new.question": "checked", "title": "checked"})
    assert first == f"{FILE}\nstates:\n  items.new.question: checked\n  title: checked\n"
    second = with_section(first, "states", {"title": "draft"})
    assert second == f"{FILE}\nstates:\n  title: draft\n"
    assert with_section(second, "states", {}) == FILE
    assert with_section(FILE, "states", {}) == FILE


@pytest.mark.parametrize("content", [FILE, "", "{}\n", "a: {}\n", "title:\n\nitems:\n  new:\n", "title: >+\n  x\n\n\n"])
@given(values=st.dictionaries(NAMES | st.sampled_from(["items", "definition", "rows"]), TREES, max_size=4))
def test_whatever_is_put_in_is_read_back(content: str, values: dict[str, Any]) -> None:
    assert data(with_values(content, values)) == merged(data(content), values)


@given(values=st.dictionaries(TEXTS, TEXTS, max_size=4))
def test_a_section_of_any_texts_is_read_back(values: dict[str, str]) -> None:
    found = data(with_section(FILE, "sources", values))
    assert isinstance(found, dict)
    assert found.get("sources", {}) == values
