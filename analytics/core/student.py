"""Student's t without scipy: for pages that compare a handful of figures and may not load it."""

from functools import lru_cache
from math import exp, isinf, isnan, lgamma, log, log1p, nan, pi, sqrt
from statistics import NormalDist

from analytics.core.arrays import InputError

TINY = 1e-300
CLOSE = 4e-16
MOST_STEPS = 10_000
NORMAL = NormalDist()


def two_sided_p(statistic: float, df: float) -> float:
    """The chance of a t at least as far from 0; NaN for a NaN or df <= 0; normal where df is infinite.

    P(|T| >= t) is the regularised incomplete beta I_x(df/2, 1/2) at x = df / (df + t^2). Source: DLMF 8.17.
    """
    if isnan(statistic) or isnan(df) or df <= 0:
        return nan
    if isinf(df):
        return 2 * NORMAL.cdf(-abs(statistic))
    if isinf(statistic):
        return 0.0
    return _beta(df / (df + statistic**2), statistic**2 / (df + statistic**2), df / 2)


@lru_cache(maxsize=1024)
def quantile(level: float, df: float) -> float:
    """t such that a two-sided interval of +-t holds `level`; NaN for df <= 0. InputError for a level outside 0..1.

    Newton's steps from the normal quantile, which lies below: the tail is convex, so that every step stays below.
    """
    if not 0 < level < 1:
        raise InputError("level", expected="a number between 0 and 1", got=repr(level), hint="0.95 is the usual one.")
    if isnan(df) or df <= 0:
        return nan
    found = NORMAL.inv_cdf((1 + level) / 2)
    if isinf(df):
        return found
    for _step in range(MOST_STEPS):
        step = (two_sided_p(found, df) - (1 - level)) / (2 * _density(found, df))
        found += step
        if abs(step) <= 1e-13 * found:
            break
    return found


def _density(t: float, df: float) -> float:
    return exp(lgamma((df + 1) / 2) - lgamma(df / 2) - (df + 1) / 2 * log1p(t**2 / df)) / sqrt(df * pi)


def _beta(x: float, rest: float, a: float) -> float:
    """I_x(a, 1/2), rest = 1 - x given apart for its digits."""
    b = 0.5
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction DLMF 8.17.22, by Lentz's method."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_STEPS):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _away(1 + step * d), _away(1 + step / c)
            value *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return value


def _away(number: float) -> float:
    return number if abs(number) > TINY else TINY
