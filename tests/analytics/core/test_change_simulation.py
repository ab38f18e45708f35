"""Simulation: the error of a change in a panel of six strata, and of the shortcuts that are not offered.

Run as a module it prints the table of docs/methods/change.md.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.core.change import WavePart, change
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean

HELD = np.array([400, 900, 250, 1500, 120, 60])
SIZES = np.array([[120, 150, 90, 200, 60, 60], [130, 140, 100, 210, 60, 60]])  # fractions from 0.13 to 1
KEPT = np.array([70, 60, 55, 110, 40, 60])
STRATA = np.repeat(np.arange(6), HELD)
ROUNDS = 1500


def population(seed: int) -> NDArray[np.float64]:
    """y f8[2, N]: the waves are correlated by one half."""
    draw = np.random.default_rng(seed)
    lean = draw.normal(0, 0.9, HELD.sum()) + 0.3 * STRATA
    return np.stack([lean + draw.normal(0, 0.8, HELD.sum()), lean + 0.1 + draw.normal(0, 0.8, HELD.sum())])


def drawn(draw: np.random.Generator) -> list[NDArray[np.int64]]:
    waves: list[list[NDArray[np.int64]]] = [[], []]
    for stratum in range(6):
        units = draw.permutation(np.flatnonzero(stratum == STRATA))
        first, second = SIZES[:, stratum]
        waves[0].append(units[:first])
        waves[1].append(units[first - KEPT[stratum] : first - KEPT[stratum] + second])
    return [np.concatenate(one) for one in waves]


def stacked(rows: list[NDArray[np.int64]], z: list[NDArray[np.float64]]) -> tuple[float, float]:
    """Standard error of the change from one stacked file, units as PSUs: with and without the correction."""
    each = np.bincount(rows[1], weights=z[1], minlength=HELD.sum()) - np.bincount(
        rows[0], weights=z[0], minlength=HELD.sum()
    )
    there = np.unique(np.concatenate(rows))
    found = np.zeros(2)
    for stratum in range(6):
        values = each[there[STRATA[there] == stratum]]
        part = len(values) * values.var(ddof=1)
        found += (1 - len(values) / HELD[stratum]) * part, part
    return float(np.sqrt(found[0])), float(np.sqrt(found[1]))


def simulated(rounds: int, seed: int) -> tuple[float, dict[str, tuple[float, float]]]:
    """The true standard error, and of each way the mean standard error and the coverage in percent."""
    y, draw = population(seed), np.random.default_rng(seed + 1)
    truth = y[1].mean() - y[0].mean()
    gaps, errors = np.empty(rounds), np.empty((rounds, 4))
    halves = np.empty(rounds)
    for k in range(rounds):
        rows = drawn(draw)
        parts, found = [], []
        for wave in (0, 1):
            strata = STRATA[rows[wave]]
            design = SurveyDesign((HELD / SIZES[wave])[strata], strata, HELD)
            parts.append(WavePart(design, tuple(map(str, rows[wave])), strata, HELD))
            found.append(mean(design, y[wave, rows[wave]]))
        result = change(parts[1], found[1], parts[0], found[0])
        gaps[k], halves[k] = result.difference, (result.high - result.low) / 2
        errors[k, 0] = result.standard_error
        errors[k, 1:3] = stacked(rows, [one.influence for one in found])
        errors[k, 3] = np.hypot(found[0].standard_error, found[1].standard_error)
    reach = errors * (halves / errors[:, 0])[:, None]  # all with the same t
    covered = 100 * (np.abs(gaps - truth)[:, None] <= reach).mean(axis=0)
    names = ("panel", "stacked with fpc", "stacked without fpc", "independent")
    return float(gaps.std()), {
        name: (float(errors[:, place].mean()), float(covered[place])) for place, name in enumerate(names)
    }


@pytest.mark.slow
def test_the_panel_estimator_has_the_true_error_and_the_shortcuts_have_not():
    """1,500 panels: a standard error of 1.8 percent on the truth, of 0.6 points on a coverage of 95."""
    true, found = simulated(ROUNDS, seed=41)
    relative = {name: error / true for name, (error, _) in found.items()}
    assert relative["panel"] == pytest.approx(1, abs=0.035)
    assert found["panel"][1] == pytest.approx(95, abs=1.5)
    assert relative["stacked with fpc"] < 0.95 * relative["panel"]
    assert found["stacked with fpc"][1] < found["panel"][1] - 1
    assert relative["stacked without fpc"] > 1.03 * relative["panel"]
    assert relative["independent"] > 1.1 * relative["panel"]


if __name__ == "__main__":
    error, ways = simulated(ROUNDS, seed=41)
    print(f"true standard error {error:.4f}")
    for way, (size, cover) in ways.items():
        print(f"{way:20s} {size:.4f}  {cover:.1f} %")
