"""Saving, handing in, declining: what is acknowledged stays, whatever else happens."""

import uuid
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.actions import responses
from surveys.actions.responses import (
    AlreadySubmitted,
    AnswersRefused,
    KeyReused,
    NothingAnswered,
    ResponseError,
    Saved,
    WaveClosed,
)
from surveys.instrument.check import Problem
from surveys.models import AuditEvent, Disposition, PageSave, Response, SampledUnit, Wave, WaveState
from tests.surveys.respondents import kinds

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def key(number: int = 1) -> str:
    return str(uuid.UUID(int=number))


def save(unit: SampledUnit, page_id: str, values: dict[str, object], **more: object) -> Saved:
    options = {"save_key": str(uuid.uuid4()), "device": "phone", "language": "nb", **more}
    return responses.save(sampled_unit=unit, page_id=page_id, values=values, **options)


def stored(unit: SampledUnit) -> Response:
    return Response.objects.get(sampled_unit=unit)


def test_the_first_save_starts_the_response():
    unit = kinds()
    saved = save(unit, "colour", {"colour": "red"}, save_key=key(), now=NOON)
    response = stored(unit)
    assert saved == Saved({"colour": "red"}, problems=(), changed=(), repeated=False)
    assert (response.answers, response.language, response.saved_at) == ({"colour": "red"}, "nb", NOON)
    assert response.written == {"colour": [NOON.isoformat(), "phone"]}
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.STARTED


def test_the_same_key_and_values_get_the_same_reply_and_store_nothing():
    unit = kinds()
    first = save(unit, "colour", {"colour": "red"}, save_key=key(), now=NOON)
    again = save(unit, "colour", {"colour": "red"}, save_key=key(), now=LATER)
    assert again == Saved(first.answers, first.problems, first.changed, repeated=True)
    assert stored(unit).saved_at == NOON
    assert PageSave.objects.count() == 1


def test_a_repeated_save_is_acknowledged_even_after_handing_in_and_closing():
    unit = kinds()
    save(unit, "colour", {"colour": "blue"}, save_key=key())
    responses.submit(sampled_unit=unit)
    Wave.objects.update(state=WaveState.CLOSED)
    assert save(unit, "colour", {"colour": "blue"}, save_key=key()).repeated


def test_the_same_key_with_other_values_is_refused():
    unit = kinds()
    save(unit, "colour", {"colour": "red"}, save_key=key())
    with pytest.raises(KeyReused):
        save(unit, "colour", {"colour": "blue"}, save_key=key())
    assert stored(unit).answers == {"colour": "red"}


@pytest.mark.parametrize("bad", ["", "1", "x" * 500, "'; drop table"])
def test_a_save_key_is_a_uuid(bad):
    with pytest.raises(ResponseError, match="save_key"):
        save(kinds(), "colour", {"colour": "red"}, save_key=bad)


def test_a_page_must_be_of_the_questionnaire():
    with pytest.raises(ResponseError, match="page_id"):
        save(kinds(), "nowhere", {})


@pytest.mark.parametrize(
    ("page", "values", "problem"),
    [
        ("colour", {"colour": "green"}, Problem("colour", "unknown_code", detail={"code": "green"})),
        ("colour", {"colour": None}, Problem("colour", "required")),
        ("tools", {"tools": ["saw", "none"]}, Problem("tools", "exclusive", detail={"code": "none"})),
        ("tools", {"tools": ["saw", "file", "drill"]}, Problem("tools", "too_many", detail={"limit": 2, "got": 3})),
        ("tools", {"count": 100}, Problem("count", "above", detail={"limit": 99})),
        ("words", {"name": "x" * 41}, Problem("name", "too_long", detail={"limit": 40, "got": 41})),
        ("words", {"colour": "red"}, Problem("colour", "unknown_item")),
        ("words", {"nothing": "red"}, Problem("nothing", "unknown_item")),
        ("all", {"nothing": "red"}, Problem("nothing", "unknown_item")),
    ],
)
def test_hard_problems_refuse_the_whole_save(page, values, problem):
    unit = kinds()
    save(unit, "colour", {"colour": "red"})
    with pytest.raises(AnswersRefused) as refused:
        save(unit, page, values)
    assert refused.value.problems == (problem,)
    assert stored(unit).answers == {"colour": "red"}
    assert PageSave.objects.count() == 1


def test_an_answer_off_the_path_is_refused():
    unit = kinds()
    save(unit, "colour", {"colour": "blue"})
    with pytest.raises(AnswersRefused) as refused:
        save(unit, "tools", {"tools": ["saw"]})
    assert refused.value.problems == (Problem("tools", "off_path"),)


def test_soft_problems_are_told_and_the_answers_kept():
    unit = kinds()
    save(unit, "colour", {"colour": "red"})
    saved = save(unit, "tools", {"tools": ["saw"], "count": None})
    assert [problem.item for problem in saved.problems] == ["count"]
    assert stored(unit).answers == {"colour": "red", "tools": ["saw"]}


def test_an_emptied_answer_is_removed():
    unit = kinds()
    save(unit, "words", {"name": "A thing"}, now=NOON)
    save(unit, "words", {"name": None}, now=LATER)
    assert stored(unit).answers == {}
    assert stored(unit).written["name"][0] == LATER.isoformat()


def test_two_devices_each_keep_what_they_changed():
    unit = kinds()
    save(unit, "words", {"name": "first", "story": "long"})
    seen = {"name": "first", "story": "long"}
    save(unit, "words", {"name": "by phone", "story": "long"}, shown=seen, device="phone")
    saved = save(unit, "words", {"name": "first", "story": "by computer"}, shown=seen, device="computer", now=LATER)
    assert saved.answers == {"name": "by phone", "story": "by computer"}
    assert saved.changed == ("name",)
    assert stored(unit).written["story"] == [LATER.isoformat(), "computer"]


