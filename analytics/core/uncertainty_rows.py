"""How far an index of countries depends on the sample and on the choices in making it.

Every country's components go into one table with their sampling covariance; draws vary the sample, the choices, or
both. Ranks from draws stand beside the joint rank intervals, which remain the ones to print.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats
from analytics.core.common_part import Reach
from analytics.core.composites.aggregate import Aggregation as Mean
from analytics.core.composites.choices import Choices, Problem
from analytics.core.composites.index_sensitivity import IndexSensitivity, index_sensitivity
from analytics.core.composites.normalise import Normalisation, Normaliser
from analytics.core.composites.recipe import Recipe
from analytics.core.composites.sampling import Normal
from analytics.core.composites.structure import Node, Structure
from analytics.core.composites.uncertainty import Runs, Simulation, Uncertainty, runs
from analytics.core.composites.weight import Within
from analytics.core.definitions import Aggregation, Definitions, Index
from analytics.core.estimates import covariance, mean
from analytics.core.measuring import known, scores
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.weighed_wave import WeighedWave

SAMPLING, CHOICES, BOTH = "index_sampling", "index_choices", "index_both"
ABOVE, FIRST_ORDER, TOTAL_ORDER, RANK_SHIFT = "index_above", "sobol_first", "sobol_total", "rank_shift"
INTERVAL = "monte_carlo"
TOP = "index"
COMPONENT_MISSING = "component_missing"

Document = dict[str, object]


@dataclass(frozen=True, eq=False)
class Components:
    """The components of one index in one country: values f8[k] on their own scales and covariance f8[k, k]."""

    country: str
    values: Floats
    covariance: Floats
    n: int


def varied(definitions: Definitions) -> tuple[Index, ...]:
    """The indices that set countries side by side and have more than one component."""
    return tuple(
        index
        for index in definitions.indices.values()
        if index.compare_countries and index.comparable.countries and len(index.components) > 1
    )


def components_of(wave: WeighedWave, definitions: Definitions, reached: Reach) -> dict[str, dict[str, Document]]:
    """Index -> country -> the components as a plain document, for the job that varies them.

    Of the part of a country that it is compared by.
    """
    design = wave.weighting.design
    if design is None:
        return {}
    found: dict[str, dict[str, Document]] = {}
    for index in varied(definitions):
        for country in wave.sample.countries:
            here = reached.rows(wave.sample, country)
            parts = [mean(design, scores(one.of, wave.sample.respondents)[1], here) for one in index.components]
            matrix = covariance(design, np.column_stack([part.influence for part in parts]))
            found.setdefault(index.key, {})[country] = {
                "values": [known(part.value) for part in parts],
                "covariance": [[known(float(one)) for one in row] for row in matrix],
                "n": min(part.n for part in parts),
            }
    return found


def uncertainty_rows(
    index: Index, countries: Mapping[str, Document], *, seed: int, parameters: Parameters
) -> Iterator[EstimateRow]:
    """Rows of one index over the countries that have all its components; the others get a row that says so.

    Median and 90 % interval of score and rank under sampling, choices and both; the share of draws in which one country
    is above another; Sobol indices of what varies. Nothing when fewer than two countries are left.
    """
    tables = [_read(country, document) for country, document in sorted(countries.items())]
    whole = [one for one in tables if not np.isnan(one.values).any() and not np.isnan(one.covariance).any()]
    for one in tables:
        if one not in whole:
            yield Place(BOTH, index.key, "", one.country).row(n=one.n, flags=(COMPONENT_MISSING,))
    if len(whole) < 2:
        return
    simulation = simulation_of(index, whole, seed=seed, draws=parameters.draws)
    drawn = runs(simulation)
    yield from _of_draws(index, whole, drawn)
    yield from _of_sensitivity(index, index_sensitivity(simulation, n=parameters.sobol_points))


def simulation_of(index: Index, countries: Sequence[Components], *, seed: int, draws: int) -> Simulation:
    """What is varied: weights by a quarter, arithmetic or geometric mean of pillars, one component left out.

    Goalposts stay: they are the ends of each component's own scale and no choice.
    """
    structure = structure_of(index)
    low = 1.0  # so that the geometric mean can be one of the choices
    normaliser = Normaliser(
        Normalisation.GOALPOSTS,
        low=low,
        high=index.scale,
        goalposts=tuple(component.goalposts for component in index.components),
    )
    inner = tuple(Mean.ARITHMETIC for _ in range(len(structure.levels) - 2))
    stated = (*inner, Mean(index.aggregation.value))
    other = Mean.GEOMETRIC if index.aggregation is Aggregation.ARITHMETIC else Mean.ARITHMETIC
    recipe = Recipe(normaliser, stated, minimum_share=index.minimum_share)
    choices = Choices(aggregations=(stated, (*inner, other)), weights=Within(0.25), drop_one=True)
    values = np.vstack([one.values for one in countries])
    return Simulation(
        problem=Problem(structure, recipe, choices),
        values=values,
        seed=seed,
        sampling=Normal(values, np.stack([one.covariance for one in countries])),
        draws=draws,
    )


def structure_of(index: Index) -> Structure:
    """The index as a tree; with one pillar the components hang on the index itself."""
    nodes = [Node(TOP, None)]
    several = len(index.pillars) > 1
    for pillar in index.pillars:
        if several:
            nodes.append(Node(pillar.key, TOP, pillar.weight))
        for place, component in enumerate(pillar.components):
            name = f"{pillar.key}.{place}"
            nodes.append(Node(name, pillar.key if several else TOP, component.weight, component.direction))
    return Structure(tuple(nodes))


def _of_draws(index: Index, countries: Sequence[Components], drawn: Runs) -> Iterator[EstimateRow]:
    for estimand, found in ((SAMPLING, drawn.sampling_only), (CHOICES, drawn.choices_only), (BOTH, drawn.both)):
        for place, country in enumerate(countries):
            yield Place(estimand, index.key, "", country.country).row(
                n=country.n,
                value=known(float(found.score_median[place])),
                low=known(float(found.score_low[place])),
                high=known(float(found.score_high[place])),
                interval_method=INTERVAL,
                rank_low=_rank(found.rank_low[place]),
                rank_high=_rank(found.rank_high[place]),
            )
    yield from _above(index, countries, drawn.both)


def _above(index: Index, countries: Sequence[Components], found: Uncertainty) -> Iterator[EstimateRow]:
    for one, first in enumerate(countries):
        for other, second in enumerate(countries):
            if one != other:
                yield Place(ABOVE, index.key, "", first.country).row(
                    against=second.country, n=min(first.n, second.n), value=known(float(found.above[one, other]))
                )


def _of_sensitivity(index: Index, found: IndexSensitivity) -> Iterator[EstimateRow]:
    """Of the mean shift of ranks: what each factor does alone, and together with the others."""
    indices = found.indices
    yield Place(RANK_SHIFT, index.key, "", "").row(value=known(found.rank_shift))
    for place, factor in enumerate(indices.factors):
        for estimand, value, low, high in (
            (FIRST_ORDER, indices.first, indices.first_low, indices.first_high),
            (TOTAL_ORDER, indices.total, indices.total_low, indices.total_high),
        ):
            yield Place(estimand, index.key, str(factor), "").row(
                value=known(float(value[place, 0])),
                low=known(float(low[place, 0])),
                high=known(float(high[place, 0])),
                interval_method="bootstrap",
            )


def _read(country: str, document: Document) -> Components:
    values = np.array(document["values"], dtype=np.float64)
    return Components(country, values, np.array(document["covariance"], dtype=np.float64), int(str(document["n"])))


def _rank(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
