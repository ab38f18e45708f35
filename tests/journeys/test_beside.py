"""The page that sets a run beside published figures, in a narrow and a wide window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from analytics.actions import runs
from jobs.execution import run_due
from surveys.models import User
from tests import make
from tests.analytics.test_runs import closed_wave
from tests.journeys.conftest import overflow, picture, violations
from tests.journeys.test_desk import PASSWORD, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
# How far the tables reach beyond their own frames: 0 when nothing has to be scrolled inside them either.
HIDDEN = "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"


def test_it_fits_a_narrow_window_and_is_accessible(live_server: LiveServer, new_page: NewPage) -> None:
    wave = closed_wave(seed=4)
    account: User = make.user("administrator", wave.programme, username="kari")
    account.set_password(PASSWORD)
    account.save()
    run = runs.start(wave=wave, parameters=make.QUICK, by=account)
    run_due()
    found = {}
    for width in (320, 1280):
        page = new_page(width=width, script=True, language="en")
        sign_in(page, live_server)
        page.goto(f"{live_server.url}/desk/{wave.programme.slug}/waves/{wave.code}/runs/{run.pk}/beside")
        page.get_by_label("Beside").select_option("ks_2018_2020.no-ks-2018")
        page.get_by_role("button", name="Show").click()
        assert page.get_by_role("heading", level=1).text_content() == "Beside published figures: Norway, KS 2018"
        picture(page, f"beside-{width}")
        found[width] = (violations(page), overflow(page), max(page.evaluate(HIDDEN)))
    assert found == {320: ([], 0, 0), 1280: ([], 0, 0)}
