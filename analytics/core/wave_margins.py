"""What a country's frame knows, as margins that the weights of its respondents are made to reproduce."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.core.arrays import Floats
from analytics.core.calibration import Calibrated, calibrate
from analytics.core.design import SurveyDesign
from analytics.core.distances import Distance
from analytics.core.margins import Margin
from analytics.core.parameters import NO_CALIBRATION, Parameters
from analytics.core.sample import Sample
from analytics.core.weights import Weighting


def frame_margins(sample: Sample) -> tuple[Margin, ...]:
    """Sectors and size classes of each country, with the units of the frame that belong to the population.

    InputError naming the margin for a sector or size class in which nobody answered.
    """
    strata, populations = sample.strata, sample.eligible_populations
    of_row = sample.stratum[sample.responded]
    return (
        _margin("sector", [f"{one.country} {one.sector}" for one in strata], populations, of_row),
        _margin("size class", [f"{one.country} {one.size_class}" for one in strata], populations, of_row),
    )


def _margin(
    name: str, of_stratum: Sequence[str], populations: Floats, of_row: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> Margin:
    held = [label for label, size in zip(of_stratum, populations, strict=True) if size > 0]
    labels = tuple(sorted(set(held)))
    place = {label: code for code, label in enumerate(labels)}
    totals = np.zeros(len(labels))
    for label, size in zip(of_stratum, populations, strict=True):
        if size > 0:
            totals[place[label]] += size
    codes = np.array([place[of_stratum[int(stratum)]] for stratum in of_row], dtype=np.int64)
    return Margin(name, codes, totals, labels)


def to_the_frame(weights: Floats, margins: Sequence[Margin], parameters: Parameters) -> Calibrated:
    """Weights f8[n] that reproduce the margins, by the run's method and bounds. InputError names what cannot be met."""
    return calibrate(weights, margins, method=Distance(parameters.calibration), bounds=bounds_of(parameters))


def bounds_of(parameters: Parameters) -> tuple[float, float] | None:
    """The least and the largest factor of the run's calibration; None for a method without bounds."""
    bounded = parameters.calibration in (Distance.LOGIT, Distance.TRUNCATED)
    return (parameters.lowest_factor, parameters.highest_factor) if bounded else None


def calibrated(weighting: Weighting, sample: Sample, parameters: Parameters) -> Weighting:
    """The weighting with calibrated weights, whose variance is that of residuals; unchanged without calibration."""
    design = weighting.design
    if design is None or parameters.calibration == NO_CALIBRATION:
        return weighting
    found = to_the_frame(design.weights, frame_margins(sample), parameters)
    made = SurveyDesign(
        found.weights, design.strata, design.populations, design.lonely_psu, calibration=found.calibration
    )
    return replace(weighting, design=made)
