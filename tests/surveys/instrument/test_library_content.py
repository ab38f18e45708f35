"""The questionnaires to chief executives and mayors, and the optional blocks, held to what the library promises."""

import re
from collections import Counter
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings

from surveys.instrument.check import submission
from surveys.instrument.directory import names_in, read_block
from surveys.instrument.document import LIBRARY, from_document, load_library, to_document
from surveys.instrument.lint import lint
from surveys.instrument.placeholders import differing
from surveys.instrument.routing import counts_as_partial, items_on_path, path
from surveys.instrument.schema import DisclosureClass, Instrument, ItemType, Origin, TextState
from surveys.instrument.shipped import blocks_for
from surveys.instrument.texts import entries, text_hash
from tests.surveys.instrument.answering import any_answers

WRITTEN = ("nb", "en")  # the language that the others are translated from, and the one that shows the meaning
BLOCKS = tuple(names_in(LIBRARY, "blocks"))
LONGEST_BLOCK = 8
LONGEST_EXPORT = 28


def shipped(name: str, *blocks: str) -> Instrument:
    """The shipped instrument in the two languages that are written with it."""
    whole = from_document(load_library(name, blocks=blocks))
    return replace(whole, languages=WRITTEN, texts={language: whole.texts[language] for language in WRITTEN})


MANAGEMENT = shipped("management")
POLITICAL = shipped("political")
WORKPLACE = shipped("workplace")
EVERYTHING = shipped("workplace", *BLOCKS)
INSTRUMENTS = {"management": MANAGEMENT, "political": POLITICAL, "everything": EVERYTHING}
INNOVATIVE: dict[str, object] = {"types.service": "yes"}


def pages(instrument: Instrument, answers: dict[str, object], background: dict[str, object] | None = None) -> list[str]:
    return [page.page.id for page in path(instrument, answers, background or {})]


def answered_in_block(block: str) -> list[str]:
    """The items of a block beside its batteries and the texts that go with an option."""
    return [
        key
        for key, item in shipped("workplace", block).items.items()
        if key not in WORKPLACE.items
        and item.battery is None
        and item.specifies is None
        and item.type is not ItemType.INFO
    ]


def test_every_type_of_item_is_asked_somewhere() -> None:
    kinds = {item.type for instrument in INSTRUMENTS.values() for item in instrument.items.values()}
    assert kinds == set(ItemType)
    assert any(item.specifies for item in EVERYTHING.items.values())


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_document_says_the_whole_questionnaire(name: str) -> None:
    assert from_document(to_document(INSTRUMENTS[name])) == INSTRUMENTS[name]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_both_languages_say_the_same_things(name: str) -> None:
    source, other = (entries(INSTRUMENTS[name].texts[language]) for language in WRITTEN)
    assert source.keys() == other.keys()
    assert [at for at in source if any(differing(source[at], other[at]))] == []
    for texts in INSTRUMENTS[name].texts.values():
        assert texts.state is TextState.DRAFT
        assert len(re.findall(r"[.!?](?:\s|$)", texts.definition)) == 2


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_number_has_its_unit_in_words(name: str) -> None:
    for texts in INSTRUMENTS[name].texts.values():
        units = {key for key, item in INSTRUMENTS[name].items.items() if item.unit}
        assert {key for key, text in texts.items.items() if text.unit} == units


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_sections_are_not_torn_apart(name: str) -> None:
    sections = [section for section, _ in groupby(page.section for page in INSTRUMENTS[name].pages)]
    assert len(sections) == len(set(sections))


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_names_of_columns_are_short_and_their_own(name: str) -> None:
    exports = {key: item.export_name for key, item in INSTRUMENTS[name].items.items()}
    assert [export for export, times in Counter(exports.values()).items() if times > 1] == []
    ours = exports.keys() - WORKPLACE.items.keys()
    assert [key for key in ours if len(exports[key].encode()) > LONGEST_EXPORT] == []


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_what_people_write_is_identifying(name: str) -> None:
    written = {item.disclosure for item in INSTRUMENTS[name].items.values() if item.type is ItemType.TEXT}
    assert written == {DisclosureClass.IDENTIFYING}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_short_and_says_where_it_comes_from(block: str) -> None:
    assert 1 <= len(answered_in_block(block)) <= LONGEST_BLOCK
    stated = read_block(LIBRARY, block, "workplace")
    assert stated["origin"].choice(Origin) in Origin
    assert len(re.findall(r"[.!?](?:\s|$)", stated.text("evidence"))) == 1


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_stands_alone(block: str) -> None:
    assert shipped("workplace", block).version == f"2026.1+{block}"


