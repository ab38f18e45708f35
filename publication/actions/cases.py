"""Cards of the collection: begun from a consent, written, approved by the respondent, published by another, withdrawn.

The respondent's word is final: nothing is published that they did not approve word for word, an editor's change voids
the approval, and a withdrawal takes everything away at once, in whatever state.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.actions import case_mail
from publication.actions.case_cards import (
    LONGEST,
    LONGEST_PART,
    PARTS,
    CardIncomplete,
    card_hash,
    check,
    codes,
    document_of,
    marks,
    searched_words,
)
from publication.actions.case_files import file_that_finds
from publication.case_queries import case_link_hash
from publication.models import (
    Adoption,
    Case,
    CaseLink,
    CaseMailKind,
    CaseState,
    CaseSubject,
    PublishedCase,
    Standing,
)
from surveys.instrument.document import content_hash
from surveys.models import RESPONDENT, AuditEvent, Programme, Unit, User, Wave
from surveys.queries import Agreed, agreed_of, no_longer_agreed

LONGEST_WISH = 1000
FIELDS = ("sector", "types", "values", "novelty", "standing")


class CaseError(ValueError):
    """A step that a case cannot take now."""


class NoConsent(CaseError):
    """The respondent did not agree to be contacted, or does no longer."""


class CaseExists(CaseError):
    """There is a card about this innovation already, or there was and it was withdrawn."""


class NotInState(CaseError):
    """Somebody else was faster, or the step does not follow from the state."""


class CardChanged(CaseError):
    """The card is not the one that was seen."""


class NeedsAnotherPerson(CaseError):
    """Whoever wrote the card cannot publish it."""


class FoundInFile(CaseError):
    """With the card a reader would find the workplace's answers in a microdata file that stands already."""


@transaction.atomic
def start(*, wave: Wave, unit: Unit, subject: str, by: User) -> Case:
    """Begin a card from what the respondent said of the innovation. Nothing is told to anybody yet.

    Raises:
        NoConsent: the handed-in answers do not say that the workplace may be contacted.
        CaseExists: one card an innovation.
    """
    agreed = agreed_of(wave, unit)
    if agreed is None or (subject == CaseSubject.FAILED and not agreed.failed):
        raise NoConsent(_("The workplace has not agreed to be contacted about this innovation."))
    case, created = Case.objects.get_or_create(
        wave=wave,
        unit=unit,
        subject=CaseSubject(subject).value,
        defaults={
            "programme": wave.programme,
            "card": first_card(agreed, CaseSubject(subject)),
            "constructed": wave.constructed or wave.programme.constructed,
            "edited_by": by,
        },
    )
    if not created:
        raise CaseExists(_("There is a card about this innovation already: number %(number)s.") % {"number": case.pk})
    _record("case.started", case, by=by)
    return case


def first_card(agreed: Agreed, subject: CaseSubject) -> dict[str, Any]:
    """What the answers give a card to begin with. The editor rewrites it, and the respondent approves every word."""
    failed = subject is CaseSubject.FAILED
    answers = agreed.failed if failed else agreed.newest
    types, values = answers.get("failed_types" if failed else "newest_types", []), answers.get("values", [])
    novelty = answers.get("novelty", "")
    language = agreed.language if agreed.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    texts = {"done": answers.get("failed_name" if failed else "newest_name", "")}
    texts |= {"learnt": answers["failed_learning"]} if "failed_learning" in answers else {}
    return {
        "country": agreed.country,
        "sector": agreed.sector,
        "types": [code for code in types if code in codes("types")],
        "values": [code for code in values if code in codes("values")],
        "novelty": novelty if novelty in codes("novelty") else "",
        "standing": (Standing.STOPPED if failed else Standing.IN_USE).value,
        "language": language,
        "texts": {language: texts},
        "contact": {"organisation": agreed.unit.name, "name": "", "mail": "", "reachable": False},
    }


