"""The shipped definitions fit the shipped questionnaire, and a slip in one is named."""

import copy
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from analytics.core.definition_checks import for_questionnaire, labels, same_items, usable_with
from analytics.core.definition_documents import LIBRARY, content_hash, from_document, load_library
from analytics.core.definitions import DefinitionError
from surveys.instrument.document import from_document as from_shipped
from surveys.instrument.document import load_library as load_questionnaire
from surveys.instrument.schema import Instrument
from tests.analytics.waves import shipped, workplace

LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")


library = lru_cache(load_library)


def document() -> dict[str, Any]:
    return copy.deepcopy(library())


def indicator(content: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in content["indicators"] if entry["key"] == key)
    return found


@lru_cache
def questionnaire(name: str) -> Instrument:
    return from_shipped(load_questionnaire(name))


def test_the_library_defines_every_row_of_the_standard_indicators_once() -> None:
    rows = sorted(row for entry in shipped().indicators.values() for row in entry.rows)
    assert rows == list(range(1, 26))
    assert [entry.key for entry in shipped().indicators.values() if entry.instrument != "workplace"] == [
        "strategy",
        "works_with_innovation",
    ]


@pytest.mark.parametrize(
    ("instrument", "indicators", "indices"),
    [("workplace", 21, 8), ("management", 1, 0), ("political", 1, 0)],
)
def test_a_run_takes_the_definitions_of_its_questionnaire(instrument: str, indicators: int, indices: int) -> None:
    chosen = for_questionnaire(shipped(), questionnaire(instrument))
    assert {entry.instrument for entry in chosen.definitions.entries} == {instrument}
    assert (len(chosen.definitions.indicators), len(chosen.definitions.indices)) == (indicators, indices)
    assert chosen.left_out == {}


def test_an_index_that_is_off_is_computed_when_asked_for() -> None:
    off = for_questionnaire(shipped(), workplace()).definitions.indices
    on = for_questionnaire(shipped(), workplace(), ask_for=("nordic_composite",)).definitions.indices
    assert set(on) - set(off) == {"nordic_composite"}
    with pytest.raises(DefinitionError, match=r"indices: expected some of factor_balance, .* got 'nordic'"):
        for_questionnaire(shipped(), workplace(), ask_for=("nordic",))


def without(*batteries: str) -> Instrument:
    """The workplace questionnaire without these items."""
    now = workplace()
    kept = {key: item for key, item in now.items.items() if key.split(".")[0] not in batteries}
    return replace(now, items=kept)


def test_an_optional_indicator_is_left_out_by_name_and_so_is_an_index_over_it() -> None:
    chosen = for_questionnaire(shipped(), without("evaluation", "culture"))
    assert dict(chosen.left_out) == {
        "evaluation": ("evaluation",),
        "learning": ("evaluation",),
        "culture": tuple(sorted(f"culture.{row}" for row in shipped().indicators["culture"].categories)),
        "innovation_climate": tuple(sorted(f"culture.{row}" for row in shipped().indicators["culture"].categories)),
    }
    assert not {"evaluation", "learning", "culture"} & {entry.key for entry in chosen.definitions.entries}


def test_a_mandatory_indicator_without_its_item_is_an_error() -> None:
    with pytest.raises(DefinitionError, match=r"spread.share: unknown item 'spread' in workplace"):
        for_questionnaire(shipped(), without("spread"))


def test_a_slip_in_a_code_is_an_error_for_an_optional_indicator_too() -> None:
    content = document()
    indicator(content, "evaluation")["shares"]["share"]["evaluated"] = 'evaluation == "outside"'
    with pytest.raises(DefinitionError, match=r"evaluation.evaluated.share: unknown code 'outside'"):
        for_questionnaire(from_document(content), workplace())


def test_a_questionnaire_with_a_key_of_its_own_takes_what_it_has_the_items_of() -> None:
    own = replace(without("spread", "evaluation"), key="kommune")
    chosen = for_questionnaire(shipped(), own)
    assert "innovative" in chosen.definitions.indicators
    assert chosen.left_out["spread"] == ("spread",)
    assert chosen.left_out["strategy"] == ("strategy",)
    assert chosen.left_out["learning"] == ("evaluation", "spread")
    with pytest.raises(DefinitionError, match="kommune: no indicator is defined for this questionnaire"):
        for_questionnaire(shipped(), replace(own, items={}, conditions={}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('today_is_after("2026-01-01")', "today_is_after"),
        ("innovations_count + 1 > 2", "a calculation with '+'"),
        ("sum(innovations_count) > 2", "sum()"),
        ("innovations_count == ref.to", "ref.to"),
        ("spread == true", "true"),
        ("spread == null", "null"),
    ],
)
def test_what_only_a_questionnaire_can_use_is_refused_at_load(text: str, said: str) -> None:
    content = document()
    indicator(content, "spread")["base"] = text
    with pytest.raises(DefinitionError, match="a definition cannot use it") as error:
        from_document(content)
    assert f"spread.base (whole): {said}" in str(error.value)


