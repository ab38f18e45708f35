"""Sending: batch by batch, so that a killed worker leaves at most one batch in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jobs.claim import JobRefused, Step
from surveys.actions import invitations
from surveys.actions.invitations import Letter
from surveys.models import Message, MessageState, Wave
from surveys.queries.respondents import announced_minutes

BATCH = 100
REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)  # an answer about this message, not the line


@dataclass
class Outcome:
    """How the letters of one batch ended."""

    sent: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    put_back: list[int] = field(default_factory=list)
    broken: Exception | None = None


def send_messages(*, wave_id: int, kind: str, step: Step) -> None:
    """Send what waits. A mail server that does not answer leaves the rest waiting and the job is tried again."""
    wave = Wave.objects.select_related("programme", "instrument").get(pk=wave_id)
    rows = Message.objects.filter(sampled_unit__wave=wave, kind=kind)
    total = max(1, rows.filter(state=MessageState.QUEUED).count())
    done = 0
    with get_connection() as connection:
        while True:
            step.progress(min(1.0, done / total), _("%(done)s of %(total)s sent") % {"done": done, "total": total})
            letters = _taken(wave, kind, step)
            if not letters:
                break
            outcome = _send(letters, wave, kind, connection)
            invitations.confirm(wave=wave, sent=outcome.sent, failed=outcome.failed, put_back=outcome.put_back)
            if outcome.broken is not None:
                raise outcome.broken
            done += len(letters)


def _taken(wave: Wave, kind: str, step: Step) -> list[Letter]:
    try:
        with step.fenced():
            return invitations.hand_over(wave=wave, kind=kind, limit=BATCH)
    except invitations.WaveNotOpen as error:
        raise JobRefused(_("The wave was closed. Messages that had not been sent stay unsent.")) from error


def _send(letters: Sequence[Letter], wave: Wave, kind: str, connection: BaseEmailBackend) -> Outcome:
    """Send each letter. When the line breaks the letter at hand stays in doubt and the rest goes back."""
    outcome = Outcome()
    for number, letter in enumerate(letters):
        try:
            mail = written(letter, wave, kind)
            connection.send_messages([mail])
        except REFUSED as error:
            outcome.failed[letter.message_id] = f"{type(error).__name__}: {error}"
        except OSError as error:
            outcome.broken = error
            outcome.put_back = [later.message_id for later in letters[number + 1 :]]
            break
        else:
            outcome.sent.append(letter.message_id)
    return outcome


def written(letter: Letter, wave: Wave, kind: str) -> EmailMessage:
    """The mail in the unit's language, or the first one of the wave where that is not offered."""
    language = letter.language if letter.language in wave.languages else wave.languages[0]
    programme = wave.programme
    with translation.override(language):
        context = {
            "kind": kind,
            "programme": programme.name,
            "owner": programme.owner,
            "workplace": letter.workplace,
            "minutes": announced_minutes(wave),
            "link": f"{settings.SITE_ADDRESS}/s/{letter.token}",
            "code": letter.code,
            "code_page": f"{settings.SITE_ADDRESS}{reverse('surveys:code')}",
            "deadline": date_format(wave.closes_on, "DATE_FORMAT"),
            "contact": programme.contact_email,
            "constructed": wave.constructed,
        }
        subject = " ".join(get_template("surveys/mail/subject.txt").render(context).split())
        body = get_template("surveys/mail/body.txt").render(context).strip() + "\n"
    return EmailMessage(subject, body, to=[letter.email], reply_to=[programme.contact_email])
