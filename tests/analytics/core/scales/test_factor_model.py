"""The fit of one factor in groups: derivatives, golden parameters, and what has no fit."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.scales.battery import Moments, moments
from analytics.core.scales.factor_model import FitFlag, derivatives, discrepancy, fit, layout
from tests.analytics.core.golden import numbers
from tests.analytics.core.scales.constructed import BATTERY, GROUP

GOLDEN = numbers("scales")["invariance"]
USED = BATTERY.complete
GROUPS = [moments(BATTERY.values[USED & (g == GROUP)], np.ones(int((USED & (g == GROUP)).sum()))) for g in range(3)]
SCALAR = {"equal_loadings": True, "equal_intercepts": True}


def test_metric_loadings_and_factor_variances_are_those_of_lavaan():
    found = fit(GROUPS, layout(3, 6, equal_loadings=True))
    np.testing.assert_allclose(found.loadings[0], GOLDEN["metric_loadings"], rtol=1e-5)
    np.testing.assert_array_equal(found.loadings[0], found.loadings[2])
    np.testing.assert_allclose(found.factor_variances, GOLDEN["metric_variances"], rtol=1e-5)


def test_partial_scalar_means_are_those_of_lavaan():
    found = fit(GROUPS, layout(3, 6, **SCALAR, free=(4,)))
    np.testing.assert_allclose(found.factor_means, GOLDEN["partial_means"], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(found.intercepts[:, 4], GOLDEN["partial_item5"], rtol=1e-5)
    assert len(set(found.intercepts[:, 3])) == 1


@pytest.mark.parametrize("shape", [{}, {"equal_loadings": True}, SCALAR, {**SCALAR, "free": (2,)}])
def test_the_gradient_is_the_slope_of_the_discrepancy(shape):
    model = layout(3, 6, **shape)
    random = np.random.default_rng(3)
    parameters = fit(GROUPS, model).parameters * random.uniform(0.9, 1.1, model.count)
    gradient = derivatives(GROUPS, model, parameters)[0]
    for place in range(model.count):
        step = np.zeros(model.count)
        step[place] = 1e-5
        slope = discrepancy(GROUPS, model, parameters + step) - discrepancy(GROUPS, model, parameters - step)
        np.testing.assert_allclose(gradient[place], slope / 4e-5, rtol=1e-5, atol=1e-8)


def test_each_step_has_the_parameters_that_the_models_name():
    assert layout(3, 6).count == 3 * 18
    assert layout(3, 6, equal_loadings=True).count == 54 - 12 + 2
    assert layout(3, 6, **SCALAR).count == 44 - 12 + 2
    assert layout(3, 6, **SCALAR, free=(0,)).count == 34 + 2


def test_a_perfect_model_is_found_again():
    loadings, own = np.array([0.9, 0.5, 0.7, 0.8]), np.array([0.4, 0.6, 0.3, 0.5])
    exact = Moments(np.arange(4.0), np.outer(loadings, loadings) + np.diag(own), 500, 500.0)
    found = fit([exact], layout(1, 4))
    np.testing.assert_allclose(found.loadings[0], loadings, rtol=1e-7)
    np.testing.assert_allclose(found.uniquenesses[0], own, rtol=1e-7)
    np.testing.assert_allclose(found.intercepts[0], np.arange(4.0), atol=1e-9)
    assert found.discrepancy < 1e-12


def test_an_item_that_runs_against_the_rest_gets_a_loading_below_zero():
    loadings = np.array([0.9, 0.5, -0.7, 0.8])
    exact = Moments(np.zeros(4), np.outer(loadings, loadings) + 0.5 * np.eye(4), 500, 500.0)
    np.testing.assert_allclose(fit([exact], layout(1, 4)).loadings[0], loadings, rtol=1e-7)


def test_three_items_are_saturated_and_two_have_no_fit():
    three = moments(BATTERY.values[USED][:, :3], np.ones(int(USED.sum())))
    found = fit([three], layout(1, 3))
    assert FitFlag.SATURATED in found.flags
    assert found.discrepancy < 1e-12
    two = moments(BATTERY.values[USED][:, :2], np.ones(int(USED.sum())))
    nothing = fit([two], layout(1, 2))
    assert nothing.flags == {FitFlag.TOO_FEW_ITEMS}
    assert not nothing.found
    assert np.isnan(nothing.loadings).all()


def test_a_covariance_that_no_fit_approaches_is_flagged_not_repaired():
    """Three correlations of which one is all but 0: the loading runs off, as r12 r13 / r23 has no bound."""
    matrix = np.array([[1, 0.6, 0.6], [0.6, 1, -0.1], [0.6, -0.1, 1.0]])
    found = fit([Moments(np.zeros(3), matrix, 100, 100.0)], layout(1, 3))
    assert found.flags & {FitFlag.NOT_CONVERGED, FitFlag.HEYWOOD}
    if FitFlag.NOT_CONVERGED in found.flags:
        assert np.isnan(found.discrepancy)


def test_unusable_calls_are_named():
    with pytest.raises(InputError, match="equal_intercepts: expected equal loadings too"):
        layout(2, 4, equal_intercepts=True)
    with pytest.raises(InputError, match="groups: expected 2, got 3"):
        fit(GROUPS, layout(2, 6))
