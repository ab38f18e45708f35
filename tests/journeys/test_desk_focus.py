"""Focus profiles on the desk in a browser: accessible, narrow, and a coder's work by keyboard and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analytics import queries
from analytics.actions import focus, focus_library
from analytics.models import FocusCoding
from surveys.models import Programme, User
from tests import make
from tests.journeys.conftest import overflow, picture, violations_if_wide
from tests.journeys.test_desk import PASSWORD, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]


@pytest.fixture
def programme() -> Programme:
    return make.programme("demo")


@pytest.fixture
def coder(programme: Programme) -> User:
    account = make.user("researcher", programme, username="kari")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_fits(
    width: int, programme: Programme, coder: User, live_server: LiveServer, new_page: NewPage
) -> None:
    reading = focus_library.bring(programme=programme, by=coder).coding
    second = focus.close(coding=focus.revise(coding=reading, by=coder), by=coder)
    mine = make.focus_coding(programme, coder=coder)
    entry = queries.catalogue_of(programme).first()
    assert entry is not None
    page = new_page(width=width, language="en-GB")
    sign_in(page, live_server)
    places = {
        "profiles": "", "themes": "?scheme=iceland_themes", "codings": "codings/", "coding": f"codings/{mine.pk}",
        "rate": f"codings/{mine.pk}/rate/NO/system", "code": f"codings/{mine.pk}/instruments/NO",
        "compared": f"compared?first={reading.pk}&second={second.pk}", "catalogue": "instruments/",
        "entry": f"instruments/{entry.pk}", "change": f"instruments/{entry.pk}/change", "new": "instruments/new",
    }  # fmt: skip
    faults: dict[str, list[str]] = {}
    for name, place in places.items():
        page.goto(f"{live_server}/desk/demo/focus/{place}")
        for summary in page.locator("details summary").all()[:3]:
            summary.click()
        picture(page, f"focus-{name}-{width}")
        too_wide = [f"{overflow(page)} pixels too wide"] if overflow(page) else []
        faults[name] = [*violations_if_wide(page, width), *too_wide]
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_coder_works_by_keyboard_without_script(
    programme: Programme, coder: User, live_server: LiveServer, new_page: NewPage
) -> None:
    entry = make.policy_instrument(programme)
    coding = focus.start(programme=programme, scheme="three_perspectives", title="Mine", by=coder)
    page = new_page(width=320, script=False, language="en-GB")
    sign_in(page, live_server)
    page.goto(f"{live_server}/desk/demo/focus/codings/{coding.pk}/rate/NO/system")
    page.get_by_label("Strong focus").focus()
    page.keyboard.press("Space")
    page.get_by_label("Entry no-lab").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.locator("td summary")).to_have_text("● Strong focus: Norway, System")
    page.goto(f"{live_server}/desk/demo/focus/codings/{coding.pk}/instruments/NO")
    page.get_by_label("System", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close the coding").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The coding is closed.")
    stored = FocusCoding.objects.get()
    assert stored.closed_at is not None
    assert queries.codes_of(stored)[entry.key].perspectives == {"system"}
