"""Samples: a plan for each country of a wave, drawn once in a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job
from jobs.outbox import enqueue
from surveys import sampling
from surveys.models import (
    AuditEvent,
    Frame,
    FrameState,
    SampledUnit,
    SamplePlan,
    Stratum,
    User,
    Wave,
    WaveState,
    pseudonym,
)

BATCH = 2000
REASONS = {
    "empty_frame": gettext_lazy("The frame has no units."),
    "too_large": gettext_lazy("%(size)s units are asked for and at most %(most)s can be drawn. Draw fewer."),
    "take_all_exceeds": gettext_lazy(
        "%(size)s units are asked for and the strata taken whole alone have %(least)s. "
        "Draw more, or raise the limit from which all are taken."
    ),
    "minimum_exceeds": gettext_lazy(
        "%(size)s units are asked for and the minimum in every stratum needs %(least)s. "
        "Draw more, or lower the minimum."
    ),
}


class SampleError(ValueError):
    """A plan or draw that cannot be made as things stand."""


class WaveClosedForSampling(SampleError):
    """Samples are drawn before the wave is closed."""


class FrameNotUsable(SampleError):
    """The frame is of another programme or country, not loaded, or constructed while the wave is not."""


class AlreadyDrawn(SampleError):
    """The sample of this country stands: a draw is made once."""


@dataclass(frozen=True)
class DrawnUnit:
    unit_id: int
    stratum: str
    code: str
    municipality_code: str
    county: str
    employees: int
    level: str
    language: str


@dataclass(frozen=True)
class DrawnStratum:
    key: str
    sector: str
    size_class: str
    population: int
    drawn: int
    take_all: bool


@dataclass(frozen=True)
class Selection:
    """What a draw gives: the strata of the frame, and the units drawn from each."""

    strata: Sequence[DrawnStratum]
    units: Sequence[DrawnUnit]


def reason(error: sampling.SamplingError) -> str:
    """What staff read; a fault that no frame loaded here can have keeps its own words."""
    sentence = REASONS.get(error.code)
    return str(sentence) % error.numbers if sentence else str(error)


@transaction.atomic
def plan(
    *,
    wave: Wave,
    frame: Frame,
    size: int,
    take_all_from: int | None = None,
    minimum_per_stratum: int = 2,
    seed: int,
    by: User,
) -> SamplePlan:
    """Set down how the sample of the frame's country is drawn; replaces a plan that is not drawn or being drawn."""
    wave = _not_closed(wave.pk)
    _check_usable(wave, frame)
    if size < 1 or minimum_per_stratum < 0 or seed < 0 or (take_all_from is not None and take_all_from < 1):
        raise SampleError("size and take_all_from: expected 1 or more; minimum_per_stratum and seed: 0 or more.")
    existing = wave.plans.filter(frame__country=frame.country).select_related("job").first()
    if existing is not None and (existing.drawn_at or (existing.job and not existing.job.has_ended)):
        raise AlreadyDrawn(_("The sample is drawn or being drawn, and cannot be changed any more."))
    made = existing or SamplePlan(wave=wave)
    made.frame, made.size, made.seed, made.job = frame, size, seed, None
    made.take_all_from, made.minimum_per_stratum = take_all_from, minimum_per_stratum
    made.save()
    AuditEvent.objects.record(
        "sample.planned", made, by=by, programme=wave.programme, wave=wave.code, size=size, seed=seed
    )
    return made


def _not_closed(wave_id: int) -> Wave:
    """The wave, locked: planning, drawing and closing come one after the other."""
    wave: Wave = Wave.objects.select_for_update().get(pk=wave_id)
    if wave.state == WaveState.CLOSED:
        raise WaveClosedForSampling(_("The wave is closed: nothing more can be drawn."))
    return wave


def _check_usable(wave: Wave, frame: Frame) -> None:
    if frame.programme_id != wave.programme_id or frame.country not in wave.countries:
        raise FrameNotUsable(f"frame: expected one of this programme for {', '.join(wave.countries)}, got {frame}.")
    if frame.state != FrameState.LOADED:
        raise FrameNotUsable(_("The frame is not loaded."))
    if frame.constructed and not wave.constructed:
        raise FrameNotUsable(_("The frame is constructed and the wave is not marked as constructed."))


@transaction.atomic
def request_draw(*, plan: SamplePlan, by: User) -> Job:
    """Ask for the draw in a job. Asked twice: the one job."""
    wave = _not_closed(plan.wave_id)
    # Read after the lock and without joins: joined rows would be those from before the wait for it.
    plan = SamplePlan.objects.get(pk=plan.pk)
    if plan.drawn_at:
        raise AlreadyDrawn(_("The sample is drawn already."))
    if plan.job is not None and not plan.job.has_ended:
        return plan.job
    plan.job = enqueue("surveys.draw_sample", arguments={"plan_id": plan.pk, "by_id": by.pk}, by=by.pk)
    plan.save(update_fields=["job"])
    AuditEvent.objects.record("sample.requested", plan, by=by, programme=wave.programme, wave=wave.code, seed=plan.seed)
    return plan.job


@transaction.atomic
def store_draw(*, plan: SamplePlan, selection: Selection, by: User) -> SamplePlan:
    """Strata with N_h and n_h, and the drawn units with their chance; once a plan."""
    wave = _not_closed(plan.wave_id)
    taken = SamplePlan.objects.filter(pk=plan.pk, drawn_at__isnull=True).update(drawn_at=timezone.now())
    if not taken:
        raise AlreadyDrawn(_("The sample is drawn already."))
    country = plan.frame.country
    strata = _store_strata(wave, country, selection.strata)
    SampledUnit.objects.bulk_create(
        (
            SampledUnit(
                wave=wave,
                stratum=strata[unit.stratum],
                unit_id=unit.unit_id,
                pseudonym=pseudonym("unit", wave.programme, country, unit.code),
                cluster=pseudonym("municipality", wave.programme, country, unit.municipality_code),
                county=unit.county,
                employees=unit.employees,
                level=unit.level,
                inclusion_probability=strata[unit.stratum].drawn / strata[unit.stratum].population,
                language=unit.language,
            )
            for unit in selection.units
        ),
        batch_size=BATCH,
    )
    AuditEvent.objects.record(
        "sample.drawn",
        plan,
        by=by,
        programme=wave.programme,
        wave=wave.code,
        units=len(selection.units),
        strata=len(strata),
        seed=plan.seed,
        frame=plan.frame.content_hash,
    )
    plan.refresh_from_db()
    return plan


def _store_strata(wave: Wave, country: str, strata: Sequence[DrawnStratum]) -> dict[str, Stratum]:
    rows = Stratum.objects.bulk_create(
        Stratum(
            wave=wave,
            key=stratum.key,
            country=country,
            sector=stratum.sector,
            size_class=stratum.size_class,
            population=stratum.population,
            drawn=stratum.drawn,
            take_all=stratum.take_all,
        )
        for stratum in strata
    )
    return {row.key: row for row in rows}
