"""The release calendar: announced beforehand, moved by exception and with a reason, cancelled in the open."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publication.models import Announcement, Relation, Release, ReleaseState
from surveys.models import AuditEvent, User, Wave


class AnnouncementError(ValueError):
    """A change that the calendar cannot take."""


@transaction.atomic
def announce(*, wave: Wave, planned_for: datetime, note: str = "", by: User) -> Announcement:
    """Tell everybody when figures of the wave will be published.

    Raises:
        AnnouncementError: the minute is past, or no whole one.
    """
    _check_minute(planned_for)
    programme = wave.programme
    announcement = Announcement.objects.create(
        programme=programme,
        programme_slug=programme.slug,
        programme_names=programme.names,
        wave_code=wave.code,
        constructed=programme.constructed or wave.constructed,
        planned_for=planned_for,
        note=note,
        announced_by=by,
        release=_waiting_for(wave.programme_id, wave.code, planned_for),
    )
    _record("release.announced", announcement, by=by, planned_for=planned_for.isoformat())
    return announcement


@transaction.atomic
def move(*, announcement: Announcement, planned_for: datetime, reason: str, by: User) -> Announcement:
    """Change an announced date: the old one and the reason stay in the calendar."""
    _check_minute(planned_for)
    held: Announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
    _check_open(held)
    if not reason.strip():
        raise AnnouncementError(_("Say why the date is moved: everybody reads the reason."))
    moved = {"from": held.planned_for.isoformat(), "to": planned_for.isoformat()}
    held.moves = [*held.moves, {**moved, "at": timezone.now().isoformat(), "reason": reason.strip()}]
    held.planned_for = planned_for
    held.release = _waiting_for(held.programme_id, held.wave_code, planned_for)
    held.save(update_fields=["moves", "planned_for", "release"])
    _record("release.date_moved", held, by=by, **moved)
    return held


@transaction.atomic
def cancel(*, announcement: Announcement, by: User) -> Announcement:
    """Say that what was announced will not come; the entry stays."""
    held: Announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
    _check_open(held)
    held.cancelled_at = timezone.now()
    held.save(update_fields=["cancelled_at"])
    _record("release.cancelled", held, by=by)
    return held


def meet(*, release: Release, at: datetime) -> None:
    """Note with the calendar what comes of its date, in the transaction that publishes or embargoes the release.

    Where a date is still to come, the release comes at it; a correction may come on any day. Late is better than never.

    Raises:
        AnnouncementError: the calendar tells another minute that is still to come.
    """
    part(release=release)
    mine = Announcement.objects.select_for_update().filter(
        programme=release.programme_id, wave_code=release.wave_code, cancelled_at__isnull=True, release__isnull=True
    )
    now = timezone.now()
    entry = mine.filter(planned_for=at).first()
    coming = mine.filter(planned_for__gt=now).order_by("planned_for").first()
    if entry is None and coming is not None and release.relation != Relation.CORRECTION:
        text = _("The calendar says %(date)s. Move the date with a reason first, or publish at it.")
        day = date_format(timezone.localtime(coming.planned_for), "DATETIME_FORMAT")
        raise AnnouncementError(text % {"date": day})
    entry = entry or mine.filter(planned_for__lte=now).order_by("-planned_for").first()
    if entry is not None:
        Announcement.objects.filter(pk=entry.pk).update(release=release)


def _waiting_for(programme: int, wave_code: str, minute: datetime) -> Release | None:
    """The release of the wave that is embargoed to the minute already, and that no other date tells of."""
    waiting = Release.objects.filter(
        programme=programme, wave_code=wave_code, state=ReleaseState.EMBARGOED, published_at=minute
    )
    found: Release | None = waiting.filter(announcement__isnull=True).first()
    return found


def part(*, release: Release) -> None:
    """The release is stopped: nothing has come of the date yet."""
    Announcement.objects.filter(release=release).update(release=None)


def _check_open(announcement: Announcement) -> None:
    if announcement.cancelled_at or announcement.planned_for <= timezone.now():
        raise AnnouncementError(_("The date is past or cancelled; announce a new one."))
    if announcement.release_id is not None:
        raise AnnouncementError(_("A release is embargoed to this date. Stop the release first."))


def _check_minute(planned_for: datetime) -> None:
    if planned_for.second or planned_for.microsecond or planned_for <= timezone.now():
        raise AnnouncementError(_("A date of the calendar is a whole minute that is still to come."))


def _record(action: str, announcement: Announcement, *, by: User, **detail: object) -> None:
    about = {"wave": announcement.wave_code, "announcement": announcement.pk}
    AuditEvent.objects.record(action, announcement, by=by, programme=announcement.programme, **about, **detail)
