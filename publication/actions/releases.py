"""Releases: requested, built by a job, decided by another person, published. Every step counts once.

Each step is one conditional update on the state it starts from: of two people who press at once one succeeds, and
the other is told what happened.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Run, RunState
from jobs.models import JobState
from jobs.outbox import enqueue
from publication.models import Release, ReleaseState, ReleaseTable
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM, AuditEvent, Programme, User


class ReleaseError(ValueError):
    """A step that a release cannot take now."""


class RunNotFinished(ReleaseError):
    """Only a finished run has estimates to release."""


class ReleaseExists(ReleaseError):
    """The run has a release already that is neither rejected nor failed."""


class NeedsAnotherPerson(ReleaseError):
    """Whoever requested the release cannot decide on it."""


class NotInState(ReleaseError):
    """Somebody else was faster, or the step does not follow from the state."""


class TablesChanged(ReleaseError):
    """A table is not what was approved."""


@transaction.atomic
def request(*, run: Run, by: User) -> Release:
    """Ask for the tables of a finished run; a job builds, protects and attacks them."""
    programme = Programme.objects.select_for_update().get(pk=run.wave.programme_id)
    if run.state != RunState.FINISHED:
        raise RunNotFinished(_("The run is not finished. Wait for it, or start it again."))
    _give_up_dead(run)
    existing = run.releases.exclude(state__in=(ReleaseState.REJECTED, ReleaseState.FAILED)).first()
    if existing is not None:
        raise ReleaseExists(_("The run already has release %(number)s.") % {"number": existing.number})
    last = Release.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    release = Release.objects.create(
        programme=programme,
        run=run,
        number=last + 1,
        programme_slug=programme.slug,
        programme_names=programme.names,
        wave_code=run.wave.code,
        constructed=programme.constructed or run.wave.constructed or bool(run.dataset and run.dataset.constructed),
        requested_by=by,
    )
    job = enqueue(
        "publication.build_release",
        arguments={"release_id": release.pk},
        by=by.pk,
        key=f"publication.build_release:{release.pk}",
    )
    Release.objects.filter(pk=release.pk).update(job=job)
    release.job = job
    _record("release.requested", release, by=by, run=run.pk)
    return release


def _give_up_dead(run: Run) -> None:
    """A release whose job has ended without building it will never be built."""
    ended = (JobState.FAILED, JobState.CANCELLED)
    for dead in run.releases.filter(state=ReleaseState.REQUESTED, job__state__in=ended).select_related("job"):
        fail(release=dead, error=dead.job.error if dead.job else "", by=SYSTEM)


@transaction.atomic
def store_built(
    *,
    release: Release,
    documents: Sequence[Mapping[str, object]],
    manifest: Mapping[str, object],
    protection: Mapping[str, object],
    by: User | str,
) -> Release:
    """Keep the finished tables with their hashes; from here on they wait for a second person."""
    hashes = {str(document["key"]): content_hash(document) for document in documents}
    stated = {**manifest, "tables": hashes}
    _move(
        release,
        ReleaseState.REQUESTED,
        ReleaseState.BUILT,
        manifest=stated,
        protection=dict(protection),
        content_hash=content_hash(stated),
    )
    ReleaseTable.objects.bulk_create(
        ReleaseTable(
            release=release,
            key=str(document["key"]),
            position=position,
            document=dict(document),
            content_hash=hashes[str(document["key"])],
        )
        for position, document in enumerate(documents)
    )
    _record("release.built", release, by=by, tables=len(hashes), content_hash=release.content_hash)
    return release


@transaction.atomic
def fail(*, release: Release, error: str, by: User | str) -> Release:
    """The tables could not be built or did not withstand the attack."""
    _move(release, ReleaseState.REQUESTED, ReleaseState.FAILED, error=error)
    _record("release.failed", release, by=by, error=error)
    return release


@transaction.atomic
def approve(*, release: Release, note: str = "", by: User) -> Release:
    """A second person has seen the tables and what is withheld."""
    _another_person(release, by)
    _move(release, ReleaseState.BUILT, ReleaseState.APPROVED, **_decision(note, by))
    _record("release.approved", release, by=by, note=note)
    return release


@transaction.atomic
def reject(*, release: Release, note: str = "", by: User) -> Release:
    """A second person says no; the run may be released anew."""
    _another_person(release, by)
    _move(release, ReleaseState.BUILT, ReleaseState.REJECTED, **_decision(note, by))
    _record("release.rejected", release, by=by, note=note)
    return release


@transaction.atomic
def publish(*, release: Release, by: User) -> Release:
    """From now on everybody sees the tables, and nobody changes them."""
    changed = [table.key for table in release.tables.all() if content_hash(table.document) != table.content_hash]
    if changed:
        raise TablesChanged(_("Tables are not what was approved: %(tables)s.") % {"tables": ", ".join(changed)})
    _move(release, ReleaseState.APPROVED, ReleaseState.PUBLISHED, published_at=timezone.now(), published_by=by)
    _record("release.published", release, by=by, content_hash=release.content_hash)
    return release


def _decision(note: str, by: User) -> dict[str, object]:
    return {"decided_by": by, "decided_at": timezone.now(), "decision_note": note[:500]}


def _another_person(release: Release, by: User) -> None:
    if release.requested_by_id == by.pk:
        raise NeedsAnotherPerson(_("You requested this release. Another person has to decide on it."))


def _move(release: Release, before: ReleaseState, after: ReleaseState, **changes: object) -> None:
    if not Release.objects.filter(pk=release.pk, state=before).update(state=after, **changes):
        raise NotInState(_("The release has moved on in the meantime. Load the page again."))
    release.refresh_from_db()


def _record(action: str, release: Release, *, by: User | str, **detail: object) -> None:
    about = {"wave": release.wave_code, "number": release.number}
    AuditEvent.objects.record(action, release, by=by, programme=release.programme, **about, **detail)
