"""A wave with its weights: what estimates and comparisons are made from."""

from dataclasses import dataclass

from analytics.core.design import LonelyPsu
from analytics.core.parameters import Parameters
from analytics.core.sample import Sample
from analytics.core.wave_margins import calibrated
from analytics.core.weights import Weighting, weigh
from surveys.instrument.schema import Instrument


@dataclass(frozen=True, eq=False)
class WeighedWave:
    """The respondents of `sample` stand in the order of the weighting's design."""

    code: str
    instrument: Instrument
    sample: Sample
    weighting: Weighting


def weigh_wave(code: str, instrument: Instrument, sample: Sample, parameters: Parameters) -> WeighedWave:
    """Design weights of the drawn units that belong to the population, non-response in cells, variance strata.

    Cells and strata are joined inside a country only: first over size classes of a sector, then over sectors. With a
    calibration, the weights then reproduce what the frame knows; InputError names what cannot be met.
    """
    belongs = sample.eligible
    weighting = weigh(
        strata=sample.stratum[belongs],
        responded=sample.responded[belongs],
        populations=sample.eligible_populations,
        keys=sample.keys,
        within=1,
        minimum_respondents=parameters.minimum_per_cell,
        maximum_factor=parameters.maximum_factor,
        lonely_psu=LonelyPsu(parameters.lonely),
    )
    return WeighedWave(code, instrument, sample, calibrated(weighting, sample, parameters))
