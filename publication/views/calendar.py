"""The desk's side of the release calendar."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publication.actions import announcements as actions
from publication.models import Announcement
from publication.views.release_forms import AnnouncementForm, MoveForm
from publication.views.scope import staff, wave_of
from publication.views.steps import Steps
from surveys.models import Wave
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_DESK)
def calendar(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    now = timezone.now()
    entries = list(_of(wave, request))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "entries": [(entry, entry.planned_for > now and not entry.cancelled_at, _moves(entry)) for entry in entries],
        "form": AnnouncementForm(),
        "move_form": MoveForm(),
        "may_announce": staff(request).may(Permission.PUBLISH_RELEASE, wave.programme),
    }
    return render(request, "publication/desk_calendar.html", context)


def entry_of(request: HttpRequest, slug: str, code: str, pk: int, permission: Permission) -> Announcement:
    """A date of the wave's calendar, for those who may move it."""
    entry: Announcement = get_object_or_404(_of(wave_of(request, slug, code, permission), request), pk=pk)
    return entry


def _moves(entry: Announcement) -> list[tuple[datetime, str]]:
    """The dates it had, as times of this site, with the reason of each move."""
    return [(datetime.fromisoformat(move["from"]), move["reason"]) for move in entry.moves]


def _of(wave: Wave, request: HttpRequest) -> QuerySet[Announcement]:
    return Announcement.objects.visible_to(staff(request), Permission.VIEW_DESK).filter(
        programme=wave.programme, wave_code=wave.code
    )


_of_wave = Steps("publication:desk-calendar", ("slug", "code"), "wave", wave_of, (actions.AnnouncementError,))
_of_entry = replace(_of_wave, changes="announcement", find=entry_of)

announce = _of_wave.step(
    Permission.PUBLISH_RELEASE, actions.announce, _("The date stands in the calendar."), AnnouncementForm
)
move = _of_entry.step(Permission.PUBLISH_RELEASE, actions.move, _("The date is moved; the calendar says so."), MoveForm)
cancel = _of_entry.step(Permission.PUBLISH_RELEASE, actions.cancel, _("The date is cancelled; the calendar says so."))
