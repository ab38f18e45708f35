"""Microdata files: asked for by a researcher, built by a job, handed out under a log."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Dataset
from jobs.outbox import enqueue
from publication.case_queries import cards_about
from publication.disclosure.named_rows import Card
from publication.models import MicrodataFile, MicrodataState, Release
from surveys.models import AuditEvent, Programme, User


class MicrodataError(ValueError):
    """A file that cannot be asked for or handed out."""


class SourceErased(MicrodataError):
    """The rows of the dataset are gone."""


class NotBuilding(MicrodataError):
    """The file has been built or refused already."""


class NotPublished(MicrodataError):
    """Whoever can count the answers has the figures: nobody but those who make and approve them, before the minute."""


class CardsChanged(MicrodataError):
    """What published cards tell is not what the file was made beside."""


class NotReady(MicrodataError):
    """There is nothing to download."""


@transaction.atomic
def request(*, dataset: Dataset, by: User) -> MicrodataFile:
    """Ask for an anonymised file of a frozen dataset."""
    if dataset.erased_at is not None:
        raise SourceErased(_("The rows of this wave have been erased."))
    programme = dataset.wave.programme
    file = MicrodataFile.objects.create(
        programme=programme,
        dataset=dataset,
        constructed=dataset.constructed or dataset.wave.constructed or programme.constructed,
        requested_by=by,
    )
    file.job = enqueue(
        "publication.build_microdata",
        arguments={"file_id": file.pk},
        by=by.pk,
        key=f"publication.build_microdata:{file.pk}",
    )
    file.save(update_fields=["job"])
    _record("microdata.requested", file, by=by)
    return file


@transaction.atomic
def store_built(
    *,
    file: MicrodataFile,
    file_name: str,
    checksum: str,
    report: Mapping[str, object],
    cards: Sequence[Card],
    by: User | str,
) -> MicrodataFile:
    """Keep a finished file. cards: what it was made beside; whoever publishes a card holds the same lock.

    Raises CardsChanged.
    """
    Programme.objects.select_for_update().get(pk=file.programme_id)
    if cards_about(file.dataset.wave) != list(cards):
        raise CardsChanged(_("A case was published or withdrawn while the file was made. It is made anew."))
    changes = {"file_name": file_name, "checksum": checksum, "report": dict(report)}
    return _end(file, MicrodataState.READY, changes, by=by, checksum=checksum)


@transaction.atomic
def refuse(*, file: MicrodataFile, error: str, report: Mapping[str, object], by: User | str) -> MicrodataFile:
    """No version of the file hides its rows well enough; the report says how far each came."""
    return _end(file, MicrodataState.REFUSED, {"error": error, "report": dict(report)}, by=by)


@transaction.atomic
def fail(*, file: MicrodataFile, error: str, by: User | str) -> MicrodataFile:
    return _end(file, MicrodataState.FAILED, {"error": error}, by=by)


def _end(
    file: MicrodataFile, state: MicrodataState, changes: Mapping[str, object], *, by: User | str, **detail: object
) -> MicrodataFile:
    waiting = MicrodataFile.objects.filter(pk=file.pk, state=MicrodataState.REQUESTED)
    if not waiting.update(state=state, built_at=timezone.now(), **changes):
        raise NotBuilding(_("The file has been built or refused already."))
    file.refresh_from_db()
    _record(f"microdata.{state}", file, by=by, **detail)
    return file


@transaction.atomic
def hand_out(*, file: MicrodataFile, by: User) -> Path:
    """Where the file stands, after the download has been logged. The log comes first: no download without one.

    Raises:
        NotReady, NotPublished: see there.
    """
    path = folder() / file.file_name
    if file.state != MicrodataState.READY or not file.file_name or not path.is_file():
        raise NotReady(_("The file is not there. Ask for a new one."))
    if hashlib.sha256(path.read_bytes()).hexdigest() != file.checksum:
        raise NotReady(_("The file on the disk is not the one that was built. Ask for a new one."))
    if not Release.objects.published().filter(run__wave=file.dataset.wave_id).exists():
        raise NotPublished(_("Files are handed out once figures of the wave are published."))
    _record("microdata.downloaded", file, by=by, checksum=file.checksum)
    return path


def folder() -> Path:
    return Path(settings.DATA_DIR) / "microdata"


def _record(action: str, file: MicrodataFile, *, by: User | str, **detail: object) -> None:
    wave = file.dataset.wave.code
    AuditEvent.objects.record(action, file, by=by, programme=file.programme, wave=wave, file=file.pk, **detail)
