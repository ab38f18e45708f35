"""Composite indices in every domain: the mean of respondents' scores, or a composite of a domain's estimates."""

from collections.abc import Iterator, Mapping, Sequence

from analytics.core.definitions import Component, Definitions, Index, Measure, Unit
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, mean
from analytics.core.index_imputation import completed
from analytics.core.index_scores import bottom, composite_score, person_scores
from analytics.core.intervals import Interval, t_interval
from analytics.core.measuring import EMPTY_WAVE, Domain, domains_of, missing_flags, missing_share, row_of, scores
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import Sample
from analytics.core.weighed_wave import WeighedWave

INDEX = "index"


def indices(
    wave: WeighedWave, headlines: Mapping[Place, PointEstimate], definitions: Definitions, *, seed: int
) -> dict[Place, PointEstimate]:
    """Every index in every domain, on its own scale; nothing when nobody answered.

    `headlines` are estimates that need not be made again. seed: of the run, for an index that is imputed.
    """
    design = wave.weighting.design
    if design is None:
        return {}
    found: dict[Place, PointEstimate] = {}
    for index in definitions.indices.values():
        found |= index_in(domains_of(wave.sample), index, wave, design, headlines, seed=seed)
    return found


def index_in(
    domains: Sequence[Domain],
    index: Index,
    wave: WeighedWave,
    design: SurveyDesign,
    headlines: Mapping[Place, PointEstimate],
    *,
    seed: int,
) -> dict[Place, PointEstimate]:
    """The index in each of the domains, on its own scale; `headlines` and `seed` as in `indices`."""
    found: dict[Place, PointEstimate] = {}
    if index.unit is Unit.RESPONDENT:
        _asked, values = person_scores(index, wave.sample.respondents)
        filled = completed(index, wave, seed=seed)
        for domain in domains:
            own = mean(design, values, domain.rows)
            found[_place(index, domain)] = filled.estimate(own, country=domain.country, rows=domain.rows, design=design)
        return found
    for domain in domains:
        parts = _Parts(wave.sample, design, domain, headlines)
        found[_place(index, domain)] = composite_score(index, design, parts.estimate)
    return found


def interval_of_index(index: Index, estimate: PointEstimate, parameters: Parameters) -> Interval:
    """On Student's t, cut at the ends of the index's scale."""
    return t_interval(estimate, confidence=parameters.confidence, bounds=(bottom(index), index.scale))


def index_rows(
    wave: WeighedWave, found: Mapping[Place, PointEstimate], definitions: Definitions, parameters: Parameters
) -> Iterator[EstimateRow]:
    """A row for every index and domain, with its interval; without a value when nobody answered.

    An index of respondents says too how many of those asked have no score.
    """
    for index in definitions.indices.values():
        scored = person_scores(index, wave.sample.respondents) if index.unit is Unit.RESPONDENT else None
        for domain in domains_of(wave.sample):
            place = _place(index, domain)
            if place not in found:
                yield place.row(flags=(EMPTY_WAVE,))
                continue
            interval = interval_of_index(index, found[place], parameters)
            if scored is None:
                yield row_of(place, found[place], interval)
                continue
            missing = missing_share(scored[0] & domain.rows, scored[1])
            flags = missing_flags(missing, parameters)
            yield row_of(place, found[place], interval, missing=missing, flags=flags)


def _place(index: Index, domain: Domain) -> Place:
    return domain.place(INDEX, index.key)


class _Parts:
    """The estimates behind an index in one domain: those made already, else made here."""

    def __init__(
        self, sample: Sample, design: SurveyDesign, domain: Domain, headlines: Mapping[Place, PointEstimate]
    ) -> None:
        self.sample, self.design, self.domain, self.headlines = sample, design, domain, headlines

    def estimate(self, component: Component) -> PointEstimate:
        one = component.of
        if isinstance(one, Measure):
            place = self.domain.place(one.estimand, one.indicator, one.category)
            if place in self.headlines:
                return self.headlines[place]
        _asked, values = scores(one, self.sample.respondents)
        return mean(self.design, values, self.domain.rows)
