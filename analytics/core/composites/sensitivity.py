"""Which uncertain input moves an output most: Sobol indices of first and total order, for any function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from analytics.core.arrays import Floats, InputError, Mask

LEAST_POINTS = 64
RESAMPLES = 500


@dataclass(frozen=True, eq=False)
class Points:
    """The inputs of one design in [0, 1): a f8[n, k], b f8[n, k]. `mixed(i)` is a with column i of b."""

    a: Floats
    b: Floats

    def mixed(self, factor: int) -> Floats:
        """f8[n, k], A_B^i of Saltelli 2010."""
        result = self.a.copy()
        result[:, factor] = self.b[:, factor]
        return result


@dataclass(frozen=True, eq=False)
class Outputs:
    """What a function gave at the points of a design: at a and b f8[n, q], at the mixed points f8[k, n, q]."""

    a: Floats
    b: Floats
    mixed: Floats


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """First-order and total indices of k factors for q outputs, each f8[k, q], with bootstrap interval ends.

    An output that does not vary has NaN (flag no_variance bool[q]); one that is NaN at some point is NaN too (undefined
    bool[q]). runs: evaluations of the function, n (k + 2).
    """

    factors: tuple[str, ...]
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    variance: Floats
    no_variance: Mask
    undefined: Mask
    confidence: float
    runs: int


def sobol_points(n: int, *, factors: int, seed: int) -> Points:
    """A and B from one scrambled Sobol sequence in 2k dimensions. InputError when n is not a power of two or below 64.

    Only a power of two keeps the sequence balanced. Source: Saltelli et al. 2010; Owen 1998.
    """
    if n < LEAST_POINTS or n & (n - 1):
        raise InputError(
            "n", expected=f"a power of two from {LEAST_POINTS}", got=f"{n}",
            hint=f"Take {max(LEAST_POINTS, 1 << (n - 1).bit_length()) if n > 0 else LEAST_POINTS}.",
        )  # fmt: skip
    if factors < 1:
        raise InputError("factors", expected="at least 1", got=f"{factors}", hint="Nothing varies.")
    sequence = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng(seed)).random(n)
    below_one = np.minimum(sequence, np.nextafter(1.0, 0.0))
    return Points(np.ascontiguousarray(below_one[:, :factors]), np.ascontiguousarray(below_one[:, factors:]))


def evaluate(model: Callable[[Floats], Floats], points: Points) -> Outputs:
    """The function f8[n, k] -> f8[n, q] at all points: n (k + 2) runs. InputError when it gives another shape."""
    factors = points.a.shape[1]
    results = [np.asarray(model(points.a)), np.asarray(model(points.b))]
    results += [np.asarray(model(points.mixed(factor))) for factor in range(factors)]
    if any(one.ndim != 2 or one.shape != (len(points.a), results[0].shape[-1]) for one in results):
        raise InputError(
            "model", expected=f"f8[{len(points.a)}, outputs]", got=f"shape {results[0].shape}",
            hint="One row for each point, one column for each output.",
        )  # fmt: skip
    return Outputs(results[0], results[1], np.stack(results[2:]))


def sobol_indices(
    outputs: Outputs, factors: Sequence[str], *, seed: int, confidence: float = 0.95, resamples: int = RESAMPLES
) -> SobolIndices:
    """S_i = mean[f_B (f_ABi - f_A)] / V and S_Ti = mean[(f_A - f_ABi)^2] / (2 V), V the variance of f over A and B.

    f is centred first, which changes neither index and lowers the error of S_i. Interval: percentiles over points drawn
    with replacement (the same for all terms of an index). Source: Saltelli, Annoni, Azzini, Campolongo, Ratto &
    Tarantola 2010, table 2 (b) and (f), the latter Jansen 1999; bootstrap after Archer, Saltelli & Sobol 1997.
    """
    if len(factors) != len(outputs.mixed):
        raise InputError(
            "factors", expected=f"{len(outputs.mixed)} names", got=f"{len(factors)}", hint="One for each factor."
        )
    undefined = np.isnan(outputs.a + outputs.b + outputs.mixed.sum(axis=0)).any(axis=0)
    everything = np.concatenate([outputs.a, outputs.b])
    spread = everything.max(axis=0) - everything.min(axis=0)
    no_variance = ~undefined & ~(spread > 1e-12 * np.maximum(np.abs(everything).max(axis=0), 1e-300))
    everyone = np.ones(len(outputs.a))
    first, total, variance = _indices(outputs, everyone)
    generator = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(1,)))
    again = [_indices(outputs, _counts(generator, len(everyone)))[:2] for _ in range(resamples)]
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    hidden = undefined | no_variance
    first_ends = np.quantile([one for one, _ in again], tails, axis=0)
    total_ends = np.quantile([one for _, one in again], tails, axis=0)
    shown = [np.where(hidden, np.nan, one) for one in (first, *first_ends, total, *total_ends)]
    return SobolIndices(
        factors=tuple(factors),
        first=shown[0],
        first_low=shown[1],
        first_high=shown[2],
        total=shown[3],
        total_low=shown[4],
        total_high=shown[5],
        variance=np.where(undefined, np.nan, variance),
        no_variance=no_variance,
        undefined=undefined,
        confidence=confidence,
        runs=len(outputs.a) * (len(factors) + 2),
    )


def _counts(generator: np.random.Generator, n: int) -> Floats:
    return np.bincount(generator.integers(n, size=n), minlength=n).astype(np.float64)


def _indices(outputs: Outputs, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """S_i f8[k, q], S_Ti f8[k, q] and V f8[q] with each point counted so many times."""
    n = counts.sum()
    centre = counts @ (outputs.a + outputs.b) / (2 * n)
    a, b, mixed = outputs.a - centre, outputs.b - centre, outputs.mixed - centre
    variance = counts @ (a**2 + b**2) / (2 * n)
    safe = np.where(variance > 0, variance, np.nan)
    first = np.einsum("n,nq,knq->kq", counts, b, mixed - a, optimize=True) / n / safe
    total = np.einsum("n,knq->kq", counts, (a - mixed) ** 2, optimize=True) / (2 * n) / safe
    return first, total, variance
