"""Shares of areas, from direct figures to rows with interval and flags: smoothing, model, benchmark, rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.intervals import quantile
from analytics.core.small_areas.benchmark import BenchmarkMethod, benchmark
from analytics.core.small_areas.diagnostics import Diagnostics, diagnose
from analytics.core.small_areas.direct import DirectShares, arcsine_variances, smooth_variances
from analytics.core.small_areas.fit import Fit, FitMethod
from analytics.core.small_areas.predict import Predictions, predict

WIDEST_HALF, LARGEST_SHRINKAGE = 0.10, 0.7


class Scale(StrEnum):
    """identity: the share itself, its bounds checked. arcsine: arcsin sqrt(p), which stays inside them."""

    IDENTITY = "identity"
    ARCSINE = "arcsine"


class AreaFlag(StrEnum):
    """What a reader of an area's figure must know."""

    MODEL_BASED = "model_based"  # on every row
    NOT_PUBLIC = "not_public"  # a named municipality: never shown to the public, whatever its precision
    SYNTHETIC = "synthetic"  # the value is the model's alone
    NO_SAMPLE = "no_sample"  # nobody of the area answered
    KNOWN = "known"  # everybody answered: the direct figure stands
    WIDE_INTERVAL = "wide_interval"  # half the interval is above 10 points
    MODEL_DOMINATED = "model_dominated"  # B above .7
    OUT_OF_BOUNDS = "out_of_bounds"  # the figure lies outside 0 to 1
    MSE_UNDEFINED = "mse_undefined"  # no interval


WITHHOLDS = frozenset(
    {AreaFlag.WIDE_INTERVAL, AreaFlag.MODEL_DOMINATED, AreaFlag.OUT_OF_BOUNDS, AreaFlag.MSE_UNDEFINED}
)


@dataclass(frozen=True)
class AreaFigure:
    """One area. direct, direct_error and smoothed_variance are NaN without answers; shares in [0, 1].

    smoothed_variance: D on the scale of the model. eblup: the prediction; benchmarked: moved to the national figure,
    the one to show. mse is that of eblup; low and high lie around benchmarked, cut at 0 and 1; half_width before the
    cut. shrinkage: B, the weight of the model.
    """

    code: str
    n: int
    direct: float
    direct_error: float
    smoothed_variance: float
    eblup: float
    benchmarked: float
    mse: float
    low: float
    high: float
    half_width: float
    shrinkage: float
    flags: frozenset[AreaFlag]

    @property
    def precise(self) -> bool:
        """Half-width at most 10 points and B at most .7, inside the bounds."""
        return not self.flags & WITHHOLDS

    @property
    def public(self) -> bool:
        """Whether the row may be published: precise, and not of a named municipality."""
        return self.precise and AreaFlag.NOT_PUBLIC not in self.flags


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """A row for each area in the order given, the model and what speaks for or against it, and the scale it used."""

    figures: tuple[AreaFigure, ...]
    fit: Fit
    diagnostics: Diagnostics
    scale: Scale


@dataclass(frozen=True, eq=False)
class _Shares:
    """Predictions as shares f8[M]: value, mse, interval before the benchmark and its cut; outside bool[M] the scale."""

    values: Floats
    mse: Floats
    low: Floats
    high: Floats
    outside: Mask


@dataclass(frozen=True, eq=False)
class _Made:
    """All that the rows are read from, each f8[M]."""

    direct: DirectShares
    variances: Floats
    predictions: Predictions
    shares: _Shares
    moved: Floats


