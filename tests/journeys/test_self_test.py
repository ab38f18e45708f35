"""The self-test in a real browser: without script, at every width, with axe on every kind of page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from publication.actions import self_test
from publication.models import Release, SelfTestGroup
from tests.journeys.conftest import overflow, picture, violations
from tests.journeys.test_results import published, release

__all__ = ["published", "release"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]


def begin(page: Page, address: str, *, code: str = "") -> None:
    page.goto(f"{address}/self-test/?code={code}")
    page.get_by_label("Country").select_option("NO")
    page.get_by_label("Sector").select_option("technical")
    page.get_by_label("Size of the workplace").select_option("small")
    with page.expect_navigation():
        page.get_by_role("button", name="Start", exact=True).click()


def answer(page: Page, *, onward: str = "Continue") -> None:
    """The first choice of every question of the page."""
    for question in page.locator("form#self-test fieldset").all():
        question.locator("input").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name=onward).click()


def looked_at(page: Page, name: str, width: int, *, axe: bool) -> None:
    assert overflow(page) == 0, name
    assert not axe or violations(page) == [], name
    picture(page, f"self-test-{name}-{width}")


@pytest.mark.parametrize("width", [1280, *(pytest.param(one, marks=pytest.mark.nightly) for one in (320, 390))])
def test_the_self_test_fits_and_axe_finds_nothing(
    published: Release, live_server: Any, new_page: NewPage, width: int
) -> None:
    """Axe looks at one phone and at the wide layout; at 320 pixels only the width counts."""
    page = new_page(width=width, language="en-GB")
    axe = width != 320
    page.goto(f"{live_server.url}/self-test/")
    looked_at(page, "front", width, axe=axe)
    begin(page, live_server.url)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".error-summary")).to_be_focused()
    looked_at(page, "error", width, axe=axe)
    seen = []
    while page.locator("form#self-test fieldset").count():
        seen.append(page.locator("input[name=page]").get_attribute("value"))
        looked_at(page, str(seen[-1]), width, axe=axe and seen[-1] in ("types", "start", "factors_inside"))
        answer(page)
    assert seen[0] == "types"
    assert seen[-1] == "culture"
    looked_at(page, "ready", width, axe=axe)
    page.get_by_role("button", name="Show my result").click()
    for summary in page.locator("details > summary").all():
        summary.click()
    looked_at(page, "result", width, axe=axe)


def test_a_room_takes_the_test_without_script(published: Release, live_server: Any, new_page: NewPage) -> None:
    host = new_page(width=390, script=False, language="en-GB")
    host.goto(f"{live_server.url}/")
    host.get_by_role("link", name="Take the self-test").click()
    host.get_by_role("link", name="Open a group").click()
    looked_at(host, "group-start", 390, axe=False)
    host.get_by_role("button", name="Open a group").click()
    code = SelfTestGroup.objects.get().code
    for missing in range(5, 0, -1):
        host.get_by_role("link", name="Refresh now").click()
        expect(host.get_by_role("status")).to_contain_text(f"{missing} more")
        if 1 < missing < 5:  # the first and the last are seen at their own phones
            self_test.add_answers(code=code, form=f"person {missing}", chosen={"types.service": ["yes"]})
            continue
        person = new_page(width=390, script=False, language="en-GB")
        begin(person, live_server.url, code=code)
        while person.locator("form#self-test fieldset").count():
            answer(person)
        person.get_by_role("button", name="Show my result").click()
        expect(person.get_by_role("status")).to_contain_text("have been added")
        person.reload()
        expect(person.get_by_role("status")).to_contain_text("count once")
        assert [cookie["name"] for cookie in person.context.cookies()] == ["csrf"]
    host.get_by_role("link", name="Refresh now").click()
    expect(host.get_by_role("status")).to_contain_text("The answers of 5 people")
    assert overflow(host) == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_a_group_fits_and_axe_finds_nothing(
    transactional_db: None, live_server: Any, new_page: NewPage, width: int
) -> None:
    from publication.views.self_test.selection import selection

    group = self_test.open_group()
    asked = [ask.item for page in selection().pages for ask in page.asks]
    chosen = {key: [selection().items[key].options[0].code] for key in asked}
    for person in range(5):
        self_test.add_answers(code=group.code, form=str(person), chosen=chosen)
    page = new_page(width=width, language="en-GB")
    page.goto(f"{live_server.url}/self-test/group/{group.code}")
    expect(page.locator("section.finding")).to_have_count(len(asked))
    looked_at(page, "group", width, axe=True)


def test_the_language_changes_in_the_middle_without_losing_an_answer(live_server: Any, new_page: NewPage) -> None:
    page = new_page(width=390, script=False, language="en-GB")
    begin(page, live_server.url)
    page.locator("[id='types.service-yes']").check()
    page.get_by_label("Language").select_option("nb")
    page.get_by_role("button", name="Change language").click()
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page.locator("[id='types.service-yes']")).to_be_checked()
    answer(page, onward="Fortsett")
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page.locator("input[name=page]")).to_have_value("newest")
