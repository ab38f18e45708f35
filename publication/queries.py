"""Reads of publication. The public ones touch the two tables of releases and nothing else."""

from collections.abc import Sequence

from django.db.models import QuerySet

from analytics.models import Dataset, Run, RunState
from publication.disclosure.facts import Fact
from publication.models import (
    MicrodataFile,
    Release,
    ReleaseState,
    ReleaseTable,
    Report,
    ReportBuild,
    ReportKind,
    SelfTestGroup,
)
from surveys.models import SampledUnit, User, Wave
from surveys.permissions import Permission
from surveys.queries.respondents import token_hash

WORKPLACE = "workplace"  # the questionnaire of the self-test


def published_releases() -> QuerySet[Release]:
    """What everybody may see, the newest first."""
    return Release.objects.published().order_by("-published_at")


def published_tables(release: Release) -> Sequence[ReleaseTable]:
    return list(release.tables.all())


def newest_of_countries() -> dict[str, Release]:
    """The newest published release of the workplace questionnaire for each country that has one."""
    newest: dict[str, Release] = {}
    for release in published_releases():
        if release.manifest.get("instrument", {}).get("key") == WORKPLACE:
            for frame in release.manifest["dataset"]["frames"]:
                newest.setdefault(frame["country"], release)
    return newest


def group_of(code: str) -> SelfTestGroup | None:
    """The group of the self-test with this code, while its day lasts."""
    return SelfTestGroup.objects.running().filter(code=code).first()


def releases_of(wave: Wave) -> QuerySet[Release]:
    return Release.objects.filter(run__wave=wave).select_related("job", "requested_by", "run")


def runs_to_release(wave: Wave) -> QuerySet[Run]:
    """Finished runs without a release that is under way or published."""
    over = (ReleaseState.REJECTED, ReleaseState.FAILED)
    taken = Release.objects.filter(run__wave=wave).exclude(state__in=over).values("run_id")
    return Run.objects.filter(wave=wave, state=RunState.FINISHED).exclude(pk__in=taken)


def dataset_of(wave: Wave) -> Dataset | None:
    return Dataset.objects.filter(wave=wave).first()


def microdata_files(actor: User, wave: Wave) -> QuerySet[MicrodataFile]:
    """The actor's own files of the wave: each researcher answers for what they asked for."""
    files = MicrodataFile.objects.visible_to(actor, Permission.DOWNLOAD_MICRODATA)
    return files.filter(dataset__wave=wave, requested_by=actor).select_related("job", "dataset__wave")


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
