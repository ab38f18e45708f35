"""What is taken of a translator's file, what is refused, and that the one or the other is said of every text."""

from dataclasses import replace
from unicodedata import normalize

import pytest

from surveys.instrument.document import to_document
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.schema import Instrument, TextState
from surveys.instrument.texts import Standing, entries, standing, text_hash, with_texts
from surveys.instrument.translations import Translated, Translation, export_texts, read_texts, with_translations
from surveys.instrument.translations.taking import with_taken
from tests import make
from tests.surveys.instrument.translations.files import KINDS, Change, changed

BROKEN = {
    "Kva hjelpte {item.namn|innovasjonen}?": "{item.namn|innovasjonen}",
    "Kva hjelpte {item.name}?": "{item.name}",
    "Kva hjelpte {item.name|innovasjonen?": "{",
    "Kva hjelpte?": "no placeholder",
    "Kva hjelpte {item.name|ho} i {organisation|huset}?": "{item.name|ho}, {organisation|huset}",
}


@pytest.fixture
def instrument() -> Instrument:
    return make.questionnaire("translated")


def came_back(instrument: Instrument, kind: str, change: Change, *, language: str = "nn", by: str = "") -> Translated:
    """What is read of the exported file after a translator's change of its rows."""
    return read_texts(changed(instrument, language, kind, change), instrument, language, by=by)


def said(translated: Translated) -> list[str]:
    return [str(loss) for loss in translated.refused]


def with_checked_title(instrument: Instrument) -> Instrument:
    texts = with_texts(instrument.texts["nn"], {"title": "Omsett"}, {"title": "Oversatt"}, TextState.CHECKED)
    return replace(instrument, texts={**instrument.texts, "nn": texts})


def source_changed(instrument: Instrument, where: str, text: str) -> Instrument:
    first = instrument.texts["nb"]
    own = instrument.texts["nn"]
    noted = {at: text_hash(source) for at, source in entries(first).items()}
    texts = {
        **instrument.texts,
        "nn": replace(own, sources=noted),
        "nb": with_texts(first, {where: text}, {}, first.state),
    }
    return replace(instrument, texts=texts)


