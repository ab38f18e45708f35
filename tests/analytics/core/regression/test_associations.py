"""The table of what goes with an outcome: rows, family, flags and the sentence under it."""

import numpy as np
import pytest

from analytics.core import estimates
from analytics.core.design import SurveyDesign
from analytics.core.families import Adjustment
from analytics.core.hypothesis_tests import Verdict, holm
from analytics.core.regression.associations import SENTENCE, RowFlag, associations
from analytics.core.regression.marginal_effects import marginal_effects
from analytics.core.regression.model_matrix import Covariate, Factor, model_matrix

RNG = np.random.default_rng(20)
N = 900
LEVEL = RNG.integers(0, 3, N)
SIZE = RNG.normal(size=N)
CHANCE = 1 / (1 + np.exp(0.3 - 1.2 * (LEVEL == 2)))
Y = np.where(RNG.random(N) < 0.03, np.nan, (RNG.random(N) < CHANCE) * 1.0)
DESIGN = SurveyDesign(RNG.uniform(1, 4, N), np.arange(N) % 5)
TERMS = (Factor("level", LEVEL, ("state", "region", "municipality")), Covariate("size", SIZE))
FOUND = associations(DESIGN, TERMS, y=Y, name="innovating by background 2025")


def test_every_level_and_covariate_has_a_row_in_the_order_of_the_terms():
    assert [(row.factor, row.level) for row in FOUND.rows] == [
        ("level", "state"), ("level", "region"), ("level", "municipality"), ("size", ""),
    ]  # fmt: skip
    assert FOUND.family.comparisons == ("level=region", "level=municipality", "size")
    assert FOUND.family.adjustment is Adjustment.HOLM
    assert FOUND.sentence == SENTENCE == "associations_not_causes"
    assert [name for name, _ in FOUND.tests] == ["level", "size"]
    assert FOUND.tests[0][1].df == 2


def test_rows_hold_the_share_and_the_effect_in_points_with_raw_and_adjusted_p():
    matrix = model_matrix(TERMS)
    effect = marginal_effects(DESIGN, FOUND.model, matrix, term="level")
    row = FOUND.rows[2]
    assert row.share == pytest.approx(estimates.share(DESIGN, Y, LEVEL == 2).value)
    assert row.n == int(((LEVEL == 2) & ~np.isnan(Y)).sum())
    assert row.effect == pytest.approx(100 * effect.values[1])
    assert row.standard_error == pytest.approx(100 * effect.standard_errors[1])
    assert (row.low, row.high) == pytest.approx(tuple(100 * effect.intervals()[1]))
    assert row.p == pytest.approx(effect.p[1])
    assert row.verdict is Verdict.HIGHER
    assert row.effect > 15
    tested = FOUND.rows[1:]
    np.testing.assert_allclose([one.p_adjusted for one in tested], holm([one.p for one in tested]))


def test_the_base_is_marked_and_not_tested_and_a_covariate_has_no_share():
    base, size = FOUND.rows[0], FOUND.rows[3]
    assert (base.effect, base.verdict, base.flags) == (0.0, Verdict.NOT_COMPARABLE, frozenset({RowFlag.BASE}))
    assert np.isnan([base.p, base.p_adjusted, base.standard_error]).all()
    assert np.isnan(size.share)
    assert size.n == FOUND.model.n


def test_thin_levels_are_marked_and_a_domain_narrows_the_table():
    rare = np.where(LEVEL == 1, (np.arange(N) % 60 == 0) * 1.0, Y)
    found = associations(DESIGN, TERMS, y=rare, name="rare", domain=SIZE < 1)
    assert RowFlag.THIN in found.rows[1].flags
    assert RowFlag.THIN not in found.rows[2].flags
    assert found.model.n == int((~np.isnan(rare) & (SIZE < 1)).sum())
    assert sum(row.n for row in found.rows[:3]) == found.model.n
