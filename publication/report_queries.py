"""Reads of the reports that organisations get."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from publication.disclosure.facts import Fact
from publication.models import Release, Report, ReportBuild, ReportKind
from surveys.models import Programme, SampledUnit
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


@dataclass(frozen=True)
class Told:
    """A report of a municipality as an attacker has read it, whether or not its link was handed over.

    The mark names it and says what it told: a report is never changed, so that equal marks are equal counts.
    `left_out` are the counts of the municipality that it does not tell, and nothing else may.
    """

    release: int
    mark: str
    facts: tuple[Fact, ...]
    left_out: tuple[Fact, ...]


def reports_told(programme: Programme, marks: Container[str] | None = None) -> list[Told]:
    """The reports of municipalities of a programme, in the order of release and municipality; with `marks`, these."""
    found = _of_municipalities(programme).values_list(*MARKED, "document__facts", "document__left_out")
    return [
        Told(number, _mark(number, *rest), _facts(told), _facts(left_out))
        for number, *rest, told, left_out in found
        if marks is None or _mark(number, *rest) in marks
    ]


def _facts(kept: Iterable[Mapping[str, Any]] | None) -> tuple[Fact, ...]:
    return tuple(Fact(**fact) for fact in kept or ())


def marks_told(programme: Programme) -> dict[str, int]:
    """The marks of the reports of municipalities, each with the number of its release."""
    return {_mark(*one): one[0] for one in _of_municipalities(programme).values_list(*MARKED)}


@dataclass(frozen=True)
class Met:
    """What stood beside the reports of a release when it was decided what they tell."""

    releases: frozenset[int]
    reports: frozenset[str]  # of other releases


def met_by(release: Release) -> Met:
    """As everything stands now."""
    releases = Release.objects.told().filter(programme=release.programme).values_list("number", flat=True)
    others = {mark for mark, number in marks_told(release.programme).items() if number != release.number}
    return Met(frozenset(releases), frozenset(others))


MARKED = ("release__number", "municipality", "content_hash")


def _of_municipalities(programme: Programme) -> QuerySet[Report]:
    found = Report.objects.filter(kind=ReportKind.MUNICIPALITY, release__programme=programme)
    return found.order_by("release__number", "municipality")


def _mark(number: int, municipality: str, content_hash: str) -> str:
    return f"{number}|{municipality}|{content_hash}"
