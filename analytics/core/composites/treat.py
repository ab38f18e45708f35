"""Outliers of an indicator: found by skewness and kurtosis, taken in by winsorising or else a logarithm."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.composites.columns import UNITS, counts, highest, lowest, power_sums, ratio, table

SKEW, KURTOSIS = 2.0, 3.5  # an indicator beyond both has outliers
MOST_POINTS = 5  # more than these are not outliers but the shape of the indicator
OFFSET = 0.01  # part of the range that keeps the logarithm's argument above 0


class Treated(StrEnum):
    """What was done with an indicator."""

    NONE = "none"
    WINSORISED = "winsorised"
    LOGARITHM = "logarithm"
    FAILED = "failed"  # the logarithm was taken and the indicator is still beyond both limits


@dataclass(frozen=True)
class Treatment:
    """One indicator: what was done, to how many points, and the shape before and after (NaN: too few units)."""

    indicator: str
    treated: Treated
    points: int
    skewness: float
    kurtosis: float
    skewness_after: float
    kurtosis_after: float


def skewness(values: Floats) -> Floats:
    """Unbiased skewness G1 of each column, f8[..., m, k] -> f8[..., 1, k]; NaN below 3 values or without spread.

    sqrt(n (n - 1)) / (n - 2) x m3 / m2^1.5. Source: Joanes & Gill 1998.
    """
    n = counts(values)
    second, third = power_sums(values, 2, 3)
    shape = ratio(third / np.maximum(n, 1), (second / np.maximum(n, 1)) ** 1.5)
    return np.where(n > 2, np.sqrt(n * np.maximum(n - 1, 0)) / np.maximum(n - 2, 1) * shape, np.nan)


def excess_kurtosis(values: Floats) -> Floats:
    """Unbiased excess kurtosis G2 of each column, f8[..., 1, k]; NaN below 4 values or without spread.

    (n - 1) / ((n - 2) (n - 3)) x ((n + 1) (m4 / m2^2 - 3) + 6). Source: Joanes & Gill 1998.
    """
    n = counts(values)
    second, fourth = power_sums(values, 2, 4)
    shape = ratio(fourth * n, second**2) - 3
    scale = (n - 1) / (np.maximum(n - 2, 1) * np.maximum(n - 3, 1))
    return np.where(n > 3, scale * ((n + 1) * shape + 6), np.nan)


def outlying(values: Floats) -> Mask:
    """bool[..., k]: |skewness| above 2 and excess kurtosis above 3.5. Source: JRC practice after Groeneveld 1984."""
    found: Mask = (np.abs(skewness(values)) > SKEW) & (excess_kurtosis(values) > KURTOSIS)
    return found[..., 0, :]


def treat(values: Floats, *, most: int = MOST_POINTS) -> Floats:
    """f8[..., m, k] with the outliers of each column taken in.

    A column with outliers gets its outermost point, on the side of the skewness, set to the next one; then the
    outermost two to the third, up to `most`, until it has none. If that is not enough the original column gets log(x -
    min + 0.01 range), or -log(max - x + 0.01 range) when skewed to the left. Missing cells stay missing. Source: OECD &
    JRC 2008, step 5; Becker, Caperna, Del Sorbo, Norlén, Papadimitriou & Saisana 2022 for the order.
    """
    return _treat(values, most)[0]


def treatments(
    values: Floats, *, names: Sequence[str], most: int = MOST_POINTS
) -> tuple[Floats, tuple[Treatment, ...]]:
    """One table f8[m, k] treated as by `treat`, and what was done with each of the k indicators named."""
    given = table("values", values, indicators=len(names))
    if given.ndim != 2:
        raise InputError("values", expected="one table", got=f"shape {given.shape}", hint="Use treat for many tables.")
    result, points, logged = _treat(given, most)
    left = outlying(result)
    before, after = (skewness(given)[0], excess_kurtosis(given)[0]), (skewness(result)[0], excess_kurtosis(result)[0])
    return result, tuple(
        Treatment(
            indicator=name,
            treated=_treated(int(points[place]), logged=bool(logged[place]), left=bool(left[place])),
            points=int(points[place]),
            skewness=float(before[0][place]),
            kurtosis=float(before[1][place]),
            skewness_after=float(after[0][place]),
            kurtosis_after=float(after[1][place]),
        )
        for place, name in enumerate(names)
    )


def _treated(points: int, *, logged: bool, left: bool) -> Treated:
    if logged:
        return Treated.FAILED if left else Treated.LOGARITHM
    return Treated.WINSORISED if points else Treated.NONE


def _treat(values: Floats, most: int) -> tuple[Floats, Floats, Mask]:
    """The treated table, the points winsorised f8[..., k] and the columns with a logarithm bool[..., k]."""
    moved = np.moveaxis(values, UNITS, 0)  # m first: a column of any draw is then one column of a flat table
    flat = moved.reshape(values.shape[UNITS], -1)
    result, points = flat.copy(), np.zeros(flat.shape[1])
    open_columns = np.flatnonzero(outlying(flat))
    signs = np.where(skewness(flat[:, open_columns])[0] > 0, 1.0, -1.0)
    for count in range(1, min(most, flat.shape[0] - 1) + 1):
        if not len(open_columns):
            break
        tried = _winsorise(flat[:, open_columns] * signs, count) * signs
        still = outlying(tried)
        done = open_columns[~still]
        result[:, done], points[done] = tried[:, ~still], count
        open_columns, signs = open_columns[still], signs[still]
    result[:, open_columns] = _logarithm(flat[:, open_columns], signs)
    logged = np.zeros(flat.shape[1], dtype=np.bool_)
    logged[open_columns] = True
    shape = moved.shape[1:]
    return np.moveaxis(result.reshape(moved.shape), 0, UNITS), points.reshape(shape), logged.reshape(shape)


def _winsorise(columns: Floats, count: int) -> Floats:
    """The `count` highest values of each column set to the next highest; a column with no more than those stays."""
    filled = np.where(np.isnan(columns), -np.inf, columns)
    limit = -np.sort(-filled, axis=0)[count]
    found: Floats = np.minimum(columns, np.where(np.isneginf(limit), np.inf, limit))
    return found


def _logarithm(columns: Floats, signs: Floats) -> Floats:
    turned = columns * signs
    bottom, top = lowest(turned), highest(turned)
    found: Floats = signs * np.log(turned - bottom + OFFSET * (top - bottom))
    return found
