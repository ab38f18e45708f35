"""Frames: asked for, read in a job, loaded whole or refused whole."""

from typing import Any

import pytest

from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.actions import frames
from surveys.models import AuditEvent, Contact, Frame, FrameState, Programme, Unit, User
from surveys.work.frame_file import COLUMNS
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

ROWS = [
    "A1,Skogly <b>sykehjem</b>,0301,Oslo,Oslo,municipal,health_care,45,nb,post@example.org",
    "A2,Fjord skole,0301,Oslo,Oslo,municipal,education,12,nb,",
]


def content(*rows: str) -> bytes:
    return "\n".join([",".join(COLUMNS), *rows]).encode()


def ask(programme: Programme, by: User, file: bytes, name: str = "register") -> Frame:
    return frames.request_import(
        programme=programme, country="NO", name=name, content=file, origin="the register", constructed=False, by=by
    )


def test_a_frame_is_read_in_a_job_and_loaded_with_its_units() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    frame = ask(programme, by, content(*ROWS))
    assert (frame.state, Unit.objects.count()) == (FrameState.IMPORTING, 0)
    assert run_due() == 1
    frame.refresh_from_db()
    assert (frame.state, frame.unit_count, bytes(frame.upload)) == (FrameState.LOADED, 2, b"")
    assert list(frame.units.order_by("code").values_list("code", "name", "employees")) == [
        ("A1", "Skogly <b>sykehjem</b>", 45),
        ("A2", "Fjord skole", 12),
    ]
    assert list(Contact.objects.values_list("unit__code", "email")) == [("A1", "post@example.org")]
    assert [warning["code"] for warning in frame.warnings] == ["no_email"]
    assert [event.action for event in AuditEvent.objects.about(frame)] == ["frame.loaded", "frame.requested"]
    assert {event.actor for event in AuditEvent.objects.about(frame)} == {by.username}


def test_one_bad_row_refuses_the_file_and_nothing_is_stored() -> None:
    programme = make.programme()
    frame = ask(programme, make.user("administrator", programme), content(ROWS[0], ROWS[1].replace("12", "none")))
    run_due()
    frame.refresh_from_db()
    assert frame.state == FrameState.REFUSED
    assert frame.errors == [
        {"line": 3, "column": "employees", "code": "not_a_number", "got": "none", "expected": "1-999999"}
    ]
    assert (Unit.objects.count(), Contact.objects.count(), bytes(frame.upload)) == (0, 0, b"")
    assert Job.objects.get().state == JobState.DONE


def test_the_same_file_asked_for_twice_is_one_frame_and_one_job() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    assert ask(programme, by, content(*ROWS)) == ask(programme, by, content(*ROWS))
    assert (Frame.objects.count(), Job.objects.count()) == (1, 1)


def test_another_file_under_the_same_name_is_refused() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    ask(programme, by, content(*ROWS))
    with pytest.raises(frames.FrameNameTaken):
        ask(programme, by, content(ROWS[0]))


def test_a_refused_frame_gives_its_name_to_the_next_try() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    first = ask(programme, by, content("bad"))
    run_due()
    second = ask(programme, by, content(*ROWS))
    run_due()
    second.refresh_from_db()
    assert (second.pk, second.state, second.errors) == (first.pk, FrameState.LOADED, [])


def test_a_file_above_the_limit_is_refused(settings: object) -> None:
    settings.FRAME_UPLOAD_MAX_BYTES = 10  # type: ignore[attr-defined]
    programme = make.programme()
    with pytest.raises(frames.FrameTooLarge):
        ask(programme, make.user("administrator", programme), content(*ROWS))


def test_a_loaded_frame_is_not_loaded_again() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    frame = ask(programme, by, content(*ROWS))
    run_due()
    with pytest.raises(frames.FrameNotImporting):
        frames.store_units(frame=frame, rows=[], warnings=[], by=by)
    with pytest.raises(frames.FrameNotImporting):
        frames.refuse(frame=frame, errors=[], by=by)


def test_the_content_hash_knows_the_units_and_not_their_order_or_addresses() -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    one = ask(programme, by, content(*ROWS), "one")
    two = ask(programme, by, content(ROWS[1], ROWS[0].replace("post@", "new@")), "two")
    other = ask(programme, by, content(ROWS[0]), "other")
    run_due()
    hashes = [Frame.objects.get(pk=frame.pk).content_hash for frame in (one, two, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_large_frame_is_stored_in_few_statements(django_assert_max_num_queries: object) -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    rows = [ROWS[0].replace("A1", f"A{number}") for number in range(5000)]
    ask(programme, by, content(*rows))
    with django_assert_max_num_queries(120):  # type: ignore[operator]
        run_due()
    assert Unit.objects.count() == 5000


@pytest.mark.django_db(transaction=True)
def test_two_people_importing_the_same_file_at_once_get_one_frame() -> None:
    programme = make.programme()
    people = [make.user("administrator", programme) for _ in range(2)]
    got = at_once(*(lambda by=by: ask(programme, by, content(*ROWS)).pk for by in people))
    assert len(set(got)) == 1
    assert Job.objects.count() == 1


def test_an_import_that_broke_off_in_the_middle_is_begun_again_and_stored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "BATCH", 2)
    programme = make.programme()
    by = make.user("administrator", programme)
    frame = ask(programme, by, content(*(ROWS[0].replace("A1", f"A{number}") for number in range(7))))
    store, calls = frames.store_batch, []

    def breaks_once(**arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the worker is gone")
        store(**arguments)

    monkeypatch.setattr(frames, "store_batch", breaks_once)
    run_due()
    frame.refresh_from_db()
    assert (frame.state, frame.unit_count, frame.units.count()) == (FrameState.LOADED, 7, 7)
    assert (Contact.objects.count(), Job.objects.get().attempts) == (7, 2)
    assert len(calls) == 2 + 1 + 4
