"""From the address to the object, for this member of staff: what another programme has is not found."""

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from surveys.models import Frame, InstrumentVersion, Programme, User, Wave
from surveys.permissions import Permission


def staff(request: HttpRequest) -> User:
    """Who is signed in; views reach this only behind their mark."""
    return cast("User", request.user)


def programme_of(request: HttpRequest, slug: str, permission: Permission) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(staff(request), permission), slug=slug)


def wave_of(request: HttpRequest, slug: str, code: str, permission: Permission) -> Wave:
    waves = Wave.objects.visible_to(staff(request), permission).select_related("programme", "instrument")
    wave: Wave = get_object_or_404(waves.defer("instrument__document"), programme__slug=slug, code=code)
    return wave


def frame_of(request: HttpRequest, slug: str, pk: int, permission: Permission) -> Frame:
    frames = Frame.objects.visible_to(staff(request), permission).select_related("programme", "job").defer("upload")
    frame: Frame = get_object_or_404(frames, programme__slug=slug, pk=pk)
    return frame


def version_of(request: HttpRequest, slug: str, pk: int, permission: Permission) -> InstrumentVersion:
    versions = InstrumentVersion.objects.visible_to(staff(request), permission).select_related("programme")
    version: InstrumentVersion = get_object_or_404(versions, programme__slug=slug, pk=pk)
    return version
