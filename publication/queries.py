"""Reads of publication. The public ones touch what is published or announced and nothing else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from analytics.core.definition_documents import from_document
from analytics.core.definitions import Indicator
from analytics.models import Dataset, Run, RunState
from publication.models import (
    Announcement,
    MicrodataFile,
    Release,
    ReleaseFile,
    ReleaseTable,
    SelfTestGroup,
    Withdrawal,
)
from publication.models.releases import FROZEN, ReleaseState
from surveys.models import User, Wave
from surveys.models.programme import in_readers_language
from surveys.permissions import Permission

WORKPLACE = "workplace"  # the questionnaire of the self-test
LONG = ("protection", "revision", "manifest", "plan")  # what most pages of a release do not show
WITHDRAWN = ("withdrawal__pk", "withdrawal__hides_numbers", "withdrawal__withdrawn_at")
REVISION = "revision.json"  # what differs from the release that this one replaces, with the numbers of both
QUALITY = "quality.json"  # the quality declaration among the files of a release


def published_releases() -> QuerySet[Release]:
    """What everybody may see, the newest first."""
    return Release.objects.published().order_by("-published_at")


def announcements() -> QuerySet[Announcement]:
    """The calendar: everything announced, the next one first."""
    return Announcement.objects.order_by("planned_for")


def published_tables(release: Release) -> Sequence[ReleaseTable]:
    return list(release.tables.all())


def newest_of_countries() -> dict[str, Release]:
    """For each country the release of the workplace questionnaire with the latest figures.

    These are of the latest period, not published last: an old wave may be corrected after a newer one came out. A
    release that was withdrawn has none, and one that another replaced has none even where that was withdrawn in turn.
    """
    everybodys = published_releases()
    stand = everybodys.filter(withdrawal__isnull=True)
    stand = stand.exclude(pk__in=everybodys.filter(replaces__isnull=False).order_by().values("replaces"))
    asked = [one for one in stand if one.manifest.get("instrument", {}).get("key") == WORKPLACE]
    newest: dict[str, Release] = {}
    for release in sorted(asked, key=lambda one: str(one.manifest["period"][1]), reverse=True):
        for frame in release.manifest["dataset"]["frames"]:
            newest.setdefault(frame["country"], release)
    return newest


@dataclass(frozen=True)
class Shown:
    """A release that everybody sees, with what happened to it since: numbers of other releases of the programme."""

    release: Release
    successor: int | None  # the newest that replaces it
    replaces: int | None
    withdrawal: Withdrawal | None
    events: int  # grows with each release and withdrawal of the programme that everybody sees
    former_hidden: bool = False  # the numbers of the one that it replaces were taken back: what changed tells them

    @property
    def hides_numbers(self) -> bool:
        return self.withdrawal is not None and self.withdrawal.hides_numbers

    @property
    def changed_at(self) -> datetime | None:
        """When the release was published, or withdrawn since."""
        return self.withdrawal.withdrawn_at if self.withdrawal else self.release.published_at

    @property
    def state(self) -> tuple[object, ...]:
        """All that a page of the release hangs on beside its language and address."""
        withdrawn = self.withdrawal.state if self.withdrawal else None
        own = (self.release.pk, self.release.content_hash, self.release.published_at)
        return (*own, self.successor, withdrawn, self.former_hidden)


def shown_release(programme: str, number: int) -> Shown | None:
    """The release where everybody sees it, else None; one query, without the long fields."""
    return next(iter(_shown(published_releases().filter(programme_slug=programme, number=number))), None)


def shown_releases(programme: str) -> list[Shown]:
    """All releases of a programme that everybody sees, the newest first."""
    return _shown(published_releases().filter(programme_slug=programme))


def every_shown() -> list[Shown]:
    """All releases of all programmes that everybody sees, the newest first."""
    return _shown(published_releases())


def _shown(releases: QuerySet[Release]) -> list[Shown]:
    everybodys = Release.objects.published()
    newer = everybodys.filter(replaces=OuterRef("pk")).order_by("-number").values("number")[:1]
    own = everybodys.filter(programme_slug=OuterRef("programme_slug")).order_by().values("programme_slug")
    events = own.annotate(events=Count("pk") + Count("withdrawal")).values("events")
    found = releases.select_related("withdrawal").defer(*LONG)
    return [
        Shown(row, row.newer, row.older, getattr(row, "withdrawal", None), row.events, bool(row.taken_back))
        for row in found.annotate(
            newer=Subquery(newer),
            older=F("replaces__number"),
            events=Subquery(events),
            taken_back=F("replaces__withdrawal__hides_numbers"),
        )
    ]


def newest_of_waves(releases: Iterable[Shown]) -> dict[str, Shown]:
    """wave -> its newest release that nothing replaces and nobody withdrew, in the order of the waves."""
    newest: dict[str, Shown] = {}
    for shown in sorted(releases, key=lambda one: (one.release.wave_code, -one.release.number)):
        if shown.withdrawal is None and shown.successor is None:
            newest.setdefault(shown.release.wave_code, shown)
    return newest


def documents_of(releases: Iterable[Release], *, keys: Iterable[str] | None = None) -> dict[int, dict[str, Any]]:
    """Release -> key -> document, in the order of the tables; `keys` of tables chooses."""
    tables = ReleaseTable.objects.filter(release__in=list(releases)).order_by("position")
    if keys is not None:
        tables = tables.filter(key__in=list(keys))
    found: dict[int, dict[str, Any]] = {}
    for table in tables.only("release", "key", "document"):
        found.setdefault(table.release_id, {})[table.key] = table.document
    return found


def file_names(release: Release) -> list[ReleaseFile]:
    """The files of the release without their bytes."""
    return list(release.files.defer("content"))


def quality_of(release: Release) -> Mapping[str, Any] | None:
    """The quality declaration: language -> entries of code, heading, text; None where the release has none."""
    file = release.files.filter(path=QUALITY).first()
    return None if file is None else json.loads(bytes(file.content))


@dataclass(frozen=True)
class PublicState:
    """What everybody sees now, and until when that holds if nobody does anything."""

    stamp: tuple[tuple[object, ...], ...]
    until: datetime | None


def public_state() -> PublicState:
    """One query: every release that is seen, with its withdrawal, and the next minute at which an embargo ends.

    What is published stays so where the clock is put back; only an embargo waits for its minute.
    """
    now = timezone.now()
    rows = Release.objects.filter(state__in=FROZEN).order_by("pk")
    seen, coming = [], []
    for pk, state, at, *withdrawn in rows.values_list("pk", "state", "published_at", *WITHDRAWN):
        if state == ReleaseState.PUBLISHED or at <= now:
            seen.append((pk, at, *withdrawn))
        else:
            coming.append(at)
    return PublicState(tuple(seen), min(coming, default=None))


def group_of(code: str) -> SelfTestGroup | None:
    """The group of the self-test with this code, while its day lasts."""
    return SelfTestGroup.objects.running().filter(code=code).first()


def releases_of(wave: Wave) -> QuerySet[Release]:
    return Release.objects.filter(run__wave=wave).select_related("job", "requested_by", "run")


def runs_to_release(wave: Wave) -> QuerySet[Run]:
    """Finished runs without a release that is under way or published."""
    taken = Release.objects.filter(run__wave=wave).standing().values("run_id")
    return Run.objects.filter(wave=wave, state=RunState.FINISHED).exclude(pk__in=taken)


@dataclass(frozen=True)
class Publishable:
    """An indicator or index that a release may hold; main ones are estimated at the finest nodes too.

    by_part: it may stand by sector and by size, which an index of respondents' scores cannot.
    """

    key: str
    title: str
    is_main: bool
    by_part: bool = True


def publishable(run: Run) -> tuple[Publishable, ...]:
    """What a release of the run may hold, in the order of its definitions, with titles in the reader's language."""
    definitions = from_document(run.definitions.document)
    main = {measure.indicator for measure in definitions.measures if definitions.is_main(measure)}
    return tuple(
        Publishable(
            entry.key,
            in_readers_language({language: text.title for language, text in entry.texts.items()}) or entry.key,
            entry.key in main,
            isinstance(entry, Indicator) or entry.is_of_figures,
        )
        for entry in definitions.entries
        if entry.published
    )


def replaceable(wave: Wave) -> QuerySet[Release]:
    """Published releases of the wave that nothing replaces or is about to replace."""
    followed = Release.objects.filter(replaces__isnull=False).standing().values("replaces_id")
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
