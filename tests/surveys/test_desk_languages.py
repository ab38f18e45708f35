"""The languages of a wave on the desk: how their texts stand, and the logged waiver."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from surveys.actions import texts, waves
from surveys.models import AuditEvent, Programme, User, Wave, WaveState
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(programme: Programme) -> Wave:
    made = make.wave(
        programme, state=WaveState.DRAFT, instrument=make.instrument(programme, document=make.tiny(), fielded=False)
    )
    Wave.objects.update(waivers={}, languages=["nb", "en", "se"])
    made.refresh_from_db()
    return made


def page(desk: Client, name: str) -> str:
    answer = desk.get(reverse(f"surveys:{name}", args=["barometer", "2025"]))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def waive(desk: Client, language: str, reason: str) -> str:
    address = reverse("surveys:wave-waive", args=["barometer", "2025"])
    return str(desk.post(address, {"language": language, "reason": reason}, follow=True).content.decode())


def test_every_language_says_how_its_texts_stand(desk: Client, wave: Wave, administrator: User) -> None:
    assert "Not every text is checked in: nb, en, se" in page(desk, "wave")
    texts.texts_checked(
        version=wave.instrument, language="nb", locations=None, seen=wave.instrument.content_hash, by=administrator
    )
    shown = page(desk, "wave-languages")
    assert "Norsk (bokmål) nb 0 0 0 21 Checked" in shown
    assert "English en 0 0 21 0 No" in shown
    assert "Davvisámegiella se The pages around the questions only" in shown
    assert "Not every text is checked in: en, se" in page(desk, "wave")


def test_a_waiver_needs_a_reason_and_is_logged(desk: Client, wave: Wave) -> None:
    shown = waive(desk, "en", "soon")
    assert "Say why the language may open before every text of it is checked." in shown
    assert "soon</textarea>" in shown
    shown = waive(desk, "en", "The pilot tries the draft itself.")
    assert "The waiver is logged." in shown
    assert '<option value="en"' not in shown.split("<main", 1)[1]
    wave.refresh_from_db()
    assert wave.waivers["en"]["reason"] == "The pilot tries the draft itself."
    assert AuditEvent.objects.filter(action="wave.language_waived").count() == 1
    assert "Waived The pilot tries the draft itself." in page(desk, "wave-languages")
    assert "Let a language open before every text of it is checked" in page(desk, "wave-events")


def test_the_field_waits_for_languages_and_says_so(desk: Client, wave: Wave, administrator: User) -> None:
    make.drawn(wave, make.frame(wave.programme, units=make.units(20)), size=10)
    desk.post(reverse("surveys:field-instrument", args=["barometer", "2025"]))
    assert "Waits for the texts of every language to be checked, or for a waiver" in page(desk, "wave")
    for language in wave.languages:
        waive(desk, language, "The pilot tries the draft itself.")
    assert "Waits for the texts" not in page(desk, "wave")
    assert "Waive the check of a language" not in page(desk, "wave-languages")
    waves.open_wave(wave=wave, by=administrator)
    assert "Waive the check of a language" not in page(desk, "wave-languages")


def test_a_demonstration_shows_drafts_without_a_waiver(desk: Client, wave: Wave) -> None:
    Wave.objects.update(constructed=True)
    shown = page(desk, "wave-languages")
    assert "Shown as a draft" in shown
    assert "Waive the check" not in shown


def test_a_reader_cannot_waive(programme: Programme, wave: Wave, client: Client) -> None:
    client.force_login(make.user("researcher", programme))
    shown = client.get(reverse("surveys:wave-languages", args=["barometer", "2025"])).content.decode()
    assert "<form" not in shown.split("<main", 1)[1]


def test_a_pilot_is_marked_wherever_the_wave_stands(desk: Client, wave: Wave) -> None:
    assert "Pilot" not in page(desk, "wave")
    Wave.objects.update(pilot=True)
    shown = page(desk, "wave")
    assert "Wave 2025 In preparation Pilot" in shown
    assert "Its answers never enter results." in shown
    listed = desk.get(reverse("surveys:desk-programme", args=["barometer"])).content.decode()
    assert '<span class="tag tag-warning">Pilot</span>' in listed
