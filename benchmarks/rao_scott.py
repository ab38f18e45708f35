"""Rao-Scott test of 60 items by country, second order, from the answers to the p-value.

Run: python -m benchmarks.rao_scott [--rows N ...] [--full] [--alone]. R and svy test some of the items, scaled up.
"""

from collections.abc import Callable

import numpy as np

from analytics.core.rao_scott import chisq_of_summary
from analytics.core.sufficient_statistics import summarise
from benchmarks.constructed import CATEGORIES, COUNTRIES, Survey, survey
from benchmarks.side_by_side.report import Found, Job, Share, main

STEP = {"R": {10_000: 1, 100_000: 7}, "svy": {10_000: 7, 100_000: 23}}


def ours(given: Survey) -> Callable[[], Found]:
    def work() -> Found:
        summary = summarise(given.design, given.items, CATEGORIES, given.country, cell_count=COUNTRIES)
        tests = [chisq_of_summary(summary, item).rao_scott for item in range(len(CATEGORIES))]
        return {
            "statistic": np.array([one.statistic for one in tests]),
            "p": np.array([one.p for one in tests]),
        }

    return work


def share(peer: str, given: Survey) -> Share | None:
    fitting = [step for rows, step in STEP[peer].items() if given.rows <= rows]
    if not fitting:
        return None
    items = np.arange(len(CATEGORIES))[:: fitting[0]]
    return Share({"item": items}, len(items) / len(CATEGORIES))


def same(found: Found, share: Share) -> Found:
    places = share.part["item"].astype(np.int64)
    return {name: values[places] for name, values in found.items()}


JOB = Job(
    made=survey,
    name="rao_scott",
    title=f"Rao-Scott tests of {len(CATEGORIES)} items by {COUNTRIES} countries",
    ours=ours,
    share=share,
    same=same,
    tolerance={"R": 1e-9, "svy": 1e-8},
)

if __name__ == "__main__":
    raise SystemExit(main(JOB))
