"""Simulation: how often a nominal 95 percent interval holds the truth, over repeated stratified samples."""

import numpy as np
import pytest

from analytics.core.change import WavePart, change
from analytics.core.design import SurveyDesign
from analytics.core.estimates import share
from analytics.core.intervals import beta, logit, wilson

HELD = np.array([900, 500, 400, 200])
SAMPLE = np.array([35, 30, 20, 15])  # unequal fractions: 4 to 8 percent
TILT = np.array([-0.15, 0.0, 0.1, 0.2])
ROUNDS = 20_000


def drawn_shares(p: float, sample: np.ndarray, rounds: int, seed: int) -> tuple[np.ndarray, ...]:
    """Value, error and Satterthwaite df of `rounds` samples without replacement, and the truth."""
    draw = np.random.default_rng(seed)
    ones = np.round(HELD * np.clip(p + TILT - TILT @ HELD / HELD.sum(), 0.01, 0.99)).astype(int)
    hits = draw.hypergeometric(ones, HELD - ones, sample, size=(rounds, 4))
    rates = hits / sample
    part = (HELD / HELD.sum()) ** 2 * (1 - sample / HELD) * rates * (1 - rates) / (sample - 1)
    variance = part.sum(axis=1)
    satterthwaite = variance**2 / (part**2 / (sample - 1)).sum(axis=1)
    df = np.minimum(sample.sum() - 4, satterthwaite)
    return rates @ HELD / HELD.sum(), np.sqrt(variance), df, np.array(ones.sum() / HELD.sum())


def test_the_vectorised_simulation_draws_what_the_estimator_computes():
    value, error, df, _ = drawn_shares(0.3, SAMPLE, 1, seed=5)
    draw = np.random.default_rng(5)
    ones = np.round(HELD * (0.3 + TILT - TILT @ HELD / HELD.sum())).astype(int)
    hits = draw.hypergeometric(ones, HELD - ones, SAMPLE, size=(1, 4))[0]
    y = np.concatenate([np.arange(size) < hit for size, hit in zip(SAMPLE, hits, strict=True)])
    strata = np.repeat(np.arange(4), SAMPLE)
    found = share(SurveyDesign((HELD / SAMPLE)[strata], strata, HELD), y)
    assert (found.value, found.standard_error, found.df) == pytest.approx((value[0], error[0], df[0]), rel=1e-9)


@pytest.mark.parametrize("method", ["logit", "beta", "wilson"])
def test_intervals_of_a_share_of_30_percent_with_100_answers_cover_95_percent(method):
    value, error, df, truth = drawn_shares(0.3, SAMPLE, ROUNDS, seed=11)
    if method == "beta":
        low, high = beta(value, error, df, SAMPLE.sum())
    else:
        low, high = {"logit": logit, "wilson": wilson}[method](value, error, df)
    covered = 100 * np.mean((low <= truth) & (truth <= high))
    assert covered == pytest.approx(95, abs=1.5)


def test_change_in_a_panel_is_covered_95_percent_and_independence_would_be_too_wide():
    covered, widths, alone = [], [], []
    draw = np.random.default_rng(23)
    held, size, kept = np.array([300, 200]), np.array([60, 50]), np.array([40, 30])
    strata = np.repeat([0, 1], held)
    lean = draw.normal(size=held.sum()) + 0.4 * strata
    waves = [(lean + draw.normal(size=held.sum()) * 0.6 > cut).astype(float) for cut in (0.3, 0.1)]
    truth = waves[1].mean() - waves[0].mean()
    for _ in range(600):
        first, second = [], []
        for stratum in (0, 1):
            units = draw.permutation(np.flatnonzero(strata == stratum))
            n, common = size[stratum], kept[stratum]
            first.append(units[:n])
            second.append(units[n - common : 2 * n - common])
        sides = []
        for rows, y in ((np.concatenate(first), waves[0]), (np.concatenate(second), waves[1])):
            design = SurveyDesign((held / size)[strata[rows]], strata[rows], held)
            sides += [WavePart(design, tuple(str(row) for row in rows), strata[rows], held), share(design, y[rows])]
        before, earlier, now, later = sides
        found = change(now, later, before, earlier)
        covered.append(found.low <= truth <= found.high)
        widths.append(found.standard_error)
        alone.append((earlier.variance + later.variance) ** 0.5)
    assert 100 * np.mean(covered) == pytest.approx(95, abs=2.5)
    assert np.mean(alone) > 1.15 * np.mean(widths)
