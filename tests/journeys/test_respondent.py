"""The workplace survey as a person meets it: by keyboard, without script, on a narrow phone."""

import itertools
import re
from collections.abc import Callable

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from surveys.actions import invitations
from surveys.models import SYSTEM, Response, SampledUnit
from tests import make
from tests.journeys.conftest import overflow, picture, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
TYPES = ("product", "service", "process_organisation", "communication")
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-bottom: 2em !important; }"
)


FOCUS = "['type', 'name', 'value', 'inputmode'].map(name => document.activeElement.getAttribute(name) || '')"
DAILY = ("nb", "fi", "se")  # the first, the longest words, the one that Django does not know; the others at night
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en", "se")


@pytest.fixture
def unit() -> SampledUnit:
    """A unit of a wave in every language."""
    programme = make.programme(constructed=True)
    wave = make.wave(programme, constructed=True, languages=LANGUAGES)
    return make.drawn(wave, make.frame(programme, units=make.units(2)), size=2)[0]


@pytest.fixture
def link(live_server, unit) -> str:
    return link_of(live_server, unit)


def link_of(live_server, unit: SampledUnit) -> str:
    return f"{live_server.url}/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}"


def choose(page: Page, language: str) -> None:
    """Set the language as a person does: the list and the button on the start page."""
    page.locator("select#language").select_option(language)
    with page.expect_navigation():
        page.locator(".choose button").click()
    assert page.locator("html").get_attribute("lang") == language


def in_bokmal(text: str) -> str:
    with translation.override("nb"):
        return gettext(text)


def press_until(page: Page, selector: str, *, limit: int = 80) -> int:
    """Tab until the focus is on what the selector names; how many presses it took."""
    for presses in range(1, limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{selector} cannot be reached with the Tab key on {page.url}")


def follow(page: Page, key: str = "Enter") -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def fill_by_keyboard(page: Page, answered: set[str]) -> int:
    """Answer every question of the page with its first choice, and go on; how many keys were pressed."""
    presses = 0
    for _stop in range(150):
        page.keyboard.press("Tab")
        presses += 1
        kind, name, value, mode = page.evaluate(FOCUS)
        if name == "go" and value == "next":
            follow(page)
            return presses + 1
        if not name.startswith("a.") or name in answered:
            continue
        answered.add(name)
        presses += 1
        if kind in ("radio", "checkbox"):
            page.keyboard.press("Space")
        else:
            page.keyboard.type("3" if mode == "numeric" else "Velferdsteknologi på sykehjem")
    raise AssertionError(f"no way on from {page.url}")


def answer_by_keyboard(page: Page) -> tuple[int, set[str], int]:
    """From the start page to the check page with the keyboard alone: pages, items answered, keys pressed."""
    press_until(page, "main a.button")
    follow(page)
    answered: set[str] = set()
    presses = pages = 0
    while "/respond/page/" in page.url:
        assert overflow(page) == 0, page.url
        presses += fill_by_keyboard(page, answered)
        pages += 1
    assert page.url.endswith("/respond/check")
    assert overflow(page) == 0
    return pages, answered, presses


def hand_in_by_keyboard(page: Page) -> Response:
    press_until(page, "main button.button", limit=300)
    follow(page)
    assert page.url.endswith("/respond/receipt")
    response = Response.objects.get()
    assert response.submitted_at is not None
    return response


@pytest.mark.parametrize(
    "language",
    [pytest.param(one, marks=() if one in DAILY else pytest.mark.nightly) for one in LANGUAGES],
)
def test_the_survey_is_answered_by_keyboard_without_script(link, new_page: NewPage, language):
    page = new_page(width=320, script=False)
    page.goto(link)
    assert "/s/" not in page.url
    choose(page, language)
    pages, answered, presses = answer_by_keyboard(page)
    assert (pages, len(answered)) >= (15, 40)
    assert presses / len(answered) < 8
    picture(page, f"check-{language}-320")
    response = hand_in_by_keyboard(page)
    picture(page, f"receipt-{language}-320")
    assert response.language == language
    assert response.record["newest_name"] == "Velferdsteknologi på sykehjem"
    assert {response.record[f"types.{name}"] for name in TYPES} == {"yes"}


WIDTHS = (390, 1280)
BY_DAY = {("nb", 1280), ("fi", 390)}  # the longest words on a phone


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param(*one, marks=() if one in BY_DAY else pytest.mark.nightly)
        for one in itertools.product(LANGUAGES, WIDTHS)
    ],
)
def test_the_survey_is_answered_by_keyboard_with_script(link, new_page: NewPage, language, width):
    page = new_page(width=width)
    page.goto(link)
    choose(page, language)
    answer_by_keyboard(page)
    picture(page, f"check-{language}-{width}")
    response = hand_in_by_keyboard(page)
    assert {response.record[f"types.{name}"] for name in TYPES} == {"yes"}


