"""Copying a case: wished, confirmed by mail, followed up, taken back; a person's address goes to the contact alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from jobs.execution import run_due
from publication.actions import adoptions, cases
from publication.actions.case_cards import card_hash
from publication.case_queries import adoption_of_link, adoption_trail, published_case_documents
from publication.models import Adoption, AdoptionStep, CaseMail, PublishedCase
from tests.at_once import at_once
from tests.publication.case_world import CaseWorld, token_in, wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world() -> CaseWorld:
    return CaseWorld()


def test_a_wish_is_told_to_nobody_before_it_is_confirmed(world: CaseWorld) -> None:
    number = world.published().number
    CaseMail.objects.all().delete()
    one = wish(number)
    run_due()
    [letter] = [letter for letter in mail.outbox if letter.to == ["ola@example.org"]]
    assert not [letter for letter in mail.outbox if letter.to == ["kari@example.org"]]
    assert adoption_trail(number) == []
    found = adoption_of_link(token_in(letter, "copying"))
    assert found == one
    adoptions.confirm(adoption=one)
    adoptions.confirm(adoption=one)
    run_due()
    [told] = [letter for letter in mail.outbox if letter.to == ["kari@example.org"]]
    assert told.reply_to == ["ola@example.org"]
    assert "May we visit?" in str(told.body)
    [adopter] = adoption_trail(number)
    assert (adopter.organisation, adopter.state) == ("Nordby", "wants")
    shown = str(list(AdoptionStep.objects.values())) + str(published_case_documents())
    assert not [secret for secret in ("ola@example.org", "Ola", "May we visit?") if secret in shown]


def test_the_mail_to_confirm_repeats_nothing_that_a_stranger_wrote(world: CaseWorld) -> None:
    number = world.published().number
    wish(number, organisation="Win at www.example.com", name="Click www.example.com", message="www.example.com")
    run_due()
    [letter] = [letter for letter in mail.outbox if letter.to == ["ola@example.org"]]
    assert "www.example.com" not in f"{letter.subject} {letter.body}"


def test_nobody_is_asked_to_confirm_a_wish_for_a_case_that_is_gone(world: CaseWorld) -> None:
    number = world.published().number
    one = wish(number)
    PublishedCase.objects.filter(number=number).empty(at=timezone.now())  # withdrawn while the wish was on its way
    run_due()
    assert not [letter for letter in mail.outbox if letter.to == ["ola@example.org"]]
    with pytest.raises(adoptions.CaseNotThere):
        adoptions.confirm(adoption=one)


def test_the_trail_grows_by_steps_and_goes_with_the_wish(world: CaseWorld) -> None:
    number = world.published().number
    one = wish(number)
    with pytest.raises(adoptions.AdoptionError):
        adoptions.advance(adoption=one, state="in_use")
    adoptions.confirm(adoption=one)
    for state in ("copying", "copying", "adapted"):
        adoptions.advance(adoption=one, state=state)
    with pytest.raises(adoptions.AdoptionError, match="expected one of"):
        adoptions.advance(adoption=one, state="loved")
    [adopter] = adoption_trail(number)
    assert [state for state, _at in adopter.steps] == ["wants", "copying", "adapted"]
    adoptions.remove(adoption=one, by=adoptions.ADOPTER)
    assert (Adoption.objects.count(), AdoptionStep.objects.count()) == (0, 0)


def test_a_repeated_form_counts_once_and_too_many_are_refused(world: CaseWorld) -> None:
    number = world.published().number
    assert wish(number, form="same") == wish(number, form="same")
    for form in range(adoptions.MOST_OF_AN_ADDRESS - 1):
        wish(number, form=str(form))
    with pytest.raises(adoptions.TooMany):
        wish(number, mail="OLA@example.org", form="one more")
    for other in range(adoptions.MOST_OF_A_CASE - adoptions.MOST_OF_AN_ADDRESS):
        wish(number, mail=f"{other}@example.org", form=f"of {other}")
    with pytest.raises(adoptions.TooMany):
        wish(number, mail="new@example.org", form="the last")
    Adoption.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    wish(number, form="the next day")


def test_wishes_that_nobody_confirms_are_deleted(world: CaseWorld) -> None:
    number = world.published().number
    kept, lost, fresh = wish(number, form="a"), wish(number, form="b"), wish(number, form="c")
    adoptions.confirm(adoption=kept)
    week = timezone.now() - adoptions.UNCONFIRMED_FOR
    Adoption.objects.filter(pk__in=[kept.pk, lost.pk]).update(created_at=week)
    adoptions.delete_unconfirmed()
    assert set(Adoption.objects.values_list("pk", flat=True)) == {kept.pk, fresh.pk}


def test_a_case_without_an_address_takes_no_wish(world: CaseWorld) -> None:
    case = cases.ask(case=world.written(), by=world.editor)
    case = cases.approve(case=case, seen=card_hash(case))
    number = cases.publish(case=case, by=world.publisher).number
    with pytest.raises(adoptions.CaseNotThere):
        wish(number)


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_wish() -> None:
    number = CaseWorld().published().number
    first, second = at_once(lambda: wish(number, form="same"), lambda: wish(number, form="same"))
    assert first == second
    assert Adoption.objects.count() == 1
