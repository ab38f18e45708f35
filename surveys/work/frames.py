"""Importing a frame: the file is read and checked in the job, stored whole or refused whole."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jobs.claim import JobRefused, Step
from surveys.actions import frames
from surveys.models import Frame, FrameState, User
from surveys.work import frame_file


def import_frame(*, frame_id: int, by_id: int, step: Step) -> None:
    """Read the upload of the frame; a bad row refuses the file and stores nothing of it."""
    frame = Frame.objects.select_related("programme").get(pk=frame_id)
    by = User.objects.get(pk=by_id)
    if frame.state != FrameState.IMPORTING:
        raise JobRefused(_("The frame was loaded or refused already."))
    step.progress(0.1, _("Reading the file"))
    file = frame_file.read(bytes(frame.upload))
    _clear(frame, step)
    if not file.errors:
        _store(frame, file.rows, step)
    with step.fenced(last=True):
        if file.errors:
            frames.refuse(frame=frame, errors=file.errors, by=by)
        else:
            frames.store_units(frame=frame, rows=file.rows, warnings=file.warnings, by=by)


def _clear(frame: Frame, step: Step) -> None:
    """What an import that broke off has left."""
    cleared = frames.BATCH
    while cleared == frames.BATCH:
        with step.fenced():
            cleared = frames.clear_batch(frame=frame)


def _store(frame: Frame, rows: Sequence[frames.UnitRow], step: Step) -> None:
    """In short transactions, so that answers are saved in between."""
    for start in range(0, len(rows), frames.BATCH):
        step.progress(0.2 + 0.8 * start / len(rows), _("Storing the units"))
        with step.fenced():
            frames.store_batch(frame=frame, rows=rows[start : start + frames.BATCH])
