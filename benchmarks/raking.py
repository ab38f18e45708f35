"""Raking 5 margins at 100,000 rows: cells against rounds over the rows, in one run. python -m benchmarks.raking"""

import time
from collections.abc import Callable

import numpy as np

from analytics.core.calibration import calibrate
from analytics.core.margins import Margin
from analytics.core.raking import rake

ROWS, COUNTS, ROUNDS = 100_000, (4, 10, 4, 10, 6), 15


def main() -> None:
    """Print the best of several times of each way, and the ratio."""
    weights, margins = _case()
    ours = _best(lambda: rake(weights, margins).weights)
    newton = _best(lambda: calibrate(weights, margins).weights)
    peer = _best(lambda: _by_rows(weights, margins))
    apart = np.abs(rake(weights, margins).weights / _by_rows(weights, margins) - 1).max()
    print(f"{ROWS} rows, {len(COUNTS)} margins, {int(np.prod(COUNTS))} cells")
    print(f"rake {ours * 1000:.1f} ms, calibrate {newton * 1000:.1f} ms, rounds over rows {peer * 1000:.1f} ms")
    print(f"ratio {peer / ours:.1f}; weights differ by at most {apart:.1e}")


def _case() -> tuple[np.ndarray, list[Margin]]:
    rng = np.random.default_rng(1)
    weights = rng.uniform(1, 10, ROWS)
    margins = []
    for number, count in enumerate(COUNTS):
        codes = rng.integers(0, count, ROWS)
        totals = np.bincount(codes, weights=weights) * rng.uniform(0.8, 1.25, count)
        margins.append(Margin(f"margin {number}", codes, totals * weights.sum() / totals.sum()))
    return weights, margins


def _by_rows(weights: np.ndarray, margins: list[Margin]) -> np.ndarray:
    """The plain way, to the same error of 1e-10 but without diagnostics."""
    found = weights.copy()
    error = 1.0
    while error > 1e-10:
        error = 0.0
        for margin in margins:
            factors = margin.totals / np.bincount(margin.codes, weights=found)
            error = max(error, float(np.abs(factors - 1).max()))
            found *= factors[margin.codes]
    return found


def _best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
