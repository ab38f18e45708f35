"""The questionnaires on the survey desk in a browser: without script, by keyboard, on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from jobs.execution import run_due
from surveys.actions import instruments, questionnaire_imports, texts
from surveys.instrument.document import from_document, load_library
from surveys.instrument.texts import coverage
from surveys.models import InstrumentVersion, Programme, User, Wave, WaveState
from tests import make
from tests.journeys.conftest import overflow, picture, violations_if_wide
from tests.journeys.test_desk import PASSWORD, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]


@pytest.fixture
def programme() -> Programme:
    return make.programme("demo")


@pytest.fixture
def administrator(programme: Programme) -> User:
    account = make.user("administrator", programme, username="kari")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def version(programme: Programme, administrator: User) -> InstrumentVersion:
    """The shipped questionnaire with two blocks, changed in wording and options since one in the field."""
    document: dict[str, Any] = load_library("workplace", blocks=["failed", "pilot"])
    former = instruments.store(programme=programme, document={**document, "version": "2023.1"}, by=administrator)
    make.wave(programme, instrument=former, state=WaveState.DRAFT)
    document["texts"]["en"]["items"]["types.product"]["question"] = "Another wording with a <tag>"
    document["comparability"] = [
        {"item": "types.product", "with": "workplace 2023.1", "country": "*", "relation": "reworded",
         "why": "A shorter wording", "by": "Kari", "on": "2025-03-01"},
    ]  # fmt: skip
    made = instruments.store(programme=programme, document=document, by=administrator)
    texts.review(version=made, language="nb", item="types.product", kind="probe", note="A note.", by=administrator)
    return made


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_fits(
    width: int, version: InstrumentVersion, administrator: User, live_server: LiveServer, new_page: NewPage
) -> None:
    Wave.objects.update(waivers={}, pilot=True)
    made = questionnaire_imports.request_import(
        programme=version.programme, kind="own", name="asked.json", content=b"[1]", by=administrator
    )
    run_due()
    page = new_page(width=width, language="en")
    sign_in(page, live_server)
    former = version.programme.instruments.get(version="2023.1")
    paths = [
        "",
        "new",
        "new?questionnaire=workplace",
        "imports/new",
        f"imports/{made.pk}",
        f"{version.pk}",
        f"{version.pk}/export/limesurvey",
        f"{version.pk}/texts/nb",
        f"{version.pk}/texts/en?state=stale",
        f"{version.pk}/reviews",
        f"compare?from={former.pk}&to={version.pk}",
    ]
    addresses = [f"desk/demo/questionnaires/{path}" for path in paths]
    found = {}
    for address in [*addresses, *(f"desk/demo/waves/2025/{name}" for name in ("", "languages", "answering", "said"))]:
        page.goto(f"{live_server.url}/{address}")
        for summary in page.locator("main summary").all():
            summary.click()
        picture(page, f"{address.replace('/', '-').replace('?', '-')}-{width}")
        found[address] = (violations_if_wide(page, width), overflow(page))
    assert {address: problems for address, problems in found.items() if problems != ([], 0)} == {}


def test_a_version_is_made_and_checked_by_keyboard_without_script(
    programme: Programme, administrator: User, live_server: LiveServer, new_page: NewPage
) -> None:
    page = new_page(script=False, language="en")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/demo/questionnaires/")
    for link in ("New version from the library", "Innovation and political leadership"):
        page.get_by_role("link", name=link).focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Store the version").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The questionnaire is stored.").wait_for()
    page.get_by_role("link", name="English", exact=True).focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="Checked title")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="I have checked the ticked texts").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 text is checked.").wait_for()
    page.get_by_role("button", name="I have checked all texts in English").focus()
    page.keyboard.press("Enter")
    page.get_by_text("A person has checked every text: the language may open.").wait_for()
    version = programme.instruments.get()
    assert coverage(from_document(version.document), "en").checked
