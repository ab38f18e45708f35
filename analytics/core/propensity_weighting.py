"""The weights of a wave with non-response adjusted in classes of the propensity to answer, country by country."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.design import LonelyPsu
from analytics.core.frame_variables import Described
from analytics.core.margins import cells
from analytics.core.response_classes import ResponseClasses, ResponseTable, response_classes
from analytics.core.weights import (
    Merge,
    Reason,
    Weighting,
    collapse_strata,
    design_weights,
    neighbour_order,
    respondents_design,
)


@dataclass(frozen=True, eq=False)
class ClassRule:
    """When a class is joined to the nearest: fewer respondents, or a larger factor."""

    minimum_respondents: int = 20
    maximum_factor: float = 3.0


@dataclass(frozen=True, eq=False)
class PropensityStep:
    """The non-response step of one country as a function of the weights of its m drawn units, to be made again.

    rows i8[m] among all drawn units; cells i8[m] of the variables, which hold a code for each cell. base f8[m]: design
    weights. more f8[m], from 1: what a unit's weight carries, in its own weight, for strata of which nobody was drawn.
    """

    rows: Codes
    cells: Codes
    variables: tuple[Described, ...]
    responded: Mask
    base: Floats
    more: Floats
    rule: ClassRule

    def classes(self, weights: Floats) -> ResponseClasses:
        """The classes with these weights f8[m], from 0; a respondent counts by weights / base, 1 with the base.

        So a replicate's classes are held to the same number of respondents as those of the sample.
        """
        count = int(self.cells.max()) + 1
        own = np.where(self.responded, weights, 0.0)
        table = ResponseTable(
            variables=self.variables,
            answered=sums(self.cells, own, count),
            missing=sums(self.cells, np.where(self.responded, 0.0, weights), count),
            carry=sums(self.cells, weights * self.more, count),
            respondents=sums(self.cells, own / self.base, count),
        )
        return response_classes(
            table, minimum_respondents=self.rule.minimum_respondents, maximum_factor=self.rule.maximum_factor
        )

    def raised(self, weights: Floats) -> Floats:
        """Weights f8[m] of who answered times the factor of their class, model and classes made anew; 0 for others."""
        found = self.classes(weights)
        place = found.classes[self.cells]
        factors = np.append(found.factors, 0.0)  # the place -1: a cell that has no weight
        return np.where(self.responded, weights * factors[place], 0.0)


@dataclass(frozen=True, eq=False)
class CountryClasses:
    """The classes of one country: its code in the first column of the keys, its step, and the number of its class 0.

    carried: strata of which nobody was drawn, and the drawn one whose units carry them.
    """

    country: int
    first: int
    step: PropensityStep
    found: ResponseClasses
    carried: tuple[Merge, ...]


def weigh_by_propensity(
    *,
    strata: Codes,
    responded: Mask,
    populations: Floats,
    keys: Codes,
    variables: Sequence[Described],
    rule: ClassRule,
    lonely_psu: LonelyPsu = LonelyPsu.FAIL,
) -> tuple[Weighting, tuple[CountryClasses, ...]]:
    """As `weights.weigh`, with classes of the propensity in place of cells: variables hold a code for each drawn unit.

    The first column of keys is the country. A class carries the design weights of its drawn units; a stratum of which
    nobody was drawn is carried by the units of the nearest drawn stratum of its country. Classes cross strata: those of
    the variance stay the design's, and the weights of a stratum need no longer add up to its population.
    """
    base = design_weights(strata=strata, populations=populations)
    drawn = np.bincount(strata, minlength=len(populations))
    respondents = np.bincount(strata[responded], minlength=len(populations)).astype(np.int64)
    joined = collapse_strata(keys=keys, respondents=respondents, within=1)
    more, carried = _carried(drawn, populations, keys)
    final, units = np.zeros(len(base)), np.full(len(base), -1, dtype=np.int64)
    factors: list[Floats] = []
    countries: list[CountryClasses] = []
    for country in np.unique(keys[:, 0]):
        rows = np.flatnonzero(keys[strata, 0] == country)
        if not responded[rows].any():
            continue
        step = _step(rows, variables, responded, base=base, more=more[strata], rule=rule)
        found, first = step.classes(base[rows]), sum(map(len, factors))
        place = found.classes[step.cells]
        units[rows] = first + place
        final[rows] = np.where(responded[rows], base[rows] * found.factors[place], 0.0)
        factors.append(found.factors)
        own = tuple(one for one in carried if keys[one.member, 0] == country)
        countries.append(CountryClasses(int(country), first, step, found, own))
    rows = np.flatnonzero(responded).astype(np.int64)
    represented = np.isin(keys[:, 0], [one.country for one in countries])
    weighting = Weighting(
        design=respondents_design(final[rows], strata[rows], joined.groups, populations, lonely_psu),
        respondents=rows, base=base, units=units, cells=np.full(len(populations), -1, dtype=np.int64),
        factors=np.concatenate(factors) if factors else np.zeros(0), strata=joined.groups, cell_merges=carried,
        stratum_merges=joined.merges, unrepresented=float(populations[~represented].sum()),
    )  # fmt: skip
    return weighting, tuple(countries)


def _carried(drawn: Codes, populations: Floats, keys: Codes) -> tuple[Floats, tuple[Merge, ...]]:
    """more f8[H] of the drawn strata, and where each stratum went of which nobody was drawn."""
    order = neighbour_order(keys, within=1)
    order[:, drawn == 0] = np.inf
    held, merges = populations.copy(), list[Merge]()
    for stratum in np.flatnonzero((drawn == 0) & (populations > 0)):
        nearest = int(np.argmin(order[stratum]))
        reached = bool(np.isfinite(order[stratum, nearest]))
        if reached:
            held[nearest] += populations[stratum]
        merges.append(Merge(int(stratum), nearest if reached else None, Reason.NOBODY_DRAWN))
    return np.divide(held, populations, out=np.ones(len(held)), where=(drawn > 0) & (populations > 0)), tuple(merges)


def _step(
    rows: Codes, variables: Sequence[Described], responded: Mask, *, base: Floats, more: Floats, rule: ClassRule
) -> PropensityStep:
    here = [variable.codes[rows] for variable in variables]
    found = cells([codes + 1 for codes in here], [len(variable.labels) + 1 for variable in variables])
    return PropensityStep(
        rows=rows,
        cells=found.rows,
        variables=tuple(
            Described(one.name, codes[found.first], one.labels, one.ordered)
            for one, codes in zip(variables, here, strict=True)
        ),
        responded=responded[rows],
        base=base[rows],
        more=more[rows],
        rule=rule,
    )
