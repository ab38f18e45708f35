"""The case collection in a real browser: without script, at every width, with axe on every kind of page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from jobs.execution import run_due
from publication.actions import adoptions, cases
from publication.models import Adoption, Case, CaseState
from tests.journeys.conftest import overflow, picture, violations
from tests.publication.case_world import CaseWorld

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NewPage = Callable[..., Page]
LONG = "Tjänstepersonsnätverksutvecklingssamordningsfunktionen"


def looked_at(page: Page, name: str, width: int) -> None:
    """Axe looks at one phone and at the wide layout; at 320 pixels only the width counts."""
    assert overflow(page) == 0, name
    assert width == 320 or violations(page) == [], name
    picture(page, f"cases-{name}-{width}")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_kind_of_page_fits_and_axe_finds_nothing(live_server: Any, new_page: NewPage, width: int) -> None:
    with translation.override("en"):
        world = CaseWorld()
        number = world.published({"title": LONG}, standing="failed").number
        given = {"name": "Ola", "mail": "ola@example.org", "message": "", "language": "en"}
        wish = adoptions.request(number=number, form="a", organisation=LONG, **given)
        waiting = adoptions.request(number=number, form="b", organisation="Nordby", **given)
        adoptions.confirm(adoption=wish)
        withdrawn = cases.withdraw(case=Case.objects.get(pk=world.published().number))
        own = reverse("publication:case-own", args=[cases.mint_link(case=Case.objects.get(pk=number))])
        copies = [
            reverse("publication:case-adoption", args=[adoptions.mint_link(adoption=one)]) for one in (wish, waiting)
        ]
    addresses = {
        "list": "/cases/",
        "none": "/cases/?words=nothing",
        "wrong": "/cases/?country=XX",
        "card": f"/cases/{number}",
        "withdrawn": f"/cases/{withdrawn.pk}",
        "form": f"/cases/{number}/copy",
        "own": own,
        "copy": copies[0],
        "unconfirmed": copies[1],
    }
    page = new_page(width=width, language="en-GB")
    for name, address in addresses.items():
        page.goto(f"{live_server.url}{address}")
        looked_at(page, name, width)


def test_from_the_respondents_link_to_an_adopter_without_script(live_server: Any, new_page: NewPage) -> None:
    with translation.override("en"):
        world = CaseWorld()
        case = cases.ask(case=world.written(), by=world.editor)
        link = reverse("publication:case-own", args=[cases.mint_link(case=case)])
    page = new_page(script=False, language="en-GB")
    page.goto(f"{live_server.url}{link}")
    page.get_by_label("Contact person (may be empty)").fill("Kari")
    page.get_by_label("E-mail address of the contact").fill("kari@example.org")
    page.get_by_role("button", name="Save the contact").click()
    page.get_by_role("button", name="I approve").click()
    expect(page.get_by_text("Approved by the respondent")).to_be_visible()
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED
    cases.publish(case=case, by=world.publisher)

    page.goto(f"{live_server.url}/cases/")
    page.get_by_label("Words").fill("naboene")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Naboene møtes").click()
    page.get_by_role("link", name="We want to copy this").click()
    page.get_by_label("Your organisation").fill("Nordby")
    page.get_by_label("Your name").fill("Ola")
    page.get_by_label("Your e-mail address").fill("ola@example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    run_due()
    [letter] = [letter for letter in mail.outbox if letter.to == ["ola@example.org"]]
    page.goto(f"{live_server.url}/cases/copying/" + str(letter.body).split("/cases/copying/")[1].split()[0])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Is copying").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/cases/{case.pk}")
    expect(page.get_by_role("row", name="Nordby")).to_contain_text("Is copying")
    assert Adoption.objects.get().confirmed_at is not None
