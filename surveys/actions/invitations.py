"""Links and messages: minted, handed over, passed on, withdrawn.

A token and its spoken twin, the code, stand in their message and nowhere else.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Job
from jobs.outbox import enqueue
from surveys.models import (
    RESPONDENT,
    SYSTEM,
    AuditEvent,
    Contact,
    Disposition,
    Invitation,
    Message,
    MessageKind,
    MessageState,
    SampledUnit,
    User,
    Wave,
    WaveState,
)
from surveys.queries.respondents import code_hash, instrument_of, token_hash

RECEIVES = {
    MessageKind.INVITATION: (Disposition.NOT_INVITED,),
    MessageKind.REMINDER: (Disposition.INVITED, Disposition.STARTED),
}
NO_ADDRESS = "no_address"
PASSED_ON_AT_MOST = 3
PRESSED_AGAIN = timedelta(minutes=10)  # the same address within this time is one wish, not two
# No two of these look or sound alike in the languages of the north; 18 to the power of 12 is 50 bits.
CODE_ALPHABET = "ACEFHKMNRTUXY34679"
CODE_LENGTH = 12


class InvitationError(ValueError):
    """A message or a link that cannot be made as asked."""


class WaveNotOpen(InvitationError):
    """Messages go out, and links work, while the wave is open."""


class NotPassedOn(InvitationError):
    """The link cannot go to another person as asked."""


class NobodyToSendTo(InvitationError):
    """No unit is due a message of this kind."""


@dataclass(frozen=True)
class Keys:
    """The two ways in that were just made. They are shown or sent once and cannot be read back."""

    token: str
    code: str


@dataclass(frozen=True)
class Letter:
    """One message on its way: everything the text needs. Lives in memory only, because of the token."""

    message_id: int
    email: str
    token: str
    code: str
    language: str
    workplace: str


def mint(*, sampled_unit: SampledUnit, by: User | str) -> str:
    """A new personal link for the unit; gives the token, which is not kept. Earlier links stay valid."""
    return mint_keys(sampled_unit=sampled_unit, by=by).token


@transaction.atomic
def mint_keys(*, sampled_unit: SampledUnit, by: User | str) -> Keys:
    """A new personal link and its spoken code, for instance to read out on the telephone."""
    keys = _mint([sampled_unit.pk])[sampled_unit.pk]
    AuditEvent.objects.record("invitation.minted", sampled_unit, by=by, programme=sampled_unit.wave.programme)
    return keys


@transaction.atomic
def share(*, sampled_unit: SampledUnit, section: str, by: User | str = RESPONDENT) -> Keys:
    """A colleague's link: good for one section of the questionnaire, and not for handing in.

    Raises InvitationError for a section that the questionnaire does not have.
    """
    sections = {page.section for page in instrument_of(sampled_unit.wave.instrument).pages}
    if section not in sections:
        raise InvitationError(f"section: expected one of {', '.join(sorted(sections))}, got {section[:40]!r}.")
    keys = _mint([sampled_unit.pk], section=section)[sampled_unit.pk]
    AuditEvent.objects.record(
        "invitation.shared", sampled_unit, by=by, programme=sampled_unit.wave.programme, section=section
    )
    return keys


@transaction.atomic
def take_back(*, sampled_unit: SampledUnit, section: str, by: User | str = RESPONDENT) -> int:
    """The colleagues' links to the section stop working at once; how many there were. What was answered stays."""
    mine = Invitation.objects.filter(sampled_unit=sampled_unit, section=section, withdrawn_at__isnull=True)
    taken = mine.exclude(section="").update(withdrawn_at=timezone.now())
    if taken:
        programme = sampled_unit.wave.programme
        AuditEvent.objects.record(
            "invitation.taken_back", sampled_unit, by=by, programme=programme, section=section, links=taken
        )
    return taken


