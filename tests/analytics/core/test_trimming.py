"""Trimmed weights stay inside their limits, keep their sum and, calibrated again, meet the totals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.margins import Margin
from analytics.core.trimming import trim, trim_and_calibrate
from analytics.core.weights import kish_effect


def test_what_is_cut_goes_to_the_others_in_proportion():
    found = trim(np.array([1.0, 2.0, 3.0, 14.0]), upper=8)
    np.testing.assert_allclose(found.weights, [2, 4, 6, 8])  # 6 cut, and 6 is what the others held
    assert found.factors.tolist() == [2.0]
    assert found.at_upper.tolist() == [False, False, False, True]
    assert not found.at_lower.any()
    assert found.kish_before == pytest.approx(4 * 210 / 400)
    assert found.kish_after == pytest.approx(kish_effect(found.weights))


def test_a_weight_that_redistribution_pushes_over_the_limit_is_cut_as_well():
    found = trim(np.array([1.0, 1.0, 4.5, 9.5]), upper=5)
    np.testing.assert_allclose(found.weights, [3, 3, 5, 5])
    assert found.at_upper.tolist() == [False, False, True, True]


def test_groups_keep_their_own_sums_and_a_lower_limit_raises():
    found = trim(np.array([0.5, 3.0, 1.5, 10.0, 30.0]), lower=1, upper=24, groups=np.array([0, 0, 0, 1, 1]))
    np.testing.assert_allclose(found.weights, [1, 4 * 3 / 4.5, 4 * 1.5 / 4.5, 16, 24])
    assert found.at_lower.tolist() == [True, False, False, False, False]


def test_weights_inside_the_limits_are_left_alone():
    weights = np.array([1.1, 2.3, 3.7])
    assert trim(weights, upper=4, lower=1).weights.tobytes() == weights.tobytes()


@st.composite
def heavy(draw):
    n = draw(st.integers(4, 30))
    weights = np.array(draw(st.lists(st.floats(0.1, 100), min_size=n, max_size=n)))
    average = weights.mean()
    return weights, draw(st.floats(0.05, 0.95)) * average, draw(st.floats(1.05, 4)) * average


@given(heavy())
@settings(max_examples=60)
def test_trimming_keeps_the_sum_and_the_order_of_weights(case):
    weights, lower, upper = case
    found = trim(weights, lower=lower, upper=upper)
    np.testing.assert_allclose(found.weights.sum(), weights.sum(), rtol=1e-12)
    assert found.weights.min() >= lower
    assert found.weights.max() <= upper
    assert np.all(np.diff(found.weights[np.argsort(weights)]) >= 0)


def test_calibrated_again_the_weights_meet_the_totals_and_stay_inside_the_limits():
    rng = np.random.default_rng(5)
    weights = rng.lognormal(1, 1, 300)
    codes = rng.integers(0, 4, 300)
    reached = np.bincount(codes, weights=weights)
    margin = Margin("sector", codes, reached * np.array([1.06, 0.97, 1.02, 0.95]))
    found = trim_and_calibrate(weights, [margin], lower=0.5, upper=12)
    final = found.calibrated.weights
    np.testing.assert_allclose(np.bincount(codes, weights=final), margin.totals, rtol=1e-10)
    assert final.min() >= 0.5 * (1 - 1e-12)
    assert final.max() <= 12 * (1 + 1e-12)
    assert found.trimmed.at_upper.sum() > 3
    np.testing.assert_array_equal(found.calibrated.calibration.weights, found.trimmed.weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: trim(np.array([1.0, 2, 9]), upper=3, groups=np.array([0, 0, 1])),
            "upper: expected limits whose sums enclose 9 in group 1, got 0 to 3",
        ),
        (lambda: trim(np.array([1.0, 2]), upper=1, lower=2), "upper: expected limits with 0 <= lower < upper"),
        (lambda: trim(np.array([1.0, 2]), upper=3, groups=np.array([0, -1])), "groups: expected codes from 0, got -1"),
        (
            lambda: trim_and_calibrate(
                np.array([1.0, 2, 3, 4]),
                [Margin("level", np.array([0, 0, 1, 1]), np.array([9.0, 5]), ("state", "local"))],
                lower=1,
                upper=4,
            ),
            "margins[level]: expected 2 to 8 for category 'state' within the bounds, got 9",
        ),
    ],
)
def test_limits_that_do_not_fit_are_refused(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
