"""The part of the public sector that every country of a wave asked, and the figures that countries are compared by.

A figure of municipalities alone is not set beside one of municipalities and counties: where samples reach differently
far, countries are compared in what all of them have, and where they have nothing in common they are not compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from analytics.core.arrays import Mask
from analytics.core.comparison_conditions import Population
from analytics.core.definitions import Definitions, Index, Indicator
from analytics.core.index_rows import INDEX, index_in, interval_of_index
from analytics.core.measuring import Domain, estimates_of, interval_of, row_of
from analytics.core.parameters import Parameters
from analytics.core.results import ALL_SECTORS, COMMON_PART, EstimateRow
from analytics.core.sample import Sample
from analytics.core.wave_conditions import MODE, unit_of, weighting_of
from analytics.core.weighed_wave import WeighedWave

Document = dict[str, object]


@dataclass(frozen=True)
class Reach:
    """Whom each country's sample stands for, and the part that all have: None where nothing is common to all."""

    populations: Mapping[str, Population]
    common: Population | None

    def narrows(self, country: str) -> bool:
        """Whether the country asked others too, so that its own figure is not the one to compare."""
        return self.common is not None and self.populations[country] != self.common

    def compared(self, country: str) -> Population:
        """Whom the country's compared figures are of."""
        return self.populations[country] if self.common is None else self.common

    def rows(self, sample: Sample, country: str) -> Mask:
        """The respondents bool[n] of the country that its compared figures are of."""
        here: Mask = np.asarray(sample.country == country, dtype=np.bool_)
        if not self.narrows(country):
            return here
        part = self.compared(country)
        return here & np.isin(sample.level, sorted(part.levels)) & np.isin(sample.sector, sorted(part.sectors))


def reach(frame: pd.DataFrame, strata: Iterable[Mapping[str, object]]) -> Reach:
    """From the drawn units, whose level is known, and the strata of the frame; of all countries of a wave."""
    sectors: dict[str, set[str]] = {}
    for stratum in strata:
        sectors.setdefault(str(stratum["country"]), set()).add(str(stratum["sector"]))
    levels = {str(country): set(of) for country, of in frame.groupby("country")["level"].unique().items()}
    populations = {
        country: Population(frozenset(str(one) for one in levels.get(country, ())), frozenset(of))
        for country, of in sorted(sectors.items())
    }
    return Reach(populations, _common([one for one in populations.values() if one.levels]))


def _common(populations: list[Population]) -> Population | None:
    """Of countries of which somebody was drawn: a country without a sample takes nothing away from the others."""
    if not populations:
        return None
    found = reduce(lambda one, other: one.within(other.levels, other.sectors), populations)
    return found if found.levels and found.sectors else None


def conditions_of(country: str, reached: Reach, wave: WeighedWave, parameters: Parameters) -> Document:
    """What staff see and `wave_conditions.refusals` reads; "compared": whom compared figures are of, if of a part."""
    own, part = reached.populations[country], reached.compared(country)
    document: Document = {
        "unit": str(unit_of(wave.instrument.key)),
        "levels": sorted(own.levels),
        "sectors": sorted(own.sectors),
        "compared": None,
        "scale": f"{wave.instrument.key} {wave.instrument.version}",
        "reference_period": wave.code,
        "mode": MODE,
        "weighting": weighting_of(parameters),
    }
    if reached.narrows(country):
        document["compared"] = {"levels": sorted(part.levels), "sectors": sorted(part.sectors)}
    return document


def common_part_rows(
    wave: WeighedWave, reached: Reach, definitions: Definitions, parameters: Parameters, *, seed: int
) -> Iterator[EstimateRow]:
    """For each country that asked others too, the figures that it is compared by, of the common part alone.

    seed: of the run, for what is imputed.
    """
    for country in wave.sample.countries:
        if reached.narrows(country):
            domain = Domain(country, ALL_SECTORS, reached.rows(wave.sample, country))
            yield from _rows(wave, domain, definitions, parameters, seed)


def _rows(
    wave: WeighedWave, domain: Domain, definitions: Definitions, parameters: Parameters, seed: int
) -> Iterator[EstimateRow]:
    design = wave.weighting.design
    if design is None:
        return
    for measure in definitions.measures:
        if definitions.leads(measure) and not measure.category and _compared(definitions.indicators[measure.indicator]):
            for _domain, missing, estimate in estimates_of(measure, wave.sample, design, [domain]):
                yield row_of(
                    domain.place(COMMON_PART, measure.indicator), estimate, interval_of(estimate, parameters),
                    missing=missing,
                )  # fmt: skip
    for index in filter(_compared, definitions.indices.values()):
        found = index_in([domain], index, wave, design, {}, seed=seed)
        estimate = found[domain.place(INDEX, index.key)]
        yield row_of(domain.place(COMMON_PART, index.key), estimate, interval_of_index(index, estimate, parameters))


def _compared(entry: Indicator | Index) -> bool:
    return entry.compare_countries and entry.comparable.countries