@transaction.atomic
def pass_on(*, sampled_unit: SampledUnit, email: str, by: User | str = RESPONDENT) -> Job:
    """The link came to the wrong person: send a fresh one to the right one, whose address takes the place.

    The trail says that it happened and not to whom. Raises NotPassedOn for an address that is none, a unit whose key
    is destroyed, or when it was done three times already: then somebody must look at it.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotPassedOn(_("Write an e-mail address, for instance name@example.org.")) from error
    # Two statements: see standing.locked.
    SampledUnit.objects.select_for_update().only("pk").get(pk=sampled_unit.pk)
    unit = SampledUnit.objects.select_related("wave__programme").get(pk=sampled_unit.pk)
    if unit.wave.state != WaveState.OPEN:
        raise WaveNotOpen(f"The wave {unit.wave} is {unit.wave.state}. Links work while it is open.")
    if unit.unit_id is None:
        raise NotPassedOn(_("The address list of this survey is destroyed; nothing can be sent any more."))
    sent = Message.objects.filter(sampled_unit=unit, kind=MessageKind.PASSED_ON)
    number = (sent.aggregate(last=Max("number"))["last"] or 0) + 1
    just_now = sent.filter(created_at__gte=timezone.now() - PRESSED_AGAIN)
    if not (just_now.exists() and Contact.objects.filter(unit_id=unit.unit_id, email=email).exists()):
        _require_another_time(number)
        Contact.objects.update_or_create(unit_id=unit.unit_id, defaults={"email": email})
        Message.objects.create(sampled_unit=unit, kind=MessageKind.PASSED_ON, number=number, state=MessageState.QUEUED)
        AuditEvent.objects.record("invitation.passed_on", unit, by=by, programme=unit.wave.programme, number=number)
    arguments = {"wave_id": unit.wave_id, "kind": MessageKind.PASSED_ON.value}
    return enqueue("surveys.send_messages", arguments=arguments, by=None if isinstance(by, str) else by.pk)


def _require_another_time(number: int) -> None:
    if number > PASSED_ON_AT_MOST:
        raise NotPassedOn(_("The survey was passed on three times already. Write to the address at the foot instead."))


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | str) -> None:
    """The link stops working at once. Withdrawing twice changes nothing."""
    withdrawn = Invitation.objects.filter(pk=invitation.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
    if withdrawn:
        programme = invitation.sampled_unit.wave.programme
        AuditEvent.objects.record("invitation.withdrawn", invitation, by=by, programme=programme)


@transaction.atomic
def request_send(*, wave: Wave, kind: str, by: User) -> Job:
    """Write one message row per unit that is due one, and ask for the job that sends them.

    A unit gets one message of a kind however often this is asked: the row is unique. Units without an address
    are marked as unreachable. Raises WaveNotOpen, NobodyToSendTo.
    """
    wave = Wave.objects.select_related("programme").get(pk=wave.pk)
    if wave.state != WaveState.OPEN:
        raise WaveNotOpen(f"The wave {wave} is {wave.state}. Messages go out while it is open.")
    due = wave.sampled_units.filter(disposition__in=RECEIVES[MessageKind(kind)]).exclude(messages__kind=kind)
    reachable = list(due.filter(unit__contact__isnull=False).values_list("pk", flat=True))
    silent = list(due.filter(unit__contact__isnull=True).values_list("pk", flat=True))
    _queue(reachable, kind, MessageState.QUEUED)
    _queue(silent, kind, MessageState.FAILED, error=NO_ADDRESS)
    SampledUnit.objects.filter(pk__in=silent, disposition=Disposition.NOT_INVITED).update(
        disposition=Disposition.UNREACHABLE
    )
    if not Message.objects.filter(sampled_unit__wave=wave, kind=kind, state=MessageState.QUEUED).exists():
        raise NobodyToSendTo(f"No unit of the wave {wave} is waiting for a message of the kind {kind}.")
    detail = {"kind": kind, "messages": len(reachable), "without_address": len(silent)}
    AuditEvent.objects.record("messages.requested", wave, by=by, programme=wave.programme, **detail)
    return enqueue("surveys.send_messages", arguments={"wave_id": wave.pk, "kind": kind}, by=by.pk)


@transaction.atomic
def hand_over(*, wave: Wave, kind: str, limit: int) -> list[Letter]:
    """Take up to `limit` waiting messages for sending, each with a fresh link; two senders never take the same.

    From here on a row is `sending`: if the process dies it stays so and is shown to staff, since the mail may
    or may not have left. It is never sent again by itself. Raises WaveNotOpen when the wave was closed meanwhile:
    its links would not work.
    """
    if not Wave.objects.filter(pk=wave.pk, state=WaveState.OPEN).exists():
        raise WaveNotOpen(f"The wave {wave} is not open any more.")
    waiting = Message.objects.filter(sampled_unit__wave=wave, kind=kind, state=MessageState.QUEUED)
    rows = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("sampled_unit__unit")
        .order_by("pk")[:limit]
    )
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(state=MessageState.SENDING)
    contacts = Contact.objects.filter(unit__in=[row.sampled_unit.unit_id for row in rows if row.sampled_unit.unit_id])
    addresses = dict(contacts.values_list("unit_id", "email"))
    gone = [row.pk for row in rows if row.sampled_unit.unit_id not in addresses]
    Message.objects.filter(pk__in=gone).update(state=MessageState.FAILED, error=NO_ADDRESS)
    kept = [row for row in rows if row.pk not in set(gone)]
    keys = _mint([row.sampled_unit_id for row in kept])
    return [_letter(row, addresses, keys) for row in kept]


@transaction.atomic
def confirm(*, wave: Wave, sent: Collection[int], failed: Mapping[int, str], put_back: Collection[int] = ()) -> None:
    """Record how handed-over messages ended: `sent` left, `failed` were refused, `put_back` were never tried."""
    # The numbers say which wave; joining it in would make SQLite look at every message once more for each batch.
    handed = Message.objects.filter(state=MessageState.SENDING)
    handed.filter(pk__in=sent).update(state=MessageState.SENT, sent_at=timezone.now())
    for pk, error in failed.items():
        handed.filter(pk=pk).update(state=MessageState.FAILED, error=error[:300])
    handed.filter(pk__in=put_back).update(state=MessageState.QUEUED)
    units = SampledUnit.objects.filter(disposition=Disposition.NOT_INVITED)
    units.filter(messages__in=sent).update(disposition=Disposition.INVITED)
    units.filter(messages__in=list(failed)).update(disposition=Disposition.UNREACHABLE)
    AuditEvent.objects.record(
        "messages.sent", wave, by=SYSTEM, programme=wave.programme, sent=len(sent), failed=len(failed)
    )


def _queue(unit_ids: Sequence[int], kind: str, state: MessageState, error: str = "") -> None:
    Message.objects.bulk_create(
        [Message(sampled_unit_id=pk, kind=kind, state=state, error=error) for pk in unit_ids],
        ignore_conflicts=True,
        batch_size=500,
    )


def _mint(unit_ids: Sequence[int], *, section: str = "") -> dict[int, Keys]:
    """A token of 128 bits and a code for each unit; the database gets the keyed hashes."""
    made = {pk: Keys(secrets.token_urlsafe(16), _code()) for pk in unit_ids}
    Invitation.objects.bulk_create(
        Invitation(
            sampled_unit_id=pk, token_hash=token_hash(keys.token), code_hash=code_hash(keys.code), section=section
        )
        for pk, keys in made.items()
    )
    return made


def _code() -> str:
    """Twelve signs in three groups, made to be read out."""
    signs = "".join(secrets.choice(CODE_ALPHABET) for _number in range(CODE_LENGTH))
    return "-".join(signs[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def _letter(row: Message, addresses: Mapping[int, str], keys: Mapping[int, Keys]) -> Letter:
    unit = row.sampled_unit.unit
    assert unit is not None  # noqa: S101 - rows without a unit have no address and were left out
    return Letter(
        message_id=row.pk,
        email=addresses[unit.pk],
        token=keys[row.sampled_unit_id].token,
        code=keys[row.sampled_unit_id].code,
        language=row.sampled_unit.language,
        workplace=unit.name,
    )
