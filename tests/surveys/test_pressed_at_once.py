"""Two people at the same moment: passing on, correcting, and a save while the wave closes."""

import uuid

import pytest

from surveys.actions import follow_up, invitations, responses, waves
from surveys.models import (
    Contact,
    Disposition,
    FollowUp,
    Message,
    MessageKind,
    Response,
    Revision,
    SampledUnit,
    User,
)
from tests import make
from tests.at_once import at_once
from tests.surveys.respondents import kinds

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(unit: SampledUnit) -> SampledUnit:
    return SampledUnit.objects.select_related("wave__instrument", "wave__programme", "stratum").get(pk=unit.pk)


def save(unit: SampledUnit, colour: str) -> object:
    return responses.save(
        sampled_unit=fresh(unit),
        page_id="colour",
        values={"colour": colour},
        save_key=str(uuid.uuid4()),
        device="phone",
        language="nb",
    )


def outcome(action, *refusals: type[Exception]):
    """The action as one that says how it ended."""

    def told() -> str:
        try:
            action()
        except refusals as error:
            return type(error).__name__
        return "done"

    return told


def test_passing_on_at_once_sends_two_messages_and_keeps_one_address():
    unit = kinds()
    first, second = (
        outcome(lambda email=email: invitations.pass_on(sampled_unit=fresh(unit), email=email), Exception)
        for email in ("a@example.org", "b@example.org")
    )
    assert at_once(first, second) == ["done", "done"]
    assert sorted(Message.objects.values_list("number", flat=True)) == [1, 2]
    assert Contact.objects.get(unit=unit.unit).email in ("a@example.org", "b@example.org")


def test_a_correction_handed_in_twice_at_once_is_one_revision():
    unit = kinds()
    save(unit, "red")
    responses.submit(sampled_unit=fresh(unit))
    responses.correct(sampled_unit=fresh(unit))
    save(unit, "blue")
    press = outcome(lambda: responses.submit(sampled_unit=fresh(unit)), Exception)
    assert at_once(press, press) == ["done", "done"]
    response = Response.objects.get()
    assert (response.record, response.revision, Revision.objects.count()) == ({"colour": "blue"}, 2, 1)


def test_a_save_while_the_wave_closes_is_kept_before_it_or_refused_after_it():
    unit = kinds()
    by = User.objects.first() or make.user()
    saving = outcome(lambda: save(unit, "red"), responses.WaveClosed)
    closing = outcome(lambda: waves.close(wave=fresh(unit).wave, by=by), Exception)
    saved, closed = at_once(saving, closing)
    assert closed == "done"
    assert (saved == "done") == Response.objects.filter(answers={"colour": "red"}).exists()
    started = SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.STARTED
    assert started == (saved == "done")


def test_two_who_draw_different_follow_ups_at_once_get_one():
    programme = make.programme()
    wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))
    for unit in make.drawn(wave, make.frame(programme, units=make.units(12)), size=12):
        make.message(unit, MessageKind.REMINDER)
    by = make.user("administrator", programme)
    first, second = (
        outcome(
            lambda size=size: follow_up.draw(wave=wave, country="NO", size=size, minimum_per_stratum=0, seed=1, by=by),
            follow_up.AlreadyDrawn,
        )
        for size in (4, 5)
    )
    assert sorted(at_once(first, second)) == ["AlreadyDrawn", "done"]
    assert SampledUnit.objects.filter(follow_up="drawn").count() == FollowUp.objects.get().size
