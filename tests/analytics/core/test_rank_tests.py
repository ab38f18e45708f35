"""Rank tests against R's svyranktest, ties, and what has no test."""

import numpy as np
import pytest
from scipy import stats

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.rank_tests import Score, rank_test
from tests.analytics.core.api_models import DESIGNS, TABLE, sample
from tests.analytics.core.golden import RELATIVE, numbers

R = numbers("api_models")


@pytest.mark.parametrize("name", DESIGNS)
def test_statistics_are_those_of_r_where_no_two_values_are_alike(name):
    data, expected = sample(name), R[name]["ranktest"]
    y = data.number("api00") + TABLE.number("row")[data.rows] / 1000
    for score, key in (
        (Score.WILCOXON, "wilcoxon"),
        (Score.VAN_DER_WAERDEN, "vanderWaerden"),
        (Score.MEDIAN, "median"),
    ):
        found = rank_test(data.design, y, data.yes("comp_imp") * 1, score=score)
        assert found.t == pytest.approx(expected[key]["statistic"], rel=RELATIVE)
        assert found.ddf == expected[key]["parameter"]
        assert found.p == pytest.approx(expected[key]["p"], rel=1e-8)
    several = rank_test(data.design, y, data.types)
    kruskal = expected["KruskalWallis"]
    assert several.df == kruskal["statistic"]  # R's object holds the two the other way round
    assert several.chi_square == pytest.approx(kruskal["parameter"], rel=RELATIVE)
    assert several.p == pytest.approx(kruskal["p"], rel=1e-8)
    assert np.isnan(several.t)


def test_ties_share_the_middle_of_their_weights_whatever_the_order_of_rows():
    rng = np.random.default_rng(11)
    y, groups, weights = rng.integers(1, 5, 90) * 1.0, rng.integers(0, 2, 90), rng.uniform(1, 5, 90)
    order = rng.permutation(90)
    one = rank_test(SurveyDesign(weights, np.zeros(90, dtype=int)), y, groups)
    other = rank_test(SurveyDesign(weights[order], np.zeros(90, dtype=int)), y[order], groups[order])
    assert one.t == pytest.approx(other.t, rel=1e-9)
    flipped = rank_test(SurveyDesign(weights, np.zeros(90, dtype=int)), -y, groups)
    assert flipped.t == pytest.approx(-one.t, rel=1e-9)


def test_with_equal_weights_the_difference_is_that_of_mean_ranks():
    rng = np.random.default_rng(12)
    y, groups = rng.normal(size=200), np.arange(200) % 2
    found = rank_test(SurveyDesign(np.ones(200), np.zeros(200, dtype=int)), y, groups)
    ranks = (stats.rankdata(y) - 0.5) / 200
    assert found.differences[0] == pytest.approx(ranks[groups == 1].mean() - ranks[groups == 0].mean(), rel=1e-12)
    assert found.p == pytest.approx(stats.mannwhitneyu(y[groups == 0], y[groups == 1]).pvalue, abs=0.02)


def test_missing_answers_and_groups_are_left_out_and_codes_may_have_gaps():
    data = sample("strat")
    y, groups = data.number("api00"), data.yes("comp_imp") * 1
    inside = data.types < 2
    domain = rank_test(data.design, y, groups, domain=inside)
    assert rank_test(data.design, np.where(inside, y, np.nan), groups).t == domain.t
    assert rank_test(data.design, y, np.where(inside, 7 * groups, -1)).t == domain.t
    with pytest.raises(InputError, match="groups: expected two or more groups with answers, got 1"):
        rank_test(data.design, y, np.zeros(len(y), dtype=int))


def test_without_spread_or_degrees_there_is_no_test():
    flat = SurveyDesign(np.ones(12), np.zeros(12, dtype=int))
    assert np.isnan(rank_test(flat, np.ones(12), np.arange(12) % 2).p)
    few = SurveyDesign(np.ones(12), np.zeros(12, dtype=int), psu=np.arange(12) // 6)
    assert np.isnan(rank_test(few, np.arange(12.0), np.arange(12) % 3).p)
