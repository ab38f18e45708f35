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
from surveys.instrument.placeholders import differing
from surveys.instrument.routing import counts_as_partial, items_on_path, path
from surveys.instrument.schema import DisclosureClass, Instrument, ItemType, Origin, TextState
from surveys.instrument.shipped import blocks_for
from surveys.instrument.texts import entries
from tests.surveys.instrument.answering import any_answers

WRITTEN = ("nb", "en")  # the language that the others are translated from, and the one that shows the meaning
FITTING = {name: tuple(block.key for block in blocks_for(name)) for name in names_in(LIBRARY, "instruments")}
BLOCKS = [(name, block) for name, blocks in FITTING.items() for block in blocks]
LONGEST_BLOCK = 8
LONGEST_EXPORT = 28


def shipped(name: str, *blocks: str) -> Instrument:
    """The shipped instrument in the two languages that are written with it."""
    whole = from_document(load_library(name, blocks=blocks))
    return replace(whole, languages=WRITTEN, texts={language: whole.texts[language] for language in WRITTEN})


MANAGEMENT = shipped("management")
POLITICAL = shipped("political")
WORKPLACE = shipped("workplace")
EVERYTHING = shipped("workplace", *FITTING["workplace"])
ALONE = {"management": MANAGEMENT, "political": POLITICAL, "workplace": WORKPLACE}
INSTRUMENTS = {name: shipped(name, *blocks) for name, blocks in FITTING.items()}
INNOVATIVE: dict[str, object] = {"types.service": "yes"}


def pages(instrument: Instrument, answers: dict[str, object], background: dict[str, object] | None = None) -> list[str]:
    return [page.page.id for page in path(instrument, answers, background or {})]


def answered_in_block(name: str, block: str) -> list[str]:
    """The items of a block beside its batteries and the texts that go with an option."""
    return [
        key
        for key, item in shipped(name, block).items.items()
        if key not in ALONE[name].items
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


def test_every_block_fits_a_questionnaire_and_every_questionnaire_has_probes() -> None:
    assert {block for _name, block in BLOCKS} == set(names_in(LIBRARY, "blocks"))
    assert {name: [block for block in blocks if block.startswith("pilot")] for name, blocks in FITTING.items()} == {
        "management": ["pilot_organisation"], "political": ["pilot_organisation"], "workplace": ["pilot"],
    }  # fmt: skip


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_a_block_is_short_and_says_where_it_comes_from(name: str, block: str) -> None:
    assert 1 <= len(answered_in_block(name, block)) <= LONGEST_BLOCK
    stated = read_block(LIBRARY, block, name)
    assert stated["origin"].choice(Origin) in Origin
    assert len(re.findall(r"[.!?](?:\s|$)", stated.text("evidence"))) == 1


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_a_block_stands_alone(name: str, block: str) -> None:
    assert shipped(name, block).version == f"2026.1+{block}"


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


PROBES = {
    "management": ["pilot_words", "pilot_answers", "pilot_whole"],
    "political": ["pilot_words", "pilot_answers", "pilot_whole"],
    "workplace": ["pilot_words", "pilot_newest", "pilot_scale", "pilot_whole"],
}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_probes_are_for_a_pilot_alone(name: str) -> None:
    whole = INSTRUMENTS[name]
    for background in ({"pilot": "no"}, {"pilot": ""}, {}):
        assert not any(page.startswith("pilot") for page in pages(whole, INNOVATIVE, dict(background)))
    in_a_pilot = pages(whole, INNOVATIVE, {"pilot": "yes"})
    assert [page for page in in_a_pilot if page.startswith("pilot")] == PROBES[name]


@pytest.mark.parametrize("name", ["management", "political"])
def test_probes_of_an_organisation_come_when_all_else_is_answered(name: str) -> None:
    """In between, the first probe would tell what is meant before the questions that are tried have been answered."""
    asked = pages(INSTRUMENTS[name], {}, {"pilot": "yes"})
    assert asked == [*pages(ALONE[name], {}), *PROBES[name]]


@settings(max_examples=20)
@given(any_answers(EVERYTHING))
def test_no_answers_lead_off_the_path(answers: dict[str, object]) -> None:
    background = {"country": "NO", "pilot": "yes", "earlier_innovation": "Digital visits"}
    handed_in = submission(EVERYTHING, answers, background)
    assert set(handed_in) <= set(items_on_path(EVERYTHING, handed_in, background))
