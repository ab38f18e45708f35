"""From the address to the object, for this member of staff: what another programme has is not found."""

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from analytics.models import Run
from surveys.models import User, Wave
from surveys.permissions import Permission


def staff(request: HttpRequest) -> User:
    """Who is signed in; views reach this only behind their mark."""
    return cast("User", request.user)


def wave_of(request: HttpRequest, slug: str, code: str, permission: Permission) -> Wave:
    waves = Wave.objects.visible_to(staff(request), permission).select_related("programme")
    wave: Wave = get_object_or_404(waves, programme__slug=slug, code=code)
    return wave


def run_of(request: HttpRequest, slug: str, code: str, pk: int, permission: Permission) -> Run:
    runs = Run.objects.visible_to(staff(request), permission).select_related(
        "wave__programme", "instrument", "definitions", "dataset", "previous_dataset__wave", "job", "requested_by"
    )
    runs = runs.defer("instrument__document").prefetch_related("older_datasets__dataset")
    run: Run = get_object_or_404(runs, wave__programme__slug=slug, wave__code=code, pk=pk)
    return run
