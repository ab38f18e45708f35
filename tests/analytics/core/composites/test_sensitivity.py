"""Sobol indices of functions with known answers, and of an index."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation
from analytics.core.composites.choices import Choices, Problem
from analytics.core.composites.index_sensitivity import index_sensitivity
from analytics.core.composites.normalise import Normalisation, Normaliser
from analytics.core.composites.recipe import Recipe
from analytics.core.composites.sampling import Normal
from analytics.core.composites.sensitivity import evaluate, sobol_indices, sobol_points
from analytics.core.composites.uncertainty import Simulation
from analytics.core.composites.weight import Within
from tests.analytics.core.composites.example import TO_100, two_pillars

ARITHMETIC, GEOMETRIC, HARMONIC = Aggregation


def ishigami(points):
    """a = 7, b = 0.1 on (-pi, pi)^3; answers: Ishigami & Homma 1990."""
    x = np.pi * (2 * points - 1)
    return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


def indices(model, factors, *, n, seed=1, **more):
    points = sobol_points(n, factors=len(factors), seed=seed)
    return sobol_indices(evaluate(model, points), factors, seed=seed, **more)


def test_ishigamis_function_has_its_known_indices():
    found = indices(ishigami, ["x1", "x2", "x3"], n=2**14, resamples=50)
    np.testing.assert_allclose(found.first[:, 0], [0.3139, 0.4424, 0.0], atol=0.002)
    np.testing.assert_allclose(found.total[:, 0], [0.5576, 0.4424, 0.2437], atol=0.002)
    assert found.variance[0] == pytest.approx(49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5, rel=1e-3)
    assert found.runs == 5 * 2**14


def test_bootstrap_intervals_hold_the_answer_and_narrow_with_the_points():
    few, many = (indices(ishigami, ["x1", "x2", "x3"], n=n, resamples=200) for n in (2**9, 2**13))
    for found in (few, many):
        for low, high, answers in (
            (found.first_low, found.first_high, [0.3139, 0.4424, 0.0]),
            (found.total_low, found.total_high, [0.5576, 0.4424, 0.2437]),
        ):
            assert np.all(low[:, 0] <= answers)
            assert np.all(high[:, 0] >= answers)
    assert np.all(many.first_high - many.first_low < 0.5 * (few.first_high - few.first_low))


def test_an_additive_function_has_no_interactions_and_a_shift_changes_nothing():
    def additive(points):
        return np.column_stack([points @ [3.0, 1.0], points @ [3.0, 1.0] + 1e6])

    found = indices(additive, ["a", "b"], n=2**12, resamples=20)
    for output in (0, 1):
        np.testing.assert_allclose(found.first[:, output], [0.9, 0.1], atol=0.003)
        np.testing.assert_allclose(found.total[:, output], [0.9, 0.1], atol=0.003)


def test_outputs_that_do_not_vary_or_are_missing_have_no_indices():
    def model(points):
        broken = np.where(points[:, 0] > 0.99, np.nan, points[:, 0])
        return np.column_stack([np.full(len(points), 3.0), broken, points[:, 1]])

    found = indices(model, ["a", "b"], n=256, resamples=20)
    assert list(found.no_variance) == [True, False, False]
    assert list(found.undefined) == [False, True, False]
    assert np.isnan(found.first[:, :2]).all()
    assert np.isnan(found.total_high[:, :2]).all()
    np.testing.assert_allclose(found.total[:, 2], [0, 1], atol=0.02)


def test_the_same_seed_gives_the_same_bits():
    one, other = (indices(ishigami, ["x1", "x2", "x3"], n=256, resamples=20) for _ in range(2))
    np.testing.assert_array_equal(one.first, other.first)
    np.testing.assert_array_equal(one.total_low, other.total_low)


@pytest.mark.parametrize(
    ("n", "hint"), [(1000, "Take 1024"), (32, "Take 64"), (0, "Take 64"), (-4, "Take 64"), (1025, "Take 2048")]
)
def test_only_a_power_of_two_is_taken(n, hint):
    with pytest.raises(InputError, match=f"n: expected a power of two from 64, got {n}. {hint}"):
        sobol_points(n, factors=2, seed=1)


def test_what_is_no_function_of_the_points_is_refused():
    points = sobol_points(64, factors=2, seed=1)
    with pytest.raises(InputError, match=r"model: expected f8\[64, outputs\]"):
        evaluate(lambda one: one[:10], points)
    with pytest.raises(InputError, match="factors: expected 2 names, got 1"):
        sobol_indices(evaluate(lambda one: one, points), ["a"], seed=1)
    with pytest.raises(InputError, match="factors: expected at least 1, got 0"):
        sobol_points(64, factors=0, seed=1)


VALUES = np.array([[40.0, 60.0, 10.0], [50.0, 55.0, 12.0], [52.0, 50.0, 9.0], [70.0, 20.0, 11.0], [30.0, 66.0, 14.0]])
POSTS = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((0, 100), (0, 100), (0, 20)))
CHOICES = Choices(
    normalisers=(TO_100, POSTS),
    aggregations=((ARITHMETIC, ARITHMETIC), (GEOMETRIC, GEOMETRIC)),
    weights=Within(0.25),
    drop_one=True,
)


def simulation(choices=CHOICES, error=4.0):
    sampling = Normal(VALUES, np.stack([error * np.eye(3)] * 5)) if error else None
    return Simulation(
        Problem(two_pillars(), Recipe(POSTS, (ARITHMETIC, ARITHMETIC)), choices), VALUES, seed=5, sampling=sampling
    )


def test_the_index_names_the_factors_that_vary_and_gives_rank_shift_and_scores():
    found = index_sensitivity(simulation(), n=256, resamples=50)
    assert found.indices.factors == ("normalisation", "aggregation", "dropped", "weights", "sampling")
    assert found.indices.first.shape == (5, 1 + 5)
    assert found.indices.runs == 256 * 7
    assert 0 < found.rank_shift < 4
    assert found.one_scale
    assert np.all(found.indices.total >= -1e-12)
    assert np.all(found.indices.total[:, 0] >= found.indices.first[:, 0] - 0.1)


def test_a_factor_alone_has_all_the_variance_and_errors_of_nothing_have_none():
    only = index_sensitivity(simulation(Choices(weights=Within(0.25)), error=1e-12), n=256, resamples=20)
    weights, sampling = only.indices.factors.index("weights"), only.indices.factors.index("sampling")
    np.testing.assert_allclose(only.indices.total[weights, 1:], 1, atol=0.1)
    np.testing.assert_allclose(only.indices.total[sampling, 1:], 0, atol=1e-9)
    same = index_sensitivity(simulation(Choices(normalisers=(POSTS, POSTS)), error=0), n=64, resamples=20)
    assert same.rank_shift == 0
    assert same.indices.no_variance.all()


def test_scores_on_different_scales_have_no_indices_but_the_shift_has():
    mixed = replace(CHOICES, normalisers=(POSTS, Normaliser(Normalisation.RANK)))
    found = index_sensitivity(simulation(mixed), n=128, resamples=20)
    assert not found.one_scale
    assert np.isnan(found.indices.first[:, 1:]).all()
    assert not np.isnan(found.indices.first[:, 0]).any()


def test_lists_of_one_alternative_do_not_vary():
    with pytest.raises(InputError, match="choices: expected a factor that varies, got lists of one"):
        index_sensitivity(simulation(Choices(normalisers=(POSTS,)), error=0), n=64)
