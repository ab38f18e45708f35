"""The analyst's pages of a run in a real browser: a narrow phone and a wide window, without script, with axe."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from analytics.models import Run
from surveys.models import WaveState
from tests import make
from tests.journeys.conftest import overflow, picture, violations
from tests.journeys.test_results import signed_in
from tests.publication.world import built

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
PAGES = ("", "/about/weights", "/about/answers", "/innovative", "/factors", "/factor_balance")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_a_run_fit_without_script_and_axe_finds_nothing(
    live_server: Any, new_page: NewPage, width: int
) -> None:
    world = built()
    page = new_page(width=width, script=width != 320, language="en-GB")
    signed_in(page, world.administrator, live_server.url)
    for path in (*(f"{world.run.pk}{path}" for path in PAGES), f"new?as={world.run.pk}"):
        page.goto(f"{live_server.url}/desk/{world.programme.slug}/waves/{world.wave.code}/runs/{path}")
        assert overflow(page) == 0, path
        picture(page, f"run-{width}-{path.replace('/', '-')}")
        if width != 320:
            assert violations(page) == [], path


def test_a_run_is_started_with_other_choices_by_keyboard_on_a_phone_without_script(
    live_server: Any, new_page: NewPage
) -> None:
    wave = make.wave(make.programme(), state=WaveState.CLOSED)
    page = new_page(width=390, script=False, language="nb-NO")
    signed_in(page, make.user("administrator", wave.programme), live_server.url)
    page.goto(f"{live_server.url}/desk/{wave.programme.slug}/waves/{wave.code}/runs/")
    page.get_by_role("link", name="Velg parametrene for en ny kjøring").press("Enter")
    field = page.get_by_label("Konfidensnivå")
    assert field.input_value() == "0,95"
    field.fill("95")
    field.press("Enter")
    page.locator(".error-summary").wait_for()  # the page that was sent stays a moment after the key
    picture(page, "run-form-refused-390")
    assert overflow(page) == 0
    assert page.locator(".error-summary li").all_inner_texts() == ["Konfidensnivå: Oppgi en verdi fra 0,5 til 0,999."]
    page.get_by_role("link", name="Konfidensnivå").press("Enter")
    assert page.url.endswith("#id_confidence")
    field.fill("0,9")
    page.get_by_label("Nordisk").press("Space")
    field.press("Enter")
    row = page.get_by_role("row", name="Konfidensnivå")
    assert row.get_by_text("Standard: 0,95").count() == 1
    picture(page, "run-chosen-390")
    assert Run.objects.get().parameters["ask_for"] == ["nordic_composite"]
