"""Variance where strata of all kinds stand side by side, against R's survey; lonely PSUs; calibrated weights."""

import numpy as np
import pytest

from analytics.core.design import Calibration, SurveyDesign
from analytics.core.estimates import Flag, covariance, mean, net_balance, share, total
from analytics.core.variance import residuals, satterthwaite, stratum_variances
from tests.analytics.core.golden import RELATIVE, Table, numbers

MUNICIPAL = Table("municipal")
FOUND = numbers("municipal")
DOMAINS = {
    "all": None,
    "north": "region=north",
    "east": "region=east",
    "taken": "stratum>4",
    "clustered": "stratum>2,stratum!=5,stratum!=6",
    "known": "stratum=2",
}


def municipal_design(**changes) -> SurveyDesign:
    """Element strata 0, 1, a census 2, two-stage 3, 4, and 5, 6 of which all municipalities are taken."""
    strata = MUNICIPAL.number("stratum").astype(int)
    _, psu = np.unique(MUNICIPAL.text("psu"), return_inverse=True)
    held, units = np.zeros(7), np.zeros(psu.max() + 1)
    held[strata], units[psu] = MUNICIPAL.number("N"), MUNICIPAL.number("M")
    given = {"strata": strata, "populations": held, "psu": psu, "second_stage_populations": units}
    return SurveyDesign(MUNICIPAL.number("w"), **{**given, **changes})


@pytest.mark.parametrize("case", FOUND["estimates"], ids=lambda case: case["call"])
def test_a_figure_from_strata_of_all_kinds_is_that_of_r(case):
    estimand = {"share": share, "total": total, "net_balance": net_balance}[case["estimand"]]
    found = estimand(municipal_design(), MUNICIPAL.number(case["y"]), MUNICIPAL.where(DOMAINS[case["domain"]]))
    assert (found.value, found.standard_error) == pytest.approx((case["est"], case["se"]), rel=RELATIVE, abs=1e-15)
    assert (found.df_plain, found.n) == (case["degf"], case["n"])


def test_the_covariance_of_domains_in_strata_of_all_kinds_is_that_of_r():
    design, y = municipal_design(), MUNICIPAL.number("innovative")
    parts = [mean(design, y, MUNICIPAL.where(f"region={level}")) for level in FOUND["by"]["levels"]]
    found = covariance(design, np.column_stack([part.influence for part in parts]))
    np.testing.assert_allclose(found, FOUND["by"]["values"], rtol=RELATIVE, atol=1e-16)


def test_a_stratum_of_which_all_municipalities_are_taken_adds_its_second_stage_and_nothing_else():
    design, y = municipal_design(), MUNICIPAL.number("innovative")
    parts = stratum_variances(design, mean(design, y).influence)
    first, second = parts[:7], np.bincount(design.psu_strata, parts[7:])
    assert first[[2, 5, 6]].tolist() == [0, 0, 0]
    assert second[:3].tolist() == [0, 0, 0]
    assert (second[3:] > 0).all()
    # An ultimate-cluster program knows no second stage: half of what strata 5 and 6 add is lost without a word.
    ultimate = municipal_design(second_stage_populations=None)
    found = mean(ultimate, y, MUNICIPAL.where("stratum>4"))
    assert (found.standard_error, found.flags) == (0, {Flag.KNOWN})
    assert mean(design, y, MUNICIPAL.where("stratum>4")).flags == frozenset()


def test_the_parts_of_a_variance_add_up_to_it_and_so_do_the_residuals():
    design, y = municipal_design(), MUNICIPAL.number("size")
    found = total(design, y)
    assert stratum_variances(design, found.influence).sum() == pytest.approx(found.variance, rel=1e-12)
    rows = residuals(design, found.influence[:, None])
    assert rows.shape == (design.psu_count + design.size, 1)
    assert float(rows[:, 0] @ rows[:, 0]) == pytest.approx(found.variance, rel=1e-12)


def test_clusters_of_one_are_an_element_sample():
    draw = np.random.default_rng(1)
    strata, y = np.repeat([0, 1, 2], 8), draw.normal(size=24)
    weights, held, names = draw.uniform(1, 5, 24), np.array([30.0, 9.0, 8.0]), draw.permutation(24)
    plain = mean(SurveyDesign(weights, strata, held), y)
    psu = np.argsort(np.argsort(strata * 100 + names))
    named = mean(SurveyDesign(weights, strata, held, psu=psu, second_stage_populations=np.ones(24)), y)
    for name in ("value", "standard_error", "df", "df_plain"):
        assert getattr(named, name) == pytest.approx(getattr(plain, name), rel=1e-12)


def test_the_order_of_rows_and_the_names_of_psus_do_not_matter():
    design, y = municipal_design(), MUNICIPAL.number("balance")
    draw = np.random.default_rng(2)
    order, names = draw.permutation(design.size), draw.permutation(design.psu_count)
    units = np.empty(design.psu_count)
    units[names] = design.second_stage_populations
    other = SurveyDesign(
        design.weights[order],
        design.strata[order],
        design.populations,
        psu=names[design.psu][order],
        second_stage_populations=units,
    )
    one, two = net_balance(design, y), net_balance(other, y[order])
    for name in ("value", "standard_error", "df", "df_plain", "design_effect"):
        assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-11)


def test_degrees_of_freedom_are_those_of_the_strata_that_carry_the_variance():
    design = municipal_design()
    found = mean(design, MUNICIPAL.number("innovative"))
    assert 2 < found.df < found.df_plain
    one = satterthwaite(design, stratum_variances(design, found.influence))
    assert found.df == pytest.approx(min(found.df_plain, one))


