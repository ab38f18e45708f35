"""`manage.py estimate` on 100,000 rows and 60 items, beside R's survey on one of the items.

Run: python -m benchmarks.estimate_file. Without Rscript there is no peer. Both read the same CSV file; seconds are
those of the processor, so that other work on the machine counts little.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROWS, ITEMS = 100_000, 60
BY = "[region, size, sector, [region, size], [size, sector]]"
R = """
suppressPackageStartupMessages(library(survey))
d <- read.csv("{data}", colClasses = c(q00 = "character"))[, c("q00", "weight", "stratum", "N", "region", "size")]
d$q00 <- factor(ifelse(d$q00 == "", "none", d$q00))
start <- proc.time()
s <- svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~N, data = d)
{calibrate}
s <- subset(s, q00 != "none"); m <- svymean(~q00, s); b <- svyby(~q00, ~region, s, svymean)
cat(sum((proc.time() - start)[1:2]), format(SE(m)[1], digits = 17), "\\n")
"""
CALIBRATE = """
totals <- setNames(c({totals}), colnames(model.matrix(~factor(size), d)))
s <- calibrate(s, ~factor(size), totals, calfun = "raking", epsilon = 1e-13, maxit = 100)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        totals = _file(folder / "data.csv")
        for kind in ("as given", "calibrated"):
            _design(folder / "design.yaml", totals if kind == "calibrated" else {})
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, "manage.py", "estimate", str(folder / "data.csv"), str(folder / "design.yaml")]
            subprocess.run([*command, "--out", str(folder / "out.csv"), "--quiet"], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            lines = (folder / "out.csv").read_text(encoding="utf-8").splitlines()[1:]
            each = seconds / len(lines)
            print(f"{kind}: {len(lines)} estimates in {seconds:.1f} s of processor, start and reading included")
            _peer(folder, totals if kind == "calibrated" else {}, each=each, ours=float(lines[0].split(",")[7]))


def _file(path: Path) -> dict[str, float]:
    """A constructed file; the totals of `size` to calibrate to."""
    draw = np.random.default_rng(1)
    stratum, size = draw.integers(0, 40, ROWS), draw.integers(0, 5, ROWS)
    weight = np.full(ROWS, 3.0)
    table = {"weight": weight, "stratum": stratum, "N": np.bincount(stratum)[stratum] * 3, "size": size}
    table |= {"region": draw.integers(0, 8, ROWS), "sector": draw.integers(0, 3, ROWS)}
    columns = [values.astype(str) for values in table.values()]
    columns += [np.where(draw.random(ROWS) < 0.05, "", draw.integers(1, 6, ROWS).astype(str)) for _ in range(ITEMS)]
    names = [*table, *(f"q{number:02}" for number in range(ITEMS))]
    lines = [",".join(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    path.write_text("\n".join([",".join(names), *lines, ""]), encoding="utf-8")
    held = np.bincount(size, weights=weight) * [1.02, 1, 1, 1, 0.99]
    return {str(number): float(np.round(total)) for number, total in enumerate(held)}


def _design(path: Path, totals: dict[str, float]) -> None:
    columns = ", ".join(f"q{number:02}" for number in range(ITEMS))
    text = f"""
design: {{weight: weight, strata: stratum, fpc: N}}
items: {{battery: {{columns: [{columns}], codes: [1, 2, 3, 4, 5]}}}}
by: {BY}
estimates:
  - {{estimand: share, items: battery}}
  - {{estimand: net_balance, items: battery, plus: [4, 5], minus: [1, 2]}}
"""
    if totals:
        margin = ", ".join(f"{name}: {total:.0f}" for name, total in totals.items())
        text += f"calibration: {{margins: [{{column: size, totals: {{{margin}}}}}]}}\n"
    path.write_text(text, encoding="utf-8")


def _peer(folder: Path, totals: dict[str, float], *, each: float, ours: float) -> None:
    """45 shares in R, one item as a whole and by region, and the same standard error."""
    if not shutil.which("Rscript"):
        print("  no Rscript: no peer")
        return
    values = [f"{total:.0f}" for total in totals.values()]
    calibrate = CALIBRATE.format(totals=", ".join([f"{sum(totals.values()):.0f}", *values[1:]])) if totals else ""
    text = R.format(data=folder / "data.csv", calibrate=calibrate)
    done = subprocess.run(["Rscript", "-e", text], capture_output=True, text=True, check=False)
    if done.returncode:
        print("  no peer:", done.stderr.strip().splitlines()[:2])
        return
    seconds, error = (float(one) for one in done.stdout.split())
    ratio = seconds / 45 / each
    print(f"  R's survey: 45 estimates in {seconds:.1f} s, reading not counted; for each {ratio:,.0f} times ours")
    assert abs(error / ours - 1) < 1e-9, (error, ours)


if __name__ == "__main__":
    main()
