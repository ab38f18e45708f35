"""The R-indicator and its parts, by hand and in a simulation of its bias."""

import numpy as np
import pytest

from analytics.core.propensity import FrameVariable, propensities
from analytics.core.representativity import representativity


def test_one_variable_by_hand():
    size = FrameVariable("size", np.repeat([0, 1], [60, 40]))
    responded = np.concatenate([np.arange(60) < 18, np.arange(40) < 32])  # 0.3 and 0.8
    found = representativity(propensities(responded, [size]), [size])
    spread = np.sqrt((60 * 0.2**2 + 40 * 0.3**2) / 99)
    assert found.mean == pytest.approx(0.5)
    assert found.spread == pytest.approx(spread)
    assert found.r == pytest.approx(1 - 2 * spread)
    assert found.maximal_bias == pytest.approx(spread / 0.5)
    noise = 0.24 * (0.3 * 0.7 / 60 + 0.8 * 0.2 / 40)  # variance of the difference of two shares, times .6 x .4
    assert found.spread_adjusted == pytest.approx(np.sqrt(spread**2 - noise))
    (part,) = found.partial
    assert part.unconditional == pytest.approx(np.sqrt(0.06))
    assert part.conditional == pytest.approx(np.sqrt(0.06))
    np.testing.assert_allclose(part.categories, [np.sqrt(0.6) * -0.2, np.sqrt(0.4) * 0.3])


def test_design_weights_count_units_of_the_population():
    size = FrameVariable("size", np.repeat([0, 1], [60, 40]))
    responded = np.concatenate([np.arange(60) < 18, np.arange(40) < 32])
    weights = np.repeat([1.0, 3.0], [60, 40])
    found = representativity(propensities(responded, [size]), [size], weights=weights)
    mean = (60 * 0.3 + 120 * 0.8) / 180
    assert found.mean == pytest.approx(mean)
    assert found.spread == pytest.approx(np.sqrt((60 * (0.3 - mean) ** 2 + 120 * (0.8 - mean) ** 2) / 179))


def test_a_variable_that_repeats_another_adds_nothing_to_it():
    rng = np.random.default_rng(4)
    size = rng.integers(0, 3, 600)
    sector = rng.integers(0, 2, 600)
    responded = rng.random(600) < 0.3 + 0.2 * size
    variables = [FrameVariable("size", size), FrameVariable("again", size), FrameVariable("sector", sector)]
    found = representativity(propensities(responded, variables), variables)
    first, again, other = found.partial
    assert first.unconditional == pytest.approx(again.unconditional)
    assert first.conditional == pytest.approx(0, abs=1e-9)
    assert first.unconditional > 0.1
    assert other.unconditional < 0.05
    assert all(part.conditional <= found.spread for part in found.partial)


def test_the_adjustment_takes_away_what_sampling_error_adds():
    """True propensities .4 to .7: the plain spread is too large on average, the adjusted one is not."""
    rng = np.random.default_rng(20261129)
    variables = [FrameVariable("one", np.tile([0, 1, 2, 3], 60)), FrameVariable("two", np.repeat(np.arange(6), 40))]
    chance = 0.4 + 0.1 * variables[0].codes
    truth = float(np.var(chance, ddof=1))
    plain, adjusted = [], []
    for _ in range(300):
        responded = rng.random(240) < chance
        found = representativity(propensities(responded, variables), variables)
        plain.append(found.spread**2)
        adjusted.append(found.spread_adjusted**2)
    error = np.std(adjusted) / np.sqrt(300)
    assert np.mean(plain) - truth > 6 * error
    assert abs(np.mean(adjusted) - truth) < 3 * error


def test_an_adjustment_larger_than_the_spread_is_said():
    size = FrameVariable("size", np.repeat([0, 1], [20, 20]))
    responded = np.concatenate([np.arange(20) < 10, np.arange(20) < 11])
    found = representativity(propensities(responded, [size]), [size])
    assert found.floored
    assert found.r_adjusted == 1
    assert found.r < 1
