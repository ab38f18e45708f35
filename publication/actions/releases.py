"""Releases: drafted, built by a job, decided by another person, published to the minute. Every step counts once.

Each step is one conditional update on the state it starts from: of two people who press at once one succeeds, and
the other is told what happened.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Run, RunState
from jobs.outbox import enqueue
from publication.actions import announcements
from publication.disclosure.lattice import Plan
from publication.models import Relation, Release, ReleaseFile, ReleaseState, ReleaseTable, Withdrawal
from publication.report_queries import marks_told
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM, AuditEvent, Programme, User


class ReleaseError(ValueError):
    """A step that a release cannot take now."""


class RunNotFinished(ReleaseError):
    """Only a finished run has estimates to release."""


class ReleaseExists(ReleaseError):
    """The run has a release already that is neither rejected nor failed."""


class CannotReplace(ReleaseError):
    """A correction or revision of something that it cannot correct or revise."""


class NeedsAnotherPerson(ReleaseError):
    """Whoever requested the release cannot decide on it."""


class NotInState(ReleaseError):
    """Somebody else was faster, or the step does not follow from the state."""


class TablesChanged(ReleaseError):
    """A table is not what was approved."""


class NotAttackedTogether(ReleaseError):
    """Another release was approved, or reports made, since this one was built: nobody has tried them together."""


class NotAsAnnounced(ReleaseError):
    """Everybody has been told another minute, and nobody that it is moved."""


class NotAMinuteToCome(ReleaseError):
    """An embargo ends at a whole minute of the future."""


@transaction.atomic
def draft(
    *, run: Run, plan: Plan, replaces: Release | None = None, relation: str = "", reason: str = "", by: User
) -> Release:
    """A release of a finished run, to be built by `request`.

    replaces: the published release that it corrects or revises, with the relation and the reason that everybody reads.

    Raises:
        RunNotFinished, ReleaseExists, CannotReplace: see there.
    """
    programme = Programme.objects.select_for_update().get(pk=run.wave.programme_id)
    if run.state != RunState.FINISHED:
        raise RunNotFinished(_("The run is not finished. Wait for it, or start it again."))
    _give_up_dead(run)
    _check_replaces(run, replaces, relation, reason)
    existing = run.releases.standing().order_by("-number").first()
    if existing is not None and existing != replaces:
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
        plan=plan.to_document(),
        replaces=replaces,
        relation=relation,
        reason=reason,
        requested_by=by,
    )
    _record("release.drafted", release, by=by, run=run.pk, replaces=replaces.number if replaces else None)
    return release


def _check_replaces(run: Run, replaces: Release | None, relation: str, reason: str) -> None:
    if replaces is None:
        if relation or reason:
            raise CannotReplace(_("Name the release that is corrected or revised, or leave relation and reason empty."))
        _is_the_first(run)
        return
    if relation not in Relation.values or not reason.strip():
        raise CannotReplace(_("Say whether it is a correction or a revision, and why: everybody reads the reason."))
    if not replaces.is_seen() or replaces.run.wave_id != run.wave_id:
        raise CannotReplace(_("Only a published release of the same wave can be corrected or revised."))
    following = replaces.replaced_by.standing().first()
    if following is not None:
        text = _("Release %(number)s replaces it already, or is about to.")
        raise CannotReplace(text % {"number": following.number})


def _is_the_first(run: Run) -> None:
    """Figures that other figures of the wave silently take the place of would be a correction that nobody is told."""
    told = Release.objects.told().filter(run__wave=run.wave_id).exclude(run=run).order_by("-number").first()
    if told is None:
        return
    if told.is_seen():
        text = _("Release %(number)s tells of this wave already. Say that this one corrects or revises it, and why.")
    else:
        text = _("Release %(number)s of this wave is approved. Wait until it is published, or take its approval back.")
    raise CannotReplace(text % {"number": told.number})


@transaction.atomic
def request(*, release: Release, by: User) -> Release:
    """Ask for the tables of a draft; a job builds, protects and attacks them.

    Neither who drafted it, and chose what it holds, nor who presses this button may decide.
    """
    _move(release, ReleaseState.DRAFT, ReleaseState.REQUESTED, requested_at=timezone.now())
    job = enqueue(
        "publication.build_release",
        arguments={"release_id": release.pk},
        by=by.pk,
        key=f"publication.build_release:{release.pk}",
    )
    Release.objects.filter(pk=release.pk).update(job=job)
    release.job = job
    _record("release.requested", release, by=by, run=release.run_id)
    return release


@transaction.atomic
def discard(*, release: Release, by: User) -> Release:
    """Give a draft up; the run may be released anew."""
    _move(release, ReleaseState.DRAFT, ReleaseState.REJECTED)
    _record("release.discarded", release, by=by)
    return release


def _give_up_dead(run: Run) -> None:
    """A release of the wave whose job has ended without building it will never be built."""
    waiting = Release.objects.filter(run__wave=run.wave_id, state=ReleaseState.REQUESTED)
    for dead in waiting.exclude(pk__in=waiting.standing()).select_related("job"):
        fail(release=dead, error=dead.job.error if dead.job else "", by=SYSTEM)


@transaction.atomic
def store_checked(
    *,
    release: Release,
    documents: Sequence[Mapping[str, object]],
    manifest: Mapping[str, object],
    protection: Mapping[str, object],
    files: Sequence[ReleaseFile] = (),
    revision: Mapping[str, object] | None = None,
    by: User | str,
) -> Release:
    """Keep the finished tables and files with their hashes; from here on they wait for a second person.

    files: not saved yet, without their release.
    """
    hashes = {str(document["key"]): content_hash(document) for document in documents}
    stated = {**manifest, "tables": hashes, "files": {file.path: file.checksum for file in files}}
    _move(
        release,
        ReleaseState.REQUESTED,
        ReleaseState.CHECKED,
        manifest=stated,
        protection=dict(protection),
        revision=dict(revision or {}),
        content_hash=content_hash(stated),
    )
    for file in files:
        file.release = release
    ReleaseFile.objects.bulk_create(files)
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
    _record("release.checked", release, by=by, tables=len(hashes), files=len(files), content_hash=release.content_hash)
    return release


@transaction.atomic
def fail(*, release: Release, error: str, by: User | str) -> Release:
    """The tables could not be built or did not withstand the attack."""
    _move(release, ReleaseState.REQUESTED, ReleaseState.FAILED, error=error)
    _record("release.failed", release, by=by, error=error)
    return release


@transaction.atomic
def approve(*, release: Release, note: str = "", by: User) -> Release:
    """A second person has seen the tables and what is withheld.

    Raises:
        NotAttackedTogether: see there. CannotReplace: another release of the wave came first, and this one names none.
    """
    _another_person(release, by)
    Programme.objects.select_for_update().get(pk=release.programme_id)
    if release.replaces_id is None:
        _is_the_first(release.run)
    _attacked_together(release)
    _move(release, ReleaseState.CHECKED, ReleaseState.APPROVED, **_decision(note, by))
    _record("release.approved", release, by=by, note=note)
    return release


@transaction.atomic
def reject(*, release: Release, note: str = "", approved: bool = False, by: User) -> Release:
    """A second person says no; the run may be released anew.

    approved: they take an approval back before anything was published. Said apart, so that who looks at a release that
    waits for a decision does not undo the one that somebody else has made meanwhile.
    """
    _another_person(release, by)
    before = ReleaseState.APPROVED if approved else ReleaseState.CHECKED
    _move(release, before, ReleaseState.REJECTED, **_decision(note, by))
    _record("release.rejected", release, by=by, note=note)
    return release


@transaction.atomic
def publish(*, release: Release, by: User) -> Release:
    """From now on everybody sees the tables, and nobody changes them.

    Raises:
        TablesChanged, NotAsAnnounced: see there.
    """
    _unchanged(release)
    now = timezone.now()
    _meet_the_calendar(release, now)
    _move(release, ReleaseState.APPROVED, ReleaseState.PUBLISHED, published_at=now, published_by=by)
    _record("release.published", release, by=by, content_hash=release.content_hash)
    return release


@transaction.atomic
def embargo(*, release: Release, until: datetime, by: User) -> Release:
    """From the minute `until` everybody sees the tables, whether or not anybody does anything then.

    An embargo that has not ended can be moved the same way.

    Raises:
        NotAMinuteToCome: `until` is past, or no whole minute.
        NotAsAnnounced: see there.
    """
    if until.second or until.microsecond or until <= timezone.now():
        raise NotAMinuteToCome(_("An embargo ends at a whole minute that is still to come."))
    _unchanged(release)
    _meet_the_calendar(release, until)
    changes = {"published_at": until, "published_by": by}
    if release.state == ReleaseState.EMBARGOED:
        _move_embargoed(release, ReleaseState.EMBARGOED, **changes)
    else:
        _move(release, ReleaseState.APPROVED, ReleaseState.EMBARGOED, **changes)
    _record("release.embargoed", release, by=by, until=until.isoformat(), content_hash=release.content_hash)
    return release


@transaction.atomic
def stop(*, release: Release, by: User) -> Release:
    """Take an embargoed release back before its minute; it stays approved."""
    announcements.part(release=release)  # first, as when an embargo is moved: two at once wait, not for each other
    _move_embargoed(release, ReleaseState.APPROVED, published_at=None, published_by=None)
    _record("release.stopped", release, by=by)
    return release


@transaction.atomic
def publish_due() -> int:
    """Mark what everybody sees since its minute as published; how many. The timetable's; pages do not wait for it."""
    due = list(Release.objects.due().select_for_update())
    Release.objects.filter(pk__in=[release.pk for release in due]).mark_due()
    for release in due:
        _record("release.published", release, by=SYSTEM, content_hash=release.content_hash)
    return len(due)


