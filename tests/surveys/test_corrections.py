"""From the first save to closing: corrections, a colleague's part, partial answers, and two clients at once."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from surveys.instrument.routing import answers_on_path, counts_as_partial
from surveys.models import AuditEvent, Device, Disposition, PageSave, Response, Revision, SampledUnit, User, WaveState
from surveys.queries.respondents import background_of
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


# The life cycle against the simplest model of it: what each client sees, and what stands at the end.


@dataclass
class Model:
    """What should stand, kept in the plainest way; `seen` is what each client's page showed last."""

    unit: SampledUnit
    by: User
    draft: dict[str, object] = field(default_factory=dict)
    record: dict[str, object] | None = None
    revisions: list[dict[str, object]] = field(default_factory=list)
    seen: dict[str, dict[str, object]] = field(default_factory=lambda: {"phone": {}, "computer": {}})
    editable: bool = True

    def __post_init__(self) -> None:
        self.instrument = from_document(self.unit.wave.instrument.document)
        self.background = background_of(self.unit)

    def do(self, client: str, action: str, values: dict[str, object]) -> None:
        """One step of one client; what is refused leaves everything as it was."""
        try:
            if action in ANSWERS:
                shown = {key: self.seen[client][key] for key in values if key in self.seen[client]}
                save(self.unit, action, values, device=client, shown=shown)
                self.saved(client, values)
            else:
                getattr(self, action)()
        except (ResponseError, waves.WaveError):
            pass

    def saved(self, client: str, values: dict[str, object]) -> None:
        assert self.editable, "a save after handing in or closing is refused"
        for key, value in values.items():
            if value != self.seen[client].get(key):
                self.draft.pop(key, None)
                if value is not None:
                    self.draft[key] = value
        self.seen[client] = dict(self.draft)

    def submit(self) -> None:
        responses.submit(sampled_unit=self.unit)
        if self.editable:
            now = answers_on_path(self.instrument, self.draft, self.background)
            if self.record not in (None, now):
                self.revisions.append(self.record or {})
            self.record, self.editable = now, False

    def correct(self) -> None:
        responses.correct(sampled_unit=self.unit)
        self.editable = True

    def close(self) -> None:
        waves.close(wave=self.unit.wave, by=self.by)
        self.editable = False
        if self.record is None and counts_as_partial(self.instrument, self.draft, self.background):
            self.record = answers_on_path(self.instrument, self.draft, self.background)


ANSWERS = {
    "colour": st.fixed_dictionaries({"colour": st.sampled_from(["red", "blue", "dont_know"])}),
    "tools": st.fixed_dictionaries(
        {"tools": st.sampled_from([None, ["saw"], ["saw", "file"], ["none"]]), "count": st.sampled_from([None, 3])}
    ),
    "words": st.fixed_dictionaries({"name": st.sampled_from([None, "A", "B"]), "story": st.none()}),
}
SAVES = st.sampled_from(sorted(ANSWERS)).flatmap(lambda page: st.tuples(st.just(page), ANSWERS[page]))
STEP = st.one_of(SAVES, SAVES, SAVES, st.just(("submit", {})), st.just(("correct", {})), st.just(("close", {})))
STEPS = st.lists(st.tuples(st.sampled_from(["phone", "computer"]), STEP), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_two_clients_save_submit_correct_and_close_and_the_record_is_what_the_model_says(steps):
    model = Model(*life_of())
    for client, (action, values) in steps:
        model.do(client, action, values)
    response = Response.objects.filter(sampled_unit=model.unit).first()
    assert (response.answers if response else {}) == model.draft
    assert (response.record if response else None) == model.record
    assert [revision.record for revision in Revision.objects.all()] == model.revisions
    record = model.record or {}
    assert record == answers_on_path(model.instrument, record, model.background), "nothing off the path"


def life_of() -> tuple[SampledUnit, User]:
    """A fresh unit for each example; the database of the test holds them all."""
    unit = SampledUnit.objects.select_related("wave__instrument", "wave__programme", "stratum").first()
    if unit is None:
        programme = make.programme()
        document = with_partial_rule()
        document["partial"] = from_rule(document)
        wave = make.wave(programme, instrument=make.instrument(programme, document=document))
        make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)
        return life_of()
    Response.objects.all().delete()
    SampledUnit.objects.update(disposition=Disposition.INVITED)
    type(unit.wave).objects.update(state=WaveState.OPEN)
    unit.wave.refresh_from_db()
    return unit, User.objects.first() or make.user()


def test_nothing_answered_is_not_handed_in():
    with pytest.raises(NothingAnswered):
        responses.submit(sampled_unit=kinds())
