"""Samples: planned for a country, drawn once in a job."""

import pytest

from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.actions import samples
from surveys.models import AuditEvent, Frame, SampledUnit, SamplePlan, Stratum, User, Wave, WaveState
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make.user(username="administrator")


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    return make.wave(programme, state=WaveState.DRAFT, instrument=make.instrument(programme, document={"key": "tiny"}))


def frame_of(wave: Wave, count: int = 90, *, name: str = "register", country: str = "NO") -> Frame:
    return make.frame(wave.programme, units=make.units(count), name=name, country=country)


def planned(wave: Wave, frame: Frame, by: User, *, size: int = 60, seed: int = 7) -> SamplePlan:
    return samples.plan(wave=wave, frame=frame, size=size, take_all_from=100, minimum_per_stratum=2, seed=seed, by=by)


def test_a_sample_is_drawn_in_a_job_with_strata_and_probabilities(wave: Wave, by: User) -> None:
    plan = planned(wave, frame_of(wave), by)
    job = samples.request_draw(plan=plan, by=by)
    assert SampledUnit.objects.count() == 0
    run_due()
    job.refresh_from_db()
    plan.refresh_from_db()
    assert (job.state, plan.drawn_at is not None) == (JobState.DONE, True)
    # 90 units over 5 sectors and 6 sizes of 3 units each: small 6, medium 6, large below 100 3, from 100 on 3
    assert list(
        Stratum.objects.filter(sector="culture").values_list("key", "size_class", "population", "take_all")
    ) == [
        ("NO.culture.large", "large", 3, False),
        ("NO.culture.large.all", "large", 3, True),
        ("NO.culture.medium", "medium", 6, False),
        ("NO.culture.small", "small", 6, False),
    ]
    assert sum(Stratum.objects.values_list("drawn", flat=True)) == SampledUnit.objects.count() == 60
    for unit in SampledUnit.objects.select_related("stratum", "unit"):
        assert unit.inclusion_probability == unit.stratum.drawn / unit.stratum.population
        assert unit.unit is not None
        assert (unit.employees, unit.language) == (unit.unit.employees, "nb")
    assert [event.action for event in AuditEvent.objects.about(plan)] == [
        "sample.drawn",
        "sample.requested",
        "sample.planned",
    ]


def test_the_same_frame_plan_and_seed_draw_the_same_units(wave: Wave, by: User) -> None:
    programme = wave.programme
    later = make.wave(programme, "2027", state=WaveState.DRAFT)
    frame = frame_of(wave)
    drawn = []
    for round_ in (wave, later):
        samples.request_draw(plan=planned(round_, frame, by), by=by)
        run_due()
        drawn.append(set(round_.sampled_units.values_list("pseudonym", "cluster", "stratum__key")))
    assert drawn[0] == drawn[1]


def test_pseudonyms_link_waves_inside_a_programme_and_nowhere_else(wave: Wave) -> None:
    other = make.programme("other")
    other_wave = make.wave(other, instrument=make.instrument(other, document={"key": "tiny"}))
    here = {row.pseudonym for row in make.drawn(wave, frame_of(wave, 10), size=10)}
    there = {row.pseudonym for row in make.drawn(other_wave, frame_of(other_wave, 10), size=10)}
    assert (len(here), len(there), here & there) == (10, 10, set())


def test_asking_twice_for_the_draw_is_one_job(wave: Wave, by: User) -> None:
    plan = planned(wave, frame_of(wave), by)
    assert samples.request_draw(plan=plan, by=by) == samples.request_draw(plan=plan, by=by)
    run_due()
    with pytest.raises(samples.AlreadyDrawn):
        samples.request_draw(plan=plan, by=by)


def test_a_drawn_sample_is_never_replanned_or_drawn_again(wave: Wave, by: User) -> None:
    frame = frame_of(wave)
    make.drawn(wave, frame, size=10)
    with pytest.raises(samples.AlreadyDrawn):
        planned(wave, frame, by)
    with pytest.raises(samples.AlreadyDrawn):
        samples.store_draw(plan=wave.plans.get(), selection=samples.Selection(strata=[], units=[]), by=by)


def test_a_plan_that_is_not_drawn_can_be_changed_also_to_another_frame_of_the_country(wave: Wave, by: User) -> None:
    planned(wave, frame_of(wave), by, size=60)
    planned(wave, frame_of(wave, name="newer"), by, size=65)
    assert list(wave.plans.values_list("frame__name", "size")) == [("newer", 65)]


def test_a_plan_that_cannot_be_carried_out_fails_with_its_reason_and_can_be_mended(wave: Wave, by: User) -> None:
    frame = frame_of(wave)
    job = samples.request_draw(plan=planned(wave, frame, by, size=91), by=by)
    run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "91" in job.error
    assert "90" in job.error
    samples.request_draw(plan=planned(wave, frame, by, size=60), by=by)
    run_due()
    assert wave.sampled_units.count() == 60


def test_only_a_loaded_frame_of_the_wave_is_usable(wave: Wave, by: User) -> None:
    foreign = make.frame(make.programme("other"), units=make.units(5))
    abroad = frame_of(wave, country="DK")
    loading = frame_of(wave)
    Frame.objects.filter(pk=loading.pk).update(state="importing")
    loading.refresh_from_db()
    constructed = make.frame(wave.programme, units=make.units(5), name="constructed", constructed=True)
    for frame in (foreign, abroad, loading, constructed):
        with pytest.raises(samples.FrameNotUsable):
            planned(wave, frame, by, size=2)


def test_nothing_is_drawn_after_closing(wave: Wave, by: User) -> None:
    plan = planned(wave, frame_of(wave), by)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED)
    with pytest.raises(samples.WaveClosedForSampling):
        samples.request_draw(plan=plan, by=by)
    with pytest.raises(samples.WaveClosedForSampling):
        planned(wave, plan.frame, by)


def test_a_wave_that_closes_while_the_job_waits_is_not_drawn_for(wave: Wave, by: User) -> None:
    job = samples.request_draw(plan=planned(wave, frame_of(wave), by), by=by)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED)
    run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts, wave.sampled_units.count()) == (JobState.FAILED, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_draw_at_once_get_one_sample(wave: Wave, by: User) -> None:
    plan = planned(wave, frame_of(wave), by)
    got = at_once(*(lambda: samples.request_draw(plan=plan, by=by).pk for _ in range(2)))
    assert (len(set(got)), Job.objects.count()) == (1, 1)
    run_due()
    assert wave.sampled_units.count() == 60
