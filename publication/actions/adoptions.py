"""Who copies a case: a wish by anybody, confirmed by mail, followed up by their own link.

Nobody signs in to wish: the request itself leaves no audit event, and nothing public comes of it before the address
is confirmed. Every later step leaves one.
"""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.actions import case_mail
from publication.case_queries import case_link_hash
from publication.models import Adoption, AdoptionState, AdoptionStep, Case, CaseLink, CaseMailKind, PublishedCase
from surveys.models import AuditEvent, User

ADOPTER = "adopter"
# What a person could want, and far below what a machine would send.
MOST_OF_AN_ADDRESS = 3  # in a day, to any case
MOST_OF_A_CASE = 30  # in a day
MOST_IN_ALL = 200  # in a day
UNCONFIRMED_FOR = timedelta(days=7)
LONGEST = {"organisation": 120, "name": 120, "message": 1000}


class AdoptionError(ValueError):
    """A wish or a step that cannot be taken."""


class CaseNotThere(AdoptionError):
    """There is no such case now, or nobody answers for it."""


class TooMany(AdoptionError):
    """More wishes in a day than are taken."""


@transaction.atomic
def request(
    *, number: int, organisation: str, name: str, mail: str, message: str, form: str, language: str
) -> Adoption:
    """Keep the wish and ask its writer by mail to confirm it. The same form sent twice counts once.

    Runs on a public page: reads published cases, writes the wish, its mail row and the job.

    Raises:
        CaseNotThere, TooMany, AdoptionError: with a sentence that says what to do.
    """
    case = PublishedCase.objects.shown().filter(number=number).first()
    if case is None or not case.document["contact"]["reachable"]:
        raise CaseNotThere(_("The case takes no questions now."))
    given = {"organisation": organisation.strip(), "name": name.strip(), "message": message.strip()}
    _fits(given, mail)
    earlier = Adoption.objects.filter(form=form).first()
    if earlier is not None:
        return earlier
    now = timezone.now()
    _refuse_too_many(number, mail, now)
    try:
        with transaction.atomic():
            adoption = Adoption.objects.create(
                number=number, mail=mail, form=form, language=language, created_at=now, **given
            )
    except IntegrityError:  # the same form, sent twice at the same moment
        return Adoption.objects.get(form=form)
    case_mail.queue(CaseMailKind.CONFIRMATION, adoption=adoption, by=None)
    return adoption


def _fits(given: dict[str, str], mail: str) -> None:
    for part, text in given.items():
        if len(text) > LONGEST[part] or (not text and part != "message"):
            raise AdoptionError(f"{part}: expected 1 to {LONGEST[part]} signs, got {len(text)}.")
    try:
        validate_email(mail)
    except ValidationError as error:
        raise AdoptionError(_("Write an e-mail address, for instance name@example.org.")) from error


def _refuse_too_many(number: int, mail: str, now: datetime) -> None:
    today = Adoption.objects.filter(created_at__gt=now - timedelta(days=1))
    limits = (
        (today.filter(mail__iexact=mail), MOST_OF_AN_ADDRESS),
        (today.filter(number=number), MOST_OF_A_CASE),
        (today, MOST_IN_ALL),
    )
    if any(sent.count() >= most for sent, most in limits):
        raise TooMany(_("Too many requests were sent today. Try again tomorrow."))


@transaction.atomic
def confirm(*, adoption: Adoption, by: str = ADOPTER) -> Adoption:
    """The address is the writer's: the wish stands in the trail, and the contact is told. Twice changes nothing."""
    case = _case_of(adoption)
    now = timezone.now()
    if not Adoption.objects.filter(pk=adoption.pk, confirmed_at__isnull=True).update(confirmed_at=now):
        return adoption
    adoption.refresh_from_db()
    _step(adoption, AdoptionState.WANTS, now)
    case_mail.queue(CaseMailKind.WISH, case=case, adoption=adoption, by=None)
    _record("case.copy_wished", case, by=by, adoption=adoption.pk)
    return adoption


@transaction.atomic
def advance(*, adoption: Adoption, state: str, by: str = ADOPTER) -> None:
    """The adopter says how it goes now. The same state twice is one step.

    Raises:
        AdoptionError: not confirmed yet, or no such state.
    """
    if state not in AdoptionState.values:
        raise AdoptionError(f"state: expected one of {', '.join(AdoptionState.values)}, got {state[:40]!r}.")
    case = _case_of(adoption)
    locked = Adoption.objects.select_for_update().confirmed().filter(pk=adoption.pk).first()
    if locked is None:
        raise AdoptionError(_("Confirm your wish first."))
    last = locked.steps.last()
    if last is not None and last.state == state:
        return
    _step(locked, AdoptionState(state), timezone.now())
    _record("case.copy_advanced", case, by=by, adoption=locked.pk, state=state)


@transaction.atomic
def remove(*, adoption: Adoption, by: User | str) -> None:
    """Take an adopter out of the trail with everything that is known of them: their own wish, or the desk's."""
    case = Case.objects.select_related("programme", "wave").get(pk=adoption.number)
    _record("case.copy_removed", case, by=by, adoption=adoption.pk)
    Adoption.objects.filter(pk=adoption.pk).delete()


def delete_unconfirmed() -> int:
    """Delete the wishes that nobody confirmed in a week; how many rows went."""
    over = timezone.now() - UNCONFIRMED_FOR
    return Adoption.objects.filter(confirmed_at__isnull=True, created_at__lt=over).delete()[0]


def mint_link(*, adoption: Adoption) -> str:
    """A new link for the adopter, when their mail is sent; gives the token, which is not kept."""
    token = secrets.token_urlsafe(16)
    CaseLink.objects.create(token_hash=case_link_hash(token), adoption=adoption)
    return token


def _case_of(adoption: Adoption) -> Case:
    """The case, held until the end of the transaction: a withdrawal comes before the step or after it."""
    cases = Case.objects.select_for_update(of=("self",)).select_related("programme", "wave")
    case: Case = cases.get(pk=adoption.number)
    if not PublishedCase.objects.shown().filter(number=adoption.number).exists():
        raise CaseNotThere(_("The case takes no questions now."))
    return case


def _step(adoption: Adoption, state: AdoptionState, at: datetime) -> None:
    AdoptionStep.objects.create(
        adoption=adoption, number=adoption.number, organisation=adoption.organisation, state=state, at=at
    )


def _record(action: str, case: Case, *, by: User | str, **detail: object) -> None:
    AuditEvent.objects.record(action, case, by=by, programme=case.programme, wave=case.wave.code, **detail)
