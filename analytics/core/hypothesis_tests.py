"""Comparing several estimates: adjusted p-values and a verdict for every pair, in a family that is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Floats, InputError, Mask, floats, mask
from analytics.core.intervals import NO_SPREAD, quantile
from analytics.core.p_adjustment import bh, by, holm
from analytics.core.verdicts import Verdict

__all__ = ["Pair", "Pairwise", "Verdict", "bh", "by", "holm", "p_value", "pairwise", "verdict", "welch_df"]


@dataclass(frozen=True)
class Pair:
    """One comparison, first minus second. low and high hold for this pair alone, at 1 - alpha.

    The verdict follows the adjusted p-value, which holds for the whole family.
    """

    first: str
    second: str
    difference: float
    standard_error: float
    df: float
    p: float
    p_adjusted: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True)
class Pairwise:
    """All pairs of one family, how p-values were adjusted, at which level, and the names in their order."""

    family: str
    adjustment: str
    alpha: float
    names: tuple[str, ...]
    values: tuple[float, ...]
    pairs: tuple[Pair, ...]


def p_value(statistic: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Two-sided p of Student's t; NaN where the statistic is NaN or df <= 0; normal where df is infinite."""
    size, degrees = np.abs(np.asarray(statistic, dtype=np.float64)), np.asarray(df, dtype=np.float64)
    student = 2 * special.stdtr(np.where(degrees > 0, degrees, np.nan), -size)
    return np.where(np.isposinf(degrees), 2 * special.ndtr(-size), student)


def welch_df(variances: Floats, degrees: Floats) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent estimates, f8[k] each; 0 when a part has none.

    Source: Satterthwaite 1946.
    """
    used = variances > 0
    if bool((degrees[used] <= 0).any()):
        return 0.0
    below = float(np.sum(variances[used] ** 2 / degrees[used]))
    return float(variances.sum()) ** 2 / below if below > 0 else float("inf")


def pairwise(
    values: npt.ArrayLike,
    covariance: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    names: Sequence[str],
    family: str,
    alpha: float = 0.05,
    known: Sequence[bool] | None = None,
    refused: Collection[tuple[str, str]] = (),
) -> Pairwise:
    """Every pair compared by t, p-values adjusted by Holm over all pairs of the family.

    values f8[m]; covariance f8[m, m], or the variances f8[m] of independent estimates; df f8[m]. Degrees of freedom
    of a difference: Satterthwaite for independent estimates, the smaller of the two otherwise. A value without
    standard error, or with none because all answers are alike, is not comparable unless `known` says that there is
    no sampling error. A refused pair (names, in their order) is not comparable either and is no part of the family.
    InputError on shapes, on an empty family name and on a refused pair that there is not.
    """
    estimates = floats("values", values)
    matrix, degrees = covariance_matrix(covariance, len(estimates)), floats("df", df, size=len(estimates))
    if not family or len(names) != len(estimates):
        raise InputError(
            "names",
            expected=f"{len(estimates)} names and the name of the family",
            got=f"{len(names)} names, family {family!r}",
            hint="Say which comparisons stand together before looking at them.",
        )
    couples = list(combinations(names, 2))
    unknown = sorted(set(refused) - set(couples))
    if unknown:
        raise InputError(
            "refused",
            expected=f"pairs of {', '.join(names)}, in this order",
            got=str(unknown[0]),
            hint="Turn it round.",
        )
    usable = _usable(estimates, matrix, known)
    raw = [
        _no_test(couple, estimates) if pair in refused else _raw(couple, estimates, matrix, degrees, usable)
        for pair, couple in zip(couples, combinations(range(len(names)), 2), strict=True)
    ]
    adjusted = holm([row.p for row in raw])
    pairs = tuple(_pair(couple, row, float(q), alpha) for couple, row, q in zip(couples, raw, adjusted, strict=True))
    return Pairwise(family, "holm", alpha, tuple(names), tuple(float(one) for one in estimates), pairs)


def verdict(difference: float, p_adjusted: float, alpha: float = 0.05) -> Verdict:
    """Higher or lower when the adjusted p-value is at most alpha; not comparable without one."""
    if np.isnan(p_adjusted) or np.isnan(difference):
        return Verdict.NOT_COMPARABLE
    if p_adjusted > alpha:
        return Verdict.NOT_DISTINGUISHABLE
    return Verdict.HIGHER if difference > 0 else Verdict.LOWER


@dataclass(frozen=True)
class _Raw:
    difference: float
    standard_error: float
    df: float
    p: float


def _usable(values: Floats, matrix: Floats, known: Sequence[bool] | None) -> Mask:
    certain = mask("known", np.zeros(len(values), dtype=np.bool_) if known is None else known, size=len(values))
    spread: Mask = np.diag(matrix) > NO_SPREAD**2  # also false for NaN
    return ~np.isnan(values) & (spread | certain)


def _no_test(couple: tuple[int, int], values: Floats) -> _Raw:
    one, other = couple
    return _Raw(float(values[one] - values[other]), float("nan"), float("nan"), float("nan"))


def _raw(couple: tuple[int, int], values: Floats, matrix: Floats, degrees: Floats, usable: Mask) -> _Raw:
    one, other = couple
    if not (usable[one] and usable[other]):
        return _no_test(couple, values)
    gap = float(values[one] - values[other])
    own, pair, shared = matrix[couple, couple], degrees[list(couple)], float(matrix[one, other])
    error = float(np.sqrt(max(float(own.sum()) - 2 * shared, 0.0)))
    if error == 0:
        return _Raw(gap, 0.0, float("inf"), 1.0 if gap == 0 else 0.0)
    df = welch_df(own, pair) if shared == 0 else float(pair[own > 0].min())
    return _Raw(gap, error, df, float(p_value(gap / error, df)))


def _pair(couple: tuple[str, str], raw: _Raw, adjusted: float, alpha: float) -> Pair:
    half = float(quantile(raw.df, 1 - alpha)) * raw.standard_error if raw.standard_error > 0 else raw.standard_error
    return Pair(
        first=couple[0],
        second=couple[1],
        difference=raw.difference,
        standard_error=raw.standard_error,
        df=raw.df,
        p=raw.p,
        p_adjusted=adjusted,
        low=raw.difference - half,
        high=raw.difference + half,
        verdict=verdict(raw.difference, adjusted, alpha),
    )


def covariance_matrix(covariance: npt.ArrayLike, size: int) -> Floats:
    """f8[size, size], also from variances f8[size] of independent estimates. InputError on another shape."""
    given = np.array(covariance, dtype=np.float64)
    if given.shape == (size,):
        return np.diag(given)
    if given.shape != (size, size):
        raise InputError(
            "covariance",
            expected=f"{size} variances or a {size} x {size} matrix",
            got=f"shape {given.shape}",
            hint="Pass the variances alone when the estimates are independent.",
        )
    return given
