"""Checks and sums over the columns of units x indicators, with missing cells left out; leading axes are draws."""

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError

UNITS = -2  # the axis of units; indicators are the last axis, draws come before both


def table(parameter: str, values: npt.ArrayLike, *, indicators: int | None = None) -> Floats:
    """f8[..., m, k], NaN where a unit has no value. InputError on shape, type and infinite numbers."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(parameter, expected="numbers", got=repr(error), hint="Leave a missing cell NaN.") from None
    if array.ndim < 2 or 0 in array.shape or (indicators is not None and array.shape[-1] != indicators):
        columns = "indicators" if indicators is None else f"{indicators} indicators"
        raise InputError(
            parameter,
            expected=f"units x {columns}",
            got=f"shape {array.shape}",
            hint="Rows are units, columns the indicators of the structure in its order.",
        )
    if bool(np.isinf(array).any()):
        raise InputError(parameter, expected="finite numbers or NaN", got="infinity", hint="Trace the division by 0.")
    return array


def counts(values: Floats) -> Floats:
    """f8[..., 1, k], cells with a value in each column."""
    found: Floats = np.sum(~np.isnan(values), axis=UNITS, keepdims=True, dtype=np.float64)
    return found


def means(values: Floats) -> Floats:
    """f8[..., 1, k], NaN for a column without a value."""
    n = counts(values)
    total = np.sum(np.where(np.isnan(values), 0.0, values), axis=UNITS, keepdims=True)
    return ratio(total, n)


def power_sums(values: Floats, *powers: int) -> tuple[Floats, ...]:
    """Sums of powers of the distances from the column's mean, each f8[..., 1, k]."""
    distance = values - means(values)
    distance = np.where(np.isnan(distance), 0.0, distance)
    return tuple(np.sum(distance**power, axis=UNITS, keepdims=True) for power in powers)


def lowest(values: Floats) -> Floats:
    """f8[..., 1, k], the smallest value of each column; NaN for a column without a value."""
    found: Floats = np.fmin.reduce(values, axis=UNITS, keepdims=True)
    return found


def highest(values: Floats) -> Floats:
    """f8[..., 1, k], the largest value of each column; NaN for a column without a value."""
    found: Floats = np.fmax.reduce(values, axis=UNITS, keepdims=True)
    return found


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0 or missing."""
    usable = below != 0
    return np.where(usable, above, np.nan) / np.where(usable, below, 1.0)
