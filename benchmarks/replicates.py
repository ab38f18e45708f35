"""500 bootstrap replicates of 60 means, beside a plain numpy script in the same run.

Run: python -m benchmarks.replicates. Both draw n_h - 1 units of each stratum with replacement and rescale for the
finite population; the script makes each replicate's weights and multiplies them with the answers. Medians of 3.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.core.design import SurveyDesign
from analytics.core.replicates import apply_means, bootstrap
from analytics.core.variance import covariance

COUNT, ITEMS, STRATA = 500, 60, 96
SIZES = (10_000, 100_000)
TOLERANCE = 0.25  # of single standard errors from 500 replicates (standard error 3 percent), 60 of them
Floats = NDArray[np.float64]


def survey(n: int) -> tuple[SurveyDesign, Floats]:
    """n answers in 96 strata with fractions from 0.12 to 0.83, seeded; no answer is missing."""
    draw = np.random.default_rng(20_260_117)
    strata = np.sort(draw.integers(0, STRATA, n))
    sizes = np.bincount(strata, minlength=STRATA)
    held = np.round(sizes * draw.uniform(1.2, 8, STRATA))
    return SurveyDesign((held / sizes)[strata], strata, held), (draw.random((n, ITEMS)) < 0.4).astype(np.float64)


def plain(design: SurveyDesign, table: Floats) -> Floats:
    """Standard errors f8[60]."""
    draw = np.random.default_rng(1)
    sizes, strata = design.sizes, design.strata
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    first, count = np.repeat(starts, sizes - 1), np.repeat(sizes, sizes - 1)
    lam = np.sqrt(1 - design.fractions)
    thetas = np.empty((COUNT, ITEMS))
    for replicate in range(COUNT):
        times = np.bincount(first + (draw.random(len(first)) * count).astype(np.int64), minlength=design.size)
        weights = design.weights * (1 - lam[strata] + (lam * sizes / (sizes - 1))[strata] * times)
        thetas[replicate] = weights @ table / weights.sum()
    found: Floats = thetas.std(axis=0)
    return found


def timed(work: Callable[[], Floats]) -> tuple[float, Floats]:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), found


def main() -> int:
    for n in SIZES:
        design, table = survey(n)
        replicates = bootstrap(design, count=COUNT, seed=1)
        ours, errors = timed(lambda: apply_means(design, table, replicates).standard_errors)  # noqa: B023 - used here
        theirs, _ = timed(lambda: plain(design, table))  # noqa: B023 - used here
        print(f"{n:,} rows, {COUNT} replicates of {ITEMS} means: {ours:.2f} s; plain numpy {theirs:.2f} s", end="; ")
        print(f"ratio {theirs / ours:.1f}")
        influence = design.weights[:, None] * (table - design.weights @ table / design.weights.sum())
        exact = np.sqrt(np.diag(covariance(design, influence / design.weights.sum())))
        worst = float(np.abs(errors / exact - 1).max())
        print(f"  standard errors beside the linearised ones: largest relative difference {worst:.3f}")
        if worst > TOLERANCE:
            print(f"  which is more than {TOLERANCE:g}: the replicates are wrong.")
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
