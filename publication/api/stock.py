"""What the open API has to give: reads of release tables, in as few statements as an answer may take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from publication.api.problems import Problem
from publication.models import Relation, Release, ReleaseTable, Withdrawal
from publication.queries import published_releases

Version = tuple[int, str, str]

HEAVY = ("plan", "protection", "revision", "manifest")  # what a list of releases does not need
STATES = {Relation.CORRECTION: "corrected", Relation.REVISION: "superseded"}


@dataclass(frozen=True)
class Successor:
    """The newest release that replaces one and that everybody sees; it is of the same programme."""

    number: int
    relation: str
    reason: str


def with_standing(releases: QuerySet[Release]) -> QuerySet[Release]:
    """The releases with what they replace, what replaces them and whether they are withdrawn, in one statement."""
    seen = Release.objects.published().filter(replaces=OuterRef("pk")).order_by("-number")
    return (
        releases.select_related("withdrawal", "replaces__withdrawal")
        .defer(*(f"replaces__{name}" for name in HEAVY))
        .annotate(**{f"next_{name}": Subquery(seen.values(name)[:1]) for name in ("number", "relation", "reason")})
    )


def release(programme: str, number: int) -> Release:
    """
    Raises:
        Problem: 404, nobody sees such a release.
    """
    found = with_standing(published_releases()).filter(programme_slug=programme, number=number).first()
    if found is None:
        raise Problem(404, "No such release", f"{programme} has no published release {number}. See /api/v1/releases.")
    return found


def withdrawal(release: Release) -> Withdrawal | None:
    return getattr(release, "withdrawal", None)


def successor(release: Release) -> Successor | None:
    """What replaces a release of `with_standing`, if anything does."""
    number, relation, reason = (getattr(release, f"next_{name}") for name in ("number", "relation", "reason"))
    return None if number is None else Successor(number, relation, reason)


def state(release: Release) -> str:
    """published, corrected, superseded or withdrawn; nothing of it is stored, so nothing can be out of date."""
    following = successor(release)
    if withdrawal(release) is not None:
        return "withdrawn"
    return STATES[Relation(following.relation)] if following else "published"


def hides_numbers(release: Release | None) -> bool:
    told = withdrawal(release) if release else None
    return told is not None and told.hides_numbers


def with_numbers(release: Release) -> Release:
    """The release, if its numbers may be read.

    Raises:
        Problem: 410 with the reason, where a withdrawal hides them.
    """
    told = withdrawal(release)
    if told is None or not told.hides_numbers:
        return release
    following = successor(release)
    advice = f" Release {following.number} replaces it." if following else ""
    raise Problem(
        410,
        "Withdrawn",
        f"Release {release.number} of {release.programme_slug} is withdrawn and its numbers are not shown: "
        f"{told.reason}{advice}",
        reason=told.reason,
        withdrawn_at=told.withdrawn_at.isoformat(),
    )


@dataclass(frozen=True)
class Current:
    """A release that counts now, without its contents."""

    pk: int
    programme: str
    number: int
    release: Release

    @property
    def version(self) -> Version:
        return version(self.release)


def version(release: Release) -> Version:
    """What names the release and its contents: whatever is kept of it is kept under this."""
    return release.pk, release.content_hash, str(release.published_at)


def current() -> tuple[Current, ...]:
    """The releases that nothing replaces and that are not withdrawn, the newest of a programme first.

    What a withdrawn release replaced does not come back: it was wrong before the other was.
    """
    replaced = Release.objects.published().filter(replaces__isnull=False).values("replaces_id")
    found = (
        Release.objects.published()
        .filter(withdrawal__isnull=True)
        .exclude(pk__in=replaced)
        .order_by("programme_slug", "-number")
        .defer(*HEAVY)
    )
    return tuple(Current(one.pk, one.programme_slug, one.number, one) for one in found)


@dataclass(frozen=True)
class Published:
    """A table of a release that counts now."""

    table: ReleaseTable
    source: Current


def newest_tables(releases: Iterable[Current], *, keys: Sequence[str] = (), indicator: str = "") -> list[Published]:
    """Of each programme, wave and key the table of the newest release that has it, ordered by these; one statement.

    keys: only these tables. indicator: only tables whose key begins with it; whose they are stands in the document.
    """
    by_pk = {one.pk: one for one in releases}
    tables = ReleaseTable.objects.filter(release_id__in=by_pk).order_by("position")
    if keys:
        tables = tables.filter(key__in=keys)
    if indicator:
        tables = tables.filter(key__startswith=indicator)
    newest: dict[tuple[str, str, str], Published] = {}
    for table in tables:
        source = by_pk[table.release_id]
        place = source.programme, source.release.wave_code, table.key
        if place not in newest or newest[place].source.number < source.number:
            newest[place] = Published(table, source)
    return [newest[place] for place in sorted(newest, key=lambda place: (place[0], place[1]))]
