"""Runs: asked for, carried out by the job, stored once, stopped, refused."""

from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from analytics import dataset, pipeline, provenance
from analytics.actions import runs
from analytics.core.definitions import DefinitionError
from analytics.core.parameters import ParameterError
from analytics.core.results import result_hash
from analytics.models import Dataset, DefinitionSet, Estimate, PartKind, PartResult, Run, RunPart, RunState
from analytics.pipeline import recipe, stages
from analytics.pipeline.parts import Source, key_of, plan, work_out
from jobs import claim
from jobs.execution import execute, run_due
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
    run = runs.start(wave=wave, parameters=make.QUICK, by=by)
    run_due()
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
        (e.estimand, e.indicator, e.category, e.country, e.sector, e.against): (e.value, e.low, e.high, e.n, e.flags)
        for e in Estimate.objects.visible().filter(run=run, size_class="", area="")
    }
    whole = [row for row in rows if not (row.size_class or row.area)]
    assert stored == {row.key: (row.value, row.low, row.high, row.n, list(row.flags)) for row in whole}
    assert Estimate.objects.filter(run=run).count() == len(rows)


def test_two_runs_of_one_wave_give_the_same_bits(wave: Wave, administrator: User) -> None:
    one, other = finished(wave, administrator), finished(wave, administrator)
    assert one.pk != other.pk
    assert one.result_hash == other.result_hash


def test_the_wave_before_gives_changes(wave: Wave, administrator: User) -> None:
    later = closed_wave("2027", wave, seed=2)
    run = finished(later, administrator)
    assert run.previous_dataset is not None
    assert run.previous_dataset.wave == wave
    change = run.estimates.get(estimand="change", indicator="innovative", country="NO", sector="", size_class="")
    assert change.against == "2025"
    assert change.verdict in ("higher", "lower", "not_distinguishable")
    assert run.estimates.filter(estimand="change", indicator="factors", sector="", size_class="").count() == 12
    assert not run.estimates.filter(estimand="trend").exists(), "two waves make no trend"
    assert not run.older_datasets.exists()


def test_a_wave_before_that_is_still_open_gives_none(wave: Wave, administrator: User) -> None:
    later = closed_wave("2027", wave, seed=2)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.OPEN)
    run = finished(later, administrator)
    assert run.previous_dataset is None
    assert not run.estimates.filter(estimand="change").exists()


# --- trends over three waves or more


def closed_waves(*codes: str) -> list[Wave]:
    """One after the other; each asks about the year before its code, and a code that ends in p is a pilot's."""
    waves: list[Wave] = []
    for number, code in enumerate(codes, start=1):
        wave = closed_wave(code, waves[-1] if waves else None, seed=number)
        wave.reference_to = date(int(code[:4]) - 1, 12, 31)
        wave.pilot = code.endswith("p")
        wave.save(update_fields=["reference_to", "pilot"])
        waves.append(wave)
    return waves


def test_three_closed_waves_give_trends_that_can_be_computed_again() -> None:
    oldest, before, wave = closed_waves("2021", "2023", "2026")
    run = finished(wave, make.user("administrator", wave.programme))
    assert run.previous_dataset is not None
    assert (run.previous_dataset.wave, [one.dataset.wave for one in run.older_datasets.all()]) == (before, [oldest])
    trends = run.estimates.filter(estimand="trend")
    assert set(trends.values_list("country", "sector", "size_class", "against")) == {("NO", "", "", "2021")}
    one = trends.get(indicator="innovative")
    assert one.value is not None
    assert one.low is not None
    assert one.low < one.value
    assert one.verdict in ("higher", "lower", "not_distinguishable")
    said = next(entry for entry in run.diagnostics["trends"] if entry["indicator"] == "innovative")
    assert (said["waves"], said["degrees_of_fit"]) == (["2021", "2023", "2026"], 1)
    source = Source.of(run)
    part = next(one for one in plan(source) if one.kind == PartKind.ESTIMATES)
    kept = PartResult.objects.get(key=run.parts.get(kind=part.kind, country=part.country).key)
    assert key_of(part, source) == kept.key
    assert work_out(part, source, {}, lambda _share, _name: None) == kept.content
    assert key_of(part, replace(source, older=())) != kept.key