@transaction.atomic
def withdraw(*, release: Release, reason: str, hides_numbers: bool, by: User) -> Withdrawal:
    """Say of a published release that it should not be used any more, and why. The release stays as it was.

    What was withdrawn with its numbers in sight can be withdrawn once more to hide them, with the reason for that; a
    release that turns out to give somebody away must not stay because it was wrong before.
    """
    if not release.is_seen():
        raise NotInState(_("Only a published release can be withdrawn."))
    if not reason.strip():
        raise ReleaseError(_("Say why the release is withdrawn: everybody reads the reason."))
    told = {"reason": reason.strip(), "withdrawn_by": by}
    withdrawal, new = Withdrawal.objects.get_or_create(
        release=release, defaults={**told, "hides_numbers": hides_numbers}
    )
    if not new:
        mine = Withdrawal.objects.filter(pk=withdrawal.pk)
        if not hides_numbers or not mine.hide(**told, withdrawn_at=timezone.now()):
            raise NotInState(_("The release has been withdrawn already."))
        withdrawal.refresh_from_db()
    _record("release.withdrawn", release, by=by, reason=reason.strip(), hides_numbers=hides_numbers)
    return withdrawal


def _meet_the_calendar(release: Release, at: datetime) -> None:
    try:
        announcements.meet(release=release, at=at)
    except announcements.AnnouncementError as error:
        raise NotAsAnnounced(str(error)) from error


