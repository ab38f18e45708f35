"""Raking on five margins: the table of cells against rounds over the rows, R and svy, all to an error of 1e-10.

Run: python -m benchmarks.raking [--rows N ...] [--full] [--alone]. The margins are answers of the constructed survey,
so that they cross freely, with totals 20 percent below to 25 percent above what the weights give.
"""

from collections.abc import Callable

import numpy as np

from analytics.core.calibration import calibrate
from analytics.core.margins import Margin
from analytics.core.raking import rake
from benchmarks.constructed import SEED, Survey, survey
from benchmarks.side_by_side.measure import cost
from benchmarks.side_by_side.report import Found, Job, Share, main

COUNTS = (10, 7, 3, 4, 6)  # region, kind, size and two items: 5,040 cells
ITEMS = {3: 20, 4: 40}
CLOSE = 1e-10


def margins(given: Survey) -> list[Margin]:
    codes = [given.region, given.kind, given.size, *(np.maximum(given.items[one], 0) for one in ITEMS.values())]
    draw = np.random.default_rng(SEED)
    found = []
    for number, (code, count) in enumerate(zip(codes, COUNTS, strict=True)):
        held = np.bincount(code, weights=given.design.weights, minlength=count)
        totals = held * draw.uniform(0.8, 1.25, count)
        found.append(Margin(f"margin{number}", code.astype(np.int64), totals * held.sum() / totals.sum()))
    return found


def ours(given: Survey) -> Callable[[], Found]:
    wanted = margins(given)
    return lambda: {"weight": rake(given.design.weights, wanted).weights}


def plain(given: Survey) -> Callable[[], Found]:
    """Round after round over the rows, without diagnostics."""
    wanted = margins(given)

    def work() -> Found:
        found = given.design.weights.copy()
        error = 1.0
        while error > CLOSE:
            error = 0.0
            for margin in wanted:
                factors = margin.totals / np.bincount(margin.codes, weights=found)
                error = max(error, float(np.abs(factors - 1).max()))
                found *= factors[margin.codes]
        return {"weight": found}

    return work


def newton(given: Survey) -> None:
    """The same weights by `calibrate`."""
    wanted = margins(given)
    taken, found = cost(lambda: calibrate(given.design.weights, wanted).weights, times=3)
    apart = float(np.abs(found / rake(given.design.weights, wanted).weights - 1).max())
    print(f"    `calibrate` {taken.wall:.4f} s, processor {taken.processor:.4f} s; at most {apart:.1e} from `rake`")


def share(_peer: str, given: Survey) -> Share | None:
    wanted = margins(given)
    part = {one.name: one.codes for one in wanted} | {f"totals{place}": one.totals for place, one in enumerate(wanted)}
    return Share(part) if given.rows <= 100_000 else None


JOB = Job(
    made=survey,
    name="raking",
    title=f"raking on {len(COUNTS)} margins, {int(np.prod(COUNTS)):,} cells",
    ours=ours,
    share=share,
    same=lambda found, _share: found,
    tolerance={"plain": 1e-7, "R": 1e-7, "svy": 1e-7},
    plain=plain,
    beside=newton,
)

if __name__ == "__main__":
    raise SystemExit(main(JOB))
