"""The case collection's actions: consent, approval word for word, two persons, frozen versions, withdrawal, copying."""

from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from jobs.execution import run_due
from jobs.timetable import tick
from publication.actions import adoptions, cases
from publication.actions.case_cards import CardIncomplete, card_hash
from publication.case_queries import (
    adoption_of_link,
    case_of_link,
    named_innovators,
    proposals_of,
    published_case,
    published_case_documents,
    published_cases,
)
from publication.models import (
    Adoption,
    AdoptionStep,
    Case,
    CaseLink,
    CaseMail,
    CaseState,
    PublishedCase,
    PublishedIsFrozen,
)
from surveys.actions import erasure
from surveys.models import AuditEvent, Contact, Programme, Response, SampledUnit, Wave, WaveState
from tests import make
from tests.at_once import at_once
from tests.publication.case_world import CONTACT, FACTS, TEXTS, CaseWorld, token_in, wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world() -> CaseWorld:
    return CaseWorld()


def test_only_who_agreed_is_proposed_and_only_the_innovation_is_read(world: CaseWorld) -> None:
    units = list(SampledUnit.objects.filter(wave=world.wave).order_by("unit__code")[:3])
    yes = {**make.INNOVATION, "respondent_role": "leader", "culture.time": "disagree"}
    make.submitted([(units[0], yes), (units[1], {**yes, "contact_consent": "no"}), (units[2], {"newest_name": "x"})])
    [(one, subjects)] = proposals_of(world.programme)
    assert one.unit == units[0].unit
    assert subjects == ("newest", "failed")
    assert set(one.newest) | set(one.failed) == set(make.INNOVATION) - {"contact_consent"}
    assert proposals_of(make.programme("other")) == []
    assert one.unit is not None
    cases.start(wave=world.wave, unit=one.unit, subject="newest", by=world.editor)
    [(_one, left)] = proposals_of(world.programme)
    assert left == ("failed",)
    with pytest.raises(cases.CaseExists):
        cases.start(wave=world.wave, unit=one.unit, subject="newest", by=world.editor)


@pytest.mark.parametrize("record", [{}, {"contact_consent": "no"}, {"contact_consent": "dont_know"}])
def test_without_consent_no_card_is_begun(world: CaseWorld, record: dict[str, Any]) -> None:
    with pytest.raises(cases.NoConsent):
        make.case(world.wave, answers=record)
    with pytest.raises(cases.NoConsent):  # nothing was stopped
        make.case(world.wave, answers={"contact_consent": "yes"}, subject="failed")


def test_nobody_of_a_pilot_is_proposed_and_no_card_begun(world: CaseWorld) -> None:
    """A pilot tells people that what they answer is used to mend the questions, and for nothing else."""
    unit = SampledUnit.objects.filter(wave=world.wave).order_by("unit__code")[0]
    make.submitted([(unit, make.INNOVATION)])
    assert len(proposals_of(world.programme)) == 1
    Wave.objects.update(pilot=True)
    assert proposals_of(world.programme) == []
    assert unit.unit is not None
    with pytest.raises(cases.NoConsent):
        cases.start(wave=world.wave, unit=unit.unit, subject="newest", by=world.editor)


def test_a_card_begins_with_what_was_answered(world: CaseWorld) -> None:
    case = world.begun()
    assert (case.card["types"], case.card["values"]) == (["service", "communication"], ["quality", "too_early"])
    assert (case.card["novelty"], case.card["standing"]) == ("adapted", "in_use")
    assert case.card["texts"]["nb"]["done"] == "A meeting place for neighbours"
    failed = make.case(world.wave, subject="failed")
    assert failed.card["standing"] == "stopped"
    assert failed.card["texts"]["nb"] == {"done": "A robot that nobody used", "learnt": "Ask first."}
    assert failed.card["contact"]["reachable"] is False


@pytest.mark.parametrize(
    ("texts", "facts", "lacks"),
    [
        ({"title": ""}, {}, "Title"),
        ({"done": " "}, {}, "What was done"),
        ({"learnt": ""}, {"standing": "failed"}, "What was learnt"),
        ({"learnt": ""}, {"standing": "stopped"}, "What was learnt"),
        ({}, {"types": ["service", "magic"]}, "magic"),
        ({}, {"novelty": "dont_know"}, "dont_know"),
    ],
)
def test_an_unfinished_card_is_sent_to_nobody(
    world: CaseWorld, texts: dict[str, str], facts: dict[str, Any], lacks: str
) -> None:
    case = world.written(texts, **facts)
    with pytest.raises(CardIncomplete, match=lacks):
        cases.ask(case=case, by=world.editor)
    assert not CaseMail.objects.exists()


