"""Confidence intervals of shares, and of means, balances and indices, on Student's t with the design's degrees."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev
from scipy import special

from analytics.core.arrays import Floats, InputError
from analytics.core.estimates import Flag, PointEstimate

FEW = 10  # with fewer ones (or zeros) than this the beta interval is used
NO_SPREAD = 1e-10  # a standard error of a share below this is rounding
MANY = 4.0  # degrees from which Student's quantile is a smooth function of their reciprocal
ORDER = 18
NAN = float("nan")


class Method(StrEnum):
    LOGIT = "logit"
    BETA = "beta"
    WILSON = "wilson"
    T = "t"
    KNOWN = "known"  # no sampling error: width 0
    NONE = "none"  # undefined


@dataclass(frozen=True)
class Interval:
    """low and high (NaN when method is none), the confidence level and the method that made them."""

    low: float
    high: float
    method: Method
    confidence: float = 0.95


def quantile(df: npt.ArrayLike, confidence: float = 0.95) -> Floats:
    """Two-sided quantile of Student's t for the confidence level; NaN where df <= 0. InputError on the level."""
    if not 0 < confidence < 1:
        raise InputError(
            "confidence", expected="a number between 0 and 1", got=str(confidence), hint="95 percent is 0.95."
        )
    degrees = np.asarray(df, dtype=np.float64)
    many = degrees >= MANY
    found = chebyshev.chebval(2 * MANY / np.where(many, degrees, MANY) - 1, _series(confidence))
    if not bool(many.all()):
        few = special.stdtrit(np.where((degrees > 0) & ~many, degrees, np.nan), (1 + confidence) / 2)
        found = np.where(many, found, few)
    return np.asarray(found, dtype=np.float64)


@lru_cache(maxsize=16)
def _series(confidence: float) -> Floats:
    """Chebyshev coefficients of the quantile in 1 / df from MANY degrees to infinity, within 5e-15 of SciPy's.

    SciPy solves for each quantile by iteration, which was half the time of a table of 22,000 intervals.
    """
    nodes = np.cos(np.pi * (np.arange(ORDER + 1) + 0.5) / (ORDER + 1))
    values = special.stdtrit(2 * MANY / (nodes + 1), (1 + confidence) / 2)
    return np.asarray(chebyshev.chebfit(nodes, values, ORDER), dtype=np.float64)


