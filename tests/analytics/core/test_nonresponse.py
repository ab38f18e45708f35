"""What is said of non-response: late answerers, effort, sensitivity bands and known frame variables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, mean, net_balance, share
from analytics.core.intervals import Interval, Method, interval_of_share
from analytics.core.nonresponse import early_late, effort_trend, frame_bias, sensitivity_band, tipping_point
from tests.analytics.core.golden import RELATIVE, Table, numbers

SCHOOLS = Table("calibration")
GOLDEN = numbers("calibration")["effort"]
PSU = np.unique(SCHOOLS.number("dnum"), return_inverse=True)[1]
DESIGN = SurveyDesign(SCHOOLS.number("pw"), np.zeros(183, dtype=int), np.array([757.0]), psu=PSU)
WIDE = SCHOOLS.where("sch_wide=Yes").astype(float)
EFFORT = (SCHOOLS.number("enroll") % 4).astype(int)
SHARE = Interval(0.55, 0.65, Method.LOGIT)


def test_late_minus_early_and_its_standard_error_are_rs():
    found = early_late(DESIGN, WIDE, late=EFFORT > 0)
    assert found.difference.value == pytest.approx(GOLDEN["difference"]["est"], rel=RELATIVE)
    assert found.difference.standard_error == pytest.approx(GOLDEN["difference"]["se"], rel=RELATIVE)
    assert found.early.value == share(DESIGN, WIDE, EFFORT == 0).value
    assert found.early.n + found.late.n == 183
    assert 0 < found.p < 1


def test_the_slope_by_effort_and_its_standard_error_are_rs():
    found = effort_trend(DESIGN, WIDE, effort=EFFORT)
    assert found.slope.value == pytest.approx(GOLDEN["slope"]["est"], rel=RELATIVE)
    assert found.slope.standard_error == pytest.approx(GOLDEN["slope"]["se"], rel=RELATIVE)
    assert found.levels == (0, 1, 2, 3)
    assert [one.n for one in found.at] == np.bincount(EFFORT).tolist()
    assert found.until[-1].value == share(DESIGN, WIDE).value
    assert found.until[1].value == share(DESIGN, WIDE, EFFORT <= 1).value


def test_missing_answers_and_domains_stay_out_of_the_trend():
    y = np.where(np.arange(183) % 7 == 0, np.nan, WIDE)
    domain = SCHOOLS.where("stype=E")
    found = effort_trend(DESIGN, y, effort=EFFORT, domain=domain)
    rows = domain & ~np.isnan(y)
    slope = np.polyfit(EFFORT[rows], y[rows], 1, w=np.sqrt(DESIGN.weights[rows]))[0]
    assert found.slope.value == pytest.approx(slope)
    assert found.slope.n == int(rows.sum())


def test_one_level_has_no_slope_and_an_empty_side_no_difference():
    found = effort_trend(DESIGN, WIDE, effort=np.full(183, 2))
    assert np.isnan([found.slope.value, found.p]).all()
    assert Flag.ZERO_DENOMINATOR in found.slope.flags
    nobody = early_late(DESIGN, WIDE, late=np.zeros(183, dtype=bool))
    assert np.isnan([nobody.difference.value, nobody.p]).all()
    assert Flag.MISSING_PART in nobody.difference.flags
    silent = effort_trend(DESIGN, np.full(183, np.nan), effort=EFFORT)
    assert silent.levels == ()
    assert np.isnan(silent.slope.value)


def test_other_estimands_are_compared_the_same_way():
    y = np.sign(SCHOOLS.number("api00") - 600)
    found = early_late(DESIGN, y, late=EFFORT > 1, estimator=net_balance)
    late, early = net_balance(DESIGN, y, EFFORT > 1).value, net_balance(DESIGN, y, EFFORT <= 1).value
    assert found.difference.value == pytest.approx(late - early)


def test_the_band_moves_the_share_by_what_non_respondents_would_weigh():
    found = sensitivity_band(0.6, SHARE, response_rate=0.4)
    assert [row.delta for row in found.rows] == [0, 0.05, 0.1, 0.15]
    np.testing.assert_allclose([row.value for row in found.rows], [0.6, 0.57, 0.54, 0.51])
    np.testing.assert_allclose([row.low for row in found.rows], [0.55, 0.52, 0.49, 0.46])
    assert found.low == pytest.approx(0.46)
    assert found.high == pytest.approx(0.65)


def test_a_full_response_leaves_no_band_and_a_negative_delta_moves_up():
    full = sensitivity_band(0.6, SHARE, response_rate=1.0)
    assert {row.value for row in full.rows} == {0.6}
    assert (full.low, full.high) == (0.55, 0.65)
    assert sensitivity_band(0.6, SHARE, response_rate=0.5, deltas=[-0.1]).rows[0].value == pytest.approx(0.65)


def test_an_assumption_below_nobody_is_impossible_and_said():
    found = sensitivity_band(0.08, Interval(0.02, 0.2, Method.BETA), response_rate=0.5)
    assert [row.possible for row in found.rows] == [True, True, False, False]
    assert np.isnan([found.rows[2].value, found.rows[3].low]).all()
    assert found.rows[1].low == 0  # .02 - .025, cut
    assert found.high == 0.2


def test_a_share_without_interval_has_rows_without_limits_and_none_without_value():
    none = Interval(np.nan, np.nan, Method.NONE)
    found = sensitivity_band(0.6, none, response_rate=0.5)
    assert found.rows[1].value == pytest.approx(0.575)
    assert np.isnan([found.low, found.high, found.rows[1].low]).all()
    empty = sensitivity_band(np.nan, none, response_rate=0.5)
    assert np.isnan([row.value for row in empty.rows]).all()


@given(st.floats(0.2, 1), st.floats(0, 1), st.floats(0, 0.2))
@settings(max_examples=50)
def test_the_moved_share_is_the_mixture_of_both_groups(value, rate, delta):
    (row,) = sensitivity_band(value, SHARE, response_rate=rate, deltas=[delta]).rows
    assert row.value == pytest.approx(rate * value + (1 - rate) * (value - delta))


def test_the_tipping_point_closes_the_gap():
    delta = tipping_point(0.6, 0.55, response_rate=0.4)
    assert sensitivity_band(0.6, SHARE, response_rate=0.4, deltas=[delta]).rows[0].value == pytest.approx(0.55)
    assert tipping_point(0.6, 0.55, response_rate=1.0) == np.inf
    assert tipping_point(0.6, 0.6, response_rate=1.0) == 0


def test_a_published_interval_fits_into_the_band():
    estimate = share(DESIGN, WIDE)
    interval = interval_of_share(estimate)
    found = sensitivity_band(estimate.value, interval, response_rate=0.7)
    assert (found.rows[0].low, found.rows[0].high) == (interval.low, interval.high)


def test_bias_of_a_frame_variable_by_hand():
    sample = SurveyDesign(np.full(10, 5.0), np.zeros(10, dtype=int), np.array([50.0]))
    size = np.array([1.0, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    responded = np.array([1, 1, 1, 1, 0, 1, 1, 0, 0, 0], dtype=bool)
    final = np.where(responded, np.where(size == 1, 25 / 4, 25 / 2), 0.0)
    found = frame_bias(sample, size, responded=responded, final_weights=final, population=0.52)
    assert (found.sample.value, found.respondents.value) == (0.5, pytest.approx(4 / 6))
    assert found.bias.value == pytest.approx(1 / 6)
    assert found.standardised == pytest.approx(1 / 6 / 0.5)
    assert found.adjusted == pytest.approx(0.5)
    assert found.left == pytest.approx(-0.02)
    influence = responded * (size - 4 / 6) / 6 - (size - 0.5) / 10
    expected = (1 - 10 / 50) * 10 / 9 * (influence @ influence)
    assert found.bias.standard_error == pytest.approx(np.sqrt(expected))
    unknown = frame_bias(sample, size, responded=responded)
    assert np.isnan([unknown.population, unknown.adjusted, unknown.left]).all()


def test_in_a_census_the_bias_is_a_fact_and_not_tested():
    sample = SurveyDesign(np.ones(6), np.zeros(6, dtype=int), np.array([6.0]))
    x = np.array([3.0, 1, 2, 2, 5, 1])
    found = frame_bias(sample, x, responded=x > 1)
    assert found.bias.value == pytest.approx(3 - 14 / 6)
    assert found.bias.standard_error == 0
    assert np.isnan(found.p)
    assert found.respondents.value == mean(sample, x, x > 1).value


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: effort_trend(DESIGN, WIDE, effort=np.full(183, -1)), "effort: expected levels from 0, got -1"),
        (lambda: sensitivity_band(0.6, SHARE, response_rate=40), "response_rate: expected a share between 0 and 1"),
        (lambda: sensitivity_band(60, SHARE, response_rate=0.4), "value: expected a share between 0 and 1, got 60"),
        (
            lambda: sensitivity_band(0.6, SHARE, response_rate=0.4, deltas=[5]),
            "deltas: expected shares between -1 and 1, got [5]",
        ),
        (
            lambda: frame_bias(DESIGN, np.where(WIDE == 1, np.nan, 1.0), responded=WIDE == 1),
            "x: expected a finite value for every drawn unit, got nan in row 0",
        ),
        (
            lambda: frame_bias(DESIGN, WIDE, responded=WIDE == 1, final_weights=np.ones(183)),
            "final_weights: expected 183 weights, above 0 where a unit answered and 0 elsewhere",
        ),
        (lambda: early_late(DESIGN, WIDE, late=EFFORT), "late: expected true or false for each row"),
    ],
)
def test_what_cannot_be_used_is_refused(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
