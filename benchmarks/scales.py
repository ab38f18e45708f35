"""Item functioning and invariance of 12 items in five groups of 10,000 answers beside R's MASS and lavaan.

Run: python -m benchmarks.scales. R's part is skipped with a sentence when Rscript or a package is absent. R does one
round of item functioning and three models; ours does all rounds of purifying and the search for items to release.
"""

import csv
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery
from analytics.core.scales.dif import DifReport, dif
from analytics.core.scales.invariance import Invariance, invariance
from analytics.core.scales.reliability import reliability, reliability_of_weights

N, ITEMS, GROUPS = 10_000, 12, 5
NAMES = tuple(f"item{place}" for place in range(1, ITEMS + 1))
PLACES = tuple(f"group{place}" for place in range(GROUPS))
TOLERANCE = 1e-5


def answers() -> tuple[Battery, np.ndarray]:
    """Four steps, item8 harder in group2, nothing missing, seeded."""
    draw = np.random.default_rng(20_261_129)
    group = draw.integers(0, GROUPS, N)
    lean = draw.normal(size=(N, 1)) * np.linspace(0.6, 1.2, ITEMS) + draw.normal(size=(N, ITEMS))
    lean[group == 2, 7] -= 1.2
    return Battery(NAMES, np.digitize(lean, [-1.1, 0.0, 1.1]).astype(float)), group


def median_time(work: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer(battery: Battery, group: np.ndarray) -> dict[str, tuple[float, float]]:
    """Seconds and number of each job in R; empty when R cannot run."""
    script = Path(__file__).with_name("scales.R")
    if not shutil.which("Rscript"):
        print("R: Rscript is not installed, no ratio")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "answers.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([*NAMES, "group"])
            writer.writerows([*row, place] for row, place in zip(battery.values.tolist(), group.tolist(), strict=True))
        done = subprocess.run(["Rscript", str(script), str(table)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"R: {done.stderr.strip().splitlines()[-1]}; no ratio")
        return {}
    lines = [line.split() for line in done.stdout.splitlines() if line]
    return {name: (float(seconds), float(number)) for name, seconds, number in lines}


def numbers(report: DifReport, verdict: Invariance) -> dict[str, float]:
    return {
        "dif": max(item.first_r2_change for item in report.items),
        "invariance": next(step.measures.chi2 for step in verdict.steps if step.level == "scalar"),
    }


def main() -> None:
    battery, group = answers()
    design = SurveyDesign(np.ones(N), np.zeros(N, dtype=int))
    of_weights = reliability_of_weights(battery)
    jobs = {
        "dif": lambda: dif(design, battery, group, group_names=PLACES),
        "invariance": lambda: invariance(design, battery, group, group_names=PLACES),
        "reliability": lambda: reliability(design, battery),
        "reliability of one set of weights": lambda: of_weights(design.weights),
    }
    times = {name: median_time(work) for name, work in jobs.items()}
    report = dif(design, battery, group, group_names=PLACES)
    verdict = invariance(design, battery, group, group_names=PLACES)
    assert report.flagged == tuple(item.name for item in verdict.released) == ("item8",)
    ours, theirs = numbers(report, verdict), peer(battery, group)
    for name, seconds in times.items():
        line = f"{name}: {seconds:.3f} s"
        if name in theirs:
            assert abs(ours[name] / theirs[name][1] - 1) < TOLERANCE, (name, ours[name], theirs[name])
            line += f"; R {theirs[name][0]:.2f} s, ratio {theirs[name][0] / seconds:.0f}; {ours[name]:.8g} in both"
        print(line)


if __name__ == "__main__":
    main()
