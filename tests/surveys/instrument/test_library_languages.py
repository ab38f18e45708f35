"""The texts of the library in each of its languages: complete, drafts, tied to their source, and easy to read."""

import re
from collections.abc import Collection
from dataclasses import replace

import pytest

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, from_document, load_library
from surveys.instrument.lint import lint
from surveys.instrument.schema import Instrument
from surveys.instrument.shipped import blocks_for
from surveys.instrument.texts import Standing, coverage, entries, standing, text_hash, with_wording

LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")
MOST_LIX = 40
# Words of a neighbour that a translator overlooks, none of which the language has itself.
FOREIGN = {
    "nb": "ikkje|kva|korleis|kven|frå|noko|nokon|vere|vore|blei|blev|hvad|af|efter|brug|virksomheder|arbejde",
    "nn": "ikke|hva|hvordan|hvem|hvor|hvilke[nt]?|noen|noe|fra|jeg|dere|deres|ble|være|vært|virksomhet|ansatte",
    "da": "ikkje|hva|noe|noen|etter|dere|ble|uten|virksomheten|veien|bruke|fikk|vært",
    "sv": "ikke|ikkje|hva|hvad|og|fra|virksomhet|medarbejdere|jeg|ble|blev af|noen|noe|være|vært",
    "fi": "och|eller|inte|og|ikke|the|and",
    "is": "ikke|och|the|and|av|noen|være|eller",
    "en": "og|eller|ikke|och|inte|ikkje",
}


def whole(name: str) -> Instrument:
    return from_document(load_library(name, blocks=tuple(block.key for block in blocks_for(name))))


WHOLE = {name: whole(name) for name in names_in(LIBRARY, "instruments")}
BLOCKS = [(name, block.key) for name in WHOLE for block in blocks_for(name)]
EACH = [(name, language) for name in WHOLE for language in LANGUAGES]


def lix(texts: Collection[str]) -> float:
    """Words a sentence, and of a hundred words those of more than six letters; a text ends a sentence."""
    plain = [re.sub(r"\{[^{}|]*\|?([^{}]*)\}", r"\1", text) for text in texts]
    words = [word for text in plain for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)]
    sentences = sum(max(1, len(re.findall(r"[.:!?](?=\s|$)", text))) for text in plain)
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def running(instrument: Instrument, language: str) -> dict[str, str]:
    """What is read as sentences: no headings, options or units."""
    kinds = (".question", ".help")
    alone = ("introduction", "definition")
    texts = entries(instrument.texts[language])
    return {at: text for at, text in texts.items() if at in alone or at.endswith(kinds) or at.startswith("edits.")}


@pytest.mark.parametrize("name", WHOLE)
def test_the_languages_are_those_that_were_asked_for(name: str) -> None:
    assert WHOLE[name].languages == LANGUAGES


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_text_is_there_and_a_draft(name: str, language: str) -> None:
    """No person has checked a shipped text: whoever has, says so by name when the file comes back."""
    found = coverage(WHOLE[name], language)
    assert found.total == found.counts[Standing.DRAFT] == len(entries(WHOLE[name].texts["nb"]))


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_translation_notes_the_text_it_was_made_from(name: str, language: str) -> None:
    sources = WHOLE[name].texts[language].sources
    if language == "nb":
        assert sources == {}
    else:
        assert sources == {at: text_hash(text) for at, text in entries(WHOLE[name].texts["nb"]).items()}


def test_a_text_that_changes_in_the_first_language_makes_the_others_stale() -> None:
    political = WHOLE["political"]
    changed = with_wording(political.texts["nb"], {"title": "Politikk og innovasjon"})
    instrument = replace(political, texts={**political.texts, "nb": changed})
    assert {language for language in LANGUAGES if standing(instrument, language)["title"] is Standing.STALE} == {
        *LANGUAGES[1:]
    }
    assert {finding.rule for finding in lint(instrument)} == {"stale_text"}


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("name", WHOLE)
def test_norwegian_is_easy_to_read(name: str, language: str) -> None:
    """LIX of at most 40, for each questionnaire and for what each block adds."""
    alone = from_document(load_library(name))
    assert lix(running(alone, language).values()) <= MOST_LIX


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_norwegian_of_a_block_is_easy_to_read(name: str, block: str, language: str) -> None:
    without = running(from_document(load_library(name)), language)
    added = running(from_document(load_library(name, blocks=(block,))), language)
    assert lix([text for at, text in added.items() if at not in without]) <= MOST_LIX


def test_lix_counts_as_its_inventor_did() -> None:
    assert lix(["Dette er en setning. Innovasjon er vanskelig."]) == pytest.approx(3.5 + 100 * 3 / 7)
    assert lix(["Svarene gjelder {organisation|kontoret ditt}"]) == pytest.approx(4 + 100 * 3 / 4)


@pytest.mark.parametrize(("name", "language"), EACH)
def test_no_word_of_a_neighbour_is_left(name: str, language: str) -> None:
    foreign = re.compile(rf"\b(?:{FOREIGN[language]})\b", re.IGNORECASE)
    assert [(at, text) for at, text in entries(WHOLE[name].texts[language]).items() if foreign.search(text)] == []
