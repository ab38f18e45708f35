"""The results pages in a real browser: narrow and wide, without script, with axe on every page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from publication.actions import releases
from publication.models import Release
from publication.work.cells import attacked, protected
from publication.work.documents import documents
from publication.work.material import gather
from publication.work.releases import manifest, summary
from surveys.models import SYSTEM, User
from tests import make
from tests.journeys.conftest import overflow, picture, violations
from tests.publication.conftest import once
from tests.publication.world import built

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]


@pytest.fixture
def release() -> Release:
    """Built, waiting for a second person."""
    world = built()
    material = once("material", lambda: gather(world.run))
    protection = once("protection", lambda: protected(material))
    attack = once("attack", lambda: attacked(protection))
    requested = make.requested(world.run, world.administrator)
    return releases.store_checked(
        release=requested,
        documents=once("written", lambda: documents(material, protection.withheld)),
        manifest=manifest(requested, material),
        protection=summary(material, protection, attack),
        by=SYSTEM,
    )


@pytest.fixture
def published(release: Release) -> Release:
    publisher = make.user("publisher", release.programme)
    releases.approve(release=release, by=publisher)
    return releases.publish(release=release, by=publisher)


def signed_in(page: Page, account: User, address: str) -> None:
    client = Client()
    client.force_login(account)
    cookie = client.cookies["session"]
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])


@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.nightly), 1280])
def test_the_results_page_fits_and_axe_finds_nothing(
    published: Release, live_server: Any, new_page: NewPage, width: int
) -> None:
    """Axe looks once at each layout, with the tables open: at them it works for half a minute."""
    page = new_page(width=width, script=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    for path in ("/", "/results/", "/api/", "/results/barometer/1/"):
        page.goto(live_server.url + path)
        assert overflow(page) == 0, path
        assert width != 390 or violations(page) == [], path
        picture(page, f"results-{width}-{path.strip('/').replace('/', '-') or 'home'}")
    for key in ("factors", "change"):
        page.goto(f"{live_server.url}/results/barometer/1/figures/{key}/")
        page.locator(f"#{key} details:not(.rests) > summary").click()
        assert overflow(page) == 0
        assert width == 320 or violations(page) == []
    assert refused == []


def test_one_drawing_of_each_is_seen_at_each_width(published: Release, live_server: Any, new_page: NewPage) -> None:
    for width, seen, unseen in ((390, "narrow", "wide"), (1280, "wide", "narrow")):
        page = new_page(width=width, script=False)
        page.goto(f"{live_server.url}/results/barometer/1/figures/innovative/")
        expect(page.locator(f"#innovative .drawing-{seen} svg")).to_be_visible()
        expect(page.locator(f"#innovative .drawing-{unseen} svg")).to_be_hidden()
        box = page.locator(f"#innovative .drawing-{seen} svg").bounding_box()
        assert box is not None
        assert box["width"] >= (350 if width == 390 else 720), "the drawing must not shrink"


def test_a_country_is_chosen_by_a_link_and_the_file_is_downloaded(
    published: Release, live_server: Any, new_page: NewPage
) -> None:
    page = new_page(width=390, script=False, language="en-GB")
    page.goto(f"{live_server.url}/results/")
    page.locator("main .card a").first.click()
    page.get_by_role("link", name="Drivers and barriers", exact=True).first.click()
    page.locator("#factors .countries a", has_text="Denmark").click()
    expect(page.locator("#factors .bars caption")).to_contain_text("Denmark")
    expect(page.locator("#factors .countries [aria-current]")).to_have_text("Denmark")
    with page.expect_download() as waiting:
        page.locator("#factors a[href$='.csv']").click()
    assert waiting.value.suggested_filename == "barometer-1-factors.csv"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_page_of_a_release_fits_and_axe_finds_nothing(
    release: Release, live_server: Any, new_page: NewPage, width: int
) -> None:
    page = new_page(width=width)
    signed_in(page, make.user("publisher", release.programme), live_server.url)
    page.goto(f"{live_server.url}/desk/barometer/releases/1/")
    assert overflow(page) == 0
    assert violations(page) == []
    picture(page, f"desk-release-{width}")
    page.goto(f"{live_server.url}/desk/barometer/releases/1/tables/innovative/")
    assert overflow(page) == 0
    assert violations(page) == []
    picture(page, f"desk-release-table-{width}")
    page.goto(f"{live_server.url}/desk/barometer/waves/{release.wave_code}/releases/")
    assert overflow(page) == 0
    assert violations(page) == []
