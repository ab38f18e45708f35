"""From the first save to closing: corrections, a colleague's part, and partial answers."""

import uuid
from datetime import UTC, datetime

import pytest

from surveys.actions import responses, waves
from surveys.actions.responses import (
    AlreadySubmitted,
    AnswersRefused,
    Circumstances,
    NothingAnswered,
    NotSubmitted,
    NotYourPart,
    ResponseError,
    Saved,
    WaveClosed,
)
from surveys.instrument.document import from_document
from surveys.models import AuditEvent, Device, Disposition, PageSave, Response, Revision, SampledUnit
from tests import make
from tests.surveys.respondents import kinds

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def save(unit: SampledUnit, page_id: str, values: dict[str, object], **more: object) -> Saved:
    options = {"save_key": str(uuid.uuid4()), "device": "phone", "language": "nb", **more}
    return responses.save(sampled_unit=unit, page_id=page_id, values=values, **options)


def stored(unit: SampledUnit) -> Response:
    return Response.objects.get(sampled_unit=unit)


def handed_in(unit: SampledUnit) -> None:
    save(unit, "colour", {"colour": "red"})
    save(unit, "tools", {"tools": ["saw"], "count": 3})
    responses.submit(sampled_unit=unit, now=NOON)


def test_a_correction_is_a_new_revision_and_the_record_counts_until_then():
    unit = kinds()
    with pytest.raises(NotSubmitted):
        responses.correct(sampled_unit=unit)
    handed_in(unit)
    with pytest.raises(AlreadySubmitted):
        save(unit, "colour", {"colour": "blue"})
    responses.correct(sampled_unit=unit)
    responses.correct(sampled_unit=unit)
    save(unit, "colour", {"colour": "blue"})
    open_again = stored(unit)
    assert (open_again.record, open_again.revision) == ({"colour": "red", "tools": ["saw"], "count": 3}, 1)
    responses.submit(sampled_unit=unit, now=LATER)
    now = stored(unit)
    assert (now.record, now.revision, now.submitted_at, now.correcting) == ({"colour": "blue"}, 2, LATER, False)
    earlier = Revision.objects.get(response=now)
    assert (earlier.number, earlier.record, earlier.submitted_at) == (1, open_again.record, NOON)
    assert AuditEvent.objects.filter(action="response.reopened").count() == 1


def test_a_correction_that_changes_nothing_is_no_revision():
    unit = kinds()
    handed_in(unit)
    responses.correct(sampled_unit=unit)
    responses.submit(sampled_unit=unit, now=LATER)
    assert (stored(unit).revision, stored(unit).submitted_at, Revision.objects.count()) == (1, NOON, 0)


def test_nothing_is_corrected_after_closing():
    unit = kinds()
    handed_in(unit)
    waves.close(wave=unit.wave, by=make.user())
    with pytest.raises(WaveClosed):
        responses.correct(sampled_unit=unit)


def test_a_colleagues_link_is_good_for_its_section_and_not_for_handing_in():
    unit = kinds()
    save(unit, "colour", {"colour": "red"}, section="one")
    for page_id in ("words", "all"):
        with pytest.raises(ResponseError):
            save(unit, page_id, {"name": "A plane"}, section="one")
    with pytest.raises(NotYourPart):
        responses.submit(sampled_unit=unit, section="one")
    with pytest.raises(NotYourPart):
        responses.correct(sampled_unit=unit, section="one")
    assert stored(unit).answers == {"colour": "red"}


def test_a_page_takes_no_answer_to_a_question_of_another_page():
    unit = kinds()
    with pytest.raises(AnswersRefused) as refused:
        save(unit, "colour", {"colour": "red", "name": "A plane"})
    assert [(problem.item, problem.code) for problem in refused.value.problems] == [("name", "unknown_item")]
    with pytest.raises(ResponseError, match="page_id"):
        save(unit, "nowhere", {"colour": "red"})
    assert not Response.objects.exists()


def test_an_automatic_save_leaves_out_what_cannot_be_stored_yet():
    unit = kinds()
    save(unit, "colour", {"colour": "red"})
    saved = save(unit, "tools", {"tools": ["saw"], "count": "tw"}, circumstances=Circumstances(automatic=True))
    assert [problem.item for problem in saved.problems] == ["count"]
    assert stored(unit).answers == {"colour": "red", "tools": ["saw"]}


def test_each_save_is_an_event_of_page_items_language_device_and_time_and_no_more():
    unit = kinds()
    circumstances = Circumstances(device=Device.PHONE, seconds=12)
    save(unit, "colour", {"colour": "red"}, circumstances=circumstances, now=NOON)
    event = PageSave.objects.get()
    assert (event.page, event.items, event.language, event.device, event.seconds, event.automatic, event.saved_at) == (
        "colour", ["colour"], "nb", "phone", 12, False, NOON,
    )  # fmt: skip
    names = {column.name for column in PageSave._meta.get_fields()}
    assert names == {
        "id", "response", "key", "page", "body_hash", "changed", "items", "language", "device", "seconds", "automatic",
        "saved_at",
    }  # fmt: skip


def test_changing_a_filter_says_what_it_opened_and_what_it_left():
    unit = kinds()
    first = save(unit, "colour", {"colour": "blue"})
    assert (first.opened, first.dropped) == ((), 0)
    opened = save(unit, "colour", {"colour": "red"})
    assert (opened.opened, opened.dropped) == (("two",), 0)
    save(unit, "tools", {"tools": ["saw"], "count": 3})
    left = save(unit, "colour", {"colour": "blue"})
    assert (left.opened, left.dropped) == ((), 2)
    back = save(unit, "colour", {"colour": "red"})
    assert (back.opened, back.dropped) == ((), 0), "the answers were kept"


def with_partial_rule() -> dict[str, object]:
    return make.tiny() | {"partial": 'answered(colour) and (colour != "red" or answered(tools))'}


def test_closing_takes_what_the_stated_rule_takes_and_leaves_the_rest():
    programme = make.programme()
    document = with_partial_rule()
    document["partial"] = from_rule(document)
    wave = make.wave(programme, instrument=make.instrument(programme, document=document))
    enough, too_little, done, reopened = make.drawn(wave, make.frame(programme, units=make.units(4)), size=4)
    save(enough, "colour", {"colour": "red"})
    save(enough, "tools", {"tools": ["saw"]})
    save(enough, "colour", {"colour": "blue"})
    save(too_little, "colour", {"colour": "red"})
    for unit in (done, reopened):
        handed_in(unit)
    responses.correct(sampled_unit=reopened)
    save(reopened, "colour", {"colour": "dont_know"})
    waves.close(wave=wave, by=make.user())
    assert [
        (SampledUnit.objects.get(pk=unit.pk).disposition, stored(unit).record)
        for unit in (enough, too_little, done, reopened)
    ] == [
        (Disposition.PARTIAL, {"colour": "blue"}),
        (Disposition.STARTED, None),
        (Disposition.COMPLETED, {"colour": "red", "tools": ["saw"], "count": 3}),
        (Disposition.COMPLETED, {"colour": "red", "tools": ["saw"], "count": 3}),
    ]
    assert AuditEvent.objects.get(action="wave.closed").detail["partials"] == 1


def from_rule(document: dict[str, object]) -> object:
    """The rule as the canonical document holds it."""
    from surveys.instrument.document import to_document

    return to_document(from_document(document))["partial"]


def test_nothing_answered_is_not_handed_in():
    with pytest.raises(NothingAnswered):
        responses.submit(sampled_unit=kinds())
