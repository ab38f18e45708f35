"""Effective importance, drawn weights and the correlations that ask for a look."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation
from analytics.core.composites.impute import Imputation
from analytics.core.composites.multivariate import Concern, correlations, notices
from analytics.core.composites.recipe import Recipe, index_of
from analytics.core.composites.weight import Dirichlet, Within, effective_importance
from tests.analytics.core.composites.example import GOLDEN, STRUCTURE, TO_100, data, flat, two_pillars
from tests.analytics.core.golden import RELATIVE

NAN = float("nan")
RESULT = index_of(
    data(), STRUCTURE, recipe=Recipe(TO_100, (Aggregation.ARITHMETIC,) * 2, Imputation.MEAN, outliers=True)
)


def test_correlations_of_pillars_and_indicators_are_those_of_coinr():
    """COINr gives none where p is above 0.05."""
    expected = GOLDEN["correlations"]["of"]
    pillars = STRUCTURE.aggregates[:-1]
    found = correlations(RESULT.values[:, :-1], RESULT.normalised)
    for one, other, r in zip(expected["Var1"], expected["Var2"], expected["Correlation"], strict=True):
        row, column = pillars.index(one), STRUCTURE.indicators.index(other)
        if r is None:
            assert found.p[row, column] > 0.05
        else:
            assert found.coefficients[row, column] == pytest.approx(r, rel=RELATIVE)
            assert found.p[row, column] <= 0.05


def test_a_correlation_of_given_numbers():
    """R: cor.test(1:5, c(2, 1, 4, 3, 7)) gives r and p, cor(..., method = "spearman") gives 0.8."""
    one, other = np.array([[1.0], [2], [3], [4], [5], [NAN]]), np.array([[2.0], [1], [4], [3], [7], [9]])
    found = correlations(one, other)
    assert found.coefficients[0, 0] == pytest.approx(0.824163383692134, rel=1e-9)
    assert found.p[0, 0] == pytest.approx(0.0861386313141, rel=1e-9)
    assert found.n[0, 0] == 5
    assert correlations(one, other, by_rank=True).coefficients[0, 0] == pytest.approx(0.8)


def test_a_correlation_without_spread_or_with_two_units_is_undefined_and_a_perfect_one_certain():
    values = np.array([[1.0, 1, 1, NAN], [1, 2, 2, 3], [1, 3, 3, 5]])
    found = correlations(values, values)
    assert np.isnan(found.coefficients[0, 1])
    assert np.isnan(found.p[0, 1])
    assert np.isnan(found.coefficients[3, 1])
    assert (found.coefficients[1, 2], found.p[1, 2]) == (1, 0)
    with pytest.raises(InputError, match="other: expected a table of 3 units, got shape"):
        correlations(values, values[:2])


def test_importance_is_the_squared_correlation_beside_the_stated_share():
    index = {one.part: one for one in effective_importance(RESULT.normalised, RESULT.values, structure=STRUCTURE)}
    pillar = index["P4"]
    expected = np.corrcoef(RESULT.values[:, 3], RESULT.index)[0, 1]
    assert (pillar.whole, pillar.nominal) == ("IDX", pytest.approx(1 / 7))
    assert (pillar.correlation, pillar.squared) == pytest.approx((expected, expected**2))
    shares = [one.effective for one in index.values() if one.whole == "IDX"]
    assert sum(shares) == pytest.approx(1)
    assert index["p1_3"].nominal == pytest.approx(0.2)
    with pytest.raises(InputError, match="values: expected two tables with the same units"):
        effective_importance(RESULT.normalised[:3], RESULT.values, structure=STRUCTURE)


def test_pairs_and_indicators_that_need_a_look_are_named():
    generator = np.random.default_rng(3)
    base = generator.standard_normal(200)
    noise = generator.standard_normal((200, 2))
    values = np.column_stack([base, base + 0.1 * noise[:, 0], -base + 0.2 * noise[:, 1]])
    structure = flat(1, 1, 1)
    found = notices(values, values.mean(axis=1)[:, None], structure=structure)
    assert [(one.first, one.second, one.concern) for one in found] == [
        ("a", "b", Concern.COLLINEAR),
        ("a", "c", Concern.OPPOSED),
        ("b", "c", Concern.OPPOSED),
        ("c", "index", Concern.WEAK),
    ]


def test_weights_within_a_share_stay_within_it():
    drawn = Within(0.25).draw(two_pillars(), 4000, np.random.default_rng(1))
    shares = two_pillars().shares
    assert [level.shape for level in drawn] == [(4000, 3), (4000, 2)]
    for level, stated in zip(drawn, shares, strict=True):
        factors = level / stated
        assert factors.min() >= 0.75
        assert factors.max() <= 1.25
        assert np.ptp(factors) > 0.49


def test_dirichlet_weights_have_the_stated_mean_and_the_spread_of_the_concentration():
    drawn = Dirichlet(8).draw(two_pillars(), 40_000, np.random.default_rng(1))
    first = drawn[0][:, :2] / drawn[0][:, :2].sum(axis=1, keepdims=True)
    assert first[:, 1].mean() == pytest.approx(0.75, abs=0.003)
    assert first[:, 1].var() == pytest.approx(0.75 * 0.25 / 9, rel=0.03)
    assert (drawn[0][:, 2] == 1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Within(0), "share: expected between 0 and 1, got 0"),
        (lambda: Within(1.5), "share: expected between 0 and 1, got 1.5"),
        (lambda: Dirichlet(0.5), "concentration: expected a finite number from 1, got 0.5"),
        (lambda: Dirichlet(float("inf")), "concentration: expected a finite number from 1, got inf"),
    ],
)
def test_a_spread_of_weights_that_is_none_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
