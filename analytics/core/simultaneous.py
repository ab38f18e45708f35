"""Critical values and p-values that hold for several comparisons together, by the largest |t| among them."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import optimize, special
from scipy.stats import qmc

from analytics.core.arrays import Floats, InputError, floats
from analytics.core.intervals import quantile

POINTS = 2**14  # directions on the sphere: a critical value is then right to about 0.1 percent
BLOCK = 2_000_000  # numbers of a working array
ROUNDING = 1e-10  # an eigenvalue, or a variance of a contrast, below this part of the largest is nothing


@dataclass(frozen=True, eq=False)
class _Spread:
    """For each direction u the largest |l_j u| over the comparisons, f8[points], and the dimension of u."""

    largest: Floats
    dimension: int

    def below(self, size: float, df: float) -> float:
        """P(max |t| <= size)."""
        with np.errstate(divide="ignore"):
            square = (size / self.largest) ** 2
        if np.isposinf(df):
            return float(np.mean(special.chdtr(self.dimension, square)))
        return float(np.mean(special.fdtr(self.dimension, df, square / self.dimension)))


def max_t_quantile(
    covariance: npt.ArrayLike,
    df: float,
    *,
    confidence: float = 0.95,
    contrasts: npt.ArrayLike | None = None,
    seed: int = 0,
) -> float:
    """c with P(max |t_j| <= c) = confidence over all comparisons: estimate -+ c se holds for all of them together.

    covariance f8[m, m], or the correlations, of the compared estimates; contrasts f8[q, m] when combinations of them
    are compared (`pairs` gives all differences), the estimates themselves when None. df: degrees of freedom of the
    common scale, infinite for the normal. A comparison without variance takes no part; NaN when none is left, or
    when df <= 0. The same seed gives the same bits; another order of the estimates changes the fourth digit.
    InputError on shapes, on numbers that are not finite and on a matrix that is no covariance.

    With t = R L u / s, u uniform on the sphere, R^2 chi-square on the rank r of the matrix and s^2 chi-square / df,
    P(max |t| <= c) is the mean over u of F[r, df](c^2 / (r max |L u|^2)); u from scrambled Sobol points.
    Source: Hothorn, Bretz & Westfall 2008; Genz & Bretz 2009, ch. 4 (spherical-radial form).
    """
    plain = float(quantile(df, confidence))
    rows = _rows(covariance, contrasts)
    if not len(rows) or np.isnan(plain):
        return float("nan")
    if rows.shape[1] == 1:
        return plain
    spread = _spread(rows, seed)
    upper = float(quantile(df, 1 - (1 - confidence) / len(rows)))  # Bonferroni's
    return float(
        optimize.brentq(lambda c: spread.below(c, df) - confidence, 0.9 * plain, 1.1 * upper, xtol=1e-12, rtol=1e-12)
    )


def max_t_p(
    statistics: npt.ArrayLike,
    covariance: npt.ArrayLike,
    df: float,
    *,
    contrasts: npt.ArrayLike | None = None,
    seed: int = 0,
) -> Floats:
    """P(max |t| >= |t_j|) for each t_j f8[q]: p-values adjusted for all comparisons together (single step).

    Arguments, errors and source as `max_t_quantile`. NaN where t is NaN, where the comparison has no variance or
    df <= 0.
    """
    found = np.abs(floats("statistics", statistics))
    rows, moving = _all_rows(covariance, contrasts)
    if len(found) != len(moving):
        raise InputError(
            "statistics",
            expected=f"{len(moving)} values",
            got=str(len(found)),
            hint="One for each comparison, in the order of the contrasts.",
        )
    result = np.full(len(found), np.nan)
    tested = np.flatnonzero(moving & ~np.isnan(found))
    if not len(tested) or not df > 0:
        return result
    spread = _spread(rows[moving], seed)
    result[tested] = [1.0 - spread.below(float(found[j]), df) for j in tested]
    return result


def pairs(count: int) -> Floats:
    """The contrasts of all differences, first minus second, f8[m (m - 1) / 2, m], in the order of `pairwise`."""
    couples = list(combinations(range(count), 2))
    result = np.zeros((len(couples), count))
    for row, (one, other) in enumerate(couples):
        result[row, one], result[row, other] = 1.0, -1.0
    return result


def _rows(covariance: npt.ArrayLike, contrasts: npt.ArrayLike | None) -> Floats:
    rows, moving = _all_rows(covariance, contrasts)
    found: Floats = rows[moving]
    return found


def _all_rows(covariance: npt.ArrayLike, contrasts: npt.ArrayLike | None) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Unit vectors l_j f8[q, r] with l_i l_j the correlation of two comparisons, and which have a variance."""
    matrix = _covariance(covariance)
    scale = np.sqrt(np.diag(matrix))
    safe = np.where(scale > 0, scale, 1.0)
    root = _root(matrix / safe[:, None] / safe) * scale[:, None]
    rows = root if contrasts is None else _contrasts(contrasts, len(matrix)) @ root
    reach = scale if contrasts is None else np.abs(_contrasts(contrasts, len(matrix))) @ scale
    length = np.sqrt(np.sum(rows**2, axis=1))
    moving = length > np.sqrt(ROUNDING) * reach
    unit = rows / np.where(moving, length, 1.0)[:, None]
    return _reduced(unit, moving), moving


