"""Questionnaires brought in as files: asked for, then stored as a version or refused with the reason."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from surveys.actions import instruments
from surveys.instrument.exchange import Imported
from surveys.models import (
    AuditEvent,
    ImportFormat,
    ImportState,
    InstrumentVersion,
    Programme,
    QuestionnaireImport,
    User,
)

LONGEST_NAME = 200


class ImportRefused(ValueError):
    """A file that is not even read, or what was read of it cannot be kept."""


class ImportEnded(ValueError):
    """The file was stored or refused by somebody else in the meantime."""


@transaction.atomic
def request_import(
    *, programme: Programme, kind: str, name: str, content: bytes, replace: bool = False, by: User
) -> QuestionnaireImport:
    """Keep the file and ask for it to be read in a job. While it waits, the same file again is the same import.

    With `replace` it may take the place of a version of the same name that can still change.
    """
    if kind not in ImportFormat.values:
        raise ImportRefused(f"kind: expected one of {', '.join(ImportFormat.values)}, got {kind[:20]!r}.")
    if not content:
        raise ImportRefused(_("The file is empty."))
    limit = settings.QUESTIONNAIRE_UPLOAD_MAX_BYTES
    if len(content) > limit:
        raise ImportRefused(
            _("The file has %(got)s bytes and at most %(limit)s are taken.") % {"got": len(content), "limit": limit}
        )
    Programme.objects.select_for_update().get(pk=programme.pk)  # two people who press at once come one after the other
    waiting = programme.imports.filter(format=kind, state=ImportState.WAITING, upload=content).select_related("job")
    made: QuestionnaireImport
    for made in waiting.defer("upload"):
        if made.job is not None and not made.job.has_ended:
            return made
    made = QuestionnaireImport.objects.create(
        programme=programme, format=kind, name=name[-LONGEST_NAME:], upload=content
    )
    arguments = {"import_id": made.pk, "replace": replace, "by_id": by.pk}
    made.job = enqueue("surveys.import_questionnaire", arguments=arguments, by=by.pk)
    made.save(update_fields=["job"])
    digest = hashlib.sha256(content).hexdigest()
    AuditEvent.objects.record(
        "questionnaire.requested", made, by=by, programme=programme, file=made.name, sha256=digest, bytes=len(content)
    )
    return made


@transaction.atomic
def store(*, made: QuestionnaireImport, read: Imported, replace: bool, by: User) -> QuestionnaireImport:
    """Keep the document as a version that can still change, and with the import what was taken and what was not.

    Raises InstrumentError, InstrumentFrozen and VersionStands as `instruments.store`, ImportEnded; nothing is stored
    then.
    """
    stood = InstrumentVersion.objects.filter(
        programme=made.programme, key=read.document.get("key"), version=read.document.get("version")
    )
    before = stood.values_list("document", flat=True).first()
    version = instruments.store(programme=made.programme, document=read.document, replace=replace, by=by)
    checked = instruments.newly_checked(read.document, before)
    read = dataclasses.replace(read, assumed=(*read.assumed, *_checked_by(checked, by)))
    _end(made, state=ImportState.STORED, instrument=version, **_account(read))
    AuditEvent.objects.record(
        "questionnaire.imported", made, by=by, programme=made.programme, version=str(version), lost=len(read.lost)
    )
    return made


@transaction.atomic
def refuse(*, made: QuestionnaireImport, reason: str, read: Imported | None = None, by: User) -> QuestionnaireImport:
    """Nothing of the file is stored: only why, and what was read of it where it could be read. Raises ImportEnded."""
    reason = reason.replace("\x00", "␀")  # it may repeat what stands in the file, and PostgreSQL takes no NUL
    _end(made, state=ImportState.REFUSED, reason=reason, **({} if read is None else _account(read)))
    AuditEvent.objects.record("questionnaire.refused", made, by=by, programme=made.programme, file=made.name)
    return made


def _checked_by(checked: Mapping[str, int], by: User) -> Iterator[str]:
    """Whose word it is that texts are checked: the file says only that they are."""
    for language, number in checked.items():
        yield (
            f"Texts in {language} that the file marks as checked: {number}. They count as checked by "
            f"{by.get_username()}. Take the mark out of the file where nobody has read them."
        )


def _account(read: Imported) -> dict[str, object]:
    lost = [{"place": loss.place, "what": loss.what, "why": loss.why} for loss in read.lost]
    return {"taken": read.taken, "lost": lost, "assumed": list(read.assumed)}


def _end(made: QuestionnaireImport, **changes: object) -> None:
    """The import is over, and the file as it came is let go. Whoever comes second finds it so."""
    ended = QuestionnaireImport.objects.filter(pk=made.pk, state=ImportState.WAITING).update(upload=b"", **changes)
    if not ended:
        raise ImportEnded(f"import {made.pk}: expected a file that is being read, it was stored or refused.")
    made.refresh_from_db()
