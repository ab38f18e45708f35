"""A real browser: Debian's Chromium, never one that Playwright downloads. Skipped where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import BY_NIGHT

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW_PHONE = 320
# The first is the same engine without a window's machinery, and takes a third less of the processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PICTURES = os.environ.get("PICTURES", "")  # the folder where pictures are kept, or none
AXE = Axe()
# What is not on the screen is laid out for the guards too, which measure the whole page at once.
ALL_LAID_OUT = """addEventListener('DOMContentLoaded', () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important; }');
  document.adoptedStyleSheets.push(sheet);
})"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium found; install the package chromium-headless-shell or chromium")
    # Playwright runs an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Pages, each in a browser context of its own: new_page(width=390, script=False, language="nb-NO")."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 390, height: int = 844, script: bool = True, language: str = "nb-NO") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, locale=language
        )
        context.set_default_timeout(15_000)
        if script:  # once for all its documents: sent to each, it takes longer than its looking
            context.add_init_script(AXE.axe_script)
            context.add_init_script(ALL_LAID_OUT)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def violations(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """What axe finds on the page, but for the rules of `without`: rule and the first places."""
    # Every rule looks at every element; only what breaks one is described in full, which is most of the time otherwise.
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    found = page.evaluate("options => axe.run(document, options).then(result => result.violations)", options)
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


def violations_if_wide(page: Page, width: int) -> list[str]:
    """What axe finds on a page of the desk: by day in the wide layout alone, where it is used; by night in each."""
    return violations(page) if width > NARROW_PHONE or BY_NIGHT else []


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window: 0 when nothing has to be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def picture(page: Page, name: str) -> None:
    """Keep a picture where PICTURES says; nothing without it."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