def test_a_pilot_just_before_is_passed_over_and_gives_no_change() -> None:
    first, second, _pilot, wave = closed_waves("2021", "2023", "2024p", "2025")
    run = prepared(wave)
    assert run.previous_dataset is None
    assert [one.dataset.wave for one in run.older_datasets.all()] == [first, second]


def test_waves_that_are_open_or_erased_take_no_part() -> None:
    waves = closed_waves("2019", "2021", "2023", "2025", "2027")
    for gone in (waves[0], waves[1]):
        dataset.freeze(gone, by="a test")
    Dataset.objects.filter(wave=waves[0]).update(erased_at=timezone.now())
    Wave.objects.filter(pk=waves[2].pk).update(state=WaveState.OPEN)
    run = prepared(waves[4])
    assert [one.dataset.wave for one in run.older_datasets.all()] == [waves[1]]


def prepared(wave: Wave) -> Run:
    """A run whose parts are known and not yet worked out."""
    run = runs.start(
        wave=Wave.objects.get(pk=wave.pk), parameters=make.QUICK, by=make.user("administrator", wave.programme)
    )
    assert run_due(1) == 1
    run.refresh_from_db()
    assert run.parts.exists()
    return run


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


def test_an_index_that_is_off_by_default_is_computed_when_asked_for(wave: Wave, administrator: User) -> None:
    plain = finished(wave, administrator)
    assert not plain.estimates.filter(indicator="nordic_composite").exists()
    run = runs.start(wave=wave, parameters=make.QUICK | {"ask_for": ["nordic_composite"]}, by=administrator)
    run_due()
    assert run.estimates.filter(estimand="index", indicator="nordic_composite", country="NO").exists()
    with pytest.raises(DefinitionError, match="no_such_index"):
        runs.start(wave=wave, parameters={"ask_for": ["no_such_index"]}, by=administrator)


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
    assert Job.objects.filter(task=runs.FINISH).count() == Job.objects.filter(task=runs.PREPARE).count() == 1


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
    """The claim of the job that puts the parts together, once everything before it is done."""
    while run_due(1) and not Job.objects.due(timezone.now()).filter(task=runs.FINISH).exists():
        pass
    assert run.job_id is not None
    step = claim.take(run.job_id)
    assert step is not None
    run.refresh_from_db()
    return step


