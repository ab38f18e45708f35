"""Weights cut at limits, what was cut given to the others, and the totals met again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats
from analytics.core.calibration import Calibrated, calibrate, checked_weights
from analytics.core.distances import Distance
from analytics.core.margins import AGREE, Term
from analytics.core.weights import kish_effect


@dataclass(frozen=True, eq=False)
class Trimmed:
    """weights f8[n] inside the limits with the sum of each group kept; at_lower and at_upper bool[n].

    factors f8[G]: what the weights between the limits were multiplied by. Kish's effect before and after.
    """

    weights: Floats
    at_lower: Mask
    at_upper: Mask
    factors: Floats
    kish_before: float
    kish_after: float


@dataclass(frozen=True, eq=False)
class TrimmedCalibration:
    """The two steps: `calibrated.before` are the weights of `trimmed`."""

    trimmed: Trimmed
    calibrated: Calibrated


def trim(weights: Floats, *, upper: npt.ArrayLike, lower: npt.ArrayLike = 0.0, groups: Codes | None = None) -> Trimmed:
    """clip(c w, lower, upper) with the c of each group that keeps the group's sum of weights.

    weights f8[n]; upper and lower in the unit of weights, numbers or f8[n]; groups i8[n], codes from 0 (None: one).
    So what is cut goes to the weights between the limits in proportion to them, until none is outside. Trimming
    trades bias for variance: it leaves estimates biased where the trimmed units differ.
    InputError, naming the group, when its sum does not fit between the limits. Source: Potter 1990.
    """
    before = checked_weights(weights)
    low, high = _limits(lower, upper, size=len(before))
    places = np.zeros(len(before), dtype=np.int64) if groups is None else codes("groups", groups, size=len(before))
    if int(places.min()) < 0:
        raise InputError(
            "groups", expected="codes from 0", got=str(int(places.min())), hint="Give every respondent a group."
        )
    factors = np.full(int(places.max()) + 1, np.nan)
    for group in np.unique(places):
        rows = np.flatnonzero(places == group)
        factors[group] = _factor(before[rows], low[rows], high[rows], group=int(group))
    moved = before * factors[places]
    after = np.clip(moved, low, high)
    after.setflags(write=False)
    return Trimmed(after, moved < low, moved > high, factors, kish_effect(before), kish_effect(after))


def trim_and_calibrate(
    weights: Floats,
    terms: Sequence[Term],
    *,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    groups: Codes | None = None,
) -> TrimmedCalibration:
    """Weights inside the limits that reproduce the terms: `trim`, then truncated calibration within the same limits.

    lower must be above 0. The weights before calibration, whose residuals make the variance, are the trimmed ones.
    InputError, naming the term, when no weights inside the limits meet the totals.
    """
    cut = trim(weights, upper=upper, lower=lower, groups=groups)
    low, high = _limits(lower, upper, size=len(cut.weights))
    bounds = (np.minimum(low / cut.weights, 1.0), np.maximum(high / cut.weights, 1.0))
    return TrimmedCalibration(cut, calibrate(cut.weights, terms, method=Distance.TRUNCATED, bounds=bounds))


def _limits(lower: npt.ArrayLike, upper: npt.ArrayLike, *, size: int) -> tuple[Floats, Floats]:
    low, high = (
        np.full(size, float(one)) if isinstance(one, int | float) else floats(name, one, size=size)
        for name, one in (("lower", lower), ("upper", upper))
    )
    fits = (low >= 0) & (low < high) & np.isfinite(high)
    if not bool(fits.all()):
        row = int(np.argmin(fits))
        raise InputError(
            "upper", expected="limits with 0 <= lower < upper", got=f"{low[row]:g} and {high[row]:g} in row {row}",
            hint="Limits are weights, not factors.",
        )  # fmt: skip
    return low, high


def _factor(weights: Floats, low: Floats, high: Floats, *, group: int) -> float:
    """The root of sum clip(c w, low, high) = sum w: rising and made of straight pieces, so found exactly."""
    target = float(weights.sum())
    least, most = float(low.sum()), float(high.sum())
    if not least * (1 - AGREE) <= target <= most * (1 + AGREE):
        raise InputError(
            "upper", expected=f"limits whose sums enclose {target:.6g} in group {group}",
            got=f"{least:.6g} to {most:.6g}", hint="Widen the limits, or trim over larger groups.",
        )  # fmt: skip
    if bool(np.all((weights >= low) & (weights <= high))):
        return 1.0
    breaks = np.concatenate([low / weights, high / weights])
    order = np.argsort(breaks, kind="stable")
    breaks = breaks[order]
    slopes = np.cumsum(np.concatenate([weights, -weights])[order])
    reached = least + np.concatenate([[0.0], np.cumsum(slopes[:-1] * np.diff(breaks))])
    at = max(int(np.searchsorted(reached, target, side="right")) - 1, 0)
    if at >= len(breaks) - 1:
        return float(breaks[-1])
    return float(min(breaks[at] + (target - reached[at]) / slopes[at], breaks[at + 1]))
