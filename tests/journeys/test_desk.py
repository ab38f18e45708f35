"""The survey desk in a browser: from signing in to a drawn, open and closed wave, without script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from jobs.execution import run_due
from surveys.models import Wave, WaveState
from surveys.work.frame_file import COLUMNS
from tests import make
from tests.journeys.conftest import overflow, picture, violations_if_wide

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
PASSWORD = "a long enough password"


@pytest.fixture
def wave() -> Wave:
    programme = make.programme("demo", constructed=True)
    account = make.user("administrator", programme, username="kari")
    account.set_password(PASSWORD)
    account.save()
    return make.wave(programme, state=WaveState.DRAFT, constructed=True)


def frame_file(folder: Path) -> Path:
    rows = [
        f"A{n},Workplace {n},0301,Oslo,Oslo,municipal,education,{n % 80 + 1},nb,a{n}@example.org" for n in range(40)
    ]
    path = folder / "frame.csv"
    path.write_text("\n".join([";".join(COLUMNS), *(row.replace(",", ";") for row in rows)]), encoding="utf-8")
    return path


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/desk/")
    page.get_by_label("Username").fill("kari")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_administrator_takes_a_wave_from_frame_to_closing(
    wave: Wave, live_server: LiveServer, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page(script=False, language="en")
    sign_in(page, live_server)
    page.get_by_role("link", name="Barometer demo").click()
    page.get_by_role("link", name="Load a frame").click()
    page.get_by_label("Name").fill("workplaces")
    page.get_by_label("Where the list comes from").fill("made for a test")
    page.get_by_label("File (CSV)").set_input_files(frame_file(tmp_path))
    page.get_by_role("button", name="Load the frame").click()
    assert page.get_by_text("Waiting").count() == 1
    run_due()
    page.get_by_role("link", name="Refresh now").click()
    assert page.get_by_role("row", name="Education and upbringing").count() == 1

    page.goto(f"{live_server.url}/desk/demo/waves/2025/")
    page.get_by_role("link", name="Sample", exact=True).click()
    page.get_by_label("Units to draw").fill("20")
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_role("button", name="Draw the sample").click()
    run_due()
    page.get_by_role("link", name="Refresh now").click()
    assert page.get_by_role("heading", name="Strata").count() == 1

    page.goto(f"{live_server.url}/desk/demo/waves/2025/")
    page.get_by_role("button", name="Open the field").click()
    assert page.get_by_text("The field is open.").count() == 1
    page.get_by_role("link", name="Close the wave").click()
    page.get_by_role("button", name="Close the wave").click()
    assert page.get_by_text("The wave is closed.").count() == 1
    wave.refresh_from_db()
    assert (wave.state, wave.sampled_units.count()) == (WaveState.CLOSED, 20)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_desk_is_accessible_and_fits(
    width: int, wave: Wave, live_server: LiveServer, new_page: NewPage
) -> None:
    frame = make.frame(wave.programme, units=make.units(60), constructed=True)
    make.drawn(wave, frame, size=30)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.OPEN)
    page = new_page(width=width, language="en")
    page.goto(f"{live_server.url}/sign-in")
    found = {"sign-in": (violations_if_wide(page, width), overflow(page))}
    sign_in(page, live_server)
    of_wave = "desk/demo/waves/2025"
    paths = [
        "desk/",
        "desk/demo/",
        "desk/demo/new-wave",
        "desk/demo/frames/",
        "desk/demo/frames/new",
        f"desk/demo/frames/{frame.pk}",
    ]
    for path in [*paths, *(f"{of_wave}/{name}" for name in ("", "sample", "fieldwork", "close", "events"))]:
        page.goto(f"{live_server.url}/{path}")
        picture(page, f"{path.strip('/').replace('/', '-')}-{width}")
        found[path] = (violations_if_wide(page, width), overflow(page))
    assert {path: problems for path, problems in found.items() if problems != ([], 0)} == {}


def test_with_script_the_page_follows_the_work_by_itself(
    wave: Wave, live_server: LiveServer, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page(language="en")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/demo/frames/")
    page.get_by_role("link", name="Load a frame").click()
    page.get_by_label("Name").fill("workplaces")
    page.get_by_label("Where the list comes from").fill("made for a test")
    page.get_by_label("File (CSV)").set_input_files(frame_file(tmp_path))
    page.get_by_role("button", name="Load the frame").click()
    page.get_by_text("Waiting").wait_for()
    run_due()
    page.get_by_role("row", name="Education and upbringing").wait_for()
    assert page.get_by_role("link", name="Refresh now").count() == 0
