"""Waves: made, opened when everything stands, closed once."""

from datetime import date
from typing import Any

import pytest

from surveys.actions import instruments, waves
from surveys.models import AuditEvent, Disposition, Programme, SampledUnit, User, Wave, WaveState
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def by(programme: Programme) -> User:
    return make.user("administrator", programme, username="kari")


def created(programme: Programme, by: User, **changes: Any) -> Wave:
    fields: dict[str, Any] = {
        "code": "2025",
        "instrument": programme.instruments.first() or make.instrument(programme, document=make.tiny()),
        "countries": ["NO", "IS"],
        "languages": ["nb", "en"],
        "reference_from": date(2024, 1, 1),
        "reference_to": date(2025, 12, 31),
        "closes_on": date(2026, 6, 1),
    }
    return waves.create(programme=programme, by=by, **fields | changes)


def test_a_wave_begins_in_preparation_and_the_trail_says_who_made_it(programme: Programme, by: User) -> None:
    wave = created(programme, by)
    assert (wave.state, wave.countries, wave.opened_at) == (WaveState.DRAFT, ["NO", "IS"], None)
    assert list(AuditEvent.objects.about(wave).values_list("action", "actor", "programme")) == [
        ("wave.created", "kari", programme.pk)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "wave 1"},
        {"code": "x" * 21},
        {"countries": ["NO", "DE"]},
        {"countries": ["NO", "NO"]},
        {"countries": []},
        {"languages": ["fi"]},
        {"languages": []},
        {"reference_to": date(2023, 1, 1)},
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(changes: dict[str, Any], programme: Programme, by: User) -> None:
    with pytest.raises(waves.WaveError):
        created(programme, by, **changes)
    assert Wave.objects.count() == 0


def test_a_code_is_used_once_and_other_programmes_lend_nothing(programme: Programme, by: User) -> None:
    wave = created(programme, by)
    with pytest.raises(waves.WaveError):
        created(programme, by)
    other = make.programme("other")
    with pytest.raises(waves.WaveError):
        created(other, by, instrument=wave.instrument)
    with pytest.raises(waves.WaveError):
        created(other, by, previous=wave)


def test_a_pilot_is_no_wave_before(programme: Programme, by: User) -> None:
    pilot = created(programme, by, code="2025-pilot", pilot=True)
    with pytest.raises(waves.WaveError):
        created(programme, by, previous=pilot)
    assert created(programme, by, code="2026-pilot", pilot=True, previous=created(programme, by)).pilot


def test_a_wave_of_a_constructed_programme_is_constructed(by: User) -> None:
    programme = make.programme("demo", constructed=True)
    with pytest.raises(waves.WaveError):
        created(programme, by)
    assert created(programme, by, constructed=True).constructed


def waived(wave: Wave, by: User) -> None:
    for language in wave.languages:
        waves.waive(wave=wave, language=language, reason="the shipped texts are drafts", by=by)


def test_texts_that_nobody_has_checked_open_by_a_waiver_that_says_why(programme: Programme, by: User) -> None:
    wave = created(programme, by, countries=["NO"], instrument=make.instrument(programme, document=make.tiny()))
    make.drawn(wave, make.frame(programme, units=make.units(10)), size=4)
    with pytest.raises(waves.TextsNotChecked, match="nb, en"):
        waves.open_wave(wave=wave, by=by)
    with pytest.raises(waves.WaveError):
        waves.waive(wave=wave, language="nb", reason="why not", by=by)
    with pytest.raises(waves.WaveError):
        waves.waive(wave=wave, language="fi", reason="a language it does not have", by=by)
    waves.waive(wave=wave, language="nb", reason="the owner checks it this week", by=by)
    with pytest.raises(waves.TextsNotChecked, match=r": en\."):
        waves.open_wave(wave=wave, by=by)
    waived(wave, by)
    assert waves.open_wave(wave=wave, by=by).state == WaveState.OPEN
    event = AuditEvent.objects.filter(action="wave.language_waived").order_by("pk").first()
    assert event is not None
    assert (event.actor, event.detail["language"]) == (by.username, "nb")
    with pytest.raises(waves.WaveNotDraft):
        waived(wave, by)


def test_checked_texts_open_without_a_waiver(programme: Programme, by: User) -> None:
    checked = make.tiny()
    for texts in checked["texts"].values():
        texts["state"] = "checked"
    wave = created(programme, by, countries=["NO"], instrument=make.instrument(programme, document=checked))
    make.drawn(wave, make.frame(programme, units=make.units(10)), size=4)
    assert waves.open_wave(wave=wave, by=by).state == WaveState.OPEN


def test_northern_sami_is_a_language_of_the_pages_and_not_of_the_questions(programme: Programme, by: User) -> None:
    version = make.instrument(programme, document=make.tiny())
    assert created(programme, by, instrument=version, languages=["nb", "se"]).languages == ["nb", "se"]
    with pytest.raises(waves.WaveError):
        created(programme, by, code="other", instrument=version, languages=["se"])


def test_the_field_opens_when_the_questionnaire_is_frozen_and_every_country_is_drawn(
    programme: Programme, by: User
) -> None:
    wave = created(programme, by, instrument=make.instrument(programme, document=make.document(), fielded=False))
    make.drawn(wave, make.frame(programme, country="NO", units=make.units(10)), size=4)
    with pytest.raises(waves.WaveNotReady):
        waves.open_wave(wave=wave, by=by)
    instruments.field(version=wave.instrument, by=by)
    waived(wave, by)
    with pytest.raises(waves.WaveNotReady, match="Island"):
        waves.open_wave(wave=wave, by=by)
    make.drawn(wave, make.frame(programme, country="IS", units=make.units(10)), size=4)
    wave = waves.open_wave(wave=wave, by=by)
    assert (wave.state, wave.opened_at is not None) == (WaveState.OPEN, True)
    with pytest.raises(waves.WaveNotDraft):
        waves.open_wave(wave=wave, by=by)


def test_closing_leaves_the_dispositions_as_they_are(programme: Programme, by: User) -> None:
    wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))
    units = make.drawn(wave, make.frame(programme, units=make.units(10)), size=3)
    for unit, disposition in zip(units, ("started", "completed", "invited"), strict=True):
        SampledUnit.objects.filter(pk=unit.pk).update(disposition=disposition)
    closed = waves.close(wave=wave, by=by)
    assert (closed.state, closed.closed_at is not None) == (WaveState.CLOSED, True)
    assert list(wave.sampled_units.order_by("unit__code").values_list("disposition", flat=True)) == [
        Disposition.STARTED,
        Disposition.COMPLETED,
        Disposition.INVITED,
    ]


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED])
def test_only_an_open_wave_is_closed(state: WaveState, programme: Programme, by: User) -> None:
    wave = make.wave(programme, state=state, instrument=make.instrument(programme, document=make.tiny()))
    with pytest.raises(waves.WaveNotOpen):
        waves.close(wave=wave, by=by)


@pytest.mark.django_db(transaction=True)
def test_two_people_closing_at_once_close_it_once(programme: Programme, by: User) -> None:
    wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))

    def press() -> str:
        try:
            waves.close(wave=Wave.objects.get(pk=wave.pk), by=by)
        except waves.WaveNotOpen:
            return "refused"
        return "closed"

    assert sorted(at_once(press, press)) == ["closed", "refused"]
    assert AuditEvent.objects.filter(action="wave.closed").count() == 1
