"""A wave with its weights: what estimates and comparisons are made from."""

from dataclasses import dataclass

import numpy as np

from analytics.core.design import LonelyPsu
from analytics.core.frame_variables import Described
from analytics.core.parameters import PROPENSITY, Parameters
from analytics.core.propensity_weighting import ClassRule, CountryClasses, weigh_by_propensity
from analytics.core.sample import SIZE_CLASSES, Sample, Texts
from analytics.core.wave_margins import calibrated
from analytics.core.weights import Weighting, weigh
from surveys.instrument.schema import Instrument


@dataclass(frozen=True, eq=False)
class WeighedWave:
    """The respondents of `sample` stand in the order of the weighting's design.

    classes: of the propensity to answer, a country each; none where weights were adjusted in cells.
    """

    code: str
    instrument: Instrument
    sample: Sample
    weighting: Weighting
    classes: tuple[CountryClasses, ...] = ()


def weigh_wave(code: str, instrument: Instrument, sample: Sample, parameters: Parameters) -> WeighedWave:
    """Design weights of the drawn units that belong to the population, non-response in cells, variance strata.

    Cells and strata are joined inside a country only: first over size classes of a sector, then over sectors. With the
    parameter `nonresponse` on propensity, classes of the fitted propensity stand in for cells. With a calibration, the
    weights then reproduce what the frame knows; InputError names what cannot be met.
    """
    by = _by_propensity if parameters.nonresponse == PROPENSITY else _by_cells
    weighting, classes = by(sample, parameters)
    return WeighedWave(code, instrument, sample, calibrated(weighting, sample, parameters), classes)


def _by_cells(sample: Sample, parameters: Parameters) -> tuple[Weighting, tuple[CountryClasses, ...]]:
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
    return weighting, ()


def _by_propensity(sample: Sample, parameters: Parameters) -> tuple[Weighting, tuple[CountryClasses, ...]]:
    belongs = sample.eligible
    return weigh_by_propensity(
        strata=sample.stratum[belongs],
        responded=sample.responded[belongs],
        populations=sample.eligible_populations,
        keys=sample.keys,
        variables=frame_variables(sample),
        rule=ClassRule(parameters.minimum_per_cell, parameters.maximum_factor),
        lonely_psu=LonelyPsu(parameters.lonely),
    )


def frame_variables(sample: Sample) -> tuple[Described, ...]:
    """Sector, size class, level of government and county of the drawn units that belong, from what matters most.

    The model of answering leaves out the last first, where it cannot have all of them.
    """
    strata = sample.stratum[sample.eligible]
    keys = sample.keys[strata]
    return (
        Described("sector", keys[:, 1], sample.sectors),
        Described("size_class", keys[:, 2], SIZE_CLASSES, ordered=True),
        _of_units("level", sample.drawn_level[sample.eligible]),
        _of_units("county", sample.drawn_county[sample.eligible]),
    )


def _of_units(name: str, values: Texts) -> Described:
    labels = tuple(sorted({str(value) for value in values if value}))
    place = {label: code for code, label in enumerate(labels)}
    codes = np.array([place.get(value, -1) for value in values], dtype=np.int64)
    return Described(name, codes, labels)
