"""Links and messages: minted, handed over, confirmed, withdrawn. A token stands in its message and nowhere else."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.outbox import enqueue
from surveys.models import (
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
from surveys.queries.respondents import token_hash

RECEIVES = {
    MessageKind.INVITATION: (Disposition.NOT_INVITED,),
    MessageKind.REMINDER: (Disposition.INVITED, Disposition.STARTED),
}
NO_ADDRESS = "no_address"


class InvitationError(ValueError):
    """A message or a link that cannot be made as asked."""


class WaveNotOpen(InvitationError):
    """Messages go out, and links work, while the wave is open."""


class NobodyToSendTo(InvitationError):
    """No unit is due a message of this kind."""


@dataclass(frozen=True)
class Letter:
    """One message on its way: everything the text needs. Lives in memory only, because of the token."""

    message_id: int
    email: str
    token: str
    language: str
    workplace: str


@transaction.atomic
def mint(*, sampled_unit: SampledUnit, by: User | str) -> str:
    """A new personal link for the unit; gives the token, which is not kept. Earlier links stay valid."""
    token = _mint([sampled_unit.pk])[sampled_unit.pk]
    AuditEvent.objects.record("invitation.minted", sampled_unit, by=by, programme=sampled_unit.wave.programme)
    return token


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
    tokens = _mint([row.sampled_unit_id for row in kept])
    return [_letter(row, addresses, tokens) for row in kept]


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


def _mint(unit_ids: Sequence[int]) -> dict[int, str]:
    """A token of 128 bits for each unit; the database gets the keyed hash."""
    tokens = {pk: secrets.token_urlsafe(16) for pk in unit_ids}
    Invitation.objects.bulk_create(
        Invitation(sampled_unit_id=pk, token_hash=token_hash(token)) for pk, token in tokens.items()
    )
    return tokens


def _letter(row: Message, addresses: Mapping[int, str], tokens: Mapping[int, str]) -> Letter:
    unit = row.sampled_unit.unit
    assert unit is not None  # noqa: S101 - rows without a unit have no address and were left out
    return Letter(
        message_id=row.pk,
        email=addresses[unit.pk],
        token=tokens[row.sampled_unit_id],
        language=row.sampled_unit.language,
        workplace=unit.name,
    )
