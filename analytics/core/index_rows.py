"""Composite indices in every domain, from the net balances (or other headlines) that they are made of."""

from collections.abc import Iterator, Mapping, Sequence

from analytics.core.definitions import Definitions, Index
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate
from analytics.core.indices import Goalposts, composite
from analytics.core.intervals import t_interval
from analytics.core.measuring import EMPTY_WAVE, Domain, domains_of, row_of
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.weighed_wave import WeighedWave

INDEX = "index"


def indices(
    wave: WeighedWave, headlines: Mapping[Place, PointEstimate], definitions: Definitions
) -> dict[Place, PointEstimate]:
    """Every index in every domain, on its own scale; nothing when nobody answered."""
    design = wave.weighting.design
    if design is None:
        return {}
    return {
        Place(INDEX, index.key, "", domain.country, domain.sector): _composite(
            design, index, definitions.indicators[index.of].categories, headlines, domain
        )
        for index in definitions.indices.values()
        for domain in domains_of(wave.sample)
    }


def index_rows(
    wave: WeighedWave, found: Mapping[Place, PointEstimate], definitions: Definitions, parameters: Parameters
) -> Iterator[EstimateRow]:
    """A row for every index and domain, with its interval; without a value when nobody answered."""
    for index in definitions.indices.values():
        for domain in domains_of(wave.sample):
            place = Place(INDEX, index.key, "", domain.country, domain.sector)
            if place not in found:
                yield place.row(flags=(EMPTY_WAVE,))
                continue
            interval = t_interval(found[place], confidence=parameters.confidence, bounds=(0.0, index.scale))
            yield row_of(place, found[place], interval)


def _composite(
    design: SurveyDesign,
    index: Index,
    categories: Sequence[str],
    headlines: Mapping[Place, PointEstimate],
    domain: Domain,
) -> PointEstimate:
    parts = [
        headlines[Place(index.estimand, index.of, category, domain.country, domain.sector)] for category in categories
    ]
    posts = Goalposts(*index.goalposts, scale=index.scale)
    return composite(design, parts, [posts] * len(parts))