def logit(
    value: npt.ArrayLike, standard_error: npt.ArrayLike, df: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits on the logit scale: expit(logit p -+ t se / (p (1 - p))). Arrays of one shape; NaN at p = 0 and 1.

    Source: the interval Stata and SUDAAN print; "xlogit" in R's survey.
    """
    p, se = _pair(value, standard_error)
    inside = (p > 0) & (p < 1)
    safe = np.where(inside, p, 0.5)
    half = quantile(df, confidence) * se / (safe * (1 - safe))
    middle = special.logit(safe)
    low, high = special.expit(middle - half), special.expit(middle + half)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def beta(
    value: npt.ArrayLike,
    standard_error: npt.ArrayLike,
    df: npt.ArrayLike,
    n: npt.ArrayLike,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Beta (Clopper-Pearson) limits with the effective sample size; n answers. Without spread n itself is put for it.

    n* = p (1 - p) / se^2 x (t[n - 1] / t[df])^2. Source: Korn & Graubard 1998.
    """
    p, se = _pair(value, standard_error)
    count = np.asarray(n, dtype=np.float64)
    spread = (se > NO_SPREAD) & (p > 0) & (p < 1)
    variance = np.where(spread, se, 1.0) ** 2
    effective = np.where(spread, p * (1 - p) / variance, count)
    effective = effective * (quantile(count - 1, confidence) / quantile(df, confidence)) ** 2
    tail = (1 - confidence) / 2
    ones, zeros = effective * p, effective * (1 - p)
    low = special.betaincinv(np.maximum(ones, 1e-300), zeros + 1, tail)
    high = special.betaincinv(ones + 1, np.maximum(zeros, 1e-300), 1 - tail)
    known = np.isfinite(effective)
    low, high = np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def wilson(
    value: npt.ArrayLike, standard_error: npt.ArrayLike, df: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score limits with the effective sample size p (1 - p) / se^2; NaN without spread.

    Source: Wilson 1927; Franco, Little, Louis & Slud 2019.
    """
    p, se = _pair(value, standard_error)
    spread = (se > NO_SPREAD) & (p > 0) & (p < 1)
    effective = np.where(spread, p * (1 - p), np.nan) / np.where(spread, se, 1.0) ** 2
    t = quantile(df, confidence)
    a = t**2 / effective
    half = t / (2 * effective) * np.sqrt(4 * effective * p * (1 - p) + t**2)
    return (p + a / 2 - half) / (1 + a), (p + a / 2 + half) / (1 + a)


def interval_of_share(
    estimate: PointEstimate, *, confidence: float = 0.95, method: Method | None = None, fixed_by_design: bool = False
) -> Interval:
    """The published interval of a share. InputError when the estimate is not a share.

    Width 0 ("known") when everybody of the domain answered or fixed_by_design says that strata fix the share;
    beta without spread (p = 0, p = 1, or strata that agree by chance) and with fewer than ten ones or zeros;
    otherwise `method`, logit when None. Undefined ("none") without value or degrees of freedom.
    """
    if estimate.positive is None:
        raise InputError(
            "estimate", expected="a share", got="another estimate", hint="Use t_interval for means and balances."
        )
    if method not in (None, Method.LOGIT, Method.BETA, Method.WILSON):
        raise InputError("method", expected="logit, beta, wilson or None", got=method.value, hint="Choose one of them.")
    settled = _settled(estimate, confidence, fixed_by_design=fixed_by_design)
    if settled:
        return settled
    p, se, df = estimate.value, estimate.standard_error, estimate.df
    chosen = method or Method.LOGIT
    few = min(estimate.positive, estimate.n - estimate.positive) < FEW
    if se <= NO_SPREAD or (method is None and few):
        chosen = Method.BETA
    if chosen is Method.BETA:
        low, high = beta(p, se, df, estimate.n, confidence)
    else:
        low, high = (wilson if chosen is Method.WILSON else logit)(p, se, df, confidence)
    return Interval(float(low), float(high), chosen, confidence)


def t_interval(
    estimate: PointEstimate,
    *,
    confidence: float = 0.95,
    bounds: tuple[float, float] | None = None,
    fixed_by_design: bool = False,
) -> Interval:
    """value -+ t se, cut at the bounds of the scale: the interval of means, balances, indices and differences.

    Without spread (all answers alike, not everybody asked) a bounded mean gets the beta interval of "no unit
    differs", stretched to the bounds; an unbounded one gets none. Width 0 when known.
    """
    settled = _settled(estimate, confidence, fixed_by_design=fixed_by_design)
    if settled:
        return settled
    value, se = estimate.value, estimate.standard_error
    low, high = bounds or (-np.inf, np.inf)
    if se <= NO_SPREAD * max(1.0, abs(value)):
        if bounds is None:
            return Interval(NAN, NAN, Method.NONE, confidence)
        _, different = beta(0.0, 0.0, estimate.df, estimate.n, confidence)
        reach = float(different)
        return Interval(value - reach * (value - low), value + reach * (high - value), Method.BETA, confidence)
    half = float(quantile(estimate.df, confidence)) * se
    return Interval(max(value - half, low), min(value + half, high), Method.T, confidence)


def _settled(estimate: PointEstimate, confidence: float, *, fixed_by_design: bool) -> Interval | None:
    if np.isnan(estimate.value):
        return Interval(NAN, NAN, Method.NONE, confidence)
    if fixed_by_design or Flag.KNOWN in estimate.flags:
        return Interval(estimate.value, estimate.value, Method.KNOWN, confidence)
    if np.isnan(estimate.standard_error) or not estimate.df > 0:
        return Interval(NAN, NAN, Method.NONE, confidence)
    return None


def _pair(value: npt.ArrayLike, standard_error: npt.ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(value, dtype=np.float64), np.asarray(standard_error, dtype=np.float64)
