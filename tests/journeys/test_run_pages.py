"""The analyst's pages of a run in a real browser: a narrow phone and a wide window, without script, with axe."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

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
    for path in PAGES:
        page.goto(f"{live_server.url}/desk/{world.programme.slug}/waves/{world.wave.code}/runs/{world.run.pk}{path}")
        assert overflow(page) == 0, path
        picture(page, f"run-{width}{path.replace('/', '-')}")
        if width != 320:
            assert violations(page) == [], path
