"""The public site in a real browser: every page in three widths with axe and the guards that axe does not have."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from publication.actions import releases
from publication.models import Release, ReleaseFile
from surveys.instrument.document import content_hash
from tests import make
from tests.journeys.conftest import overflow, picture, violations
from tests.journeys.test_every_page import NARROW, NARROWEST, SPACED, STRESSED
from tests.journeys.test_results import published, release

__all__ = ["published", "release"]  # fixtures

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
ROOT = "/results/barometer/1/"
WIDTHS = (1280, 390, 320)
AXE_AT = (1280, 390)
MAIN = (
    ROOT,
    f"{ROOT}indicators/innovative/",
    f"{ROOT}drivers-and-barriers/",
    f"{ROOT}countries/",
    f"{ROOT}countries/NO/",
    f"{ROOT}counties/",
    f"{ROOT}waves/",
    "/calendar/",
)
OTHERS = (
    "/",
    "/results/",
    f"{ROOT}indicators/initiator/",
    f"{ROOT}figures/factor_balance/",
    f"{ROOT}figures/profile-countries/",
    f"{ROOT}figures/perspective-organisation/?country=DK",
    f"{ROOT}figures/whole-factors/",
    f"{ROOT}municipalities/?q=berg",
    f"{ROOT}methods/",
    f"{ROOT}data/",
)
nightly = pytest.mark.nightly
WALKS = [
    pytest.param("nb", MAIN),
    pytest.param("fi", MAIN, marks=nightly),
    *(pytest.param(language, OTHERS, marks=nightly) for language in ("nb", "fi")),
    *(pytest.param(language, (*MAIN, *OTHERS), marks=nightly) for language in ("nn", "da", "sv", "is", "en")),
]


def faults(page: Page, path: str, language: str) -> list[str]:
    """What is wrong with the page that is open, at every width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if overflow(page):
            found.append(f"{overflow(page)} pixels too wide at {width}")
        if width in AXE_AT and (language == "nb" or width == AXE_AT[-1]):
            # Colours are the same in every language and width, and looking at each is most of what axe does.
            found += violations(page, without=() if language == "nb" and width == AXE_AT[-1] else ["color-contrast"])
        picture(page, f"site-{language}-{width}-{path.strip('/').replace('/', '-').replace('?', '-') or 'home'}")
        found += [f"too narrow at {width}: {text}" for text in page.evaluate(NARROW, NARROWEST)]
    spaced, longer = page.evaluate(STRESSED, SPACED)
    found += [f"{spaced} pixels too wide with wide text spacing"] if spaced else []
    return found + ([f"{longer} pixels too wide with longer words"] if longer else [])


@pytest.mark.parametrize(("language", "paths"), WALKS)
def test_every_page_of_the_site_stands_in_three_widths(
    published: Release,
    live_server: Any,
    new_page: NewPage,
    language: str,
    paths: tuple[str, ...],
) -> None:
    page = new_page(width=1280, language=language)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page.goto(live_server.url + path)
        assert page.locator("html").get_attribute("lang") == language
        if found := faults(page, path, language):
            wrong[path] = found
    assert wrong == {}
    assert refused == []


def test_the_site_is_walked_without_script_by_keyboard_and_links(
    published: Release,
    live_server: Any,
    new_page: NewPage,
) -> None:
    page = new_page(width=320, script=False, language="en")
    page.goto(live_server.url + ROOT)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.get_by_role("link", name="Countries").click()
    page.get_by_role("link", name="Denmark").first.click()
    expect(page.locator("h1")).to_have_text("Denmark")
    page.locator(".crumbs a").last.click()
    expect(page.locator("h1")).to_have_text("Countries compared")
    page.goto(f"{live_server.url}{ROOT}municipalities/")
    page.get_by_label("Name of the municipality").fill("tromsø")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 municipality found")).to_be_visible()


def test_a_withdrawn_release_says_so_and_axe_finds_nothing(
    published: Release, live_server: Any, new_page: NewPage
) -> None:
    page = new_page(width=320, language="nb")
    why = "Et tall gjorde det mulig å kjenne igjen en arbeidsplass."
    releases.withdraw(release=published, reason=why, hides_numbers=True, by=make.user("publisher", published.programme))
    for path in (ROOT, f"{ROOT}indicators/innovative/", f"{ROOT}methods/", "/calendar/"):
        page.goto(live_server.url + path)
        assert overflow(page) == 0
        assert violations(page) == []
        assert path == "/calendar/" or why in page.locator("main").inner_text()
        picture(page, f"site-withdrawn-{path.strip('/').replace('/', '-')}")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_each_file_of_a_release_takes_a_few_lines(
    release: Release, live_server: Any, new_page: NewPage, width: int
) -> None:
    """A checksum may break anywhere, and stood a few letters a line where the other columns were wide."""
    for path in ("datapackage.json", "tables/innovative_by_sector_and_size.jsonstat.json"):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        given = {"path": path, "media_type": kind, "content": b"", "checksum": releases.checksum(b"")}
        ReleaseFile.objects.create(release=release, size=0, **given)
        release.manifest["files"][path] = given["checksum"]
    release.content_hash = content_hash(release.manifest)
    release.save(update_fields=["manifest", "content_hash"])
    publisher = make.user("publisher", release.programme)
    releases.approve(release=release, by=publisher)
    releases.publish(release=release, by=publisher)
    page = new_page(width=width, language="nb")
    page.goto(f"{live_server.url}{ROOT}data/")
    page.locator("#all-files").click()
    assert overflow(page) == 0
    assert width == 320 or violations(page) == []
    picture(page, f"site-files-{width}")
    heights = [row.bounding_box() for row in page.locator("tbody tr").all()]
    assert len(heights) == 2
    assert all(box is not None and box["height"] < 150 for box in heights)


@pytest.mark.parametrize("width", [390, 1280])
def test_figures_stand_in_forced_colours_and_on_paper(
    published: Release,
    live_server: Any,
    new_page: NewPage,
    width: int,
) -> None:
    page = new_page(width=width, language="nb")
    for path, key in (("indicators/innovative/", "innovative"), ("countries/NO/", "perspective-organisation")):
        page.goto(f"{live_server.url}{ROOT}{path}")
        page.emulate_media(forced_colors="active", media="screen")
        assert overflow(page) == 0
        expect(page.locator(f"#{key} svg:visible")).to_have_count(1)
        picture(page, f"site-forced-{key}-{width}")
        page.emulate_media(forced_colors="none", media="print")
        assert not page.locator("header.top").is_visible()
        assert not page.locator(".subnav").is_visible()
        expect(page.locator(f"#{key} svg:visible")).to_have_count(1)
        picture(page, f"site-print-{key}-{width}")
