"""How often published intervals hold the truth, over constructed populations, and what non-response does to them.

Run: python -m benchmarks.coverage [--populations 1000] [--samples 10]. Each population is drawn, answered, weighed,
tabulated and judged with the functions of the core (benchmarks/side_by_side/simulation.py). Answering depends on the
stratum alone (the model of the weights is right) or on the answer to the first item too (it is wrong).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.intervals import Interval, Method
from analytics.core.nonresponse import sensitivity_band
from benchmarks.side_by_side.simulation import (
    ITEMS,
    Floats,
    Mask,
    Round,
    answering,
    domains,
    one_round,
    population,
)

SEED = 20_261_129
STRENGTHS = (0.0, 0.5, 1.0)  # logarithm of the odds ratio of answering of those who say yes to the first item
USUALLY = 0.5  # a cell is publishable when the rule shows it in at least this part of the samples
SELDOM = 0.02  # with less a coverage of one cell says nothing
PROMISED = 93.0


@dataclass(frozen=True, eq=False)
class Simulated:
    """All rounds R of one strength, each array [R, 20, 6] (rates [R, 20]); truth: the populations' shares."""

    strength: float
    value: Floats
    low: Floats
    high: Floats
    shown: Mask
    gap: Floats
    rates: Floats
    truth: Floats

    @property
    def covered(self) -> Mask:
        found: Mask = (self.low <= self.truth) & (self.truth <= self.high)
        return found

    @property
    def often(self) -> Floats:
        """f8[20, 6]: the part of the samples in which the rule shows a cell."""
        found: Floats = self.shown.mean(axis=0)
        return found

    @property
    def publishable(self) -> Mask:
        """bool[20, 6]."""
        found: Mask = self.often >= USUALLY
        return found

    def coverage(self) -> Floats:
        """f8[20, 6], percent of the samples in which a cell is shown; NaN where it is never."""
        times = self.shown.sum(axis=0)
        held = (self.covered & self.shown).sum(axis=0)
        return np.where(times > 0, 100 * held / np.maximum(times, 1), np.nan)

    def lowest(self) -> float:
        """Percent, the smallest coverage of a publishable cell."""
        return float(self.coverage()[self.publishable].min())

    def short(self) -> bool:
        """Is a publishable cell below what is promised by more than three standard errors of the simulation?"""
        chance = 100 * np.sqrt(PROMISED / 100 * (1 - PROMISED / 100) / np.maximum(self.shown.sum(axis=0), 1))
        return bool(np.any(self.publishable & (self.coverage() + 3 * chance < PROMISED)))


def simulated(populations: int, *, samples: int, strength: float, seed: int = SEED) -> Simulated:
    """samples of each population. A population has streams of its own, so the first 100 of 1,000 are the same."""
    rounds: list[Round] = []
    truths = []
    for number in range(populations):
        made, drawn = (np.random.default_rng([seed, number, stream]) for stream in (0, 1))
        given = population(made)
        chances = answering(given, strength)
        for _ in range(samples):
            rounds.append(one_round(given, chances, drawn))
            truths.append(given.truth)
    arrays = {
        name: np.stack([getattr(one, name) for one in rounds])
        for name in ("value", "low", "high", "shown", "gap", "rates")
    }
    return Simulated(strength=strength, truth=np.stack(truths), **arrays)


def banded(found: Simulated, item: int) -> Mask:
    """bool[R, 20]: does the band of 0, 5, 10 and 15 points for non-respondents hold the truth of this item?"""
    held = np.zeros(found.rates.shape, dtype=np.bool_)
    for place in np.argwhere(found.shown[:, :, item]):
        at = (*place, item)
        interval = Interval(float(found.low[at]), float(found.high[at]), Method.LOGIT, 0.95)
        band = sensitivity_band(float(found.value[at]), interval, response_rate=float(found.rates[tuple(place)]))
        held[tuple(place)] = band.low <= found.truth[at] <= band.high
    return held


def told(found: Simulated) -> None:
    """Coverage of what is shown and withheld, the worst publishable cell, and cells that are shown by chance."""
    cells, coverage, chosen = list(domains()), found.coverage(), found.publishable
    print(f"  shown {found.shown.mean():.1%} of {found.shown.size:,} figures")
    print(f"  coverage of all that are shown: {_percent(found.covered, found.shown)}")
    print(f"  of those the rule withholds: {_percent(found.covered, ~found.shown)}")
    print(
        f"  {int(chosen.sum())} of {chosen.size} cells are publishable, shown in {USUALLY:.0%} of the samples or more: "
        f"median {np.median(coverage[chosen]):.1f} %, {int((coverage[chosen] < PROMISED).sum())} below {PROMISED:g} %"
    )
    domain, item = np.unravel_index(int(np.nanargmin(np.where(chosen, coverage, np.nan))), coverage.shape)
    print(
        f"  lowest of them: {coverage[domain, item]:.1f} % "
        f"({cells[domain]}, item {item}, shown in {found.often[domain, item]:.0%})"
    )
    rare = ~chosen & (found.often >= SELDOM)
    if rare.any():
        away = 100 * (found.value - found.truth)
        seldom = found.shown & rare
        print(
            f"  {int(rare.sum())} cells shown more seldom: when shown {_percent(found.covered, seldom)} covered, "
            f"lowest {coverage[rare].min():.1f} %, {away[seldom].mean():+.1f} points from the truth; "
            f"in all samples {_percent(found.covered, np.broadcast_to(rare, seldom.shape))}"
        )


def told_bias(found: Simulated) -> None:
    """For the item that answering depends on, and for the others: bias, coverage, and the sensitivity band."""
    bias = 100 * (found.value - found.truth)
    first = slice(0, 1), slice(1, ITEMS)
    for name, items in zip(("first item", "other items"), first, strict=True):
        shown = found.shown[:, :, items]
        print(
            f"  {name}: bias {bias[:, :, items][shown].mean():+.2f} points, "
            f"respondents minus non-respondents {100 * np.nanmean(found.gap[:, 0, items]):.1f} points (all units), "
            f"coverage {_percent(found.covered[:, :, items], shown)}"
        )
    held, shown = banded(found, 0), found.shown[:, :, 0]
    for name, place in (("all units", slice(0, 1)), ("sectors", slice(1, 5)), ("sectors by sizes", slice(8, None))):
        part = shown[:, place]
        print(
            f"    first item, {name}: bias {bias[:, place, 0][part].mean():+.2f} points; "
            f"the interval holds the truth in {_percent(found.covered[:, place, 0], part)}, "
            f"the sensitivity band in {_percent(held[:, place], part)}"
        )


def _percent(mask: Mask, among: Mask) -> str:
    return f"{100 * mask[among].mean():.1f} %" if among.any() else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage")
    parser.add_argument("--populations", type=int, default=100)
    parser.add_argument("--samples", type=int, default=10, help="of each population, when the model is right")
    chosen = parser.parse_args(arguments)
    short = False
    for strength in STRENGTHS:
        samples = chosen.samples if strength == 0 else max(1, chosen.samples // 5)
        found = simulated(chosen.populations, samples=samples, strength=strength)
        model = "right" if strength == 0 else f"wrong, odds ratio of answering {np.exp(strength):.2f}"
        print(f"{chosen.populations:,} populations, {samples} samples of each; response model {model}", flush=True)
        told(found)
        told_bias(found)
        short |= strength == 0 and found.short()
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
