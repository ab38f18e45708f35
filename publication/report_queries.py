"""Reads of the reports that organisations get."""

from django.db.models import QuerySet

from publication.disclosure.facts import Fact
from publication.models import Release, Report, ReportBuild, ReportKind
from surveys.models import SampledUnit
from surveys.queries.respondents import token_hash


def report_of(unit: SampledUnit) -> Report | None:
    """The workplace's report of the newest release that has one, once it is published."""
    mine = Report.objects.filter(response__sampled_unit=unit, release__in=Release.objects.published())
    return mine.order_by("-release__number").select_related("release").defer("pdf").first()


def report_behind(token: str) -> Report | None:
    """The municipality's report behind a link that works; None for unknown and withdrawn alike."""
    held = Report.objects.filter(
        kind=ReportKind.MUNICIPALITY,
        release__in=Release.objects.published(),
        links__token_hash=token_hash(token),
        links__withdrawn_at__isnull=True,
    )
    return held.select_related("release").defer("pdf").first()


def report_build_of(release: Release) -> ReportBuild | None:
    return ReportBuild.objects.filter(release=release).select_related("job").first()


def reports_made(release: Release) -> dict[str, int]:
    """How many reports of each kind stand."""
    return {str(kind): release.reports.filter(kind=kind).count() for kind in ReportKind}


def reports_of_municipalities(release: Release) -> QuerySet[Report]:
    return release.reports.filter(kind=ReportKind.MUNICIPALITY).defer("pdf", "document")


def facts_told(release: Release) -> list[Fact]:
    """Every count that a report has told an organisation of its own workplaces, for the ledger of what is known."""
    documents = release.reports.filter(kind=ReportKind.MUNICIPALITY).values_list("document", flat=True)
    return [Fact(**fact) for document in documents for fact in document["facts"]]
