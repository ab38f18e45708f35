"""Full tabulation (60 items, 254 categories, 88 domains) beside R's survey in the same run.

Run: python -m benchmarks.tabulation. R's part is skipped with a sentence when Rscript or the package is absent.
R computes every third domain (R_STEP=1: all of them); its time for all is scaled up by the number of estimates, and
the output says so. Times are medians; memory is the peak above the input, in a run of its own.
"""

import csv
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.core.design import SurveyDesign
from analytics.core.tabulation import Table, tabulate

REGIONS, KINDS = 10, 7
CATEGORIES = [2] * 20 + [4] * 20 + [6] * 9 + [7] * 10 + [10]  # 60 items, 254 categories
SIZES = (10_000, 100_000, 1_000_000)
R_STEP = int(os.environ.get("R_STEP", "3"))  # 3 and the 8 domains of a region share no factor: a fair choice
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Survey:
    design: SurveyDesign
    items: list[NDArray[np.int16]]
    region: NDArray[np.int64]
    kind: NDArray[np.int64]

    @property
    def cells(self) -> NDArray[np.int64]:
        return self.region * KINDS + self.kind

    def table(self) -> Table:
        return tabulate(self.design, self.items, CATEGORIES, self.cells, domains())


def keys() -> list[tuple[int, int]]:
    """The 88 domains as (region, kind), -1 for all: every region or all of them by every kind or all of them."""
    return [(region, kind) for region in range(-1, REGIONS) for kind in range(-1, KINDS)]


def domains() -> NDArray[np.bool_]:
    region, kind = np.divmod(np.arange(REGIONS * KINDS), KINDS)
    return np.array([((r < 0) | (region == r)) & ((k < 0) | (kind == k)) for r, k in keys()])


def survey(n: int) -> Survey:
    """n answers in 30 strata (region by size) with unequal weights and 5 percent of answers missing, seeded."""
    draw = np.random.default_rng(20_260_117)
    region, kind, size = draw.integers(0, REGIONS, n), draw.integers(0, KINDS, n), draw.integers(0, 3, n)
    strata = region * 3 + size
    counts = np.bincount(strata)
    held = np.round(counts * draw.uniform(1.5, 4.0, 30))
    weights = (held / counts)[strata] * draw.uniform(0.8, 1.2, n)
    items = []
    for count in CATEGORIES:
        answers = draw.integers(0, count, n).astype(np.int16)
        answers[draw.random(n) < 0.05] = -1
        items.append(answers)
    return Survey(SurveyDesign(weights, strata, held), items, region, kind)


def measured(given: Survey, times: int) -> tuple[float, float]:
    """Median seconds and the peak memory in MB above what the input takes."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        given.table()
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    given.table()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return statistics.median(seconds), peak / 1e6


def with_r(given: Survey) -> tuple[float, str, list[dict[str, str]]] | str:
    """Seconds, version and rows of R's table, or the sentence that says why there is none."""
    program = shutil.which("Rscript")
    if program is None:
        return "R is not installed: the comparison is skipped (Debian: r-base-core, r-cran-survey)."
    if subprocess.run([program, "-e", "library(survey)"], capture_output=True, check=False).returncode:
        return "R has no package survey: the comparison is skipped (Debian: r-cran-survey)."
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(given, folder)
        script = Path(__file__).with_suffix(".R")
        done = subprocess.run([program, str(script), name], capture_output=True, text=True, check=True).stdout.split()
        with (folder / "found.csv").open(encoding="utf-8", newline="") as file:
            return float(done[0]), done[1], list(csv.DictReader(file))


def write(given: Survey, folder: Path) -> None:
    design = given.design
    assert design.populations is not None
    columns = [given.region, given.kind, design.strata, design.populations[design.strata], design.weights, *given.items]
    names = [
        "region",
        "kind",
        "stratum",
        "population",
        "weight",
        *(f"item{one:02d}" for one in range(len(given.items))),
    ]
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(names)
        for row in zip(*(column.tolist() for column in columns), strict=True):
            rows.writerow([*row[:5], *("NA" if answer < 0 else answer for answer in row[5:])])
    with (folder / "domains.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["region", "kind"])
        rows.writerows(keys()[::R_STEP])


def compared(table: Table, rows: list[dict[str, str]]) -> float:
    """The largest relative difference of value and standard error from R's, over all that R computed."""
    worst = 0.0
    for name, ours in (("value", table.value), ("error", table.standard_error)):
        theirs = np.array([float(row[name]) for row in rows]).reshape(-1, sum(CATEGORIES))
        worst = max(worst, float(np.max(np.abs(ours[::R_STEP] / theirs - 1))))
    return worst


def main() -> int:
    print(f"{sum(CATEGORIES) * len(keys()):,} estimates with standard error and logit limits")
    first = 0.0
    for n in SIZES:
        given = survey(n)
        seconds, memory = measured(given, 7 if n < 1_000_000 else 3)
        first = first or seconds
        print(f"  ours, {n:>9,} rows: {seconds:.3f} s, at most {memory:.0f} MB above the input")
    given = survey(SIZES[0])
    peer = with_r(given)
    if isinstance(peer, str):
        print(peer)
        return 0
    elapsed, version, rows = peer
    part = len(rows) / (sum(CATEGORIES) * len(keys()))
    whole = elapsed / part
    scaled = "" if part == 1 else f" for {len(rows):,} of them, {whole:.1f} s scaled up to all"
    print(f"  R survey {version}, {SIZES[0]:,} rows: {elapsed:.1f} s{scaled}")
    print(f"  ratio at {SIZES[0]:,} rows: R takes {whole / first:,.0f} times as long")
    worst = compared(given.table(), rows)
    print(f"  {2 * len(rows):,} values and standard errors compared with R's: largest relative difference {worst:.1e}")
    if worst > TOLERANCE:
        print(f"  which is more than {TOLERANCE:g}: the tables differ.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
