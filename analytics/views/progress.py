"""How far a run has come: its parts, what each does, and how much time is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import queries
from analytics.models import PartKind, Run, RunPart
from analytics.views.grids import duration
from analytics.views.words import country_name
from jobs.models import JobState


@dataclass(frozen=True)
class Standing:
    """A part: how its job stands (empty: its result was known before), progress 0 to 1, and the seconds left."""

    name: str
    state: str
    step: str
    progress: float
    open: bool
    left: float | None

    @property
    def left_words(self) -> str:
        if not self.open:
            return ""
        return _("not known") if self.left is None else duration(self.left)


def standings(run: Run) -> list[Standing]:
    """The parts of the run in order; none before it is prepared."""
    typical, now = queries.typical_seconds() if run.under_way else {}, timezone.now()
    return [_standing(part, typical, now) for part in queries.parts_of(run)]


def left_in_all(found: list[Standing]) -> str:
    """A sentence on the work that is left; empty when none is."""
    waiting = [one for one in found if one.open]
    known = [one.left for one in waiting if one.left is not None]
    if not waiting:
        return ""
    if not known:
        return _("How long it takes is not known: no part of these kinds has been worked out before.")
    said = _("About %(time)s of work is left, less time where several workers share it.")
    if len(known) < len(waiting):
        said = _("At least %(time)s of work is left: of some parts it is not known.")
    return said % {"time": duration(sum(known))}


def _standing(part: RunPart, typical: Mapping[str, float], now: datetime) -> Standing:
    job = part.job
    kind = str(PartKind(part.kind).label)
    name = f"{kind}: {country_name(part.country)}" if part.country else kind
    if job is None:
        return Standing(name, _("Known from an earlier run"), "", 1.0, open=False, left=0.0)
    waiting = not job.has_ended
    left = _left(part, typical, now) if waiting else 0.0
    progress = 1.0 if job.state == JobState.DONE else job.progress
    return Standing(name, str(JobState(job.state).label), job.step if waiting else job.error, progress, waiting, left)


def _left(part: RunPart, typical: Mapping[str, float], now: datetime) -> float | None:
    """Of a running part from its progress; of one that waits what parts of its kind have taken."""
    job = part.job
    usual = typical.get(part.kind)
    if job is None or job.state != JobState.RUNNING or job.started_at is None or not job.progress:
        return usual
    elapsed = (now - job.started_at).total_seconds()
    return elapsed * (1 - job.progress) / job.progress
