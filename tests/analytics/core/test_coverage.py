"""Simulation: how often a nominal 95 percent interval holds the truth, over repeated stratified samples."""

import numpy as np
import pytest

from analytics.core.change import WavePart, change
from analytics.core.design import SurveyDesign
from analytics.core.estimates import share
from analytics.core.intervals import beta, logit, quantile, wilson

HELD = np.array([900, 500, 400, 200])
SAMPLE = np.array([35, 30, 20, 15])  # unequal fractions: 4 to 8 percent
TILT = np.array([-0.5, 0.0, 0.35, 0.65])  # how far the strata's shares stand from the whole's, in parts of it
ROUNDS = 20_000


def true_ones(p: float) -> np.ndarray:
    """Units with the property in each stratum, p of them in the whole."""
    return np.round(HELD * p * (1 + TILT - TILT @ HELD / HELD.sum())).astype(int)


def drawn_shares(p: float, sample: np.ndarray, rounds: int, seed: int) -> tuple[np.ndarray, ...]:
    """Value, error and Satterthwaite df of `rounds` samples without replacement, and the truth."""
    draw = np.random.default_rng(seed)
    ones = true_ones(p)
    hits = draw.hypergeometric(ones, HELD - ones, sample, size=(rounds, 4))
    rates = hits / sample
    part = (HELD / HELD.sum()) ** 2 * (1 - sample / HELD) * rates * (1 - rates) / (sample - 1)
    variance = part.sum(axis=1)
    below = (part**2 / (sample - 1)).sum(axis=1)
    satterthwaite = np.divide(variance**2, below, out=np.full(rounds, np.inf), where=below > 0)
    df = np.minimum(sample.sum() - 4, satterthwaite)
    return rates @ HELD / HELD.sum(), np.sqrt(variance), df, np.array(ones.sum() / HELD.sum())


def test_the_vectorised_simulation_draws_what_the_estimator_computes():
    value, error, df, _ = drawn_shares(0.3, SAMPLE, 1, seed=5)
    draw = np.random.default_rng(5)
    hits = draw.hypergeometric(true_ones(0.3), HELD - true_ones(0.3), SAMPLE, size=(1, 4))[0]
    y = np.concatenate([np.arange(size) < hit for size, hit in zip(SAMPLE, hits, strict=True)])
    strata = np.repeat(np.arange(4), SAMPLE)
    found = share(SurveyDesign((HELD / SAMPLE)[strata], strata, HELD), y)
    assert (found.value, found.standard_error, found.df) == pytest.approx((value[0], error[0], df[0]), rel=1e-9)


def limits(method: str, value, error, df, n):
    """Limits by one method; without spread those of the beta interval, as the rule says."""
    exact = beta(value, error, df, n)
    if method == "beta":
        return exact
    found = {"logit": logit, "wilson": wilson}[method](value, error, df)
    return [np.where(np.isnan(one), other, one) for one, other in zip(found, exact, strict=True)]


@pytest.mark.parametrize("method", ["logit", "beta", "wilson"])
def test_intervals_of_a_share_of_30_percent_with_100_answers_cover_95_percent(method):
    value, error, df, truth = drawn_shares(0.3, SAMPLE, ROUNDS, seed=11)
    low, high = limits(method, value, error, df, SAMPLE.sum())
    covered = 100 * np.mean((low <= truth) & (truth <= high))
    assert covered == pytest.approx(95, abs=1.5)


PARTS = np.array([0.55, 0.25, 0.15, 0.05])  # of a large population, drawn from in equal numbers: weights 1 to 11
STEEP = np.array([-0.3, 0.1, 0.4, 0.6])
SMALL = {  # P, n, part of the sample that is in the domain: lowest and highest coverage of wald, logit, beta, wilson
    (0.10, 24, 1.0): ((73, 79), (88, 93), (89, 94), (88, 93)),
    (0.03, 48, 1.0): ((68, 74), (82, 99), (83, 90), (81, 88)),
    (0.30, 48, 1.0): ((90, 94.5), (93.5, 96.5), (93.5, 96.5), (93, 96.5)),
    (0.10, 100, 1.0): ((88, 93), (91.5, 94.5), (92.5, 95.5), (91, 94.5)),
    (0.30, 100, 1.0): ((92, 95), (93.5, 96.5), (93.5, 96.5), (93.5, 96.5)),
    (0.10, 300, 1.0): ((92, 95), (93.5, 96.5), (93.5, 96.5), (93.5, 96.5)),
    (0.05, 100, 0.3): ((68, 75), (80, 96), (80, 92), (78, 91)),
}


def weighted_shares(p: float, n: int, inside: float, rounds: int = 6000) -> tuple[np.ndarray, ...]:
    """Value, error, plain degrees and answers of samples of unequal weights; `inside` of each is in the domain."""
    draw = np.random.default_rng(1)
    count = n // 4
    asked = draw.binomial(count, inside, size=(rounds, 4))
    hits = draw.binomial(asked, p * (1 + STEEP - STEEP @ PARTS))
    weight = PARTS / count
    base = (asked * weight).sum(axis=1)
    value = (hits * weight).sum(axis=1) / base
    own = value[:, None]
    second = weight**2 * (hits * (1 - own) ** 2 + (asked - hits) * own**2)
    first = weight * (hits - own * asked)
    variance = (count / (count - 1) * (second - first**2 / count)).sum(axis=1) / base**2
    error = np.sqrt(np.where(variance > 1e-20, variance, 0.0))
    return value, error, (asked.sum(axis=1) - (asked > 0).sum(axis=1)).astype(float), asked.sum(axis=1)


def coverage(p: float, n: int, inside: float) -> dict[str, tuple[float, float]]:
    """Coverage in percent and mean width by method; Wald's only to show what it would promise."""
    value, error, df, answers = weighted_shares(p, n, inside)
    half = quantile(df) * error
    found = {"wald": (value - half, value + half)}
    found |= {name: tuple(limits(name, value, error, df, answers)) for name in ("logit", "beta", "wilson")}
    return {
        name: (100 * float(np.mean((low <= p) & (p <= high))), float(np.mean(high - low)))
        for name, (low, high) in found.items()
    }


@pytest.mark.parametrize("case", SMALL, ids=lambda case: f"P {case[0]} n {case[1]} domain {case[2]}")
def test_wald_promises_too_much_in_small_cells_and_the_other_intervals_less(case):
    found = {name: covered for name, (covered, _) in coverage(*case).items()}
    for covered, (lowest, highest) in zip(found.values(), SMALL[case], strict=True):
        assert lowest <= covered <= highest
    assert min(found["logit"], found["beta"], found["wilson"]) > found["wald"]


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


if __name__ == "__main__":  # the table of docs/methods/intervals.md
    for p in (0.3, 0.1):
        for size in (SAMPLE // 2, SAMPLE, SAMPLE * 3):
            drawn = drawn_shares(p, size, ROUNDS, seed=11)
            for name in ("logit", "beta", "wilson"):
                low, high = limits(name, *drawn[:3], size.sum())
                covered = 100 * np.mean((low <= drawn[3]) & (drawn[3] <= high))
                print(
                    f"P {float(drawn[3]):.3f}  n {size.sum():3d}  {name:6s}  {covered:.1f} %  {np.mean(high - low):.3f}"
                )
    for case in SMALL:
        print(case, {name: f"{covered:.1f} ({width:.3f})" for name, (covered, width) in coverage(*case).items()})
