"""Mails of the case collection: a row each, handed over once; address and link are found when the mail is sent."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jobs.outbox import enqueue
from publication.models import Adoption, Case, CaseMail, CaseMailKind, CaseState, PublishedCase
from surveys.models import Contact, MessageState

NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Letter:
    """One mail on its way. Lives in memory only, because of the address."""

    mail: CaseMail
    email: str
    language: str


def queue(kind: CaseMailKind, *, case: Case | None = None, adoption: Adoption | None = None, by: int | None) -> None:
    """Write the row and ask for the job that sends it, in the transaction of whoever asks."""
    CaseMail.objects.create(kind=kind, case=case, adoption=adoption)
    enqueue("publication.send_case_mail", arguments={}, by=by)


def waiting() -> list[int]:
    """The mails to send, the oldest first."""
    return list(CaseMail.objects.filter(state=MessageState.QUEUED).values_list("pk", flat=True))


@transaction.atomic
def hand_over(*, mail_id: int) -> Letter | None:
    """Take a waiting mail for sending; None when somebody has it, it was sent, or nobody can be written to.

    From here on the row is `sending`: if the process dies it stays so, since the mail may or may not have left.
    """
    if not CaseMail.objects.filter(pk=mail_id, state=MessageState.QUEUED).update(state=MessageState.SENDING):
        return None
    mail = CaseMail.objects.select_related("case__unit", "case__wave", "case__programme", "adoption").get(pk=mail_id)
    email, language = _to_whom(mail)
    if not email:
        confirm(mail=mail, error=NO_ADDRESS)
        return None
    return Letter(mail, email, language)


@transaction.atomic
def confirm(*, mail: CaseMail, error: str = "") -> None:
    """Record how a mail that was handed over ended."""
    row = CaseMail.objects.filter(pk=mail.pk, state=MessageState.SENDING)
    if error:
        row.update(state=MessageState.FAILED, error=error[:300])
    else:
        row.update(state=MessageState.SENT, sent_at=timezone.now())


@transaction.atomic
def put_back(*, mail: CaseMail) -> None:
    """A mail that was handed over and never tried waits again."""
    CaseMail.objects.filter(pk=mail.pk, state=MessageState.SENDING).update(state=MessageState.QUEUED)


def _to_whom(mail: CaseMail) -> tuple[str, str]:
    """Address and language. The respondent is reached where the survey reached them, later where they said."""
    if mail.kind == CaseMailKind.CONFIRMATION:
        assert mail.adoption is not None  # noqa: S101 - queued with it
        shown = PublishedCase.objects.shown().filter(number=mail.adoption.number).exists()
        return (mail.adoption.mail if shown else ""), mail.adoption.language
    assert mail.case is not None  # noqa: S101 - queued with it
    case = mail.case
    if case.state == CaseState.WITHDRAWN:
        return "", ""
    language = str(case.card.get("language", ""))
    if mail.kind == CaseMailKind.WISH:
        return case.contact_mail, language
    known = Contact.objects.filter(unit=case.unit_id).first() if case.unit_id else None
    return (known.email if known else case.contact_mail), language
