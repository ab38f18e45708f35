"""From the address to the coding or entry, for this member of staff: what is not theirs to see is not found."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from analytics import queries
from analytics.models import FocusCoding, PolicyInstrument
from analytics.views.scope import staff
from surveys.models import Programme
from surveys.permissions import Permission


def programme_of(request: HttpRequest, slug: str, permission: Permission = Permission.VIEW_DESK) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(staff(request), permission), slug=slug)


def coding_of(request: HttpRequest, slug: str, pk: int, permission: Permission = Permission.VIEW_DESK) -> FocusCoding:
    """A closed coding, or an open one of one's own."""
    programme = programme_of(request, slug, permission)
    return get_object_or_404(queries.codings_open_to(staff(request), programme), pk=pk)


def own_open_coding_of(request: HttpRequest, slug: str, pk: int) -> FocusCoding:
    """For changing: an open coding of one's own."""
    programme = programme_of(request, slug, Permission.EDIT_FOCUS)
    own = queries.codings_open_to(staff(request), programme).filter(coder=staff(request), closed_at__isnull=True)
    return get_object_or_404(own, pk=pk)


def entry_of(
    request: HttpRequest, slug: str, pk: int, permission: Permission = Permission.VIEW_DESK
) -> PolicyInstrument:
    entries = PolicyInstrument.objects.visible_to(staff(request), permission).select_related(
        "programme", "previous", "made_by"
    )
    entry: PolicyInstrument = get_object_or_404(entries, programme__slug=slug, pk=pk)
    return entry


def may_edit(request: HttpRequest, programme: Programme) -> bool:
    return staff(request).may(Permission.EDIT_FOCUS, programme)
