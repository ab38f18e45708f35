"""Item functioning and invariance of 12 items in five groups beside R's MASS and lavaan; reliability.

Run: python -m benchmarks.scales [--rows N ...] [--alone]. R does one round of item functioning and three models; ours
does all rounds of purifying, the search for items to release and the scaled tests.
"""

from collections.abc import Callable

import numpy as np

from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery
from analytics.core.scales.dif import dif
from analytics.core.scales.invariance import invariance
from analytics.core.scales.reliability import reliability, reliability_of_weights
from benchmarks.constructed import GROUPS, HARDER, SCALE_ITEMS, Scale, scale
from benchmarks.side_by_side.measure import cost
from benchmarks.side_by_side.report import Found, Job, Share, main

NAMES = tuple(f"step{place:02d}" for place in range(SCALE_ITEMS))
PLACES = tuple(f"group{place}" for place in range(GROUPS))


def battery(given: Scale) -> tuple[SurveyDesign, Battery]:
    return SurveyDesign(np.ones(given.rows), np.zeros(given.rows, dtype=np.int64)), Battery(NAMES, given.answers)


def functioning(given: Scale) -> Callable[[], Found]:
    design, items = battery(given)

    def work() -> Found:
        report = dif(design, items, given.group, group_names=PLACES)
        assert report.flagged == (NAMES[HARDER[0]],)
        return {"change": np.array([item.first_r2_change for item in report.items])}

    return work


def models(given: Scale) -> Callable[[], Found]:
    design, items = battery(given)

    def work() -> Found:
        verdict = invariance(design, items, given.group, group_names=PLACES)
        assert tuple(item.name for item in verdict.released) == (NAMES[HARDER[0]],)
        scalar = next(step for step in verdict.steps if step.level == "scalar")
        return {"chi2": np.array([scalar.measures.chi2])}

    return work


def measures(given: Scale) -> None:
    design, items = battery(given)
    of_weights = reliability_of_weights(items)
    jobs: dict[str, Callable[[], object]] = {
        "reliability": lambda: reliability(design, items),
        "reliability of one set of weights": lambda: of_weights(design.weights),
    }
    for name, work in jobs.items():
        taken, _ = cost(work, times=5)
        print(f"    {name}: {taken.wall:.4f} s, processor {taken.processor:.4f} s, at most {taken.megabytes:.0f} MB")


def job(name: str, title: str, ours: Callable[[Scale], Callable[[], Found]], packages: tuple[str, ...]) -> Job[Scale]:
    return Job(
        name=name,
        title=f"{title} of {SCALE_ITEMS} items in {GROUPS} groups",
        made=scale,
        ours=ours,
        share=lambda _peer, given: Share() if given.rows <= 10_000 else None,
        same=lambda found, _share: found,
        tolerance={"R": 1e-5},
        peers=("R",),
        packages=packages,
        beside=measures if name == "invariance" else None,
        usual=(10_000,),
    )


JOBS = (
    job("dif", "item functioning", functioning, ("MASS",)),
    job("invariance", "invariance", models, ("lavaan",)),
)

if __name__ == "__main__":
    raise SystemExit(max(main(one) for one in JOBS))
