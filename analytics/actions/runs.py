"""Runs: asked for by a person, carried out by a job, stopped while they wait or compute."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.core import definition_checks, definition_documents
from analytics.core.parameters import Parameters
from analytics.models import DefinitionSet, Run, RunState
from jobs import outbox
from surveys.models import AuditEvent, User, Wave, WaveState
from surveys.queries import instrument_of

PREPARE, FINISH = "analytics.prepare_run", "analytics.finish_run"


class RunError(ValueError):
    """A run that cannot be started or stopped as things stand."""


class WaveStillOpen(RunError):
    """Only a closed wave is computed: its answers no longer change."""


class PilotWave(RunError):
    """A pilot tries the questionnaire; nothing is computed from it."""


class RunHasEnded(RunError):
    """What has ended cannot be stopped."""


@transaction.atomic
def start(
    *, wave: Wave, parameters: Mapping[str, object] | None = None, seed: int = 0, seen: int | None = None, by: User
) -> Run:
    """Ask for a run of the wave: a job that prepares it, whose parts are jobs too, and one that waits for all of them.

    Whoever asks while one is under way gets that one. `seen` is the newest run that the asker's page showed: when
    somebody else has started one since, that one is given. Raises WaveStillOpen, PilotWave, ParameterError or
    DefinitionError.
    """
    locked = Wave.objects.select_for_update(of=("self",)).select_related("instrument", "programme").get(pk=wave.pk)
    if locked.state != WaveState.CLOSED:
        raise WaveStillOpen(_("Wave %(code)s is not closed. Close it first.") % {"code": locked.code})
    if locked.pilot:
        raise PilotWave(_("Wave %(code)s is a pilot. Its answers never enter results.") % {"code": locked.code})
    latest: Run | None = Run.objects.filter(wave=locked).select_related("job").order_by("-pk").first()
    if latest is not None and (latest.under_way or (seen is not None and latest.pk > seen)):
        return latest
    chosen = Parameters.from_document(parameters or {})
    run = Run.objects.create(
        wave=locked,
        instrument=locked.instrument,
        definitions=_definitions(locked, chosen),
        parameters=chosen.to_document(),
        seed=seed,
        requested_by=by,
    )
    run.job = outbox.enqueue(FINISH, arguments={"run_id": run.pk}, by=by.pk, key=f"{FINISH}.{run.pk}")
    outbox.enqueue(PREPARE, arguments={"run_id": run.pk}, by=by.pk, key=f"{PREPARE}.{run.pk}", parent=run.job)
    run.save(update_fields=["job"])
    AuditEvent.objects.record("run.requested", run, by=by, programme=locked.programme, wave=locked.code)
    return run


@transaction.atomic
def cancel(*, run: Run, by: User) -> None:
    """Stop a run that waits or computes. Raises RunHasEnded."""
    locked = Run.objects.select_for_update(of=("self",)).select_related("job", "wave__programme").get(pk=run.pk)
    if not locked.under_way:
        raise RunHasEnded(_("The run has ended and cannot be stopped."))
    if locked.job is not None:
        outbox.cancel(locked.job)
    locked.state = RunState.CANCELLED
    locked.finished_at = timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    AuditEvent.objects.record("run.cancelled", locked, by=by, programme=locked.wave.programme)


def _definitions(wave: Wave, parameters: Parameters) -> DefinitionSet:
    """The shipped definitions, held against the wave's questionnaire and stored once for each content."""
    document = definition_documents.load_library()
    definition_checks.for_questionnaire(
        definition_documents.from_document(document), instrument_of(wave.instrument), ask_for=parameters.ask_for
    )
    stored, _made = DefinitionSet.objects.get_or_create(
        content_hash=definition_documents.content_hash(document), defaults={"document": document}
    )
    return stored
