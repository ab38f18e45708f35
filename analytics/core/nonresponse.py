"""Non-response openly: late answerers, level of effort, what non-respondents could change, known frame variables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, codes, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, difference, mean, ratio, share
from analytics.core.hypothesis_tests import p_value
from analytics.core.intervals import Interval

Estimator = Callable[[SurveyDesign, npt.ArrayLike, npt.ArrayLike | None], PointEstimate]
DELTAS = (0.0, 0.05, 0.10, 0.15)
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class EarlyLate:
    """Estimates of those who answered before and after a reminder, late minus early, and its two-sided p."""

    early: PointEstimate
    late: PointEstimate
    difference: PointEstimate
    p: float


@dataclass(frozen=True, eq=False)
class EffortTrend:
    """By level of effort: the estimate of those who answered at the level, and of all who had answered until then.

    slope: change of the item for one level more, with its two-sided p; no value with a single level.
    """

    levels: tuple[int, ...]
    at: tuple[PointEstimate, ...]
    until: tuple[PointEstimate, ...]
    slope: PointEstimate
    p: float


@dataclass(frozen=True)
class SensitivityRow:
    """The share if non-respondents' share were `delta` lower, with the sampling interval moved along.

    possible is False, and the numbers NaN, when non-respondents would then have a share outside [0, 1].
    """

    delta: float
    value: float
    low: float
    high: float
    possible: bool


@dataclass(frozen=True)
class SensitivityBand:
    """One row for each assumption, and low..high: all their intervals together."""

    response_rate: float
    rows: tuple[SensitivityRow, ...]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class FrameBias:
    """The mean of a frame variable among all drawn units, those who answered, and in the population (NaN: unknown).

    bias = respondents - sample, in the sample's design, with its two-sided p; standardised: in standard deviations of
    the variable. adjusted: mean with the final weights (NaN without them); left: what it still misses of the
    population, or of the sample where that is unknown.
    """

    population: float
    sample: PointEstimate
    respondents: PointEstimate
    bias: PointEstimate
    p: float
    standardised: float
    adjusted: float
    left: float


def early_late(
    design: SurveyDesign,
    y: npt.ArrayLike,
    *,
    late: npt.ArrayLike,
    domain: npt.ArrayLike | None = None,
    estimator: Estimator = share,
) -> EarlyLate:
    """y f8[n] of those who answered after reminders, late bool[n], against the others, in a domain bool[n].

    Both are domains of one design: their covariance is in the standard error. estimator: share, mean or net_balance.
    A difference says that people who are harder to reach differ; that those who never answered differ the same way is
    an assumption. Source: Armstrong & Overton 1977; Lin & Schaeffer 1995.
    """
    inside = mask("domain", domain, size=design.size)
    after = mask("late", late, size=design.size)
    first, second = estimator(design, y, inside & ~after), estimator(design, y, inside & after)
    gap = difference(design, second, first)
    return EarlyLate(first, second, gap, _p(gap))


def effort_trend(
    design: SurveyDesign,
    y: npt.ArrayLike,
    *,
    effort: npt.ArrayLike,
    domain: npt.ArrayLike | None = None,
    estimator: Estimator = share,
) -> EffortTrend:
    """y f8[n] by level of effort i8[n] (reminders before the answer: 0, 1, 2 ...), in a domain bool[n].

    slope = sum w (e - mean e)(y - mean y) / sum w (e - mean e)^2, linearised as a ratio. Source: Filion 1976;
    Olson 2006; Fuller 1975 for the variance.
    """
    inside = mask("domain", domain, size=design.size)
    levels = codes("effort", effort, size=design.size)
    if int(levels.min()) < 0:
        raise InputError(
            "effort",
            expected="levels from 0",
            got=str(int(levels.min())),
            hint="Count the reminders before the answer.",
        )
    values = floats("y", y, size=design.size)
    used = inside & ~np.isnan(values)
    found = np.unique(levels[used])
    at = tuple(estimator(design, values, inside & (levels == level)) for level in found)
    until = tuple(estimator(design, values, inside & (levels <= level)) for level in found)
    weights = np.where(used, design.weights, 0.0)
    held = float(weights.sum()) or NAN
    x = levels - float((weights * levels).sum()) / held
    centred = values - float((weights[used] * values[used]).sum()) / held
    if not used.any():
        x = np.zeros(design.size)
    slope = ratio(design, x * centred, np.where(used, x**2 if len(found) > 1 else 0.0, np.nan), inside)
    return EffortTrend(tuple(int(one) for one in found), at, until, slope, _p(slope))


def sensitivity_band(
    value: float, interval: Interval, *, response_rate: float, deltas: Sequence[float] = DELTAS
) -> SensitivityBand:
    """share - (1 - r) delta for each delta: non-respondents' share is taken to be delta below respondents'.

    value and delta are shares (0.05 is five points; below 0: higher instead); response_rate r in [0, 1], weighted, of
    the domain of the estimate, and taken as known. Limits are cut at 0 and 1. NaN interval: rows without limits.
    A pattern-mixture model with one number that data cannot tell. Source: Rubin 1977; Little 1993.
    """
    rate = _share("response_rate", response_rate)
    if not len(deltas) or not all(-1 <= one <= 1 for one in deltas):
        raise InputError(
            "deltas", expected="shares between -1 and 1", got=str(list(deltas)), hint="Five points are 0.05."
        )
    middle = value if np.isnan(value) else _share("value", value)
    rows = tuple(_row(middle, interval, rate=rate, delta=float(one)) for one in deltas)
    low = min((row.low for row in rows if not np.isnan(row.low)), default=NAN)
    high = max((row.high for row in rows if not np.isnan(row.high)), default=NAN)
    return SensitivityBand(rate, rows, low, high)


def tipping_point(value: float, other: float, *, response_rate: float) -> float:
    """The delta at which the share equals `other`, say that of the wave before; infinite when everybody answered.

    Beyond 1 in size no behaviour of non-respondents can close the gap. Source: as `sensitivity_band`.
    """
    rate = _share("response_rate", response_rate)
    gap = value - other
    if rate == 1:
        return float(np.copysign(np.inf, gap)) if gap else 0.0
    return gap / (1 - rate)


def frame_bias(
    sample: SurveyDesign,
    x: npt.ArrayLike,
    *,
    responded: npt.ArrayLike,
    final_weights: npt.ArrayLike | None = None,
    population: float | None = None,
) -> FrameBias:
    """A variable x f8[m] that is known for every drawn unit; for a category pass its 0 and 1.

    sample: the design of all drawn units with their design weights. responded bool[m]. final_weights f8[m]: after all
    adjustments, 0 for who did not answer. population: the mean in the frame. The p takes who answered as given and is
    one of the drawing: in a census there is none, the bias is a fact. Source: Särndal & Lundström 2005, ch. 2 and 9.
    """
    values = floats("x", x, size=sample.size)
    if not bool(np.isfinite(values).all()):
        row = int(np.argmin(np.isfinite(values)))
        raise InputError(
            "x", expected="a finite value for every drawn unit", got=f"{values[row]} in row {row}",
            hint="Only what the frame knows of everybody shows who is missing.",
        )  # fmt: skip
    answered = mask("responded", responded, size=sample.size)
    everybody, some = mean(sample, values), mean(sample, values, answered)
    gap = difference(sample, some, everybody)
    spread = _deviation(sample.weights, values)
    known = NAN if population is None else float(population)
    adjusted = NAN if final_weights is None else _adjusted(values, floats("final_weights", final_weights), answered)
    return FrameBias(
        population=known, sample=everybody, respondents=some, bias=gap, p=_p(gap),
        standardised=gap.value / spread if spread > 0 else NAN, adjusted=adjusted,
        left=adjusted - (everybody.value if np.isnan(known) else known),
    )  # fmt: skip


def _row(value: float, interval: Interval, *, rate: float, delta: float) -> SensitivityRow:
    if np.isnan(value) or (rate < 1 and not 0 <= value - delta <= 1):
        return SensitivityRow(delta, NAN, NAN, NAN, possible=bool(np.isnan(value)))
    moved = (1 - rate) * delta
    low, high = (float(np.clip(limit - moved, 0.0, 1.0)) for limit in (interval.low, interval.high))
    return SensitivityRow(delta, value - moved, low, high, possible=True)


def _share(parameter: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise InputError(parameter, expected="a share between 0 and 1", got=str(value), hint="Half of them is 0.5.")
    return float(value)


def _p(estimate: PointEstimate) -> float:
    if not estimate.standard_error > 0 or not estimate.df > 0:
        return NAN
    return float(p_value(estimate.value / estimate.standard_error, estimate.df))


def _deviation(weights: Floats, values: Floats) -> float:
    middle = np.average(values, weights=weights)
    return float(np.sqrt(np.average((values - middle) ** 2, weights=weights)))


def _adjusted(values: Floats, weights: Floats, answered: npt.NDArray[np.bool_]) -> float:
    fits = len(weights) == len(values) and bool(np.all((weights > 0) == answered))
    if not fits:
        raise InputError(
            "final_weights", expected=f"{len(values)} weights, above 0 where a unit answered and 0 elsewhere",
            got=f"{len(weights)}, {int((weights > 0).sum())} above 0 for {int(answered.sum())} answers",
            hint="Pass the weights of all drawn units.",
        )  # fmt: skip
    return float((weights * values).sum() / weights.sum())
