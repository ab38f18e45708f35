"""A run from frozen answers to stored estimates, readable as a recipe; a check stands after each stage."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import checks, dataset, provenance
from analytics.core import definition_checks, definition_documents, diagnostics
from analytics.core.change_rows import changes
from analytics.core.country_rows import between_countries
from analytics.core.definitions import DefinitionError, Definitions
from analytics.core.estimates import PointEstimate
from analytics.core.index_rows import index_rows, indices
from analytics.core.measuring import headlines, measure_all
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place, result_hash
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen
from analytics.models import Dataset, Estimate, Run, RunState
from jobs.claim import JobRefused, Step
from surveys.models import SYSTEM, AuditEvent, Wave, WaveState

BATCH = 500
REFUSED = (
    checks.CheckFailed,
    dataset.DatasetDamaged,
    dataset.DatasetErased,
    dataset.MixedInstruments,
    dataset.PilotWave,
    dataset.WaveNotClosed,
    DefinitionError,
)

Tell = Callable[[float, str], None]


@dataclass(frozen=True, eq=False)
class Computed:
    """All rows of a run and what staff must see beside them."""

    rows: tuple[EstimateRow, ...]
    diagnostics: dict[str, object]


def execute(run: Run, step: Step) -> None:
    """Freeze, compute and store a run. One that has ended is left as it is.

    What can never succeed fails the job at once with its sentence; everything else is tried again by the job.
    """
    if run.state != RunState.REQUESTED:
        return
    try:
        step.progress(0.0, _("Freezing the answers"))
        frozen, previous = _datasets(run, step)
        definitions = definition_documents.from_document(run.definitions.document)
        computed = _compute(frozen, previous, definitions, Parameters.from_document(run.parameters), step.progress)
        step.progress(0.8, _("Storing the estimates"))
        _store(run, computed, step)
    except REFUSED as error:
        _refuse(run, str(error), step)
        raise JobRefused(str(error)) from error


def compute(
    frozen: Frozen, previous: Frozen | None, definitions: Definitions, parameters: Parameters
) -> list[EstimateRow]:
    """All rows of a run, from the same inputs the same bits; nothing is stored."""
    return list(_compute(frozen, previous, definitions, parameters, lambda _share, _text: None).rows)


def recompute(run: Run) -> list[EstimateRow]:
    """The rows of a finished run, computed again from its frozen datasets, definitions and parameters.

    Raises dataset.DatasetErased when a source is gone, dataset.DatasetDamaged when it is not what was frozen.
    """
    if run.dataset is None:
        raise ValueError(f"run: expected one that has a dataset, got {run}. Let it finish first.")
    return compute(
        dataset.load(run.dataset),
        dataset.load(run.previous_dataset) if run.previous_dataset else None,
        definition_documents.from_document(run.definitions.document),
        Parameters.from_document(run.parameters),
    )


def _compute(
    frozen: Frozen, previous: Frozen | None, definitions: Definitions, parameters: Parameters, tell: Tell
) -> Computed:
    definition_checks.check_against(definitions, frozen.instrument)

    tell(0.2, _("Weighing the answers"))
    now = _weigh(frozen, parameters)
    before = _weigh(previous, parameters) if previous else None

    tell(0.4, _("Estimating"))
    measured = measure_all(now.sample, now.weighting.design, definitions, parameters)
    checks.estimates(measured.rows)

    tell(0.6, _("Comparing"))
    found = indices(now, measured.headlines, definitions)
    leading = {**measured.headlines, **found}
    rows = (*measured.rows, *index_rows(now, found, definitions, parameters))
    rows = between_countries(rows, leading, definitions, parameters)
    if before is not None:
        earlier = _earlier(before, definitions)
        rows += changes(now, before, headlines=leading, earlier=earlier, definitions=definitions, parameters=parameters)
    checks.comparisons(rows)
    return Computed(rows, diagnostics.describe(now, rows))


def _weigh(frozen: Frozen, parameters: Parameters) -> WeighedWave:
    sample = read(frozen.frame, frozen.strata, frozen.instrument)
    checks.dataset(sample, frozen.manifest)
    wave = weigh_wave(frozen.wave, frozen.instrument, sample, parameters)
    checks.weights(wave)
    return wave


def _earlier(before: WeighedWave, definitions: Definitions) -> dict[Place, PointEstimate]:
    """The headlines of the wave before, as far as its questionnaire has what they need."""
    usable = definition_checks.usable_with(definitions, before.instrument)
    found = headlines(before.sample, before.weighting.design, usable)
    return {**found, **indices(before, found, usable)}


def _datasets(run: Run, step: Step) -> tuple[Frozen, Frozen | None]:
    """The run's dataset and that of the wave before (when it is closed), frozen now where they are not yet."""
    run.dataset = dataset.freeze(run.wave, by=SYSTEM, step=step)
    run.previous_dataset = _previous(run.wave, step)
    with step.fenced():
        run.save(update_fields=["dataset", "previous_dataset"])
    return dataset.load(run.dataset), dataset.load(run.previous_dataset) if run.previous_dataset else None


def _previous(wave: Wave, step: Step) -> Dataset | None:
    if wave.previous is None or wave.previous.state != WaveState.CLOSED:
        return None
    return dataset.freeze(wave.previous, by=SYSTEM, step=step)


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
    return [Estimate(run=run, **{**asdict(row), "flags": list(row.flags)}) for row in rows]


def _refuse(run: Run, reason: str, step: Step) -> None:
    run.state = RunState.FAILED
    run.error = reason
    run.finished_at = timezone.now()
    with step.fenced():
        run.save(update_fields=["state", "error", "finished_at"])
        AuditEvent.objects.record("run.failed", run, by=SYSTEM, programme=run.wave.programme, reason=reason)
