"""Runs: asked for, carried out by the job, stored once, stopped, refused."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from analytics import dataset, pipeline
from analytics.actions import runs
from analytics.core.parameters import ParameterError
from analytics.core.results import result_hash
from analytics.models import Dataset, DefinitionSet, Estimate, Run, RunState
from jobs import claim
from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.models import AuditEvent, User, Wave, WaveState
from surveys.queries import instrument_of
from tests import make
from tests.analytics import answers

pytestmark = pytest.mark.django_db


def closed_wave(code: str = "2025", previous: Wave | None = None, *, seed: int = 1) -> Wave:
    """Forty drawn of ninety, most of them answered."""
    programme = previous.programme if previous else make.programme()
    wave = make.wave(programme, code, previous=previous)
    frame = programme.frames.first() or make.frame(programme, units=make.units(90))
    units = make.drawn(wave, frame, size=40, seed=seed)
    make.submitted(answers.of(units[::2] + units[1::4], instrument_of(wave.instrument), seed=seed))
    wave.state = WaveState.CLOSED
    wave.save(update_fields=["state"])
    return wave


@pytest.fixture
def wave() -> Wave:
    return closed_wave()


@pytest.fixture
def administrator(wave: Wave) -> User:
    return make.user("administrator", wave.programme)


def finished(wave: Wave, by: User) -> Run:
    run = runs.start(wave=wave, by=by)
    assert run_due() == 1
    run.refresh_from_db()
    assert run.error == ""
    return run


def test_a_run_names_everything_it_was_made_with(wave: Wave, administrator: User) -> None:
    run = finished(wave, administrator)
    assert run.dataset is not None
    assert run.job is not None
    assert (run.state, run.job.state, run.shown_state) == (RunState.FINISHED, JobState.DONE, RunState.FINISHED)
    assert run.dataset == Dataset.objects.get(wave=wave)
    assert run.instrument == wave.instrument
    assert run.definitions == DefinitionSet.objects.get()
    assert len(run.lock_hash) == len(run.result_hash) == 64
    assert run.code_version
    assert sorted(run.environment) == ["machine", "numpy", "pandas", "pyarrow", "python", "scipy"]
    assert run.parameters["confidence"] == 0.95
    assert run.diagnostics["countries"][0]["respondents"] == 30
    assert run.diagnostics["estimates"] == run.estimates.count()
    assert [event.action for event in AuditEvent.objects.about(run)] == ["run.finished", "run.requested"]


def test_the_stored_estimates_are_those_computed_and_can_be_computed_again(wave: Wave, administrator: User) -> None:
    run = finished(wave, administrator)
    rows = pipeline.recompute(run)
    assert result_hash(rows) == run.result_hash
    stored = {
        (e.estimand, e.indicator, e.category, e.country, e.sector, e.against, e.size_class, e.area): (
            e.value,
            e.low,
            e.high,
            e.n,
            e.flags,
        )
        for e in Estimate.objects.visible().filter(run=run)
    }
    assert stored == {row.key: (row.value, row.low, row.high, row.n, list(row.flags)) for row in rows}


def test_two_runs_of_one_wave_give_the_same_bits(wave: Wave, administrator: User) -> None:
    one, other = finished(wave, administrator), finished(wave, administrator)
    assert one.pk != other.pk
    assert one.result_hash == other.result_hash


def test_the_wave_before_gives_changes(wave: Wave, administrator: User) -> None:
    later = closed_wave("2027", wave, seed=2)
    run = finished(later, administrator)
    assert run.previous_dataset is not None
    assert run.previous_dataset.wave == wave
    change = run.estimates.get(estimand="change", indicator="innovative", country="NO", sector="")
    assert change.against == "2025"
    assert change.verdict in ("higher", "lower", "not_distinguishable")
    assert run.estimates.filter(estimand="change", indicator="factors", country="NO", sector="").count() == 12


def test_a_wave_before_that_is_still_open_gives_none(wave: Wave, administrator: User) -> None:
    later = closed_wave("2027", wave, seed=2)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.OPEN)
    run = finished(later, administrator)
    assert run.previous_dataset is None
    assert not run.estimates.filter(estimand="change").exists()


# --- asking


def test_an_open_wave_is_not_computed() -> None:
    wave = make.wave(make.programme())
    with pytest.raises(runs.WaveStillOpen):
        runs.start(wave=wave, by=make.user("administrator", wave.programme))
    assert not Job.objects.exists()


def test_a_pilot_is_not_computed() -> None:
    wave = make.wave(make.programme(), state=WaveState.CLOSED)
    Wave.objects.update(pilot=True)
    with pytest.raises(runs.PilotWave):
        runs.start(wave=wave, by=make.user("administrator", wave.programme))
    assert not Job.objects.exists()


def test_parameters_that_make_no_sense_start_nothing(wave: Wave, administrator: User) -> None:
    with pytest.raises(ParameterError):
        runs.start(wave=wave, parameters={"confidence": 95}, by=administrator)
    assert not Run.objects.exists()


def test_whoever_asks_while_a_run_is_under_way_gets_that_one(wave: Wave, administrator: User) -> None:
    first = runs.start(wave=wave, seen=0, by=administrator)
    assert runs.start(wave=wave, seen=0, by=make.user("administrator", wave.programme)) == first
    run_due()
    assert runs.start(wave=wave, seen=0, by=administrator) == first, "the page had not seen the first"
    assert runs.start(wave=wave, seen=first.pk, by=administrator) != first


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_start_one_run() -> None:
    wave = closed_wave()
    people = [make.user("administrator", wave.programme) for _ in range(2)]
    barrier = Barrier(2)
    found: list[int] = []

    def press(person: User) -> None:
        barrier.wait()
        try:
            found.append(runs.start(wave=wave, seen=0, by=person).pk)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Job.objects.count() == 1


# --- stopping, losing the claim, trying again


def test_a_run_that_waits_is_stopped_at_once(wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, by=administrator)
    runs.cancel(run=run, by=administrator)
    assert run_due() == 0
    run.refresh_from_db()
    assert (run.state, run.under_way) == (RunState.CANCELLED, False)
    with pytest.raises(runs.RunHasEnded):
        runs.cancel(run=run, by=administrator)


def taken(run: Run) -> claim.Step:
    assert run.job_id is not None
    step = claim.take(run.job_id)
    assert step is not None
    return step


def test_a_run_that_is_stopped_while_it_computes_stores_nothing(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.start(wave=wave, by=administrator)
    compute = pipeline.measure_all

    def stopped_meanwhile(*given: object) -> object:
        runs.cancel(run=run, by=administrator)
        return compute(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "measure_all", stopped_meanwhile)
    assert run_due() == 1
    run.refresh_from_db()
    assert (run.state, Job.objects.get().state) == (RunState.CANCELLED, JobState.CANCELLED)
    assert not Estimate.objects.exists()


def test_a_worker_that_has_lost_its_claim_stores_nothing(wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, by=administrator)
    slow = taken(run)
    Job.objects.update(owner="somebody else")
    with pytest.raises(claim.ClaimLost):
        pipeline.execute(run, slow)
    run.refresh_from_db()
    assert (run.state, run.dataset) == (RunState.REQUESTED, None)
    assert not Estimate.objects.exists()
    assert not Dataset.objects.exists()


def test_a_try_that_was_killed_among_its_batches_is_replaced_by_the_next(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.start(wave=wave, by=administrator)
    monkeypatch.setattr(pipeline, "BATCH", 100)
    whole, calls = pipeline._estimates, []

    def killed(*given: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "_estimates", killed)
    with pytest.raises(KeyboardInterrupt):
        pipeline.execute(run, taken(run))
    assert Estimate.objects.count() == 200
    assert not Estimate.objects.visible().exists(), "nothing is seen before the run is finished"
    Job.objects.update(state=JobState.QUEUED, owner="")
    assert run_due() == 1
    run.refresh_from_db()
    assert run.state == RunState.FINISHED
    assert Estimate.objects.visible().count() == run.diagnostics["estimates"]


def test_a_finished_run_is_left_as_it_is(wave: Wave, administrator: User) -> None:
    run = finished(wave, administrator)
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run_due()
    again = Run.objects.get(pk=run.pk)
    assert (again.finished_at, again.result_hash) == (run.finished_at, run.result_hash)


def test_a_dataset_that_is_gone_fails_the_run_with_its_reason(wave: Wave, administrator: User) -> None:
    stored = dataset.freeze(wave, by=administrator)
    dataset.path_of(stored.content_hash).unlink()
    run = runs.start(wave=wave, by=administrator)
    run_due()
    run.refresh_from_db()
    job = Job.objects.get()
    assert (run.state, job.state, job.attempts) == (RunState.FAILED, JobState.FAILED, 1)
    assert run.error == job.error != ""


def test_a_job_that_gave_up_leaves_no_run_under_way(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(pipeline, "measure_all", broken)
    run = runs.start(wave=wave, by=administrator)
    run_due()
    run = Run.objects.select_related("job").get(pk=run.pk)
    assert (run.state, run.shown_state, run.under_way) == (RunState.REQUESTED, RunState.FAILED, False)
    assert runs.start(wave=wave, by=administrator) != run
