"""Filling missing cells of units x indicators by a mean or median, of all units or of the unit's group."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, codes
from analytics.core.composites.columns import UNITS, means


class Imputation(StrEnum):
    """What stands in for a missing cell: nothing, or a figure of the indicator over all units or the unit's group."""

    NONE = "none"
    MEAN = "mean"
    MEDIAN = "median"
    GROUP_MEAN = "group_mean"
    GROUP_MEDIAN = "group_median"


GROUPED = (Imputation.GROUP_MEAN, Imputation.GROUP_MEDIAN)


def impute(values: Floats, how: Imputation, *, groups: npt.ArrayLike | None = None) -> Floats:
    """values f8[..., m, k] with missing cells filled; groups i8[m] for the group forms.

    A cell stays NaN when nobody in the group (or at all) has a value. Source: OECD & JRC 2008, step 3.
    InputError when a group form comes without groups.
    """
    how = Imputation(how)
    if how is Imputation.NONE:
        return values
    middle = means if how in (Imputation.MEAN, Imputation.GROUP_MEAN) else _medians
    if how not in GROUPED:
        return np.where(np.isnan(values), middle(values), values)
    result = values.copy()
    group = _groups(groups, values.shape[UNITS])
    for code in np.unique(group):
        rows = np.flatnonzero(group == code)
        part = values[..., rows, :]
        result[..., rows, :] = np.where(np.isnan(part), middle(part), part)
    return result


def _medians(values: Floats) -> Floats:
    """f8[..., 1, k]: NaN are sorted behind the values, so that the middle of the others is found by their count."""
    ordered = np.sort(values, axis=UNITS)
    n = np.sum(~np.isnan(values), axis=UNITS, keepdims=True)
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    high = np.minimum(high, values.shape[UNITS] - 1)
    pair = np.take_along_axis(ordered, low, axis=UNITS) + np.take_along_axis(ordered, high, axis=UNITS)
    return np.where(n > 0, pair / 2, np.nan)


def _groups(groups: npt.ArrayLike | None, size: int) -> Codes:
    if groups is None:
        raise InputError(
            "groups", expected="the group of each unit", got="None", hint="Give groups, or impute by the overall mean."
        )
    return codes("groups", groups, size=size)
