"""Erasure: destroying the key between answers and named workplaces at its date."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import (
    AuditEvent,
    Contact,
    Frame,
    FrameState,
    Invitation,
    Message,
    SampledUnit,
    User,
    Wave,
    WaveState,
    key_destroyed,
)


class WaveStillOpen(ValueError):
    """The key is needed until the wave is closed."""


@transaction.atomic
def destroy_contact_key(*, wave: Wave, by: User) -> None:
    """Delete the addresses, cut the link from sampled units to the register, withdraw the links.

    Answers, strata, probabilities and pseudonyms stay. A frame that another wave still needs (not closed, or its
    own key not destroyed) keeps its addresses until that wave's key is destroyed too. What other apps have made for
    single workplaces goes in the same transaction.
    """
    wave = Wave.objects.select_for_update(of=("self",)).select_related("programme").get(pk=wave.pk)
    if wave.state != WaveState.CLOSED:
        raise WaveStillOpen(_("Close the wave before its contacts are destroyed."))
    units = SampledUnit.objects.filter(wave=wave, unit__isnull=False).update(unit=None)
    frames = Frame.objects.filter(plans__wave=wave).exclude(pk__in=_frames_still_needed(wave))
    contacts = Contact.objects.filter(unit__frame__in=frames).delete()[0]
    _forget_refused_addresses(wave)
    invitations = Invitation.objects.filter(sampled_unit__wave=wave, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
    Message.objects.filter(sampled_unit__wave=wave).exclude(error="").update(error="erased")
    key_destroyed.send(sender=Wave, wave=wave)
    AuditEvent.objects.record(
        "wave.contacts_destroyed",
        wave,
        by=by,
        programme=wave.programme,
        wave=wave.code,
        units=units,
        contacts=contacts,
        invitations=invitations,
    )


def _forget_refused_addresses(wave: Wave) -> None:
    """What stood in the e-mail column of files that were refused; loaded frames keep no such findings."""
    for frame in Frame.objects.filter(
        programme=wave.programme, country__in=wave.countries, state=FrameState.REFUSED
    ).defer("upload"):
        frame.errors = [{**error, "got": ""} if error["column"] == "email" else error for error in frame.errors]
        frame.save(update_fields=["errors"])


def _frames_still_needed(wave: Wave) -> list[int]:
    others = Wave.objects.filter(programme=wave.programme).exclude(pk=wave.pk)
    not_closed = others.exclude(state=WaveState.CLOSED).values_list("plans__frame", flat=True)
    with_key = others.filter(sampled_units__unit__isnull=False).values_list("sampled_units__unit__frame", flat=True)
    return [pk for pk in {*not_closed, *with_key.distinct()} if pk is not None]