def test_a_document_of_an_older_run_is_still_read() -> None:
    content = document()
    content["indicators"] = [
        {name: value for name, value in entry.items() if name not in ("instrument", "optional")}
        for entry in content["indicators"]
        if entry["instrument"] == "workplace"
    ]
    old = ("key", "of", "estimand", "goalposts", "scale", "weights", "question", "compare_countries", "comparable")
    content["indices"] = [
        {name: value for name, value in entry.items() if name in (*old, "texts")}
        for entry in content["indices"]
        if entry["key"] == "factor_balance"
    ]
    read = from_document(content)
    assert set(read.indices) == {"factor_balance"}
    assert read.indices["factor_balance"].pillars == shipped().indices["factor_balance"].pillars
    assert read.indicators["spread"] == shipped().indicators["spread"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_its_words_in_every_language_of_the_results(language: str) -> None:
    for entry in shipped().entries:
        assert entry.texts[language].title
        assert entry.texts[language].base
        assert set(entry.texts[language].categories) == set(entry.texts["nb"].categories)
    for one in shipped().indicators.values():
        asked_with = questionnaire(one.instrument)
        assert set(labels(one, one.categories, asked_with, language)) == set(one.categories)


def test_no_language_has_the_words_of_another() -> None:
    for entry in shipped().entries:
        bases = {language: entry.texts[language].base for language in LANGUAGES}
        assert len(set(bases.values())) == len(bases), entry.key


def test_words_of_a_figure_that_is_not_defined_are_named(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "library")
    (tmp_path / "library" / "texts" / "da.yaml").write_text("spred: {title: Deling, base: Alle}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"texts/da.yaml: no indicator or index 'spred'"):
        load_library(tmp_path / "library")


def test_words_for_a_category_that_the_indicator_does_not_have_are_named() -> None:
    content = document()
    indicator(content, "novelty")["texts"]["fi"]["categories"]["third"] = "Kolmas"
    with pytest.raises(DefinitionError, match=r"novelty.texts.fi.categories: no category 'third'"):
        from_document(content)


def test_the_hash_follows_the_content_and_not_its_order() -> None:
    content = document()
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == content_hash(content)
    indicator(content, "spread")["base"] = "answered(novelty)"
    assert content_hash(content) != content_hash(document())


@pytest.mark.parametrize(
    ("key", "entry", "value", "message"),
    [
        ("spread", "base", "answered(spred)", "spread.share: unknown item 'spred' in workplace"),
        ("spread", "asked", "inovative", "spread.share: unknown condition 'inovative' in workplace"),
        ("spread", "question", "spred", "spread.question: 'spred' is neither an item nor a battery"),
        ("value", "categories", ["speed"], "value.speed.share: unknown code 'speed' of the item values"),
        ("spread", "shares", {"share": 'spread == "ja"'}, "spread.share: unknown code 'ja' of the item spread"),
    ],
)
def test_what_the_questionnaire_does_not_have_is_named(key: str, entry: str, value: object, message: str) -> None:
    content = document()
    indicator(content, key)[entry] = value
    with pytest.raises(DefinitionError) as error:
        for_questionnaire(from_document(content), workplace())
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("key", "entry", "value", "message"),
    [
        ("spread", "base", "answered(", "definitions.indicators.spread.base (whole):"),
        ("spread", "base", 3, "definitions.indicators.spread.base: expected str, got 3."),
        ("spread", "bas", "x", "definitions.indicators.spread: unknown entry 'bas'."),
        ("spread", "headline", "total", "definitions.indicators.spread.headline: expected one of"),
        ("spread", "key", "value", "definitions.indicators: a key stands twice"),
        ("novelty", "categories", ["first", "third"], "novelty.shares.share.third: expected str, got None."),
    ],
)
def test_a_slip_in_the_document_is_named_with_its_place(key: str, entry: str, value: object, message: str) -> None:
    content = document()
    indicator(content, key)[entry] = value
    with pytest.raises(DefinitionError) as error:
        from_document(content)
    assert message in str(error.value)


def test_an_item_with_other_options_is_not_the_same_and_one_that_is_missing_neither() -> None:
    spread, now = shipped().indicators["spread"], workplace()
    fewer = replace(now.items["spread"], options=now.items["spread"].options[:2])
    assert same_items(spread, now, replace(now, version="copy"))
    assert not same_items(spread, now, replace(now, items={**now.items, "spread": fewer}))
    lacking = without("spread")
    assert not same_items(spread, now, lacking)
    left = usable_with(for_questionnaire(shipped(), now).definitions, lacking)
    gone = {entry.key for entry in for_questionnaire(shipped(), now).definitions.entries} - {
        entry.key for entry in left.entries
    }
    assert gone == {"spread", "learning"}


def test_an_index_has_the_same_items_only_where_each_of_its_parts_has() -> None:
    learning, now = shipped().indices["learning"], workplace()
    fewer = replace(now.items["evaluation"], options=now.items["evaluation"].options[:2])
    assert same_items(learning, now, replace(now, version="copy"))
    assert not same_items(learning, now, replace(now, items={**now.items, "evaluation": fewer}))
