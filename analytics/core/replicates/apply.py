"""Estimates in every replicate, and the variance that follows from them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, mask, sums
from analytics.core.design import SurveyDesign
from analytics.core.replicates.balanced import balanced_factors
from analytics.core.replicates.jackknife import jackknife_factors, jackknife_totals
from analytics.core.replicates.plan import Centre, Kind, Replicates, blocks, two_stages
from analytics.core.replicates.rescaling import bootstrap_factors, bootstrap_totals

Estimator = Callable[[Floats], npt.ArrayLike]
Reweigh = Callable[[Floats], Floats]

JACKKNIVES = (Kind.JK1, Kind.JKN)


class ReplicateFlag(StrEnum):
    UNDEFINED_REPLICATE = "undefined_replicate"  # without a value in some replicate: no standard error
    UNDEFINED = "undefined"  # no value with the full weights
    NO_DEGREES = "no_degrees_of_freedom"  # no variance can be measured
    KNOWN = "known"  # every unit observed: no sampling error, and no replicate


@dataclass(frozen=True, eq=False)
class ReplicateEstimates:
    """k estimates: value f8[k] with the full weights, thetas f8[R, k] in the replicates, covariance f8[k, k].

    df: degrees of freedom of the replicate design. centre: what covariance was taken around. undefined i8[k]: in how
    many replicates each has no value; then, and without a value, its row of the covariance is NaN. flags, one set each.
    """

    value: Floats
    thetas: Floats
    covariance: Floats
    df: int
    centre: Centre
    undefined: npt.NDArray[np.int64]
    flags: tuple[frozenset[ReplicateFlag], ...]

    @property
    def standard_errors(self) -> Floats:
        """f8[k]."""
        found: Floats = np.sqrt(np.diag(self.covariance))
        return found


def apply(
    design: SurveyDesign, function: Estimator, replicates: Replicates, *, reweigh: Reweigh | None = None
) -> ReplicateEstimates:
    """function(weights f8[n]) -> one number or f8[k], with the full weights and in every replicate.

    reweigh(weights f8[n]) -> f8[n] repeats the steps that made the weights (non-response, calibration), on the full
    weights too. It begins from the weights before calibration where the design has one; such a design without
    reweigh is an InputError, as replicates of calibrated weights know nothing of the margins. To repeat non-response
    steps, make design and replicates from all drawn units and let reweigh give 0 to those who did not answer.
    """
    start = starting_weights(design, reweigh)
    value = _evaluated(function, _reweighed(start, reweigh))
    found = [estimate_block(design, function, replicates, rows=rows, reweigh=reweigh) for rows in _blocks(replicates)]
    thetas = np.concatenate(found) if found else np.empty((0, len(value)))
    if thetas.shape[1] != len(value):
        raise InputError(
            "function",
            expected=f"{len(value)} values in every replicate",
            got=f"{thetas.shape[1]}",
            hint="Give NaN for what a replicate leaves undefined.",
        )
    return summed_up(replicates, thetas, value)


def estimate_block(
    design: SurveyDesign,
    function: Estimator,
    replicates: Replicates,
    *,
    rows: range,
    reweigh: Reweigh | None = None,
) -> Floats:
    """The estimates f8[len(rows), k] of one block; blocks made anywhere, joined in order, are what `apply` makes."""
    start = starting_weights(design, reweigh)
    made = weight_block(design, replicates, rows, start=start)
    return np.stack([_evaluated(function, _reweighed(one, reweigh)) for one in made])


def weight_block(design: SurveyDesign, replicates: Replicates, rows: range, *, start: Floats | None = None) -> Floats:
    """Replicate weights f8[len(rows), n] of these replicates: `start` (the design's weights) times factors."""
    made = factors(design, replicates, rows)
    if design.psu is not None and not _by_row(design, replicates):
        made = made[:, design.psus]
    made *= design.weights if start is None else start
    return made


def factors(design: SurveyDesign, replicates: Replicates, rows: range) -> Floats:
    """Factors of the weights in these replicates, f8[len(rows), P]; by row, f8[len(rows), n], in a two-stage bootstrap.

    InputError for another design's replicates, and for rows outside 0..R-1.
    """
    replicates.check(design)
    if rows.step != 1 or rows.start < 0 or rows.stop > replicates.count:
        raise InputError(
            "rows", expected=f"a range inside 0..{replicates.count}", got=str(rows), hint="Take one of blocks(count)."
        )
    if replicates.kind in JACKKNIVES:
        return jackknife_factors(design, replicates, rows)
    if replicates.kind is Kind.BOOTSTRAP:
        return bootstrap_factors(design, replicates, rows)
    return balanced_factors(design, replicates, rows)


def apply_means(
    design: SurveyDesign, values: npt.ArrayLike, replicates: Replicates, *, domain: npt.ArrayLike | None = None
) -> ReplicateEstimates:
    """Weighted means of k items in every replicate, by matrix products over PSU totals: as `apply`, much faster.

    values f8[n, k] (NaN: no answer), among the rows of the domain bool[n] who answered. InputError for a design with
    calibration, which has to be repeated: use apply with reweigh. df counts the PSUs and strata of the domain.
    """
    inside = mask("domain", domain, size=design.size)
    starting_weights(design, None)
    columns, base = _totals_of_means(design, values, inside)
    by_replicate, whole, k = _replicate_totals(design, replicates, columns), columns.sum(axis=0), len(base)
    found = summed_up(
        replicates, _divided(by_replicate[:, :k], by_replicate[:, base]), _divided(whole[:k], whole[base])
    )
    return replace(found, df=min(found.df, max(design.degf(inside), 0)))


def covariance(replicates: Replicates, thetas: Floats, value: Floats) -> Floats:
    """f8[k, k] = scale * sum of rscales_r (theta_r - c)(theta_r - c)', c by the centre of the replicates.

    thetas f8[R, k], value f8[k] with the full weights. Replicates with rscales 0 do not count in the mean.
    Source: Wolter 2007, ch. 3-5; Rust & Rao 1996.
    """
    if thetas.shape != (replicates.count, len(value)):
        raise InputError(
            "thetas",
            expected=f"shape ({replicates.count}, {len(value)})",
            got=str(thetas.shape),
            hint="One row for each replicate.",
        )
    counting = replicates.rscales > 0
    if not counting.any():
        return np.where(np.isnan(value[:, None] + value), np.nan, 0.0)
    centre = value if replicates.centre is Centre.ESTIMATE else thetas[counting].mean(axis=0)
    away = (thetas[counting] - centre) * np.sqrt(replicates.rscales[counting])[:, None]
    product: Floats = replicates.scale * (away.T @ away)
    return (product + product.T) / 2


def summed_up(replicates: Replicates, thetas: Floats, value: Floats) -> ReplicateEstimates:
    """The estimates with their covariance and flags, from thetas f8[R, k] joined in the order of the replicates."""
    undefined = np.isnan(thetas).sum(axis=0).astype(np.int64)
    matrix = covariance(replicates, thetas, value)
    hollow = (undefined > 0) | np.isnan(value) | (replicates.degrees < 1)
    if replicates.count:
        matrix[hollow, :] = matrix[:, hollow] = np.nan
    flags = tuple(
        _flags(replicates, gone=bool(gone), unknown=bool(np.isnan(one)))
        for gone, one in zip(undefined, value, strict=True)
    )
    return ReplicateEstimates(value, thetas, matrix, replicates.degrees, replicates.centre, undefined, flags)


def starting_weights(design: SurveyDesign, reweigh: Reweigh | None) -> Floats:
    """What the replicate factors multiply, f8[n]: the weights before those steps that reweigh repeats."""
    if design.calibration is None:
        return design.weights
    if reweigh is None:
        raise InputError(
            "reweigh",
            expected="the calibration as a function of the weights, since the design is calibrated",
            got="None",
            hint="Pass a function that calibrates the weights of one replicate to the same margins.",
        )
    return design.calibration.weights


def _totals_of_means(design: SurveyDesign, values: npt.ArrayLike, inside: Mask) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Weighted values f8[n, k + b], then the weights of the b different sets of answers; the column of each base i8[k].

    Kept column by column, in one array.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or len(table) != design.size or not table.shape[1]:
        raise InputError(
            "values",
            expected=f"a table of {design.size} rows and at least one column",
            got=f"shape {table.shape}",
            hint="One column for each item, NaN where there is no answer.",
        )
    if bool(np.isinf(table).any()):
        raise InputError("values", expected="finite numbers or NaN", got="inf", hint="Mend the value.")
    by_item = np.ascontiguousarray(table.T)
    k = len(by_item)
    weighted = np.empty((2 * k, design.size))  # rows that no base needs are never touched
    patterns: dict[bytes, int] = {}
    base = np.empty(k, dtype=np.int64)
    for item, column in enumerate(by_item):
        answered = inside & ~np.isnan(column)
        pattern = np.packbits(answered).tobytes()
        if pattern not in patterns:
            patterns[pattern] = k + len(patterns)
            weighted[patterns[pattern]] = np.where(answered, design.weights, 0.0)
        base[item] = patterns[pattern]
        np.multiply(np.where(answered, column, 0.0), weighted[base[item]], out=weighted[item])
    return weighted[: k + len(patterns)].T, base


def _replicate_totals(design: SurveyDesign, replicates: Replicates, columns: Floats) -> Floats:
    """Weighted totals f8[R, k] in every replicate from weighted values f8[n, k]."""
    replicates.check(design)
    if design.psu is not None and not _by_row(design, replicates):
        columns = np.stack([sums(design.psus, column, replicates.units) for column in columns.T]).T
    if replicates.kind in JACKKNIVES:
        return jackknife_totals(design, replicates, columns)
    if replicates.kind is Kind.BOOTSTRAP and not _by_row(design, replicates):
        return bootstrap_totals(design, replicates, columns)
    made = [factors(design, replicates, rows) @ columns for rows in _blocks(replicates)]
    return np.concatenate(made)


def _by_row(design: SurveyDesign, replicates: Replicates) -> bool:
    """Whether factors go by respondent and not by PSU."""
    return replicates.kind is Kind.BOOTSTRAP and two_stages(design, fpc=replicates.fpc)


def _blocks(replicates: Replicates) -> tuple[range, ...]:
    return blocks(replicates.count) if replicates.count else ()


def _divided(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return found


def _evaluated(function: Estimator, weights: Floats) -> Floats:
    found = np.atleast_1d(np.asarray(function(weights), dtype=np.float64))
    if found.ndim != 1:
        raise InputError(
            "function", expected="a number or a flat vector", got=f"shape {found.shape}", hint="Flatten the result."
        )
    return found


def _reweighed(weights: Floats, reweigh: Reweigh | None) -> Floats:
    if reweigh is None:
        return weights
    found = np.asarray(reweigh(weights), dtype=np.float64)
    if found.shape != weights.shape or not bool(np.all(np.isfinite(found))):
        raise InputError(
            "reweigh",
            expected=f"{len(weights)} finite weights",
            got=f"shape {found.shape}, {int((~np.isfinite(found)).sum())} not finite",
            hint="A step that fails in a replicate has to say so: merge cells or loosen bounds.",
        )
    return found


def _flags(replicates: Replicates, *, gone: bool, unknown: bool) -> frozenset[ReplicateFlag]:
    found = set()
    if unknown:
        found.add(ReplicateFlag.UNDEFINED)
    elif gone:
        found.add(ReplicateFlag.UNDEFINED_REPLICATE)
    if not replicates.count:
        found.add(ReplicateFlag.KNOWN)
    elif replicates.degrees < 1:
        found.add(ReplicateFlag.NO_DEGREES)
    return frozenset(found)
