"""Measures estimated in every domain: the shares and balances of a run, as rows, with their precision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.conditions import Respondents
from analytics.core.definitions import Definitions, Graded, Measure
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, net_balance, share
from analytics.core.intervals import Interval, Method, interval_of_share, t_interval
from analytics.core.parameters import Parameters
from analytics.core.results import ALL_SECTORS, ALL_SIZES, EstimateRow, Place
from analytics.core.sample import SIZE_CLASSES, Sample

MISSING_CAUTION = "missing_caution"
NOBODY_ASKED = "nobody_asked"
EMPTY_WAVE = "empty_domain"
COUNTY = "county"


@dataclass(frozen=True, eq=False)
class Domain:
    """A country or a part of it by sector, size class or area; rows bool[n] of the respondents in it."""

    country: str
    sector: str
    rows: Mask
    size_class: str = ALL_SIZES
    area: str = ""

    def place(self, estimand: str, indicator: str, category: str = "") -> Place:
        return Place(estimand, indicator, category, self.country, self.sector, self.size_class, self.area)


@dataclass(frozen=True, eq=False)
class Measured:
    """The rows of all measures, and the estimates behind the headline ones, for changes, indices and comparisons."""

    rows: tuple[EstimateRow, ...]
    headlines: Mapping[Place, PointEstimate]


def domains_of(sample: Sample) -> tuple[Domain, ...]:
    """Every country as a whole, by sector and by size class: those of the frame, whether anybody answered or not."""
    found = []
    for country in sample.countries:
        here = np.asarray(sample.country == country, dtype=np.bool_)
        found.append(Domain(country, ALL_SECTORS, here))
        for sector in sorted({stratum.sector for stratum in sample.strata if stratum.country == country}):
            found.append(Domain(country, sector, here & np.asarray(sample.sector == sector, dtype=np.bool_)))
        present = {stratum.size_class for stratum in sample.strata if stratum.country == country}
        for size_class in (one for one in SIZE_CLASSES if one in present):
            rows = here & np.asarray(sample.size_class == size_class, dtype=np.bool_)
            found.append(Domain(country, ALL_SECTORS, rows, size_class))
    return tuple(found)


def fine_domains_of(sample: Sample) -> tuple[Domain, ...]:
    """The finer parts of each country: its counties, and each size class of each sector of the frame.

    Counties are those that respondents are in; the frame as the sample holds it does not list the others.
    """
    found = []
    for country in sample.countries:
        here = np.asarray(sample.country == country, dtype=np.bool_)
        for county in sorted({str(one) for one in sample.county[here] if one}):
            rows = here & np.asarray(sample.county == county, dtype=np.bool_)
            found.append(Domain(country, ALL_SECTORS, rows, area=f"{COUNTY}:{county}"))
        parts = {(one.sector, one.size_class) for one in sample.strata if one.country == country}
        for sector, size_class in sorted(parts, key=lambda part: (part[0], SIZE_CLASSES.index(part[1]))):
            rows = here & (sample.sector == sector) & (sample.size_class == size_class)
            found.append(Domain(country, sector, np.asarray(rows, dtype=np.bool_), size_class))
    return tuple(found)


def measure_all(
    sample: Sample, design: SurveyDesign | None, definitions: Definitions, parameters: Parameters
) -> Measured:
    """Every measure in every domain; without a design (nobody answered) rows that say so.

    The finer parts of a country are for its main figures alone, the headline shares without categories: of the rest
    nearly all would have too few answers to be shown.
    """
    domains, fine = domains_of(sample), fine_domains_of(sample)
    rows: list[EstimateRow] = []
    found: dict[Place, PointEstimate] = {}
    for measure in definitions.measures:
        wanted = (*domains, *fine) if definitions.is_main(measure) else domains
        if design is None:
            rows += [_place(measure, domain).row(flags=(EMPTY_WAVE,)) for domain in wanted]
            continue
        for domain, missing, estimate in estimates_of(measure, sample, design, wanted):
            place = _place(measure, domain)
            flags = missing_flags(missing, parameters)
            rows.append(row_of(place, estimate, interval_of(estimate, parameters), missing=missing, flags=flags))
            if definitions.leads(measure) and not is_fine(place):
                found[place] = estimate
    return Measured(tuple(rows), found)


def is_fine(place: Place) -> bool:
    """Whether the place is a county, or a size class of a sector: estimated, and neither compared nor followed."""
    return bool(place.area or (place.sector and place.size_class))


def headlines(sample: Sample, design: SurveyDesign | None, definitions: Definitions) -> dict[Place, PointEstimate]:
    """The estimates behind the headline measures alone: all that a change needs of the wave before."""
    if design is None:
        return {}
    domains = domains_of(sample)
    return {
        _place(measure, domain): estimate
        for measure in definitions.measures
        if definitions.leads(measure)
        for domain, _missing, estimate in estimates_of(measure, sample, design, domains)
    }


def _place(measure: Measure, domain: Domain) -> Place:
    return domain.place(measure.estimand, measure.indicator, measure.category)


def estimates_of(
    measure: Measure, sample: Sample, design: SurveyDesign, domains: Sequence[Domain]
) -> Iterator[tuple[Domain, float | None, PointEstimate]]:
    """Each domain with the share of those asked who are missing, and the estimate."""
    asked, values = scores(measure, sample.respondents)
    estimator = share if measure.minus is None else net_balance
    for domain in domains:
        yield domain, missing_share(asked & domain.rows, values), estimator(design, values, domain.rows)


def scores(measure: Measure | Graded, respondents: Respondents) -> tuple[Mask, Floats]:
    """asked bool[n], and the value f8[n] of each respondent, NaN outside the base.

    Of a measure 1 counts and -1 counts against; of a graded one it is the number of the first rule that holds.
    """
    holds = respondents.holds
    asked = np.ones(respondents.size, dtype=np.bool_) if measure.asked is None else holds(measure.asked)
    if isinstance(measure, Graded):
        values = np.full(respondents.size, np.nan)
        for rule, number in reversed(measure.grades):
            values[holds(rule)] = number
    else:
        values = holds(measure.plus).astype(np.float64)
        if measure.minus is not None:
            values -= holds(measure.minus)
    values[~(asked & holds(measure.base))] = np.nan
    return asked, values


def compared_shares(definitions: Definitions) -> tuple[Measure, ...]:
    """The shares without categories that countries are compared by: whether a workplace is innovative, above all."""
    return tuple(
        measure
        for measure in definitions.measures
        if definitions.is_main(measure) and definitions.indicators[measure.indicator].compare_countries
    )


def missing_share(asked: Mask, values: Floats) -> float | None:
    """Of those asked, the unweighted share without an answer; None when nobody was asked."""
    count = int(asked.sum())
    return float(np.isnan(values[asked]).sum()) / count if count else None


def interval_of(estimate: PointEstimate, parameters: Parameters) -> Interval:
    """By the parameters for a share; on Student's t within the scale for a balance."""
    if estimate.positive is None:
        return t_interval(estimate, confidence=parameters.confidence, bounds=(-1.0, 1.0))
    method = None if parameters.interval == "default" else Method(parameters.interval)
    return interval_of_share(estimate, confidence=parameters.confidence, method=method)


def row_of(
    place: Place,
    estimate: PointEstimate,
    interval: Interval,
    *,
    missing: float | None = None,
    flags: Sequence[str] = (),
) -> EstimateRow:
    return place.row(
        n=estimate.n,
        positive=estimate.positive,
        n_effective=known(estimate.n_effective),
        value=known(estimate.value),
        standard_error=known(estimate.standard_error),
        degrees_of_freedom=known(estimate.df),
        low=known(interval.low),
        high=known(interval.high),
        interval_method=str(interval.method),
        design_effect=known(estimate.design_effect),
        missing_share=missing,
        flags=tuple(sorted({str(flag) for flag in estimate.flags} | set(flags))),
    )


def known(value: float) -> float | None:
    """A float that may be stored: neither NaN nor infinite (degrees of freedom without variance)."""
    return float(value) if np.isfinite(value) else None


def missing_flags(missing: float | None, parameters: Parameters) -> tuple[str, ...]:
    """That nobody was asked, or that more than the parameters allow did not answer."""
    if missing is None:
        return (NOBODY_ASKED,)
    return (MISSING_CAUTION,) if missing > parameters.missing_caution else ()
