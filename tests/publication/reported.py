"""Reports of a few workplaces and municipalities, and who reads them."""

from collections.abc import Iterator
from typing import Any

from django.core import signing
from django.test import Client
from django.urls import reverse

from publication.models import Release, Report, ReportKind
from publication.work import reports as work
from surveys.actions import invitations
from surveys.models import SYSTEM, Invitation, SampledUnit
from surveys.queries.visits import COOKIE, SALT

EVERY = work.pieces_of  # as it is before a test puts `few` in its place


def few(release: Release) -> Iterator[work.Piece]:
    """Six workplaces of Norway and three municipalities: the whole wave would only take longer."""
    pieces = list(EVERY(release))
    yield from [one for one in pieces if one.kind == ReportKind.WORKPLACE][:6]
    yield from [one for one in pieces if one.kind == ReportKind.MUNICIPALITY][:3]


def workplace(release: Release) -> Report:
    return release.reports.filter(kind=ReportKind.WORKPLACE).order_by("pk")[0]


def municipality(release: Release) -> Report:
    return release.reports.filter(kind=ReportKind.MUNICIPALITY)[0]


def browser_of(unit: SampledUnit | None) -> Client:
    """With the cookie that the unit's link gives."""
    client = Client(headers={"accept-language": "en"})
    if unit is not None:
        invitations.mint(sampled_unit=unit, by=SYSTEM)
        invitation = Invitation.objects.filter(sampled_unit=unit).latest("pk")
        client.cookies[COOKIE] = signing.dumps({"invitation": invitation.pk, "device": "d"}, salt=SALT)
    return client


def unit_of(report: Report) -> SampledUnit:
    assert report.response is not None
    return report.response.sampled_unit


def own_page(client: Client) -> Any:
    return client.get(reverse("publication:respond-report"))
