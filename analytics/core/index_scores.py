"""Indices from their definitions: a score for each respondent and its mean, or a composite of a domain's estimates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.composites.aggregate import Aggregation as Mean
from analytics.core.composites.aggregate import weighted_mean
from analytics.core.conditions import Respondents
from analytics.core.definitions import Aggregation, Component, Index, Pillar
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, linear
from analytics.core.indices import Goalposts
from analytics.core.measuring import scores

ROUNDING = 1e-9
POWER = {Aggregation.ARITHMETIC: 1, Aggregation.GEOMETRIC: 0, Aggregation.HARMONIC: -1}

Estimator = Callable[[Component], PointEstimate]


@dataclass(frozen=True)
class Line:
    """From a component's own scale to the index's: constant + slope x value."""

    constant: float
    slope: float


def person_scores(index: Index, respondents: Respondents) -> tuple[Mask, Floats]:
    """asked bool[n], and the score f8[n] of each respondent on the scale of the index.

    The weighted mean of the components that the respondent has a value of, where these carry at least minimum_share of
    the weight, NaN elsewhere: what is missing takes the mean of one's own other answers. `asked` is whom any component
    was for. Source: the rule of half or more, Likert scales by person mean (Downey & King 1998).
    """
    asked = np.zeros(respondents.size, dtype=np.bool_)
    parts: list[Floats] = []
    for component in index.components:
        was_asked, values = scores(component.of, respondents)
        line = line_of(component, index)
        asked |= was_asked
        parts.append(line.constant + line.slope * values)
    return asked, score_of_parts(index, parts)


def score_of_parts(index: Index, parts: Sequence[Floats] | Floats) -> Floats:
    """The score f8[n] of each respondent from the components f8[n], each on the scale of the index; see above."""
    size = len(parts[0])
    total, carried = np.zeros(size), np.zeros(size)
    weights = weights_of(index)
    for values, weight in zip(parts, weights, strict=True):
        there = ~np.isnan(values)
        total[there] += weight * values[there]
        carried[there] += weight
    enough = carried >= index.minimum_share * sum(weights) - ROUNDING
    found: Floats = np.divide(total, carried, out=np.full(size, np.nan), where=enough & (carried > 0))
    return found


def composite_score(index: Index, design: SurveyDesign, estimate: Estimator) -> PointEstimate:
    """The composite of a domain's estimates, with the covariance of its parts.

    Arithmetic inside a pillar, the index's aggregation over pillars. Parts without a value are left out while the
    others carry minimum_share of the weight; else there is no value (flag missing_part). Variance by the delta method:
    the slope of a part is a (M/x)^(1 - p), with its share of the weight a, its pillar's score x, the whole M and p = 1,
    0, -1 for the three means. InputError for an estimate outside its goalposts and for scores below what a mean can
    take. Source: OECD & JRC 2008, steps 5-7; Binder 1983.
    """
    found = [[(one, estimate(one)) for one in pillar.components] for pillar in index.pillars]
    every = [given for pillar in found for _one, given in pillar]
    weighed = list(zip(every, weights_of(index), strict=True))
    carried = sum(weight for given, weight in weighed if _has_value(given))
    if carried < index.minimum_share * sum(weight for _given, weight in weighed) - ROUNDING or not carried:
        return linear(design, every, [0.0] * len(every))
    kept = [[(one, given) for one, given in pillar if _has_value(given)] for pillar in found]
    pillars = [(pillar, parts) for pillar, parts in zip(index.pillars, kept, strict=True) if _weight(parts)]
    inside = [_inside(parts, index) for _pillar, parts in pillars]
    outer = _outer([pillar for pillar, _parts in pillars], [value for value, _slopes in inside], index.aggregation)
    used = [given for _pillar, parts in pillars for _one, given in parts]
    slopes = [steep * slope for steep, (_value, own) in zip(outer.slopes, inside, strict=True) for slope in own]
    constant = outer.value - sum(slope * given.value for slope, given in zip(slopes, used, strict=True))
    return linear(design, used, slopes, constant)


def weights_of(index: Index) -> list[float]:
    """The weight of each component in the whole: its part of its pillar's weight."""
    return [
        pillar.weight * component.weight / (sum(one.weight for one in pillar.components) or 1.0)
        for pillar in index.pillars
        for component in pillar.components
    ]


def bottom(index: Index) -> float:
    """The lowest score: 0, and 1 where the mean of the pillars cannot take 0."""
    return 0.0 if index.aggregation is Aggregation.ARITHMETIC else 1.0


def line_of(component: Component, index: Index) -> Line:
    """From the goalposts to the ends of the index's scale, turned round where the direction is -1."""
    start, end = component.posts
    slope = (index.scale - bottom(index)) / (end - start)
    return Line(bottom(index) - slope * start, slope)


@dataclass(frozen=True)
class _Whole:
    value: float
    slopes: tuple[float, ...]  # of each pillar's score


def _outer(pillars: Sequence[Pillar], values: Sequence[float], how: Aggregation) -> _Whole:
    """The mean of the pillars' scores and its slope by each of them."""
    weights = np.array([pillar.weight for pillar in pillars])
    given = np.array(values)
    value = float(weighted_mean(given, weights, how=Mean(how.value)))
    shares = weights / weights.sum()
    power = 1 - POWER[how]
    slopes = shares if power == 0 else shares * (value / given) ** power
    return _Whole(value, tuple(slopes.tolist()))


def _inside(parts: Sequence[tuple[Component, PointEstimate]], index: Index) -> tuple[float, list[float]]:
    """The score of a pillar, and its slope by each of its parts' own values."""
    total, value, slopes = _weight(parts), 0.0, []
    for component, given in parts:
        Goalposts(*component.goalposts, scale=index.scale).normalise(given.value)  # refuses what lies outside
        line, share = line_of(component, index), component.weight / total
        value += share * (line.constant + line.slope * given.value)
        slopes.append(share * line.slope)
    return value, slopes


def _weight(parts: Sequence[tuple[Component, PointEstimate]]) -> float:
    return sum(component.weight for component, _given in parts)


def _has_value(estimate: PointEstimate) -> bool:
    return not np.isnan(estimate.value)
