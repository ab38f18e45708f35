"""The functions F that turn a linear predictor u into a factor of the weight, one for each calibration method.

Each has F(0) = 1 and F'(0) = 1, is increasing, and comes with its slope F' and its integral, whose sum is the convex
function that calibration minimises. Source: Deville & Särndal 1992, table 1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Floats, InputError, floats

Bounds = tuple[npt.ArrayLike, npt.ArrayLike]


class Distance(StrEnum):
    """linear: 1 + u. raking: e^u. logit: between bounds, smoothly. truncated: 1 + u cut at the bounds."""

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"
    TRUNCATED = "truncated"


class Curve(Protocol):
    """u and every result f8[k]."""

    def factor(self, u: Floats) -> Floats: ...

    def slope(self, u: Floats) -> Floats: ...

    def integral(self, u: Floats) -> Floats: ...


class _Linear:
    def factor(self, u: Floats) -> Floats:
        return 1.0 + u

    def slope(self, u: Floats) -> Floats:
        return np.ones_like(u)

    def integral(self, u: Floats) -> Floats:
        return u + u * u / 2


class _Raking:
    def factor(self, u: Floats) -> Floats:
        with np.errstate(over="ignore"):  # a step that is too long: infinite, and refused by the search
            found: Floats = np.exp(u)
        return found

    slope = factor
    integral = factor


@dataclass(frozen=True, eq=False)
class _Logit:
    """F = L + (U - L) expit(A u + c), A = (U - L) / ((1 - L)(U - 1)), c = ln((1 - L) / (U - 1))."""

    low: Floats
    high: Floats

    def _inner(self, u: Floats) -> tuple[Floats, Floats]:
        steep: Floats = (self.high - self.low) / ((1 - self.low) * (self.high - 1))
        shifted: Floats = steep * u + np.log((1 - self.low) / (self.high - 1))
        return steep, shifted

    def factor(self, u: Floats) -> Floats:
        found: Floats = self.low + (self.high - self.low) * special.expit(self._inner(u)[1])
        return found

    def slope(self, u: Floats) -> Floats:
        steep, shifted = self._inner(u)
        found: Floats = (self.high - self.low) * steep * special.expit(shifted) * special.expit(-shifted)
        return found

    def integral(self, u: Floats) -> Floats:
        steep, shifted = self._inner(u)
        found: Floats = self.low * u + (self.high - self.low) / steep * np.logaddexp(0.0, shifted)
        return found


@dataclass(frozen=True, eq=False)
class _Truncated:
    low: Floats
    high: Floats

    def factor(self, u: Floats) -> Floats:
        return np.clip(1.0 + u, self.low, self.high)

    def slope(self, u: Floats) -> Floats:
        return ((1.0 + u >= self.low) & (1.0 + u <= self.high)).astype(np.float64)

    def integral(self, u: Floats) -> Floats:
        inside = np.clip(u, self.low - 1, self.high - 1)
        found: Floats = inside + inside * inside / 2 + (1.0 + inside) * (u - inside)
        return found


def curve(method: Distance, limits: tuple[Floats, Floats] | None) -> Curve:
    """The functions of a method; limits as `checked_bounds` gives them."""
    if limits is None:
        return _Linear() if method is Distance.LINEAR else _Raking()
    return _Logit(*limits) if method is Distance.LOGIT else _Truncated(*limits)


def checked_bounds(method: Distance, bounds: Bounds | None, *, size: int) -> tuple[Floats, Floats] | None:
    """Lower and upper bound of the factor, each f8[1] or f8[size]; None for the methods without bounds.

    InputError unless 0 <= L < 1 < U for logit, and 0 <= L <= 1 <= U with L < U for truncated.
    """
    bounded = method in (Distance.LOGIT, Distance.TRUNCATED)
    if bounded != (bounds is not None):
        raise InputError(
            "bounds",
            expected="a lower and an upper factor" if bounded else f"none for the method {method}",
            got="none" if bounds is None else "bounds",
            hint="The methods logit and truncated take bounds, linear and raking do not.",
        )
    if bounds is None:
        return None
    low, high = (_bound(one, size=size) for one in bounds)
    fits = (low >= 0) & (low < high) & (low <= 1) & (high >= 1) & np.isfinite(high)
    if method is Distance.LOGIT:
        fits = fits & (low < 1) & (high > 1)
    if not bool(np.all(fits)):
        row = int(np.argmin(fits))
        raise InputError(
            "bounds",
            expected="0 <= lower < 1 < upper" if method is Distance.LOGIT else "0 <= lower <= 1 <= upper, not equal",
            got=f"{low[min(row, len(low) - 1)]:g} and {high[min(row, len(high) - 1)]:g}",
            hint="Bounds are factors of the weight before calibration.",
        )
    return low, high


def _bound(given: npt.ArrayLike, *, size: int) -> Floats:
    array = np.atleast_1d(np.asarray(given, dtype=np.float64))
    return floats("bounds", array, size=1 if len(array) == 1 else size)
