"""Pages that save themselves: what is said, what is kept without a connection, and who else has written."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from surveys.actions import invitations
from surveys.models import SYSTEM, Device, PageSave, Response, SampledUnit, Wave, WaveState
from tests import make
from tests.journeys.conftest import picture, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
SAVED = re.compile(r"Saved at \d\d:\d\d\.")


@pytest.fixture
def unit() -> SampledUnit:
    programme = make.programme()
    wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))
    return make.drawn(wave, make.frame(programme, units=make.units(2)), size=2)[0]


@pytest.fixture
def opened(live_server, unit: SampledUnit) -> Callable[[Page, str], Page]:
    """A page of the questionnaire, in English."""

    def at(page: Page, name: str) -> Page:
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        page.goto(f"{live_server.url}/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
        page.goto(f"{live_server.url}/respond/page/{name}")
        return page

    return at


def status(page: Page):
    return page.locator("#status")


def test_a_choice_is_saved_without_a_button_and_is_there_on_another_device(opened, new_page: NewPage) -> None:
    phone = opened(new_page(width=390), "colour")
    phone.locator("input[value=red]").check()
    expect(status(phone)).to_have_text(SAVED)
    assert Response.objects.get().answers == {"colour": "red"}
    assert violations(phone) == []
    computer = opened(new_page(width=1280), "colour")
    assert computer.locator("input[value=red]").is_checked()
    event = PageSave.objects.get()
    assert (event.automatic, event.page, event.items, event.language) == (True, "colour", ["colour"], "en")
    assert event.device in Device.values


def test_typing_is_saved_as_it_grows_and_the_button_goes_on(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "words")
    page.locator("[id='q-name']").press_sequentially("A thing", delay=120)
    expect(status(page)).to_have_text(SAVED)
    page.locator("[id='q-name']").press_sequentially(" more")
    page.locator("button[value=next]").click()
    page.wait_for_url("**/respond/check")
    assert Response.objects.get().answers == {"name": "A thing more"}
    assert all(save.changed == [] for save in PageSave.objects.all()), "its own saves are nobody else's"


def test_without_a_connection_the_page_keeps_the_answers_and_says_so(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "words")
    page.context.set_offline(True)
    page.locator("[id='q-name']").fill("A thing")
    expect(status(page)).to_contain_text("Not saved: there is no connection")
    page.locator("button[value=next]").click()
    expect(status(page)).to_contain_text("Not saved")
    assert page.url.endswith("/page/words"), "the page is not left"
    assert page.locator("[id='q-name']").input_value() == "A thing"
    assert not Response.objects.exists()
    picture(page, "offline-390")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert Response.objects.get().answers == {"name": "A thing"}
    page.locator("button[value=next]").click()
    page.wait_for_url("**/respond/check")


def test_what_cannot_be_stored_yet_is_left_out_and_refused_at_the_button(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "colour")
    page.locator("input[value=red]").check()
    page.locator("button[value=next]").click()
    page.wait_for_url("**/page/tools")
    page.locator("input[value=saw]").check()
    page.locator("[id='q-count']").fill("many")
    expect(status(page)).to_contain_text("except what is not finished yet")
    assert Response.objects.get().answers == {"colour": "red", "tools": ["saw"]}
    page.locator("button[value=next]").click()
    expect(page.locator(".error-summary")).to_contain_text("whole number")
    assert page.locator("[id='q-count']").input_value() == "many"


def test_two_devices_at_once_keep_the_last_write_of_each_answer_and_say_so(opened, new_page: NewPage) -> None:
    phone, computer = opened(new_page(width=390), "words"), opened(new_page(width=1280), "words")
    computer.locator("[id='q-name']").fill("By computer")
    expect(status(computer)).to_have_text(SAVED)
    phone.locator("[id='q-story']").fill("By phone")
    expect(status(phone)).to_contain_text("Somebody else has changed answers on this page")
    phone.locator("button[value=next]").click()
    phone.wait_for_url("**/respond/check?changed=name")
    expect(phone.locator(".notice-warning")).to_contain_text("By computer")
    assert Response.objects.get().answers == {"name": "By computer", "story": "By phone"}


def test_after_closing_the_open_page_is_told_so(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "words")
    Wave.objects.update(state=WaveState.CLOSED)
    page.locator("[id='q-name']").fill("A thing")
    expect(status(page)).to_contain_text("The survey is closed")
    assert not Response.objects.exists()


def test_a_changed_filter_says_what_it_left_after_the_page_has_saved_itself(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "colour")
    page.locator("input[value=red]").check()
    page.locator("button[value=next]").click()
    page.wait_for_url("**/page/tools")
    page.locator("input[value=saw]").check()
    page.locator("button[value=back]").click()
    page.wait_for_url("**/page/colour")
    page.locator("input[value=blue]").check()
    expect(status(page)).to_have_text(SAVED)
    page.locator("button[value=next]").click()
    page.wait_for_url("**/page/words?dropped=1")
    expect(page.locator(".notice-warning")).to_contain_text("1 earlier answer belongs to a question")


def test_what_was_written_over_is_named_on_the_next_page(opened, new_page: NewPage) -> None:
    phone, computer = opened(new_page(width=390), "words"), opened(new_page(width=1280), "words")
    computer.locator("[id='q-name']").fill("By computer")
    expect(status(computer)).to_have_text(SAVED)
    phone.locator("[id='q-name']").fill("By phone")
    expect(status(phone)).to_contain_text("the next page says which")
    phone.locator("button[value=next]").click()
    phone.wait_for_url("**/respond/check?changed=name")
    assert Response.objects.get().answers == {"name": "By phone"}


def test_leaving_at_once_after_a_change_loses_nothing(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "words")
    page.locator("[id='q-name']").fill("In a hurry")
    page.locator("p.part a").click()
    expect(page.locator("h1")).to_have_text("All parts")
    page.goto(page.url)
    expect(page.locator("main")).to_contain_text("1 of 2 questions answered")
    assert Response.objects.get().answers == {"name": "In a hurry"}
    assert PageSave.objects.count() == 1


def test_a_press_at_once_saves_once_and_refuses_what_is_wrong(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "colour")
    page.locator("input[value=red]").check()
    page.locator("button[value=next]").click()
    page.wait_for_url("**/page/tools")
    page.locator("[id='q-count']").fill("many")
    page.locator("button[value=next]").click()
    expect(page.locator(".error-summary")).to_contain_text("whole number")
    assert [save.automatic for save in PageSave.objects.all()] == [False]


def test_a_page_that_could_not_save_asks_before_it_is_left(opened, new_page: NewPage) -> None:
    page = opened(new_page(), "words")
    page.context.set_offline(True)
    page.locator("[id='q-name']").fill("In a tunnel")
    expect(status(page)).to_contain_text("there is no connection")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("p.part a").click()
    expect(page.locator("[id='q-name']")).to_have_value("In a tunnel")
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert Response.objects.get().answers == {"name": "In a tunnel"}