def test_a_text_that_is_too_long_is_refused_and_not_cut(world: CaseWorld) -> None:
    with pytest.raises(CardIncomplete, match=r"title: expected .* of at most 120 signs, got 121"):
        world.written({"title": "x" * 121})


def test_a_translation_needs_a_title_and_goes_when_it_is_empty(world: CaseWorld) -> None:
    case = world.written()
    cases.write(case=case, facts=FACTS, language="en", texts={"done": "We opened a room."}, by=world.editor)
    case.refresh_from_db()
    with pytest.raises(CardIncomplete, match="no title in en"):
        cases.ask(case=case, by=world.editor)
    case = cases.write(case=case, facts=FACTS, language="en", texts={}, by=world.editor)
    assert list(case.card["texts"]) == ["nb"]
    cases.ask(case=case, by=world.editor)


def test_the_respondent_gets_a_link_that_nobody_else_has(world: CaseWorld) -> None:
    case = cases.ask(case=world.written(), by=world.editor)
    run_due()
    [letter] = mail.outbox
    assert case.unit is not None
    assert letter.to == [Contact.objects.get(unit=case.unit).email]
    token = token_in(letter, "own")
    assert case_of_link(token) == case
    assert adoption_of_link(token) is None
    assert case_of_link("another") is None
    assert token not in str(list(CaseLink.objects.values()))
    assert case.mails.get().state == "sent"
    run_due()
    assert len(mail.outbox) == 1


def test_no_mail_goes_out_about_a_withdrawn_case(world: CaseWorld) -> None:
    case = cases.ask(case=world.written(), by=world.editor)
    cases.withdraw(case=case)
    run_due()
    assert mail.outbox == []
    assert (case.mails.get().state, case.mails.get().error) == ("failed", "no_address")


def test_a_mail_waits_while_no_server_answers_and_a_refused_one_is_kept(
    world: CaseWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: object) -> None:
        raise ConnectionRefusedError("nobody listens")

    def refuses(self: object, messages: object) -> None:
        raise SMTPRecipientsRefused({"rektor@example.org": (550, b"5.1.1 <rektor@example.org>: no such mailbox")})

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.open", down)
        case = cases.ask(case=world.written(), by=world.editor)
        run_due()
    assert case.mails.get().state == "queued"  # after three tries
    assert not CaseLink.objects.exists()
    tick(timezone.now())  # the timetable asks again
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
        run_due()
    # The words of the server repeat the address, which the row of a mail never holds.
    assert (case.mails.get().state, case.mails.get().error) == ("failed", "SMTPRecipientsRefused 550")
    case = cases.ask(case=case, by=world.editor)
    run_due()
    assert [row.state for row in case.mails.all()] == ["failed", "sent"]


def test_a_consent_taken_back_before_the_mail_stops_it(world: CaseWorld) -> None:
    case = world.written()
    Response.objects.update(record={"contact_consent": "no"})
    with pytest.raises(cases.NoConsent):
        cases.ask(case=case, by=world.editor)


def test_only_what_was_seen_is_approved_and_an_edit_voids_it(world: CaseWorld) -> None:
    case = world.asked()
    seen = card_hash(case)
    cases.write(case=case, facts=FACTS, language="nb", texts={**TEXTS, "title": "Another"}, by=world.editor)
    with pytest.raises(cases.NotInState):
        cases.approve(case=case, seen=seen)
    case = cases.ask(case=case, by=world.editor)
    with pytest.raises(cases.CardChanged):
        cases.approve(case=case, seen=seen)
    case = cases.approve(case=case, seen=card_hash(case))
    assert case.state == CaseState.APPROVED
    case = cases.write(case=case, facts=FACTS, language="nb", texts=TEXTS, by=world.editor)
    assert (case.approved_hash, case.approved_at) == ("", None)
    with pytest.raises(cases.NotInState):
        cases.publish(case=case, by=world.publisher)


