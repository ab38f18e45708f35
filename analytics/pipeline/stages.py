"""The stages of a run as jobs: prepared, worked out in parts, put together and stored."""

import time
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import checks, dataset, provenance, queries
from analytics.core.arrays import InputError
from analytics.core.definitions import DefinitionError
from analytics.core.results import EstimateRow, result_hash
from analytics.models import Dataset, Estimate, OlderDataset, PartKind, PartResult, Run, RunPart, RunState
from analytics.pipeline.parts import Part, Source, key_of, needs, plan, read_result, work_out
from analytics.pipeline.recipe import Computed, side_by_side
from jobs import outbox
from jobs.claim import JobRefused, Step
from jobs.models import Job, JobState
from surveys.models import SYSTEM, AuditEvent, Wave, WaveState

COMPUTE_PART = "analytics.compute_part"
BATCH = 500
REFUSED = (
    checks.CheckFailed,
    dataset.DatasetDamaged,
    dataset.DatasetErased,
    dataset.MixedInstruments,
    dataset.PilotWave,
    dataset.WaveNotClosed,
    DefinitionError,
    InputError,  # a margin that the weights cannot meet, for instance: a second try would say the same
)


def prepare(run: Run, step: Step) -> None:
    """Freeze the answers and ask for the parts whose result is not known yet; the run's own job waits for them.

    What can never succeed fails the job at once with its sentence; everything else is tried again by the job.
    """
    if run.state != RunState.REQUESTED:
        return
    try:
        step.progress(0.0, _("Freezing the answers"))
        run.dataset = dataset.freeze(run.wave, by=SYSTEM, step=step)
        run.previous_dataset = _previous(run.wave, step)
        older = _older(run.wave, step)
    except REFUSED as error:
        raise JobRefused(str(error)) from error
    source = replace(Source.of(run), older=older)
    keys = {part: key_of(part, source) for part in plan(source)}
    with step.fenced(last=True):
        run.save(update_fields=["dataset", "previous_dataset"])
        OlderDataset.objects.bulk_create(
            OlderDataset(run=run, dataset=one, position=position) for position, one in enumerate(older)
        )
        _ask_for(run, keys)


def compute_part(part: RunPart, step: Step) -> None:
    """Work one part out and keep its result; nothing to do when somebody has it already."""
    if PartResult.objects.filter(key=part.key).exists():
        return
    began = time.perf_counter()
    try:
        content = work_out(
            Part(PartKind(part.kind), part.country),
            Source.of(part.run),
            _results_needed(part),
            lambda share, name: step.progress(share, _words(name)),
        )
    except (*REFUSED, _PartMissing) as error:
        raise JobRefused(str(error)) from error
    with step.fenced(last=True):
        PartResult.objects.get_or_create(
            key=part.key,
            defaults={"kind": part.kind, "content": content, "seconds": time.perf_counter() - began},
        )


def _results_needed(part: RunPart) -> dict[Part, Computed]:
    """The results of the parts that this one is made from, whose jobs have ended. Raises _PartMissing."""
    rows = {Part(PartKind(one.kind), one.country): one for one in part.run.parts.all()}
    wanted = {one: rows[one].key for one in needs(Part(PartKind(part.kind), part.country), list(rows))}
    known = dict(PartResult.objects.filter(key__in=wanted.values()).values_list("key", "content"))
    if len(known) < len(set(wanted.values())):
        raise _PartMissing(_("A part of the run that this one needs was not worked out."))
    return {one: read_result(known[key]) for one, key in wanted.items()}


def _words(name: str) -> str:
    """What a part does now, in words; another name is a mistake in the recipe (KeyError)."""
    return {
        "weights": _("Weighing the answers"),
        "estimates": _("Estimating"),
        "changes": _("Comparing with the wave before"),
        "replicates": _("Drawing replicates"),
        "small_areas": _("Modelling small areas"),
        "scales": _("Examining the items of scales"),
        "index_uncertainty": _("Varying the choices behind the indices"),
    }[name]


def finish(run: Run, step: Step) -> None:
    """Put the parts together and store the estimates. A run that has ended is left as it is."""
    if run.state != RunState.REQUESTED:
        return
    try:
        computed = _together(run, step)
        step.progress(0.5, _("Storing the estimates"))
        _store(run, computed, step)
    except (*REFUSED, _PartMissing) as error:
        _refuse(run, str(error), step)
        raise JobRefused(str(error)) from error


class _PartMissing(Exception):
    """A part of the run has no result; the message is what its job said."""


