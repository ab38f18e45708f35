"""From the address to the object, for this member of staff: what another programme has is not found."""

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from publication.models import Release
from surveys.models import User, Wave
from surveys.permissions import Permission


def staff(request: HttpRequest) -> User:
    """Who is signed in; views reach this only behind their mark."""
    return cast("User", request.user)


def wave_of(request: HttpRequest, slug: str, code: str, permission: Permission) -> Wave:
    waves = Wave.objects.visible_to(staff(request), permission).select_related("programme")
    wave: Wave = get_object_or_404(waves, programme__slug=slug, code=code)
    return wave


def release_of(request: HttpRequest, slug: str, number: int, permission: Permission) -> Release:
    releases = Release.objects.visible_to(staff(request), permission).select_related(
        "programme", "run__wave", "job", "requested_by", "decided_by", "published_by"
    )
    release: Release = get_object_or_404(releases, programme__slug=slug, number=number)
    return release
