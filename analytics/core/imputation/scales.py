"""Multiple imputation of the items of one scale, item by item in a fixed sequence."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask
from analytics.core.imputation.donors import (
    FEWEST_IMPUTATIONS,
    checked_draws,
    draw_order,
    fitted,
    generators,
    matched,
    predictor_matrix,
)  # fmt: skip
from analytics.core.imputation.missing import item_matrix


@dataclass(frozen=True, eq=False)
class ImputedScale:
    """values f8[m, n, k]: m completed copies of the items. imputed bool[n, k]: cells filled, the same in every copy.

    sequence: the items in the order in which they were filled. Items never asked stay NaN.
    """

    values: Floats
    imputed: Mask
    sequence: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Scale:
    """Items f8[n, k] and what is to be filled bool[n, k], with the predictors f8[n, p]; rows in the order of draws."""

    items: Floats
    wanted: Mask
    predictors: Floats
    sequence: tuple[int, ...]
    donors: int


def impute_scale(
    items: npt.ArrayLike,
    *,
    predictors: npt.ArrayLike,
    asked: npt.ArrayLike,
    seed: int,
    imputations: int = FEWEST_IMPUTATIONS,
    donors: int = 5,
    keys: npt.ArrayLike | None = None,
) -> ImputedScale:
    """m completed copies of items f8[n, k] (NaN: missing), coded in one direction, by predictive mean matching.

    Sequence: fewest missing first, then the lower number. Each item is predicted from predictors f8[n, p] and the
    mean of the person's other items, answered or filled earlier in the sequence; who has none of them is matched by
    the predictors alone. One pass, no iteration. asked bool[n, k]: filtered items are never imputed. Order of draws,
    seed, keys and errors as `donors.match_means`. Source: as there; the one-pass sequence is ours, after Rubin 1987,
    sec. 5.4 (monotone patterns).
    """
    values, rows = item_matrix(items, asked)
    x = predictor_matrix(predictors, len(values))
    checked_draws(seed, imputations, donors)
    order = draw_order(keys, len(values))
    wanted = rows & np.isnan(values)
    _answered_at_all(values, wanted)
    lost = wanted.sum(axis=0)
    sequence = tuple(int(item) for item in np.argsort(lost, kind="stable") if lost[item])
    scale = _Scale(values[order], wanted[order], x[order], sequence, donors)
    completed = np.repeat(values[None, :, :], imputations, axis=0)
    for copy, generator in zip(completed, generators(seed, imputations), strict=True):
        copy[order] = _completed(scale, generator)
    return ImputedScale(completed, wanted, sequence)


def _completed(scale: _Scale, generator: np.random.Generator) -> Floats:
    items = scale.items.copy()
    for item in scale.sequence:
        others = _mean_of_others(items, item)
        there, missing = ~np.isnan(scale.items[:, item]), scale.wanted[:, item]
        with_others = ~np.isnan(others)
        for takers, givers, columns in (
            (missing & with_others, there & with_others, (scale.predictors, np.where(with_others, others, 0.0))),
            (missing & ~with_others, there, (scale.predictors,)),
        ):
            if takers.any():
                design = np.column_stack([np.ones(len(items)), *columns])
                items[takers, item] = _drawn(design, scale, item, givers=givers, takers=takers, generator=generator)
    return items


def _drawn(
    design: Floats, scale: _Scale, item: int, *, givers: Mask, takers: Mask, generator: np.random.Generator
) -> Floats:
    answers = scale.items[givers, item]
    fit = fitted(design[givers], answers, donors=scale.donors)
    return matched(fit, design[givers], answers, design[takers], donors=scale.donors, generator=generator)


def _mean_of_others(items: Floats, item: int) -> Floats:
    others = np.delete(items, item, axis=1)
    there = ~np.isnan(others)
    count: Codes = there.sum(axis=1)
    return np.where(count > 0, np.where(there, others, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _answered_at_all(values: Floats, wanted: Mask) -> None:
    empty = wanted.any(axis=0) & np.isnan(values).all(axis=0)
    if bool(empty.any()):
        raise InputError(
            "items", expected="answers to every item that is to be imputed", got=f"none to item {int(empty.argmax())}",
            hint="An item that nobody answered has no donors: leave it out.",
        )  # fmt: skip
