"""Every page of every shipped questionnaire in every language: axe, narrow and wide windows, longer words, and focus.

axe alone passes a page that has to be scrolled sideways, a heading of one letter a line, and Norwegian text declared as
Sami; so each page is also measured, with wide text spacing and with every word two fifths longer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from surveys.actions import invitations
from surveys.instrument.document import load_library
from surveys.instrument.routing import Answers, PageOnPath, not_offered, path
from surveys.instrument.schema import Instrument
from surveys.instrument.shipped import blocks_for
from surveys.models import SYSTEM, Disposition, Response, SampledUnit, Wave
from surveys.queries.respondents import background_of, instrument_of
from tests import make
from tests.journeys.conftest import PICTURES, overflow, picture, violations
from tests.surveys.instrument.walking import answer_to

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en", "se")
PHONE, NARROW_PHONE, HEIGHT = 390, 320, 844
WIDTHS = {"nb": (1280, PHONE, NARROW_PHONE), "fi": (1280, PHONE, NARROW_PHONE)}  # elsewhere the narrowest window alone
NARROWEST = 24  # pixels of a heading, legend or label
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-bottom: 2em !important; }"
)
# A constructed style sheet, since the policy of the pages forbids inline ones. All of it in one call: a call from here
# costs more than what it measures.
STRESSED = """css => {
  const over = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  const spaced = over();
  document.adoptedStyleSheets.pop();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(/\\p{L}{3,}/gu, word => word + word.slice(0, Math.ceil(word.length * 0.4)));
  }
  return [spaced, over()];
}"""
NARROW = """least => [...document.querySelectorAll('h1, h2, h3, legend, label, dt')]
  .filter(one => one.offsetParent && !one.classList.contains('hidden') && one.getBoundingClientRect().width < least)
  .map(one => one.textContent.trim().slice(0, 60))"""


@dataclass(frozen=True)
class Walk:
    answers: dict[str, object]
    pages: tuple[PageOnPath, ...]


@dataclass(frozen=True)
class Asked:
    """A unit at a shipped questionnaire with all its blocks, and walks that lead past every page of it."""

    unit: SampledUnit
    walks: list[Walk]


def asked(name: str) -> Asked:
    programme = make.programme(constructed=True)
    document = load_library(name, blocks=[block.key for block in blocks_for(name)])
    version = make.instrument(programme, document=document)
    wave = make.wave(programme, instrument=version, constructed=True, languages=LANGUAGES)
    Wave.objects.update(pilot=True)  # so that the probing questions are asked
    unit = make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)[0]
    unit.wave.refresh_from_db()
    return Asked(unit, covering(instrument_of(version), background_of(unit)))


def covering(instrument: Instrument, background: Answers) -> list[Walk]:
    """Few walks that together pass every page that this unit can meet: answers at random, and those kept that add."""
    chosen: list[Walk] = []
    seen: set[str] = set()
    chance = Random(1)
    for _walk in range(150):
        walk = walked(instrument, background, chance)
        pages = {step.page.id for step in walk.pages}
        if pages - seen:
            chosen.append(walk)
            seen |= pages
    return chosen


def walked(instrument: Instrument, background: Answers, chance: Random) -> Walk:
    """Everything asked is answered, until nothing more is asked."""
    answers: dict[str, object] = {}
    while True:
        pages = path(instrument, answers, background)
        new = [key for step in pages for key in step.items if key not in answers]
        if not new:
            return Walk(answers, pages)
        for key in new:
            hidden = not_offered(instrument, key, background)
            codes = [option.code for option in instrument.items[key].options if option.code not in hidden]
            answers[key] = answer_to(instrument.items[key], codes, chance.randrange(60))


def pages_of(page: Page, unit: SampledUnit, walks: list[Walk], language: str) -> Iterator[str]:
    """Go to each page in turn, with the answers of a walk that passes it; the name of the page."""
    seen: set[str] = set()
    for walk in walks:
        Response.objects.update_or_create(
            sampled_unit=unit,
            defaults={
                "instrument": unit.wave.instrument,
                "answers": walk.answers,
                "language": language,
                "saved_at": timezone.now(),
            },
        )
        for step in walk.pages:
            if step.page.id not in seen:
                seen.add(step.page.id)
                page.goto(f"{base_of(page)}page/{step.page.id}")
                assert page.url.endswith(f"/page/{step.page.id}")
                yield step.page.id
    for name in ("", "tasks", "questions", "privacy", "decline", "pass-on", "share/closing", "check"):
        page.goto(base_of(page) + name)
        yield name or "start"


def base_of(page: Page) -> str:
    return page.url.partition("/respond/")[0] + "/respond/"


def faults(page: Page, language: str) -> list[str]:
    """What is wrong with the page that is open, by rule and by measure."""
    found = violations(page)
    for width in widths(language):
        if page.viewport_size != {"width": width, "height": HEIGHT}:
            page.set_viewport_size({"width": width, "height": HEIGHT})
        if overflow(page):
            found.append(f"{overflow(page)} pixels too wide at {width}")
    spaced, longer = page.evaluate(STRESSED, SPACED)
    if spaced:
        found.append(f"{spaced} pixels too wide with wide text spacing")
    if longer:
        found.append(f"{longer} pixels too wide with longer words")
    return found + [f"too narrow: {text}" for text in page.evaluate(NARROW, NARROWEST)]


def widths(language: str) -> tuple[int, ...]:
    return WIDTHS.get(language, (NARROW_PHONE,))


# At every change all three in the first language; others at night.
DAILY = {(name, "nb") for name in ("workplace", "management", "political")}
WALKS = [
    pytest.param(name, language, marks=() if (name, language) in DAILY else pytest.mark.nightly)
    for name in ("workplace", "management", "political")
    for language in LANGUAGES
]


@pytest.mark.parametrize(("name", "language"), WALKS)
def test_every_page_in_every_language(live_server, new_page: NewPage, name: str, language: str) -> None:
    it = asked(name)
    page = new_page(width=widths(language)[0], height=HEIGHT)
    page.goto(f"{live_server.url}/s/{invitations.mint(sampled_unit=it.unit, by=SYSTEM)}")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    wrong: dict[str, list[str]] = {}
    count = 0
    for place in pages_of(page, it.unit, it.walks, language):
        count += 1
        assert page.locator("html").get_attribute("lang") == language
        if found := faults(page, language):
            wrong[place] = found
    asked_pages = {ask["id"] for ask in it.unit.wave.instrument.document["pages"]}
    assert count >= len({step.page.id for walk in it.walks for step in walk.pages}) + 8
    assert asked_pages - {step.page.id for walk in it.walks for step in walk.pages} <= BY_BACKGROUND
    assert wrong == {}


# Asked where the register or an earlier wave says so, which this unit's does not.
BY_BACKGROUND = {"followup", "followup_end", "followup_since", "followup_harm"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_moves_focus_and_title_in_every_language(live_server, new_page: NewPage, language: str) -> None:
    it = asked("workplace")
    page = new_page(width=320, script=False)
    page.goto(f"{live_server.url}/s/{invitations.mint(sampled_unit=it.unit, by=SYSTEM)}")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page.goto(f"{base_of(page)}page/types")
    with page.expect_navigation():
        page.locator("button[value=next]").click()
    with translation.override(language):
        expected = gettext("Error:")
    assert page.title().startswith(expected)
    expect(page.locator("#summary")).to_be_focused()  # the browser sets it when it has drawn the page
    assert overflow(page) == 0
    assert SampledUnit.objects.get().disposition == Disposition.NOT_INVITED


@pytest.mark.parametrize("language", ["nb", "fi"])
@pytest.mark.parametrize("width", [390, 1280])
def test_key_pages_stand_in_forced_colours_and_on_paper(
    live_server, new_page: NewPage, language: str, width: int
) -> None:
    """With PICTURES set, pictures for a person to look at, also as four kinds of colour vision see them."""
    it = asked("workplace")
    page = new_page(width=width)
    page.goto(f"{live_server.url}/s/{invitations.mint(sampled_unit=it.unit, by=SYSTEM)}")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    vision = page.context.new_cdp_session(page)
    walk = next(walk for walk in it.walks if "factors_inside" in {step.page.id for step in walk.pages})
    Response.objects.create(
        sampled_unit=it.unit,
        instrument=it.unit.wave.instrument,
        answers=walk.answers,
        language=language,
        saved_at=timezone.now(),
    )
    for name in ("", "page/factors_inside", "check", "tasks"):
        page.goto(base_of(page) + name)
        label = f"{name.removeprefix('page/') or 'start'}-{language}-{width}"
        picture(page, label)
        for kind in ("deuteranopia", "protanopia", "tritanopia", "achromatopsia") if PICTURES else ():
            vision.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
            picture(page, f"{label}-{kind}")
        vision.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
        page.emulate_media(forced_colors="active")
        assert overflow(page) == 0
        assert page.locator("main :is(a, button)").first.is_visible()
        picture(page, f"{label}-forced")
        page.emulate_media(forced_colors="none", media="print")
        assert not page.locator("header.top").is_visible()
        picture(page, f"{label}-print")
        page.emulate_media(media="screen")