def test_an_error_is_announced_and_leads_to_its_control_without_script(link, new_page: NewPage):
    page = new_page(width=320, script=False)
    page.goto(link)
    page.goto(page.url + "page/types")
    press_until(page, "button[value=next]")
    follow(page)
    assert page.title().startswith(in_bokmal("Error:"))
    expect(page.locator("#summary")).to_be_focused()  # the browser sets it when it has drawn the page
    assert overflow(page) == 0
    press_until(page, "#summary a", limit=3)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#q-types\.product$"))
    page.keyboard.press("Space")
    assert page.locator("[id='q-types.product']").is_checked()


def test_the_language_is_switched_by_a_button_and_answers_stay(link, new_page: NewPage):
    page = new_page(script=False)
    page.goto(link)
    page.goto(page.url + "page/role")
    page.locator("input[value=development]").check()
    page.locator("select#language").select_option("fi")
    page.locator("button[value=language]").click()
    assert page.locator("html").get_attribute("lang") == "fi"
    assert page.locator("input[value=development]").is_checked()


@pytest.mark.parametrize("width", [390, *(pytest.param(one, marks=pytest.mark.nightly) for one in (320, 1280))])
def test_the_pages_pass_axe_and_fit_the_window(link, new_page: NewPage, width):
    page = new_page(width=width)

    def look(name: str) -> None:
        picture(page, f"{name}-{width}")
        assert violations(page) == [], name
        assert overflow(page) == 0, name
        # A constructed style sheet, since the policy of the page forbids inline ones.
        page.evaluate(
            "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", SPACED
        )
        assert overflow(page) == 0, f"{name} with wide text spacing"

    page.goto(link)
    start = page.url
    look("start")
    for name in ("privacy", "decline", "page/role", "page/types"):
        page.goto(start + name)
        look(name.removeprefix("page/"))
    page.locator("button[value=next]").click()
    page.locator(".error-summary").wait_for()
    look("error")
    for name in TYPES:
        page.locator(f"[id='q-types.{name}']").check()
    page.locator("button[value=next]").click()
    for name in ("page/newest", "page/values", "page/factors_inside", "check"):
        page.goto(start + name)
        look(name.removeprefix("page/"))
    page.locator("main button").click()
    page.wait_for_url("**/receipt")
    look("receipt")
    page.goto(link + "x")
    look("unknown")


def test_two_devices_continue_one_another(link, new_page: NewPage):
    phone, computer = new_page(width=390), new_page(width=1280)
    for page in (phone, computer):
        page.goto(link)
        page.goto(page.url + "page/role")
    phone.locator("input[value=leader]").check()
    phone.locator("button[value=next]").click()
    phone.wait_for_url("**/page/types")
    computer.locator("input[value=other]").check()
    computer.locator("button[value=next]").click()
    computer.wait_for_url("**/page/types?changed=respondent_role")
    assert computer.locator(".notice-warning").count() == 1
    picture(computer, "changed-1280")
    assert violations(computer) == []
    assert SampledUnit.objects.get(disposition="started").response.answers == {"respondent_role": "other"}
