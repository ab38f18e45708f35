"""An index made of published aggregates, for countries without microdata: of all its parts, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation as Mean
from analytics.core.composites.aggregate import weighted_mean
from analytics.core.definitions import Aggregation, Component, Index, Measure, Pillar, Unit
from analytics.core.published import Reading, read
from analytics.core.published_library import PublishedLibrary, Target
from analytics.core.published_terms import Scale

POWER = {Aggregation.ARITHMETIC: 1, Aggregation.GEOMETRIC: 0, Aggregation.HARMONIC: -1}
Part = tuple[str, str, str]


class Refusal(StrEnum):
    """Why an index cannot be made of published figures."""

    NEEDS_ANSWERS = "needs_answers"  # it is a mean of respondents' scores, or has rules of its own
    MISSING_PARTS = "missing_parts"


@dataclass(frozen=True)
class PublishedIndex:
    """The index on its own scale. missing: the parts that were not published (indicator, category, estimand).

    standard_error: None where a part has none. It is the largest that the parts allow, as their covariance is unknown.
    low, high: the index of the lowest and highest shares that what was printed may stand for, sampling left out.
    """

    key: str
    value: float | None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    refusal: Refusal | None = None
    missing: tuple[Part, ...] = ()


def index_from_published(index: Index, library: PublishedLibrary, *, wave: str, population: str) -> PublishedIndex:
    """The index of a published wave's population, from its printed shares.

    Refused when a part is missing, was asked on another scale, or the index needs answers: no part is guessed or left
    out, whatever `minimum_share` says. Standard error: sum of |slope| x standard error over the parts, what full
    correlation would give (Cauchy-Schwarz). InputError for an unknown wave or population, and for a part outside its
    goalposts. Source: OECD & JRC 2008, steps 5-7.
    """
    if wave not in library.waves or population not in library.waves[wave].populations:
        raise InputError("population", expected="one of a wave", got=f"{wave}, {population}", hint="See waves.yaml.")
    if index.unit is not Unit.DOMAIN or any(_part(one) is None for one in index.components):
        return PublishedIndex(index.key, None, refusal=Refusal.NEEDS_ANSWERS)
    readings = _readings(library, wave, population)
    wanted = [part for one in index.components if (part := _part(one))]
    missing = tuple(dict.fromkeys(part for part in wanted if part not in readings))
    if missing:
        return PublishedIndex(index.key, None, refusal=Refusal.MISSING_PARTS, missing=missing)
    parts = [readings[part] for part in wanted]
    ends = [_ends(one, reading) for one, reading in zip(index.components, parts, strict=True)]
    value, slopes = _score(index, [reading.value for reading in parts])
    errors = [reading.standard_error for reading in parts]
    known = [error for error in errors if error is not None]
    together = (
        sum(abs(slope) * error for slope, error in zip(slopes, known, strict=True)) if None not in errors else None
    )
    low, high = (_score(index, [pair[side] for pair in ends])[0] for side in (0, 1))
    return PublishedIndex(index.key, value, together, low, high)


def _part(component: Component) -> Part | None:
    """What the component is of; None for a rule of its own."""
    of = component.of
    return (of.indicator, of.category, of.estimand) if isinstance(of, Measure) and of.indicator else None


def _readings(library: PublishedLibrary, wave: str, population: str) -> dict[Part, Reading]:
    found: dict[Part, Reading] = {}
    for figure in library.figures_of(wave):
        target = library.target_of(figure)
        if figure.population == population and isinstance(target, Target) and target.scale_of(wave) is Scale.SAME:
            found.setdefault(target.part, read(figure, library.population_of(figure)))
    return found


def _ends(component: Component, reading: Reading) -> tuple[float, float]:
    """The shares that give the lowest and the highest score."""
    low, high = reading.span
    return (low, high) if component.direction > 0 else (high, low)


def _score(index: Index, values: Sequence[float]) -> tuple[float, list[float]]:
    """The index and its slope by each part: arithmetic inside a pillar, a (M/x)^(1 - p) over pillars."""
    left = list(values)
    inner = [_pillar(pillar, [left.pop(0) for _one in pillar.components], index) for pillar in index.pillars]
    weights = np.array([pillar.weight for pillar in index.pillars])
    scores = np.array([score for score, _slopes in inner])
    whole = float(weighted_mean(scores, weights, how=Mean(index.aggregation.value)))
    power = 1 - POWER[index.aggregation]
    outer = weights / weights.sum() * ((whole / scores) ** power if power else 1.0)
    return whole, [float(steep) * slope for steep, (_score, own) in zip(outer, inner, strict=True) for slope in own]


def _pillar(pillar: Pillar, values: Sequence[float], index: Index) -> tuple[float, list[float]]:
    total, score, slopes = sum(one.weight for one in pillar.components), 0.0, []
    bottom = 0.0 if index.aggregation is Aggregation.ARITHMETIC else 1.0
    for one, value in zip(pillar.components, values, strict=True):
        start, end = one.posts
        if not min(start, end) <= value <= max(start, end):
            raise InputError(
                one.of.category or index.key, expected=f"from {min(start, end):g} to {max(start, end):g}",
                got=repr(value), hint="The goalposts are the ends of the part's own scale.",
            )  # fmt: skip
        slope = one.weight / total * (index.scale - bottom) / (end - start)
        score += one.weight / total * bottom + slope * (value - start)
        slopes.append(slope)
    return score, slopes
