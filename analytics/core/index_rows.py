"""Composite indices in every domain, from the net balances (or other headlines) that they are made of."""

from analytics.core.definitions import Definitions, Index
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate
from analytics.core.indices import Goalposts, composite
from analytics.core.intervals import t_interval
from analytics.core.measuring import EMPTY_WAVE, Domain, Measured, domains_of, row_of
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.weighed_wave import WeighedWave

INDEX = "index"


def index_all(wave: WeighedWave, measured: Measured, definitions: Definitions, parameters: Parameters) -> Measured:
    """Every index in every domain; its estimates join the headlines under the estimand "index"."""
    rows: list[EstimateRow] = []
    headlines: dict[Place, PointEstimate] = {}
    design = wave.weighting.design
    for index in definitions.indices.values():
        for domain in domains_of(wave.sample):
            place = Place(INDEX, index.key, "", domain.country, domain.sector)
            if design is None:
                rows.append(place.row(flags=(EMPTY_WAVE,)))
                continue
            estimate = _composite(design, index, definitions, measured, domain)
            interval = t_interval(estimate, confidence=parameters.confidence, bounds=(0.0, index.scale))
            headlines[place] = estimate
            rows.append(row_of(place, estimate, interval))
    return Measured(tuple(rows), headlines)


def _composite(
    design: SurveyDesign, index: Index, definitions: Definitions, measured: Measured, domain: Domain
) -> PointEstimate:
    categories = definitions.indicators[index.of].categories
    parts = [
        measured.headlines[Place(index.estimand, index.of, category, domain.country, domain.sector)]
        for category in categories
    ]
    posts = Goalposts(*index.goalposts, scale=index.scale)
    return composite(design, parts, [posts] * len(parts))
