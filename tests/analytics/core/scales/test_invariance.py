"""Invariance over groups: measures against lavaan, the verdicts of constructed groups, and what is undefined."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery, moments
from analytics.core.scales.factor_model import fit, layout
from analytics.core.scales.fit_measures import measures, releases
from analytics.core.scales.invariance import InvarianceFlag, Level, accepted, invariance
from tests.analytics.core.golden import numbers
from tests.analytics.core.scales.constructed import BATTERY, GROUP, NAMES, PLAIN, WEIGHTS, answers

GOLDEN = numbers("scales")["invariance"]
USED = BATTERY.complete
SCALAR = {"equal_loadings": True, "equal_intercepts": True}
MODELS = {
    "configural": {},
    "metric": {"equal_loadings": True},
    "scalar": SCALAR,
    "partial": {**SCALAR, "free": (4,)},
}
THREE = ("a", "b", "c")


def groups(weights):
    """Moments of the three groups that count their rows, as lavaan does with weights too."""
    found = [moments(BATTERY.values[USED & (g == GROUP)], weights[USED & (g == GROUP)]) for g in range(3)]
    return [replace(one, size=float(one.n)) for one in found]


def three_groups(n: int, *, items=6, hard=(), seed=5, loadings=(0.9, 0.8, 1.1, 0.7, 1.0, 0.6)):
    """n rows in each of three groups whose factor means differ; hard: (item, group, by how much)."""
    group = np.repeat(np.arange(3), n)
    shift = np.outer(np.array([0.0, 0.3, -0.2])[group], loadings[:items])
    for item, where, amount in hard:
        shift[group == where, item] -= amount
    values = answers(3 * n, loadings=loadings[:items], seed=seed, shift=shift)
    return SurveyDesign(np.ones(3 * n), group), Battery(NAMES[:items], values), group


@pytest.mark.parametrize("kind", ["unweighted", "weighted"])
@pytest.mark.parametrize("name", MODELS)
def test_the_measures_of_each_model_are_those_of_lavaan(kind, name):
    """Tolerance 1e-6, SRMR 1e-5: lavaan stops at about 1e-7 of a parameter, to which SRMR is not flat."""
    given = groups(WEIGHTS if kind == "weighted" else np.ones(len(WEIGHTS)))
    found, golden = measures(given, fit(given, layout(3, 6, **MODELS[name]))), GOLDEN[kind][name]
    np.testing.assert_allclose(found.chi2, golden["chisq"], rtol=1e-6)
    np.testing.assert_allclose(found.baseline_chi2, golden["baseline_chisq"], rtol=1e-9)
    assert (found.df, found.baseline_df) == (golden["df"], golden["baseline_df"])
    np.testing.assert_allclose([found.cfi, found.rmsea], [golden["cfi"], golden["rmsea"]], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.srmr, golden["srmr"], rtol=1e-5)


def test_the_score_statistics_are_those_of_lavaan():
    given = groups(np.ones(len(WEIGHTS)))
    found = releases(given, fit(given, layout(3, 6, **SCALAR)))
    assert found[0].place == 4
    by_item = [one.statistic for one in sorted(found, key=lambda one: one.place)]
    np.testing.assert_allclose(by_item, GOLDEN["score_tests"], rtol=1e-5)
    assert {one.df for one in found} == {2}


def test_the_harder_item_is_released_and_named_with_its_group():
    found = invariance(PLAIN, BATTERY, GROUP, group_names=THREE)
    assert found.level is Level.PARTIAL_SCALAR
    assert found.means_comparable
    assert [(item.name, item.group) for item in found.released] == [("item5", "c")]
    assert found.released[0].shift < -0.4
    assert found.anchors == ("item1", "item2", "item3", "item4", "item6")
    assert [step.level for step in found.steps] == ["configural", "metric", "scalar", "partial_scalar"]
    assert [step.accepted for step in found.steps] == [True, True, False, True]
    assert found.steps[-1].released == ("item5",)
    np.testing.assert_allclose(found.factor_means, GOLDEN["partial_means"], rtol=1e-5, atol=1e-9)


def test_groups_that_read_alike_hold_the_scalar_step():
    found = invariance(*three_groups(400), group_names=THREE)
    assert found.level is Level.SCALAR
    assert found.released == ()
    assert found.anchors == NAMES
    assert found.factor_means[1] > 0.15
    assert found.factor_means[2] < 0


def test_other_loadings_stop_at_the_configural_step():
    design, battery, group = three_groups(500)
    values = np.array(battery.values)
    turned = answers(500, loadings=(0.2, 1.6, 0.3, 1.5, 0.3, 1.4), seed=8)
    values[group == 1] = turned
    found = invariance(design, Battery(NAMES, values), group, group_names=THREE)
    assert found.level is Level.CONFIGURAL
    assert not found.means_comparable
    assert found.anchors == ()
    assert np.isnan(found.factor_means).all()


def test_two_factors_hold_nothing():
    one, other = answers(600, loadings=(1.5, 1.5, 1.5), seed=1), answers(600, loadings=(1.5, 1.5, 1.5), seed=2)
    group = np.arange(600) % 2
    found = invariance(
        SurveyDesign(np.ones(600), np.zeros(600, dtype=int)), Battery(NAMES, np.hstack([one, other])), group,
        group_names=("a", "b"),
    )  # fmt: skip
    assert found.level is Level.NONE
    assert len(found.steps) == 1


def test_items_that_all_differ_leave_no_anchors():
    random, group = np.random.default_rng(6), np.repeat(np.arange(3), 400)
    values = random.normal(size=1200)[:, None] + random.normal(size=(1200, 4))
    for item, where, amount in [(0, 1, 1.5), (1, 2, 1.5), (2, 1, -1.5), (3, 2, -1.5)]:
        values[group == where, item] += amount
    design = SurveyDesign(np.ones(1200), group)
    found = invariance(design, Battery(NAMES[:4], values), group, group_names=THREE)
    assert found.level is Level.METRIC
    assert InvarianceFlag.NO_ANCHORS in found.flags
    assert len(found.released) == 2
    assert found.anchors == ()


def test_the_names_of_groups_the_order_of_rows_and_the_size_of_a_country_do_not_matter():
    one = invariance(PLAIN, BATTERY, GROUP, group_names=THREE)
    rows = np.random.default_rng(2).permutation(len(GROUP))
    scaled = SurveyDesign(np.array([1.0, 40.0, 0.3])[GROUP[rows]], PLAIN.strata[rows])
    other = invariance(
        scaled, Battery(NAMES, BATTERY.values[rows]), np.array([2, 0, 1])[GROUP[rows]], group_names=("b", "c", "a")
    )
    assert other.level is one.level
    assert [item.group for item in other.released] == ["c"]
    for first, second in zip(one.steps, other.steps, strict=True):
        np.testing.assert_allclose(first.measures.chi2, second.measures.chi2, rtol=1e-8)
        np.testing.assert_allclose(first.cfi_change, second.cfi_change, atol=1e-8)


def test_unequal_weights_count_as_fewer_rows():
    given = moments(BATTERY.values[USED], WEIGHTS[USED])
    assert given.size == pytest.approx(WEIGHTS[USED].sum() ** 2 / (WEIGHTS[USED] ** 2).sum())
    assert given.size < given.n


def test_the_rule_of_a_step():
    assert accepted(-0.009, 0.014)
    assert not accepted(-0.011, 0.0)
    assert not accepted(0.0, 0.016)
    assert accepted(float("nan"), 0.0) is None


def test_groups_that_cannot_be_used_are_named():
    design, battery, group = three_groups(60)
    empty = invariance(design, battery, np.where(group == 2, -1, group), group_names=THREE)
    assert (empty.level, empty.unusable, empty.group_n) == (Level.UNDEFINED, ("c",), (60, 60, 0))
    assert InvarianceFlag.NO_ROWS in empty.flags
    values = np.array(battery.values)
    values[group == 1, 3] = 2.0
    flat = invariance(design, Battery(NAMES, values), group, group_names=THREE)
    assert (flat.level, flat.unusable) == (Level.UNDEFINED, ("b",))
    assert InvarianceFlag.SINGULAR_GROUP in flat.flags
    small = invariance(design, battery, group, group_names=THREE, domain=(group != 1) | (np.arange(180) < 64))
    assert small.unusable == ("b",)
    assert small.group_n[1] == 4


def test_three_items_say_that_the_first_step_says_nothing_and_two_that_nothing_can_be_said():
    three = invariance(*three_groups(300, items=3), group_names=THREE)
    assert InvarianceFlag.SATURATED in three.flags
    assert three.steps[0].measures.df == 0
    two = invariance(*three_groups(300, items=2), group_names=THREE)
    assert two.level is Level.UNDEFINED
    assert InvarianceFlag.TOO_FEW_ITEMS in two.flags


def test_unusable_input_is_named():
    with pytest.raises(InputError, match="group_names: expected at least two"):
        invariance(PLAIN, BATTERY, GROUP, group_names=("a",))
    with pytest.raises(InputError, match="groups: expected codes from -1"):
        invariance(PLAIN, BATTERY, GROUP, group_names=("a", "b"))
    with pytest.raises(InputError, match="anchors: expected at least 2, got 1"):
        invariance(PLAIN, BATTERY, GROUP, group_names=THREE, anchors=1)
