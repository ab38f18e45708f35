"""The scaled chi-square: against lavaan, under doubled rows that are one cluster, and what has none."""

import numpy as np

from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery, Groups, moments
from analytics.core.scales.design_effect import scaled_test
from analytics.core.scales.factor_model import fit, layout
from tests.analytics.core.golden import numbers
from tests.analytics.core.scales.constructed import BATTERY, DESIGN, GROUP, NAMES

GOLDEN = numbers("scales")["invariance"]
USED = BATTERY.complete
VALUES, PLACE = BATTERY.values[USED], GROUP[USED]
DESIGN_OF_COMPLETE = SurveyDesign(DESIGN.weights[USED], DESIGN.strata[USED])


def scaled(design, values, place, *, equal_loadings=True, items=6):
    found = [moments(values[place == g], design.weights[place == g]) for g in range(3)]
    battery = Battery(NAMES[:items], values)
    groups = Groups.of(("a", "b", "c"), place, size=len(place))
    model = fit(found, layout(3, items, equal_loadings=equal_loadings))
    rows = np.ones(len(place), dtype=bool)
    return scaled_test(design, battery, groups, moments=found, model=model, rows=rows)


def test_the_factor_is_that_of_lavaan_but_for_n_and_n_minus_one():
    """The design divides by n - 1 in each group, lavaan's MLM by n: the factor lies between the groups' ratios."""
    found = scaled(SurveyDesign(np.ones(len(PLACE)), PLACE), VALUES, PLACE)
    sizes = np.bincount(PLACE)
    ratio = found.factor / GOLDEN["scaling_factor"]
    assert 1 + 1 / sizes.max() < ratio < 1 + 1.01 / (sizes.min() - 1)
    np.testing.assert_allclose(found.chi2 * found.factor, GOLDEN["unweighted"]["metric"]["chisq"], rtol=1e-6)
    np.testing.assert_allclose(found.chi2, GOLDEN["scaled_chisq"], rtol=1 / 200)


def test_rows_that_are_doubled_inside_clusters_change_no_test():
    one = scaled(SurveyDesign(np.ones(len(PLACE)), PLACE), VALUES, PLACE)
    twice = np.repeat(np.arange(len(PLACE)), 2)
    design = SurveyDesign(np.ones(len(twice)), PLACE[twice], psu=twice)
    two = scaled(design, VALUES[twice], PLACE[twice])
    np.testing.assert_allclose([two.chi2, two.p], [one.chi2, one.p], rtol=1e-6)
    np.testing.assert_allclose(two.factor, 2 * one.factor, rtol=1e-6)


def test_a_sampled_part_of_a_small_population_counts_for_more():
    held = np.bincount(PLACE) * 2.0
    free, corrected = (scaled(SurveyDesign(np.ones(len(PLACE)), PLACE, held_), VALUES, PLACE) for held_ in (None, held))
    np.testing.assert_allclose(corrected.factor, free.factor / 2, rtol=1e-9)
    assert corrected.p < free.p


def test_a_saturated_model_has_no_test():
    found = scaled(DESIGN_OF_COMPLETE, VALUES[:, :3], PLACE, equal_loadings=False, items=3)
    assert found.df == 0
    assert np.isnan([found.chi2, found.p, found.factor]).all()


def test_a_lonely_stratum_leaves_no_factor():
    strata = np.array(PLACE)
    strata[0] = 3
    found = scaled(SurveyDesign(np.ones(len(PLACE)), strata), VALUES, PLACE)
    assert np.isnan([found.chi2, found.p, found.factor]).all()
    assert found.df == 37