@pytest.mark.parametrize("kind", KINDS)
class TestTaken:
    def test_a_new_text_is_a_draft_made_from_its_source(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"text": "Noko nytt"}})
        document = with_translations(to_document(instrument), found)
        whole = with_taken(instrument, "nn", found.texts)
        assert document == to_document(whole)
        assert entries(whole.texts["nn"])["pages.new"] == "Noko nytt"
        assert whole.texts["nn"].sources == {"pages.new": text_hash("Nytt")}
        assert standing(whole, "nn")["pages.new"] is Standing.DRAFT
        assert (found.refused, found.findings, found.remarks) == ((), (), ())
        assert found.taken == {"texts": 1, "of them checked": 0, "unchanged": 17}

    def test_a_mark_with_a_name_makes_it_checked(self, instrument: Instrument, kind: str) -> None:
        change: Change = {"pages.new": {"text": "Noko nytt", "mark": "checked"}, "title": {"mark": "checked"}}
        found = came_back(instrument, kind, change, by="Kari Nordmann")
        stands = standing(with_taken(instrument, "nn", found.texts), "nn")
        assert {where for where, how in stands.items() if how is Standing.CHECKED} == {"pages.new", "title"}
        assert found.refused == ()

    def test_nobody_checks_without_a_name(self, instrument: Instrument, kind: str) -> None:
        change: Change = {"pages.new": {"text": "Noko nytt", "mark": "checked"}, "title": {"mark": "checked"}}
        found = came_back(instrument, kind, change)
        assert {where: one.state for where, one in found.texts.items()} == {"pages.new": TextState.DRAFT}
        assert len(found.refused) == 2
        assert "title: the mark checked was not taken. Say who has checked it" in said(found)[0]

    def test_a_new_wording_of_a_checked_text_is_a_draft_again(self, instrument: Instrument, kind: str) -> None:
        found = came_back(
            with_checked_title(instrument), kind, {"title": {"text": "Omsett på nytt"}}, by="Kari Nordmann"
        )
        assert found.texts["title"].state is TextState.DRAFT
        assert "the mark checked is of the text before" in found.remarks[0]

    def test_taking_the_mark_away_makes_it_a_draft(self, instrument: Instrument, kind: str) -> None:
        found = came_back(with_checked_title(instrument), kind, {"title": {"mark": "draft"}})
        assert [(where, one.state) for where, one in found.texts.items()] == [("title", TextState.DRAFT)]

    def test_a_stale_text_that_still_holds_is_told_so(self, instrument: Instrument, kind: str) -> None:
        instrument = source_changed(instrument, "pages.new", "Det nye")
        assert standing(instrument, "nn")["pages.new"] is Standing.STALE
        assert came_back(instrument, kind, {}).texts == {}
        found = came_back(instrument, kind, {"pages.new": {"mark": "draft"}})
        assert standing(with_taken(instrument, "nn", found.texts), "nn")["pages.new"] is Standing.DRAFT

    def test_a_text_from_a_source_that_has_changed_since_is_stale(self, instrument: Instrument, kind: str) -> None:
        content = changed(instrument, "nn", kind, {"pages.new": {"text": "Noko nytt"}})
        later = source_changed(instrument, "pages.new", "Det nye")
        found = read_texts(content, later, "nn")
        assert standing(with_taken(later, "nn", found.texts), "nn")["pages.new"] is Standing.STALE
        assert [finding.rule for finding in found.findings] == ["stale_text"]

    def test_the_same_file_again_changes_nothing(self, instrument: Instrument, kind: str) -> None:
        change: Change = {
            "pages.new": {"text": "Noko nytt"},
            "pages.rest": {"text": "Anna", "mark": "checked"},
            "title": {"mark": "checked"},
        }
        content = changed(instrument, "nn", kind, change)
        first = read_texts(content, instrument, "nn", by="Kari Nordmann")
        assert first.texts.keys() == change.keys()
        after = with_taken(instrument, "nn", first.texts)
        again = read_texts(content, after, "nn", by="Kari Nordmann")
        assert (again.texts, again.refused, again.remarks, again.unchanged) == ({}, (), (), 18)
        checked = with_taken(after, "nn", {"pages.new": Translation("Noko nytt", TextState.CHECKED, "Nytt")})
        assert read_texts(content, checked, "nn").texts == {}

    def test_what_the_linter_dislikes_is_taken_and_said(self, instrument: Instrument, kind: str) -> None:
        change: Change = {
            "pages.new": {"text": "N" * 61},
            "items.name.question": {"text": "Kva heiter 'det'  i 2026?"},
        }
        found = came_back(instrument, kind, change)
        assert found.texts.keys() == change.keys()
        assert {(finding.rule, finding.location) for finding in found.findings} == {
            ("text_too_long", "texts.nn.pages.new"),
            ("straight_quotes", "texts.nn.items.name.question"),
            ("double_space", "texts.nn.items.name.question"),
            ("literal_year", "texts.nn.items.name.question"),
        }

    def test_what_the_translator_says_is_passed_on(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"comment": "Kva slags nytt?"}})
        assert found.texts == {}
        (remark,) = found.remarks
        assert remark.endswith(", pages.new: the translator says: Kva slags nytt?")

    def test_a_text_that_is_gone_here_is_taken_from_the_file(self, instrument: Instrument, kind: str) -> None:
        content = export_texts(instrument, "nn", kind).content
        without = replace(instrument, texts={one: instrument.texts[one] for one in ("nb", "fi")})
        found = read_texts(content, without, "nn")
        assert entries(with_taken(without, "nn", found.texts).texts["nn"]) == entries(instrument.texts["nn"])


