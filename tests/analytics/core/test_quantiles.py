"""Quantiles against R's survey, and what is given where a limit cannot be."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, difference
from analytics.core.intervals import Method
from analytics.core.quantiles import median, quantile
from tests.analytics.core.golden import RELATIVE
from tests.analytics.core.test_estimates import DESIGNS, source


@pytest.mark.parametrize("case", DESIGNS["quantiles"], ids=lambda case: case["call"])
def test_a_quantile_and_its_interval_are_those_of_r(case):
    design, table = source(case["design"])
    found = quantile(design, table.number("api00"), p=case["p"], method=Method(case["method"]), df=case["degf"])
    ours = (found.estimate.value, found.interval.low, found.interval.high, found.estimate.standard_error)
    expected = [np.nan if case[name] is None else case[name] for name in ("est", "low", "high", "se")]
    np.testing.assert_allclose(ours, expected, rtol=RELATIVE)


def sample(n: int = 40, population: float = 400.0) -> SurveyDesign:
    return SurveyDesign(np.full(n, population / n), np.repeat([0, 1], n // 2), [population / 2] * 2)


def test_the_median_is_the_smallest_answer_at_or_below_which_half_lies():
    design, y = sample(), np.arange(40.0) * 7 % 40
    found = median(design, y)
    assert found.estimate.value == 19  # 20 of 40 answers lie at or below: exactly half has been reached
    assert (found.p, found.estimate.n, found.interval.method) == (0.5, 40, Method.T)
    assert found.interval.low < 19 < found.interval.high


def test_the_order_of_rows_does_not_decide_whether_half_is_reached():
    draw = np.random.default_rng(4)
    weights = draw.choice([0.1, 0.3, 0.7], 50)
    y = np.repeat(np.arange(10.0), 5)
    first = median(SurveyDesign(weights, np.zeros(50, dtype=int)), y)
    for _ in range(20):
        order = draw.permutation(50)
        other = median(SurveyDesign(weights[order], np.zeros(50, dtype=int)), y[order])
        assert (other.estimate.value, other.interval.low, other.interval.high) == (
            first.estimate.value,
            first.interval.low,
            first.interval.high,
        )


def test_a_limit_beyond_the_answers_is_missing_and_says_so():
    found = quantile(sample(), np.arange(40.0) * 7 % 40, p=0.02)
    assert (np.isnan(found.interval.low), np.isnan(found.interval.high)) == (True, False)
    assert np.isnan(found.estimate.standard_error)
    assert Flag.OUT_OF_RANGE in found.estimate.flags


def test_a_quantile_at_the_largest_answer_has_no_interval():
    found = quantile(sample(), np.r_[np.ones(30), np.full(10, 2.0)], p=0.9)
    assert (found.estimate.value, found.interval.method) == (2, Method.NONE)
    assert Flag.ZERO_SPREAD in found.estimate.flags


def test_a_census_knows_its_median_and_an_empty_domain_has_none():
    census, y = sample(population=40.0), np.arange(40.0)
    known = median(census, y).interval
    assert (known.low, known.high, known.method) == (19, 19, Method.KNOWN)
    empty = median(census, y, np.zeros(40, dtype=bool))
    assert (np.isnan(empty.estimate.value), empty.interval.method) == (True, Method.NONE)
    assert empty.estimate.flags == {Flag.EMPTY_DOMAIN}


def test_two_medians_of_one_sample_differ_with_their_covariance():
    design, draw = sample(200, 4000.0), np.random.default_rng(8)
    y = draw.normal(size=200)
    one, other = median(design, y).estimate, median(design, y + draw.normal(size=200) * 0.1).estimate
    gap = difference(design, one, other)
    assert 0 < gap.standard_error < 0.7 * one.standard_error


def test_the_interval_of_a_median_holds_the_truth_95_times_in_100():
    draw, covered = np.random.default_rng(15), []
    population = np.r_[draw.lognormal(0, 1, 900), draw.lognormal(0.6, 0.8, 600)]
    truth, strata = np.sort(population)[749], np.repeat([0, 1], [45, 55])
    for _ in range(1000):
        y = np.r_[draw.choice(population[:900], 45, replace=False), draw.choice(population[900:], 55, replace=False)]
        found = median(SurveyDesign(np.array([20.0, 600 / 55])[strata], strata, [900.0, 600.0]), y).interval
        covered.append(found.low <= truth <= found.high)
    assert 100 * np.mean(covered) == pytest.approx(95, abs=1.5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p": 1.0}, "p: expected a number between 0 and 1, got 1.0"),
        ({"method": Method.WILSON}, "method: expected t, logit or beta, got wilson"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(changes, message):
    with pytest.raises(InputError) as error:
        quantile(sample(), np.arange(40.0), **changes)
    assert str(error.value).startswith(message)
