"""Countries against each other: pairwise differences in families, and the ranks that the data cannot rule out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from analytics.core.definitions import Comparable, Definitions
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.hypothesis_tests import Pairwise, Verdict, pairwise
from analytics.core.index_imputation import imputed_flags
from analytics.core.index_rows import INDEX
from analytics.core.indices import rank_intervals
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place

DIFFERENCE = "difference"
NOT_DECLARED = "not_declared_comparable"


def between_countries(
    rows: Sequence[EstimateRow],
    headlines: Mapping[Place, PointEstimate],
    definitions: Definitions,
    parameters: Parameters,
) -> tuple[EstimateRow, ...]:
    """The rows with rank intervals put in, followed by every pairwise difference of what is set side by side."""
    ranked = {row.place: row for row in rows}
    differences: list[EstimateRow] = []
    entries: list[tuple[str, str, Comparable]] = [
        (indicator.headline, indicator.key, indicator.comparable)
        for indicator in definitions.indicators.values()
        if indicator.compare_countries
    ]
    entries += [
        (INDEX, index.key, index.comparable) for index in definitions.indices.values() if index.compare_countries
    ]
    for estimand, key, comparable in entries:
        found = {
            place.country: estimate
            for place, estimate in headlines.items()
            if place == Place(estimand, key, "", place.country)
        }
        if len(found) < 2:
            continue
        if not comparable.countries:
            differences += _not_side_by_side(key, list(found))
            continue
        compared = _pairwise(key, found, parameters)
        differences += _difference_rows(key, compared, found)
        for rank in rank_intervals(compared):
            place = Place(estimand, key, "", rank.name)
            ranked[place] = replace(ranked[place], rank_low=rank.rank_low, rank_high=rank.rank_high)
    return (*ranked.values(), *differences)


def _pairwise(key: str, found: Mapping[str, PointEstimate], parameters: Parameters) -> Pairwise:
    """Countries are sampled apart, so that their estimates are independent."""
    return pairwise(
        [estimate.value for estimate in found.values()],
        [estimate.variance for estimate in found.values()],
        [estimate.df for estimate in found.values()],
        names=list(found),
        family=key,
        alpha=1 - parameters.confidence,
        known=[Flag.KNOWN in estimate.flags for estimate in found.values()],
    )


def _difference_rows(key: str, compared: Pairwise, found: Mapping[str, PointEstimate]) -> Iterator[EstimateRow]:
    for pair in compared.pairs:
        yield Place(DIFFERENCE, key, "", pair.first).row(
            against=pair.second,
            n=min(found[pair.first].n, found[pair.second].n),
            value=known(pair.difference),
            standard_error=known(pair.standard_error),
            degrees_of_freedom=known(pair.df),
            low=known(pair.low),
            high=known(pair.high),
            interval_method="t",
            p_value=known(pair.p),
            p_adjusted=known(pair.p_adjusted),
            verdict=str(pair.verdict),
            flags=imputed_flags(found[pair.first], found[pair.second]),
        )


def _not_side_by_side(key: str, countries: Sequence[str]) -> list[EstimateRow]:
    return [
        Place(DIFFERENCE, key, "", first).row(
            against=second, verdict=str(Verdict.NOT_COMPARABLE), flags=(NOT_DECLARED,)
        )
        for position, first in enumerate(countries)
        for second in countries[position + 1 :]
    ]
