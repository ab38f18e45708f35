"""What the desk shows of frames, jobs and the audit trail."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jobs.models import Job
from surveys.models import AuditEvent, Frame, Sector, Wave
from surveys.sampling import SIZE_CLASSES


@dataclass(frozen=True)
class SectorSizes:
    """Units of a sector, in all and by size class."""

    sector: str
    units: int
    sizes: tuple[int, ...]


def units_by_sector_and_size(frame: Frame) -> list[SectorSizes]:
    """The populations from which a sample would be drawn: one query."""
    edges = [lowest for _, lowest in SIZE_CLASSES]
    counts = {
        f"size_{number}": Count(
            "pk", filter=Q(employees__gte=low) if high is None else Q(employees__gte=low, employees__lt=high)
        )
        for number, (low, high) in enumerate(zip(edges, [*edges[1:], None], strict=True))
    }
    rows = frame.units.order_by("sector").values("sector").annotate(units=Count("pk"), **counts)
    return [
        SectorSizes(
            sector=str(Sector(row["sector"]).label), units=row["units"], sizes=tuple(row[name] for name in counts)
        )
        for row in rows
    ]


def last_job_of(task: str, **arguments: int) -> Job | None:
    """The newest job of this kind with these arguments, while its row is kept."""
    named = {f"arguments__{name}": value for name, value in arguments.items()}
    return Job.objects.filter(task=task, **named).order_by("-pk").first()


def events_of(wave: Wave) -> QuerySet[AuditEvent]:
    """The audit trail of a wave: what was done to it, and to its samples, runs and releases."""
    mine = Q(subject="surveys.wave", subject_id=str(wave.pk)) | Q(detail__wave=wave.code)
    return AuditEvent.objects.filter(mine, programme=wave.programme_id)
