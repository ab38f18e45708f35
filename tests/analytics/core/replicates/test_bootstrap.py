"""The rescaling bootstrap: its variance in expectation, its corrections, its seed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.estimates import mean, total
from analytics.core.replicates import apply, apply_means, blocks, bootstrap, estimate_block, factors, summed_up
from analytics.core.variance import covariance
from tests.analytics.core.replicates.designs import PSU, X, Y, clusters, elements

PINNED = [[1, 1, 0, 1, 1, 0, 0, 2], [0, 1, 2, 0, 1, 1, 0, 1]]  # times drawn, seed 2027: strata of 5 and 3
MANY = 20_000  # a variance from so many replicates is within 3 percent (three standard errors of 1 percent)


@pytest.mark.parametrize("fpc", [True, False])
def test_totals_have_the_linearised_variance_with_and_without_fpc(fpc):
    design = elements()
    y = np.random.default_rng(3).normal(4, 2, design.size)
    z = (design.weights * y)[:, None]
    free = design if fpc else SurveyDesign(design.weights, design.strata)
    made = factors(design, bootstrap(design, count=MANY, seed=5, fpc=fpc), range(MANY))
    assert (made @ z).var() == pytest.approx(covariance(free, z)[0, 0], rel=0.03)
    assert made.mean(axis=0) == pytest.approx(np.ones(design.size), abs=0.03)


@pytest.mark.parametrize("stages", [1, 2])
def test_clusters_have_the_linearised_variance_of_their_stages(stages):
    design = clusters(second_stage=None if stages == 1 else np.bincount(PSU) + np.arange(10.0))
    found = apply_means(design, np.column_stack([Y, X]), bootstrap(design, count=MANY, seed=6))
    estimates = [mean(design, one) for one in (Y, X)]
    expected = covariance(design, np.column_stack([one.influence for one in estimates]))
    # two PSUs to a stratum and a ratio: a little above the linearised variance, as the jackknife is
    assert found.covariance == pytest.approx(expected, rel=0.08)
    sums = apply(design, lambda w: [w @ Y], bootstrap(design, count=MANY // 2, seed=7))
    assert sums.standard_errors[0] == pytest.approx(total(design, Y).standard_error, rel=0.03)


def test_where_every_psu_is_taken_all_variance_is_that_of_the_second_stage():
    held = np.bincount(PSU) * 3.0
    design = clusters(populations=np.full(5, 2.0), second_stage=held)
    made = factors(design, bootstrap(design, count=MANY, seed=8), range(MANY))
    assert (made @ (design.weights * Y)).std() == pytest.approx(total(design, Y).standard_error, rel=0.03)
    complete = clusters(populations=np.full(5, 2.0), second_stage=np.bincount(PSU).astype(float))
    assert (factors(complete, bootstrap(complete, count=9, seed=8), range(9)) == 1).all()


@given(st.integers(0, 2**63), st.lists(st.tuples(st.integers(2, 5), st.integers(0, 9)), min_size=1, max_size=5))
def test_factors_are_never_negative_and_keep_the_size_of_every_stratum(seed, strata):
    n = np.array([one for one, _ in strata])
    design = SurveyDesign(np.ones(n.sum()), np.repeat(np.arange(len(n)), n), n + np.array([more for _, more in strata]))
    made = factors(design, bootstrap(design, count=5, seed=seed), range(5))
    assert (made >= 0).all()
    kept = np.array([np.bincount(design.strata, weights=one) for one in made])
    assert kept == pytest.approx(np.broadcast_to(n, kept.shape), rel=1e-12)
    assert (made[:, design.certain[design.strata]] == 1).all()


def test_two_stage_factors_keep_the_size_of_every_psu_up_to_its_own_factor_and_are_never_negative():
    design = clusters(second_stage=np.full(10, 9.0))
    made = factors(design, bootstrap(design, count=50, seed=1), range(50))
    assert (made >= 0).all()
    inside = np.array([np.bincount(PSU, weights=one) for one in made]) / np.bincount(PSU)
    by_stratum = inside.reshape(50, 5, 2).sum(axis=2)
    assert by_stratum == pytest.approx(np.full((50, 5), 2.0), rel=1e-12)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    design = elements()
    one, again, other = (factors(design, bootstrap(design, count=8, seed=seed), range(8)) for seed in (11, 11, 12))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    longer = factors(design, bootstrap(design, count=80, seed=11), range(8))
    assert np.array_equal(one, longer)  # replicates added later leave the earlier ones as they are


def test_the_stream_of_a_seed_is_the_one_of_earlier_releases():
    free = SurveyDesign(np.ones(8), [0, 0, 0, 0, 0, 1, 1, 1])
    made = factors(free, bootstrap(free, count=2, seed=2027), range(2))
    times = made * np.array([4 / 5] * 5 + [2 / 3] * 3)
    assert np.rint(times).astype(int).tolist() == PINNED


@pytest.mark.parametrize("workers", [1, 4])
def test_blocks_on_one_worker_or_four_give_the_same_bits(workers):
    design, y = clusters(), np.column_stack([Y, X])

    def quartiles(w):
        order = np.argsort(X)
        return X[order][np.searchsorted(np.cumsum(w[order]), np.array([0.25, 0.5, 0.75]) * w.sum())]

    replicates = bootstrap(design, count=100, seed=3)
    whole = apply(design, quartiles, replicates)
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(
            lambda rows: estimate_block(design, quartiles, replicates, rows=rows), blocks(replicates.count)
        )
        joined = summed_up(replicates, np.concatenate(list(parts)), whole.value)
    assert np.array_equal(joined.thetas, whole.thetas)
    assert np.array_equal(joined.covariance, whole.covariance)
    assert np.array_equal(apply_means(design, y, replicates).thetas, apply_means(design, y, replicates).thetas)


def test_counts_seeds_and_lonely_psus_that_cannot_be_used_are_refused():
    with pytest.raises(InputError, match="count: expected at least 2, got 1"):
        bootstrap(elements(), count=1, seed=0)
    with pytest.raises(InputError, match="seed: expected a whole number from 0, got -1"):
        bootstrap(elements(), count=5, seed=-1)
    psu = np.array([0, 0, 1, 2, 2, 3, 3])
    stages = [SurveyDesign(
        np.ones(7), [0, 0, 0, 1, 1, 1, 1], [4.0, 5], rule, psu=psu, second_stage_populations=[4.0, 3, 5, 2]
    ) for rule in (LonelyPsu.FAIL, LonelyPsu.AVERAGE, LonelyPsu.CERTAINTY)]  # fmt: skip
    for design in stages[:2]:
        with pytest.raises(InputError, match=r"design: expected two units .* got one in PSU 1"):
            bootstrap(design, count=5, seed=0)
    assert bootstrap(stages[2], count=50, seed=0).degrees == 2


def test_degrees_are_never_more_than_replicates_allow():
    assert bootstrap(elements(), count=5, seed=0).degrees == 4
    assert bootstrap(elements(), count=500, seed=0).degrees == 16
