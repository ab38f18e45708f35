"""The texts of a questionnaire: checked by a person as they stand, and the log of what people said of them."""

import pytest
from django.utils import timezone

from surveys.actions import instruments, texts
from surveys.instrument.document import content_hash, from_document
from surveys.instrument.schema import TextState
from surveys.instrument.texts import Standing, coverage, standing
from surveys.instrument.translations import Translated, export_texts
from surveys.models import AuditEvent, InstrumentVersion, Programme, TextReview, User
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(administrator: User) -> User:
    return administrator


@pytest.fixture
def version(programme: Programme, by: User) -> InstrumentVersion:
    return instruments.store(programme=programme, document=make.tiny(), by=by)


def check(version: InstrumentVersion, by: User, *locations: str, language: str = "en") -> int:
    return texts.texts_checked(
        version=version, language=language, locations=locations or None, seen=version.content_hash, by=by
    )


def test_checked_texts_are_a_new_document_of_the_same_version(version: InstrumentVersion, by: User) -> None:
    before = version.content_hash
    assert check(version, by, "title", "items.colour.question") == 2
    version.refresh_from_db()
    assert version.content_hash == content_hash(version.document) != before
    stands = standing(from_document(version.document), "en")
    checked = {location for location, stand in stands.items() if stand is Standing.CHECKED}
    assert checked == {"title", "items.colour.question"}
    event = AuditEvent.objects.about(version).get(action="instrument.texts_checked")
    assert (event.actor, event.detail) == (
        by.username,
        {"language": "en", "texts": 2, "sha256": version.content_hash, "instead_of": before},
    )


def test_a_language_with_every_text_checked_is_checked(version: InstrumentVersion, by: User) -> None:
    some = check(version, by, "title", "introduction")
    version.refresh_from_db()
    total = coverage(from_document(version.document), "en").total
    assert check(version, by) == total - some
    version.refresh_from_db()
    instrument = from_document(version.document)
    assert coverage(instrument, "en").checked
    assert (instrument.texts["en"].state, instrument.texts["en"].states) == (TextState.CHECKED, {})
    assert not coverage(instrument, "nb").checked


def test_checking_what_is_checked_changes_nothing(version: InstrumentVersion, by: User) -> None:
    check(version, by, "title")
    version.refresh_from_db()
    before = version.content_hash
    assert check(version, by, "title") == 0
    version.refresh_from_db()
    assert version.content_hash == before
    assert AuditEvent.objects.filter(action="instrument.texts_checked").count() == 1


def test_a_checked_translation_remembers_the_text_it_was_held_against(programme: Programme, by: User) -> None:
    document = make.tiny()
    document["texts"]["en"] |= {"source": "nb", "sources": {"title": "00000000"}}
    version = instruments.store(programme=programme, document=document, by=by)
    assert standing(from_document(document), "en")["title"] is Standing.STALE
    check(version, by, "title")
    version.refresh_from_db()
    assert standing(from_document(version.document), "en")["title"] is Standing.CHECKED


def test_nobody_checks_what_was_changed_after_they_read_it(version: InstrumentVersion, by: User) -> None:
    changed = make.tiny()
    changed["texts"]["en"]["title"] = "Another"
    instruments.store(programme=version.programme, document=changed, by=by)
    with pytest.raises(texts.TextsChanged):
        check(version, by, "title")  # with the hash of the former content
    version.refresh_from_db()
    assert standing(from_document(version.document), "en")["title"] is Standing.DRAFT


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_check_at_once_the_second_reads_again(version: InstrumentVersion, by: User) -> None:
    def press(location: str) -> str:
        try:
            check(version, by, location)
        except texts.TextsChanged:
            return "read again"
        return "checked"

    outcomes = at_once(lambda: press("title"), lambda: press("introduction"))
    assert sorted(outcomes) == ["checked", "read again"]
    version.refresh_from_db()
    assert coverage(from_document(version.document), "en").counts[Standing.CHECKED] == 1


def test_texts_in_the_field_are_frozen(programme: Programme, by: User) -> None:
    version = make.instrument(programme, document=make.tiny())
    with pytest.raises(instruments.InstrumentFrozen):
        check(version, by)
    version.refresh_from_db()
    assert version.document == make.tiny()


@pytest.mark.parametrize(("language", "location"), [("sv", "title"), ("en", "items.none.question")])
def test_a_language_or_a_place_that_is_not_there_is_refused(
    version: InstrumentVersion, by: User, language: str, location: str
) -> None:
    with pytest.raises(texts.TextsError):
        check(version, by, location, language=language)


