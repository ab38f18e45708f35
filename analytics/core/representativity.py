"""How evenly units answered: the R-indicator of fitted propensities, and what each frame variable adds to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats, positive, sums
from analytics.core.margins import cells
from analytics.core.propensity import FrameVariable, Propensities


@dataclass(frozen=True, eq=False)
class PartialIndicator:
    """What a variable adds to the spread of propensities, in the unit of their standard deviation.

    unconditional: spread between its categories; categories f8[C]: the signed part of each, below 0 where a category
    answers less than the average (NaN where it has no unit). conditional: spread inside the cells of all other
    variables, which is what the variable adds to them (with one variable, the whole spread).
    """

    variable: str
    unconditional: float
    conditional: float
    categories: Floats


@dataclass(frozen=True, eq=False)
class Representativity:
    """r = 1 - 2 spread, 1 when all answer with the same chance; at least 0. mean: the average propensity.

    maximal_bias = spread / mean: the largest bias of a respondents' mean that propensities of these variables allow, in
    standard deviations of the item. r_adjusted and spread_adjusted: without what sampling error of the fit adds to the
    spread; `floored` when that was more than the whole spread, which is then put at 0.
    """

    r: float
    spread: float
    mean: float
    maximal_bias: float
    r_adjusted: float
    spread_adjusted: float
    floored: bool
    partial: tuple[PartialIndicator, ...]


def representativity(
    fitted: Propensities, variables: Sequence[FrameVariable], *, weights: Floats | None = None
) -> Representativity:
    """R-indicator of the fitted model with the variables it was fitted with; weights f8[m] design weights or None.

    spread^2 = sum d (rho - mean)^2 / (sum d - 1); adjusted: (1 + 1/m - 1/sum d) spread^2 - the weighted mean of the
    variance of a fitted propensity around their mean, by the delta method (nothing is sampled with weights None:
    sum d = m). Values depend on the model: compare waves only with the same variables.
    Source: Schouten, Cobben & Bethlehem 2009; after Shlomo, Skinner & Schouten 2012 for the adjustment; Schouten,
    Shlomo & Skinner 2011 for the partial indicators.
    """
    rho = fitted.values
    held = np.ones(len(rho)) if weights is None else positive("weights", weights, hint="Use design weights.")
    size = float(held.sum())
    mean = float((held * rho).sum()) / size
    square = float((held * (rho - mean) ** 2).sum()) / (size - 1)
    by_cell = sums(fitted.cells, held, len(fitted.gradients)) / size
    centred = fitted.gradients - by_cell @ fitted.gradients
    noise = float(np.einsum("k,kp,pq,kq->", by_cell, centred, fitted.covariance, centred, optimize=True))
    adjusted = (1 + 1 / len(rho) - 1 / size) * square - noise
    spread, kept = float(np.sqrt(square)), float(np.sqrt(max(adjusted, 0.0)))
    return Representativity(
        r=1 - 2 * spread, spread=spread, mean=mean, maximal_bias=spread / mean, r_adjusted=1 - 2 * kept,
        spread_adjusted=kept, floored=adjusted < 0,
        partial=tuple(_partial(number, variables, rho, held) for number in range(len(variables))),
    )  # fmt: skip


def _partial(number: int, variables: Sequence[FrameVariable], rho: Floats, held: Floats) -> PartialIndicator:
    variable = variables[number]
    size = float(held.sum())
    mean = float((held * rho).sum()) / size
    weight = sums(variable.codes, held, variable.count)
    level = np.full(variable.count, np.nan)
    np.divide(sums(variable.codes, held * rho, variable.count), weight, out=level, where=weight > 0)
    categories = np.sqrt(weight / size) * (level - mean)
    others = [one for place, one in enumerate(variables) if place != number]
    if others:
        places = cells([one.codes for one in others], [one.count for one in others])
        count = len(places.first)
        middle = (sums(places.rows, held * rho, count) / sums(places.rows, held, count))[places.rows]
    else:
        middle = np.full(len(rho), mean)
    conditional = float((held * (rho - middle) ** 2).sum()) / size
    return PartialIndicator(
        variable.name, float(np.sqrt(np.nansum(categories**2))), float(np.sqrt(conditional)), categories
    )
