"""Who may do what: permissions and roles as code, and the marks that every view carries.

A view without a mark does not pass `tests/test_access.py`: each page is public, guarded by a link token, or
asks for a permission in the programme it shows.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    VIEW_DESK = "desk.view"
    EDIT_QUESTIONNAIRE = "questionnaire.edit"
    LOAD_FRAME = "frame.load"
    DRAW_SAMPLE = "sample.draw"
    RUN_FIELDWORK = "fieldwork.run"
    START_RUN = "run.start"
    VIEW_RUN = "run.view"
    EDIT_FOCUS = "focus.edit"
    REQUEST_RELEASE = "release.request"
    APPROVE_RELEASE = "release.approve"
    PUBLISH_RELEASE = "release.publish"
    MAKE_REPORTS = "reports.make"
    BUILD_MICRODATA = "microdata.build"
    DOWNLOAD_MICRODATA = "microdata.download"
    VIEW_CASES = "case.view"
    EDIT_CASE = "case.edit"
    PUBLISH_CASE = "case.publish"


class RoleName(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator: frame, sample, fieldwork, runs, requests releases")
    PUBLISHER = "publisher", _("Publisher: approves and publishes what somebody else requested")
    RESEARCHER = "researcher", _("Researcher: builds and downloads anonymised microdata files")


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    RoleName.ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_DESK,
            Permission.EDIT_QUESTIONNAIRE,
            Permission.LOAD_FRAME,
            Permission.DRAW_SAMPLE,
            Permission.RUN_FIELDWORK,
            Permission.START_RUN,
            Permission.VIEW_RUN,
            Permission.EDIT_FOCUS,
            Permission.REQUEST_RELEASE,
            Permission.VIEW_CASES,
            Permission.EDIT_CASE,
            Permission.MAKE_REPORTS,
        }
    ),
    RoleName.PUBLISHER: frozenset(
        {
            Permission.VIEW_DESK,
            Permission.VIEW_RUN,
            Permission.APPROVE_RELEASE,
            Permission.PUBLISH_RELEASE,
            Permission.VIEW_CASES,
            Permission.PUBLISH_CASE,
        }
    ),
    RoleName.RESEARCHER: frozenset(
        {Permission.VIEW_DESK, Permission.EDIT_FOCUS, Permission.BUILD_MICRODATA, Permission.DOWNLOAD_MICRODATA}
    ),
}

PUBLIC = "public"
TOKEN = "token"  # noqa: S105 - a mark, not a secret
SELF_TEST_GROUP = "self-test-group"
CASE_COPY = "case-copy"
CASE_LINK = "case-link"
SIGNED_OUT = "signed-out"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Actor(Protocol):
    """What a guard asks of a user."""

    @property
    def is_authenticated(self) -> bool: ...

    def may_anywhere(self, permission: Permission) -> bool: ...


def public(view: View) -> View:
    """Mark: anybody may see it. The connection guard allows it to read release tables and published cases alone."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def self_test_group(view: View) -> View:
    """Mark: anybody may see it. Beside the release tables it may read and write the groups of the self-test."""
    view.access = SELF_TEST_GROUP  # type: ignore[attr-defined]
    return view


def case_copy(view: View) -> View:
    """Mark: anybody may see it. Beside the public tables it may add a wish to copy a case, its mail and their job."""
    view.access = CASE_COPY  # type: ignore[attr-defined]
    return view


def case_link(view: View) -> View:
    """Mark: the view itself exchanges the link token of a case's respondent or adopter for the case.

    Another mark than the respondents' of a survey, whose pages are packed: here the address holds the token.
    """
    view.access = CASE_LINK  # type: ignore[attr-defined]
    return view


def signed_out(view: View) -> View:
    """Mark: anybody may see it, and it needs more than release tables (signing in, health)."""
    view.access = SIGNED_OUT  # type: ignore[attr-defined]
    return view


def token_guarded(view: View) -> View:
    """Mark: the view itself exchanges the respondent's link token or cookie for a sampled unit."""
    view.access = TOKEN  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Strangers go to the sign-in page; users without the permission in any programme get 403.

    The view then fetches its object from `Model.objects.visible_to(request.user, permission)`, so that an
    object of another programme is not found (404) even for a user who has the permission elsewhere.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = request.user
            if not user.is_authenticated:
                from django.contrib.auth.views import redirect_to_login

                # What was posted is gone by the time one is signed in, and its address need not have a page.
                shown = request.method in ("GET", "HEAD")
                return redirect_to_login(request.get_full_path() if shown else resolve_url(settings.LOGIN_REDIRECT_URL))
            if not user.may_anywhere(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
