"""Model-based shares of counties and municipalities, from what the frame knows of every area and the answers there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats, InputError
from analytics.core.definitions import Definitions, Measure
from analytics.core.estimates import share
from analytics.core.measuring import COUNTY, compared_shares, known, scores
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.small_areas.direct import direct_shares, pooled_design_effect
from analytics.core.small_areas.figures import AreaFigure, AreaFlag, small_area_shares
from analytics.core.weighed_wave import WeighedWave

SMALL_AREA = "small_area"
MUNICIPALITY = "municipality"
FEWEST_AREAS = 8  # with an answer; a model of fewer says little of any of them
COVARIATE_AREAS = 20  # from so many on the model has the mean size of the area's workplaces as a covariate
TOO_FEW_AREAS, NO_MODEL = "too_few_areas", "no_model"
METHOD = "model"

Document = Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Areas:
    """The areas of one kind in one country: codes, units in the frame f8[M], mean of log(1 + employees) f8[M]."""

    kind: str
    codes: tuple[str, ...]
    units: Floats
    log_employees: Floats

    @property
    def named(self) -> bool:
        """Municipalities are bodies with a name: no model-based figure of one is public."""
        return self.kind == MUNICIPALITY


def areas_of(manifest: Mapping[str, object], country: str) -> tuple[Areas, ...]:
    """Counties and municipalities as the manifest of the dataset lists them; none for a dataset without the list."""
    listed = manifest.get("areas", [])
    entries = [entry for entry in listed if entry["country"] == country] if isinstance(listed, list) else []
    found = []
    for kind in (COUNTY, MUNICIPALITY):
        own = [entry for entry in entries if str(entry["area"]).startswith(f"{kind}:")]
        if own:
            numbers = np.array([[entry["units"], entry["log_employees"]] for entry in own], dtype=np.float64)
            codes = tuple(str(entry["area"]).removeprefix(f"{kind}:") for entry in own)
            found.append(Areas(kind, codes, numbers[:, 0], numbers[:, 1]))
    return tuple(found)


def small_area_rows(
    wave: WeighedWave, areas: Sequence[Areas], definitions: Definitions, parameters: Parameters, *, country: str
) -> Iterator[EstimateRow]:
    """A row for every area and every headline share that countries are compared by; `wave` holds one country.

    Where no model can be made, one row of the country says why.
    """
    for measure in compared_shares(definitions):
        for kind in areas:
            yield from _of_kind(wave, kind, measure, parameters, country)


def _of_kind(
    wave: WeighedWave, areas: Areas, measure: Measure, parameters: Parameters, country: str
) -> Iterator[EstimateRow]:
    design = wave.weighting.design
    reason = Place(SMALL_AREA, measure.indicator, areas.kind, country)
    if design is None:
        yield reason.row(flags=(TOO_FEW_AREAS,))
        return
    of_row = wave.sample.county if areas.kind == COUNTY else wave.sample.cluster
    place = {code: number for number, code in enumerate(areas.codes)}
    if not set(map(str, of_row)) <= set(place):
        yield reason.row(flags=(NO_MODEL,))  # the frame names no county for some who answered
        return
    values = scores(measure, wave.sample.respondents)[1]
    codes = np.array([place[str(one)] for one in of_row], dtype=np.int64)
    direct = direct_shares(design, values, areas=codes, count=len(areas.codes))
    sampled = int((direct.answers > 0).sum())
    if sampled < FEWEST_AREAS:
        yield reason.row(n=int(direct.answers.sum()), flags=(TOO_FEW_AREAS,))
        return
    try:
        found = small_area_shares(
            direct,
            codes=areas.codes,
            covariates=_covariates(areas, sampled),
            pooled_shares=share(design, values).value,
            design_effect=pooled_design_effect(direct),
            population_shares=areas.units / areas.units.sum(),
            national=share(design, values).value,
            named=areas.named,
            confidence=parameters.confidence,
        )
    except InputError:  # all alike, or covariates that say the same: the data carry no model
        yield reason.row(n=int(direct.answers.sum()), flags=(NO_MODEL,))
        return
    for figure in found.figures:
        yield area_row(figure, areas, measure, country)


def _covariates(areas: Areas, sampled: int) -> Floats:
    constant = np.ones(len(areas.codes))
    if sampled < COVARIATE_AREAS:
        return constant[:, None]
    return np.column_stack([constant, areas.log_employees - areas.log_employees.mean()])


def area_row(figure: AreaFigure, areas: Areas, measure: Measure, country: str) -> EstimateRow:
    """The row of one area; without a value where the benchmark has moved the share below 0 or above 1."""
    place = Place(SMALL_AREA, measure.indicator, "", country, area=f"{areas.kind}:{figure.code}")
    if AreaFlag.OUT_OF_BOUNDS in figure.flags:
        return place.row(n=figure.n, flags=tuple(sorted(str(flag) for flag in figure.flags)))
    return place.row(
        n=figure.n,
        value=known(figure.benchmarked),
        standard_error=known(float(np.sqrt(figure.mse))) if figure.mse >= 0 else None,
        low=known(figure.low),
        high=known(figure.high),
        interval_method=METHOD,
        flags=tuple(sorted(str(flag) for flag in figure.flags)),
    )
