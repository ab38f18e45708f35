"""Quantiles of an item in domains of the full design, with Woodruff's interval."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate, share
from analytics.core.intervals import Interval, Method, beta, logit
from analytics.core.intervals import quantile as students_quantile

ROUNDING = 1e-12  # a cumulated share this close to p has reached it: the order of rows must not decide
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Quantile:
    """A quantile as an estimate with influence values, and Woodruff's interval of it.

    estimate.standard_error is the width of the interval over twice Student's quantile; its n, df, rows and flags are
    those of the share at or below the value, its influence that share's divided by minus the density the interval
    implies. A limit that would lie beyond the answers is NaN, with the flag out_of_range and no standard error.
    """

    p: float
    estimate: PointEstimate
    interval: Interval


def median(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> Quantile:
    """The quantile of p = 1/2; as `quantile`."""
    return quantile(design, y, domain)


def quantile(
    design: SurveyDesign,
    y: npt.ArrayLike,
    domain: npt.ArrayLike | None = None,
    *,
    p: float = 0.5,
    confidence: float = 0.95,
    method: Method = Method.T,
    df: float | None = None,
) -> Quantile:
    """The smallest answer y f8[n] (NaN: none) at or below which a share of at least p of the domain bool[n] lies.

    The interval is that of the share F at the value found (not of p), by `method` (t, logit or beta) on the estimate's
    degrees of freedom (or on df), each limit inverted by the same rule. InputError for p outside (0, 1) or a method
    without a rule.
    Source: Woodruff 1952; Särndal, Swensson & Wretman 1992, sec. 5.11; rule "math" of R's survey.
    """
    if not 0 < p < 1:
        raise InputError("p", expected="a number between 0 and 1", got=str(p), hint="The median is 0.5.")
    if method not in (Method.T, Method.LOGIT, Method.BETA):
        raise InputError("method", expected="t, logit or beta", got=method.value, hint="Choose one of them.")
    values = floats("y", y, size=design.size)
    rows = mask("domain", domain, size=design.size) & ~np.isnan(values)
    if not rows.any():
        empty = share(design, np.full(design.size, NAN), domain)
        return Quantile(p, replace(empty, positive=None), Interval(NAN, NAN, Method.NONE, confidence))
    steps = _Steps.of(values[rows], design.weights[rows])
    value = steps.at(p)
    below = share(design, np.where(np.isnan(values), np.nan, values <= value), domain)
    below = replace(below, df=below.df if df is None or not below.df > 0 else df)
    interval = _interval(steps, value, below, method, confidence)
    return Quantile(p, _as_estimate(value, below, interval), interval)


@dataclass(frozen=True, eq=False)
class _Steps:
    """Answers that differ f8[m], ascending, and the share at or below each f8[m]."""

    values: Floats
    shares: Floats

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> "_Steps":
        different, place = np.unique(values, return_inverse=True)
        below = np.cumsum(np.bincount(place.ravel(), weights=weights))
        return cls(different, below / below[-1])

    def at(self, p: float) -> float:
        """The smallest answer with a share of at least p; NaN outside [0, 1]."""
        if not 0 <= p <= 1:
            return NAN
        return float(self.values[np.argmax(self.shares >= p - ROUNDING)])


def _interval(steps: _Steps, value: float, below: PointEstimate, method: Method, confidence: float) -> Interval:
    if Flag.KNOWN in below.flags:
        return Interval(value, value, Method.KNOWN, confidence)
    if not (below.standard_error > 0 and below.df > 0):
        return Interval(NAN, NAN, Method.NONE, confidence)
    share_, error = below.value, below.standard_error
    if method is Method.BETA:
        limits = beta(share_, error, below.df, below.n, confidence)
    elif method is Method.LOGIT:
        limits = logit(share_, error, below.df, confidence)
    else:
        half = students_quantile(below.df, confidence) * error
        limits = share_ - half, share_ + half
    low, high = (steps.at(float(limit)) for limit in limits)
    return Interval(low, high, Method.NONE if np.isnan(low) and np.isnan(high) else method, confidence)


def _as_estimate(value: float, below: PointEstimate, interval: Interval) -> PointEstimate:
    flags, error = set(below.flags), NAN
    influence: Floats = np.zeros(len(below.influence))
    if interval.method is Method.KNOWN:
        error = 0.0
    elif below.standard_error > 0 and below.df > 0:
        error = (interval.high - interval.low) / (2 * float(students_quantile(below.df, interval.confidence)))
        if np.isnan(error):
            flags.add(Flag.OUT_OF_RANGE)
        else:
            influence = -below.influence * error / below.standard_error
    influence.setflags(write=False)
    return replace(
        below, value=value, standard_error=error, positive=None, n_effective=NAN, design_effect=NAN,
        influence=influence, flags=frozenset(flags), df=0.0 if np.isnan(error) else below.df,
    )  # fmt: skip
