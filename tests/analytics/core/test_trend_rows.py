"""Lines through the waves of one country: by hand, with breaks and footnotes, and where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest
from scipy import stats

from analytics.core.definitions import Comparable, Definitions
from analytics.core.measuring import headlines
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import read
from analytics.core.trend_rows import Trends, trends
from analytics.core.wave_parts import WaveFigures
from analytics.core.weighed_wave import weigh_wave
from surveys.instrument.schema import Comparability as Declaration
from surveys.instrument.schema import Instrument, Relation
from tests.analytics.waves import NO, YES, Drawn, frozen, shipped, workplace

SMALL = "NO.education.small"
POPULATION = 60
ENDS = (date(2020, 12, 31), date(2022, 12, 31), date(2025, 7, 1))
TIMES = np.array([2021.0, 2023.0, 2025 + 182 / 365])  # of 2025, 182 days are over at the end of 1 July
# Who says yes, 1, or no, 0, by wave: units 0 to 7 in two waves, 3 to 10 in the third.
UNITS = (range(8), range(8), range(3, 11))
INNOVATIVE = ([0, 1, 0, 0, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 1, 1, 1])
ONE = replace(shipped(), indicators={"innovative": shipped().indicators["innovative"]}, indices={})
TYPES = replace(ONE, indicators={"innovation_type": shipped().indicators["innovation_type"]})


def wave(
    number: int, answers: Sequence[dict[str, str]] | None = None, *, definitions: Definitions = ONE
) -> WaveFigures:
    """The wave of UNITS and ENDS; without `answers` those of INNOVATIVE."""
    given = [YES if yes else NO for yes in INNOVATIVE[number]] if answers is None else answers
    units = [Drawn(SMALL, one, id=f"u{unit}") for unit, one in zip(UNITS[number], given, strict=True)]
    return weighed(units, number, definitions)


def weighed(units: Sequence[Drawn], number: int, definitions: Definitions = ONE) -> WaveFigures:
    source = frozen(units, {SMALL: POPULATION}, code=str(ENDS[number].year))
    sample = read(source.frame, source.strata, source.instrument)
    found = weigh_wave(source.wave, source.instrument, sample, Parameters())
    return WaveFigures(found, ENDS[number], headlines(sample, found.weighting.design, definitions))


@lru_cache
def plain() -> tuple[WaveFigures, ...]:
    return tuple(wave(number) for number in range(3))


def three(*instruments: Instrument) -> list[WaveFigures]:
    """The waves of INNOVATIVE, as asked with these questionnaires or all with the same."""
    return [
        replace(one, wave=replace(one.wave, instrument=instrument))
        for one, instrument in zip(plain(), instruments or (workplace(),) * 3, strict=True)
    ]


def computed(waves: Sequence[WaveFigures], definitions: Definitions = ONE) -> Trends:
    return trends(waves, definitions=definitions, parameters=Parameters())


def only(waves: Sequence[WaveFigures], definitions: Definitions = ONE) -> EstimateRow:
    (row,) = computed(waves, definitions).rows
    return row


def panel_covariance(answers: Sequence[Sequence[int]]) -> np.ndarray:
    """Of means of simple random samples: (n_c - n_k n_m / N) s_km / (n_k n_m), s_km over the units in both."""
    found = np.empty((3, 3))
    for k, one in enumerate(answers):
        for m, other in enumerate(answers):
            mine, theirs = dict(zip(UNITS[k], one, strict=True)), dict(zip(UNITS[m], other, strict=True))
            both = sorted(mine.keys() & theirs.keys())
            shared = np.cov([mine[unit] for unit in both], [theirs[unit] for unit in both])[0, 1]
            found[k, m] = (len(both) - len(one) * len(other) / POPULATION) * shared / (len(one) * len(other))
    return found


def line(answers: Sequence[Sequence[int]], x: np.ndarray) -> tuple[float, float, float]:
    """Slope, its standard error and the lack of fit by the normal equations; the slope is the first column of x."""
    inverse = np.linalg.inv(panel_covariance(answers))
    y = np.array([np.mean(one) for one in answers])
    spread = np.linalg.inv(x.T @ inverse @ x)
    left = y - x @ (spread @ x.T @ inverse @ y)
    return float((spread @ x.T @ inverse @ y)[0]), float(np.sqrt(spread[0, 0])), float(left @ inverse @ left)


def p_of(slope: float, error: float, df: int = 7) -> float:
    return float(2 * stats.t.sf(abs(slope / error), df))


# --- the line


def test_the_slope_of_a_small_panel_is_that_of_the_normal_equations() -> None:
    result = computed(three())
    (row,), (said,) = result.rows, result.documents
    slope, error, chi2 = line(INNOVATIVE, np.column_stack([TIMES, np.ones(3)]))
    assert (row.value, row.standard_error) == pytest.approx((slope, error), rel=1e-9)
    half = stats.t.ppf(0.975, 7) * error
    assert (row.low, row.high) == pytest.approx((slope - half, slope + half), rel=1e-9)
    assert (row.p_value, row.p_adjusted) == pytest.approx((p_of(slope, error),) * 2, rel=1e-9)
    assert (row.estimand, row.against, row.n, row.degrees_of_freedom) == ("trend", "2020", 8, 7.0)
    assert (row.interval_method, row.flags) == ("t", ())
    assert row.verdict == ("higher" if p_of(slope, error) <= 0.05 else "not_distinguishable")
    assert (said["waves"], said["breaks"], said["degrees_of_fit"]) == (["2020", "2022", "2025"], [], 1)
    assert said["chi2"] == pytest.approx(chi2, rel=1e-9)
    assert said["p_fit"] == pytest.approx(stats.chi2.sf(chi2, 1), rel=1e-9)


def several(answers: Mapping[str, Sequence[Sequence[int]]], number: int) -> list[dict[str, str]]:
    """What each unit of the wave says of the types of innovation."""
    return [
        NO | {f"types.{name}": "yes" for name, waves in answers.items() if waves[number][unit]} for unit in range(8)
    ]


def test_p_is_adjusted_by_holm_over_the_categories_that_have_one() -> None:
    answers = {
        "product": ([0, 0, 1, 0, 0, 1, 0, 0], [0, 1, 1, 0, 0, 1, 0, 0], [0, 1, 0, 1, 0, 1, 0, 1]),
        "service": INNOVATIVE,
        "process_organisation": ([1, 0, 1, 0, 1, 0, 0, 1], [1, 1, 1, 0, 0, 0, 0, 1], [0, 1, 1, 0, 0, 1, 0, 0]),
    }
    waves = [wave(number, several(answers, number), definitions=TYPES) for number in range(3)]
    rows = {row.category: row for row in computed(waves, TYPES).rows}
    x = np.column_stack([TIMES, np.ones(3)])
    raw = {name: p_of(*line(said, x)[:2]) for name, said in answers.items()}
    assert {name: rows[name].p_value for name in raw} == pytest.approx(raw, rel=1e-9)
    low, middle, high = sorted(raw.values())
    expected = [3 * low, max(3 * low, 2 * middle), max(3 * low, 2 * middle, high)]
    adjusted = sorted(rows[name].p_adjusted or 0.0 for name in raw)
    assert adjusted == pytest.approx(sorted(min(one, 1.0) for one in expected), rel=1e-9)
    none = rows["communication"]
    assert (none.value, none.p_adjusted, none.flags) == (None, None, ("singular_covariance",))
    assert none.verdict == "not_comparable"


def test_sectors_and_size_classes_have_no_line() -> None:
    waves = three()
    assert any(place.sector for place in waves[-1].figures)
    assert [row.place for row in computed(waves).rows] == [Place("trend", "innovative", "", "NO")]


def test_two_waves_make_no_line() -> None:
    assert computed(three()[1:]) == Trends()


# --- what was declared


def version(number: int, *declared: tuple[str, Relation, str]) -> Instrument:
    """The questionnaire of a wave, with what it declares of types.service against the one before."""
    lines = tuple(
        Declaration("types.service", f"workplace {former}", relation, "why", "ab", "2025-11-03", country)
        for former, relation, country in declared
    )
    return replace(workplace(), version=f"{number}.1", comparability=lines)


@pytest.mark.parametrize("country", ["NO", "*"])
def test_a_broken_item_begins_a_segment_with_a_level_of_its_own(country: str) -> None:
    versions = [version(1), version(2), version(3, ("2.1", Relation.BROKEN, country))]
    result = computed(three(*versions))
    (row,), (said,) = result.rows, result.documents
    slope, error, _nothing = line(INNOVATIVE, np.array([[TIMES[0], 1, 0], [TIMES[1], 1, 0], [TIMES[2], 0, 1.0]]))
    assert (row.value, row.standard_error) == pytest.approx((slope, error), rel=1e-9)
    assert row.flags == ("level_shift", "no_check")
    assert (said["breaks"], said["p_fit"], said["degrees_of_fit"]) == (["2025"], None, 0)


def test_an_item_that_changed_without_a_word_begins_a_segment() -> None:
    item = workplace().items["types.service"]
    other = replace(version(2), items={**workplace().items, "types.service": replace(item, options=item.options[::-1])})
    row = only(three(version(1), other, replace(other, version="3.1")))
    assert "level_shift" in row.flags


def test_what_is_declared_for_another_country_breaks_nothing() -> None:
    row = only(three(version(1), version(2), version(3, ("2.1", Relation.BROKEN, "DK"))))
    assert (row.value, row.flags) == (only(three()).value, ())


def test_a_break_in_every_wave_leaves_no_slope() -> None:
    versions = [version(1), version(2, ("1.1", Relation.BROKEN, "*")), version(3, ("2.1", Relation.BROKEN, "*"))]
    row = only(three(*versions))
    assert (row.value, row.p_adjusted, row.verdict) == (None, None, "not_comparable")
    assert row.flags == ("level_shift", "no_slope")


def test_rewordings_and_recodings_on_the_way_are_footnotes_of_the_same_line() -> None:
    versions = [version(1), version(2, ("1.1", Relation.REWORDED, "*")), version(3, ("2.1", Relation.RECODED, "NO"))]
    row = only(three(*versions))
    assert (row.value, row.flags) == (only(three()).value, ("recoded", "reworded"))


def test_an_indicator_that_is_not_comparable_over_waves_has_no_value() -> None:
    entry = replace(ONE.indicators["innovative"], comparable=Comparable(countries=True, waves=False))
    result = computed(three(), replace(ONE, indicators={"innovative": entry}))
    (row,) = result.rows
    assert (row.value, row.verdict, row.flags) == (None, "not_comparable", ("not_declared_comparable",))
    assert (row.against, result.documents) == ("2020", ())


# --- waves without a figure, and waves out of order


def lacking_service() -> Instrument:
    items = {key: item for key, item in workplace().items.items() if key != "types.service"}
    return replace(version(2), items=items)


def test_a_wave_that_did_not_ask_is_passed_over_and_its_neighbours_are_compared() -> None:
    first, second, third = three(version(1), lacking_service(), version(3, ("1.1", Relation.BROKEN, "*")))
    row = only([first, replace(second, figures={}), third])
    assert row.flags == ("few_waves", "level_shift", "waves_left_out")
    assert (row.value, row.against, row.n) == (None, "2020", 8)


def test_a_wave_that_nobody_answered_is_left_out_and_said() -> None:
    empty = weighed([Drawn(SMALL, id="u0"), Drawn(SMALL, id="u1")], 0)
    assert empty.figures == {}
    row = only([empty, *three()[1:]])
    assert (row.value, row.against, row.flags) == (None, "2022", ("few_waves", "waves_left_out"))


def test_a_wave_in_which_all_answer_alike_has_no_error_and_leaves_no_line() -> None:
    """Its weight would know no bounds, and without it a line would be made of the waves that happened to vary."""
    row = only([wave(0, [NO] * 8), wave(1), wave(2)])
    assert (row.value, row.flags) == (None, ("singular_covariance",))


def test_waves_that_do_not_follow_each_other_give_no_line_and_say_so() -> None:
    waves = three()
    row = only([waves[0], replace(waves[1], until=ENDS[0]), waves[2]])
    assert (row.value, row.verdict, row.flags) == (None, "not_comparable", ("waves_not_in_order",))


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 12, 31), 2025.0), (date(2023, 12, 31), 2024.0), (date(2024, 1, 1), 2024 + 1 / 366)],
)
def test_a_reference_period_ends_at_the_end_of_its_last_day(day: date, year: float) -> None:
    assert replace(plain()[0], until=day).year == pytest.approx(year, abs=1e-12)
