"""Differential item functioning: effects against polr, constructed items, purifying, and what is undefined."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery
from analytics.core.scales.dif import DifFlag, DifKind, DifVerdict, dif
from tests.analytics.core.golden import numbers
from tests.analytics.core.scales.constructed import BATTERY, GROUP, NAMES, PLAIN, WEIGHTS, answers

GOLDEN = numbers("scales")["dif"]
THREE = ("a", "b", "c")
NEVER = {"moderate": 0.98, "large": 0.99}  # thresholds that flag nothing: one round of all items, as in R


def plain(n: int) -> SurveyDesign:
    return SurveyDesign(np.ones(n), np.zeros(n, dtype=int))


def two_groups(n: int, *, hard=(), seed=9, items=6):
    group = np.arange(n) % 2
    shift = np.zeros((n, items)) + 0.4 * group[:, None]  # the groups differ on the factor; that is no fault of an item
    for item, amount in hard:
        shift[group == 1, item] -= amount
    loadings = (0.9, 0.8, 1.1, 0.7, 1.0, 0.6)[:items]
    return plain(n), Battery(NAMES[:items], answers(n, loadings=loadings, seed=seed, shift=shift)), group


@pytest.mark.parametrize("kind", ["unweighted", "weighted"])
def test_effects_and_likelihood_ratios_are_those_of_polr(kind):
    design = PLAIN if kind == "unweighted" else SurveyDesign(WEIGHTS, PLAIN.strata)
    found = dif(design, BATTERY, GROUP, group_names=THREE, domain=BATTERY.complete, **NEVER)
    for item, golden in zip(found.items, GOLDEN[kind], strict=True):
        null, score, uniform, both = golden["deviances"]
        np.testing.assert_allclose(item.chi2, [score - both, score - uniform, uniform - both], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(item.r2_change, (score - both) / null, rtol=1e-6)
        np.testing.assert_allclose(item.r2_change_uniform, (score - uniform) / null, rtol=1e-6)
        np.testing.assert_allclose(item.group_log_odds[1:], golden["uniform"][1:], rtol=1e-4, atol=1e-5)
        assert list(item.df) == [4, 2, 2]
        assert item.verdict is DifVerdict.NEGLIGIBLE
    assert found.rounds == 1


def test_the_harder_item_and_no_other_is_named_with_its_group():
    found = dif(PLAIN, BATTERY, GROUP, group_names=THREE)
    assert found.flagged == ("item5",)
    assert found.anchors == ("item1", "item2", "item3", "item4", "item6")
    item = found.item("item5")
    assert (item.verdict, item.kind, item.group, item.dropped) == (DifVerdict.LARGE, DifKind.UNIFORM, "c", True)
    assert item.group_log_odds[2] < -1.5
    assert found.rounds == 2
    assert {one.verdict for one in found.items if one.name != "item5"} == {DifVerdict.NEGLIGIBLE}
    assert not found.item("item1").dropped


def test_groups_that_differ_on_the_factor_alone_flag_nothing():
    found = dif(*two_groups(1500), group_names=("a", "b"))
    assert found.flagged == ()
    assert max(one.r2_change for one in found.items) < 0.01


def test_purifying_takes_the_blame_from_items_beside_a_faulty_one():
    """Two items much harder in one group drag the rest scores down: the first round blames the good ones too."""
    found = dif(*two_groups(2000, hard=[(0, 2.5), (2, 2.5)]), group_names=("a", "b"))
    assert found.flagged == ("item1", "item3")
    assert found.rounds == 3
    good = [found.item(name) for name in found.anchors]
    assert max(one.first_r2_change for one in good) > 0.02
    assert max(one.r2_change for one in good) < 0.02


def test_a_difference_that_turns_along_the_scale_is_not_uniform():
    design, battery, group = two_groups(2000)
    values = np.array(battery.values)
    values[group == 1, 3] = 3 - values[group == 1, 3]
    item = dif(design, Battery(NAMES, values), group, group_names=("a", "b")).item("item4")
    assert item.kind is DifKind.NON_UNIFORM
    assert item.verdict is DifVerdict.LARGE


def test_languages_of_one_country_are_groups_of_a_domain():
    design, battery, language = two_groups(1600, hard=[(1, 1.5)])
    country = np.arange(1600) % 4 < 2  # both languages in it
    values = np.array(battery.values)
    values[~country] = 0.0  # elsewhere all alike: must not matter
    found = dif(design, Battery(NAMES, values), language, group_names=("sv", "fi"), domain=country)
    assert found.flagged == ("item2",)
    assert found.item("item2").n == 800


def test_names_rows_units_and_the_size_of_a_country_do_not_matter():
    one = dif(PLAIN, BATTERY, GROUP, group_names=THREE)
    rows = np.random.default_rng(3).permutation(len(GROUP))
    design = SurveyDesign(np.array([1.0, 30.0, 0.2])[GROUP[rows]], PLAIN.strata[rows])
    moved = Battery(NAMES, BATTERY.values[rows] * 7 - 1)
    other = dif(design, moved, np.array([1, 2, 0])[GROUP[rows]], group_names=("c", "a", "b"))
    assert other.flagged == one.flagged
    for first, second in zip(one.items, other.items, strict=True):
        np.testing.assert_allclose(first.r2_change, second.r2_change, rtol=1e-6)
        np.testing.assert_allclose(first.chi2, second.chi2, rtol=1e-6, atol=1e-8)
    assert other.item("item5").group == "c"


def test_a_rest_score_needs_most_of_the_other_items():
    design, battery, group = two_groups(400)
    values = np.array(battery.values)
    values[:100, 1:3] = np.nan  # 3 of the other 5 items answered
    found = dif(design, Battery(NAMES, values), group, group_names=("a", "b"))
    assert found.item("item1").n == 300
    looser = dif(design, Battery(NAMES, values), group, group_names=("a", "b"), answered=0.6)
    assert looser.item("item1").n == 400


def test_what_the_answers_leave_undefined():
    design, battery, group = two_groups(400)
    values = np.array(battery.values)
    values[group == 1, 0] = np.nan  # not asked in one group
    values[:, 1] = 2.0
    found = dif(design, Battery(NAMES, values), group, group_names=("a", "b"))
    assert found.item("item1").flags == {DifFlag.EMPTY_GROUP}
    assert found.item("item1").verdict is DifVerdict.UNDEFINED
    assert "item1" not in found.anchors
    assert found.item("item2").flags == {DifFlag.CONSTANT_ITEM}
    assert np.isnan(found.item("item2").r2_change)
    assert found.item("item3").verdict is DifVerdict.NEGLIGIBLE


def test_a_group_with_one_rest_score_has_no_verdict():
    design, battery, group = two_groups(200)
    values = np.array(battery.values)
    values[group == 1, 1:] = 1.0
    found = dif(design, Battery(NAMES, values), group, group_names=("a", "b"), **NEVER)
    assert found.item("item1").flags == {DifFlag.NO_REST_SPREAD}


def test_too_few_items_to_compare_by_are_flagged():
    design, battery, group = two_groups(300, items=2)
    few = dif(design, battery, group, group_names=("a", "b"))
    assert DifFlag.NO_ANCHORS in few.flags
    assert few.items[0].verdict is DifVerdict.UNDEFINED
    many = dif(*two_groups(1500, hard=[(0, 2), (1, -2), (2, 2), (3, -2)], items=4), group_names=("a", "b"))
    assert DifFlag.NO_ANCHORS in many.flags


def test_unusable_input_is_named():
    with pytest.raises(InputError, match="moderate: expected 0 < moderate <= large < 1"):
        dif(PLAIN, BATTERY, GROUP, group_names=THREE, moderate=0.5)
    with pytest.raises(InputError, match="answered: expected a share"):
        dif(PLAIN, BATTERY, GROUP, group_names=THREE, answered=0.0)
    with pytest.raises(InputError, match="at most 20 different answers"):
        dif(plain(100), Battery(("a", "b", "c"), np.random.default_rng(1).normal(size=(100, 3))),
            np.arange(100) % 2, group_names=("x", "y"))  # fmt: skip
    with pytest.raises(InputError, match="name: expected an item of the battery, got no_item"):
        dif(PLAIN, BATTERY, GROUP, group_names=THREE, domain=GROUP < 3).item("no_item")
