"""Links and messages: one of each, whoever presses and whatever is killed."""

import re
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.actions import invitations, waves
from surveys.actions.invitations import NobodyToSendTo, WaveNotOpen
from surveys.models import (
    SYSTEM,
    AuditEvent,
    Contact,
    Disposition,
    Invitation,
    Message,
    MessageState,
    SampledUnit,
    User,
    Wave,
    WaveState,
)
from surveys.queries import sampled_unit_of
from surveys.queries.respondents import token_hash
from tests import make

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://127\.0\.0\.1:8000/s/(\S+)")


def drawn(count: int) -> tuple[Wave, User]:
    programme = make.programme()
    wave = make.wave(programme)
    make.drawn(wave, make.frame(programme, units=make.units(count)), size=count)
    return wave, make.user("administrator", programme)


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "state"))


def test_a_token_has_128_bits_and_only_its_keyed_hash_is_kept():
    wave, _administrator = drawn(1)
    token = invitations.mint(sampled_unit=wave.sampled_units.get(), by=SYSTEM)
    stored = Invitation.objects.get()
    assert len(token) == 22
    assert stored.token_hash == token_hash(token)
    assert token not in str(Invitation.objects.values()) + str(AuditEvent.objects.values())
    assert sampled_unit_of(token) == wave.sampled_units.get()
    assert sampled_unit_of(token[:-1]) is None


def test_withdrawing_is_recorded_once():
    wave, _administrator = drawn(1)
    token = invitations.mint(sampled_unit=wave.sampled_units.get(), by=SYSTEM)
    for _time in range(2):
        invitations.withdraw(invitation=Invitation.objects.get(), by=SYSTEM)
    assert sampled_unit_of(token) is None
    assert AuditEvent.objects.filter(action="invitation.withdrawn").count() == 1


def test_every_unit_gets_one_letter_with_a_link_that_works():
    wave, administrator = drawn(3)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    assert len(mail.outbox) == 3
    assert states() == [("invitation", "sent")] * 3
    for letter in mail.outbox:
        unit = sampled_unit_of(LINK.search(letter.body).group(1))
        assert letter.to == [unit.unit.contact.email]
        assert letter.reply_to == ["barometer@example.org"]
        assert unit.disposition == Disposition.INVITED
        for said in ("Eieren", unit.unit.name, "31. desember 2030", "barometer@example.org"):
            assert said in letter.body
    job = Job.objects.get()
    assert (job.state, job.arguments) == (JobState.DONE, {"wave_id": wave.pk, "kind": "invitation"})


def test_the_letter_is_in_the_language_of_the_unit():
    wave, administrator = drawn(2)
    SampledUnit.objects.filter(pk=wave.sampled_units.first().pk).update(language="en")
    SampledUnit.objects.filter(pk=wave.sampled_units.last().pk).update(language="fi")
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    assert "The owner" in mail.outbox[0].body
    assert "Eieren" in mail.outbox[1].body


def test_pressing_twice_sends_once():
    wave, administrator = drawn(3)
    for _time in range(2):
        invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    assert len(mail.outbox) == 3
    with pytest.raises(NobodyToSendTo):
        invitations.request_send(wave=wave, kind="invitation", by=administrator)


def test_a_reminder_goes_to_those_who_have_not_answered():
    wave, administrator = drawn(4)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    done, declined, started, waiting = wave.sampled_units.order_by("pk")
    for unit, disposition in ((done, "completed"), (declined, "declined"), (started, "started")):
        SampledUnit.objects.filter(pk=unit.pk).update(disposition=disposition)
    mail.outbox.clear()
    invitations.request_send(wave=wave, kind="reminder", by=administrator)
    run_due()
    sent = Message.objects.filter(kind="reminder", state="sent").values_list("sampled_unit", flat=True)
    assert set(sent) == {started.pk, waiting.pk}
    assert len(mail.outbox) == 2


def test_a_unit_without_an_address_is_unreachable():
    wave, administrator = drawn(2)
    unit = wave.sampled_units.first()
    Contact.objects.filter(unit=unit.unit).delete()
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    unit.refresh_from_db()
    message = unit.messages.get()
    assert (unit.disposition, message.state, message.error) == (Disposition.UNREACHABLE, "failed", "no_address")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED])
def test_messages_go_out_while_the_wave_is_open(state):
    wave, administrator = drawn(1)
    Wave.objects.update(state=state)
    with pytest.raises(WaveNotOpen):
        invitations.request_send(wave=wave, kind="invitation", by=administrator)


def test_what_was_handed_over_by_a_killed_worker_is_not_sent_again(monkeypatch):
    wave, administrator = drawn(6)
    monkeypatch.setattr("surveys.work.messages.BATCH", 2)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    invitations.hand_over(wave=wave, kind="invitation", limit=2)  # and then the worker died
    run_due()
    assert [state for _kind, state in states()] == ["sending", "sending", "sent", "sent", "sent", "sent"]
    assert len(mail.outbox) == 4


def test_nothing_more_is_sent_when_the_wave_is_closed_meanwhile(monkeypatch):
    wave, administrator = drawn(3)
    monkeypatch.setattr("surveys.work.messages.BATCH", 2)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    invitations.confirm(
        wave=wave,
        sent=[letter.message_id for letter in invitations.hand_over(wave=wave, kind="invitation", limit=2)],
        failed={},
    )
    waves.close(wave=wave, by=administrator)
    run_due()
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "lukket" in job.error
    assert [state for _kind, state in states()] == ["sent", "sent", "queued"]
    assert mail.outbox == []


class Refusing(EmailBackend):
    """A mail server that knows one address not."""

    def send_messages(self, messages):
        if messages[0].to == ["u00001@example.org"]:
            raise SMTPRecipientsRefused({"u00001@example.org": (550, b"unknown user")})
        return super().send_messages(messages)


class Breaking(EmailBackend):
    """A line that breaks at the second letter, once."""

    broken = 0

    def send_messages(self, messages):
        Breaking.broken += 1
        if Breaking.broken == 2:
            raise SMTPServerDisconnected("gone")
        return super().send_messages(messages)


def test_a_refused_address_is_recorded_and_the_others_get_theirs(settings):
    settings.EMAIL_BACKEND = "tests.surveys.test_invitations.Refusing"
    wave, administrator = drawn(3)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    failed = Message.objects.get(state=MessageState.FAILED)
    assert "550" in failed.error
    assert failed.sampled_unit.disposition == Disposition.UNREACHABLE
    assert Message.objects.filter(state=MessageState.SENT).count() == 2


def test_a_broken_line_leaves_one_letter_in_doubt_and_the_rest_is_sent_by_the_next_try(settings):
    settings.EMAIL_BACKEND = "tests.surveys.test_invitations.Breaking"
    Breaking.broken = 0
    wave, administrator = drawn(4)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    run_due()
    assert [state for _kind, state in states()] == ["sent", "sending", "sent", "sent"]
    assert Job.objects.get().state == JobState.DONE


def test_mail_as_files_is_one_file_a_letter_and_quick(settings, tmp_path: Path):
    settings.EMAIL_BACKEND = "barometer.mail.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    wave, administrator = drawn(300)
    invitations.request_send(wave=wave, kind="invitation", by=administrator)
    begun = time.monotonic()
    run_due()
    assert time.monotonic() - begun < 10
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 300
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    letter = message_from_bytes(files[0].read_bytes(), policy=default)
    token = LINK.search(letter.get_content()).group(1)
    assert letter["To"] == sampled_unit_of(token).unit.contact.email