def _unchanged(release: Release) -> None:
    """Tables, files and manifest, as they are stored, are those that were approved: no other, none less, none more."""
    stored = Release.objects.only("manifest", "content_hash").get(pk=release.pk)
    held = {table.key: (table.content_hash, content_hash(table.document)) for table in release.tables.all()}
    files = {file.path: (file.checksum, checksum(bytes(file.content))) for file in release.files.all()}
    changed = _other_than(stored.manifest.get("tables", {}), held) | _other_than(
        stored.manifest.get("files", {}), files
    )
    if content_hash(stored.manifest) != stored.content_hash:
        changed.add("manifest")
    if changed:
        text = _("Tables are not what was approved: %(tables)s.")
        raise TablesChanged(text % {"tables": ", ".join(sorted(changed))})


def _other_than(named: Mapping[str, str], held: Mapping[str, tuple[str, str]]) -> set[str]:
    """Names of what is not there, is there unnamed, or whose hash, noted or made anew, is not the one named."""
    return {name for name in named.keys() | held.keys() if {named.get(name)} != set(held.get(name, ()))}


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _move_embargoed(release: Release, after: ReleaseState, **changes: object) -> None:
    """From an embargo that has not ended: what everybody sees cannot be taken back this way."""
    waiting = Release.objects.filter(pk=release.pk, state=ReleaseState.EMBARGOED, published_at__gt=timezone.now())
    if not waiting.update(state=after, **changes):
        raise NotInState(_("The release has moved on in the meantime. Load the page again."))
    release.refresh_from_db()


def _attacked_together(release: Release) -> None:
    """Every release that everybody will see and every report to a municipality was part of the attack on this one."""
    told, met = Release.objects.told().filter(programme=release.programme_id), release.protection.get("ledger", {})
    new = told.exclude(pk=release.pk).exclude(number__in=met.get("releases", ())).order_by("number").first()
    if new is not None:
        text = _("Release %(number)s was approved after this one was built. Reject this one and build it again.")
        raise NotAttackedTogether(text % {"number": new.number})
    unmet = [number for mark, number in marks_told(release.programme).items() if mark not in met.get("reports", ())]
    if unmet:
        text = _(
            "Reports of release %(number)s were made after this one was built. Reject this one and build it again."
        )
        raise NotAttackedTogether(text % {"number": min(unmet)})


def _decision(note: str, by: User) -> dict[str, object]:
    return {"decided_by": by, "decided_at": timezone.now(), "decision_note": note[:500]}


def _another_person(release: Release, by: User) -> None:
    if by.pk in (release.requested_by_id, release.job and release.job.requested_by):
        raise NeedsAnotherPerson(_("You requested this release. Another person has to decide on it."))


def _move(release: Release, before: ReleaseState, after: ReleaseState, **changes: object) -> None:
    if not Release.objects.filter(pk=release.pk, state=before).update(state=after, **changes):
        raise NotInState(_("The release has moved on in the meantime. Load the page again."))
    release.refresh_from_db()


def _record(action: str, release: Release, *, by: User | str, **detail: object) -> None:
    about = {"wave": release.wave_code, "number": release.number}
    AuditEvent.objects.record(action, release, by=by, programme=release.programme, **about, **detail)