def test_chief_executives_with_a_strategy_say_when_it_was_adopted() -> None:
    assert "strategy_year" in pages(MANAGEMENT, {"strategy": "both"})
    assert "priority_areas" not in pages(MANAGEMENT, {"strategy": "both"})
    assert "priority_areas" in pages(MANAGEMENT, {"strategy": "in_progress"})
    assert "staff_size" in pages(MANAGEMENT, {"innovation_staff": "decentral"})
    assert "effects" not in pages(MANAGEMENT, {"effects_followed": "no"})


def test_unsubmitted_questionnaires_count_once_the_main_thing_is_said() -> None:
    said = {"strategy": "no", "innovation_staff": "no", "earmarked_money": "dont_know"}
    assert counts_as_partial(MANAGEMENT, said, {})
    assert not counts_as_partial(MANAGEMENT, {**said, "strategy": ""}, {})
    assert counts_as_partial(POLITICAL, {"political_strategy": "no"}, {})
    assert not counts_as_partial(POLITICAL, {}, {})


def test_factors_are_those_of_the_workplace() -> None:
    def rows(instrument: Instrument, battery: str) -> list[str]:
        return [key.removeprefix(f"{battery}.") for key, item in instrument.items.items() if item.battery == battery]

    assert rows(MANAGEMENT, "management_factors") == rows(WORKPLACE, "factors")
    one, other = MANAGEMENT.items["management_factors.legislation"], WORKPLACE.items["factors.legislation"]
    assert one.options == other.options


def test_failure_and_harm_are_asked_of_those_who_had_them() -> None:
    assert "failed_learning" not in pages(EVERYTHING, {"stopped": "no"})
    assert "failed_learning" in pages(EVERYTHING, {"stopped": "yes"})
    assert "consequences_whom" not in pages(EVERYTHING, {**INNOVATIVE, "consequences": ["none"]})
    assert "consequences_whom" in pages(EVERYTHING, {**INNOVATIVE, "consequences": ["trust"]})


def test_a_copy_has_a_source_and_an_adaptation_has_changes() -> None:
    copied = items_on_path(EVERYTHING, {**INNOVATIVE, "novelty": "copied"}, {})
    adapted = items_on_path(EVERYTHING, {**INNOVATIVE, "novelty": "adapted"}, {})
    assert {"copied_source", "copied_country"} <= set(copied)
    assert set(adapted) - set(copied) == {"copied_changes"}
    assert "copied_source" not in items_on_path(EVERYTHING, {**INNOVATIVE, "novelty": "first"}, {})


def test_an_innovation_of_an_earlier_wave_is_followed_where_one_is_known() -> None:
    answers: dict[str, object] = {"followup_use": "stopped"}
    assert not any(page.startswith("followup") for page in pages(EVERYTHING, answers))
    followed = pages(EVERYTHING, answers, {"earlier_innovation": "Digital visits"})
    assert [page for page in followed if page.startswith("followup")] == [
        "followup", "followup_end", "followup_since", "followup_harm",
    ]  # fmt: skip
    unknown = pages(EVERYTHING, {"followup_use": "not_known"}, {"earlier_innovation": "Digital visits"})
    assert [page for page in unknown if page.startswith("followup")] == ["followup"]


def test_probes_are_for_a_pilot_alone() -> None:
    assert not any(page.startswith("pilot") for page in pages(EVERYTHING, INNOVATIVE, {"pilot": "no"}))
    assert [page for page in pages(EVERYTHING, INNOVATIVE, {"pilot": "yes"}) if page.startswith("pilot")] == [
        "pilot_words", "pilot_newest", "pilot_scale", "pilot_whole",
    ]  # fmt: skip


@settings(max_examples=20)
@given(any_answers(EVERYTHING))
def test_no_answers_lead_off_the_path(answers: dict[str, object]) -> None:
    background = {"country": "NO", "pilot": "yes", "earlier_innovation": "Digital visits"}
    handed_in = submission(EVERYTHING, answers, background)
    assert set(handed_in) <= set(items_on_path(EVERYTHING, handed_in, background))


@pytest.mark.parametrize("name", names_in(LIBRARY, "instruments"))
def test_every_translation_notes_the_text_it_was_made_from(name: str) -> None:
    """So that the linter names it when that text changes: `export_texts` and `import_texts` note a new one."""
    instrument = from_document(load_library(name, blocks=[block.key for block in blocks_for(name)]))
    source = entries(instrument.texts[instrument.base_language])
    for language in instrument.languages[1:]:
        texts = instrument.texts[language]
        assert texts.source == instrument.base_language
        assert dict(texts.sources) == {at: text_hash(source[at]) for at in entries(texts)}
    title = replace(instrument.texts[instrument.base_language], title="Noe helt annet")
    changed = replace(instrument, texts={**instrument.texts, instrument.base_language: title})
    said = {(one.rule, one.location) for one in lint(changed)}
    assert said == {("stale_text", f"texts.{language}.title") for language in instrument.languages[1:]}
