"""Reports in the demonstration: asked for at the start, made by its worker beside the site, and where one is found.

Nothing waits for them: there are some 1,500, which take 25 ms of the processor each.
"""

from django.conf import settings
from django.urls import reverse

from publication.actions import reports
from publication.models import Release, Report
from publication.report_queries import report_build_of, reports_of_municipalities
from surveys.actions import invitations
from surveys.models import SYSTEM, Disposition, SampledUnit, User

SOON = "being made by the worker: look again in some minutes"


def ask(release: Release, *, by: User) -> None:
    """Queue the reports of the release, once: what somebody stopped at the desk is not begun again."""
    if report_build_of(release) is None:
        reports.request(release=release, by=by)


def lines(release: Release, *, by: User) -> list[str]:
    """Where a visitor finds the report of one workplace and of one municipality, as lines of the welcome."""
    return [*_of_workplace(release), *_of_municipality(release, by=by)]


def _of_workplace(release: Release) -> list[str]:
    """By the link that it answered by; the page says when the report comes, and shows it once it is made."""
    report = release.reports.filter(response__isnull=False).select_related("response__sampled_unit").first()
    unit = _any_that_answered(release) if report is None or report.response is None else report.response.sampled_unit
    if unit is None:
        return []
    link = f"{settings.SITE_ADDRESS}/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}"
    return [f"  Report           {link}", f"                   of a constructed workplace{_state(report)}"]


def _of_municipality(release: Release, *, by: User) -> list[str]:
    """By a link that is handed over; where there is no report yet, or somebody has its link, the desk's page of all."""
    report = reports_of_municipalities(release).first()
    if report is None or report.links.filter(withdrawn_at__isnull=True).exists():
        page = reverse("publication:desk-reports", args=[release.programme_slug, release.number])
        return [
            f"  Reports          {settings.SITE_ADDRESS}{page}",
            f"                   of municipalities, from constructed answers, for the administrator{_state(report)}",
        ]
    address = reverse("publication:report", args=[reports.make_link(report=report, by=by)])
    return [
        f"  Report           {settings.SITE_ADDRESS}{address}",
        f"                   of {report.name}, from constructed answers: nothing in it is true of {report.name}",
    ]


def _any_that_answered(release: Release) -> SampledUnit | None:
    answered = release.run.wave.sampled_units.filter(disposition=Disposition.COMPLETED)
    return answered.order_by("pseudonym").first()


def _state(report: Report | None) -> str:
    return f" ({SOON})" if report is None else ""
