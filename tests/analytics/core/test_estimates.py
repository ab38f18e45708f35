"""Estimates against R's survey, and what is given where nothing can be estimated."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import (
    SIX_STEPS,
    Flag,
    PointEstimate,
    covariance,
    difference,
    item_covariance,
    item_variance,
    linear,
    mean,
    mean_score,
    net_balance,
    ratio,
    share,
    smooth,
    total,
)
from analytics.core.variance import simple_variance
from tests.analytics.core.golden import RELATIVE, STRATA, Table, numbers

API = Table("apistrat")
NUMBERS = numbers("apistrat")
SCHOOLS = Table("apiclus2")
DESIGNS = numbers("api_designs")
BAROMETER = Table("barometer")
FOUND = numbers("barometer")


def api_design(name: str, rows: np.ndarray | None = None, rule: str = "fail") -> SurveyDesign:
    kept = API.where(None) if rows is None else rows
    strata = np.array([STRATA[one] for one in API.text("stype")])
    populations = np.array([4421.0, 755.0, 1018.0]) if name == "strat" else None
    return SurveyDesign(API.number("pw")[kept], strata[kept], populations, rule)


def district_design(name: str) -> SurveyDesign:
    """apiclus2: 40 of 757 districts, then schools in them; clus2_wr without the correction and the second stage."""
    _, psu = np.unique(SCHOOLS.number("dnum"), return_inverse=True)
    held = np.zeros(40)
    held[psu] = SCHOOLS.number("fpc2")
    weights, strata = 757 / 40 * (held / np.bincount(psu))[psu], np.zeros(len(psu), dtype=int)
    if name == "clus2_wr":
        return SurveyDesign(weights, strata, psu=psu)
    return SurveyDesign(weights, strata, [757.0], psu=psu, second_stage_populations=held)


def source(name: str) -> tuple[SurveyDesign, Table]:
    return (district_design(name), SCHOOLS) if name.startswith("clus2") else (api_design(name), API)


def api_estimate(design: SurveyDesign, case: dict, table: Table = API) -> PointEstimate:
    domain = table.where(case.get("domain"))
    match case["function"]:
        case "mean":
            return mean(design, table.number(case["y"]), domain)
        case "total":
            return total(design, table.number(case["y"]), domain)
        case "total of ones":
            return total(design, table.where(case["y"]), domain)
        case "share":
            return share(design, table.where(case["y"]), domain)
        case "ratio":
            return ratio(design, *(table.number(name) for name in case["y"]), domain)
        case "difference":
            return difference(design, *(mean(design, table.number(name)) for name in case["y"]))
    raise AssertionError(case)


@pytest.mark.parametrize("case", NUMBERS["estimates"], ids=lambda case: f"{case['call']} {case['domain']} {case['y']}")
def test_an_estimate_is_that_of_r(case):
    found = api_estimate(api_design(case["design"]), case)
    assert found.value == pytest.approx(case["est"], rel=RELATIVE)
    # Shares of a stratum variable have no variance: R prints 0 and both sides differ by rounding.
    assert found.standard_error == pytest.approx(case["se"], rel=RELATIVE, abs=1e-15)
    if "deff" in case:
        assert found.design_effect == pytest.approx(case["deff"], rel=RELATIVE)
    if "degf" in case:
        assert (found.df_plain, found.n) == (case["degf"], case["n"])


@pytest.mark.parametrize("case", DESIGNS["estimates"], ids=lambda case: f"{case['call']} {case['domain']} {case['y']}")
def test_an_estimate_of_a_two_stage_sample_is_that_of_r(case):
    found = api_estimate(district_design(case["design"]), case, SCHOOLS)
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE)
    if "deff" in case:
        assert found.design_effect == pytest.approx(case["deff"], rel=RELATIVE)
    if "degf" in case:
        assert (found.df_plain, found.n) == (case["degf"], case["n"])


@pytest.mark.parametrize("case", DESIGNS["covariances"], ids=lambda case: case["call"])
def test_the_covariance_of_items_and_domains_is_that_of_r(case):
    design, table = source(case["design"])
    estimand = {"mean": mean, "total": total}[case["function"]]
    parts = [
        estimand(design, table.number(y), table.where(domain))
        for y, domain in zip(case["y"], case["domains"], strict=True)
    ]
    found = covariance(design, np.column_stack([part.influence for part in parts]))
    np.testing.assert_allclose(found, case["values"], rtol=RELATIVE, atol=1e-12 * np.max(case["values"]))


@pytest.mark.parametrize("case", DESIGNS["item_covariances"], ids=lambda case: f"{case['call']} {case['y']}")
def test_the_variance_and_covariance_of_items_are_those_of_r(case):
    design, table = source(case["design"])
    one, other = (table.number(name) for name in case["y"])
    found = item_variance(design, one) if case["y"][0] == case["y"][1] else item_covariance(design, one, other)
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE)


@pytest.mark.parametrize("case", DESIGNS["smooth"], ids=lambda case: case["call"])
def test_a_smooth_function_of_estimates_is_that_of_r(case):
    design, table = source(case["design"])
    found = smooth(design, [mean(design, table.number(name)) for name in case["y"]], lambda v: v[0] / v[1])
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE)


@pytest.mark.parametrize("case", NUMBERS["covariances"], ids=lambda case: case["call"])
def test_a_covariance_matrix_is_that_of_r(case):
    design = api_design(case["design"])
    influences = np.column_stack([mean(design, API.number(name)).influence for name in case["y"]])
    np.testing.assert_allclose(covariance(design, influences), case["values"], rtol=RELATIVE)


@pytest.mark.parametrize("case", NUMBERS["deff_replace"] + DESIGNS["deff_replace"], ids=lambda case: case["call"])
def test_the_design_effect_against_sampling_with_replacement_is_that_of_r(case):
    design, table = source(case["design"])
    found = mean(design, table.number(case["y"]))
    simple = simple_variance(design.weights, table.number(case["y"]), replace=True)
    assert found.variance / simple == pytest.approx(case["deff"], rel=RELATIVE)


@pytest.mark.parametrize("case", NUMBERS["lonely"], ids=lambda case: f"{case['rule']} {case['design']} {case['y']}")
def test_each_rule_for_a_lonely_stratum_is_that_of_r(case):
    rows = API.where("lonely=1")
    design = api_design(case["design"], rows, case["rule"])
    found = {"mean": mean, "total": total}[case["function"]](design, API.number(case["y"])[rows])
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE)
    assert Flag.LONELY_STRATUM in found.flags


def barometer_design() -> SurveyDesign:
    answered = BAROMETER.where("responded=1")
    joined = np.array([0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9])
    strata = BAROMETER.number("stratum").astype(int)
    held = np.zeros(12)
    held[strata] = BAROMETER.number("N")
    return SurveyDesign(np.array(FOUND["weights"]["values"]), joined[strata][answered], np.bincount(joined, held))


def barometer_domain(name: str) -> np.ndarray:
    country, sector, size = (BAROMETER.number(one) for one in ("country", "sector", "size"))
    domains = {
        "all": country >= 0,
        "country0": country == 0,
        "country1": country == 1,
        "sector1": sector == 1,
        "cell": (country == 1) & (sector == 0) & (size > 0),
    }
    return domains[name][BAROMETER.where("responded=1")]


def answers(name: str) -> np.ndarray:
    return BAROMETER.number(name)[BAROMETER.where("responded=1")]


@pytest.mark.parametrize("case", FOUND["estimates"], ids=lambda case: case["call"])
def test_a_barometer_figure_is_that_of_r(case):
    design, y, domain = barometer_design(), answers(case["y"]), barometer_domain(case["domain"])
    part = {"driver": 1.0, "barrier": -1.0}.get(case["estimand"])
    if part is not None:
        found = share(design, np.where(np.isnan(y), np.nan, y == part), domain)
    else:
        found = {"share": share, "net_balance": net_balance, "total": total}[case["estimand"]](design, y, domain)
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE)
    assert (found.df_plain, found.n) == (case["degf"], case["n"])


def test_a_difference_of_domains_that_share_strata_is_that_of_r():
    design, y = barometer_design(), answers("innovative")
    large = (BAROMETER.number("size") > 0)[BAROMETER.where("responded=1")]
    found = difference(design, share(design, y, barometer_domain("sector1")), share(design, y, large))
    expected = FOUND["difference"]
    assert (found.value, found.standard_error) == pytest.approx((expected["est"], expected["se"]), rel=RELATIVE)


def small_design(**changes) -> SurveyDesign:
    given = {"weights": [2.0, 2.0, 3.0, 3.0], "strata": [0, 0, 1, 1], "populations": [4.0, 6.0]}
    return SurveyDesign(**{**given, **changes})


NAN = float("nan")


@pytest.mark.parametrize("estimand", [mean, share, net_balance, total])
def test_an_empty_domain_has_no_value_and_says_so(estimand):
    found = estimand(small_design(), [1, 0, 1, 0], np.zeros(4, dtype=bool))
    assert (found.n, found.flags) == (0, frozenset({Flag.EMPTY_DOMAIN}))
    assert np.isnan([found.value, found.standard_error]).all()


@pytest.mark.parametrize("estimand", [mean, share, net_balance, total])
def test_an_item_that_nobody_answered_has_no_value_and_says_so(estimand):
    found = estimand(small_design(), [NAN] * 4)
    assert (found.n, found.flags) == (0, frozenset({Flag.NO_ANSWERS}))
    assert np.isnan([found.value, found.standard_error]).all()


def test_a_single_answer_gives_a_value_without_precision():
    found = mean(small_design(), [1, NAN, NAN, NAN])
    assert found.value == 1
    assert np.isnan(found.standard_error)
    assert found.flags == {Flag.ONE_ANSWER, Flag.NO_DEGREES}


def test_a_stratum_with_one_respondent_leaves_its_estimates_without_precision_and_others_alone():
    design = small_design(weights=[2.0, 2.0, 2.0, 6.0], strata=[0, 0, 0, 1], populations=[6.0, 6.0])
    whole, part = share(design, [1, 0, 1, 1]), share(design, [1, 0, 1, 1], [True, True, True, False])
    assert (np.isnan(whole.standard_error), whole.flags) == (True, {Flag.LONELY_STRATUM})
    assert (part.standard_error, part.flags) == (pytest.approx((0.5 * 2 / 9 / 2) ** 0.5), frozenset())


def test_answers_all_alike_are_flagged_unless_everybody_answered():
    census = small_design(weights=[1.0] * 4, populations=[2.0, 2.0])
    assert share(small_design(), [1, 1, 1, 1]).flags == {Flag.ZERO_SPREAD}
    assert share(census, [1, 1, 1, 1]).flags == {Flag.KNOWN}
    assert share(census, [1, 0, 1, 1]).standard_error == 0


def test_rounding_is_no_spread_and_takes_no_degrees_of_freedom():
    """What is left of equal weights and answers is of the order 1e-17; Satterthwaite's degrees of it say nothing."""
    strata = np.repeat([0, 1, 2], 7)
    uneven = np.random.default_rng(0).uniform(1, 5, 21)
    alike = mean(SurveyDesign(uneven, strata, [40.0] * 3), np.full(21, 0.3))
    assert (alike.value, alike.standard_error, alike.df, alike.df_plain) == (0.3, 0.0, 18.0, 18)
    inside = share(SurveyDesign(np.repeat([2.05, 2.19, 4.26], 7), strata, [40.0] * 3), np.repeat([0, 1, 1], 7))
    assert (inside.standard_error, inside.df, inside.flags) == (0.0, 18.0, frozenset())


