"""The pages of the analysis desk, from pressing the button to reading a result."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from analytics import queries
from analytics.actions import runs
from analytics.models import Run
from jobs.execution import run_due
from surveys.models import User, Wave
from tests import make
from tests.analytics.test_runs import closed_wave
from tests.analytics.waves import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    return closed_wave()


@pytest.fixture
def administrator(wave: Wave, client: Client) -> User:
    account = make.user("administrator", wave.programme)
    client.force_login(account)
    return account


def address(name: str, wave: Wave, *more: object) -> str:
    return reverse(f"analytics:{name}", args=[wave.programme.slug, wave.code, *more])


def page(client: Client, where: str) -> str:
    answer = client.get(where, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_run_is_started_watched_and_read(client: Client, wave: Wave, administrator: User) -> None:
    listed = page(client, address("runs", wave))
    assert "Start a run" in listed
    assert "http-equiv" not in listed
    answer = client.post(address("run-start", wave), {"seen": "0"})
    run = Run.objects.get()
    assert answer["Location"] == address("run", wave, run.pk)
    waiting = page(client, address("run", wave, run.pk))
    assert "js/progress.js" in waiting
    assert "Stop the run" in waiting
    run_due()
    run.refresh_from_db()
    ready = page(client, address("run", wave, run.pk))
    assert "http-equiv" not in ready
    for fact in (run.result_hash, run.lock_hash, run.dataset.content_hash if run.dataset else "no dataset"):
        assert fact in ready
    assert "Drivers and barriers of the newest innovation" in ready


def test_results_show_every_sector_with_intervals_and_counts(client: Client, wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, by=administrator)
    run_due()
    shown = page(client, address("run-results", wave, run.pk, "innovative"))
    row = run.estimates.get(estimand="share", indicator="innovative", country="NO", sector="", size_class="", area="")
    assert row.value is not None
    assert row.low is not None
    assert f"{100 * row.value:.1f}" in shown
    assert f"{100 * row.low:.1f}" in shown
    assert "Health and care" in shown
    factors = page(client, address("run-results", wave, run.pk, "factors"))
    assert "Net balance, percentage points" in factors
    assert "Legislation" in factors or "Laws and regulations" in factors
    assert "The factor index" in page(client, address("run-results", wave, run.pk, "factor_balance"))


def test_what_does_not_exist_is_not_found(client: Client, wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, by=administrator)
    run_due()
    assert client.get(address("run-results", wave, run.pk, "happiness")).status_code == 404
    assert client.get(address("run-results", wave, run.pk, "factors"), {"country": "SE"}).status_code == 404
    assert client.get(address("run", wave, run.pk + 1)).status_code == 404


def test_a_stopped_run_says_so_and_the_page_rests(client: Client, wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, by=administrator)
    client.post(address("run-stop", wave, run.pk))
    shown = page(client, address("run", wave, run.pk))
    assert "Cancelled" in shown
    assert "http-equiv" not in shown


def test_a_publisher_reads_and_does_not_start(client: Client, wave: Wave) -> None:
    client.force_login(make.user("publisher", wave.programme))
    assert "Start a run" not in page(client, address("runs", wave))
    assert client.post(address("run-start", wave)).status_code == 403


def test_constructed_data_say_so_on_every_page(client: Client, wave: Wave, administrator: User) -> None:
    Wave.objects.filter(pk=wave.pk).update(constructed=True)
    run = runs.start(wave=wave, by=administrator)
    run_due()
    for where in (
        address("runs", wave),
        address("run", wave, run.pk),
        address("run-results", wave, run.pk, "factors"),
    ):
        assert 'class="constructed"' in page(client, where)


def test_a_title_is_in_the_language_asked_for_then_the_sites_then_any() -> None:
    assert queries.titles_of(shipped(), "fi")["innovative"] == "Innovatiiviset työpaikat"
    assert queries.titles_of(shipped(), "se")["innovative"] == "Innovative arbeidsplasser"
    one = shipped().indicators["innovative"]
    for texts, title in (({"is": one.texts["is"]}, "Nýskapandi vinnustaðir"), ({}, "innovative")):
        definitions = replace(shipped(), indicators={"innovative": replace(one, texts=texts)}, indices={})
        assert queries.titles_of(definitions, "en") == {"innovative": title}
