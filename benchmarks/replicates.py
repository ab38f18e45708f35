"""500 bootstrap replicates of 60 means, drawing included.

Run: python -m benchmarks.replicates [--rows N ...] [--full] [--alone]. All draw n_h - 1 units of each stratum with
replacement, without a correction for the finite population, which R and svy do not know here. Everybody draws other
replicates, so standard errors agree to what 500 of them allow; how far ours are from the linearised ones is printed.
"""

from collections.abc import Callable

import numpy as np

from analytics.core.design import SurveyDesign
from analytics.core.replicates import apply_means, bootstrap
from analytics.core.variance import covariance
from benchmarks.constructed import Floats, Survey, survey
from benchmarks.side_by_side.measure import cost
from benchmarks.side_by_side.report import Found, Job, Share, main

COUNT, PART = 500, 100  # R does a fifth
RANDOM = 0.25  # two standard errors of 3 percent each, the largest of 60 differences


def table(given: Survey, *, missing: float) -> Floats:
    """f8[n, 60]: the codes as numbers, and what stands where there is no answer."""
    return np.stack([np.where(item < 0, missing, item) for item in given.items]).T


def alike(given: Survey) -> SurveyDesign:
    """The design without populations."""
    return SurveyDesign(given.design.weights, given.design.strata)


def ours(given: Survey) -> Callable[[], Found]:
    design, values = alike(given), table(given, missing=0.0)
    return lambda: {
        "error": apply_means(design, values, bootstrap(design, count=COUNT, seed=1, fpc=False)).standard_errors
    }


def plain(given: Survey) -> Callable[[], Found]:
    """A replicate's weights, and their product with the answers, 500 times."""
    design, values = alike(given), table(given, missing=0.0)

    def work() -> Found:
        draw = np.random.default_rng(1)
        strata, sizes = design.strata, design.sizes
        order = np.argsort(strata, kind="stable")
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        first, count = np.repeat(starts, sizes - 1), np.repeat(sizes, sizes - 1)
        weights, answers = (design.weights * (sizes / (sizes - 1))[strata])[order], values[order]
        thetas = np.empty((COUNT, values.shape[1]))
        for replicate in range(COUNT):
            places = first + (draw.random(len(first)) * count).astype(np.int64)
            one = weights * np.bincount(places, minlength=design.size)
            thetas[replicate] = one @ answers / one.sum()
        return {"error": thetas.std(axis=0)}

    return work


def more(given: Survey) -> None:
    """Distance from the linearised error; the time with 5 percent of the answers missing, so that bases differ."""
    design, values = alike(given), table(given, missing=0.0)
    middle = design.weights @ values / design.weights.sum()
    exact = np.sqrt(np.diag(covariance(design, design.weights[:, None] * (values - middle) / design.weights.sum())))
    apart = float(np.abs(ours(given)()["error"] / exact - 1).max())
    print(f"    ours beside the linearised standard errors: largest relative difference {apart:.3f}")
    if given.rows > 100_000:
        return
    gaps = table(given, missing=np.nan)
    replicates = bootstrap(design, count=COUNT, seed=1, fpc=False)
    taken, _ = cost(lambda: apply_means(design, gaps, replicates), times=3)
    print(
        f"    ours with 5 % missing, 60 bases instead of one: {taken.wall:.4f} s, processor {taken.processor:.4f} s, "
        f"at most {taken.megabytes:.0f} MB above the input"
    )


def share(peer: str, given: Survey) -> Share | None:
    if given.rows > (10_000 if peer == "R" else 100_000):
        return None
    count = PART if peer == "R" else COUNT
    return Share({"count": np.array([count])}, count / COUNT)


JOB = Job(
    made=survey,
    name="replicates",
    title=f"{COUNT} bootstrap replicates of 60 means",
    ours=ours,
    share=share,
    same=lambda found, _share: found,
    tolerance={"plain": RANDOM, "R": 2 * RANDOM, "svy": RANDOM},
    plain=plain,
    beside=more,
)

if __name__ == "__main__":
    raise SystemExit(main(JOB))
