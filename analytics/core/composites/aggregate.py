"""From normalised indicators up the tree: weighted arithmetic, geometric and harmonic means, level by level."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Floats, InputError
from analytics.core.composites.columns import ratio
from analytics.core.composites.structure import Structure

MINIMUM_SHARE = 0.65
ROUNDING = 1e-9


class Aggregation(StrEnum):
    """How parts become a whole. A low part pulls down the geometric mean more, the harmonic mean most."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"


def weighted_mean(values: Floats, weights: Floats, *, how: Aggregation) -> Floats:
    """Mean over the last axis of the values f8[..., c] that are there; weights f8[..., c] from 0, broadcast.

    arithmetic sum(w x) / sum(w); geometric exp(sum(w ln x) / sum(w)), needs x >= 1; harmonic sum(w) / sum(w / x), needs
    x > 0. NaN when no value with a weight above 0 is left. InputError for a value too small for the method.
    Source: OECD & JRC 2008, step 7.
    """
    there = ~np.isnan(values) & (weights > 0)
    used = np.where(there, weights, 0.0)
    total = np.sum(used, axis=-1)
    safe = np.where(there, values, 1.0)
    _check_least(safe, how)
    if how is Aggregation.GEOMETRIC:
        return np.exp(ratio(np.sum(used * np.log(safe), axis=-1), total))
    if how is Aggregation.HARMONIC:
        return ratio(total, np.sum(used / safe, axis=-1))
    return ratio(np.sum(used * safe, axis=-1), total)


def aggregate(
    normalised: Floats,
    structure: Structure,
    *,
    how: Sequence[Aggregation],
    weights: Sequence[Floats] | None = None,
    minimum_share: float = MINIMUM_SHARE,
) -> tuple[Floats, ...]:
    """Values of every level above the indicators, f8[..., m, nodes of the level], the index last.

    normalised f8[..., m, k]. how: a method for each of these levels. weights: for each level below the index
    f8[..., nodes of the level], with the leading axes of normalised or none; the structure's when None. An aggregate of
    which less than minimum_share of the parts with a weight have a value is NaN. InputError on shapes.
    """
    chosen = aggregations(how, structure)
    given = structure.weights if weights is None else weights
    if not 0 < minimum_share <= 1:
        raise InputError("minimum_share", expected="above 0, at most 1", got=f"{minimum_share}", hint="Usual is 0.65.")
    result: list[Floats] = []
    below = normalised
    for level, method in enumerate(chosen):
        parents, level_weights = structure.parents[level], given[level]
        columns = []
        for place in range(len(structure.levels[level + 1])):
            children = np.flatnonzero(parents == place)
            columns.append(_node(below[..., children], level_weights[..., None, children], method, minimum_share))
        below = np.stack(columns, axis=-1)
        result.append(below)
    return tuple(result)


def aggregations(how: Sequence[Aggregation], structure: Structure) -> tuple[Aggregation, ...]:
    """The methods as one for each level above the indicators. InputError on their number."""
    levels = len(structure.levels) - 1
    if len(how) != levels:
        raise InputError(
            "how",
            expected=f"a method for each of the {levels} levels above the indicators",
            got=f"{len(how)}",
            hint="The first makes the lowest aggregates.",
        )
    return tuple(Aggregation(one) for one in how)


def least(method: Aggregation) -> float:
    """The smallest value that the method can take; for harmonic it must be above."""
    return {Aggregation.GEOMETRIC: 1.0, Aggregation.HARMONIC: 0.0}.get(method, -np.inf)


def _node(values: Floats, weights: Floats, how: Aggregation, minimum_share: float) -> Floats:
    found = weighted_mean(values, weights, how=how)
    meant = np.sum(weights > 0, axis=-1)
    there = np.sum(~np.isnan(values) & (weights > 0), axis=-1)
    return np.where(there >= minimum_share * meant - ROUNDING, found, np.nan)


def _check_least(values: Floats, how: Aggregation) -> None:
    bottom = float(values.min())
    if how is Aggregation.GEOMETRIC and bottom < 1.0 - ROUNDING:
        raise InputError(
            "values",
            expected="numbers from 1 for the geometric mean",
            got=f"{bottom:g}",
            hint="Normalise to a scale from 1, such as 1 to 100: one part at 0 would make the whole 0.",
        )
    if how is Aggregation.HARMONIC and bottom <= 0:
        raise InputError(
            "values",
            expected="numbers above 0 for the harmonic mean",
            got=f"{bottom:g}",
            hint="Normalise to a scale from 1, such as 1 to 100.",
        )
