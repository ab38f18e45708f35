"""t tests and contrasts against R's svyttest and svycontrast, and a group against the rest."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from analytics.core import estimates
from analytics.core.arrays import InputError
from analytics.core.contrasts import against_the_rest, rest_contrasts, t_test, two_groups
from analytics.core.design import SurveyDesign
from tests.analytics.core.api_models import DESIGNS, TYPES, sample
from tests.analytics.core.golden import RELATIVE, numbers

R = numbers("api_models")
REFERENCE = Path(os.environ.get("REFERENCE_DIR", "")) / "statistics" / "reference_api.json"


@pytest.mark.parametrize("name", DESIGNS)
def test_t_is_that_of_svyttest(name):
    data = sample(name)
    two = t_test(two_groups(data.design, data.number("api00"), data.yes("comp_imp")), plain_df=True)
    one = t_test(estimates.mean(data.design, data.number("growth")), null=25, plain_df=True)
    for found, expected in ((two, R[name]["ttest"]), (one, R[name]["ttest_one"])):
        assert found.t == pytest.approx(expected["statistic"], rel=RELATIVE)
        assert found.df == expected["parameter"]
        assert found.p == pytest.approx(expected["p"], rel=1e-8)


@pytest.mark.parametrize("name", DESIGNS)
def test_intervals_and_contrasts_of_survey_4_5(name):
    if not REFERENCE.is_file():
        pytest.skip("REFERENCE_DIR is absent: t and p stand in tests/golden/api_models.json")
    expected, data = json.loads(REFERENCE.read_text(encoding="utf-8"))["designs"][name], sample(name)
    two = t_test(two_groups(data.design, data.number("api00"), data.yes("comp_imp")), plain_df=True)
    np.testing.assert_allclose([two.low, two.high], expected["ttest"]["ci"], rtol=1e-8)
    now, before = (estimates.mean(data.design, data.number(one)) for one in ("api00", "api99"))
    half = estimates.linear(data.design, (now, before), (0.5, 0.5))
    gap = estimates.difference(data.design, now, before)
    assert half.standard_error == pytest.approx(expected["contrast"]["se"]["half"], rel=RELATIVE)
    assert gap.standard_error == pytest.approx(expected["contrast"]["se"]["diff"], rel=RELATIVE)
    shared = estimates.covariance(data.design, np.column_stack([gap.influence, half.influence]))
    np.testing.assert_allclose(shared, expected["contrast"]["vcov"]["values"], rtol=1e-8)
    ratio = estimates.smooth(data.design, (now, before), lambda value: value[0] / value[1])
    assert ratio.value == pytest.approx(expected["contrast_nonlinear"]["est"]["contrast"], rel=RELATIVE)
    assert ratio.standard_error == pytest.approx(expected["contrast_nonlinear"]["se"]["contrast"], rel=RELATIVE)


def test_degrees_are_satterthwaites_where_few_strata_carry_the_variance():
    rng = np.random.default_rng(3)
    strata = np.r_[np.zeros(10), np.repeat(np.arange(1, 51), 4)].astype(int)
    y = np.where(strata == 0, 100, 0.01) * rng.normal(size=len(strata))
    mean = estimates.mean(SurveyDesign(np.ones(len(y)), strata), y)
    assert t_test(mean).df == pytest.approx(9, abs=0.01)
    assert t_test(mean, plain_df=True).df == len(y) - 51 - 1
    assert t_test(mean).p >= t_test(mean, plain_df=True).p


def test_without_an_error_there_is_no_test():
    alike = estimates.mean(SurveyDesign(np.ones(8), np.zeros(8, dtype=int)), np.ones(8))
    found = t_test(alike, null=0.5)
    assert np.isnan([found.t, found.p, found.low, found.high]).all()
    assert (found.value, found.standard_error) == (1, 0)
    two = SurveyDesign(np.ones(2), np.zeros(2, dtype=int))
    assert np.isnan(t_test(estimates.mean(two, [1.0, 2.0])).p)


def test_a_group_is_compared_with_the_rest_and_not_with_a_mean_that_holds_it():
    data = sample("strat")
    y, groups = data.number("api00"), data.types
    found = against_the_rest(data.design, y, groups, labels=TYPES)
    assert [one.name for one in found] == list(TYPES)
    weights = data.design.weights
    for code, one in enumerate(found):
        rest = np.average(y[groups != code], weights=weights[groups != code])
        own = np.average(y[groups == code], weights=weights[groups == code])
        assert one.value == pytest.approx(own - rest, rel=1e-12)
        left = weights[groups != code].sum() / weights.sum()
        assert own - np.average(y, weights=weights) == pytest.approx(left * one.value, rel=1e-9)
        inside = estimates.mean(data.design, y, groups == code)
        outside = estimates.mean(data.design, y, groups != code)
        assert one.standard_error == pytest.approx(
            np.hypot(inside.standard_error, outside.standard_error), rel=1e-9
        )  # strata are the groups: independent


def test_groups_that_share_psus_are_not_independent():
    data = sample("clus2")
    y, group = data.number("api00"), data.types == 0
    found = two_groups(data.design, y, group)
    parts = [estimates.mean(data.design, y, rows).standard_error for rows in (group, ~group)]
    assert found.standard_error < 0.95 * np.hypot(*parts)


def test_a_group_outside_the_labels_is_refused_and_none_left_out():
    data = sample("strat")
    y = data.number("api00")
    with pytest.raises(InputError, match=r"groups: expected codes from -1 to 1, two labels or more, got 0\.\.2"):
        against_the_rest(data.design, y, data.types, labels=("E", "H"))
    only = against_the_rest(data.design, y, np.where(data.types == 2, -1, data.types), labels=("E", "H"))
    within = against_the_rest(data.design, y, data.types, labels=TYPES, domain=data.types < 2)
    assert only[0] == within[0]
    assert np.isnan(within[2].value)


def test_contrasts_against_the_rest_without_microdata():
    found = rest_contrasts([1.0, 1.0, 2.0])
    np.testing.assert_allclose(found, [[1, -1 / 3, -2 / 3], [-1 / 3, 1, -2 / 3], [-0.5, -0.5, 1]])
    for wrong in ([1.0], [1.0, 0.0], [1.0, np.nan]):
        with pytest.raises(InputError, match="sizes: expected two or more numbers above 0"):
            rest_contrasts(wrong)
