"""Full tabulation: 60 items with 254 categories in 88 domains, 22,352 shares with standard error and limits.

Run: python -m benchmarks.tabulation [--rows N ...] [--full] [--alone]. R and svy do a part, scaled up to the whole: R
some of the domains, svy some of the items (all domains of a kind in one call each, its fastest form).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.core.tabulation import tabulate
from benchmarks.constructed import CATEGORIES, KINDS, REGIONS, Survey, survey
from benchmarks.side_by_side.report import Found, Job, Share, main

DOMAIN_STEP = {10_000: 3, 100_000: 23}  # neither shares a factor with the 8 domains of a region: a fair choice
ITEM_STEP = {10_000: 7, 100_000: 13}


def keys() -> list[tuple[int, int]]:
    """The 88 domains as (region, kind), -1 for all: every region or all of them by every kind or all of them."""
    return [(region, kind) for region in range(-1, REGIONS) for kind in range(-1, KINDS)]


def domains() -> NDArray[np.bool_]:
    region, kind = np.divmod(np.arange(REGIONS * KINDS), KINDS)
    return np.array([((r < 0) | (region == r)) & ((k < 0) | (kind == k)) for r, k in keys()])


def ours(given: Survey) -> Callable[[], Found]:
    members = domains()

    def work() -> Found:
        table = tabulate(given.design, given.items, CATEGORIES, given.cells, members)
        return {"value": table.value, "error": table.standard_error}

    return work


def share(peer: str, given: Survey) -> Share | None:
    steps = DOMAIN_STEP if peer == "R" else ITEM_STEP
    fitting = [step for rows, step in steps.items() if given.rows <= rows]
    if not fitting:
        return None
    if peer == "R":
        chosen = np.array(keys()[:: fitting[0]])
        return Share({"region": chosen[:, 0], "kind": chosen[:, 1]}, len(chosen) / len(keys()))
    items = np.arange(len(CATEGORIES))[:: fitting[0]]
    return Share({"item": items}, sum(CATEGORIES[one] for one in items) / sum(CATEGORIES))


def same(found: Found, share: Share) -> Found:
    """R: chosen domains by all categories; svy: chosen items, each all domains by its categories."""
    if "region" in share.part:
        places = [keys().index((r, k)) for r, k in zip(share.part["region"], share.part["kind"], strict=True)]
        return {name: table[places] for name, table in found.items()}
    begins = np.cumsum([0, *CATEGORIES])
    return {
        name: np.concatenate([table[:, begins[one] : begins[one + 1]].ravel() for one in share.part["item"]])
        for name, table in found.items()
    }


JOB = Job(
    made=survey,
    name="tabulation",
    title=f"{sum(CATEGORIES) * len(keys()):,} shares with standard error and logit limits",
    ours=ours,
    share=share,
    same=same,
    tolerance={"R": 1e-9, "svy": 1e-9},
)

if __name__ == "__main__":
    raise SystemExit(main(JOB))
