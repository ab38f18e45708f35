"""The publication desk: ask for a release, see what would be public and what is withheld, decide, publish."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.models import Run
from publication.actions import releases as actions
from publication.models import Release, ReleaseState
from publication.queries import published_tables, releases_of, runs_to_release
from publication.views.figures import figure
from publication.views.protection import reasons_counted
from publication.views.scope import release_of, staff, wave_of
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_DESK)
def releases(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    found = list(releases_of(wave))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "releases": found,
        "runs": list(runs_to_release(wave)),
        "may_request": staff(request).may(Permission.REQUEST_RELEASE, wave.programme),
        "running": any(_is_being_built(release) for release in found),
    }
    return render(request, "publication/desk_releases.html", context)


@requires(Permission.REQUEST_RELEASE)
@require_POST
def request_release(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.REQUEST_RELEASE)
    number = request.POST.get("run", "")
    run = get_object_or_404(Run, wave=wave, pk=int(number) if number.isdigit() else 0)
    try:
        release = actions.request(run=run, by=staff(request))
    except actions.ReleaseError as error:
        messages.error(request, str(error))
        return redirect("publication:releases", slug, code)
    return redirect("publication:desk-release", slug, release.number)


@requires(Permission.VIEW_RUN)
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.VIEW_RUN)
    user = staff(request)
    country = request.GET.get("country", "")
    is_published = shown.state == ReleaseState.PUBLISHED
    context = {
        "programme": shown.programme,
        "wave": shown.run.wave,
        "release": shown,
        "running": _is_being_built(shown),
        "protection": reasons_counted(shown.protection),
        "figures": [figure(table.document, country=country) for table in published_tables(shown)],
        "may_decide": shown.state == ReleaseState.BUILT and user.may(Permission.APPROVE_RELEASE, shown.programme),
        "is_own": shown.requested_by_id == user.pk,
        "may_make_reports": is_published and user.may(Permission.MAKE_REPORTS, shown.programme),
        "may_publish": shown.state == ReleaseState.APPROVED and user.may(Permission.PUBLISH_RELEASE, shown.programme),
    }
    return render(request, "publication/desk_release.html", context)


@requires(Permission.APPROVE_RELEASE)
@require_POST
def approve(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    decided = release_of(request, slug, number, Permission.APPROVE_RELEASE)
    note = request.POST.get("note", "")
    done = _("The release is approved. Publish it when it is time.")
    return _carried_out(request, decided, done, lambda: actions.approve(release=decided, note=note, by=staff(request)))


@requires(Permission.APPROVE_RELEASE)
@require_POST
def reject(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    decided = release_of(request, slug, number, Permission.APPROVE_RELEASE)
    note = request.POST.get("note", "")
    done = _("The release is rejected.")
    return _carried_out(request, decided, done, lambda: actions.reject(release=decided, note=note, by=staff(request)))


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.PUBLISH_RELEASE)
    done = _("The release is published.")
    return _carried_out(request, shown, done, lambda: actions.publish(release=shown, by=staff(request)))


def _carried_out(request: HttpRequest, changed: Release, done: str, action: Callable[[], object]) -> HttpResponse:
    """Do it, say how it went, and show the release."""
    try:
        action()
        messages.success(request, done)
    except actions.ReleaseError as error:
        messages.error(request, str(error))
    return redirect("publication:desk-release", changed.programme.slug, changed.number)


def _is_being_built(release: Release) -> bool:
    return release.state == ReleaseState.REQUESTED and bool(release.job and not release.job.has_ended)
