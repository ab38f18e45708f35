import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.instrument import findings
from surveys.instrument.document import InstrumentError, from_document, load_file
from surveys.instrument.findings import RULE_NAMES, Finding, finding_of
from surveys.instrument.lint import lint
from surveys.instrument.schema import (
    Ask,
    Comparability,
    DisclosureClass,
    Item,
    ItemType,
    Relation,
    Specified,
    TextState,
)
from surveys.instrument.texts import entries, text_hash, with_texts
from tests import make

FOLDER = Path(__file__).parents[2] / "instruments"
BROKEN = sorted(path.stem for path in FOLDER.glob("broken_*.yaml"))
WHOLE = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.startswith("broken_"))
SINCE_FORMER = {"code_list_changed", "code_reused", "undeclared_change"}


def rule_of(name: str) -> str:
    return name.removeprefix("broken_").partition("__")[0]


def findings_of(name: str) -> list[Finding]:
    former = make.questionnaire("former") if rule_of(name) in SINCE_FORMER else None
    try:
        return list(lint(from_document(load_file(FOLDER / f"{name}.yaml")), former))
    except InstrumentError as error:
        return [finding_of(error)]


def test_every_rule_has_a_questionnaire_that_breaks_it() -> None:
    assert {rule_of(name) for name in BROKEN} == RULE_NAMES


