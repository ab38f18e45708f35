"""The measured time: the median of what was handed in, from twenty questionnaires up."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs import registry, timetable
from jobs.execution import run_due
from surveys.models import AuditEvent, PageSave, Response, SampledUnit, Wave, WaveState
from surveys.queries.respondents import announced_minutes
from surveys.work.times import median_seconds
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    return make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))


@pytest.fixture
def units(wave: Wave) -> list[SampledUnit]:
    return make.drawn(wave, make.frame(wave.programme, units=make.units(30)), size=30)


def handed_in(units: Sequence[SampledUnit], seconds: Sequence[Sequence[int | None]]) -> list[Response]:
    """One questionnaire a unit, with a save of so many seconds for each page."""
    make.submitted((unit, {}) for unit in units)
    responses = list(Response.objects.filter(sampled_unit__in=units).order_by("sampled_unit__unit__code"))
    saves(responses, seconds)
    return responses


def saves(responses: Sequence[Response], seconds: Sequence[Sequence[int | None]], *, automatic: bool = False) -> None:
    PageSave.objects.bulk_create(
        PageSave(
            response=response,
            key=f"{automatic}-{number}",
            page="colour",
            body_hash="0" * 64,
            seconds=taken,
            automatic=automatic,
            saved_at=timezone.now(),
        )
        for response, pages in zip(responses, seconds, strict=True)
        for number, taken in enumerate(pages)
    )


def test_the_median_of_twenty(wave: Wave, units: list[SampledUnit]) -> None:
    handed_in(units[:20], [(number, number, 100) for number in range(20)])
    assert median_seconds(wave) == 119  # 2 x 9.5 + 100


def test_fewer_than_twenty_say_nothing(wave: Wave, units: list[SampledUnit]) -> None:
    handed_in(units[:19], [(10, 10, 10)] * 19)
    assert median_seconds(wave) is None


def test_a_long_pause_counts_ten_minutes_a_page(wave: Wave, units: list[SampledUnit]) -> None:
    handed_in(units[:20], [(600, 601, 90_000)] * 20)
    assert median_seconds(wave) == 1800


def test_saves_without_a_time_and_automatic_ones_are_left_out(wave: Wave, units: list[SampledUnit]) -> None:
    responses = handed_in(units[:20], [(20, None, 30, 40)] * 20)
    saves(responses, [(500, 500)] * 20, automatic=True)
    assert median_seconds(wave) == 90


def test_questionnaires_of_less_than_three_timed_pages_are_left_out(wave: Wave, units: list[SampledUnit]) -> None:
    handed_in(units[:25], [(5, 5, None)] * 5 + [(50, 50, 50)] * 20)
    assert median_seconds(wave) == 150
    PageSave.objects.filter(response__sampled_unit=units[24], key="False-0").delete()
    assert median_seconds(wave) is None


def test_only_what_was_handed_in_in_the_wave_counts(wave: Wave, units: list[SampledUnit]) -> None:
    handed_in(units[:25], [(10, 10, 10)] * 20 + [(500, 500, 500)] * 5)
    Response.objects.filter(sampled_unit__in=units[20:25]).update(submitted_at=None)
    assert median_seconds(wave) == 30
    assert median_seconds(make.wave(wave.programme, "2027")) is None


def test_it_is_measured_once_a_day_for_open_waves(
    wave: Wave, units: list[SampledUnit], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    registry.load()
    handed_in(units[:20], [(100, 100, 101)] * 20)
    closed = make.wave(wave.programme, "2023", state=WaveState.CLOSED)
    handed_in(
        make.drawn(closed, make.frame(wave.programme, name="other", units=make.units(20)), size=20), [(9,) * 3] * 20
    )
    timetable.tick(datetime(2026, 3, 1, 12, tzinfo=UTC))
    run_due()
    wave.refresh_from_db()
    closed.refresh_from_db()
    assert (wave.median_seconds, announced_minutes(wave), closed.median_seconds) == (301, 5, None)
    timetable.tick(datetime(2026, 3, 2, 12, tzinfo=UTC))
    run_due()
    events = AuditEvent.objects.filter(action="wave.time_measured")
    assert list(events.values_list("actor", "subject_id", "detail")) == [("system", str(wave.pk), {"seconds": 301})]
    with django_assert_max_num_queries(1):
        median_seconds(wave)


def test_too_few_later_leave_what_was_measured(wave: Wave, units: list[SampledUnit]) -> None:
    Wave.objects.filter(pk=wave.pk).update(median_seconds=240)
    registry.load()
    timetable.tick(datetime(2026, 3, 1, 12, tzinfo=UTC))
    run_due()
    wave.refresh_from_db()
    assert wave.median_seconds == 240
