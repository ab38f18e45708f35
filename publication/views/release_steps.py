"""The steps of a release, one button each: build, decide, publish, embargo, stop, withdraw."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publication.actions import releases as actions
from publication.models import Release
from publication.views.release_forms import EmbargoForm, WithdrawalForm
from publication.views.scope import release_of, staff
from surveys.permissions import Permission, requires


@requires(Permission.REQUEST_RELEASE)
@require_POST
def build(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    drafted = release_of(request, slug, number, Permission.REQUEST_RELEASE)
    done = _("The tables are being built, protected and attacked.")
    return _carried_out(request, drafted, done, lambda: actions.request(release=drafted, by=staff(request)))


@requires(Permission.REQUEST_RELEASE)
@require_POST
def discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    drafted = release_of(request, slug, number, Permission.REQUEST_RELEASE)
    done = _("The draft is given up.")
    return _carried_out(request, drafted, done, lambda: actions.discard(release=drafted, by=staff(request)))


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
    approved = "approved" in request.POST  # from the form that takes an approval back
    return _carried_out(
        request,
        decided,
        done,
        lambda: actions.reject(release=decided, note=note, approved=approved, by=staff(request)),
    )


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.PUBLISH_RELEASE)
    done = _("The release is published.")
    return _carried_out(request, shown, done, lambda: actions.publish(release=shown, by=staff(request)))


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def embargo(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.PUBLISH_RELEASE)
    form = EmbargoForm(request.POST)
    done = _("The release is embargoed: at its minute everybody sees it.")
    return _with_form(
        request, shown, done, form, lambda: actions.embargo(release=shown, until=form.minute(), by=staff(request))
    )


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def stop(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.PUBLISH_RELEASE)
    done = _("The release is stopped: it is approved, and has no minute.")
    return _carried_out(request, shown, done, lambda: actions.stop(release=shown, by=staff(request)))


@requires(Permission.PUBLISH_RELEASE)
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.PUBLISH_RELEASE)
    form = WithdrawalForm(request.POST)
    done = _("The release is withdrawn: its page says so, and why.")
    return _with_form(
        request,
        shown,
        done,
        form,
        lambda: actions.withdraw(release=shown, by=staff(request), **form.cleaned_data),
    )


def _with_form(
    request: HttpRequest, changed: Release, done: str, form: Form, action: Callable[[], object]
) -> HttpResponse:
    if form.is_valid():
        return _carried_out(request, changed, done, action)
    for name, errors in form.errors.items():
        messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
    return redirect("publication:desk-release", changed.programme.slug, changed.number)


def _carried_out(request: HttpRequest, changed: Release, done: str, action: Callable[[], object]) -> HttpResponse:
    """Do it, say how it went, and show the release."""
    try:
        action()
        messages.success(request, done)
    except actions.ReleaseError as error:
        messages.error(request, str(error))
    return redirect("publication:desk-release", changed.programme.slug, changed.number)