def test_a_ratio_to_nothing_has_no_value():
    found = ratio(small_design(), [1, 2, 3, 4], [0, 0, 0, 0])
    assert (np.isnan(found.value), found.flags) == (True, {Flag.ZERO_DENOMINATOR})


def test_a_combination_with_a_part_without_value_has_none():
    design = small_design()
    found = linear(design, [share(design, [1, 0, 1, 0]), share(design, [NAN] * 4)], [1, 1])
    assert (np.isnan(found.value), Flag.MISSING_PART in found.flags) == (True, True)


def test_a_mean_score_is_the_mean_of_the_scores_and_a_score_of_nan_leaves_its_answer_out_of_the_base():
    design, answers = small_design(), [0, 5, 6, -1]
    found = mean_score(design, answers, [*SIX_STEPS, NAN])
    expected = mean(design, [-1.0, 1.0, NAN, NAN])
    assert (found.value, found.standard_error, found.n) == (expected.value, expected.standard_error, 2)
    assert mean_score(design, answers, [*SIX_STEPS, 0.0]).n == 3


def test_one_answer_to_both_items_has_no_covariance_and_none_says_so():
    design = small_design()
    one, none = item_covariance(design, [1, NAN, 2, 3], [1, 2, NAN, NAN]), item_variance(design, [NAN] * 4)
    assert (np.isnan(one.value), one.flags) == (True, {Flag.ONE_ANSWER})
    assert (np.isnan(none.value), none.flags) == (True, {Flag.NO_ANSWERS})


