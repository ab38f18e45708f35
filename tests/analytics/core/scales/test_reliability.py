"""Alpha and omega against R, their linearised variance against derivatives, and what is undefined."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery
from analytics.core.scales.factor_model import FitFlag
from analytics.core.scales.reliability import (
    ScaleFlag,
    Verdict,
    interval_below_one,
    reliability,
    reliability_of_weights,
)  # fmt: skip
from tests.analytics.core.golden import RELATIVE, numbers
from tests.analytics.core.scales.constructed import BATTERY, DESIGN, GROUP, WEIGHTS, answers

GOLDEN = numbers("scales")["reliability"]
FITTED = 1e-6  # lavaan's optimiser stops at about 1e-7 of a loading


def plain(n: int) -> SurveyDesign:
    return SurveyDesign(np.ones(n), np.zeros(n, dtype=int))


def test_alpha_its_error_and_the_items_are_those_of_r():
    found = reliability(DESIGN, BATTERY)
    assert found.n == GOLDEN["n"]
    np.testing.assert_allclose(found.alpha.value, GOLDEN["alpha"], rtol=RELATIVE)
    np.testing.assert_allclose(found.alpha.standard_error, GOLDEN["alpha_se"], rtol=RELATIVE)
    np.testing.assert_allclose([item.alpha_without for item in found.items], GOLDEN["dropped"], rtol=RELATIVE)
    np.testing.assert_allclose([item.item_rest for item in found.items], GOLDEN["item_rest"], rtol=RELATIVE)
    assert found.alpha_verdict is Verdict.REACHED
    assert {item.item_rest_verdict for item in found.items} == {Verdict.REACHED}
    assert found.flags == frozenset()


def test_omega_and_loadings_are_those_of_lavaan():
    found = reliability(DESIGN, BATTERY)
    np.testing.assert_allclose(found.loadings, GOLDEN["loadings"], rtol=FITTED)
    np.testing.assert_allclose(found.omega.value, GOLDEN["omega"], rtol=FITTED)


def test_influence_values_are_derivatives_by_the_weights():
    found, of_weights = reliability(DESIGN, BATTERY, domain=GROUP == 1), reliability_of_weights(
        BATTERY, domain=GROUP == 1
    )  # fmt: skip
    for row in (*np.flatnonzero(found.alpha.rows)[[0, 7, 50]], int(np.argmin(found.alpha.rows))):
        step = np.zeros(len(WEIGHTS))
        step[row] = 1e-3 * WEIGHTS[row]
        slope = (of_weights(WEIGHTS + step) - of_weights(WEIGHTS - step)) / 2e-3
        expected = [found.alpha.influence[row], found.omega.influence[row]]
        np.testing.assert_allclose(slope, expected, rtol=1e-4, atol=1e-9)


def test_the_function_of_weights_gives_the_same_and_leaves_out_weight_zero():
    found, of_weights = reliability(DESIGN, BATTERY), reliability_of_weights(BATTERY)
    np.testing.assert_allclose(of_weights(WEIGHTS), [found.alpha.value, found.omega.value], rtol=RELATIVE)
    part = reliability(DESIGN, BATTERY, domain=GROUP < 2)
    zeroed = of_weights(np.where(GROUP < 2, WEIGHTS, 0.0))
    np.testing.assert_allclose(zeroed, [part.alpha.value, part.omega.value], rtol=RELATIVE)
    assert np.isnan(of_weights(np.zeros(len(WEIGHTS)))).all()
    with pytest.raises(InputError, match="weights: expected finite numbers from 0"):
        of_weights(-WEIGHTS)


def test_the_linearised_error_of_omega_is_that_of_the_jackknife():
    """Delete-one within the strata, 150 rows: both estimate one variance; they differ by less than a twentieth."""
    values = answers(150)
    strata = np.repeat([0, 1, 2], 50)
    design, battery = SurveyDesign(np.ones(150), strata), Battery(tuple("abcdef"), values)
    of_weights, variance = reliability_of_weights(battery), np.zeros(2)
    for stratum in range(3):
        rows = np.flatnonzero(strata == stratum)
        left = []
        for row in rows:
            weights = np.where(strata == stratum, 50 / 49, 1.0)
            weights[row] = 0.0
            left.append(of_weights(weights))
        variance += 49 / 50 * ((np.array(left) - np.mean(left, axis=0)) ** 2).sum(axis=0)
    found = reliability(design, battery)
    np.testing.assert_allclose(
        [found.alpha.standard_error, found.omega.standard_error], np.sqrt(variance), rtol=0.05
    )  # fmt: skip


def test_the_interval_stays_below_one_and_holds_the_value():
    found = reliability(DESIGN, BATTERY)
    for estimate, interval in ((found.alpha, found.alpha_interval), (found.omega, found.omega_interval)):
        assert interval.low < estimate.value < interval.high < 1
        wider = interval_below_one(estimate, confidence=0.99)
        assert wider.low < interval.low
        assert wider.high > interval.high


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(0.1, 10), st.permutations(range(6)))
def test_units_weights_and_order_do_not_matter(seed, weight_scale, unit, order):
    n = 60
    values, weights = answers(n, seed=seed), np.random.default_rng(seed).uniform(0.5, 3, n)
    strata = np.arange(n) // 20
    one = reliability(SurveyDesign(weights, strata), Battery(tuple("abcdef"), values))
    rows = np.random.default_rng(seed + 1).permutation(n)
    other = reliability(
        SurveyDesign(weights[rows] * weight_scale, strata[rows]),
        Battery(tuple("abcdef"), values[rows][:, order] * unit + 3),
    )
    np.testing.assert_allclose(one.alpha.value, other.alpha.value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.alpha.standard_error, other.alpha.standard_error, rtol=1e-8)
    if FitFlag.HEYWOOD not in one.flags and FitFlag.NOT_CONVERGED not in one.flags:
        np.testing.assert_allclose(one.omega.value, other.omega.value, rtol=1e-5)


def test_two_items_have_an_alpha_and_no_omega():
    found = reliability(plain(80), Battery(("a", "b"), answers(80, loadings=(1, 1))))
    assert np.isfinite(found.alpha.value)
    assert np.isnan(found.omega.value)
    assert FitFlag.TOO_FEW_ITEMS in found.flags
    assert np.isnan(found.items[0].alpha_without)


def test_items_that_no_factor_fits_are_flagged_as_heywood():
    correlations = np.array([[1, 0.8, 0.8], [0.8, 1, 0.3], [0.8, 0.3, 1]])
    raw = np.random.default_rng(1).normal(size=(200, 3))
    raw -= raw.mean(axis=0)
    exact = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 200)).T @ np.linalg.cholesky(correlations).T
    found = reliability(plain(200), Battery(("a", "b", "c"), exact))
    assert FitFlag.HEYWOOD in found.flags
    np.testing.assert_allclose(found.loadings[0] ** 2, 0.8 * 0.8 / 0.3, rtol=1e-6)  # by hand: r12 r13 / r23 > 1


def test_items_that_say_the_same_have_no_fit():
    values = answers(50)
    found = reliability(plain(50), Battery(("a", "b", "c"), values[:, [0, 0, 1]]))
    assert FitFlag.SINGULAR_GROUP in found.flags
    assert np.isnan(found.omega.value)
    assert np.isfinite(found.alpha.value)


def test_a_reversed_and_a_constant_item_are_flagged():
    values = answers(300)
    values[:, 2] = 3 - values[:, 2]
    values[:, 4] = 1.0
    found = reliability(plain(300), Battery(tuple("abcdef"), values))
    assert {ScaleFlag.REVERSED_ITEM, ScaleFlag.CONSTANT_ITEM} <= found.flags
    assert found.items[2].item_rest < 0
    assert found.items[2].item_rest_verdict is Verdict.NOT_REACHED
    assert found.items[4].item_rest_verdict is Verdict.UNDEFINED


def test_what_the_answers_leave_undefined():
    nobody = reliability(plain(20), Battery(("a", "b", "c"), np.full((20, 3), np.nan)))
    assert ScaleFlag.NO_COMPLETE_ROWS in nobody.flags
    assert nobody.alpha_verdict is Verdict.UNDEFINED
    alike = reliability(plain(20), Battery(("a", "b", "c"), np.ones((20, 3))))
    assert {ScaleFlag.NO_SPREAD, ScaleFlag.CONSTANT_ITEM} <= alike.flags
    assert np.isnan(alike.alpha.value)
    values = answers(100)
    values[:30, 0] = np.nan
    assert ScaleFlag.MANY_MISSING in reliability(plain(100), Battery(tuple("abcdef"), values)).flags


def test_unusable_input_is_named():
    with pytest.raises(InputError, match="at least two items, got 1"):
        reliability(plain(5), Battery(("a",), np.ones((5, 1))))
    with pytest.raises(InputError, match="battery: expected 6 rows, got 5"):
        reliability(plain(6), Battery(("a", "b"), np.ones((5, 2))))
    with pytest.raises(InputError, match="names: expected each item once, got a"):
        Battery(("a", "a"), np.ones((5, 2)))
    with pytest.raises(InputError, match="inf in row 0, item b"):
        Battery(("a", "b"), [[1.0, np.inf]])
    with pytest.raises(InputError, match="rows by 3 items"):
        Battery(("a", "b", "c"), np.ones((5, 2)))
    with pytest.raises(InputError, match="name: expected one of a, b, got c"):
        Battery(("a", "b"), np.ones((5, 2))).without("c")
