"""The trend of one figure over several waves, by generalised least squares on the wave estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Codes, Floats, InputError, floats
from analytics.core.change import WavePart, wave_covariance
from analytics.core.estimates import PointEstimate
from analytics.core.hypothesis_tests import p_value
from analytics.core.intervals import NO_SPREAD, quantile

FEWEST = 3
SINGULAR = 1e-12  # a covariance whose correlations have a smaller root is not inverted


class TrendFlag(StrEnum):
    FEW_WAVES = "few_waves"  # fewer than three waves with a value and a standard error: no trend
    SINGULAR_COVARIANCE = "singular_covariance"  # waves without sampling error, or that determine each other: no trend
    NO_SLOPE = "no_slope"  # every wave stands alone between breaks: no trend
    NO_CHECK = "no_check"  # as many waves as coefficients: the line fits whatever the figures are
    WAVES_LEFT_OUT = "waves_left_out"  # waves without a value or standard error
    LEVEL_SHIFT = "level_shift"  # the level may jump at a break, so that only changes inside segments count


@dataclass(frozen=True, eq=False)
class Trend:
    """One slope per year, and a level for each segment between breaks.

    slope and its standard_error, low, high (by t with df, normal when infinite), p of "no slope". levels f8[s]: the
    line of each segment at the mean time of all waves used. fitted, fitted_error, band_low and band_high f8[k]: the
    line at each wave; NaN for waves left out. segments i8[k] (-1: left out). chi2 of lack of fit on degrees_of_fit
    (waves minus coefficients) and its p_fit: small means that no straight line carries the figures. NaN where
    undefined; flags say why.
    """

    slope: float
    standard_error: float
    df: float
    low: float
    high: float
    p: float
    levels: Floats
    segments: Codes
    fitted: Floats
    fitted_error: Floats
    band_low: Floats
    band_high: Floats
    chi2: float
    degrees_of_fit: int
    p_fit: float
    flags: frozenset[TrendFlag]


def waves_covariance(parts: Sequence[WavePart], estimates: Sequence[PointEstimate]) -> Floats:
    """Covariance matrix f8[k, k] of one figure in k waves: own variances, and panel covariances of every two waves.

    Strata codes must mean the same in all waves (`cross_strata` takes any number). A covariance beyond what both
    variances allow is left out, as `change` does. NaN in the rows of waves without a standard error. A standard error
    that is rounding alone (all answers alike) counts as 0, so that the wave gets no weight without bounds in a line.
    Source: as `change.wave_covariance`.
    """
    if len(parts) != len(estimates):
        raise InputError(
            "estimates",
            expected=f"one for each of the {len(parts)} waves",
            got=str(len(estimates)),
            hint="Pass waves and estimates in the same order.",
        )
    found = np.diag([0.0 if one.standard_error <= NO_SPREAD else one.variance for one in estimates])
    for row, one in enumerate(estimates):
        for column, other in enumerate(estimates[:row]):
            shared, _ = wave_covariance(parts[row], one.influence, parts[column], other.influence)
            if np.isnan(found[row, row] * found[column, column]):
                shared = float("nan")
            elif abs(shared) > float(np.sqrt(found[row, row] * found[column, column])):
                shared = 0.0
            found[row, column] = found[column, row] = shared
    return found


def trend(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    years: npt.ArrayLike,
    breaks: Sequence[int] = (),
    df: float = float("inf"),
    confidence: float = 0.95,
) -> Trend:
    """GLS line through estimates f8[k] with covariance f8[k, k] at years f8[k], strictly rising.

    b = (X'V^-1 X)^-1 X'V^-1 y with covariance (X'V^-1 X)^-1; X has the year and one column for each segment. breaks:
    positions of the waves from which the figure is no longer comparable with those before: the level may shift there,
    the slope is one. df: the smallest degrees of freedom of the waves. Waves without value or standard error are left
    out with a flag. chi2 = r'V^-1 r. Undefined with fewer than three waves, a singular covariance, or no two waves in
    one segment. InputError on shapes, years that do not rise, a covariance that is not symmetric, unknown breaks.
    Source: Aitken 1936.
    """
    values = floats("estimates", estimates)
    times = _times(years, len(values))
    matrix = _symmetric(covariance, len(values))
    segments = _segments(breaks, len(values))
    used = ~np.isnan(values) & ~np.isnan(np.diag(matrix))
    segments = np.where(used, segments, -1)
    flags = set() if used.all() else {TrendFlag.WAVES_LEFT_OUT}
    if len(np.unique(segments[used])) > 1:
        flags.add(TrendFlag.LEVEL_SHIFT)
    reason = _undefined(matrix[np.ix_(used, used)], segments[used])
    if reason:
        return _nothing(segments, df, frozenset(flags | {reason}))
    return _fitted(values, matrix, times=times, segments=segments, df=df, confidence=confidence, flags=flags)


def _fitted(
    values: Floats,
    matrix: Floats,
    *,
    times: Floats,
    segments: Codes,
    df: float,
    confidence: float,
    flags: set[TrendFlag],
) -> Trend:
    used = segments >= 0
    kinds = np.unique(segments[used])
    design = np.column_stack([times - times[used].mean(), segments[:, None] == kinds]).astype(np.float64)
    x, y = design[used], values[used]
    # whitened by the Cholesky root of V: ordinary least squares of what is left, and no inverse of V is formed
    root = np.linalg.cholesky(matrix[np.ix_(used, used)])
    rotation, triangle = np.linalg.qr(np.linalg.solve(root, x))
    white = np.linalg.solve(root, y)
    back = np.linalg.inv(triangle)
    coefficients, spread = back @ (rotation.T @ white), back @ back.T
    left = white - rotation @ (rotation.T @ white)
    degrees = len(y) - x.shape[1]
    chi2 = float(left @ left) if degrees else float("nan")
    fitted = np.where(used, design @ coefficients, np.nan)
    error = np.where(used, np.sqrt(np.einsum("ij,jk,ik->i", design, spread, design)), np.nan)
    t, slope, slope_error = float(quantile(df, confidence)), float(coefficients[0]), float(np.sqrt(spread[0, 0]))
    return Trend(
        slope=slope, standard_error=slope_error, df=df, low=slope - t * slope_error, high=slope + t * slope_error,
        p=float(p_value(slope / slope_error, df)), levels=coefficients[1:], segments=segments, fitted=fitted,
        fitted_error=error, band_low=fitted - t * error, band_high=fitted + t * error, chi2=chi2,
        degrees_of_fit=degrees, p_fit=float(special.chdtrc(degrees, chi2)) if degrees else float("nan"),
        flags=frozenset(flags if degrees else flags | {TrendFlag.NO_CHECK}),
    )  # fmt: skip


def _undefined(matrix: Floats, segments: Codes) -> TrendFlag | None:
    if len(segments) < FEWEST:
        return TrendFlag.FEW_WAVES
    own = np.diag(matrix)
    if bool(np.isnan(matrix).any()) or not bool(np.all(own > 0)):
        return TrendFlag.SINGULAR_COVARIANCE
    correlation = matrix / np.sqrt(np.outer(own, own))
    if float(np.linalg.eigvalsh(correlation)[0]) < SINGULAR:
        return TrendFlag.SINGULAR_COVARIANCE
    return TrendFlag.NO_SLOPE if len(np.unique(segments)) == len(segments) else None


def _nothing(segments: Codes, df: float, flags: frozenset[TrendFlag]) -> Trend:
    nan, row = float("nan"), np.full(len(segments), np.nan)
    return Trend(
        slope=nan, standard_error=nan, df=df, low=nan, high=nan, p=nan, levels=np.empty(0), segments=segments,
        fitted=row, fitted_error=row, band_low=row, band_high=row, chi2=nan, degrees_of_fit=0, p_fit=nan, flags=flags,
    )  # fmt: skip


def _times(years: npt.ArrayLike, size: int) -> Floats:
    times = floats("years", years, size=size)
    if not bool(np.all(np.isfinite(times)) and np.all(np.diff(times) > 0)):
        raise InputError(
            "years", expected="numbers that rise from wave to wave", got=str(times.tolist()), hint="Sort the waves."
        )
    return times


def _symmetric(covariance: npt.ArrayLike, size: int) -> Floats:
    matrix = np.array(covariance, dtype=np.float64)
    if matrix.shape != (size, size):
        raise InputError(
            "covariance",
            expected=f"a {size} x {size} matrix",
            got=f"shape {matrix.shape}",
            hint="Make it with waves_covariance; independent waves have a diagonal one.",
        )
    if not np.allclose(matrix, matrix.T, rtol=1e-9, atol=0, equal_nan=True):
        raise InputError(
            "covariance", expected="a symmetric matrix", got="another", hint="Fill both halves with the same numbers."
        )
    return matrix


def _segments(breaks: Sequence[int], size: int) -> Codes:
    found = np.zeros(size, dtype=np.int64)
    for place in breaks:
        if not 0 < place < size:
            raise InputError(
                "breaks",
                expected=f"positions of waves from 1 to {size - 1}",
                got=str(place),
                hint="A break is named by the first wave after it.",
            )
    found[list(set(breaks))] = 1
    return np.cumsum(found)
