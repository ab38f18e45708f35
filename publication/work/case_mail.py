"""Sending a mail of the case collection: to the respondent, to who wants to copy, to the contact."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from jobs.claim import Step
from publication.actions import adoptions, case_mail, cases
from publication.actions.case_mail import Letter
from publication.case_queries import card_title
from publication.models import CaseMailKind, PublishedCase

# Northern Sami is a language of cards and of the questionnaires, not of the interface: the mail around it is not.
SPOKEN = frozenset(code for code, _name in settings.LANGUAGES if code != "se")
REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)  # an answer about this mail, not the line


def send(*, step: Step) -> None:
    """Send every mail that waits, also those of a job that found no server. A refused address is kept with its row.

    Raises OSError when the mail server does not answer: the mail waits again, and the job is tried again. When the
    line breaks while the mail is on it, the row goes on saying `sending`: it may have left, and staff sees it.
    """
    for mail_id in case_mail.waiting():
        with step.fenced():
            letter = case_mail.hand_over(mail_id=mail_id)
        if letter is not None:
            _send(letter)


def _send(letter: Letter) -> None:
    connection = get_connection()
    try:
        connection.open()
    except OSError:
        case_mail.put_back(mail=letter.mail)
        raise
    try:
        connection.send_messages([written(letter)])
    except REFUSED as error:
        case_mail.confirm(mail=letter.mail, error=_refusal(error))
    else:
        case_mail.confirm(mail=letter.mail)
    finally:
        connection.close()


def _refusal(error: Exception) -> str:
    """What the server refused and by which code. Its words are not kept: they repeat the address."""
    refused = getattr(error, "recipients", None) or {}
    code = getattr(error, "smtp_code", None) or next((answer[0] for answer in refused.values()), None)
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"


def written(letter: Letter) -> EmailMessage:
    """The mail in the reader's language. Only the contact of a case reads who wants to copy it, and may reply."""
    mail = letter.mail
    with translation.override(_spoken(letter)):
        context = {"kind": mail.kind, **_content(letter)}
        subject = " ".join(get_template("publication/mail/case_subject.txt").render(context).split())
        body = get_template("publication/mail/case_body.txt").render(context).strip() + "\n"
    reply_to = [mail.adoption.mail] if mail.kind == CaseMailKind.WISH and mail.adoption else []
    return EmailMessage(subject, body, to=[letter.email], reply_to=reply_to)


def _spoken(letter: Letter) -> str:
    return letter.language if letter.language in SPOKEN else settings.LANGUAGE_CODE


def _content(letter: Letter) -> dict[str, object]:
    mail = letter.mail
    if mail.kind == CaseMailKind.APPROVAL:
        assert mail.case is not None  # noqa: S101 - queued with it
        return {
            "title": mail.case.title,
            "owner": mail.case.programme.owner,
            "contact": mail.case.programme.contact_email,
            "constructed": mail.case.constructed,
            "link": f"{_address('case-own', cases.mint_link(case=mail.case))}?lang={_spoken(letter)}",
        }
    assert mail.adoption is not None  # noqa: S101 - queued with it
    shown = PublishedCase.objects.filter(number=mail.adoption.number).order_by("-version").first()
    content: dict[str, object] = {
        "title": card_title(shown.document) if shown else "",
        "constructed": bool(shown and shown.document.get("constructed")),
        "address": _address("case", mail.adoption.number),
        "adoption": mail.adoption,
    }
    if mail.kind == CaseMailKind.CONFIRMATION:
        link = _address("case-adoption", adoptions.mint_link(adoption=mail.adoption))
        content["link"] = f"{link}?lang={_spoken(letter)}"
    return content


def _address(name: str, argument: object) -> str:
    return f"{settings.SITE_ADDRESS}{reverse(f'publication:{name}', args=[argument])}"
