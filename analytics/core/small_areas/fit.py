"""The area model of Fay and Herriot: y_a = x_a'beta + v_a + e_a, with the variance A of v fitted by three methods."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize

from analytics.core.arrays import Floats, InputError, floats, positive

STEPS = 500
NEAR = 1e-3  # relative step of A at which scoring is near the root
PRECISE = 1e-13  # relative error of A
NEGLIGIBLE = 1e-10  # A below this part of the median sampling variance is 0


class FitMethod(StrEnum):
    """reml: restricted likelihood, the default. ml: likelihood. moment: the equation of Fay and Herriot."""

    REML = "reml"
    ML = "ml"
    MOMENT = "moment"


@dataclass(frozen=True, eq=False)
class Fit:
    """variance A (0: the model leaves nothing to areas), coefficients f8[p], their covariance f8[p, p] = (X'V^-1X)^-1.

    variance_of_variance: asymptotic variance of A; bias_of_variance: its asymptotic bias (0 for reml).
    log_likelihood: the full one at this A. areas: m. steps: of the iteration.
    """

    method: FitMethod
    variance: float
    coefficients: Floats
    coefficient_covariance: Floats
    variance_of_variance: float
    bias_of_variance: float
    log_likelihood: float
    areas: int
    steps: int

    @property
    def at_zero(self) -> bool:
        """Whether A is 0: every prediction is then the synthetic x'beta."""
        return self.variance == 0


@dataclass(frozen=True, eq=False)
class _Areas:
    """direct y f8[m], x f8[m, p], sampling variances d f8[m]."""

    y: Floats
    x: Floats
    d: Floats


@dataclass(frozen=True, eq=False)
class _State:
    """Generalised least squares at one A: w = 1 / (A + D) f8[m], q = (X'WX)^-1, beta, residuals f8[m]."""

    w: Floats
    q: Floats
    beta: Floats
    r: Floats


def fit(
    direct: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    sampling_variances: npt.ArrayLike,
    method: FitMethod = FitMethod.REML,
) -> Fit:
    """Fit direct f8[m] on covariates f8[m, p] (with their constant) with known sampling variances f8[m], all above 0.

    REML and ML by Fisher scoring from the median sampling variance with halved steps and a last step by bracketing,
    moment by Newton from 0; cut at 0. InputError on shapes, numbers that are not finite, covariates that determine
    each other, fewer than p + 2 areas or a fit that does not arrive.
    Source: Fay & Herriot 1979; Rao & Molina 2015, sec. 6.1.2; bias Datta & Lahiri 2000, Datta, Rao & Smith 2005.
    """
    areas = _checked(direct, covariates, sampling_variances)
    if method not in list(FitMethod):
        raise InputError("method", expected=f"one of {', '.join(FitMethod)}", got=repr(str(method)), hint="Choose one.")
    variance, steps = _moment(areas) if method is FitMethod.MOMENT else _scored(areas, method)
    if variance < NEGLIGIBLE * float(np.median(areas.d)):
        variance = 0.0
    state = _state(areas, variance)
    spread, bias = _asymptotics(areas, state, method)
    likelihood = -0.5 * float(len(areas.y) * np.log(2 * np.pi) - np.log(state.w).sum() + state.w @ state.r**2)
    return Fit(method, variance, state.beta, state.q, spread, bias, likelihood, len(areas.y), steps)


def _state(areas: _Areas, variance: float) -> _State:
    w = 1.0 / (variance + areas.d)
    q = np.linalg.inv((areas.x * w[:, None]).T @ areas.x)
    beta: Floats = q @ (areas.x.T @ (w * areas.y))
    return _State(w, (q + q.T) / 2, beta, areas.y - areas.x @ beta)


def _scored(areas: _Areas, method: FitMethod) -> tuple[float, int]:
    """Scoring until it is near, then the root of the score by bracketing: scoring alone may creep at the end."""
    nothing = NEGLIGIBLE * float(np.median(areas.d))
    variance = float(np.median(areas.d))
    level = _criterion(areas, variance, method)
    for step in range(1, STEPS + 1):
        wanted = max(variance + _score_step(areas, variance, method), 0.0)
        wanted, reached = _halved(lambda at: _criterion(areas, at, method), variance, wanted, level)
        near = abs(wanted - variance) <= NEAR * variance
        variance, level = wanted, reached
        if variance <= nothing:
            variance = 0.0
            if _score_step(areas, variance, method) <= 0:
                return 0.0, step
        elif near:
            return _root(lambda at: _score_step(areas, at, method), variance, nothing, method), step
    raise _no_arrival(method)


def _root(score: Callable[[float], float], start: float, nothing: float, method: FitMethod) -> float:
    """The root of the score nearest to start: the bracket is widened until the score changes its sign."""
    width = NEAR
    for _ in range(40):
        low, high = start / (1 + width), start * (1 + width)
        if low <= nothing:
            low = 0.0
        at_low, at_high = score(low), score(high)
        if at_low > 0 > at_high:
            return float(optimize.brentq(score, low, high, xtol=1e-300, rtol=PRECISE))
        if at_low == 0 or (low == 0 and at_low < 0):
            return low
        if at_high == 0:
            return high
        width *= 2
    raise _no_arrival(method)


def _halved(criterion: Callable[[float], float], start: float, wanted: float, level: float) -> tuple[float, float]:
    """The full step, or the first of its halves that does not lower the criterion by more than rounding."""
    allowed = level - 1e-12 * max(1.0, abs(level))
    for _ in range(40):
        reached = criterion(wanted)
        if reached >= allowed:
            return wanted, reached
        wanted = (start + wanted) / 2
    return start, level


def _criterion(areas: _Areas, variance: float, method: FitMethod) -> float:
    state = _state(areas, variance)
    found = float(np.log(state.w).sum() - state.w @ state.r**2) / 2
    if method is FitMethod.REML:
        found += float(np.linalg.slogdet(state.q)[1]) / 2
    return found


def _score_step(areas: _Areas, variance: float, method: FitMethod) -> float:
    """Score over information of A; traces of P = W - W X Q X' W without forming it."""
    state = _state(areas, variance)
    w, wr = state.w, state.w * state.r
    if method is FitMethod.ML:
        return float(wr @ wr - w.sum()) / float(w @ w)
    second = state.q @ ((areas.x * (w**2)[:, None]).T @ areas.x)
    third = state.q @ ((areas.x * (w**3)[:, None]).T @ areas.x)
    trace = float(w.sum() - np.trace(second))
    information = float(w @ w - 2 * np.trace(third) + np.trace(second @ second))
    return (float(wr @ wr) - trace) / information


def _moment(areas: _Areas) -> tuple[float, int]:
    """Root of sum r^2 / (A + D) = m - p; the left side falls in A and is convex, so Newton from 0 cannot overshoot."""
    m, p = areas.x.shape
    variance = 0.0
    for step in range(1, STEPS + 1):
        state = _state(areas, variance)
        excess = float(state.w @ state.r**2) - (m - p)
        if step == 1 and excess <= 0:
            return 0.0, step
        move = excess / float(state.w**2 @ state.r**2)
        variance = max(variance + move, 0.0)
        if move <= PRECISE * variance:  # also a step back, which only rounding can make
            return variance, step
    raise _no_arrival(FitMethod.MOMENT)


def _asymptotics(areas: _Areas, state: _State, method: FitMethod) -> tuple[float, float]:
    w, m = state.w, len(areas.y)
    first, second = float(w.sum()), float(w @ w)
    if method is FitMethod.MOMENT:
        return 2 * m / first**2, 2 * (m * second - first**2) / first**3
    if method is FitMethod.REML:
        return 2 / second, 0.0
    lost = float(np.trace(state.q @ ((areas.x * (w**2)[:, None]).T @ areas.x)))
    return 2 / second, -lost / second


def _checked(direct: npt.ArrayLike, covariates: npt.ArrayLike, variances: npt.ArrayLike) -> _Areas:
    y = floats("direct", direct)
    x = np.array(covariates, dtype=np.float64)
    if x.ndim != 2 or len(x) != len(y) or not bool(np.isfinite(x).all()):
        raise InputError(
            "covariates", expected=f"finite numbers, {len(y)} areas x columns", got=f"shape {x.shape}",
            hint="One row an area, the constant included, no gaps.",
        )  # fmt: skip
    if not bool(np.isfinite(y).all()):
        raise InputError(
            "direct", expected="a finite estimate of each area", got=f"{y[~np.isfinite(y)][0]}",
            hint="An area without sample is predicted, not fitted.",
        )  # fmt: skip
    if len(y) < x.shape[1] + 2:
        raise InputError(
            "direct", expected=f"at least {x.shape[1] + 2} areas", got=str(len(y)), hint="Use fewer covariates."
        )
    d = positive(
        "sampling_variances", variances,
        hint="Smooth them first; an area of which everybody answered is known and stays out of the model.",
    )  # fmt: skip
    if len(d) != len(y):
        raise InputError("sampling_variances", expected=f"{len(y)} values", got=str(len(d)), hint="One an area.")
    scaled = x / np.where((norm := np.sqrt((x**2).sum(axis=0))) > 0, norm, 1.0)
    weak = np.abs(np.diag(np.linalg.qr(scaled)[1])) < 1e-9
    if bool(weak.any()):
        raise InputError(
            "covariates", expected="columns that do not determine each other",
            got=f"column {int(np.argmax(weak))}, which follows from those before it", hint="Leave it out.",
        )  # fmt: skip
    return _Areas(y, x, d)


def _no_arrival(method: FitMethod) -> InputError:
    return InputError(
        "direct", expected="estimates for which the fit arrives", got=f"no end of {method} after {STEPS} steps",
        hint="Look for an area with an extreme value or variance.",
    )  # fmt: skip
