"""Simultaneous differences and the joint rank intervals that follow from them."""

import numpy as np
import pytest
from scipy import stats

from analytics.core.arrays import InputError
from analytics.core.composites.ranks import simultaneous_pairwise
from analytics.core.hypothesis_tests import Verdict, pairwise
from analytics.core.indices import rank_intervals
from analytics.core.simultaneous import max_t_quantile, pairs

NAN = float("nan")
NAMES = ["NO", "DK", "SE", "FI", "IS", "FO"]


def compare(values, covariance, df=np.inf, **more):
    return simultaneous_pairwise(values, covariance, df=df, names=NAMES[: len(values)], family="index", **more)


def intervals(found):
    return [(one.rank_low, one.rank_high) for one in rank_intervals(found)]


def test_two_units_are_compared_by_plain_t():
    (pair,) = compare([3.0, 1.0], [0.5, 0.5], df=12).pairs
    half = stats.t.ppf(0.975, 12)
    assert (pair.low, pair.high) == pytest.approx((2 - half, 2 + half), rel=1e-9)
    assert pair.p_adjusted == pytest.approx(pair.p, rel=1e-6)
    assert pair.verdict is Verdict.NOT_DISTINGUISHABLE


def test_all_pairs_of_independent_means_are_tukeys():
    """Equal variances: the studentised range. R: qtukey(0.95, 4, 20) / sqrt(2) = 2.7989361 (scipy's is the same)."""
    found = compare([4.0, 3.0, 2.0, 1.0], [0.5] * 4, df=20)
    critical = stats.studentized_range.ppf(0.95, 4, 20) / np.sqrt(2)
    assert critical == pytest.approx(2.7989361, rel=1e-6)
    halves = {round((pair.high - pair.low) / 2, 10) for pair in found.pairs}
    assert len(halves) == 1
    assert halves.pop() == pytest.approx(critical, rel=2e-3)
    p = stats.studentized_range.sf(2 * np.sqrt(2), 4, 20)
    assert found.pairs[1].p_adjusted == pytest.approx(p, rel=2e-2)


def test_verdicts_intervals_and_adjusted_p_say_the_same():
    generator = np.random.default_rng(5)
    root = generator.standard_normal((6, 6))
    found = compare(generator.standard_normal(6) * 6, root @ root.T / 3, df=40)
    assert found.adjustment == "max_t"
    assert {pair.verdict for pair in found.pairs} == {Verdict.HIGHER, Verdict.LOWER, Verdict.NOT_DISTINGUISHABLE}
    for pair in found.pairs:
        apart = pair.low > 0 or pair.high < 0
        assert apart == (pair.p_adjusted < 0.05) == (pair.verdict is not Verdict.NOT_DISTINGUISHABLE)
        assert (pair.verdict is Verdict.HIGHER) == (pair.low > 0)


def test_a_shared_error_cancels_in_the_differences():
    shared = 25.0 * np.ones((3, 3)) + np.eye(3) * 0.01
    assert intervals(compare([3.0, 2.0, 1.0], shared)) == [(1, 1), (2, 2), (3, 3)]
    assert intervals(compare([3.0, 2.0, 1.0], np.diag(np.diag(shared)))) == [(1, 3)] * 3


def test_errors_that_cancel_but_for_rounding_leave_an_exact_comparison():
    (pair,) = compare([2.0, 1.0], 0.1 * np.ones((2, 2)) + 1e-13 * np.eye(2)).pairs
    assert (pair.verdict, pair.standard_error, pair.p_adjusted) == (Verdict.HIGHER, 0.0, 0.0)


def test_what_has_no_value_or_no_error_is_not_comparable_and_takes_no_place():
    found = compare([60.0, NAN, 40.0, 50.0], [1.0, 1.0, NAN, 1.0])
    assert intervals(found) == [(1, 1), (None, None), (None, None), (2, 2)]
    kinds = {(pair.first, pair.second): pair.verdict for pair in found.pairs}
    assert kinds[("NO", "DK")] is Verdict.NOT_COMPARABLE
    assert kinds[("SE", "FI")] is Verdict.NOT_COMPARABLE
    assert [pair.difference for pair in found.pairs if pair.first == "SE"] == [-10.0]


