"""What every kind of replicates must hold, whatever the data: balance, linear exactness, blocks, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.replicates import blocks, bootstrap, brr, factors, fay, jk1, jkn, weight_block
from analytics.core.replicates.apply import apply, apply_means
from analytics.core.replicates.hadamard import hadamard
from analytics.core.variance import covariance
from tests.analytics.core.replicates.designs import HELD, PSU, STRATA, WEIGHTS, X, Y, clusters, elements


@pytest.mark.parametrize("strata", [*range(1, 120), 200, 500])
def test_a_hadamard_matrix_is_orthogonal_and_begins_with_ones(strata):
    signs = hadamard(strata).astype(np.int64)
    order = len(signs)
    assert strata < order <= max(2, (strata // 4 + 1) * 4 + 8)
    assert set(np.unique(signs)) == {-1, 1}
    assert (signs[0] == 1).all()
    assert np.array_equal(signs @ signs.T, order * np.eye(order, dtype=int))


def test_more_strata_than_a_matrix_is_made_for_are_refused():
    with pytest.raises(InputError, match="design: expected fewer than 4096 strata for balanced half-samples, got 4096"):
        hadamard(4096)


def two_in_each(count: int) -> SurveyDesign:
    return SurveyDesign(np.full(2 * count, 3.0), np.repeat(np.arange(count), 2))


@pytest.mark.parametrize("count", [1, 3, 4, 11, 30])
def test_for_totals_balanced_half_samples_give_the_linearised_variance(count):
    design = two_in_each(count)
    y = np.random.default_rng(count).normal(5, 2, design.size)
    expected = covariance(design, (design.weights * y)[:, None])[0, 0]
    for replicates in (brr(design), fay(design, rho=0.5)):
        found = apply(design, lambda w: w @ y, replicates)
        assert found.covariance[0, 0] == pytest.approx(expected, rel=1e-9)
        assert found.thetas.mean() == pytest.approx(found.value[0], rel=1e-12)


@given(
    st.lists(st.tuples(st.integers(2, 6), st.integers(0, 30)), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_for_totals_the_jackknife_gives_the_linearised_variance(strata, fpc, in_pairs, seed):
    draw = np.random.default_rng(seed)
    units = np.repeat(np.arange(len(strata)), [n for n, _ in strata])  # the stratum of each PSU
    held = np.array([float(n + more) for n, more in strata])
    psu = np.repeat(np.arange(len(units)), 1 + in_pairs)
    design = SurveyDesign(draw.uniform(1, 9, len(psu)), units[psu], held if fpc else None, psu=psu)
    z = design.weights[:, None] * draw.normal(0, 3, (len(psu), 2))
    found = apply(design, lambda w: (w / design.weights) @ z, jkn(design, fpc=fpc))
    assert found.covariance == pytest.approx(covariance(design, z), rel=1e-9, abs=1e-9)


def kinds():
    free, cluster, stages = clusters(populations=None), clusters(), clusters(second_stage=np.full(10, 8.0))
    one = clusters(populations=None, strata=np.zeros(len(STRATA), dtype=int))
    element = elements()
    return [
        (one, jk1(one)), (cluster, jkn(cluster)), (free, brr(free)), (free, fay(free, rho=0.4)),
        (cluster, bootstrap(cluster, count=40, seed=1)), (free, bootstrap(free, count=40, seed=1)),
        (stages, bootstrap(stages, count=40, seed=1)), (element, bootstrap(element, count=40, seed=1)),
        (element, jkn(element)),
    ]  # fmt: skip


@pytest.mark.parametrize("case", range(9))
def test_means_by_matrix_products_are_those_of_weights_row_by_row(case):
    design, replicates = kinds()[case]
    draw = np.random.default_rng(case)
    table = draw.normal(3, 1, (design.size, 4))
    table[draw.random(table.shape) < 0.1] = np.nan
    inside = draw.random(design.size) < 0.8

    def means(w):
        used = inside[:, None] & ~np.isnan(table)
        return (w[:, None] * np.where(used, table, 0)).sum(axis=0) / (w[:, None] * used).sum(axis=0)

    slow, fast = apply(design, means, replicates), apply_means(design, table, replicates, domain=inside)
    assert fast.value == pytest.approx(slow.value, rel=1e-12)
    assert fast.thetas == pytest.approx(slow.thetas, rel=1e-11)
    assert fast.covariance == pytest.approx(slow.covariance, rel=1e-8)


@pytest.mark.parametrize("case", range(9))
def test_blocks_made_apart_and_joined_are_the_whole_bit_for_bit(case):
    design, replicates = kinds()[case]
    whole = weight_block(design, replicates, range(replicates.count))
    for size in (1, 3, 7):
        parts = [weight_block(design, replicates, rows) for rows in reversed(blocks(replicates.count, size))]
        assert np.array_equal(np.concatenate(parts[::-1]), whole)
    assert (whole >= 0).all()


def test_blocks_cover_every_replicate_once_in_order():
    assert blocks(7, 3) == (range(3), range(3, 6), range(6, 7))
    for count, size in ((0, 3), (3, 0)):
        with pytest.raises(InputError, match="expected at least 1, got 0"):
            blocks(count, size)


def test_means_do_not_depend_on_the_scale_of_the_weights_nor_on_the_order_of_rows_with_psu_codes():
    design = clusters()
    order = np.random.default_rng(4).permutation(design.size)
    heavier = SurveyDesign(WEIGHTS * 7, STRATA, HELD, psu=PSU)
    shuffled = SurveyDesign(WEIGHTS[order], STRATA[order], HELD, psu=PSU[order])
    table = np.column_stack([Y, X])
    for make in (jkn, lambda one: bootstrap(one, count=60, seed=9)):
        found = apply_means(design, table, make(design))
        assert apply_means(heavier, table, make(heavier)).covariance == pytest.approx(found.covariance, rel=1e-9)
        assert apply_means(shuffled, table[order], make(shuffled)).thetas == pytest.approx(found.thetas, rel=1e-12)


def test_strata_taken_whole_have_no_replicate_with_fpc():
    design = elements()
    assert jkn(design).count == 5 + 8 + 4
    assert jkn(design, fpc=False).count == design.size
    assert (jkn(design).degrees, jkn(design, fpc=False).degrees) == (16, 16)


def lonely(rule: LonelyPsu) -> SurveyDesign:
    return SurveyDesign(np.ones(7), [0, 0, 0, 1, 1, 1, 2], [9.0, 9, 9], rule)


@pytest.mark.parametrize("make", [jkn, lambda design: bootstrap(design, count=4000, seed=2)])
@pytest.mark.parametrize("rule", [LonelyPsu.CERTAINTY, LonelyPsu.AVERAGE])
def test_a_lonely_stratum_goes_by_the_rule_of_the_design(make, rule):
    design, y = lonely(rule), np.array([1.0, 4, 2, 0, 5, 3, 8])
    found = apply(design, lambda w: w @ y, make(design)).covariance[0, 0]
    expected = covariance(design, y[:, None])[0, 0]
    assert found == pytest.approx(expected, rel=1e-9 if make is jkn else 0.1)


@pytest.mark.parametrize("rule", [LonelyPsu.FAIL, LonelyPsu.ADJUST])
def test_a_lonely_stratum_whose_rule_has_no_replicate_is_refused(rule):
    for make in (jkn, lambda design: bootstrap(design, count=5, seed=0)):
        with pytest.raises(InputError, match=f"design: expected two units .* got one in stratum 2, rule {rule}"):
            make(lonely(rule))


def test_designs_that_a_kind_cannot_carry_are_refused():
    with pytest.raises(InputError, match=r"design: expected one stratum, got 5\. Use jkn"):
        jk1(clusters())
    with pytest.raises(InputError, match="design: expected two PSUs in every stratum, got 5 in stratum 0"):
        brr(elements())
    with pytest.raises(InputError, match="design: expected one stage of sampling for a jackknife with fpc"):
        jkn(clusters(second_stage=np.full(10, 8.0)))
    assert jkn(clusters(second_stage=np.full(10, 8.0)), fpc=False).count == 10
    for rho in (0.0, 1.0, -0.2, float("nan")):
        with pytest.raises(InputError, match="rho: expected a number between 0 and 1"):
            fay(clusters(), rho=rho)


def test_replicates_of_another_design_and_replicates_that_do_not_exist_are_refused():
    replicates = jkn(clusters())
    with pytest.raises(InputError, match="replicates: expected replicates of a design with 20 PSUs, got those of one"):
        factors(elements(), replicates, range(2))
    for rows in (range(5, 11), range(-1, 2), range(0, 4, 2)):
        with pytest.raises(InputError, match=r"rows: expected a range inside 0\.\.10"):
            factors(clusters(), replicates, rows)
