"""Proportional odds: derivatives, golden coefficients, and what cannot be fitted."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.scales.ordinal import fit_ordinal, is_full_rank, null_log_likelihood
from tests.analytics.core.golden import numbers
from tests.analytics.core.scales.constructed import BATTERY, GROUP

GOLDEN = numbers("scales")["dif"]["unweighted"]
USED = BATTERY.complete


def cells(item):
    """One cell a row: score, group dummies, interaction; the answer as an indicator."""
    values = BATTERY.values[USED]
    score = np.delete(values, item, axis=1).mean(axis=1)[:, None]
    dummies = (GROUP[USED][:, None] == [1, 2]).astype(float)
    return np.hstack([score, dummies, score * dummies]), np.eye(4)[values[:, item].astype(int)]


@pytest.mark.parametrize("item", range(6))
def test_coefficients_and_deviances_are_those_of_polr(item):
    """Coefficients to 1e-4: polr stops at about 1e-6 of a coefficient; deviances are flat there, to 1e-9."""
    features, counts = cells(item)
    uniform, both = fit_ordinal(features[:, :3], counts), fit_ordinal(features, counts)
    np.testing.assert_allclose(uniform.coefficients, GOLDEN[item]["uniform"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(both.coefficients, GOLDEN[item]["both"], rtol=1e-4, atol=1e-5)
    found = [null_log_likelihood(counts), fit_ordinal(features[:, :1], counts).log_likelihood]
    found += [uniform.log_likelihood, both.log_likelihood]
    np.testing.assert_allclose(-2 * np.array(found), GOLDEN[item]["deviances"], rtol=1e-9)


def test_at_the_maximum_no_direction_goes_up():
    features, counts = cells(2)
    found = fit_ordinal(features, counts)
    logits = found.thresholds - (features @ found.coefficients)[:, None]
    cumulated = np.hstack([np.zeros((len(features), 1)), 1 / (1 + np.exp(-logits)), np.ones((len(features), 1))])
    np.testing.assert_allclose((counts * np.log(np.diff(cumulated))).sum(), found.log_likelihood, rtol=1e-12)
    assert np.all(np.diff(found.thresholds) > 0)


def test_cells_and_rows_give_the_same_and_counts_may_be_weights():
    features, counts = cells(0)
    rows = fit_ordinal(features[:, :1], counts)
    levels, place = np.unique(features[:, 0], return_inverse=True)
    joined = np.zeros((len(levels), 4))
    np.add.at(joined, place, counts)
    by_cell = fit_ordinal(levels[:, None], joined)
    doubled = fit_ordinal(levels[:, None], 2.5 * joined)
    np.testing.assert_allclose(by_cell.coefficients, rows.coefficients, rtol=1e-9)
    np.testing.assert_allclose(doubled.coefficients, rows.coefficients, rtol=1e-9)
    np.testing.assert_allclose(doubled.log_likelihood, 2.5 * rows.log_likelihood, rtol=1e-9)


def test_two_steps_are_a_logistic_regression_by_hand():
    counts = np.array([[30.0, 10.0], [15.0, 25.0]])
    found = fit_ordinal(np.array([[0.0], [1.0]]), counts)
    np.testing.assert_allclose(found.coefficients, np.log((25 / 15) / (10 / 30)), rtol=1e-8)
    np.testing.assert_allclose(found.thresholds, np.log(30 / 10), rtol=1e-8)


def test_groups_that_do_not_overlap_are_flagged_and_keep_their_likelihood():
    counts = np.array([[40.0, 0.0, 0.0], [0.0, 0.0, 40.0], [0.0, 40.0, 0.0]])
    found = fit_ordinal(np.array([[0.0], [2.0], [1.0]]), counts)
    assert found.separated or not found.converged
    if found.converged:
        assert found.log_likelihood > -1e-3


def test_what_cannot_be_fitted_is_named():
    with pytest.raises(InputError, match="at least two steps"):
        fit_ordinal(np.array([[0.0], [1.0]]), np.array([[3.0], [4.0]]))
    with pytest.raises(InputError, match="answers in every cell and step"):
        fit_ordinal(np.array([[0.0], [1.0]]), np.array([[3.0, 0.0], [4.0, 0.0]]))
    with pytest.raises(InputError, match="features: expected columns that do not follow"):
        fit_ordinal(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[3.0, 1.0], [4.0, 2.0]]))
    assert not is_full_rank(np.ones((4, 1)))
