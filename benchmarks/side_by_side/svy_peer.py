"""The jobs with svy 0.35, run by a Python that has it, for benchmarks/side_by_side/peers.py: job and folder.

Each job gets rows and its part of the work, prepares a sample (not timed) and returns what to time.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import svy

Columns = dict[str, np.ndarray]
Work = Callable[[], Columns]
DESIGN = {"stratum": "stratum", "wgt": "weight"}


def sample(rows: Columns, *, psu: bool = False, **more: np.ndarray) -> svy.Sample:
    data = pl.DataFrame(rows | more)
    items = [name for name in rows if name.startswith("item")]
    data = data.with_columns(pl.when(pl.col(one) >= 0).then(pl.col(one)).alias(one) for one in items)
    if psu:
        data = data.with_columns(psu=pl.int_range(len(data)))
        return svy.Sample(data.with_columns(pl.col(items).fill_null(0)), svy.Design(**DESIGN, psu="psu"))
    return svy.Sample(data, svy.Design(**DESIGN, pop_size="population"))


def tabulation(rows: Columns, part: Columns) -> Work:
    whole, kinds = sample(rows), (None, "region", "kind", ["region", "kind"])

    def work() -> Columns:
        value, error = [], []
        for item in (f"item{one:02d}" for one in part["item"]):
            tables = [whole.estimation.prop(item, by=by, drop_nulls=True).to_polars() for by in kinds]
            every = [
                one.with_columns(pl.lit(-1, pl.Int32).alias(key) for key in ("region", "kind") if key not in one)
                .select(pl.col("region", "kind", item).cast(pl.Int32), "est", "se")
                for one in tables
            ]  # fmt: skip
            found = pl.concat(every).sort("region", "kind", item)
            value.append(found["est"].to_numpy())
            error.append(found["se"].to_numpy())
        return {"value": np.concatenate(value), "error": np.concatenate(error)}

    return work


def rao_scott(rows: Columns, part: Columns) -> Work:
    whole = sample(rows)

    def work() -> Columns:
        tests = [
            whole.categorical.tabulate("country", item, where=svy.col(item) >= 0).stats.f
            for item in (f"item{one:02d}" for one in part["item"])
        ]
        return {"statistic": np.array([one.value for one in tests]), "p": np.array([one.p_value for one in tests])}

    return work


def raking(rows: Columns, part: Columns) -> Work:
    margins = {f"margin{place}": part[f"margin{place}"] for place in range(5)}
    whole = sample(rows, **margins)
    controls = {f"margin{place}": dict(enumerate(part[f"totals{place}"].tolist())) for place in range(5)}
    return lambda: {"weight": whole.weighting.rake(controls=controls, tol=1e-10).data["rk_wgt"].to_numpy()}


def regression(rows: Columns, part: Columns) -> Work:
    whole = sample(rows)
    terms = [svy.Cat("region"), svy.Cat("kind"), svy.Cat("size"), "number0", "number1", "number2"]

    def work() -> Columns:
        table = whole.glm.fit("outcome", x=terms, family="binomial").to_polars()
        return {"coefficient": table["estimate"].to_numpy(), "error": table["std_err"].to_numpy()}

    return work


def replicates(rows: Columns, part: Columns) -> Work:
    whole, count = sample(rows, psu=True), int(part["count"][0])
    items = [name for name in rows if name.startswith("item")]

    def work() -> Columns:
        drawn = whole.weighting.create_bs_wgts(count, rstate=1)
        found = drawn.estimation.mean(items, method="replication")
        return {"error": np.concatenate([one.to_polars()["se"].to_numpy() for one in found])}

    return work


JOBS = {one.__name__: one for one in (tabulation, rao_scott, raking, regression, replicates)}


def columns(folder: Path) -> Columns:
    return {one.stem: np.fromfile(one, dtype=one.suffix[1:]) for one in sorted(folder.iterdir())}


def main(job: str, folder: Path) -> None:
    work = JOBS[job](columns(folder / "rows"), columns(folder / "part"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    for name, values in found.items():
        np.asarray(values, dtype=np.float64).tofile(folder / "found" / f"{name}.f8")
    print(svy.__version__, wall, processor, peak / 1024)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
