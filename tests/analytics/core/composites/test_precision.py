"""The delta method for an index of estimates: by hand, against numeric derivatives, and against the design."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation, aggregate
from analytics.core.composites.normalise import Normalisation, Normaliser, normalise
from analytics.core.composites.precision import composite_of, composite_of_design
from analytics.core.estimates import Flag, net_balance
from analytics.core.indices import Goalposts, composite
from analytics.core.variance import covariance
from tests.analytics.core.composites.example import TO_100, flat, two_pillars
from tests.analytics.core.test_estimates import answers, barometer_design

ARITHMETIC, GEOMETRIC, HARMONIC = Aggregation
NAN = float("nan")
POSTS = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((0, 1), (-1, 1), (0, 10)))
VALUES = np.array([[0.2, 0.4, 3.0], [0.5, -0.2, 6.0]])
ROOT = np.random.default_rng(2).standard_normal((6, 6)) * 0.02
JOINT = ROOT @ ROOT.T


def plain(values, how):
    normalised = normalise(values, POSTS, directions=two_pillars().directions)
    return aggregate(normalised, two_pillars(), how=how)[-1][:, 0]


@pytest.mark.parametrize("how", [(ARITHMETIC, ARITHMETIC), (GEOMETRIC, HARMONIC), (HARMONIC, GEOMETRIC)])
def test_gradients_are_the_derivatives_and_the_variance_is_theirs(how):
    found = composite_of(VALUES, JOINT, structure=two_pillars(), normaliser=POSTS, how=how)
    np.testing.assert_allclose(found.values, plain(VALUES, how), rtol=1e-12)
    step = 1e-6
    for place in range(3):
        more, less = VALUES.copy(), VALUES.copy()
        more[:, place] += step
        less[:, place] -= step
        slope = (plain(more, how) - plain(less, how)) / (2 * step)
        np.testing.assert_allclose(found.gradients[:, place], slope, rtol=1e-7)
    spread = np.zeros((2, 6))
    spread[0, :3], spread[1, 3:] = found.gradients
    np.testing.assert_allclose(found.covariance, spread @ JOINT @ spread.T, rtol=1e-10)
    np.testing.assert_allclose(found.standard_errors, np.sqrt(np.diag(found.covariance)), rtol=1e-12)


def test_units_sampled_independently_have_the_blocks_of_the_joint_matrix():
    blocks = np.stack([JOINT[:3, :3], JOINT[3:, 3:]])
    arguments = {"structure": two_pillars(), "normaliser": POSTS, "how": (GEOMETRIC, GEOMETRIC)}
    apart, joint = composite_of(VALUES, blocks, **arguments), composite_of(VALUES, JOINT, **arguments)
    np.testing.assert_allclose(np.diag(apart.covariance), np.diag(joint.covariance), rtol=1e-12)
    assert apart.covariance[0, 1] == 0
    assert joint.covariance[0, 1] != 0


def test_the_delta_method_is_the_spread_of_a_simulation():
    generator = np.random.default_rng(4)
    found = composite_of(VALUES, JOINT, structure=two_pillars(), normaliser=POSTS, how=(GEOMETRIC, HARMONIC))
    drawn = VALUES.ravel() + 0.2 * generator.standard_normal((20_000, 6)) @ ROOT.T  # small enough to be straight
    simulated = plain(drawn.reshape(-1, 3), (GEOMETRIC, HARMONIC)).reshape(-1, 2)
    np.testing.assert_allclose(np.cov(simulated.T) / 0.04, found.covariance, rtol=0.05)


def test_an_arithmetic_index_is_the_one_of_the_design():
    design = barometer_design()
    parts = [net_balance(design, answers(f"factor{one}")) for one in (1, 2, 3)]
    posts = Normaliser(Normalisation.GOALPOSTS, goalposts=((-1, 1),) * 3)
    expected = composite(design, parts, [Goalposts(-1, 1)] * 3, weights=[1, 2, 1])
    found = composite_of_design(design, parts, structure=flat(1, 2, 1), normaliser=posts, how=(ARITHMETIC,))
    assert (found.value, found.standard_error, found.df) == pytest.approx(
        (expected.value, expected.standard_error, expected.df), rel=1e-12
    )
    np.testing.assert_allclose(found.influence, expected.influence, atol=1e-12)


def test_the_covariance_of_the_design_gives_the_same_as_its_influence_values():
    design = barometer_design()
    parts = [net_balance(design, answers(f"factor{one}")) for one in (1, 2, 3)]
    posts = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((-1, 1),) * 3)
    arguments = {"structure": flat(1, 2, 1), "normaliser": posts, "how": (GEOMETRIC,)}
    direct = composite_of_design(design, parts, **arguments)
    matrix = covariance(design, np.column_stack([part.influence for part in parts]))
    given = composite_of([[part.value for part in parts]], matrix[None], **arguments)
    assert (given.values[0], given.standard_errors[0]) == pytest.approx(
        (direct.value, direct.standard_error), rel=1e-12
    )
    assert direct.n == min(part.n for part in parts)


def test_a_unit_with_a_missing_indicator_has_no_index_and_says_so():
    values = VALUES.copy()
    values[0, 1] = NAN
    matrix = np.stack([JOINT[:3, :3], JOINT[3:, 3:]])
    matrix[0, 1] = NAN
    found = composite_of(values, matrix, structure=two_pillars(), normaliser=POSTS, how=(ARITHMETIC, ARITHMETIC))
    assert np.isnan(found.values).tolist() == [True, False]
    assert np.isnan(found.standard_errors).tolist() == [True, False]
    assert np.isnan(found.covariance).tolist() == [[True, True], [True, False]]
    assert found.flags == (frozenset({Flag.MISSING_PART}), frozenset())


def test_a_component_without_a_value_leaves_the_index_without_one():
    design = barometer_design()
    parts = [net_balance(design, answers("factor1")), net_balance(design, np.full(design.size, NAN))]
    posts = Normaliser(Normalisation.GOALPOSTS, goalposts=((-1, 1),) * 2)
    found = composite_of_design(design, parts, structure=flat(1, 1), normaliser=posts, how=(ARITHMETIC,))
    assert np.isnan(found.value)
    assert Flag.MISSING_PART in found.flags


def test_a_missing_indicator_without_weight_is_not_missed():
    posts = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((0, 1),) * 2)
    found = composite_of(
        [[0.5, NAN]], [[[0.01, NAN], [NAN, NAN]]], structure=flat(1, 0), normaliser=posts, how=(HARMONIC,)
    )
    assert (found.values[0], found.standard_errors[0]) == pytest.approx((50.5, 9.9))
    assert list(found.gradients[0]) == [99, 0]


@pytest.mark.parametrize(
    ("values", "matrix", "normaliser", "how", "message"),
    [
        (VALUES, JOINT, TO_100, (ARITHMETIC,) * 2, "normaliser: expected goalposts, got min_max"),
        (VALUES, JOINT, POSTS, (ARITHMETIC,), "how: expected a method for each of the 2 levels"),
        (VALUES + 1, JOINT, POSTS, (ARITHMETIC,) * 2, "values: expected numbers between 0 and 1 in column 0, got 1.2"),
        (VALUES[None], JOINT, POSTS, (ARITHMETIC,) * 2, "values: expected one table"),
        (
            VALUES,
            JOINT[:3, :3],
            POSTS,
            (ARITHMETIC,) * 2,
            r"covariance: expected \(2, 3, 3\) or \(6, 6\), got \(3, 3\)",
        ),
        (VALUES, JOINT * NAN, POSTS, (ARITHMETIC,) * 2, "covariance: expected finite numbers for every cell"),
        (VALUES, JOINT + np.eye(6, k=1), POSTS, (ARITHMETIC,) * 2, "covariance: expected symmetric matrices"),
        (VALUES, JOINT, Normaliser("goalposts", goalposts=POSTS.goalposts), (GEOMETRIC,) * 2, "got geometric after"),
    ],
)
def test_what_has_no_delta_method_is_refused(values, matrix, normaliser, how, message):
    with pytest.raises(InputError, match=message):
        composite_of(values, matrix, structure=two_pillars(), normaliser=normaliser, how=how)
