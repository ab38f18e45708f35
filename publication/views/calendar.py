"""The desk's side of the release calendar."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publication.actions import announcements as actions
from publication.models import Announcement
from publication.views.release_forms import AnnouncementForm, MoveForm
from publication.views.scope import staff, wave_of
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


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def announce(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.PUBLISH_RELEASE)
    form = AnnouncementForm(request.POST)
    done = _("The date stands in the calendar.")
    return _carried_out(
        request, wave, form, done, lambda: actions.announce(wave=wave, by=staff(request), **form.cleaned_data)
    )


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def move(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.PUBLISH_RELEASE)
    entry = get_object_or_404(_of(wave, request), pk=pk)
    form = MoveForm(request.POST)
    done = _("The date is moved; the calendar says so.")
    return _carried_out(
        request, wave, form, done, lambda: actions.move(announcement=entry, by=staff(request), **form.cleaned_data)
    )


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def cancel(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.PUBLISH_RELEASE)
    entry = get_object_or_404(_of(wave, request), pk=pk)
    done = _("The date is cancelled; the calendar says so.")
    return _carried_out(request, wave, Form({}), done, lambda: actions.cancel(announcement=entry, by=staff(request)))


def _moves(entry: Announcement) -> list[tuple[datetime, str]]:
    """The dates it had, as times of this site, with the reason of each move."""
    return [(datetime.fromisoformat(move["from"]), move["reason"]) for move in entry.moves]


def _of(wave: Wave, request: HttpRequest) -> QuerySet[Announcement]:
    return Announcement.objects.visible_to(staff(request), Permission.VIEW_DESK).filter(
        programme=wave.programme, wave_code=wave.code
    )


def _carried_out(request: HttpRequest, wave: Wave, form: Form, done: str, action: Callable[[], object]) -> HttpResponse:
    """Do it, say how it went, and show the calendar."""
    if form.is_valid():
        try:
            action()
            messages.success(request, done)
        except actions.AnnouncementError as error:
            messages.error(request, str(error))
    for name, errors in form.errors.items():
        messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
    return redirect("publication:desk-calendar", wave.programme.slug, wave.code)
