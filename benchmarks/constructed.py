"""What the methods are timed on: a constructed survey and a constructed scale, the same for us and for every peer.

`python -m benchmarks.constructed` says what is in it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.core.design import SurveyDesign

SEED = 20_260_117
REGIONS, KINDS, SIZES, COUNTRIES = 10, 7, 3, 5  # two regions a country; strata are region by size
CATEGORIES = (2,) * 20 + (4,) * 20 + (6,) * 9 + (7,) * 10 + (10,)  # 60 items, 254 categories
NUMBERS = 3  # numeric predictors: with region, kind and size 20 columns besides the intercept
MISSING = 0.05
SCALE_ITEMS, GROUPS = 12, 5
HARDER = (7, 2)  # this item of the scale is harder in this group
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Survey:
    """items i2[n] each, -1 for no answer; region, kind, size i8[n]; numbers f8[n, 3]; outcome f8[n], 0 or 1."""

    design: SurveyDesign
    items: tuple[NDArray[np.int16], ...]
    region: Codes
    kind: Codes
    size: Codes
    numbers: Floats
    outcome: Floats

    @property
    def rows(self) -> int:
        return self.design.size

    @cached_property
    def country(self) -> Codes:
        return self.region * COUNTRIES // REGIONS

    @cached_property
    def cells(self) -> Codes:
        """The finest domain: region by kind."""
        return self.region * KINDS + self.kind

    @cached_property
    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Everything by name, as the peers read it."""
        populations = self.design.populations
        assert populations is not None
        found: dict[str, NDArray[np.generic]] = {
            "region": self.region, "kind": self.kind, "size": self.size, "country": self.country,
            "stratum": self.design.strata, "population": populations[self.design.strata],
            "weight": self.design.weights, "outcome": self.outcome,
        }  # fmt: skip
        found |= {f"number{place}": self.numbers[:, place] for place in range(NUMBERS)}
        return found | {f"item{place:02d}": item for place, item in enumerate(self.items)}


def survey(n: int) -> Survey:
    """n answers in 30 strata of 25 to 67 percent, with unequal weights in each and 5 percent of answers missing."""
    draw = np.random.default_rng(SEED)
    region, kind, size = (draw.integers(0, count, n) for count in (REGIONS, KINDS, SIZES))
    strata = region * SIZES + size
    counts = np.bincount(strata, minlength=REGIONS * SIZES)
    held = np.round(counts * draw.uniform(1.5, 4.0, len(counts)))
    weights = (held / counts)[strata] * draw.uniform(0.8, 1.2, n)
    items = []
    for count in CATEGORIES:
        answers = draw.integers(0, count, n).astype(np.int16)
        answers[draw.random(n) < MISSING] = -1
        items.append(answers)
    numbers = draw.normal(size=(n, NUMBERS))
    lean = -0.6 + numbers @ [0.5, -0.3, 0.1] + np.linspace(-0.5, 0.5, REGIONS)[region] + 0.1 * kind + 0.3 * size
    outcome = (draw.random(n) < 1 / (1 + np.exp(-lean))).astype(np.float64)
    return Survey(SurveyDesign(weights, strata, held), tuple(items), region, kind, size, numbers, outcome)


@dataclass(frozen=True, eq=False)
class Scale:
    """Answers f8[n, 12] in four steps to items of one factor; group i8[n], of five. Item 7 is harder in group 2."""

    answers: Floats
    group: Codes

    @property
    def rows(self) -> int:
        return len(self.group)

    @property
    def columns(self) -> dict[str, NDArray[np.generic]]:
        found: dict[str, NDArray[np.generic]] = {"group": self.group}
        return found | {f"step{place:02d}": column for place, column in enumerate(self.answers.T)}


def scale(n: int) -> Scale:
    """n answers with equal weights, nothing missing."""
    draw = np.random.default_rng(SEED)
    group = draw.integers(0, GROUPS, n)
    lean = draw.normal(size=(n, 1)) * np.linspace(0.6, 1.2, SCALE_ITEMS) + draw.normal(size=(n, SCALE_ITEMS))
    lean[group == HARDER[1], HARDER[0]] -= 1.2
    return Scale(np.digitize(lean, [-1.1, 0.0, 1.1]).astype(np.float64), group)


def main() -> None:
    given = survey(10_000)
    fractions, weights = given.design.fractions, given.design.weights
    print(f"{given.rows:,} answers with weights for {weights.sum():,.0f} units in {len(fractions)} strata")
    print(f"taken {fractions.min():.0%} to {fractions.max():.0%}; weights {weights.min():.2f} to {weights.max():.2f}")
    print(f"{len(CATEGORIES)} items with {sum(CATEGORIES)} categories, {MISSING:.0%} of the answers missing")
    print(f"{REGIONS} regions in {COUNTRIES} countries, {KINDS} kinds, {SIZES} sizes")


if __name__ == "__main__":
    main()
