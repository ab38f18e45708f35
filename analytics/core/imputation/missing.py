"""How much of an item is missing among those asked, and person means of a scale that allow for some missing items."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, floats, mask

CAUTION_ABOVE, IMPUTE_ABOVE = 0.20, 0.05
ENOUGH_ITEMS = 0.80


class MissingFlag(StrEnum):
    """What a share of missing answers calls for."""

    NOBODY_ASKED = "nobody_asked"  # no share
    IMPUTE = "impute_for_models"  # above 5 percent: regressions and indices should use multiple imputation
    CAUTION = "caution_many_missing"  # above 20 percent: the figure itself is marked


@dataclass(frozen=True)
class MissingShare:
    """Of those asked, who did not answer: counts, plain and weighted share in [0, 1] (NaN when nobody was asked)."""

    asked: int
    missing: int
    share: float
    weighted_share: float
    flags: frozenset[MissingFlag]


@dataclass(frozen=True, eq=False)
class PersonMeans:
    """values f8[n], the mean of a person's answered items, NaN where too few; asked and answered i8[n] items of each.

    too_few bool[n]: asked, but fewer than the wanted share of items answered. never_asked bool[n]: no item asked.
    """

    values: Floats
    asked: npt.NDArray[np.int64]
    answered: npt.NDArray[np.int64]
    too_few: Mask
    never_asked: Mask


def missing_share(y: npt.ArrayLike, *, asked: npt.ArrayLike, weights: npt.ArrayLike) -> MissingShare:
    """Missing answers of y f8[n] (NaN: no answer) among asked bool[n]; weights f8[n]. The weighted share decides.

    *Don't know* and *not relevant* are answers where the estimand counts them as such: then they are not NaN.
    InputError when somebody answered without being asked. Source: thresholds are house rules.
    """
    values = floats("y", y)
    rows = mask("asked", asked, size=len(values))
    known = floats("weights", weights, size=len(values))
    _only_asked(values, rows)
    count, lost = int(rows.sum()), rows & np.isnan(values)
    if not count:
        return MissingShare(0, 0, float("nan"), float("nan"), frozenset({MissingFlag.NOBODY_ASKED}))
    weighted = float(known[lost].sum() / known[rows].sum())
    flags = {MissingFlag.IMPUTE: weighted > IMPUTE_ABOVE, MissingFlag.CAUTION: weighted > CAUTION_ABOVE}
    held = frozenset(flag for flag, holds in flags.items() if holds)
    return MissingShare(count, int(lost.sum()), int(lost.sum()) / count, weighted, held)


def person_means(items: npt.ArrayLike, *, asked: npt.ArrayLike, enough: float = ENOUGH_ITEMS) -> PersonMeans:
    """Mean over a person's answered items f8[n, k] (NaN: no answer), where at least `enough` of those asked are there.

    asked bool[n, k]; items that a filter skipped do not count. Items must be coded in one direction.
    InputError on shapes, answers without being asked, or a share outside (0, 1]. Source: methods of scale scoring,
    Schafer & Graham 2002, p. 157 (with their warning: it is a mean of different items for different persons).
    """
    values, rows = item_matrix(items, asked)
    if not 0 < enough <= 1:
        raise InputError("enough", expected="a share in (0, 1]", got=str(enough), hint="80 percent is 0.8.")
    there = rows & ~np.isnan(values)
    count, held = rows.sum(axis=1), there.sum(axis=1)
    too_few = (count > 0) & (held < enough * count - 1e-9)
    total = np.where(there, values, 0.0).sum(axis=1)
    usable = (count > 0) & ~too_few
    means = np.where(usable, total / np.maximum(held, 1), np.nan)
    return PersonMeans(means, count.astype(np.int64), held.astype(np.int64), too_few, count == 0)


def item_matrix(items: npt.ArrayLike, asked: npt.ArrayLike) -> tuple[Floats, Mask]:
    """items as f8[n, k] and asked as bool[n, k], checked. InputError as `person_means`."""
    values = np.array(items, dtype=np.float64)
    rows = np.asarray(asked)
    if values.ndim != 2 or values.shape[1] < 1:
        raise InputError(
            "items", expected="respondents x items", got=f"shape {values.shape}", hint="One column for each item."
        )
    if rows.dtype.kind != "b" or rows.shape != values.shape:
        raise InputError(
            "asked",
            expected=f"true or false of shape {values.shape}",
            got=f"{rows.dtype} of shape {rows.shape}",
            hint="False where a filter skipped the item.",
        )
    _only_asked(values, rows)
    return values, rows


def _only_asked(values: Floats, asked: Mask) -> None:
    stray = ~np.isnan(values) & ~asked
    if bool(stray.any()):
        place = tuple(int(one) for one in np.argwhere(stray)[0])
        raise InputError(
            "asked",
            expected="true wherever there is an answer",
            got=f"false at {place if len(place) > 1 else f'row {place[0]}'}, which has one",
            hint="Answers off the path are dropped before the dataset is frozen: check the filter.",
        )
    if bool(np.isinf(values).any()):
        raise InputError("y", expected="finite numbers or NaN", got="inf", hint="Mend the value.")
