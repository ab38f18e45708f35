"""The shipped definitions fit the shipped questionnaire, and a slip in one is named."""

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.core.definition_checks import check_against, labels, same_items, usable_with
from analytics.core.definition_documents import LIBRARY, content_hash, from_document, load_library
from analytics.core.definitions import DefinitionError
from tests.analytics.waves import shipped, workplace

LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")


def document() -> dict[str, Any]:
    return copy.deepcopy(load_library())


def indicator(content: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in content["indicators"] if entry["key"] == key)
    return found


def test_the_library_defines_these_rows_of_the_standard_indicators() -> None:
    rows = sorted(row for entry in shipped().indicators.values() for row in entry.rows)
    assert rows == [1, 2, 3, 5, 8, 10, 12, 14, 19, 20, 22]
    assert list(shipped().indices) == ["factor_balance"]


def test_the_library_fits_the_shipped_questionnaire() -> None:
    check_against(shipped(), workplace())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_its_words_in_every_language_of_the_results(language: str) -> None:
    for entry in (*shipped().indicators.values(), *shipped().indices.values()):
        assert entry.texts[language].title
        assert entry.texts[language].base
        assert set(entry.texts[language].categories) == set(entry.texts["nb"].categories)
    for one in shipped().indicators.values():
        assert set(labels(one, one.categories, workplace(), language)) == set(one.categories)


def test_no_language_has_the_words_of_another() -> None:
    for entry in (*shipped().indicators.values(), *shipped().indices.values()):
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
        check_against(from_document(content), workplace())
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
    without = replace(now, items={key: item for key, item in now.items.items() if key != "spread"})
    assert not same_items(spread, now, without)
    left = usable_with(shipped(), without)
    assert set(shipped().indicators) - set(left.indicators) == {"spread"}
    assert set(left.indices) == {"factor_balance"}
