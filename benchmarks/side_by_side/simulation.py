"""Constructed populations, samples of them and who answers: the ground of the coverage simulation.

A population has 12 strata (4 sectors by 3 sizes), the largest of which are taken whole, and six yes-or-no items that
hang together. Of each sample everything is made with the functions of the core, from the weights to the limits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analytics.core.intervals import FEW, NO_SPREAD, beta
from analytics.core.precision import judge_shares
from analytics.core.tabulation import Table, tabulate
from analytics.core.weights import weigh

SECTORS, SIZES, ITEMS = 4, 3, 6
STRATA = SECTORS * SIZES
SECTOR, SIZE = np.divmod(np.arange(STRATA), SIZES)
KEYS = np.stack([SECTOR, SIZE], axis=1)  # response cells are joined inside a sector only
HELD = ((300, 900), (120, 400), (20, 60))  # lowest and highest number of units by size
DRAWN = ((60, 120), (50, 90))  # of the first two sizes; the third is taken whole
RATES = (0.35, 0.80)  # of answers, by stratum
BASES = (0.60, 0.45, 0.35, 0.25, 0.15, 0.08)  # middle share of each item
GAP = 0.03  # of the answers to an item are missing, at random

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


def domains() -> dict[str, Mask]:
    """bool[12] of each domain: everybody, sectors, sizes, sectors by sizes."""
    found = {"all": np.ones(STRATA, dtype=np.bool_)}
    found |= {f"sector {one}": np.equal(SECTOR, one) for one in range(SECTORS)}
    found |= {f"size {one}": np.equal(SIZE, one) for one in range(SIZES)}
    return found | {f"sector {SECTOR[one]} size {SIZE[one]}": np.equal(np.arange(STRATA), one) for one in range(STRATA)}


MEMBERS = np.array(list(domains().values()))


@dataclass(frozen=True, eq=False)
class Population:
    """stratum i8[N]; held and drawn i8[12], N_h and n_h; rates f8[12] of answering; yes bool[N, 6]."""

    stratum: Codes
    held: Codes
    drawn: Codes
    rates: Floats
    yes: Mask

    @cached_property
    def truth(self) -> Floats:
        """f8[20, 6]: the share of yes in each domain."""
        ones = np.stack([np.bincount(self.stratum, weights=item, minlength=STRATA) for item in self.yes.T]).T
        found: Floats = (MEMBERS @ ones) / (MEMBERS @ self.held)[:, None]
        return found


@dataclass(frozen=True, eq=False)
class Round:
    """What one sample gives, each f8[20, 6]: value, published limits; shown: not withheld by the precision rule.

    gap f8[20, 6]: the share among drawn units with an answer less that among those without (NaN where one is empty);
    rates f8[20]: weighted response rate.
    """

    value: Floats
    low: Floats
    high: Floats
    shown: Mask
    gap: Floats
    rates: Floats


def population(draw: np.random.Generator) -> Population:
    """Sizes, rates and shares differ from one population to the next."""
    held = np.array([draw.integers(low, high + 1) for low, high in (HELD[size] for size in SIZE)])
    taken = [draw.integers(DRAWN[size][0], DRAWN[size][1] + 1) if size < 2 else held[h] for h, size in enumerate(SIZE)]
    stratum = np.repeat(np.arange(STRATA), held)
    lean = draw.normal(size=len(stratum))  # of a unit, to say yes
    levels = special.logit(np.array(BASES)) + draw.normal(0, 0.3, (STRATA, ITEMS)) + 0.25 * SIZE[:, None] - 0.2
    yes = draw.random((len(stratum), ITEMS)) < special.expit(levels[stratum] + 0.8 * lean[:, None])
    return Population(stratum, held, np.array(taken), draw.uniform(*RATES, STRATA), yes)


def answering(given: Population, strength: float) -> Floats:
    """f8[N], each unit's chance of answering: that of its stratum; with strength, by what it says to the first item.

    strength is the logarithm of the odds ratio of answering, of those who say yes against the others.
    """
    yes = given.yes[:, 0]
    middle = np.bincount(given.stratum, weights=yes) / given.held
    found: Floats = special.expit(special.logit(given.rates)[given.stratum] + strength * (yes - middle[given.stratum]))
    return found


def one_round(given: Population, chances: Floats, draw: np.random.Generator) -> Round:
    """A sample without replacement from each stratum, its answers, weights, shares, limits and verdicts."""
    order = np.lexsort((draw.random(len(given.stratum)), given.stratum))
    begins = np.concatenate([[0], np.cumsum(given.held)[:-1]])
    rows = order[np.arange(len(order)) - begins[given.stratum[order]] < given.drawn[given.stratum[order]]]
    responded = draw.random(len(rows)) < chances[rows]
    strata = given.stratum[rows]
    weighting = weigh(strata=strata, responded=responded, populations=given.held.astype(np.float64), keys=KEYS)
    assert weighting.design is not None
    kept = rows[weighting.respondents]
    answers = given.yes[kept].astype(np.int16)
    answers[draw.random(answers.shape) < GAP] = -1
    table = tabulate(weighting.design, list(answers.T), [2] * ITEMS, given.stratum[kept], MEMBERS)
    low, high = limits(table)
    return Round(
        value=table.value[:, 1::2],
        low=low[:, 1::2],
        high=high[:, 1::2],
        shown=~judge_shares(table.value, table.standard_error, n=table.n, df=table.df).withheld[:, 1::2],
        gap=_gap(given.yes[rows], strata, responded, weighting.base),
        rates=_rates(strata, responded, weighting.base),
    )


def limits(table: Table) -> tuple[Floats, Floats]:
    """What `interval_of_share` publishes: beta without spread or with fewer than ten ones or zeros, else logit."""
    few = (np.minimum(table.positive, table.n - table.positive) < FEW) | (table.standard_error <= NO_SPREAD)
    exact = beta(table.value, table.standard_error, table.df, table.n)
    return np.where(few, exact[0], table.low), np.where(few, exact[1], table.high)


def _rates(strata: Codes, responded: Mask, base: Floats) -> Floats:
    drawn = np.bincount(strata, weights=base, minlength=STRATA)
    found: Floats = (MEMBERS @ np.bincount(strata, weights=base * responded, minlength=STRATA)) / (MEMBERS @ drawn)
    return found


def _gap(yes: Mask, strata: Codes, responded: Mask, base: Floats) -> Floats:
    def share(among: Mask) -> Floats:
        held = MEMBERS @ np.bincount(strata, weights=base * among, minlength=STRATA)
        ones = [MEMBERS @ np.bincount(strata, weights=base * among * item, minlength=STRATA) for item in yes.T]
        there = np.broadcast_to(held[:, None] > 0, (len(held), ITEMS))
        found: Floats = np.divide(np.stack(ones).T, held[:, None], where=there, out=np.full(there.shape, np.nan))
        return found

    return share(responded) - share(~responded)