@pytest.mark.parametrize("kind", KINDS)
class TestRefused:
    @pytest.mark.parametrize("text", BROKEN)
    def test_broken_placeholders_by_name(self, instrument: Instrument, kind: str, text: str) -> None:
        found = came_back(instrument, kind, {"batteries.helped.question": {"text": text}})
        assert found.texts == {}
        (loss,) = found.refused
        assert loss.place.endswith(", batteries.helped.question")
        assert loss.what == f"the text with {BROKEN[text]}"
        assert loss.why.startswith("Its source has {item.name|innovasjonen}.")

    def test_a_placeholder_that_stands_twice(self, instrument: Instrument, kind: str) -> None:
        text = "Hva hjalp {item.name|innovasjonen}, {item.name|innovasjonen}?"
        found = came_back(instrument, kind, {"batteries.helped.question": {"text": text}})
        assert found.texts == {}
        assert "It fills in item.name, and the nb text does so less often." in said(found)[0]

    def test_a_placeholder_in_another_format(self, instrument: Instrument, kind: str) -> None:
        text = "Hva hjalp {item.name:list|innovasjonen}?"
        found = came_back(instrument, kind, {"batteries.helped.question": {"text": text}})
        assert found.texts == {}
        assert "It leaves out item.name, which the nb text fills in." in said(found)[0]

    def test_a_placeholder_of_an_answer_that_comes_later_is_said(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"text": "Nytt: {item.name|noko}"}})
        assert found.texts == {}
        assert "the text with {item.name|noko} was not taken. Its source has no placeholder." in said(found)[0]

    @pytest.mark.parametrize("text", ["Noko <b>nytt</b>", "Noko&nbsp;nytt"])
    def test_markup(self, instrument: Instrument, kind: str, text: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"text": text}})
        assert found.texts == {}
        assert "pages.new: the text was not taken. It holds markup" in said(found)[0]

    def test_an_emptied_text(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"text": ""}, "title": {"text": "  "}})
        assert found.texts == {}
        assert all("the empty text was not taken" in one for one in said(found))
        assert len(found.refused) == 2

    def test_a_location_that_is_none(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.new": {"location": "pages.knew", "text": "Noko"}})
        assert found.texts == {}
        assert "pages.knew: the text was not taken. The questionnaire has no such text" in said(found)[0]
        assert found.remarks == ("Not in the file, and left as it is: pages.new.",)

    def test_a_location_that_stands_twice(self, instrument: Instrument, kind: str) -> None:
        found = came_back(instrument, kind, {"pages.rest": {"location": "pages.new", "text": "Anna"}})
        assert "pages.new" not in found.texts
        assert "The same location stands before" in said(found)[0]

    def test_a_text_that_was_changed_here_as_well(self, instrument: Instrument, kind: str) -> None:
        content = changed(instrument, "nn", kind, {"pages.new": {"text": "Noko nytt"}})
        own = with_texts(instrument.texts["nn"], {"pages.new": "Nyheiter", "pages.rest": "Anna"}, {}, TextState.DRAFT)
        found = read_texts(content, replace(instrument, texts={**instrument.texts, "nn": own}), "nn")
        assert found.texts == {}
        assert [one.partition(": ")[2] for one in said(found)] == [
            "the text was not taken. It was changed here too since the file was written, to 'Nyheiter'. "
            "Export anew and decide."
        ]

    def test_a_mark_of_a_text_that_is_another_one_now(self, instrument: Instrument, kind: str) -> None:
        content = changed(instrument, "nn", kind, {"pages.new": {"mark": "checked"}})
        own = with_texts(instrument.texts["nn"], {"pages.new": "Nyheiter"}, {}, TextState.DRAFT)
        found = read_texts(content, replace(instrument, texts={**instrument.texts, "nn": own}), "nn", by="Kari")
        assert found.texts == {}
        assert "the mark was not taken. The text or its source has changed" in said(found)[0]

    def test_a_mark_without_a_text(self, instrument: Instrument, kind: str) -> None:
        empty = replace(instrument, texts={one: instrument.texts[one] for one in ("nb", "fi")})
        found = came_back(empty, kind, {"title": {"mark": "checked"}}, by="Kari Nordmann")
        assert found.texts == {}
        assert "There is no text that it could be about" in said(found)[0]

    def test_another_placeholder_in_the_first_language(self, instrument: Instrument, kind: str) -> None:
        change: Change = {"introduction": {"text": "Et skjema."}, "pages.new": {"text": "Noe nytt"}}
        found = came_back(instrument, kind, change, language="nb")
        assert found.texts.keys() == {"pages.new"}
        assert "introduction: the text with no placeholder was not taken" in said(found)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_language_or_questionnaire_is_refused(instrument: Instrument, kind: str) -> None:
    content = export_texts(instrument, "nn", kind).content
    with pytest.raises(ExchangeRefused, match="Expected texts in fi, got texts in nn"):
        read_texts(content, instrument, "fi")
    with pytest.raises(ExchangeRefused, match="Expected texts of the questionnaire other, got those of translated"):
        read_texts(content, replace(instrument, key="other"), "nn")
    with pytest.raises(ExchangeRefused, match="Expected one of nb, fi, nn, got the language 'se'"):
        read_texts(content, instrument, "se")


@pytest.mark.parametrize("kind", KINDS)
def test_letters_that_were_taken_apart_are_no_change(instrument: Instrument, kind: str) -> None:
    """Some programs save å as a and a ring. What is written anew that way is stored as we write it."""
    both = replace(
        instrument,
        texts={
            **instrument.texts,
            "nb": with_texts(instrument.texts["nb"], {"pages.new": "Nytt på gården"}, {}, TextState.DRAFT),
            "nn": with_texts(instrument.texts["nn"], {"pages.new": "Nytt på garden"}, {}, TextState.DRAFT),
        },
    )
    apart = {"pages.new": {"text": normalize("NFD", "Nytt på garden")}}
    assert came_back(both, kind, apart).texts == {}
    found = came_back(both, kind, {"pages.new": {"text": normalize("NFD", "Nytt på gården her")}})
    assert found.texts["pages.new"].text == "Nytt på gården her"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"# nothing\n", b'msgid ""\nmsgstr ""\n"Language: nn\\n"\n'])