def translated(version: InstrumentVersion, changes: dict[str, str], language: str = "en") -> bytes:
    """A translator's file with other texts than those that stand."""
    content = export_texts(from_document(version.document), language, ".po").content.decode()
    for former, present in changes.items():
        assert f'msgstr "{former}"' in content
        content = content.replace(f'msgstr "{former}"', f'msgstr "{present}"')
    return content.encode()


def take(version: InstrumentVersion, by: User, content: bytes, language: str = "en") -> Translated:
    return texts.take_translations(version=version, language=language, content=content, by=by)


def test_texts_of_a_translator_are_drafts_of_the_same_version(version: InstrumentVersion, by: User) -> None:
    check(version, by)
    version.refresh_from_db()
    before = version.content_hash
    got = take(version, by, translated(version, {"Which colour?": "What colour?"}))
    assert (list(got.texts), got.refused) == (["items.colour.question"], ())
    version.refresh_from_db()
    instrument = from_document(version.document)
    assert instrument.texts["en"].items["colour"].question == "What colour?"
    assert instrument.texts["en"].state is TextState.DRAFT  # and shown as such, because of this one text
    stands = standing(instrument, "en")
    assert [where for where, stand in stands.items() if stand is not Standing.CHECKED] == ["items.colour.question"]
    event = AuditEvent.objects.about(version).get(action="instrument.texts_taken")
    assert event.detail["instead_of"] == before
    assert (event.detail["texts"], event.detail["refused"]) == (1, 0)


def test_the_same_file_again_changes_nothing(version: InstrumentVersion, by: User) -> None:
    content = translated(version, {"Which colour?": "What colour?"})
    take(version, by, content)
    version.refresh_from_db()
    before = version.content_hash
    assert take(version, by, content).refused == ()
    version.refresh_from_db()
    assert version.content_hash == before
    assert AuditEvent.objects.filter(action="instrument.texts_taken").count() == 1


def test_texts_are_taken_neither_into_the_field_nor_over_another_change(
    programme: Programme, version: InstrumentVersion, by: User
) -> None:
    content = translated(version, {"Which colour?": "What colour?"})
    stale = InstrumentVersion.objects.get(pk=version.pk)
    check(version, by, "title")
    with pytest.raises(texts.TextsChanged):
        take(stale, by, content)
    fielded = make.instrument(programme, document=make.tiny(), version="fielded")
    with pytest.raises(instruments.InstrumentFrozen):
        take(fielded, by, content)
    version.refresh_from_db()
    InstrumentVersion.objects.filter(pk=version.pk).update(fielded_at=timezone.now(), fielded_by=by)
    with pytest.raises(instruments.InstrumentFrozen):  # frozen while the file was read
        take(version, by, content)
    assert not AuditEvent.objects.filter(action="instrument.texts_taken").exists()


def note(version: InstrumentVersion, by: User, **changes: str) -> TextReview:
    said = {"language": "en", "item": "colour", "kind": "interview", "note": "“Which colour” was read as “of what”."}
    return texts.review(version=version, by=by, **{**said, **changes})


def test_what_people_said_of_a_text_is_logged_also_while_it_is_in_the_field(programme: Programme, by: User) -> None:
    version = make.instrument(programme, document=make.tiny())
    said = note(version, by)
    assert (said.instrument, said.item, said.by) == (version, "colour", by)
    event = AuditEvent.objects.about(version).get(action="instrument.reviewed")
    assert event.detail == {"language": "en", "item": "colour", "kind": "interview"}


def test_a_line_sent_twice_stands_once(version: InstrumentVersion, by: User) -> None:
    assert note(version, by) == note(version, by)
    assert note(version, by) != note(version, by, item="")
    assert (TextReview.objects.count(), AuditEvent.objects.filter(action="instrument.reviewed").count()) == (2, 2)


@pytest.mark.parametrize(
    "changes", [{"language": "sv"}, {"item": "none"}, {"kind": "rumour"}, {"note": "  "}, {"note": "x" * 4001}]
)
def test_a_line_about_nothing_is_refused(version: InstrumentVersion, by: User, changes: dict[str, str]) -> None:
    with pytest.raises(texts.TextsError):
        note(version, by, **changes)
    assert TextReview.objects.count() == 0
