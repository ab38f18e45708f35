"""Reads of publication. The public ones touch the two tables of releases and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from analytics.core.definition_documents import from_document
from analytics.models import Dataset, Run, RunState
from publication.models import Announcement, MicrodataFile, Release, ReleaseTable, SelfTestGroup
from publication.models.releases import OVER
from surveys.models import User, Wave
from surveys.models.programme import in_readers_language
from surveys.permissions import Permission

WORKPLACE = "workplace"  # the questionnaire of the self-test


def published_releases() -> QuerySet[Release]:
    """What everybody may see, the newest first."""
    return Release.objects.published().order_by("-published_at")


def announcements() -> QuerySet[Announcement]:
    """The calendar: everything announced, the next one first."""
    return Announcement.objects.order_by("planned_for")


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
    taken = Release.objects.filter(run__wave=wave).exclude(state__in=OVER).values("run_id")
    return Run.objects.filter(wave=wave, state=RunState.FINISHED).exclude(pk__in=taken)


@dataclass(frozen=True)
class Publishable:
    """An indicator or index that a release may hold; main ones are estimated at the finest nodes too."""

    key: str
    title: str
    is_main: bool


def publishable(run: Run) -> tuple[Publishable, ...]:
    """What a release of the run may hold, in the order of its definitions, with titles in the reader's language."""
    definitions = from_document(run.definitions.document)
    main = {measure.indicator for measure in definitions.measures if definitions.is_main(measure)}
    return tuple(
        Publishable(
            entry.key,
            in_readers_language({language: text.title for language, text in entry.texts.items()}) or entry.key,
            entry.key in main,
        )
        for entry in definitions.entries
        if entry.published
    )


def replaceable(wave: Wave) -> QuerySet[Release]:
    """Published releases of the wave that nothing replaces or is about to replace."""
    followed = Release.objects.filter(replaces__isnull=False).exclude(state__in=OVER).values("replaces_id")
    return Release.objects.published().filter(run__wave=wave).exclude(pk__in=followed)


def runs_of(wave: Wave) -> QuerySet[Run]:
    """The wave's finished runs."""
    return Run.objects.filter(wave=wave, state=RunState.FINISHED)


def dataset_of(wave: Wave) -> Dataset | None:
    return Dataset.objects.filter(wave=wave).first()


def microdata_files(actor: User, wave: Wave) -> QuerySet[MicrodataFile]:
    """The actor's own files of the wave: each researcher answers for what they asked for."""
    files = MicrodataFile.objects.visible_to(actor, Permission.DOWNLOAD_MICRODATA)
    return files.filter(dataset__wave=wave, requested_by=actor).select_related("job", "dataset__wave")
