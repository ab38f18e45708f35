"""The pages beside the questions: refusals, a colleague's part, passing on, closing; every type of item; the self-test.

In every language with axe and the guards of `test_every_page`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from publication.models import Release, SelfTestGroup
from surveys.actions import invitations, responses
from surveys.models import SYSTEM, PrintedForm, Response, SampledUnit, Wave, WaveState
from tests.journeys.conftest import PICTURES, picture
from tests.journeys.test_every_page import HEIGHT, LANGUAGES, asked, base_of, faults, widths
from tests.journeys.test_results import published, release
from tests.surveys.respondents import every_type

__all__ = ["published", "release"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
# At every change in the language with the longest words.
IN_TURN = [pytest.param(one, marks=() if one == "fi" else pytest.mark.nightly) for one in LANGUAGES]


def opened(new_page: NewPage, address: str, unit: SampledUnit, language: str) -> Page:
    page = new_page(width=widths(language)[0], height=HEIGHT)
    page.goto(f"{address}/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    speak(page, address, language)
    return page


def speak(page: Page, address: str, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def wrong_on(pages: Iterator[tuple[str, Page]], language: str) -> tuple[list[str], dict[str, list[str]]]:
    """The names of the pages in their order, and what is wrong on each of them."""
    seen: list[str] = []
    wrong: dict[str, list[str]] = {}
    for name, page in pages:
        seen.append(name)
        assert page.locator("html").get_attribute("lang") == language, name
        for width in widths(language) if PICTURES else ():
            page.set_viewport_size({"width": width, "height": HEIGHT})
            picture(page, f"{name}-{language}-{width}")
        page.set_viewport_size({"width": widths(language)[0], "height": HEIGHT})
        if found := faults(page, language):
            wrong[name] = found
    return seen, wrong


def stored(unit: SampledUnit, answers: dict[str, object]) -> None:
    Response.objects.update_or_create(
        sampled_unit=unit,
        defaults={
            "instrument": unit.wave.instrument,
            "answers": answers,
            "language": "nb",
            "saved_at": timezone.now(),
        },
    )


def around(live_server: Any, new_page: NewPage, language: str) -> Iterator[tuple[str, Page]]:
    """From a link that does not work to a survey that is closed."""
    it = asked("workplace")
    page = opened(new_page, live_server.url, it.unit, language)
    base = base_of(page)
    for name, path in (("unknown", "/s/unknown"), ("code", "/code"), ("not-found", "/nowhere")):
        page.goto(live_server.url + path)
        yield name, page
    page.goto(f"{live_server.url}/code")
    page.locator("input#code").fill("ACEF")
    press(page, "main button")
    yield "code-refused", page
    page.goto(f"{base}page/types")
    press(page, "button[value=next]")
    yield "question-refused", page
    page.goto(f"{base}pass-on")
    press(page, "main form[method=post] button")
    yield "pass-on-refused", page
    page.locator("#email").fill("right@example.org")
    press(page, "main form[method=post] button")
    yield "passed-on", page
    page.goto(f"{base}decline")
    press(page, "main form[method=post] button")
    yield "declined", page
    page.goto(f"{base}page/types")
    page.evaluate("document.querySelector('[name=save_key]').value = 'x'")
    press(page, "button[value=next]")
    yield "form-not-ours", page
    yield from with_a_colleague(live_server, new_page, language, page)
    yield from handed_in(page, it.unit, it.walks[0].answers)


def with_a_colleague(live_server: Any, new_page: NewPage, language: str, page: Page) -> Iterator[tuple[str, Page]]:
    base = base_of(page) if "/respond/" in page.url else f"{live_server.url}/respond/"
    page.goto(f"{base}share/closing")
    press(page, "main form[method=post] button[value=share]")
    link = page.locator("#link").input_value()
    yield "shared", page
    page.goto(f"{base}share/closing")
    yield "share-again", page
    colleague = new_page(width=widths(language)[0], height=HEIGHT)
    colleague.goto(live_server.url + "/s/" + link.partition("/s/")[2])
    speak(colleague, live_server.url, language)
    for name in ("", "tasks", "page/culture"):
        colleague.goto(base + name)
        yield f"colleague-{name.removeprefix('page/') or 'start'}", colleague


def handed_in(page: Page, unit: SampledUnit, answers: dict[str, object]) -> Iterator[tuple[str, Page]]:
    base = base_of(page) if "/respond/" in page.url else page.url.partition("/s/")[0] + "/respond/"
    stored(unit, {})
    page.goto(f"{base}check")
    yield "check-empty", page
    stored(unit, answers)
    for language in LANGUAGES:
        PrintedForm.objects.create(
            instrument=unit.wave.instrument, language=language, pdf=b"%PDF", content_hash="0" * 64
        )
    page.goto(f"{base}questions")
    yield "questions-with-pdf", page
    page.goto(f"{base}page/types")
    responses.submit(sampled_unit=unit)
    press(page, "button[value=next]")
    yield "after-handing-in", page
    page.goto(f"{base}receipt")
    yield "receipt", page
    press(page, "form[action$='/correct'] button")
    yield "correcting", page
    page.goto(f"{base}page/types")
    Wave.objects.update(state=WaveState.CLOSED)
    press(page, "button[value=next]")
    yield "after-closing", page
    page.goto(base)
    yield "closed", page
    page.goto(f"{base}receipt")
    yield "receipt-after-closing", page


@pytest.mark.parametrize("language", IN_TURN)
def test_the_pages_beside_the_questions(live_server: Any, new_page: NewPage, language: str) -> None:
    seen, wrong = wrong_on(around(live_server, new_page, language), language)
    assert wrong == {}
    assert len(seen) == 22


@pytest.mark.parametrize("language", ["nb", pytest.param("en", marks=pytest.mark.nightly)])
def test_every_type_of_item_asked_refused_and_answered(live_server: Any, new_page: NewPage, language: str) -> None:
    unit = every_type()
    page = opened(new_page, live_server.url, unit, language)
    base = base_of(page)
    document = unit.wave.instrument.document

    def types() -> Iterator[tuple[str, Page]]:
        for ask in document["pages"]:
            page.goto(f"{base}page/{ask['id']}")
            yield ask["id"], page
            for box in page.locator("main input[type=text], main textarea").all():
                box.fill("-9")
            press(page, "button[value=next]")
            yield f"{ask['id']}-refused", page

    seen, wrong = wrong_on(types(), language)
    assert wrong == {}
    kinds = {item["type"] for item in document["items"]}
    assert len(kinds) >= 8
    assert len(seen) == 2 * len(document["pages"])


def through_the_self_test(live_server: Any, new_page: NewPage, language: str) -> Iterator[tuple[str, Page]]:
    page = new_page(width=widths(language)[0], height=HEIGHT)
    speak(page, live_server.url, language)
    page.goto(f"{live_server.url}/self-test/group")
    yield "group-start", page
    press(page, "main form[method=post] button")
    code = SelfTestGroup.objects.get().code
    yield "group-waiting", page
    page.goto(f"{live_server.url}/self-test/?code={code}")
    yield "start", page
    press(page, "main form[method=post] button")
    yield "start-refused", page
    for name, value in (("country", "NO"), ("sector", "technical"), ("size_class", "small")):
        page.locator(f"select[name={name}]").select_option(value)
    press(page, "main form[method=post] button")
    press(page, "button[value=next]")
    yield "refused", page
    while page.locator("form#self-test fieldset").count():
        place = page.locator("input[name=page]").get_attribute("value")
        for question in page.locator("form#self-test fieldset").all():
            question.locator("input").first.check()
        yield f"page-{place}", page
        press(page, "button[value=next]")
    yield "ready", page
    press(page, "form#self-test button")
    yield "result", page


@pytest.mark.parametrize("language", IN_TURN[:-1])  # Northern Sami is a language of the respondent's path alone
def test_the_self_test(published: Release, live_server: Any, new_page: NewPage, language: str) -> None:
    seen, wrong = wrong_on(through_the_self_test(live_server, new_page, language), language)
    assert wrong == {}
    assert len(seen) > 12
