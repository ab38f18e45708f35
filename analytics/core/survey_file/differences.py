"""Differences between domains: each against the rest, or every pair, tested as the family that was declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from analytics.core.arrays import InputError, Mask
from analytics.core.estimates import Flag, PointEstimate, difference, ratio
from analytics.core.families import Compared, Effect, Family, declare, effect
from analytics.core.intervals import NO_SPREAD
from analytics.core.survey_file.one_by_one import DIRECT, Quantity, quantities
from analytics.core.survey_file.plan import Against, DomainFamily
from analytics.core.survey_file.results import degrees, domain_name, known
from analytics.core.survey_file.survey import Grouping, Survey

REST = "rest"  # what a domain is held against when it is not another one


class DomainDifference(NamedTuple):
    """The estimate in `domain` minus the one in `against`. Numbers are None where the data leave them undefined.

    family: its number in the document, from 1, and comparisons: how many it has, over which p_adjusted is adjusted.
    n and n_against: answers. low and high are for this difference alone; the verdict follows p_adjusted.
    """

    family: int
    adjustment: str
    comparisons: int
    estimand: str
    item: str
    category: str
    domain: str
    against: str
    n: int
    n_against: int
    difference: float | None
    standard_error: float | None
    df: float | None
    low: float | None
    high: float | None
    confidence: float
    p: float | None
    p_adjusted: float | None
    verdict: str
    flags: tuple[str, ...]


def differences(survey: Survey) -> Iterator[DomainDifference]:
    """Rows by family, item, category and domain. InputError for a family of one domain."""
    for number, wanted in enumerate(survey.plan.differences):
        grouping = next(one for one in survey.groupings if one.by == wanted.by)
        if len(grouping.labels) < 2:
            raise InputError(
                f"differences[{number}].by", expected="two domains or more", got="one",
                hint="Compare by a column with more values.",
            )  # fmt: skip
        yield from _of_family(survey, number + 1, wanted, grouping)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two estimates of one quantity and what they are of."""

    estimand: str
    item: str
    category: str
    domain: str
    against: str
    one: PointEstimate
    other: PointEstimate
    found: PointEstimate

    @property
    def effect(self) -> Effect:
        return effect(repr((self.item, self.category, self.domain, self.against)), self.found)


def _of_family(survey: Survey, number: int, wanted: DomainFamily, grouping: Grouping) -> Iterator[DomainDifference]:
    pairs = [
        pair
        for key in wanted.request.items
        for quantity in quantities(survey, wanted.request, key)
        for pair in _pairs(survey, quantity, grouping, wanted.against)
    ]
    effects = [pair.effect for pair in pairs]
    confidence = survey.plan.interval.confidence
    family = declare(
        f"differences[{number - 1}]", [one.name for one in effects], adjustment=wanted.adjustment, alpha=1 - confidence
    )
    for pair, compared in zip(pairs, family.compare(effects), strict=True):
        yield _row(number, family, pair, compared, confidence)


def _pairs(survey: Survey, quantity: Quantity, grouping: Grouping, against: Against) -> Iterator[_Pair]:
    names = [domain_name(grouping.by, label) for label in grouping.labels]
    inside: Sequence[Mask] = [np.asarray(grouping.codes == one, dtype=np.bool_) for one in range(len(names))]
    each = [_point(survey, quantity, one) for one in inside]
    if against is Against.REST:
        sides = [
            (name, REST, one, _point(survey, quantity, ~rows))
            for name, one, rows in zip(names, each, inside, strict=True)
        ]
    else:
        sides = [(names[a], names[b], each[a], each[b]) for a, b in combinations(range(len(names)), 2)]
    for name, other_name, one, other in sides:
        found = _difference(survey, quantity, one, other)
        yield _Pair(
            str(quantity.estimand), quantity.answers.item.key, quantity.category, name, other_name, one, other, found
        )


def _point(survey: Survey, quantity: Quantity, inside: Mask) -> PointEstimate:
    if quantity.over is not None:
        return ratio(survey.design, quantity.values, quantity.over.numbers, inside)
    return DIRECT[quantity.estimand](survey.design, quantity.values, inside)


def _difference(survey: Survey, quantity: Quantity, one: PointEstimate, other: PointEstimate) -> PointEstimate:
    """With its covariance and the plan's degrees of freedom; a standard error that is only rounding is 0."""
    found = difference(survey.design, one, other)
    found = replace(found, df=degrees(survey.design, found, survey.plan.interval.df))
    if found.standard_error <= NO_SPREAD * max(1.0, abs(found.value)):
        flags = found.flags | {Flag.KNOWN if quantity.fixed else Flag.ZERO_SPREAD}
        return replace(found, standard_error=0.0, flags=flags)
    return found


def _row(number: int, family: Family, pair: _Pair, compared: Compared, confidence: float) -> DomainDifference:
    tested = not np.isnan(compared.p)
    return DomainDifference(
        family=number,
        adjustment=str(family.adjustment),
        comparisons=len(family.comparisons),
        estimand=pair.estimand,
        item=pair.item,
        category=pair.category,
        domain=pair.domain,
        against=pair.against,
        n=pair.one.n,
        n_against=pair.other.n,
        difference=known(compared.value),
        standard_error=known(compared.standard_error),
        df=known(compared.df) if compared.df > 0 else None,
        low=known(compared.low) if tested else None,
        high=known(compared.high) if tested else None,
        confidence=confidence,
        p=known(compared.p),
        p_adjusted=known(compared.p_adjusted),
        verdict=str(compared.verdict),
        flags=tuple(sorted(map(str, pair.found.flags))),
    )