def test_the_last_write_of_an_item_counts_and_is_reported():
    unit = kinds()
    save(unit, "words", {"name": "first"})
    save(unit, "words", {"name": "by phone"}, shown={"name": "first"}, device="phone")
    options = {"shown": {"name": "first"}, "device": "computer", "save_key": key()}
    saved = save(unit, "words", {"name": "by computer"}, **options)
    assert (saved.answers, saved.changed) == ({"name": "by computer"}, ("name",))
    assert save(unit, "words", {"name": "by computer"}, **options).changed == ("name",)


def test_handing_in_drops_answers_off_the_path_and_stamps():
    unit = kinds()
    save(unit, "colour", {"colour": "red"})
    save(unit, "tools", {"tools": ["saw"], "count": 3})
    save(unit, "colour", {"colour": "blue"})
    assert set(stored(unit).answers) == {"colour", "tools", "count"}
    response = responses.submit(sampled_unit=unit, now=LATER)
    assert (response.record, response.submitted_at) == ({"colour": "blue"}, LATER)
    assert set(stored(unit).answers) == {"colour", "tools", "count"}, "the draft keeps what is off the path"
    assert response.background["today"] == timezone.localdate().isoformat()
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.COMPLETED
    assert AuditEvent.objects.filter(action="response.submitted").count() == 1


def test_handing_in_twice_gives_the_one_response():
    unit = kinds()
    save(unit, "colour", {"colour": "blue"})
    first = responses.submit(sampled_unit=unit, now=NOON)
    assert responses.submit(sampled_unit=unit, now=LATER).submitted_at == first.submitted_at == NOON
    assert AuditEvent.objects.filter(action="response.submitted").count() == 1


def test_nothing_is_handed_in_with_a_hard_problem_or_without_an_answer():
    unit = kinds()
    with pytest.raises(NothingAnswered):
        responses.submit(sampled_unit=unit)
    save(unit, "words", {"name": "A thing"})
    with pytest.raises(AnswersRefused) as refused:
        responses.submit(sampled_unit=unit)
    assert refused.value.problems == (Problem("colour", "required"),)


def test_after_handing_in_nothing_changes():
    unit = kinds()
    save(unit, "colour", {"colour": "blue"})
    responses.submit(sampled_unit=unit)
    with pytest.raises(AlreadySubmitted):
        save(unit, "colour", {"colour": "red"})
    with pytest.raises(AlreadySubmitted):
        responses.decline(sampled_unit=unit)
    assert stored(unit).answers == {"colour": "blue"}


def test_after_closing_nothing_is_taken():
    unit = kinds()
    save(unit, "colour", {"colour": "blue"})
    Wave.objects.update(state=WaveState.CLOSED)
    for refused in (
        lambda: save(unit, "colour", {"colour": "red"}),
        lambda: responses.submit(sampled_unit=unit),
        lambda: responses.decline(sampled_unit=unit),
    ):
        with pytest.raises(WaveClosed):
            refused()


def test_declining_is_recorded_once_and_a_save_undoes_it():
    unit = kinds()
    responses.decline(sampled_unit=unit)
    responses.decline(sampled_unit=unit)
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.DECLINED
    assert AuditEvent.objects.filter(action="response.declined").count() == 1
    save(unit, "colour", {"colour": "blue"})
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.STARTED


def test_a_disposition_that_staff_decided_stays():
    unit = kinds()
    SampledUnit.objects.update(disposition=Disposition.INELIGIBLE)
    save(SampledUnit.objects.get(pk=unit.pk), "colour", {"colour": "blue"})
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.INELIGIBLE


def test_a_generator_saves_all_pages_at_once():
    unit = kinds()
    save(unit, "all", {"colour": "red", "tools": ["saw", "file"], "count": 2, "name": "Thing"})
    assert responses.submit(sampled_unit=unit).record == {
        "colour": "red",
        "tools": ["saw", "file"],
        "count": 2,
        "name": "Thing",
    }


NAMES = st.sampled_from([None, "one", "two", "three"])
STEPS = st.lists(st.tuples(st.sampled_from(["phone", "computer"]), st.booleans(), NAMES, NAMES), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_two_clients_that_look_write_and_repeat_leave_the_last_write_of_each_item(steps):
    """Against the simplest model: a page shows what stands when it is opened; what differs from it is written."""
    unit = kinds_once()
    Response.objects.all().delete()
    stands: dict[str, object] = {}
    seen: dict[str, dict[str, object]] = {"phone": {}, "computer": {}}
    for device, looks_first, name, story in steps:
        if looks_first:
            seen[device] = dict(stands)
        typed = {"name": name, "story": story}
        options = {"shown": seen[device], "device": device, "save_key": str(uuid.uuid4())}
        first = save(unit, "words", typed, **options)
        again = save(unit, "words", typed, **options)
        changes = {item: value for item, value in typed.items() if value != seen[device].get(item)}
        stands = {item: value for item, value in {**stands, **changes}.items() if value is not None}
        assert (first.answers, again.answers) == (stands, stands)
        assert again.repeated
    assert stands == (stored(unit).answers if steps else {})


def kinds_once() -> SampledUnit:
    """The unit of the examples before this one; the database is rolled back after the test, not after each example."""
    return SampledUnit.objects.select_related("wave__instrument").order_by("pk").first() or kinds()