def test_every_rule_in_the_code_is_a_named_one() -> None:
    """The names stand as the first argument of Finding, as `rule=` of an error, or are built in one of these files."""
    said: set[str] = set()
    for path in Path(findings.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                said |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    assert said | {"document", "missing_disclosure", "rule"} == RULE_NAMES


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_questionnaire_gives_no_findings(name: str) -> None:
    assert lint(make.questionnaire(name)) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_questionnaire_gives_exactly_its_finding(name: str) -> None:
    assert [finding.rule for finding in findings_of(name)] == [rule_of(name)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_finding_has_a_place_a_sentence_and_a_way_out(name: str) -> None:
    for finding in findings_of(name):
        assert finding.location
        assert finding.message.endswith((".", "?"))
        assert finding.suggestion.endswith((".", "?"))
        assert (finding.language != "") == finding.location.startswith("texts.") or finding.rule == "code_reused"


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert lint(make.questionnaire("broken_code_not_in_list")) == (
        Finding(
            rule="code_not_in_list",
            location="pages.who.show_if",
            message="'yess' is not among the codes of new: no, yes.",
            suggestion="Choose one of them.",
        ),
    )
    assert str(lint(make.questionnaire("broken_literal_year"))[0]) == (
        "texts.en.items.new.question: It names the year 2024, and the next wave asks about another. "
        "Say it relatively, the last two years, or fill it in: {ref.from:year}. [literal_year]"
    )
    assert findings_of("broken_rule")[0].as_document() == {
        "rule": "rule",
        "location": "edits[0].rule",
        "message": "Expected a rule, got 'not number >'.",
        "suggestion": "Position 13: expected an item, a value, `not` or `(`, got the end.",
    }


def test_a_finding_of_an_unknown_rule_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="the name of a rule of the linter, got 'colour'"):
        Finding("colour", "pages", "It is red.", "Make it blue.")


def test_a_page_with_too_many_items_is_named() -> None:
    instrument = make.questionnaire("kinds")
    crowded = replace(instrument.pages[0], asks=tuple(Ask("count") for _ in range(9)))
    found = lint(replace(instrument, pages=(crowded, *instrument.pages[1:])))
    assert ("page_size", "pages.colour") in {(finding.rule, finding.location) for finding in found}


def test_texts_that_go_with_options_do_not_fill_a_page_and_need_no_wording() -> None:
    instrument = make.questionnaire("kinds")
    texts = {
        f"tools.{code}_text": Item(
            f"tools.{code}_text", ItemType.TEXT, DisclosureClass.IDENTIFYING, specifies=Specified("tools", code)
        )
        for code in ("saw", "file", "drill")
    }
    page = instrument.pages[1]
    asks = (*page.asks, *(Ask(key) for key in texts))
    whole = replace(
        instrument,
        items={**instrument.items, **texts},
        pages=(instrument.pages[0], replace(page, asks=(*asks, *instrument.pages[2].asks))),
        texts={
            language: replace(one, sections={"one": "En", "two": "To"}, pages={"colour": "Farge", "tools": "Tøy"})
            for language, one in instrument.texts.items()
        },
    )
    assert [finding.rule for finding in lint(whole)] == []


def test_a_draft_is_no_finding_and_a_stale_translation_is() -> None:
    instrument = make.questionnaire("battery")
    assert instrument.texts["nb"].state is TextState.DRAFT
    assert lint(instrument) == ()
    source = entries(instrument.texts["en"])
    known = replace(instrument.texts["nb"], source="en", sources={at: text_hash(source[at]) for at in source})
    translated = replace(instrument, texts={**instrument.texts, "nb": known})
    assert lint(translated) == ()
    changed = with_texts(instrument.texts["en"], {"title": "Conditions"}, {}, TextState.CHECKED)
    found = lint(replace(translated, texts={"en": changed, "nb": known}))
    assert [(one.rule, one.location, one.language) for one in found] == [("stale_text", "texts.nb.title", "nb")]


def test_what_changed_since_the_former_is_told_only_beside_it() -> None:
    instrument = make.questionnaire("broken_code_list_changed")
    assert lint(instrument) == ()
    assert lint(instrument, instrument) == ()
    assert lint(instrument, make.questionnaire("former")) == (
        Finding(
            rule="code_list_changed",
            location="items.who",
            message="Its codes have changed since broken 1: employees is gone.",
            suggestion="Declare its relation to broken 1 in comparability: same, reworded, recoded or broken, and why.",
        ),
    )


@pytest.mark.parametrize("rule", sorted(SINCE_FORMER))
def test_a_declared_change_is_no_finding(rule: str) -> None:
    instrument = make.questionnaire(f"broken_{rule}")
    item = "new" if rule == "undeclared_change" else "who"
    line = Comparability(item, "broken 1", Relation.RECODED, "It reads better.", "Kari", "2026-01-05")
    assert lint(replace(instrument, comparability=(line,)), make.questionnaire("former")) == ()


def test_a_line_about_another_questionnaire_declares_nothing() -> None:
    instrument = make.questionnaire("broken_code_list_changed")
    line = Comparability("who", "broken 0", Relation.RECODED, "It reads better.", "Kari", "2026-01-05")
    found = lint(replace(instrument, comparability=(line,)), make.questionnaire("former"))
    assert [finding.rule for finding in found] == ["code_list_changed"]


def test_what_is_named_twice_outside_the_pages_is_named_too() -> None:
    instrument = make.questionnaire("broken_code_list_changed")
    line = Comparability("who", "broken 0", Relation.RECODED, "It reads better.", "Kari", "2026-01-05")
    other = replace(line, relation=Relation.BROKEN)
    found = lint(replace(instrument, comparability=(line, other, replace(line, country="NO")), background=("a", "a")))
    assert [(one.rule, one.location, one.message) for one in found] == [
        ("duplicate_key", "background", "a stands 2 times."),
        ("duplicate_key", "comparability", "who with broken 0 in * stands 2 times."),
    ]


@pytest.mark.parametrize("text", ["<b>no</b>", "<?php", "&nbsp;", "&frac12;", "&#65;", "&#x41;"])
def test_every_form_of_markup_is_found(text: str) -> None:
    instrument = make.questionnaire("one_page")
    changed = with_texts(instrument.texts["en"], {"title": f"A {text} title"}, {}, TextState.DRAFT)
    assert [one.rule for one in lint(replace(instrument, texts={"en": changed}))] == ["markup"]


def test_a_sign_of_less_and_a_lone_ampersand_are_no_markup() -> None:
    instrument = make.questionnaire("one_page")
    changed = with_texts(instrument.texts["en"], {"title": "Fewer than < 5 & more than 2; R&D"}, {}, TextState.DRAFT)
    assert lint(replace(instrument, texts={"en": changed})) == ()


def test_every_rule_is_explained_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "linter.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", page, flags=re.MULTILINE)
    names = [name for name, _, _ in rows]
    assert sorted(names) == sorted(RULE_NAMES)
    assert all(meaning.strip() and way_out.strip() for _, meaning, way_out in rows)
