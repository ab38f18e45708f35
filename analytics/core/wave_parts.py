"""Waves side by side: their figures, and strata that mean the same in all of them, for their covariances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.core.arrays import Codes, sums
from analytics.core.change import WavePart, cross_strata
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate
from analytics.core.results import Place
from analytics.core.weighed_wave import WeighedWave


@dataclass(frozen=True, eq=False)
class WaveFigures:
    """A wave of one country with its estimates by place; until: the last day of its reference period."""

    wave: WeighedWave
    until: date
    figures: Mapping[Place, PointEstimate]

    @property
    def year(self) -> float:
        """The end of that day in years: 2025.0 for 31 December 2024."""
        first, after = date(self.until.year, 1, 1), date(self.until.year + 1, 1, 1)
        return self.until.year + ((self.until - first).days + 1) / (after - first).days


def wave_parts(waves: Sequence[WeighedWave]) -> tuple[WavePart | None, ...]:
    """Each wave's side of a comparison, in the order given; None for a wave in which nobody answered.

    The strata are those of the frames, joined where any of the waves with answers joined them.
    """
    answered = [wave for wave in waves if wave.weighting.design is not None]
    if not answered:
        return tuple(None for _wave in waves)
    keys = sorted({stratum.key for wave in answered for stratum in wave.sample.strata})
    place = {key: code for code, key in enumerate(keys)}
    cross = cross_strata(*(_joined(wave, place) for wave in answered))
    return tuple(
        None if wave.weighting.design is None else _part(wave, wave.weighting.design, place, cross) for wave in waves
    )


def _joined(wave: WeighedWave, place: Mapping[str, int]) -> Codes:
    joined = np.full(len(place), -1, dtype=np.int64)
    for stratum, group in zip(wave.sample.strata, wave.weighting.strata, strict=True):
        joined[place[stratum.key]] = group
    return joined


def _part(wave: WeighedWave, design: SurveyDesign, place: Mapping[str, int], cross: Codes) -> WavePart:
    code = np.array([cross[place[stratum.key]] for stratum in wave.sample.strata], dtype=np.int64)
    populations = sums(code, wave.sample.eligible_populations, int(cross.max()) + 1)
    # A common stratum of one unit has at most one common respondent and adds nothing, whatever its size is said to be.
    populations = np.maximum(populations, 2.0)
    units = tuple(str(unit) for unit in wave.sample.ids)
    return WavePart(design, units, code[wave.sample.stratum[wave.sample.responded]], populations)
