"""Monte Carlo runs: same bits from any sharing out of blocks, known answers, and every choice at work."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import stats

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation
from analytics.core.composites.choices import Choices, Problem, codes_of, scores, stated_weights
from analytics.core.composites.impute import Imputation
from analytics.core.composites.normalise import Normalisation, Normaliser
from analytics.core.composites.recipe import Recipe, index_of
from analytics.core.composites.sampling import Normal, Replicates
from analytics.core.composites.uncertainty import Simulation, above, block, join, monte_carlo, runs
from analytics.core.composites.weight import Dirichlet, Within
from tests.analytics.core.composites.example import STRUCTURE, TO_100, data, flat, two_pillars

ARITHMETIC, GEOMETRIC, HARMONIC = Aggregation
NAN = float("nan")
POSTS = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((0, 100), (0, 100)))
VALUES = np.array([[40.0, 60.0], [50.0, 55.0], [52.0, 50.0]])
SPREAD = np.stack([np.array([[9.0, 3.0], [3.0, 4.0]])] * 3)
ALL = Choices(
    imputations=(Imputation.MEAN, Imputation.NONE, Imputation.MEDIAN),
    normalisers=(TO_100, Normaliser(Normalisation.PERCENTILE_RANK, 1, 100)),
    aggregations=((ARITHMETIC, ARITHMETIC), (GEOMETRIC, GEOMETRIC), (ARITHMETIC, HARMONIC)),
    weights=Within(0.25),
    drop_one=True,
)


def simple(**more) -> Simulation:
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)))
    return Simulation(problem, VALUES, seed=7, sampling=Normal(VALUES, SPREAD), **more)


def large(draws=2100) -> Simulation:
    values = data()
    variances = np.einsum("k,kj->kj", np.full(12, 4.0), np.eye(12))
    recipe = Recipe(TO_100, (ARITHMETIC, ARITHMETIC), Imputation.MEAN, outliers=True)
    sampling = Normal(values, np.stack([variances] * len(values)))
    return Simulation(Problem(STRUCTURE, recipe, ALL), values, seed=3, sampling=sampling, draws=draws)


def assert_same(one, other):
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def test_scores_and_ranks_are_those_of_the_normal_distribution():
    """The index of a unit is the mean of two parts: its variance is (9 + 4 + 2 x 3) / 4 x (99 / 100)^2."""
    found = monte_carlo(simple(draws=40_000))
    error = np.sqrt(19 / 4) * 0.99
    middle = 1 + 0.99 * VALUES.mean(axis=1)
    np.testing.assert_allclose(found.score_median, middle, atol=4 * error / np.sqrt(40_000) * 1.26)
    np.testing.assert_allclose(found.score_high - found.score_low, 2 * 1.6449 * error, rtol=0.02)
    better = stats.norm.cdf((middle[0] - middle[1]) / (error * np.sqrt(2)))
    assert found.above[0, 1] == pytest.approx(better, abs=0.01)
    assert found.above[0, 1] + found.above[1, 0] == pytest.approx(1)
    assert np.isnan(np.diag(found.above)).all()
    assert (found.in_first_three == 1).all()
    assert list(found.rank_median) == [3, 1, 2]
    assert list(found.defined) == [1, 1, 1]
    assert list(found.outside) == [0, 0]


def test_blocks_computed_apart_and_in_any_order_give_the_same_bits():
    simulation = large()
    whole = monte_carlo(simulation)
    assert simulation.blocks == 9
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda index: block(simulation, index), reversed(range(simulation.blocks))))
    assert_same(join(simulation, parts[::-1]), whole)
    assert [len(part.scores) for part in parts] == [100] + [250] * 8


class Listener:
    """Sampling and spread of weights that note which stream of random numbers they are given."""

    shape = VALUES.shape

    def __init__(self) -> None:
        self.keys: list[tuple[int, ...]] = []

    def draw(self, *arguments):
        count, generator = arguments[-2:]
        self.keys.append(generator.bit_generator.seed_seq.spawn_key)
        return np.broadcast_to(VALUES, (count, 3, 2)) if len(arguments) == 2 else stated_weights(flat(1, 1), count)


def test_every_block_and_kind_has_a_stream_of_its_own():
    sampling, weights = Listener(), Listener()
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)), Choices(weights=weights))
    monte_carlo(Simulation(problem, VALUES, seed=1, sampling=sampling))
    assert len(set(sampling.keys) | set(weights.keys)) == 2 * 8


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    assert_same(monte_carlo(simple()), monte_carlo(simple()))
    other = monte_carlo(replace(simple(), seed=8))
    assert not np.array_equal(other.score_median, monte_carlo(simple()).score_median)


def test_the_draws_of_both_are_those_of_the_runs_of_one_kind():
    simulation = large()
    found = runs(simulation)
    assert_same(found.both, monte_carlo(simulation))
    assert_same(found.choices_only, monte_carlo(replace(simulation, sampling=None)))
    assert_same(
        found.sampling_only, monte_carlo(replace(simulation, problem=replace(simulation.problem, choices=Choices())))
    )
    widths = [np.mean(one.rank_high - one.rank_low) for one in (found.sampling_only, found.choices_only, found.both)]
    assert widths[2] > max(widths[:2])
    for one in (found.sampling_only, found.choices_only, found.both):
        assert np.all((one.rank_low <= one.rank_median) & (one.rank_median <= one.rank_high))
        assert (one.rank_low % 1 == 0).all()
        assert np.all(one.score_low <= one.score_high)


def test_every_draw_is_the_index_of_its_own_recipe():
    """Draws computed together by their choices equal those computed one by one with a structure of their own."""
    problem = Problem(two_pillars(), Recipe(TO_100, (ARITHMETIC, ARITHMETIC)), replace(ALL, weights=None))
    generator = np.random.default_rng(9)
    tables = 50 + 10 * generator.standard_normal((60, 5, 3))
    tables[::4, 0, 1] = NAN
    codes = codes_of(problem, generator.random((60, 4)))
    assert set(codes[:, 3]) == {0, 1, 2, 3}
    found = scores(problem, tables, codes=codes, weights=stated_weights(problem.structure, 60))
    for draw, (imputation, normaliser, how, dropped) in enumerate(codes):
        recipe = Recipe(problem.normalisers[normaliser], problem.aggregations[how], problem.imputations[imputation])
        gone = {1: {"a": 0.0}, 2: {"b": 0.0}}.get(int(dropped), {})
        if dropped == 3:  # the pillar of c alone goes with it: the other pillar is the index
            expected = index_of(tables[draw], two_pillars().weighted({"q": 0.0}), recipe=recipe).index
        else:
            expected = index_of(tables[draw], two_pillars().weighted(gone), recipe=recipe).index
        np.testing.assert_allclose(found[draw], expected, rtol=1e-12)


def test_all_alternatives_are_as_likely():
    problem = Problem(two_pillars(), Recipe(TO_100, (ARITHMETIC, ARITHMETIC)), ALL)
    assert problem.alternatives == (3, 2, 3, 4)
    codes = codes_of(problem, np.random.default_rng(1).random((24_000, 4)))
    for place, count in enumerate(problem.alternatives):
        np.testing.assert_allclose(np.bincount(codes[:, place]) / 24_000, 1 / count, atol=0.015)
    assert codes_of(problem, np.full((1, 4), np.nextafter(1, 0))).tolist() == [[2, 1, 2, 3]]


def test_dirichlet_weights_move_scores_around_the_stated_ones():
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)), Choices(weights=Dirichlet(2)))
    found = monte_carlo(Simulation(problem, VALUES, seed=1, draws=4000))
    low, high = 1 + 0.99 * VALUES.min(axis=1), 1 + 0.99 * VALUES.max(axis=1)
    np.testing.assert_allclose(found.score_low, low + 0.05 * (high - low), atol=0.4)  # uniform: 5 % from the end
    np.testing.assert_allclose(found.score_median, (low + high) / 2, atol=0.5)


def test_replicates_are_drawn_as_they_are():
    tables = VALUES + np.random.default_rng(3).standard_normal((200, 3, 2))
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)))
    found = monte_carlo(Simulation(problem, VALUES, seed=1, sampling=Replicates(tables), draws=20_000))
    np.testing.assert_allclose(found.score_median, np.median(1 + 0.99 * tables.mean(axis=2), axis=0), atol=0.1)


def test_the_joint_matrix_keeps_errors_that_units_share():
    shared = np.kron(np.ones((3, 3)), np.array([[9.0, 3.0], [3.0, 4.0]]))
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)))
    found = monte_carlo(Simulation(problem, VALUES, seed=7, sampling=Normal(VALUES, shared)))
    assert found.above[1, 0] == 1.0
    assert found.score_high[0] - found.score_low[0] > 5


def test_values_drawn_outside_the_goalposts_are_counted():
    problem = Problem(flat(1, 1), Recipe(POSTS, (GEOMETRIC,)))
    values = np.array([[1.0, 50.0], [30.0, 50.0]])
    spread = np.stack([np.diag([1.0, 1.0])] * 2)
    found = monte_carlo(Simulation(problem, values, seed=1, sampling=Normal(values, spread), draws=4000))
    assert found.outside[0] == pytest.approx(4000 * stats.norm.cdf(-1), rel=0.1)
    assert found.outside[1] == 0
    assert found.score_low[0] == pytest.approx(np.sqrt(50.5), rel=0.02)


def test_scores_of_different_scales_are_not_put_together_but_ranks_are():
    choices = Choices(normalisers=(TO_100, Normaliser(Normalisation.Z_SCORE)))
    simulation = Simulation(Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)), choices), VALUES, seed=1)
    found = monte_carlo(simulation)
    assert not found.one_scale
    assert np.isnan(found.score_median).all()
    assert not np.isnan(found.rank_median).any()


def test_a_unit_without_a_score_has_no_rank_and_the_others_are_ranked_without_it():
    values = np.vstack([VALUES, [NAN, 70.0]])
    matrix = np.stack([*SPREAD, np.full((2, 2), NAN)])
    matrix[3, 1, 1] = 4.0
    problem = Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)))
    found = monte_carlo(Simulation(problem, values, seed=7, sampling=Normal(values, matrix)))
    assert (found.defined[3], found.rank_high[:3].max()) == (0, 3)
    for shown in (found.score_median, found.rank_median, found.in_first_three, found.above[0]):
        assert np.isnan(shown[3])


def test_above_counts_ties_for_neither_and_leaves_missing_scores_out():
    found = above(np.array([[1.0, 1.0, NAN], [2.0, 1.0, 3.0], [0.0, 1.0, 3.0], [5.0, 1.0, 3.0]]))
    assert (found[0, 1], found[1, 0], found[2, 1], found[0, 2]) == (0.5, 0.25, 1.0, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simple(draws=1999), "draws: expected at least 2000, got 1999"),
        (lambda: replace(simple(), sampling=None), "sampling: expected something that varies, got nothing"),
        (lambda: replace(simple(), values=VALUES[:2]), r"values: expected one table, of the shape .* \(2, 2\) and"),
        (
            lambda: replace(simple(), values=VALUES + 60),
            "values: expected numbers between 0 and 100 in column 0, got 110",
        ),
        (lambda: runs(simple()), "simulation: expected sampling and choices, got one of them"),
        (lambda: block(simple(), 8), "index: expected 0 to 7, got 8"),
        (lambda: join(simple(), [block(simple(), 0)]), "blocks: expected 2000 draws, got 250"),
        (lambda: Replicates(np.ones((99, 2, 2))), "replicates: expected at least 100 tables"),
        (lambda: Normal(VALUES, SPREAD - 10 * np.eye(2)), "covariance: expected no negative eigenvalue"),
        (lambda: Normal(VALUES[None], SPREAD), "values: expected one table"),
        (
            lambda: Problem(
                flat(1, 1), Recipe(POSTS, (ARITHMETIC,)), Choices(aggregations=((GEOMETRIC,), (HARMONIC, ARITHMETIC)))
            ),
            "how: expected a method for each of the 1 levels above the indicators, got 2",
        ),
        (
            lambda: Problem(
                flat(1, 1), Recipe(Normaliser("z_score"), (ARITHMETIC,)), Choices(aggregations=((GEOMETRIC,),))
            ),
            "aggregations: expected a normalisation that never gives values below 1",
        ),
        (
            lambda: Simulation(
                Problem(flat(1, 1), Recipe(POSTS, (ARITHMETIC,)), Choices(imputations=("group_mean", "none"))),
                VALUES,
                seed=1,
            ),
            "groups: expected the group of each unit, got None",
        ),
    ],
)
def test_a_run_that_cannot_be_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