def test_a_smooth_function_that_is_linear_is_the_linear_combination():
    design = small_design()
    parts = [share(design, [1, 0, 1, 0]), mean(design, [4, 9, 1, 2])]
    one, other = smooth(design, parts, lambda v: 2 * v[0] - v[1] + 5), linear(design, parts, [2, -1], 5)
    assert (one.value, one.standard_error) == pytest.approx((other.value, other.standard_error), rel=1e-14)
    missing = smooth(design, [share(design, [NAN] * 4)], lambda v: v[0])
    assert (np.isnan(missing.value), Flag.MISSING_PART in missing.flags) == (True, True)


def test_as_many_strata_as_answers_leave_no_degrees_of_freedom():
    found = share(small_design(), [1, NAN, 0, NAN])
    assert (found.df, found.flags) == (0, {Flag.NO_DEGREES})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: share(d, [0, 2, 1, 0]), "y: expected only 0, 1 or NaN, got 2 in row 1. Use mean for values"),
        (lambda d: net_balance(d, [0, 1, 1, -0.5]), "y: expected only -1, 0, 1 or NaN, got -0.5 in row 3"),
        (lambda d: mean(d, [1, 2]), "y: expected 4 values, got 2"),
        (lambda d: mean(d, [1, 2, 3, np.inf]), "y: expected finite numbers or NaN, got inf in row 3"),
        (lambda d: mean(d, [1, 2, 3, 4], [0, 1]), "domain: expected true or false for each row, got dtype int64"),
        (lambda d: mean(d, ["a"] * 4), "y: expected numbers"),
        (
            lambda d: mean_score(d, [0, 1, 2, 7], SIX_STEPS),
            "answers: expected codes from -1 to 5, got codes from 0 to 7",
        ),
        (lambda d: smooth(d, [], abs), "estimates: expected at least one, got none"),
        (lambda d: smooth(d, [mean(d, [1, 2, 3, 4])], lambda v: abs(v[0])), "function: expected a complex result"),
        (lambda d: smooth(d, [mean(d, [1, -1, 0, 0])], lambda v: np.log(v[0])), "function: expected finite values"),
        (lambda d: linear(d, [], []), "coefficients: expected one for each of the 0 estimates, at least one"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(call, message):
    with pytest.raises(InputError) as error:
        call(small_design())
    assert str(error.value).startswith(message)
