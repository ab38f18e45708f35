"""Critical values of the largest |t| against the studentized range, Dunnett's table and cases known exactly."""

import numpy as np
import pytest
from scipy import stats

from analytics.core.arrays import InputError
from analytics.core.simultaneous import max_t_p, max_t_quantile, pairs

NEAR = 2e-3  # the method's own error, relative


@pytest.mark.parametrize(("count", "df"), [(3, 10.0), (5, 30.0), (10, 200.0), (20, 60.0)])
def test_all_differences_of_equal_variances_are_tukeys(count, df):
    tukey = stats.studentized_range.ppf(0.95, count, df) / np.sqrt(2)
    assert max_t_quantile(4 * np.eye(count), df, contrasts=pairs(count)) == pytest.approx(tukey, rel=NEAR)


def test_independent_estimates_without_limit_to_the_degrees_are_sidaks():
    for count in (2, 5, 20):
        sidak = stats.norm.ppf((1 + 0.9 ** (1 / count)) / 2)
        assert max_t_quantile(np.eye(count), np.inf, confidence=0.9) == pytest.approx(sidak, rel=NEAR)


def test_comparison_with_one_control_is_dunnetts():
    half = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert max_t_quantile(half, 20) == pytest.approx(2.54, abs=0.005)  # Dunnett 1964, two-sided, 3 and 20, 5 percent


def test_one_comparison_or_copies_of_it_need_only_students_t():
    t = stats.t.ppf(0.975, 12)
    assert max_t_quantile([[3.0]], 12) == pytest.approx(t, rel=1e-12)
    assert max_t_quantile(np.ones((4, 4)), 12) == pytest.approx(t, rel=1e-12)
    assert max_t_quantile([[1.0, 0.0], [0.0, 9.0]], 12, contrasts=[[1.0, -1.0]]) == pytest.approx(t, rel=1e-12)


def test_scale_and_shift_of_the_estimates_do_not_matter_but_their_covariance_does():
    spread = np.array([[1.0, 0.3, 0.1], [0.3, 2.0, 0.4], [0.1, 0.4, 0.5]])
    shared = spread + 50.0  # what all have in common leaves every difference
    found = max_t_quantile(spread, 40, contrasts=pairs(3))
    assert max_t_quantile(1e-8 * spread, 40, contrasts=pairs(3)) == pytest.approx(found, rel=1e-12)
    assert max_t_quantile(shared, 40, contrasts=pairs(3)) == pytest.approx(found, rel=NEAR)
    assert max_t_quantile(spread, 40) < max_t_quantile(np.diag(np.diag(spread)), 40)


def test_same_seed_same_bits():
    one = max_t_quantile(np.eye(6), 30, seed=7)
    assert one == max_t_quantile(np.eye(6), 30, seed=7)
    assert one != max_t_quantile(np.eye(6), 30, seed=8)


def test_adjusted_p_values_are_those_of_the_studentized_range_and_agree_with_the_critical_value():
    t = np.array([2.5, -3.0, 1.0])
    tukey = stats.studentized_range.sf(np.abs(t) * np.sqrt(2), 3, 10)
    np.testing.assert_allclose(max_t_p(t, np.eye(3), 10, contrasts=pairs(3)), tukey, rtol=NEAR)
    critical = max_t_quantile(np.eye(3), 10, contrasts=pairs(3))
    assert max_t_p([critical, 0.0, np.nan], np.eye(3), 10, contrasts=pairs(3))[0] == pytest.approx(0.05, rel=1e-9)


def test_what_has_no_variance_takes_no_part():
    certain = np.diag([1.0, 0.0, 2.0])
    assert max_t_quantile(certain, 30) == max_t_quantile(np.diag([1.0, 2.0]), 30)
    assert np.isnan(max_t_quantile(np.zeros((2, 2)), 30))
    assert np.isnan(max_t_quantile(np.eye(2), 0))
    np.testing.assert_array_equal(np.isnan(max_t_p([1.0, 1.0, np.nan], certain, 30)), [False, True, True])
    assert np.isnan(max_t_p([1.0, 1.0, 1.0], certain, 0)).all()
    alike = max_t_p([0.0, 1.0], np.ones((2, 2)), 30, contrasts=[[1.0, -1.0], [1.0, 1.0]])
    assert np.isnan(alike[0])
    assert alike[1] == pytest.approx(2 * stats.t.sf(1, 30), rel=1e-9)


@pytest.mark.parametrize(
    ("covariance", "more", "message"),
    [
        ([1.0, 2.0], {}, "covariance: expected a square matrix of finite numbers, got shape"),
        ([[1.0, np.nan], [np.nan, 1.0]], {}, "covariance: expected a square matrix of finite numbers"),
        ([[1.0, 0.5], [0.1, 1.0]], {}, "covariance: expected a symmetric matrix"),
        ([[1.0, 2.0], [2.0, 1.0]], {}, "covariance: expected no negative eigenvalue, got -1"),
        (np.eye(2), {"contrasts": [[1.0, -1.0, 0.0]]}, "contrasts: expected rows of 2 finite numbers"),
        (np.eye(2), {"confidence": 95}, "confidence: expected a number between 0 and 1"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance, more, message):
    with pytest.raises(InputError, match=message):
        max_t_quantile(covariance, 20, **more)


def test_a_statistic_for_each_comparison():
    with pytest.raises(InputError, match="statistics: expected 3 values, got 2"):
        max_t_p([1.0, 2.0], np.eye(3), 10, contrasts=pairs(3))
