"""Countries against each other: pairwise differences in families, and the ranks that the data cannot rule out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from analytics.core.definitions import Comparable, Definitions
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.hypothesis_tests import Pairwise, Verdict, pairwise
from analytics.core.index_imputation import imputed_flags
from analytics.core.index_rows import INDEX
from analytics.core.indices import RankInterval, rank_intervals
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.results import COMMON_PART, EstimateRow, Place
from analytics.core.wave_conditions import refusals

DIFFERENCE = "difference"
NOT_DECLARED = "not_declared_comparable"


def between_countries(
    rows: Sequence[EstimateRow],
    headlines: Mapping[Place, PointEstimate],
    definitions: Definitions,
    parameters: Parameters,
    conditions: Mapping[str, Mapping[str, object]] | None = None,
) -> tuple[EstimateRow, ...]:
    """The rows with rank intervals put in, followed by every pairwise difference of what is set side by side.

    conditions: by country, as `wave_conditions` describes them. Where they differ the pair is refused with flags that
    name them, and takes no part in ranks. A country that asked others too is compared by its figure of the common
    part, and the flag says so.
    """
    known_conditions = conditions or {}
    ranked = {row.key: row for row in rows}
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
        found, partly = _compared(estimand, key, headlines)
        if len(found) < 2:
            continue
        if not comparable.countries:
            differences += _not_side_by_side(key, list(found))
            continue
        refused = _refused(list(found), known_conditions)
        compared = _pairwise(key, found, parameters, refused)
        differences += _difference_rows(key, compared, found, refused, partly)
        for rank in rank_intervals(compared):
            own = Place(estimand, key, "", rank.name).row().key
            ranked[own] = _ranked(ranked[own], rank, partly=rank.name in partly)
    return (*ranked.values(), *differences)


def _ranked(row: EstimateRow, rank: RankInterval, *, partly: bool) -> EstimateRow:
    flags = {*row.flags, COMMON_PART} if partly else row.flags
    return replace(row, rank_low=rank.rank_low, rank_high=rank.rank_high, flags=tuple(sorted(flags)))


def _compared(
    estimand: str, key: str, headlines: Mapping[Place, PointEstimate]
) -> tuple[dict[str, PointEstimate], frozenset[str]]:
    """Country -> the estimate that it is compared by; the countries of which it is that of the common part."""
    whole = {place.country: one for place, one in headlines.items() if place == Place(estimand, key, "", place.country)}
    parts = {country: headlines.get(Place(COMMON_PART, key, "", country)) for country in whole}
    found = {country: parts[country] or estimate for country, estimate in whole.items()}
    return found, frozenset(country for country, part in parts.items() if part is not None)


def _refused(
    countries: Sequence[str], conditions: Mapping[str, Mapping[str, object]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Pair -> the flags that say which conditions forbid it; pairs that may stand side by side are left out."""
    found = {
        (one, other): refusals(conditions[one], conditions[other])
        for one, other in combinations(countries, 2)
        if one in conditions and other in conditions
    }
    return {pair: flags for pair, flags in found.items() if flags}


def _pairwise(
    key: str, found: Mapping[str, PointEstimate], parameters: Parameters, refused: Collection[tuple[str, str]]
) -> Pairwise:
    """Countries are sampled apart, so that their estimates are independent."""
    return pairwise(
        [estimate.value for estimate in found.values()],
        [estimate.variance for estimate in found.values()],
        [estimate.df for estimate in found.values()],
        names=list(found),
        family=key,
        alpha=1 - parameters.confidence,
        known=[Flag.KNOWN in estimate.flags for estimate in found.values()],
        refused=refused,
    )


def _difference_rows(
    key: str,
    compared: Pairwise,
    found: Mapping[str, PointEstimate],
    refused: Mapping[tuple[str, str], tuple[str, ...]],
    partly: Collection[str],
) -> Iterator[EstimateRow]:
    for pair in compared.pairs:
        if flags := refused.get((pair.first, pair.second)):
            yield _without_value(key, pair.first, pair.second, flags)
            continue
        partly_flag = (COMMON_PART,) if {pair.first, pair.second} & set(partly) else ()
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
            flags=tuple(sorted({*partly_flag, *imputed_flags(found[pair.first], found[pair.second])})),
        )


def _not_side_by_side(key: str, countries: Sequence[str]) -> list[EstimateRow]:
    return [_without_value(key, first, second, (NOT_DECLARED,)) for first, second in combinations(countries, 2)]


def _without_value(key: str, first: str, second: str, flags: tuple[str, ...]) -> EstimateRow:
    return Place(DIFFERENCE, key, "", first).row(against=second, verdict=str(Verdict.NOT_COMPARABLE), flags=flags)
