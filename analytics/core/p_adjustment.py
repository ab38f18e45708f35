"""Adjusted p-values of a family of tests: Holm, Benjamini and Hochberg, Benjamini and Yekutieli."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, floats


def holm(p: npt.ArrayLike) -> Floats:
    """Holm's adjusted p-values f8[m]; NaN is no test and does not count. InputError outside 0..1. Source: Holm 1979.

    Holds the chance of any false finding, under any dependence.
    """
    return _stepwise(p, lambda ordered: np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1)))


def bh(p: npt.ArrayLike) -> Floats:
    """Benjamini and Hochberg's adjusted p-values f8[m]; NaN is no test. Source: Benjamini & Hochberg 1995.

    Holds the expected share of false findings among the findings, for independent or positively dependent tests.
    """
    return _stepwise(p, _step_up)


def by(p: npt.ArrayLike) -> Floats:
    """Benjamini and Yekutieli's adjusted p-values f8[m]; NaN is no test. Source: Benjamini & Yekutieli 2001.

    As `bh`, times 1 + 1/2 + ... + 1/m, and so under any dependence.
    """
    return _stepwise(p, lambda ordered: _step_up(ordered) * float(np.sum(1 / np.arange(1, len(ordered) + 1))))


def _step_up(ordered: Floats) -> Floats:
    scaled = ordered * len(ordered) / np.arange(1, len(ordered) + 1)
    found: Floats = np.minimum.accumulate(scaled[::-1])[::-1]
    return found


def _stepwise(given: npt.ArrayLike, adjust: Callable[[Floats], Floats]) -> Floats:
    p = floats("p", given)
    if bool(np.any((p < 0) | (p > 1))):
        raise InputError("p", expected="numbers from 0 to 1", got=str(p[(p < 0) | (p > 1)][0]), hint="Pass p-values.")
    result = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    result[order] = np.minimum(adjust(p[order]), 1.0)
    return result
