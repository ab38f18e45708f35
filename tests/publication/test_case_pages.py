"""The case collection's pages: public, behind links, and at the desk."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jobs.execution import run_due
from publication.actions import adoptions, cases
from publication.models import Adoption, Case, CaseState, PublishedCase
from publication.views.cases.collection import ON_A_PAGE
from tests import make
from tests.publication.case_world import FACTS, TEXTS, CaseWorld

pytestmark = pytest.mark.django_db
FORM = re.compile(r'name="form" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world() -> CaseWorld:
    return CaseWorld()


@pytest.fixture
def english_client(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def link_of(case: Case) -> str:
    return reverse("publication:case-own", args=[cases.mint_link(case=case)])


def form_of(number: int, client: Client, **other: str) -> dict[str, str]:
    page = text(client, reverse("publication:case-copy", args=[number]))
    found = FORM.search(page)
    assert found is not None
    given = {"organisation": "Nordby", "name": "Ola", "mail": "ola@example.org", "message": "", "website": ""}
    return {**given, "form": found.group(1), **other}


def test_the_list_shows_published_cards_and_nothing_on_its_way(world: CaseWorld, english_client: Client) -> None:
    world.published()
    world.approved({"title": "On its way"})
    page = text(english_client, "/cases/")
    assert "Naboene møtes" in page
    assert "On its way" not in page
    assert "1 card<" in page
    assert "Naboene møtes" not in text(english_client, "/cases/?country=DK")
    assert "No card fits" in text(english_client, "/cases/?words=robot")


@pytest.mark.parametrize("query", ["country=XX", "sector=none", "type=magic", "standing=stopped", "words=" + "x" * 101])
def test_a_filter_that_nobody_offered_is_an_error(world: CaseWorld, english_client: Client, query: str) -> None:
    world.published()
    page = text(english_client, f"/cases/?{query}", 400)
    assert "Something must be mended" in page
    assert "Naboene møtes" not in page


def test_the_list_says_how_many_pages_there_are_and_keeps_the_filter(world: CaseWorld, english_client: Client) -> None:
    first = world.published()
    row = dict(PublishedCase.objects.filter(pk=first.pk).values()[0])
    for number in range(1, ON_A_PAGE + 1):
        PublishedCase.objects.create(**{**row, "id": None, "number": first.number + number})
    page = text(english_client, "/cases/?words=rom&country=NO")
    assert f"{ON_A_PAGE + 1} cards: page 1 of 2" in page
    assert 'rel="next" href="?words=rom&amp;country=NO&amp;page=2"' in page
    assert "page 2 of 2" in text(english_client, "/cases/?words=rom&country=NO&page=2")
    for wrong in ("0", "3", "x"):
        text(english_client, f"/cases/?page={wrong}", 404)


def test_a_failed_card_has_the_same_place_and_begins_with_what_was_learnt(
    world: CaseWorld, english_client: Client
) -> None:
    row = world.published(standing="failed")
    page = text(english_client, f"/cases/{row.number}")
    assert page.index("What was learnt") < page.index("What was done")
    assert "Spør først." in text(english_client, "/cases/?standing=ended")
    assert "Naboene" not in text(english_client, "/cases/?standing=in_use")


def test_a_card_hides_the_address_and_says_its_language(world: CaseWorld, english_client: Client) -> None:
    row = world.published()
    page = text(english_client, f"/cases/{row.number}")
    assert '<h1 lang="nb">Naboene møtes</h1>' in page
    assert "kari@example.org" not in page
    assert "Kari" in page
    assert "The workplace has approved every word" in page


def test_constructed_cards_say_so_everywhere(english_client: Client) -> None:
    world = CaseWorld(make.programme(constructed=True))
    row = world.published()
    for address in ("/cases/", f"/cases/{row.number}", f"/cases/{row.number}/copy"):
        assert "Constructed data" in text(english_client, address)
    run_due()
    assert [letter.to for letter in mail.outbox if "Konstruerte data" not in str(letter.body)] == []
    assert len(mail.outbox) == 1


def test_a_withdrawn_card_is_gone_within_one_request(world: CaseWorld, english_client: Client) -> None:
    number = world.published().number
    case = Case.objects.get(pk=number)
    link = link_of(case)
    answer = english_client.post(link, {"do": "withdraw"})
    assert answer.status_code == 303
    page = text(english_client, f"/cases/{number}", 410)
    assert "This card was withdrawn" in page
    for word in (*TEXTS.values(), "Vika"):
        assert word not in page
        assert word not in text(english_client, "/cases/")
    text(english_client, f"/cases/{number}/copy", 404)
    assert "withdrawn" in text(english_client, link)
    assert english_client.post(link, {"do": "approve", "seen": "x"}).status_code == 200


def test_the_respondent_sees_the_card_and_decides(world: CaseWorld, english_client: Client) -> None:
    case = cases.ask(case=world.written(), by=world.editor)
    link = link_of(case)
    page = text(english_client, link)
    assert [word for word in TEXTS.values() if word not in page] == []
    assert "everybody knows that your organisation took part" in page
    contact = {"do": "contact", "organisation": "Vika", "name": "Kari", "mail": "wrong"}
    assert english_client.post(link, contact).status_code == 422
    assert english_client.post(link, {**contact, "mail": "kari@example.org"}).status_code == 303
    assert english_client.post(link, {"do": "approve", "seen": "0" * 64}).status_code == 422
    found = SEEN.search(text(english_client, link))
    assert found is not None
    assert english_client.post(link, {"do": "approve", "seen": found.group(1)}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.contact_mail) == (CaseState.APPROVED, "kari@example.org")
    assert english_client.post(link, {"do": "change", "wish": "Shorter"}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.wish) == (CaseState.CHANGE_ASKED, "Shorter")
    assert english_client.post(link, {"do": "dance"}).status_code == 422


def test_opening_a_link_changes_nothing(world: CaseWorld, english_client: Client) -> None:
    number = world.published().number
    english_client.post(f"/cases/{number}/copy", form_of(number, english_client))
    adoption = Adoption.objects.get()
    link = reverse("publication:case-adoption", args=[adoptions.mint_link(adoption=adoption)])
    case = Case.objects.get()
    for address in (link, link_of(case)):
        text(english_client, address)
        english_client.head(address)
    adoption.refresh_from_db()
    assert adoption.confirmed_at is None
    assert Case.objects.get() == case
    assert Case.objects.get().state == CaseState.PUBLISHED


@pytest.mark.parametrize("kind", ["own", "copying"])
def test_pages_behind_links_are_not_kept_packed_or_repeated(
    world: CaseWorld, english_client: Client, kind: str
) -> None:
    """The address holds the key: no cache, no compression, and the page does not write it out."""
    row = world.published()
    if kind == "own":
        token = cases.mint_link(case=Case.objects.get())
    else:
        given = {"organisation": "N", "name": "O", "mail": "o@example.org", "message": "", "language": "en"}
        token = adoptions.mint_link(adoption=adoptions.request(number=row.number, form="x", **given))
    answer = english_client.get(f"/cases/{kind}/{token}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"  # without any, browsers send forms that Django refuses
    assert "Content-Encoding" not in answer
    assert token not in answer.content.decode()


def test_a_visitor_wants_to_copy_confirms_and_says_how_it_goes(world: CaseWorld, english_client: Client) -> None:
    number = world.published().number
    given = form_of(number, english_client)
    for _again in range(2):
        assert "Look in your mail" in english_client.post(f"/cases/{number}/copy", given).content.decode()
    assert Adoption.objects.count() == 1
    assert "Nobody yet" in text(english_client, f"/cases/{number}")
    run_due()
    [letter] = [letter for letter in mail.outbox if letter.to == ["ola@example.org"]]
    link = "/cases/copying/" + str(letter.body).split("/cases/copying/")[1].split()[0]
    assert "Do you want to copy this?" in text(english_client, link)
    assert english_client.post(link, {"do": "confirm"}).status_code == 303
    assert english_client.post(link, {"state": "adapted"}).status_code == 303
    assert english_client.post(link, {"state": "loved"}).status_code == 422
    page = text(english_client, f"/cases/{number}")
    assert "Nordby" in page
    assert "Has adapted it and uses it" in page
    assert "ola@example.org" not in page
    assert ">Ola<" not in page
    assert english_client.post(link, {"do": "remove"}).status_code == 200
    assert "Nordby" not in text(english_client, f"/cases/{number}")
    text(english_client, link, 404)


@pytest.mark.parametrize(
    ("other", "status"),
    [({"website": "spam"}, 422), ({"mail": "none"}, 422), ({"organisation": ""}, 422), ({"form": "x"}, 422)],
)
def test_a_form_that_does_not_fit_writes_nothing(
    world: CaseWorld, english_client: Client, other: dict[str, str], status: int
) -> None:
    number = world.published().number
    assert english_client.post(f"/cases/{number}/copy", form_of(number, english_client, **other)).status_code == status
    assert not Adoption.objects.exists()


def test_too_many_wishes_are_told_so(world: CaseWorld, english_client: Client) -> None:
    number = world.published().number
    statuses = [
        english_client.post(f"/cases/{number}/copy", form_of(number, english_client)).status_code
        for _time in range(adoptions.MOST_OF_AN_ADDRESS + 1)
    ]
    assert statuses == [200] * adoptions.MOST_OF_AN_ADDRESS + [429]


def test_the_desk_writes_asks_and_publishes_without_seeing_an_address(world: CaseWorld, client: Client) -> None:
    make.case(world.wave)  # takes one, the next answers only
    units = world.wave.sampled_units.filter(response__isnull=True).order_by("unit__code")
    unit = units[0]
    make.submitted([(unit, make.INNOVATION)])
    client.force_login(world.editor)
    page = text(client, reverse("publication:desk-cases", args=["barometer"]))
    assert reverse("publication:desk-cases", args=["barometer"]) in text(client, "/desk/barometer/")
    assert "A meeting place for neighbours" in page
    assert "@example.org" not in page
    posted = {"wave": world.wave.pk, "unit": unit.unit_id, "subject": "newest"}
    answer = client.post(reverse("publication:desk-case-start", args=["barometer"]), posted)
    case = Case.objects.get(unit=unit.unit_id)
    edit = reverse("publication:desk-case-edit", args=["barometer", case.pk])
    assert answer["Location"] == edit
    assert "A meeting place" in text(client, edit)
    assert client.post(edit, {**FACTS, "sector": "magic", **TEXTS}).status_code == 422
    assert client.post(edit, {**FACTS, **TEXTS}).status_code == 302
    assert client.post(f"{edit}?language=en", {**FACTS, "title": "Neighbours meet"}).status_code == 302
    client.post(reverse("publication:desk-case-ask", args=["barometer", case.pk]))
    case.refresh_from_db()
    assert (case.state, case.card["texts"]["en"]) == (CaseState.ASKED, {"title": "Neighbours meet"})
    shown = text(client, reverse("publication:desk-case", args=["barometer", case.pk]))
    assert "@example.org" not in shown
    found = SEEN.search(text(client, link_of(case)))
    assert found is not None
    client.post(link_of(case), {"do": "approve", "seen": found.group(1)})
    client.force_login(world.publisher)
    client.post(reverse("publication:desk-case-publish", args=["barometer", case.pk]))
    assert PublishedCase.objects.get().number == case.pk


def test_the_publisher_sees_no_proposals(world: CaseWorld, client: Client) -> None:
    unit = world.wave.sampled_units.order_by("unit__code")[0]
    make.submitted([(unit, make.INNOVATION)])
    client.force_login(world.publisher)
    assert "A meeting place" not in text(client, reverse("publication:desk-cases", args=["barometer"]))


def test_an_adopter_is_taken_out_by_the_desk_of_the_own_programme_alone(world: CaseWorld, client: Client) -> None:
    number = world.published().number
    given = {"organisation": "N", "name": "O", "mail": "o@example.org", "message": "", "language": "en"}
    adoption = adoptions.confirm(adoption=adoptions.request(number=number, form="x", **given))
    address = reverse("publication:desk-case-remove-adoption", args=["barometer", number, adoption.pk])
    client.force_login(make.user("administrator", make.programme("other")))
    assert client.post(address).status_code == 404
    client.force_login(world.editor)
    client.post(address)
    assert not Adoption.objects.exists()


def test_what_a_browser_lets_somebody_write_fits(world: CaseWorld, english_client: Client) -> None:
    number = world.published().number
    given = {"organisation": "Nordby", "name": "Ola", "mail": "ola@example.org", "form": str(uuid.uuid4())}
    message = "\r\n".join(["May we visit?"] * 71)  # 993 signs in the browser, 1063 on the wire
    assert english_client.post(f"/cases/{number}/copy", {**given, "message": message}).status_code == 200
    assert Adoption.objects.get().message == message.replace("\r", "")


def test_a_wish_that_is_too_long_comes_back_to_be_shortened(world: CaseWorld, english_client: Client) -> None:
    case = cases.ask(case=world.written(), by=world.editor)
    page = f"/cases/own/{cases.mint_link(case=case)}"
    answer = english_client.post(page, {"do": "change", "wish": "too long " * 200})
    assert (answer.status_code, answer.text.count("too long")) == (422, 200)