@transaction.atomic
def write(*, case: Case, facts: Mapping[str, Any], language: str, texts: Mapping[str, str], by: User) -> Case:
    """Keep what an editor wrote, in one language. The approval falls; what is published stays as it is.

    Args:
        facts: sector, types, values, novelty and standing, as codes.
        texts: part -> text; parts of `case_cards.PARTS`. All empty takes the language away.
    """
    case = _locked(case)
    given = {part: text.strip() for part, text in texts.items() if text.strip()}
    _fits(facts, given)
    others = {spoken: parts for spoken, parts in case.card["texts"].items() if spoken != language}
    kept = {**others, language: given} if given or language == case.card["language"] else others
    case.card = {**case.card, **{name: facts[name] for name in FIELDS}, "texts": kept}
    case.edited_by, case.published_by = by, None
    _move(case, CaseState.DRAFT, "edited_by", "published_by", "card")
    _record("case.written", case, by=by, language=language)
    return case


def _fits(facts: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    if set(facts) != set(FIELDS):
        raise CardIncomplete(f"facts: expected {', '.join(FIELDS)}, got {', '.join(sorted(facts))}.")
    for part, text in texts.items():
        most = LONGEST.get(part, LONGEST_PART)
        if part not in PARTS or len(text) > most:
            raise CardIncomplete(
                f"{part}: expected one of {', '.join(PARTS)} of at most {most} signs, got {len(text)}."
            )


@transaction.atomic
def ask(*, case: Case, by: User) -> Case:
    """Send the respondent a link to the card as it will stand.

    Raises:
        CardIncomplete: names what lacks.
        NoConsent: they have corrected their answers since, and do not agree any more.
        NotInState: nothing is there to be asked.
        FoundInFile: see there.
    """
    case = _locked(case)
    if case.unit is not None and no_longer_agreed(case.wave, case.unit):
        raise NoConsent(_("The workplace has not agreed to be contacted about this innovation."))
    if case.state not in (CaseState.DRAFT, CaseState.ASKED, CaseState.CHANGE_ASKED):
        raise NotInState(_("The case has moved on in the meantime. Load the page again."))
    check(case.card)
    _hides(case)
    _move(case, CaseState.ASKED)
    case_mail.queue(CaseMailKind.APPROVAL, case=case, by=by.pk)
    _record("case.asked", case, by=by)
    return case


@transaction.atomic
def set_contact(*, case: Case, organisation: str, name: str, mail: str, show_mail: bool, by: str = RESPONDENT) -> Case:
    """What the respondent lets stand as contact. Only they write it; a card they were asked about waits for them again.

    While an editor works on the card it goes on being the editor's: they are asked when it is done.
    """
    case = _locked(case)
    if mail:
        try:
            validate_email(mail)
        except ValidationError as error:
            raise CaseError(_("Write an e-mail address, for instance name@example.org.")) from error
    contact = {
        "organisation": organisation.strip()[:120],
        "name": name.strip()[:120],
        "mail": mail if show_mail else "",
        "reachable": bool(mail),
    }
    case.card, case.contact_mail = {**case.card, "contact": contact}, mail
    with_the_editor = case.state in (CaseState.DRAFT, CaseState.CHANGE_ASKED)
    _move(case, CaseState(case.state) if with_the_editor else CaseState.ASKED, "card", "contact_mail")
    _record("case.contact_given", case, by=by, reachable=bool(mail))
    return case


@transaction.atomic
def ask_for_change(*, case: Case, wish: str, by: str = RESPONDENT) -> Case:
    """The respondent wants it otherwise, also after publication. What is published stays until a new version is."""
    case = _locked(case)
    wished = wish.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(wished) > LONGEST_WISH:
        text = _("Write at most %(most)s signs; you wrote %(number)s.")
        raise CaseError(text % {"most": LONGEST_WISH, "number": len(wished)})
    case.wish = wished
    _move(case, CaseState.CHANGE_ASKED, "wish")
    _record("case.change_asked", case, by=by)
    return case


@transaction.atomic
def approve(*, case: Case, seen: str, by: str = RESPONDENT) -> Case:
    """The respondent approves the card they see.

    Args:
        seen: hash of the card on their screen.

    Raises:
        CardChanged: it was changed meanwhile; they must look again.
    """
    case = _locked(case)
    if case.state != CaseState.ASKED:
        raise NotInState(_("The card does not wait for your approval now."))
    if seen != card_hash(case):
        raise CardChanged(_("The card was changed while you looked at it. Read it again."))
    check(case.card)
    case.approved_hash, case.approved_at, case.wish = seen, timezone.now(), ""
    _move(case, CaseState.APPROVED, "approved_hash", "approved_at", "wish", keep_approval=True)
    _record("case.approved", case, by=by, content_hash=seen)
    return case


@transaction.atomic
def publish(*, case: Case, by: User) -> PublishedCase:
    """Freeze the approved card as the next version; everybody sees it from now on.

    Raises:
        NeedsAnotherPerson: whoever wrote it last cannot publish it.
        NotInState, CardChanged: it is not what the respondent approved.
        FoundInFile: see there.
    """
    Programme.objects.select_for_update().get(pk=case.programme_id)  # a microdata file is stored under the same lock
    case = _locked(case)
    if case.state != CaseState.APPROVED:
        raise NotInState(_("The respondent has not approved the card. Only an approved card is published."))
    if case.edited_by_id == by.pk:
        raise NeedsAnotherPerson(_("You wrote this card. Another person has to publish it."))
    if case.approved_hash != card_hash(case):
        raise CardChanged(_("The card is not what the respondent approved. Ask them again."))
    _hides(case)
    before = PublishedCase.objects.filter(number=case.pk)
    version = before.count() + 1
    before.filter(current=True).step_back()
    document = document_of(case, version=version)
    published = PublishedCase.objects.create(
        number=case.pk,
        version=version,
        document=document,
        content_hash=content_hash(document),
        country=case.card["country"],
        sector=case.card["sector"],
        standing=case.card["standing"],
        novelty=case.card["novelty"],
        marks=marks(case.card),
        words=searched_words(case.card),
        published_at=timezone.now(),
    )
    case.published_by = by
    _move(case, CaseState.PUBLISHED, "published_by", keep_approval=True)
    _record("case.published", case, by=by, version=version, content_hash=published.content_hash)
    return published


@transaction.atomic
def withdraw(*, case: Case, by: User | str = RESPONDENT) -> Case:
    """Take everything away: the card in every version, the contact, and who wanted to copy it. A mark stays.

    The row stays too, so that the workplace is not asked about the innovation again.
    """
    case = _locked(case)
    now = timezone.now()
    PublishedCase.objects.filter(number=case.pk).empty(at=now)
    Adoption.objects.filter(number=case.pk).delete()
    case.card, case.contact_mail, case.wish, case.withdrawn_at = {}, "", "", now
    _move(case, CaseState.WITHDRAWN, "card", "contact_mail", "wish", "withdrawn_at")
    _record("case.withdrawn", case, by=by)
    return case


def _hides(case: Case) -> None:
    file = file_that_finds(case)
    if file is not None:
        text = _(
            "Microdata file %(number)s holds too few rows that agree with this card: who has it would find the answers "
            "of the workplace. Take values, types or novelty off the card until enough rows agree."
        )
        raise FoundInFile(text % {"number": file})


def mint_link(*, case: Case) -> str:
    """A new link for the respondent, when their mail is sent; gives the token, which is not kept."""
    token = secrets.token_urlsafe(16)
    CaseLink.objects.create(token_hash=case_link_hash(token), case=case)
    return token


def _locked(case: Case) -> Case:
    """The row as it stands, held until the end of the transaction.

    Raises:
        NotInState: it was withdrawn, which nothing undoes.
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("programme", "wave", "unit")
    locked: Case = rows.get(pk=case.pk)
    if locked.state == CaseState.WITHDRAWN:
        raise NotInState(_("The case was withdrawn. Nothing of it is kept."))
    return locked


def _move(case: Case, state: CaseState, *changed: str, keep_approval: bool = False) -> None:
    case.state = state
    if not keep_approval:
        case.approved_hash, case.approved_at = "", None
    case.save(update_fields=["state", "approved_hash", "approved_at", *changed])


def _record(action: str, case: Case, *, by: User | str, **detail: object) -> None:
    AuditEvent.objects.record(action, case, by=by, programme=case.programme, wave=case.wave.code, **detail)