def _together(run: Run, step: Step) -> Computed:
    step.progress(0.1, _("Comparing countries"))
    if run.dataset is None:
        raise _PartMissing(_said(run))
    parts = list(run.parts.order_by("pk"))
    results = dict(PartResult.objects.filter(key__in=[part.key for part in parts]).values_list("key", "content"))
    if len(results) != len({part.key for part in parts}):
        raise _PartMissing(_said(run))
    source = Source.of(run)
    return side_by_side([read_result(results[part.key]) for part in parts], source.definitions, source.parameters)


def _said(run: Run) -> str:
    """Why a part gave nothing: the sentence of the first job that failed, the preparing one included."""
    jobs = Job.objects.filter(Q(parent=run.job) | Q(pk__in=run.parts.values("job")), state=JobState.FAILED)
    failed = jobs.order_by("finished_at", "pk").first() if run.job is not None else None
    return failed.error if failed is not None else _("A part of the run was stopped.")


def _ask_for(run: Run, keys: dict[Part, str]) -> None:
    """A row for every part, and a job for each without a result.

    A part that is made from others waits for them as their parent; the run's own job waits for all the rest.
    """
    known = set(PartResult.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    rows = {
        part: RunPart.objects.create(run=run, kind=part.kind, country=part.country, key=keys[part]) for part in keys
    }
    waiting: dict[Part, Job] = {}
    for part, row in sorted(rows.items(), key=lambda pair: not needs(pair[0], list(rows))):
        if row.key in known:
            continue
        row.job = outbox.enqueue(
            COMPUTE_PART, arguments={"part_id": row.pk}, by=run.requested_by_id, parent=waiting.get(part, run.job)
        )
        row.save(update_fields=["job"])
        waiting |= dict.fromkeys(needs(part, list(rows)), row.job)


def _previous(wave: Wave, step: Step) -> Dataset | None:
    """The dataset of the wave before, when it is closed and no pilot, frozen now where it is not yet."""
    if wave.previous is None or not _counts(wave.previous):
        return None
    return dataset.freeze(wave.previous, by=SYSTEM, step=step)


def _older(wave: Wave, step: Step) -> tuple[Dataset, ...]:
    """The datasets of the waves before the one before, the oldest first: a trend goes through them.

    Passed over are pilots, waves that are not closed, and datasets whose rows were erased: the rules on keeping
    answers would else end every later run.
    """
    waves = [one for one in reversed(queries.chain_of(wave)[1:]) if _counts(one)]
    found = [dataset.freeze(one, by=SYSTEM, step=step) for one in waves]
    return tuple(one for one in found if one.erased_at is None)


def _counts(wave: Wave) -> bool:
    return wave.state == WaveState.CLOSED and not wave.pilot


def _store(run: Run, computed: Computed, step: Step) -> None:
    """Estimates in short transactions, seen by nobody until the last one says that the run is finished.

    A try that was killed in between leaves rows that the next one replaces.
    """
    with step.fenced():
        Estimate.objects.filter(run=run).delete()
    for start in range(0, len(computed.rows), BATCH):
        with step.fenced():
            Estimate.objects.bulk_create(_estimates(run, computed.rows[start : start + BATCH]))
    run.state = RunState.FINISHED
    run.finished_at = timezone.now()
    run.result_hash = result_hash(computed.rows)
    run.diagnostics = computed.diagnostics
    run.code_version = provenance.code_version(settings.BASE_DIR)
    run.lock_hash = provenance.lock_hash(settings.BASE_DIR)
    run.environment = provenance.environment()
    with step.fenced(last=True):
        run.save(
            update_fields=[
                "state",
                "finished_at",
                "result_hash",
                "diagnostics",
                "code_version",
                "lock_hash",
                "environment",
            ]
        )
        AuditEvent.objects.record(
            "run.finished", run, by=SYSTEM, programme=run.wave.programme, result_hash=run.result_hash
        )


def _estimates(run: Run, rows: Sequence[EstimateRow]) -> list[Estimate]:
    return [Estimate(run=run, **{**vars(row), "flags": list(row.flags)}) for row in rows]


def _refuse(run: Run, reason: str, step: Step) -> None:
    run.state = RunState.FAILED
    run.error = reason
    run.finished_at = timezone.now()
    with step.fenced():
        run.save(update_fields=["state", "error", "finished_at"])
        AuditEvent.objects.record("run.failed", run, by=SYSTEM, programme=run.wave.programme, reason=reason)
