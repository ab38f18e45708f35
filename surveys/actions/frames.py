"""Frames: asked for with a file, then loaded whole or refused whole."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from surveys.models import AuditEvent, Contact, Country, Frame, FrameState, Programme, Unit, User

BATCH = 2000  # rows in one short transaction


class FrameError(ValueError):
    """A frame that cannot be taken in as it was asked for."""


class FrameNameTaken(FrameError):
    """The programme has another frame of this country and name."""


class FrameTooLarge(FrameError):
    """The file is larger than the setting allows."""


class FrameNotImporting(FrameError):
    """The frame was loaded or refused by somebody else in the meantime."""


@dataclass(frozen=True)
class UnitRow:
    """One row of a frame file, checked."""

    code: str
    name: str
    municipality_code: str
    municipality_name: str
    county: str
    level: str
    sector: str
    employees: int
    language: str
    email: str  # empty where the register has none


@dataclass(frozen=True)
class Finding:
    """What is wrong, or worth knowing, in a frame file: codes, which the desk says in the reader's language."""

    line: int  # 0: the file as a whole
    column: str
    code: str
    got: str = ""
    expected: str = ""


@transaction.atomic
def request_import(
    *,
    programme: Programme,
    country: str,
    name: str,
    content: bytes,
    origin: str,
    constructed: bool,
    by: User,
) -> Frame:
    """Keep the file and ask for it to be read in a job.

    Asked twice with the same file: one frame and one job. A refused frame gives its name to the next try.
    """
    if country not in Country.values:
        raise FrameError(f"country: expected one of {', '.join(Country.values)}, got {country!r}.")
    if not name.strip() or not content:
        raise FrameError(_("Give the frame a name, and a file that is not empty."))
    limit = settings.FRAME_UPLOAD_MAX_BYTES
    if len(content) > limit:
        raise FrameTooLarge(
            _("The file has %(got)s bytes and at most %(limit)s are taken. Split the register.")
            % {"got": len(content), "limit": limit}
        )
    digest = hashlib.sha256(content).hexdigest()
    frame: Frame
    frame, created = Frame.objects.select_for_update().get_or_create(
        programme=programme,
        country=country,
        name=name.strip(),
        defaults={"origin": origin, "constructed": constructed, "upload": content, "upload_hash": digest},
    )
    if not created:
        if frame.state != FrameState.REFUSED and not _failed(frame):
            if frame.upload_hash == digest:
                return frame
            raise FrameNameTaken(_("Another frame of this country has the name %(name)s.") % {"name": name})
        frame.origin, frame.constructed, frame.upload, frame.upload_hash = origin, constructed, content, digest
        frame.state, frame.errors, frame.warnings = FrameState.IMPORTING, [], []
    frame.job = enqueue("surveys.import_frame", arguments={"frame_id": frame.pk, "by_id": by.pk}, by=by.pk)
    frame.save()
    AuditEvent.objects.record("frame.requested", frame, by=by, programme=programme, sha256=digest, bytes=len(content))
    return frame


def _failed(frame: Frame) -> bool:
    """The job ended without reading the file: it was cancelled, or failed too often."""
    return frame.state == FrameState.IMPORTING and (frame.job is None or frame.job.has_ended)


@transaction.atomic
def store_batch(*, frame: Frame, rows: Sequence[UnitRow]) -> None:
    """Some of the units and their addresses. They count for nothing until `store_units` says that all are there.

    In several short transactions, because a large register would keep every other writer of SQLite waiting.
    """
    _still_importing(frame)
    units = Unit.objects.bulk_create(Unit(frame=frame, **_fields(row)) for row in rows)
    Contact.objects.bulk_create(
        Contact(unit=unit, email=row.email) for unit, row in zip(units, rows, strict=True) if row.email
    )


@transaction.atomic
def clear_batch(*, frame: Frame) -> int:
    """Delete up to a batch of units that a broken-off import left behind; how many there were."""
    _still_importing(frame)
    left = list(frame.units.values_list("pk", flat=True)[:BATCH])
    Unit.objects.filter(pk__in=left).delete()
    return len(left)


def _still_importing(frame: Frame) -> None:
    if not Frame.objects.select_for_update().filter(pk=frame.pk, state=FrameState.IMPORTING).exists():
        raise FrameNotImporting(f"frame {frame.pk}: expected a frame being read, it has been loaded or refused.")


@transaction.atomic
def store_units(*, frame: Frame, rows: Sequence[UnitRow], warnings: Sequence[Finding], by: User) -> Frame:
    """All rows of the file are stored: the frame is loaded, and the upload itself emptied.

    Rows that `store_batch` has not brought yet are stored first.
    """
    there = frame.units.count()
    if there < len(rows):
        store_batch(frame=frame, rows=rows[there:])
    digest = content_hash(rows)
    loaded = Frame.objects.filter(pk=frame.pk, state=FrameState.IMPORTING).update(
        state=FrameState.LOADED,
        upload=b"",
        warnings=[asdict(finding) for finding in warnings],
        errors=[],
        content_hash=digest,
        unit_count=len(rows),
        loaded_at=timezone.now(),
    )
    if not loaded:
        raise FrameNotImporting(f"frame {frame.pk}: expected a frame being read, it has been loaded or refused.")
    AuditEvent.objects.record("frame.loaded", frame, by=by, programme=frame.programme, units=len(rows), sha256=digest)
    frame.refresh_from_db()
    return frame


@transaction.atomic
def refuse(*, frame: Frame, errors: Sequence[Finding], by: User) -> Frame:
    """Nothing of the file is stored: only what is wrong with it."""
    refused = Frame.objects.filter(pk=frame.pk, state=FrameState.IMPORTING).update(
        state=FrameState.REFUSED, upload=b"", errors=[asdict(finding) for finding in errors]
    )
    if not refused:
        raise FrameNotImporting(f"frame {frame.pk}: expected a frame being read, it has been loaded or refused.")
    AuditEvent.objects.record("frame.refused", frame, by=by, programme=frame.programme, problems=len(errors))
    frame.refresh_from_db()
    return frame


def content_hash(rows: Sequence[UnitRow]) -> str:
    """Of the units in the order of their codes, without addresses: those are destroyed, the hash stays."""
    lines = sorted((_fields(row) for row in rows), key=lambda fields: str(fields["code"]))
    text = json.dumps(lines, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _fields(row: UnitRow) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "email"}
