"""The case collection in the open API."""

import pytest
from django.test import Client

from publication.actions import cases
from publication.actions.case_cards import codes
from publication.models import Case
from tests.publication.case_world import TEXTS, CaseWorld

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases"


def test_a_published_card_is_in_the_list_and_at_its_address(client: Client) -> None:
    world = CaseWorld()
    published = world.published()
    listed = client.get(CASES).json()
    assert listed["page"]["total"] == 1
    (entry,) = listed["cases"]
    one = client.get(entry["url"]).json()
    assert one == {**entry, "adoptions": []}
    assert entry["number"] == published.number
    assert entry["card"]["texts"]["nb"]["title"] == TEXTS["title"]
    assert client.get(CASES, {"sector": entry["card"]["sector"]}).json()["page"]["total"] == 1
    other = next(code for code in codes("novelty") if code != entry["card"]["novelty"])
    assert client.get(CASES, {"novelty": other}).json()["cases"] == []


def test_a_code_that_no_card_can_have_is_an_error(client: Client) -> None:
    for name in ("country", "sector", "type", "value", "novelty"):
        answer = client.get(CASES, {name: "nothing"})
        assert answer.status_code == 400
        assert f"{name}: expected one of " in answer.json()["detail"]


def test_a_filter_that_the_address_does_not_have_is_refused(client: Client) -> None:
    answer = client.get(CASES, {"colour": "red"})
    assert answer.status_code == 400
    assert "colour" in answer.json()["detail"]


def test_a_withdrawn_card_is_gone(client: Client) -> None:
    world = CaseWorld()
    published = world.published()
    cases.withdraw(case=Case.objects.get(pk=published.number), by=world.publisher)
    assert client.get(f"{CASES}/{published.number}").status_code == 410
    assert client.get(CASES).json()["cases"] == []


def test_an_unpublished_card_is_not_found(client: Client) -> None:
    assert client.get(f"{CASES}/77").status_code == 404