def _reduced(unit: Floats, moving: npt.NDArray[np.bool_]) -> Floats:
    """The same vectors in as few dimensions as they span: differences of m estimates span m - 1."""
    if not moving.any():
        return unit
    values, vectors = np.linalg.eigh(unit[moving].T @ unit[moving])
    turned: Floats = unit @ vectors[:, values > ROUNDING * values[-1]]
    return turned


def _covariance(given: npt.ArrayLike) -> Floats:
    matrix = np.array(given, dtype=np.float64)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and len(matrix) > 0
    if not square or not bool(np.isfinite(matrix).all()):
        raise InputError(
            "covariance",
            expected="a square matrix of finite numbers",
            got=f"shape {matrix.shape}, {int((~np.isfinite(matrix)).sum())} not finite",
            hint="Leave estimates without a standard error out before comparing.",
        )
    size = np.sqrt(np.abs(np.diag(matrix)))
    uneven = float(np.max(np.abs(matrix - matrix.T) - 1e-8 * np.outer(size, size)))
    if uneven > 0 or bool(np.any(np.diag(matrix) < 0)):
        raise InputError(
            "covariance", expected="a symmetric matrix with variances >= 0", got="another", hint="Check its making."
        )
    return (matrix + matrix.T) / 2


def _root(correlations: Floats) -> Floats:
    values, vectors = np.linalg.eigh(correlations)
    if values[0] < -1e-8 * max(float(values[-1]), 1.0):
        raise InputError(
            "covariance",
            expected="no negative eigenvalue",
            got=f"{values[0]:g}",
            hint="Covariances put together from different sources may not fit each other.",
        )
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _contrasts(given: npt.ArrayLike, size: int) -> Floats:
    matrix = np.array(given, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != size or not bool(np.isfinite(matrix).all()):
        raise InputError(
            "contrasts",
            expected=f"rows of {size} finite numbers",
            got=f"shape {matrix.shape}",
            hint="One row for each comparison, one column for each estimate.",
        )
    return matrix


def _spread(rows: Floats, seed: int) -> _Spread:
    dimension = rows.shape[1]
    points = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed)).random(POINTS)
    normal = special.ndtri(np.maximum(points, 2.0**-40))  # a point may be 0
    normal /= np.sqrt(np.sum(normal**2, axis=1))[:, None]
    step = max(BLOCK // len(rows), 1)
    parts = [np.abs(normal[start : start + step] @ rows.T).max(axis=1) for start in range(0, POINTS, step)]
    return _Spread(np.concatenate(parts), dimension)
