"""A small round of the demonstration: the steps do what they say, and a broken-off load goes on where it was."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from barometer.demo import cases, cast, fieldwork, programme, truth
from barometer.demo.answers import document
from barometer.demo.programme import Round
from jobs.execution import run_due
from publication.actions.case_cards import PARTS
from publication.models import CaseMail, PublishedCase
from surveys.models import AuditEvent, Disposition, Programme, Response, Wave

ICELAND = Round("2025", ("IS",), {"IS": 140}, (date(2023, 1, 1), date(2024, 12, 31)), date(2025, 6, 30))


@pytest.fixture
def demonstration(db: None, settings: Settings, tmp_path: Path) -> Programme:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return programme.found()


def invited(found: Programme) -> Wave:
    """The Icelandic round, up to the invitations."""
    by = cast.cast(found).administrator
    frames = programme.load_frames(found, by=by, work=run_due, countries=["IS"])
    wave = programme.prepare(found, ICELAND, by=by)
    programme.draw(wave, ICELAND, frames, by=by, work=run_due)
    return programme.invite(wave, by=by, work=run_due)


def test_everybody_does_what_the_population_says(demonstration: Programme) -> None:
    wave = invited(demonstration)
    filled = programme.population((ICELAND,))["2025"]
    willing = {unit.pseudonym for unit in fieldwork.will_answer(wave, filled)}
    returned = fieldwork.answer(wave, filled)
    found = Counter(wave.sampled_units.values_list("disposition", flat=True))
    assert returned.submitted == found[Disposition.COMPLETED] == len(willing)
    assert (returned.started, returned.declined) == (found[Disposition.STARTED], found[Disposition.DECLINED])
    response = Response.objects.filter(submitted_at__isnull=False).select_related("sampled_unit__unit").first()
    assert response is not None
    assert response.answers == document(filled, fieldwork.place(response.sampled_unit, filled))


def test_a_second_pass_changes_nothing(demonstration: Programme) -> None:
    wave = invited(demonstration)
    filled = programme.population((ICELAND,))["2025"]
    fieldwork.answer(wave, filled)
    before = list(wave.sampled_units.order_by("pk").values_list("pseudonym", "disposition"))
    events = AuditEvent.objects.exclude(action="frame.requested").count()
    again = invited(demonstration)
    fieldwork.answer(again, filled)
    assert again.pk == wave.pk
    assert list(wave.sampled_units.order_by("pk").values_list("pseudonym", "disposition")) == before
    assert AuditEvent.objects.exclude(action="frame.requested").count() == events


def test_a_panel_country_asks_the_same_workplaces_again_and_the_others_do_not() -> None:
    assert programme.seed_of("NO", "2023") == programme.seed_of("NO", "2025")
    assert programme.seed_of("DK", "2023") != programme.seed_of("DK", "2025")


def test_the_truth_is_kept_beside_the_data(tmp_path: Path) -> None:
    population = programme.population((ICELAND,))
    truth.write(population, tmp_path / "demo" / "truth.json")
    text = (tmp_path / "demo" / "truth.json").read_text(encoding="utf-8")
    assert '"share_innovative"' in text
    assert round(truth.innovative(population["2025"])["NO"][""], 4) == 0.74


def test_accounts_are_made_once_and_their_file_is_for_the_owner_only(demonstration: Programme) -> None:
    first, second = cast.cast(demonstration), cast.cast(demonstration)
    assert first == second
    assert cast.passwords_file().stat().st_mode & 0o777 == 0o600
    assert all(getattr(first, name).check_password(password) for name, password in cast.passwords().items())


def test_accounts_are_refused_outside_a_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(cast.NotADemonstration, match="only with DEMO=1"):
        cast.passwords()


def test_the_cards_stand_on_workplaces_that_agreed_and_say_that_they_are_constructed(demonstration: Programme) -> None:
    wave = invited(demonstration)
    fieldwork.answer(wave, programme.population((ICELAND,))["2025"])
    people = cast.cast(demonstration)
    assert cases.collect(wave, people, work=run_due) == 1
    assert cases.collect(wave, people, work=run_due) == 1
    row = PublishedCase.objects.get()
    assert (row.country, row.standing, row.document["constructed"]) == ("IS", "stopped", True)
    assert row.document["texts"]["is"]["title"].startswith("Tilbúningur")
    assert [mail.state for mail in CaseMail.objects.all()] == ["sent"]


def test_every_card_of_the_demonstration_is_whole_in_its_languages() -> None:
    assert tuple(PARTS) == cases.PARTS
    assert [card for card in cases.CARDS for texts in card.texts.values() if len(texts) != len(PARTS)] == []
    assert {card.country for card in cases.CARDS} == {"NO", "DK", "SE", "FI", "IS"}
