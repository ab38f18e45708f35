"""Benchmarking: area figures moved so that they add up to the direct figure of the whole."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, floats, mask

ADDS_TO_ONE = 1e-9


class BenchmarkMethod(StrEnum):
    """ratio: all multiplied by one number. difference: one number added to all."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


def benchmark(
    estimates: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    national: float,
    method: BenchmarkMethod = BenchmarkMethod.RATIO,
    fixed: npt.ArrayLike | None = None,
) -> Floats:
    """Estimates f8[M] moved so that sum weights x estimates = national; weights f8[M], population shares that add to 1.

    fixed bool[M]: figures that stay, as known ones. InputError on shapes, weights, or when nothing can be moved.
    Source: Rao & Molina 2015, sec. 6.4.6; Steorts & Ghosh 2013.
    """
    values = floats("estimates", estimates)
    parts = floats("weights", weights, size=len(values))
    stays = mask("fixed", np.zeros(len(values), dtype=np.bool_) if fixed is None else fixed, size=len(values))
    if not bool(np.all(parts >= 0)) or abs(float(parts.sum()) - 1) > ADDS_TO_ONE:
        raise InputError(
            "weights", expected="shares of the population that add to 1", got=f"a sum of {float(parts.sum()):g}",
            hint="Divide the frame's units of each area by all units; leave no area out.",
        )  # fmt: skip
    if not (np.isfinite(national) and bool(np.isfinite(values).all())):
        raise InputError("national", expected="finite figures", got=str(national), hint="Estimate the whole first.")
    if method not in list(BenchmarkMethod):
        raise InputError(
            "method", expected=f"one of {', '.join(BenchmarkMethod)}", got=repr(str(method)), hint="Choose one."
        )
    moving = np.where(stays, 0.0, parts)
    wanted = national - float((parts * values)[stays].sum())
    by = moving * values if method is BenchmarkMethod.RATIO else moving
    if not float(by.sum()) > 0:
        raise InputError(
            "estimates", expected="figures that can be moved", got="none", hint="Use the difference, or free an area."
        )
    if method is BenchmarkMethod.RATIO:
        moved = values * (wanted / float(by.sum()))
    else:
        moved = values + (wanted - float(moving @ values)) / float(by.sum())
    return np.where(stays, values, moved)