def test_satterthwaite_of_two_stages_says_how_much_the_variance_itself_varies():
    """Degrees d of an estimated variance V mean Var(V) = 2 V^2 / d; drawn from normal populations, seeded."""
    draw = np.random.default_rng(7)
    strata, psu = (
        np.repeat([0, 1], [60, 24]),
        np.concatenate([np.repeat(np.arange(12), 5), 12 + np.repeat(np.arange(4), 6)]),
    )
    units = np.repeat([40.0, 60.0], [12, 4])
    weights = np.where(strata == 0, 30 / 12 * 8, 10.0)
    design = SurveyDesign(weights, strata, [30.0, 4.0], psu=psu, second_stage_populations=units)
    variances, degrees = [], []
    for _ in range(1500):
        y = draw.normal(size=16)[psu] * 0.7 + draw.normal(size=84)
        parts = stratum_variances(design, weights * y)
        variances.append(parts.sum())
        degrees.append(satterthwaite(design, parts))
    assert 2 * np.mean(variances) ** 2 / np.var(variances) == pytest.approx(np.mean(degrees), rel=0.25)


def lonely(rule: str, **changes) -> SurveyDesign:
    """Stratum 0 with PSUs of 2, 2 and 1 respondents, the last of 5 units; stratum 1 with two whole PSUs."""
    given = {
        "weights": np.full(7, 2.0),
        "strata": [0, 0, 0, 0, 0, 1, 1],
        "populations": [9.0, 4.0],
        "psu": [0, 0, 1, 1, 2, 3, 4],
        "second_stage_populations": [4.0, 2.0, 5.0, 1.0, 1.0],
    }
    return SurveyDesign(**{**given, **changes, "lonely_psu": rule})


Z = np.array([1.0, 4.0, 2.0, 2.0, 5.0, 3.0, 7.0])


def second_stage(rule: str) -> np.ndarray:
    return stratum_variances(lonely(rule), Z)[2:]


def test_a_psu_with_one_respondent_of_more_goes_by_the_rule():
    # PSU 0: f_h = 1/3, f_hi = 1/2, m / (m - 1) = 2, squares 4.5; PSU 1 is whole; PSU 2 has one of five.
    own = 1 / 3 * 1 / 2 * 2 * 4.5
    assert second_stage("certainty") == pytest.approx([own, 0, 0, 0, 0])
    assert second_stage("adjust") == pytest.approx([own, 0, 1 / 3 * 4 / 5 * (5 - 24 / 7) ** 2, 0, 0])
    assert second_stage("average") == pytest.approx([2 * own, 0, 0, 0, 0])  # two PSUs not whole, one measured
    assert np.isnan(second_stage("fail")).all()


def test_a_lonely_psu_takes_the_precision_only_of_what_it_touches():
    design, outside = lonely("fail"), np.array([True, True, True, True, False, True, True])
    whole, part = mean(design, Z), mean(design, Z, outside)
    assert (np.isnan(whole.standard_error), Flag.LONELY_STRATUM in whole.flags) == (True, True)
    assert (part.standard_error > 0, part.flags) == (True, frozenset())


def test_a_domain_with_one_psu_in_a_stratum_is_no_lonely_stratum():
    design = lonely("fail", second_stage_populations=None)
    found = mean(design, Z, [True, True, False, False, False, True, True])
    assert (found.standard_error > 0, found.flags, found.df_plain) == (True, frozenset(), 1)


def test_the_average_rule_at_the_second_stage_leaves_a_domain_without_open_psus_alone():
    design = lonely("average")
    rows = np.array([False, False, True, True, False, True, True])
    assert stratum_variances(design, np.where(rows, Z, 0.0), rows)[2:].tolist() == [0, 0, 0, 0, 0]


def test_values_that_the_auxiliaries_explain_do_not_vary_and_redundant_columns_change_nothing():
    draw = np.random.default_rng(3)
    x = np.column_stack([np.ones(40), draw.normal(size=40)])
    before, strata = draw.uniform(1, 4, 40), np.repeat([0, 1], 20)
    y = draw.normal(size=40)

    def calibrated(auxiliaries: np.ndarray) -> SurveyDesign:
        return SurveyDesign(before * 1.1, strata, [60.0, 50.0], calibration=Calibration(auxiliaries, before))

    exact = total(calibrated(x), x @ [3.0, -2.0])
    assert exact.standard_error == pytest.approx(0, abs=1e-10 * abs(exact.value))
    one, other = total(calibrated(x), y), total(calibrated(np.column_stack([x, 1e6 * x[:, 1] - x[:, 0]])), y)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-10)
    assert one.standard_error < total(SurveyDesign(before * 1.1, strata, [60.0, 50.0]), y).standard_error


def test_the_residuals_of_a_calibration_are_weighted_with_the_weights_before_it():
    draw = np.random.default_rng(5)
    x, before, u = draw.normal(size=(30, 2)), draw.uniform(1, 4, 30), draw.normal(size=(30, 1))
    slopes = np.linalg.solve(x.T @ (before[:, None] * x), x.T @ (before[:, None] * u))
    np.testing.assert_allclose(Calibration(x, before).residuals(u), u - x @ slopes, rtol=1e-11, atol=1e-12)


def test_a_domain_in_a_census_stratum_is_not_known_when_calibrated_weights_vary():
    design = SurveyDesign([1.0] * 4, [0, 0, 1, 1], [2.0, 9.0])
    y, inside = [1, 0, 1, 0], np.array([True, True, False, False])
    moved = SurveyDesign(
        [1.1, 0.9, 1.2, 1.0], [0, 0, 1, 1], [2.0, 9.0], calibration=Calibration(np.ones((4, 1)), [1.0] * 4)
    )
    assert Flag.KNOWN in share(design, y, inside).flags
    assert Flag.KNOWN not in share(moved, y, inside).flags
