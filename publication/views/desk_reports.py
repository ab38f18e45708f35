"""The desk's page of a release's reports: make them, follow it, hand a municipality its link. None is read here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from publication.actions import reports as actions
from publication.models import Release
from publication.report_queries import report_build_of, reports_made, reports_of_municipalities
from publication.views.scope import release_of, staff
from publication.views.steps import Steps
from surveys.permissions import Permission, requires

_of = Steps("publication:desk-reports", ("slug", "number"), "release", release_of, (actions.ReportError,))

make = _of.step(Permission.MAKE_REPORTS, actions.request, _("The reports are being made."))
stop = _of.step(Permission.MAKE_REPORTS, actions.stop, _("The making of reports is stopped. Those that are made stay."))


@requires(Permission.MAKE_REPORTS)
def reports(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _page(request, release_of(request, slug, number, Permission.MAKE_REPORTS))


@requires(Permission.MAKE_REPORTS)
@require_POST
def link(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """A new link, shown this once: the page is kept by no cache, and the link by nobody."""
    release = release_of(request, slug, number, Permission.MAKE_REPORTS)
    report = get_object_or_404(reports_of_municipalities(release), pk=pk)
    token = actions.make_link(report=report, by=staff(request))
    address = f"{settings.SITE_ADDRESS}{reverse('publication:report', args=[token])}"
    return _page(request, release, made={"name": report.name, "address": address})


def _page(request: HttpRequest, release: Release, *, made: dict[str, str] | None = None) -> HttpResponse:
    build = report_build_of(release)
    job = None if build is None else build.job
    context = {
        "programme": release.programme,
        "wave": release.run.wave,
        "release": release,
        "build": build,
        "job": job,
        "running": job is not None and not job.has_ended,
        "withdrawn": hasattr(release, "withdrawal"),
        "may_make": release.is_seen() and not hasattr(release, "withdrawal"),
        "counts": reports_made(release),
        "municipalities": list(reports_of_municipalities(release)),
        "made": made,
    }
    response = render(request, "publication/desk_reports.html", context)
    response["Cache-Control"] = "no-store"
    return response