def test_a_file_without_any_text_is_refused(instrument: Instrument, content: bytes) -> None:
    with pytest.raises(ExchangeRefused, match="got a file without any"):
        read_texts(content, instrument, "nn")


def test_only_what_is_offered_can_be_exported(instrument: Instrument) -> None:
    with pytest.raises(ExchangeRefused, match=r"Expected a file that ends in \.po or \.xlsx, got \.docx"):
        export_texts(instrument, "nn", ".docx")
    with pytest.raises(ExchangeRefused, match="Expected one of the languages nb, fi, nn, got se"):
        export_texts(instrument, "se", ".po")


def test_a_text_without_a_source_is_said_when_exporting(instrument: Instrument) -> None:
    own = with_texts(instrument.texts["nn"], {"items.name.help": "Kort."}, {}, TextState.DRAFT)
    exported = export_texts(replace(instrument, texts={**instrument.texts, "nn": own}), "nn", ".po")
    assert [str(loss) for loss in exported.lost] == [
        "items.name.help: “Kort.” was not taken. There is no such text in nb: write it there, or take it away here."
    ]
    assert exported.taken == {"texts": 18, "missing": 0, "stale": 0, "draft": 18, "checked": 0}


def test_a_fuzzy_text_is_not_taken(instrument: Instrument) -> None:
    found = came_back(instrument, ".po", {"pages.new": {"text": "Noko nytt", "mark": "stale"}})
    assert found.texts == {}
    assert "It is marked as fuzzy: take the mark away" in said(found)[0]