def test_publishing_takes_another_person_and_an_untouched_card(world: CaseWorld) -> None:
    case = world.approved()
    with pytest.raises(cases.NeedsAnotherPerson):
        cases.publish(case=case, by=world.editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(published_by=world.editor)
    Case.objects.filter(pk=case.pk).update(card={**case.card, "sector": "social"})
    with pytest.raises(cases.CardChanged):
        cases.publish(case=case, by=world.publisher)
    Case.objects.filter(pk=case.pk).update(card=case.card)
    published = cases.publish(case=case, by=world.publisher)
    assert (published.number, published.version) == (case.pk, 1)
    events = AuditEvent.objects.about(case).order_by("pk").values_list("action", "actor")
    assert [action for action, _actor in events] == [
        "case.started",
        "case.written",
        "case.asked",
        "case.contact_given",
        "case.approved",
        "case.published",
    ]
    assert dict(events)["case.approved"] == "respondent"


def test_the_document_holds_the_card_its_words_and_no_answer_or_hidden_address(world: CaseWorld) -> None:
    row = world.published()
    document = row.document
    assert document["texts"] == {"nb": TEXTS}
    assert document["contact"] == {"organisation": "Vika bydel", "name": "Kari", "mail": "", "reachable": True}
    assert document["labels"]["en"]["values"] == {"quality": "Better quality"}
    assert document["labels"]["nb"]["sector"] == "Kultur"
    assert "kari@example.org" not in str(row.__dict__)
    assert "A meeting place for neighbours" not in str(row.__dict__)  # answered, and not approved on the card
    [told] = published_case_documents()
    assert told["content_hash"] == row.content_hash
    assert told["adoptions"] == []


def test_a_published_version_is_frozen_and_a_new_one_takes_its_place(world: CaseWorld) -> None:
    first = world.published()
    for change in (
        first.save,
        first.delete,
        lambda: PublishedCase.objects.update(words=""),
        lambda: PublishedCase.objects.all().delete(),
    ):
        with pytest.raises(PublishedIsFrozen):
            change()
    case = Case.objects.get(pk=first.number)
    case = cases.ask_for_change(case=case, wish="Another title")
    assert published_case(first.number) == first  # meanwhile
    case = cases.write(case=case, facts=FACTS, language="nb", texts={**TEXTS, "title": "Nytt"}, by=world.editor)
    case = cases.ask(case=case, by=world.editor)
    case = cases.approve(case=case, seen=card_hash(case))
    second = cases.publish(case=case, by=world.publisher)
    assert (second.version, published_case(first.number)) == (2, second)
    assert list(published_cases()) == [second]
    assert PublishedCase.objects.get(pk=first.pk).document == first.document


@pytest.mark.parametrize("far", ["begun", "written", "asked", "approved", "published"])
def test_a_withdrawal_takes_everything_at_any_time_and_for_good(world: CaseWorld, far: str) -> None:
    made = getattr(world, far)()
    case = Case.objects.get(pk=made.number if isinstance(made, PublishedCase) else made.pk)
    if far == "published":
        adoptions.confirm(adoption=wish(case.pk))
    cases.withdraw(case=case)
    case.refresh_from_db()
    assert (case.state, case.card, case.contact_mail, case.wish) == (CaseState.WITHDRAWN, {}, "", "")
    kept = str(list(PublishedCase.objects.values())) + str(list(Case.objects.values()))
    assert not [text for text in (*TEXTS.values(), "Kari", "Vika", "kari@") if text in kept]
    assert (Adoption.objects.count(), AdoptionStep.objects.count()) == (0, 0)
    assert not published_cases().exists()
    assert named_innovators() == []
    tombstone = published_case(case.pk)
    assert (tombstone is not None) == (far == "published")
    with pytest.raises(cases.NotInState):
        cases.write(case=case, facts=FACTS, language="nb", texts=TEXTS, by=world.editor)
    assert world.wave.pk not in [one.wave.pk for one, subjects in proposals_of(world.programme) if "newest" in subjects]


def test_a_contact_is_given_by_the_respondent_and_approved_again(world: CaseWorld) -> None:
    case = world.approved()
    case = cases.set_contact(case=case, **{**CONTACT, "show_mail": True})  # type: ignore[arg-type]
    assert case.state == CaseState.ASKED
    assert case.card["contact"]["mail"] == "kari@example.org"
    with pytest.raises(cases.NotInState):
        cases.publish(case=case, by=world.publisher)
    with pytest.raises(cases.CaseError):
        cases.set_contact(case=case, **{**CONTACT, "mail": "no address"})  # type: ignore[arg-type]


def test_a_wish_is_kept_whole_or_refused_and_a_line_ends_once(world: CaseWorld) -> None:
    case = world.approved()
    lines = "\r\n".join(["shorter"] * 125)  # 999 signs in the browser, 1123 on the wire
    assert cases.ask_for_change(case=case, wish=lines).wish == lines.replace("\r", "")
    with pytest.raises(cases.CaseError, match="at most 1000 signs; you wrote 1001"):
        cases.ask_for_change(case=case, wish="x" * 1001)


@pytest.mark.parametrize("far", ["begun", "written"])
def test_a_contact_given_while_the_editor_writes_does_not_open_the_card_for_approval(
    world: CaseWorld, far: str
) -> None:
    case = cases.set_contact(case=getattr(world, far)(), **CONTACT)  # type: ignore[arg-type]
    assert case.state == CaseState.DRAFT
    with pytest.raises(cases.NotInState):
        cases.approve(case=case, seen=card_hash(case))
    changing = cases.ask_for_change(case=case, wish="shorter")
    assert cases.set_contact(case=changing, **CONTACT).state == CaseState.CHANGE_ASKED  # type: ignore[arg-type]


def test_once_the_key_is_destroyed_the_case_does_not_lead_to_the_answers(world: CaseWorld) -> None:
    row = world.published()
    Wave.objects.filter(pk=world.wave.pk).update(state=WaveState.CLOSED, closed_at=timezone.now())
    world.wave.refresh_from_db()
    erasure.destroy_contact_key(wave=world.wave, by=world.editor)
    case = Case.objects.get(pk=row.number)
    assert not SampledUnit.objects.filter(unit=case.unit).exists()
    fields = {field.related_model for field in Case._meta.get_fields() if field.related_model}
    assert SampledUnit not in fields
    assert Response not in fields
    case = cases.ask_for_change(case=case, wish="shorter")
    cases.ask(case=case, by=world.editor)  # nobody can look the consent up; the respondent still decides
    run_due()
    assert mail.outbox[-1].to == ["kari@example.org"]  # the address they gave for the card
    assert proposals_of(world.programme) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, True),
        ({"words": "NABOENE rom"}, True),
        ({"words": "åpnet"}, True),
        ({"words": "ÅPNET"}, True),
        ({"words": "vika"}, True),
        ({"words": "kari@example.org"}, False),
        ({"words": "100%"}, False),
        ({"words": "rom robot"}, False),
        ({"country": "NO", "sector": "culture", "novelty": "adapted"}, True),
        ({"country": "DK"}, False),
        ({"type_": "service", "value": "quality"}, True),
        ({"type_": "serv"}, False),
        ({"type_": "product"}, False),
        ({"standings": ("in_use",)}, True),
        ({"standings": ("stopped", "failed")}, False),
    ],
)
def test_the_search_finds_by_words_and_filters(world: CaseWorld, filters: dict[str, Any], found: bool) -> None:
    world.published()
    assert published_cases(**filters).exists() is found


def test_what_an_attacker_knows_is_listed(world: CaseWorld) -> None:
    world.published(standing="failed")
    [named] = named_innovators()
    assert (named.organisation, named.country, named.sector) == ("Vika bydel", "NO", "culture")
    assert (named.programme, named.wave, named.standing) == ("barometer", "2025", "failed")
    assert (named.types, named.values, named.novelty) == (("service",), ("quality",), "adapted")
    assert named_innovators("other") == []
    assert len(named_innovators("barometer")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_succeeds() -> None:
    world = CaseWorld()
    case, other = world.approved(), make.user("publisher", Programme.objects.get())

    def publish(by: Any) -> str:
        try:
            cases.publish(case=Case.objects.get(pk=case.pk), by=by)
        except cases.NotInState:
            return "late"
        return "published"

    assert sorted(at_once(lambda: publish(world.publisher), lambda: publish(other))) == ["late", "published"]
    assert PublishedCase.objects.count() == 1
