"""Standard errors of an index of estimates with fixed goalposts, by the delta method, for any of the three means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.composites.aggregate import Aggregation, aggregate, aggregations
from analytics.core.composites.columns import table
from analytics.core.composites.normalise import Normalisation, Normaliser, normalise
from analytics.core.composites.recipe import Recipe
from analytics.core.composites.sampling import checked_covariance
from analytics.core.composites.structure import Structure
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate, linear


@dataclass(frozen=True, eq=False)
class Composites:
    """An index of m units. values and standard_errors f8[m], covariance f8[m, m], gradients f8[m, k].

    NaN for a unit with a missing indicator (flag missing_part); gradients are of the index by the indicator's own
    scale.
    """

    values: Floats
    standard_errors: Floats
    covariance: Floats
    gradients: Floats
    flags: tuple[frozenset[Flag], ...]


def composite_of(
    values: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    structure: Structure,
    normaliser: Normaliser,
    how: Sequence[Aggregation],
) -> Composites:
    """The index of units x indicators f8[m, k] that are estimates with a covariance of their own.

    covariance f8[m, k, k] for units sampled independently, or f8[m k, m k] unit by unit: published aggregates enter
    without microdata. Variance g'Vg, g the gradient by the chain rule along the tree. The normaliser must be goalposts:
    the ends of the units present are estimates themselves and no smooth ones. InputError otherwise, outside the
    goalposts, on shapes, and for what the means refuse. Source: Binder 1983; OECD & JRC 2008, steps 5-8.
    """
    given = table("values", values, indicators=len(structure.indicators))
    if given.ndim != 2:
        raise InputError("values", expected="one table", got=f"shape {given.shape}", hint="Rows are units.")
    matrix = checked_covariance(given, covariance)
    whole, gradients = _index(given, structure, normaliser, aggregations(how, structure))
    steep = np.where(np.isnan(gradients), 0.0, gradients)
    if matrix.ndim == 3:
        product = np.diag(np.einsum("mk,mkj,mj->m", steep, matrix, steep))
    else:
        units, indicators = given.shape
        spread = np.zeros((units, units * indicators))
        for unit in range(units):
            spread[unit, unit * indicators : (unit + 1) * indicators] = steep[unit]
        product = spread @ matrix @ spread.T
    absent = np.isnan(whole)
    product = np.where(absent[:, None] | absent, np.nan, (product + product.T) / 2)
    return Composites(
        values=whole,
        standard_errors=_roots(np.diag(product)),
        covariance=product,
        gradients=gradients,
        flags=tuple(frozenset({Flag.MISSING_PART}) if one else frozenset() for one in absent),
    )


def composite_of_design(
    design: SurveyDesign,
    components: Sequence[PointEstimate],
    *,
    structure: Structure,
    normaliser: Normaliser,
    how: Sequence[Aggregation],
) -> PointEstimate:
    """The index of one unit from estimates of one design, in the order of structure.indicators, with influence values.

    z of the index is the gradient times the z of its parts, so that the variance holds their covariance. Errors and
    source as composite_of; a component without a value leaves the index without one (flag missing_part).
    """
    given = table("components", [[one.value for one in components]], indicators=len(structure.indicators))
    whole, gradients = _index(given, structure, normaliser, aggregations(how, structure))
    if np.isnan(whole[0]):
        return linear(design, components, [0.0] * len(components))
    slopes = [float(one) for one in gradients[0]]
    level = float(whole[0]) - float(gradients[0] @ given[0])
    return replace(linear(design, components, slopes, level), value=float(whole[0]))


def _index(
    values: Floats, structure: Structure, normaliser: Normaliser, how: tuple[Aggregation, ...]
) -> tuple[Floats, Floats]:
    """Index f8[m] and its gradient f8[m, k], NaN for a unit with a missing indicator that has a weight."""
    if normaliser.method is not Normalisation.GOALPOSTS:
        raise InputError(
            "normaliser", expected="goalposts", got=f"{normaliser.method}",
            hint="Fix the ends in the definition, or use monte_carlo for what depends on the units present.",
        )  # fmt: skip
    Recipe(normaliser, how)
    normalised = normalise(values, normaliser, directions=structure.directions)
    levels = [normalised, *aggregate(normalised, structure, how=how, minimum_share=1.0)]
    slope = np.ones_like(levels[-1])
    for level in reversed(range(len(how))):
        slope = slope[:, structure.parents[level]] * _local(levels, structure, level, how[level])
    posts = np.array(normaliser.goalposts, dtype=np.float64)
    scale = (normaliser.high - normaliser.low) / (posts[:, 1] - posts[:, 0]) * structure.directions
    gradients = np.where(np.isnan(levels[-1]), np.nan, np.where(_weightless(structure), 0.0, slope * scale))
    return levels[-1][:, 0], gradients


def _local(levels: Sequence[Floats], structure: Structure, level: int, how: Aggregation) -> Floats:
    """Derivative of each node's parent by the node: w, w G / x or w (H / x)^2, with w its share among siblings."""
    parents: Codes = structure.parents[level]
    shares, part, whole = structure.shares[level], levels[level], levels[level + 1][:, parents]
    if how is Aggregation.GEOMETRIC:
        return shares * whole / part
    if how is Aggregation.HARMONIC:
        return shares * (whole / part) ** 2
    return np.broadcast_to(shares, part.shape)


def _weightless(structure: Structure) -> npt.NDArray[np.bool_]:
    """Indicators that cannot move the index: themselves or an aggregate above them without a weight, bool[k]."""
    moves = np.ones(1)
    for level in reversed(range(len(structure.parents))):
        moves = moves[structure.parents[level]] * structure.shares[level]
    found: npt.NDArray[np.bool_] = moves == 0
    return found


def _roots(variances: Floats) -> Floats:
    return np.sqrt(np.maximum(variances, 0.0))