def test_a_run_that_is_stopped_while_it_computes_stores_nothing(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    compute = recipe.measure_all

    def stopped_meanwhile(*given: object) -> object:
        runs.cancel(run=run, by=administrator)
        return compute(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(recipe, "measure_all", stopped_meanwhile)
    assert run_due() == 2, "it was prepared, and its first part began"
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert set(Job.objects.values_list("task", "state")) == {
        (runs.PREPARE, JobState.DONE),
        (stages.COMPUTE_PART, JobState.CANCELLED),
        (runs.FINISH, JobState.CANCELLED),
    }
    assert not Estimate.objects.exists()
    assert not PartResult.objects.exists()


def test_a_worker_that_has_lost_its_claim_stores_nothing(wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    slow = claim.take(Job.objects.get(task=runs.PREPARE).pk)
    assert slow is not None
    Job.objects.update(owner="somebody else")
    with pytest.raises(claim.ClaimLost):
        pipeline.prepare(run, slow)
    run.refresh_from_db()
    assert (run.state, run.dataset) == (RunState.REQUESTED, None)
    assert not Dataset.objects.exists()
    assert not RunPart.objects.exists()


def test_a_part_whose_worker_has_lost_its_claim_keeps_nothing(wave: Wave, administrator: User) -> None:
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    assert run_due(1) == 1
    part = RunPart.objects.get(run=run, kind=PartKind.ESTIMATES)
    assert part.job_id is not None
    slow = claim.take(part.job_id)
    assert slow is not None
    Job.objects.filter(pk=part.job_id).update(owner="somebody else")
    with pytest.raises(claim.ClaimLost):
        pipeline.compute_part(part, slow)
    assert not PartResult.objects.exists()


def test_a_try_that_was_killed_among_its_batches_is_replaced_by_the_next(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    monkeypatch.setattr(stages, "BATCH", 100)
    whole, calls = stages._estimates, []

    def killed(*given: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "_estimates", killed)
    step = taken(run)
    with pytest.raises(KeyboardInterrupt):
        pipeline.finish(run, step)
    assert Estimate.objects.count() == 200
    assert not Estimate.objects.visible().exists(), "nothing is seen before the run is finished"
    Job.objects.filter(pk=run.job_id).update(state=JobState.QUEUED, owner="")
    assert run_due() == 1
    run.refresh_from_db()
    assert run.state == RunState.FINISHED
    assert Estimate.objects.visible().count() == run.diagnostics["estimates"]


# --- parts


def test_a_repeated_run_finds_its_parts_done(wave: Wave, administrator: User) -> None:
    first = finished(wave, administrator)
    asked = Job.objects.filter(task=stages.COMPUTE_PART).count()
    again = finished(wave, administrator)
    assert Job.objects.filter(task=stages.COMPUTE_PART).count() == asked
    assert again.result_hash == first.result_hash
    assert [part.key for part in again.parts.all()] == [part.key for part in first.parts.all()]
    assert [part.job for part in again.parts.all()] == [None] * len(again.parts.all())


@pytest.mark.parametrize(
    "change",
    [{"parameters": make.QUICK | {"confidence": 0.9}}, {"parameters": make.QUICK, "seed": 7}],
    ids=["other parameters", "another seed"],
)
def test_another_choice_is_another_part(wave: Wave, administrator: User, change: dict[str, Any]) -> None:
    first = finished(wave, administrator)
    run = runs.start(wave=wave, by=administrator, **change)
    run_due()
    assert not {part.key for part in run.parts.all()} & {part.key for part in first.parts.all()}


def test_other_code_is_another_part(wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = finished(wave, administrator)
    monkeypatch.setattr(provenance, "computing_hash", lambda: "changed")
    second = finished(wave, administrator)
    assert not {part.key for part in second.parts.all()} & {part.key for part in first.parts.all()}
    assert second.result_hash == first.result_hash


def test_the_order_in_which_workers_take_the_parts_changes_no_bit(administrator: User) -> None:
    wave = make.wave(make.programme("nordic_composite"), countries=["NO", "DK"])
    for country in ("NO", "DK"):
        units = make.drawn(wave, make.frame(wave.programme, country=country, units=make.units(60)), size=30)
        make.submitted(answers.of(units[::2], instrument_of(wave.instrument), seed=3))
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED)
    wave.refresh_from_db()
    hashes = []
    for backwards in (False, True):
        PartResult.objects.all().delete()
        run = runs.start(wave=wave, parameters={"replicates": 50}, by=administrator)
        assert run_due(1) == 1
        jobs = list(Job.objects.due(timezone.now()).order_by("-pk" if backwards else "pk"))
        assert [job.task for job in jobs] == [stages.COMPUTE_PART] * len(jobs)
        assert len(jobs) > 1
        for job in jobs:
            execute(job.pk)
        run_due()
        run.refresh_from_db()
        hashes.append(run.result_hash)
    assert hashes[0] == hashes[1] != ""


def test_a_finished_run_is_left_as_it_is(wave: Wave, administrator: User) -> None:
    run = finished(wave, administrator)
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run_due()
    again = Run.objects.get(pk=run.pk)
    assert (again.finished_at, again.result_hash) == (run.finished_at, run.result_hash)


def test_a_dataset_that_is_gone_fails_the_run_with_its_reason(wave: Wave, administrator: User) -> None:
    stored = dataset.freeze(wave, by=administrator)
    dataset.path_of(stored.content_hash).unlink()
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    run_due()
    run.refresh_from_db()
    jobs = Job.objects.filter(task=stages.COMPUTE_PART)
    assert run.state == RunState.FAILED
    assert {(job.state, job.attempts, job.error) for job in jobs} == {(JobState.FAILED, 1, run.error)}
    assert run.error != ""


def test_a_job_that_gave_up_leaves_no_run_under_way(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(recipe, "measure_all", broken)
    run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    run_due()
    run = Run.objects.select_related("job").get(pk=run.pk)
    assert (run.state, run.shown_state, run.under_way) == (RunState.FAILED, RunState.FAILED, False)
    assert "no memory" in run.error
    assert runs.start(wave=wave, parameters=make.QUICK, by=administrator) != run
