"""Imputed values taken from donors: predictive mean matching, and a hot deck within cells.

The draws follow the order of the rows, or of `keys` where they are given: the same rows in the same order and the same
seed give the same bits. Imputation i has a generator of its own, so that more imputations leave the first ones as they
were.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, mask

FEWEST_IMPUTATIONS = 20
DEPENDENT = 1e-9
SPARE_ROWS = 2  # answers beyond the number of coefficients that a drawn variance needs


@dataclass(frozen=True, eq=False)
class Imputed:
    """values f8[m, n]: m completed copies of y. imputed bool[n]: rows filled, the same in every copy.

    unfilled bool[n]: asked and missing, but without a donor: still NaN. Rows never asked stay NaN and are in neither.
    """

    values: Floats
    imputed: Mask
    unfilled: Mask


@dataclass(frozen=True, eq=False)
class _Fit:
    """A least-squares fit to be drawn from: coefficients f8[p], root of (X'X)^-1 f8[p, p], residual sum and df."""

    coefficients: Floats
    root: Floats
    residual: float
    df: int


def match_means(
    y: npt.ArrayLike,
    *,
    predictors: npt.ArrayLike,
    asked: npt.ArrayLike,
    seed: int,
    imputations: int = FEWEST_IMPUTATIONS,
    donors: int = 5,
    keys: npt.ArrayLike | None = None,
) -> Imputed:
    """Predictive mean matching of y f8[n] (NaN: missing) by predictors f8[n, p], finite, without a constant.

    Predictors should hold stratum, size and country as dummies, and the log weight. asked bool[n]: who was asked;
    others are never imputed. keys i8[n], all different, fixes the order of draws whatever the order of rows.
    Coefficients and residual variance are drawn from their posterior; the mean predicted with drawn coefficients is
    matched to the means of donors predicted with fitted ones; one of the `donors` nearest is drawn, ties at random.
    InputError on shapes, predictors that determine each other (names the column), too few answers or imputations.
    Source: Rubin 1986; Little 1988; van Buuren 2018, sec. 3.4 (matching of type 1).
    """
    values = floats("y", y)
    rows = mask("asked", asked, size=len(values))
    order = draw_order(keys, len(values))
    x = predictor_matrix(predictors, len(values))
    refuse_unasked(values, rows)
    checked_draws(seed, imputations, donors)
    there, missing = ~np.isnan(values[order]), (rows & np.isnan(values))[order]
    design = np.column_stack([np.ones(len(values)), x[order]])
    completed = np.repeat(values[None, :], imputations, axis=0)
    if missing.any():
        fit = fitted(design[there], values[order][there], donors=donors)
        for copy, generator in zip(completed, generators(seed, imputations), strict=True):
            filled = matched(
                fit, design[there], values[order][there], design[missing], donors=donors, generator=generator
            )
            copy[order[missing]] = filled
    return Imputed(completed, rows & np.isnan(values), np.zeros(len(values), dtype=np.bool_))


def hot_deck(
    y: npt.ArrayLike,
    *,
    cells: npt.ArrayLike,
    asked: npt.ArrayLike,
    seed: int,
    imputations: int = FEWEST_IMPUTATIONS,
    fewest_donors: int = 5,
    keys: npt.ArrayLike | None = None,
) -> Imputed:
    """Missing values of y f8[n] from donors of the same cell i8[n]: the approximate Bayesian bootstrap. Codes from 0.

    In each imputation the donors of a cell are first redrawn with replacement, then each missing value is drawn from
    them. Cells with fewer than `fewest_donors` answers stay unfilled: join them first. Others as `match_means`.
    Source: Rubin & Schenker 1986; Andridge & Little 2010.
    """
    values = floats("y", y)
    rows = mask("asked", asked, size=len(values))
    groups = codes("cells", cells, size=len(values))
    order = draw_order(keys, len(values))
    refuse_unasked(values, rows)
    checked_draws(seed, imputations, fewest_donors)
    if bool((groups < 0).any()):
        raise InputError(
            "cells", expected="codes from 0", got=str(int(groups.min())), hint="Every respondent is in one cell."
        )
    held, lost = ~np.isnan(values), rows & np.isnan(values)
    counts = np.bincount(groups[held], minlength=int(groups.max(initial=0)) + 1)
    filled = lost & (counts[groups] >= fewest_donors)
    completed = np.repeat(values[None, :], imputations, axis=0)
    givers = order[held[order]]
    takers = [order[(filled & (groups == cell))[order]] for cell in np.unique(groups[filled])]
    pools = [givers[groups[givers] == groups[taker[0]]] for taker in takers]
    for copy, generator in zip(completed, generators(seed, imputations), strict=True):
        for taker, pool in zip(takers, pools, strict=True):
            redrawn = pool[generator.integers(len(pool), size=len(pool))]
            copy[taker] = values[redrawn[generator.integers(len(pool), size=len(taker))]]
    return Imputed(completed, filled, lost & ~filled)


def fitted(design: Floats, y: Floats, *, donors: int) -> _Fit:
    """Least squares of y f8[a] on design f8[a, p], the constant first.

    Sums by einsum: those of BLAS may differ in their last bits with the number of threads, and draws with them.
    InputError when columns depend on each other or rows are few.
    """
    n, p = design.shape
    if n < max(p + SPARE_ROWS, donors):
        raise InputError(
            "y", expected=f"at least {max(p + SPARE_ROWS, donors)} answers", got=str(n),
            hint="Use fewer predictors, or a hot deck.",
        )  # fmt: skip
    x, middle = design[:, 1:], design[:, 1:].mean(axis=0)
    centred = x - middle
    length = np.sqrt((centred**2).sum(axis=0))
    flat = length <= DEPENDENT * np.sqrt((x**2).sum(axis=0))
    columns = centred / np.where(flat, 1.0, length)
    products = np.einsum("ai,aj->ij", columns, columns)
    _refuse_dependent(products, flat)
    inverse = np.linalg.inv(np.linalg.cholesky(products)).T / length[:, None]
    slopes = inverse @ (inverse.T @ np.einsum("ai,a->i", centred, y))
    coefficients = np.concatenate([[y.mean() - middle @ slopes], slopes])
    root = np.zeros((p, p))
    root[0, 0], root[0, 1:], root[1:, 1:] = 1 / np.sqrt(n), -(middle @ inverse), inverse
    left = y - _means(design, coefficients)
    return _Fit(coefficients, root, float((left**2).sum()), n - p)


def _means(design: Floats, coefficients: Floats) -> Floats:
    found: Floats = np.einsum("ap,p->a", design, coefficients)
    return found


def _refuse_dependent(products: Floats, flat: Mask) -> None:
    """InputError naming the first column that is constant, or of which the ones before it explain all but 1e-9."""
    for column in range(len(products)):
        before, here = products[:column, :column], products[:column, column]
        unexplained = 0.0 if flat[column] else 1.0 - float(here @ np.linalg.solve(before, here))
        if unexplained < DEPENDENT:
            raise InputError(
                "predictors", expected="columns that do not determine each other among those who answered",
                got=f"column {column}, which follows from those before it",
                hint="Leave it out; one dummy of each set is the reference, and a constant is added here.",
            )  # fmt: skip


def matched(
    fit: _Fit, given: Floats, y: Floats, wanted: Floats, *, donors: int, generator: np.random.Generator
) -> Floats:
    """Values f8[b] for rows wanted f8[b, p], taken from y f8[a] of rows given f8[a, p]; one imputation."""
    sigma = np.sqrt(fit.residual / generator.chisquare(fit.df))
    drawn = fit.coefficients + sigma * (fit.root @ generator.standard_normal(len(fit.coefficients)))
    return nearest_values(_means(given, fit.coefficients), y, _means(wanted, drawn), donors=donors, generator=generator)


def nearest_values(means: Floats, y: Floats, wanted: Floats, *, donors: int, generator: np.random.Generator) -> Floats:
    """For each wanted mean f8[b], the y of one of the `donors` nearest means f8[a], each with the same chance.

    Equal means are in a random order: only so can many rows alike all give.
    """
    spread = float(np.ptp(means)) or 1.0
    rounded = np.round(means / spread, 10)  # rows alike differ by rounding of the product otherwise
    order = np.argsort(rounded, kind="stable")
    levels, starts, counts = np.unique(rounded[order], return_index=True, return_counts=True)
    reach = np.arange(-donors, donors)
    places = np.searchsorted(levels, wanted / spread)[:, None] + reach
    outside = (places < 0) | (places >= len(levels))
    near = np.clip(places, 0, len(levels) - 1)
    distance = np.where(outside, np.inf, np.abs(levels[near] - (wanted / spread)[:, None]))
    by_distance = np.argsort(distance, axis=1, kind="stable")
    near = np.take_along_axis(near, by_distance, axis=1)
    held = np.where(np.take_along_axis(outside, by_distance, axis=1), 0, counts[near]).cumsum(axis=1)
    rank = generator.integers(donors, size=len(wanted))
    chosen = np.argmax(held > rank[:, None], axis=1)
    level = near[np.arange(len(wanted)), chosen]
    member = (generator.random(len(wanted)) * counts[level]).astype(np.int64)
    found: Floats = y[order[starts[level] + member]]
    return found


def generators(seed: int, imputations: int) -> list[np.random.Generator]:
    """One generator for each imputation; the first m are the same for any larger number."""
    return [np.random.default_rng([seed, imputation]) for imputation in range(imputations)]


def draw_order(keys: npt.ArrayLike | None, size: int) -> Codes:
    """Rows i8[n] in the order of their keys; as they stand when None. InputError when two keys are equal."""
    if keys is None:
        return np.arange(size, dtype=np.int64)
    given = codes("keys", keys, size=size)
    if len(np.unique(given)) < size:
        raise InputError("keys", expected="a different key in each row", got="two alike", hint="Number the units.")
    return np.argsort(given, kind="stable").astype(np.int64)


def predictor_matrix(predictors: npt.ArrayLike, size: int) -> Floats:
    """f8[n, p], finite. InputError naming the column otherwise."""
    x = np.array(predictors, dtype=np.float64)
    if x.ndim != 2 or len(x) != size:
        raise InputError(
            "predictors", expected=f"{size} rows x columns", got=f"shape {x.shape}", hint="One row a respondent."
        )
    if not bool(np.isfinite(x).all()):
        row, column = (int(one) for one in np.argwhere(~np.isfinite(x))[0])
        raise InputError(
            "predictors", expected="finite numbers", got=f"{x[row, column]} in row {row}, column {column}",
            hint="Predict from what the frame knows of everybody.",
        )  # fmt: skip
    return x


def refuse_unasked(values: Floats, asked: Mask) -> None:
    """InputError when somebody answered without being asked."""
    stray = ~np.isnan(values) & ~asked
    if bool(stray.any()):
        raise InputError(
            "asked", expected="true wherever there is an answer", got=f"false in row {int(np.argmax(stray))}",
            hint="A filtered question is structurally missing: it has neither answer nor imputation.",
        )  # fmt: skip


def checked_draws(seed: int, imputations: int, donors: int) -> None:
    """InputError on a negative seed, fewer than 20 imputations or no donor."""
    if seed < 0:
        raise InputError("seed", expected="a whole number from 0", got=str(seed), hint="Store it with the result.")
    if imputations < FEWEST_IMPUTATIONS:
        raise InputError(
            "imputations", expected=f"at least {FEWEST_IMPUTATIONS}", got=str(imputations),
            hint="Fewer make standard errors and degrees of freedom unsteady.",
        )  # fmt: skip
    if donors < 1:
        raise InputError("donors", expected="at least 1", got=str(donors), hint="5 is usual.")