def test_a_known_figure_is_compared_exactly_with_another_and_by_error_with_the_rest():
    found = compare([3.0, 2.0, 2.9], [0.0, 0.0, 1.0], known=[True, True, False])
    kinds = {(pair.first, pair.second): pair for pair in found.pairs}
    assert (kinds[("NO", "DK")].verdict, kinds[("NO", "DK")].p_adjusted) == (Verdict.HIGHER, 0.0)
    assert kinds[("NO", "SE")].verdict is Verdict.NOT_DISTINGUISHABLE
    same = compare([2.0, 2.0], [0.0, 0.0], known=[True, True])
    assert same.pairs[0].verdict is Verdict.NOT_DISTINGUISHABLE
    assert compare([2.0, 1.0], [0.0, 0.0]).pairs[0].verdict is Verdict.NOT_COMPARABLE


def test_without_degrees_of_freedom_nothing_is_comparable():
    assert compare([2.0, 1.0], [1.0, 1.0], df=0).pairs[0].verdict is Verdict.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ["NO"], "family": "x"}, "names: expected 2 different names and the name of the family, got 1 names"),
        ({"names": ["NO", "NO"], "family": "x"}, "names: expected 2 different names"),
        ({"names": ["NO", "DK"], "family": ""}, "names: .* family ''"),
        ({"names": ["NO", "DK"], "family": "x", "known": [True]}, "known: expected 2 values, got 1"),
    ],
)
def test_a_family_that_is_none_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        simultaneous_pairwise([1.0, 2.0], [1.0, 1.0], df=10, **arguments)
    with pytest.raises(InputError, match="covariance: expected 2 variances or a 2 x 2 matrix, got shape"):
        simultaneous_pairwise([1.0, 2.0], [1.0], df=10, names=["a", "b"], family="x")


@pytest.mark.parametrize("order", [[1, 0, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]])
def test_the_order_of_units_only_orders_the_intervals(order):
    values, variances = np.array([4.0, 3.2, 1.0, 0.1]), np.array([0.5, 0.4, 0.3, 0.2])
    forward = intervals(compare(values, variances))
    assert forward == [(1, 2), (1, 2), (3, 4), (3, 4)]
    assert intervals(compare(values[order], variances[order])) == [forward[place] for place in order]


def test_joint_intervals_cover_all_true_ranks_at_their_level():
    """2,000 samples of six correlated units, two of them tied: 95 % of the samples hold every true rank at once."""
    generator = np.random.default_rng(11)
    truth = np.array([10.0, 9.0, 9.0, 7.0, 6.5, 3.0])
    root = generator.standard_normal((6, 6)) * 0.5
    covariance = root @ root.T + np.diag([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    # The critical value depends on the covariance alone: it is computed once and the verdicts are counted in arrays.
    critical = max_t_quantile(covariance, np.inf, contrasts=pairs(6))
    draws = truth + generator.standard_normal((2000, 6)) @ np.linalg.cholesky(covariance).T
    gaps = draws[:, :, None] - draws[:, None, :]
    errors = np.sqrt(np.diag(covariance)[:, None] + np.diag(covariance) - 2 * covariance)
    lows, highs = 1 + np.sum(gaps < -critical * errors, axis=2), 6 - np.sum(gaps > critical * errors, axis=2)
    found = intervals(compare(draws[0], covariance))
    assert found == list(zip(lows[0], highs[0], strict=True))
    best, worst = 1 + np.sum(truth[None] > truth[:, None], axis=1), 6 - np.sum(truth[None] < truth[:, None], axis=1)
    covered = np.mean(np.all((lows <= best) & (highs >= worst), axis=1))
    assert 0.94 <= covered <= 1.0
    assert np.mean(highs - lows) < 4  # and they are not all ranks
    tied = np.mean(np.all(np.abs(gaps - (truth[:, None] - truth)) <= critical * errors, axis=(1, 2)))
    assert tied == pytest.approx(0.95, abs=0.015)  # if all were tied: the level itself


def test_the_largest_t_is_never_wider_than_bonferroni_and_ranks_agree_with_holm_when_clear():
    values, variances = [60.0, 50, 40, 30], [1.0, 1, 1, 1]
    found, stepwise = (
        compare(values, variances, df=200),
        pairwise(values, variances, [200] * 4, names=NAMES[:4], family="index"),
    )
    assert rank_intervals(found) == rank_intervals(stepwise)
    half = (found.pairs[0].high - found.pairs[0].low) / 2 / found.pairs[0].standard_error
    assert half < stats.t.ppf(1 - 0.025 / 6, 200)
