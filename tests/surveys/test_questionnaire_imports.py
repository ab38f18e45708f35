"""Questionnaires brought in as files: read in a job, stored whole as a version or refused with the reason."""

import json
from typing import Any

import pytest

from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.actions import instruments, questionnaire_imports
from surveys.instrument.exchange import ExchangeRefused, Imported, Loss
from surveys.models import (
    AuditEvent,
    ImportFormat,
    ImportState,
    InstrumentVersion,
    Programme,
    QuestionnaireImport,
    User,
)
from surveys.work import questionnaires
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(administrator: User) -> User:
    return administrator


def ask(
    programme: Programme, by: User, content: bytes, kind: str = ImportFormat.OWN, *, replace: bool = False
) -> QuestionnaireImport:
    return questionnaire_imports.request_import(
        programme=programme, kind=kind, name="survey.json", content=content, replace=replace, by=by
    )


def tiny(**changes: object) -> bytes:
    return json.dumps({**make.tiny(), **changes}).encode()


def ended(made: QuestionnaireImport) -> QuestionnaireImport:
    run_due()
    made.refresh_from_db()
    return made


def test_a_file_of_our_own_format_becomes_a_version_that_can_still_change(programme: Programme, by: User) -> None:
    made = ask(programme, by, tiny())
    assert (made.state, InstrumentVersion.objects.count()) == (ImportState.WAITING, 0)
    made = ended(made)
    assert (made.state, bytes(made.upload), made.reason) == (ImportState.STORED, b"", "")
    version = InstrumentVersion.objects.get()
    assert (made.instrument, version.document, version.fielded_at) == (version, make.tiny(), None)
    assert made.taken == {"items": 5, "pages": 3, "edits": 0, "languages": 2, "texts": 42}
    assert made.lost == []
    actions = [event.action for event in AuditEvent.objects.about(made)]
    assert actions == ["questionnaire.imported", "questionnaire.requested"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[1, 2]", "survey.json: expected a questionnaire in our own format, got no named values."),
        (b"key: [unclosed", "survey.json: expected YAML"),
        (b"\xff\xfe\x00", "survey.json: expected UTF-8"),
        (b"key: &anchor x", "an anchor or alias"),
        (tiny(version="x" * 201), "version: expected 1 to 200 characters, got 201."),
        (tiny(items=[{"key": "a", "type": "poem"}]), "items[a]"),
        (tiny(background=["\x00"]), "background[0]: expected a text of readable signs"),
        (tiny(background=["\ud800"]), "background[0]: expected a text of readable signs"),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_the_reason(
    programme: Programme, by: User, content: bytes, reason: str
) -> None:
    made = ended(ask(programme, by, content))
    assert made.state == ImportState.REFUSED
    assert reason in made.reason
    assert (bytes(made.upload), InstrumentVersion.objects.count()) == (b"", 0)
    assert Job.objects.get().state == JobState.DONE


def test_what_came_along_and_what_did_not_is_kept_in_full(
    programme: Programme, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Imported(
        make.tiny(), {"items": 5}, (Loss("survey, row 3", "appearance", "Not known."),), assumed=("Class: open.",)
    )
    monkeypatch.setattr(questionnaires, "_read", lambda *_: read)
    made = ended(ask(programme, by, b"a workbook", ImportFormat.XLSFORM))
    assert made.state == ImportState.STORED
    assert made.lost == [{"place": "survey, row 3", "what": "appearance", "why": "Not known."}]
    assert made.assumed == ["Class: open."]


def test_a_hostile_file_is_refused(programme: Programme, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Imported:
        raise ExchangeRefused("bomb\x00.xlsx unpacks to more than 200 times its size: a zip bomb.")

    monkeypatch.setattr(questionnaires, "_read", refuse)
    made = ended(ask(programme, by, b"PK", ImportFormat.XLSFORM))
    assert (made.state, made.reason) == (
        ImportState.REFUSED,
        "bomb␀.xlsx unpacks to more than 200 times its size: a zip bomb.",
    )


def test_a_file_that_marks_texts_as_checked_says_whose_word_that_is(programme: Programme, by: User) -> None:
    """Nobody has read them here: whoever brings the file stands for the mark, on the page and in the trail."""
    document = make.tiny()
    document["texts"]["nb"]["state"] = "checked"
    document["texts"]["en"]["states"] = {"title": "checked"}
    made = ended(ask(programme, by, json.dumps(document).encode()))
    assert [sentence.split(".")[0] for sentence in made.assumed] == [
        "Texts in en that the file marks as checked: 1",
        "Texts in nb that the file marks as checked: 21",
    ]
    assert all(f"checked by {by.username}." in sentence for sentence in made.assumed)
    assert made.instrument is not None
    events = AuditEvent.objects.about(made.instrument).filter(action="instrument.texts_checked").order_by("pk")
    assert [(event.actor, event.detail["language"], event.detail["texts"]) for event in events] == [
        (by.username, "en", 1),
        (by.username, "nb", 21),
    ]
    document["texts"]["en"]["states"]["introduction"] = "checked"
    other = make.user("administrator", programme)
    later = ended(ask(programme, other, json.dumps(document).encode(), replace=True))
    assert [event.detail["texts"] for event in events.all()] == [1, 21, 1]  # what was checked before is not said anew
    (sentence,) = later.assumed
    assert sentence.startswith(f"Texts in en that the file marks as checked: 1. They count as checked by {other}.")
    again = ended(ask(programme, by, json.dumps(document).encode(), replace=True))
    assert (again.state, again.assumed) == (ImportState.STORED, [])


def test_a_version_in_the_field_is_never_replaced(programme: Programme, by: User) -> None:
    fielded = make.instrument(programme, document=make.tiny())
    made = ended(ask(programme, by, tiny(background=["country", "sector"])))
    assert made.state == ImportState.REFUSED
    assert "kinds 1" in made.reason
    assert made.taken["items"] == 5
    fielded.refresh_from_db()
    assert fielded.document == make.tiny()
    assert InstrumentVersion.objects.count() == 1


def test_a_version_that_can_still_change_is_not_replaced_without_leave(programme: Programme, by: User) -> None:
    version = instruments.store(programme=programme, document=make.tiny(), by=by)
    made = ended(ask(programme, by, tiny(background=["country", "sector"])))
    assert made.state == ImportState.REFUSED
    assert "kinds 1" in made.reason
    version.refresh_from_db()
    assert version.document == make.tiny()


def test_a_version_that_is_to_be_replaced_is_and_the_trail_says_by_what(programme: Programme, by: User) -> None:
    version = instruments.store(programme=programme, document=make.tiny(), by=by)
    before = version.content_hash
    ended(ask(programme, by, tiny(background=["country", "sector"]), replace=True))
    version.refresh_from_db()
    assert version.document["background"] == ["country", "sector"]
    detail = AuditEvent.objects.about(version).first().detail  # type: ignore[union-attr]
    assert detail == {"sha256": version.content_hash, "instead_of": before}


def test_a_file_above_the_limit_or_without_content_is_not_kept(programme: Programme, by: User, settings: Any) -> None:
    settings.QUESTIONNAIRE_UPLOAD_MAX_BYTES = 10
    for content in (b"", b"x" * 11):
        with pytest.raises(questionnaire_imports.ImportRefused):
            ask(programme, by, content)
    assert QuestionnaireImport.objects.count() == 0


def test_while_it_waits_the_same_file_is_the_same_import(programme: Programme, by: User) -> None:
    first = ask(programme, by, tiny())
    assert ask(programme, make.user("administrator", programme), tiny()) == first
    assert ask(programme, by, tiny(version="2")) != first
    assert ask(make.programme("other"), by, tiny()) != first
    assert Job.objects.count() == 3
    run_due()
    again = ended(ask(programme, by, tiny()))
    assert again != first
    assert again.instrument_id == QuestionnaireImport.objects.get(pk=first.pk).instrument_id


def test_a_file_whose_job_ended_without_reading_it_can_be_brought_again(programme: Programme, by: User) -> None:
    first = ask(programme, by, tiny())
    Job.objects.update(state=JobState.FAILED)
    assert ask(programme, by, tiny()) != first


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_get_one_import() -> None:
    programme = make.programme()
    people = [make.user("administrator", programme) for _ in range(2)]
    got = at_once(*(lambda by=by: ask(programme, by, tiny()).pk for by in people))
    assert len(set(got)) == 1
    assert Job.objects.count() == 1


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_stores_once(
    programme: Programme, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(programme, by, tiny())
    store, calls = instruments.store, []

    def killed_once(**arguments: Any) -> InstrumentVersion:
        stored = store(**arguments)
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the worker is gone")
        return stored

    monkeypatch.setattr(instruments, "store", killed_once)
    made = ended(made)
    assert (made.state, InstrumentVersion.objects.count(), len(calls)) == (ImportState.STORED, 1, 2)
    assert AuditEvent.objects.filter(action="instrument.stored").count() == 1
    assert Job.objects.get().attempts == 2


def test_a_second_worker_with_the_same_file_changes_nothing(programme: Programme, by: User) -> None:
    made = ended(ask(programme, by, tiny()))
    with pytest.raises(questionnaire_imports.ImportEnded):
        questionnaire_imports.refuse(made=made, reason="late", by=by)
    made.refresh_from_db()
    assert (made.state, made.reason) == (ImportState.STORED, "")
