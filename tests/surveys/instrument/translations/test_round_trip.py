"""What is exported comes back whole: for each shipped questionnaire and language, and for texts of every kind."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.instrument.document import LIBRARY
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.on_disk import Written, with_blocks, written_at
from surveys.instrument.schema import Instrument, TextState
from surveys.instrument.texts import entries, with_wording
from surveys.instrument.translations import export_texts, read_texts
from surveys.instrument.translations.taking import with_taken
from tests import make
from tests.conftest import BY_NIGHT
from tests.surveys.instrument.translations.files import KINDS

SHIPPED = written_at(LIBRARY)
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="{}<&")
WORDING = st.text(SIGNS, min_size=1, max_size=80).map(str.strip).filter(bool)
DAMAGE = st.binary(max_size=8) | st.sampled_from([b"{", b'"', b"\n", b"<b>"])


@cache
def shipped(written: Written) -> Instrument:
    return with_blocks(written).read()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("written", SHIPPED, ids=[one.name for one in SHIPPED])
def test_nothing_of_a_shipped_questionnaire_is_lost(written: Written, kind: str) -> None:
    instrument = shipped(written)
    for language in instrument.languages:
        exported = export_texts(instrument, language, kind)
        assert exported.lost == ()
        same = read_texts(exported.content, instrument, language)
        assert (same.texts, same.refused, same.remarks) == ({}, (), ())
        assert same.unchanged == exported.taken["texts"]
        if kind == ".po" and language != instrument.base_language:
            without = {one: texts for one, texts in instrument.texts.items() if one != language}
            anew = read_texts(exported.content, replace(instrument, texts=without), language)
            whole = with_taken(replace(instrument, texts=without), language, anew.texts)
            assert anew.refused == ()
            assert entries(whole.texts[language]) == entries(instrument.texts[language])
            assert {one.state for one in anew.texts.values()} == {TextState.DRAFT}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_text_of_any_signs_comes_back(kind: str, data: st.DataObject) -> None:
    instrument = make.questionnaire("translated")
    locations = st.sampled_from(sorted(entries(instrument.texts["nb"])))
    for language in ("nb", "nn"):
        wording = data.draw(st.dictionaries(locations, WORDING, max_size=6))
        texts = with_wording(instrument.texts[language], wording)
        instrument = replace(instrument, texts={**instrument.texts, language: texts})
    found = read_texts(export_texts(instrument, "nn", kind).content, instrument, "nn")
    assert (found.texts, found.refused) == ({}, ())


@cache
def whole_file(kind: str) -> bytes:
    return export_texts(make.questionnaire("translated"), "nn", kind).content


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=150 if BY_NIGHT else 50, deadline=None)
def test_a_damaged_file_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    """Whatever is done to its bytes, no other error comes, and no text that the linter would refuse gets in."""
    instrument = make.questionnaire("translated")
    content = bytearray(whole_file(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 40))
        content[place : place + length] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"{", b'"', b"\n", b"<b>"])
        )
    try:
        found = read_texts(bytes(content), instrument, "nn")
    except ExchangeRefused:
        return
    for taken in found.texts.values():
        assert taken.text.strip()
        assert "<b>" not in taken.text
    assert found.texts.keys() <= entries(instrument.texts["nb"]).keys()