def small_area_shares(
    direct: DirectShares,
    *,
    codes: Sequence[str],
    covariates: npt.ArrayLike,
    pooled_shares: npt.ArrayLike,
    design_effect: float,
    population_shares: npt.ArrayLike,
    national: float,
    named: bool,
    scale: Scale = Scale.IDENTITY,
    method: FitMethod = FitMethod.REML,
    benchmarking: BenchmarkMethod = BenchmarkMethod.RATIO,
    confidence: float = 0.95,
) -> SmallAreas:
    """Rows of M areas, named by codes, from their direct shares and covariates f8[M, p] (with the constant).

    pooled_shares (one or f8[M]) and design_effect smooth the variances; population_shares f8[M] and the direct
    national figure are the benchmark. named: the areas are named municipalities (or other named bodies), whose
    figures are never public. Intervals by the normal distribution. Areas without answers get the synthetic value.
    InputError as `smooth_variances`, `predict` and `benchmark`.
    Source: Fay & Herriot 1979; as those functions; publication thresholds are house rules.
    """
    count = len(direct.values)
    if len(codes) != count or len(set(codes)) != count:
        raise InputError(
            "codes", expected=f"{count} different codes", got=f"{len(codes)}, {len(set(codes))} different",
            hint="One for each area, in the order of the direct shares.",
        )  # fmt: skip
    if scale not in list(Scale):
        raise InputError("scale", expected=f"one of {', '.join(Scale)}", got=repr(str(scale)), hint="Choose one.")
    if scale is Scale.ARCSINE:
        variances = arcsine_variances(design_effect=design_effect, answers=direct.answers)
    else:
        variances = smooth_variances(shares=pooled_shares, design_effect=design_effect, answers=direct.answers)
    modelled = np.where(direct.known, np.nan, direct.values)
    if scale is Scale.ARCSINE:
        modelled = np.arcsin(np.sqrt(modelled))
    predictions = predict(modelled, covariates, sampling_variances=variances, method=method)
    z = float(quantile(np.inf, confidence))
    shares = _back(predictions, z) if scale is Scale.ARCSINE else _plain(predictions, z)
    shares = _with_known(shares, direct)
    moved = benchmark(
        shares.values, weights=population_shares, national=national, method=benchmarking, fixed=direct.known
    )
    made = _Made(direct, variances, predictions, shares, moved)
    figures = tuple(_figure(made, area, code=code, named=named) for area, code in enumerate(codes))
    found = diagnose(modelled, sampling_variances=variances, predictions=predictions)
    return SmallAreas(figures, predictions.fit, found, scale)


def _plain(predictions: Predictions, z: float) -> _Shares:
    values, half = predictions.eblup, z * np.sqrt(predictions.mse)
    return _Shares(values, predictions.mse, values - half, values + half, (values < 0) | (values > 1))


def _back(predictions: Predictions, z: float) -> _Shares:
    """Back from arcsin sqrt(p): the mean of sin^2 over N(eblup, v), as sin^2 of the mean is biased; mse by delta.

    E sin^2 = (1 - e^(-2 v) cos(2 m)) / 2, v = A B (A where nobody was sampled).
    """
    middle, half = predictions.eblup, z * np.sqrt(predictions.mse)
    spread = predictions.fit.variance * predictions.shrinkage
    values = (1 - np.exp(-2 * spread) * np.cos(2 * middle)) / 2
    low, high = (np.sin(np.clip(end, 0, np.pi / 2)) ** 2 for end in (middle - half, middle + half))
    return _Shares(values, np.sin(2 * middle) ** 2 * predictions.mse, low, high, (middle < 0) | (middle > np.pi / 2))


def _with_known(shares: _Shares, direct: DirectShares) -> _Shares:
    known, value = direct.known, direct.values
    return replace(
        shares, values=np.where(known, value, shares.values), mse=np.where(known, 0.0, shares.mse),
        low=np.where(known, value, shares.low), high=np.where(known, value, shares.high),
        outside=shares.outside & ~known,
    )  # fmt: skip


def _figure(made: _Made, area: int, *, code: str, named: bool) -> AreaFigure:
    direct, shares = made.direct, made.shares
    known = bool(direct.known[area])
    value, shift = float(made.moved[area]), float(made.moved[area] - shares.values[area])
    half = float(shares.high[area] - shares.low[area]) / 2
    shrinkage = 0.0 if known else float(made.predictions.shrinkage[area])
    holds = {
        AreaFlag.MODEL_BASED: True,
        AreaFlag.NOT_PUBLIC: named,
        AreaFlag.SYNTHETIC: not known and shrinkage == 1,
        AreaFlag.NO_SAMPLE: int(direct.answers[area]) == 0,
        AreaFlag.KNOWN: known,
        AreaFlag.WIDE_INTERVAL: half > WIDEST_HALF,
        AreaFlag.MODEL_DOMINATED: shrinkage > LARGEST_SHRINKAGE,
        AreaFlag.OUT_OF_BOUNDS: bool(shares.outside[area]) or not 0 <= value <= 1,
        AreaFlag.MSE_UNDEFINED: bool(np.isnan(shares.mse[area])),
    }
    low, high = (float(np.clip(end[area] + shift, 0, 1)) for end in (shares.low, shares.high))
    return AreaFigure(
        code=code, n=int(direct.answers[area]), direct=float(direct.values[area]),
        direct_error=float(direct.standard_errors[area]), smoothed_variance=float(made.variances[area]),
        eblup=float(shares.values[area]), benchmarked=value, mse=float(shares.mse[area]), low=low, high=high,
        half_width=half, shrinkage=shrinkage, flags=frozenset(flag for flag, held in holds.items() if held),
    )  # fmt: skip
