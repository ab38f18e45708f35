"""Intervals against R's survey, and the rule for shares without spread."""

import numpy as np
import pytest
from scipy import stats

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean, net_balance, share
from analytics.core.intervals import Interval, Method, beta, interval_of_share, logit, quantile, t_interval, wilson
from tests.analytics.core.golden import RELATIVE, numbers

CASES = numbers("apistrat")["intervals"] + numbers("api_designs")["intervals"]
EXACT = numbers("barometer")["clopper_pearson"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["call"])
def test_an_interval_is_that_of_r(case):
    given = (case["est"], case["se"], case["degf"])
    match case["method"]:
        case "logit":
            found = logit(*given)
        case "beta":
            found = beta(*given, case.get("n", 200))
        case "wilson":
            found = wilson(*given)
        case "t":
            half = quantile(case["degf"]) * case["se"]
            found = case["est"] - half, case["est"] + half
    assert [float(limit) for limit in found] == pytest.approx([case["low"], case["high"]], rel=RELATIVE)


@pytest.mark.parametrize("place", range(3))
def test_the_beta_interval_of_a_simple_sample_is_clopper_and_pearsons(place):
    ones, n = EXACT["ones"][place], EXACT["n"]
    p = ones / n
    found = beta(p, (p * (1 - p) / n) ** 0.5, n - 1, n)
    assert [float(limit) for limit in found] == pytest.approx([EXACT["low"][place], EXACT["high"][place]], rel=RELATIVE)


def sample(ones: int, n: int = 25, population: float = 1000.0) -> tuple[SurveyDesign, np.ndarray]:
    return SurveyDesign(np.full(n, population / n), np.zeros(n, dtype=int), [population]), np.arange(n) < ones


@pytest.mark.parametrize(("ones", "place"), [(0, 0), (25, 2)])
def test_a_share_of_nobody_or_everybody_has_an_exact_interval_of_some_width(ones, place):
    found = interval_of_share(share(*sample(ones)))
    assert found.method is Method.BETA
    assert (found.low, found.high) == pytest.approx((EXACT["low"][place], EXACT["high"][place]), rel=RELATIVE)


def test_few_ones_or_few_zeros_get_the_beta_interval_and_others_the_logit():
    methods = [interval_of_share(share(*sample(ones, n=40))).method for ones in (9, 10, 30, 31)]
    assert methods == [Method.BETA, Method.LOGIT, Method.LOGIT, Method.BETA]


@pytest.mark.parametrize("method", [Method.LOGIT, Method.BETA, Method.WILSON])
def test_a_named_method_is_used_also_with_few_ones(method):
    estimate = share(*sample(5))
    found = interval_of_share(estimate, method=method)
    given = (estimate.value, estimate.standard_error, estimate.df)
    expected = {
        Method.LOGIT: logit(*given),
        Method.BETA: beta(*given, estimate.n),
        Method.WILSON: wilson(*given),
    }[method]
    assert found == Interval(float(expected[0]), float(expected[1]), method)


def test_a_census_and_a_share_fixed_by_strata_are_known():
    estimate = share(*sample(5, population=25.0))
    assert interval_of_share(estimate) == Interval(0.2, 0.2, Method.KNOWN)
    design = SurveyDesign([2.0] * 4, [0, 0, 1, 1])
    fixed = share(design, design.strata == 1)
    assert interval_of_share(fixed, fixed_by_design=True) == Interval(0.5, 0.5, Method.KNOWN)
    by_chance = interval_of_share(fixed)
    assert by_chance.method is Method.BETA
    assert by_chance.high - by_chance.low > 0.8


def test_what_has_no_value_or_no_precision_has_no_interval():
    design = SurveyDesign([2.0] * 4, [0, 0, 1, 1])
    for y in ([np.nan] * 4, [1, np.nan, np.nan, np.nan], [1, np.nan, 0, np.nan]):
        for found in (interval_of_share(share(design, y)), t_interval(mean(design, y))):
            assert (np.isnan([found.low, found.high]).all(), found.method) == (True, Method.NONE)


def test_a_balance_is_cut_at_the_ends_of_its_scale():
    design, _ = sample(0, n=8)
    found = t_interval(net_balance(design, [1, 1, 1, 1, 1, 1, 1, -1]), bounds=(-1, 1))
    assert (found.method, found.high) == (Method.T, 1.0)


def test_a_balance_without_spread_gets_the_interval_of_nobody_differs():
    design, _ = sample(0)
    found = t_interval(net_balance(design, np.ones(25)), bounds=(-1, 1))
    assert found.method is Method.BETA
    assert (found.low, found.high) == pytest.approx((1 - 2 * EXACT["high"][0], 1.0), rel=RELATIVE)
    assert t_interval(net_balance(design, np.ones(25))).method is Method.NONE


def test_an_interval_refuses_what_it_cannot_use():
    with pytest.raises(InputError, match="estimate: expected a share, got another estimate"):
        interval_of_share(mean(*sample(5)))
    with pytest.raises(InputError, match="method: expected logit, beta, wilson or None, got known"):
        interval_of_share(share(*sample(5)), method=Method.KNOWN)
    with pytest.raises(InputError, match="confidence: expected a number between 0 and 1, got 95"):
        t_interval(mean(*sample(5)), confidence=95)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_students_quantile_is_scipys_for_any_degrees(confidence):
    degrees = np.r_[np.geomspace(0.2, 1e9, 2001), 4.0, np.nextafter(4.0, 0), 1, 2, 3]
    expected = stats.t.ppf((1 + confidence) / 2, degrees)
    np.testing.assert_allclose(quantile(degrees, confidence), expected, rtol=2e-13)
    assert float(quantile(np.inf, confidence)) == pytest.approx(stats.norm.ppf((1 + confidence) / 2), rel=1e-14)
    assert np.isnan(quantile([0.0, -1.0, np.nan], confidence)).all()
