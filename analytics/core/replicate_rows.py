"""Indices and scale coefficients under bootstrap replicates in which the non-response step is made again.

The linearised standard error takes the response cells as they are; the replicates show what that leaves out, and give
intervals to coefficients that have no simple influence values.
"""

from collections.abc import Callable, Iterator

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, sums
from analytics.core.composites.aggregate import Aggregation as Mean
from analytics.core.composites.aggregate import weighted_mean
from analytics.core.definitions import Definitions, Index, Unit
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.index_imputation import fills
from analytics.core.index_scores import line_of, person_scores
from analytics.core.margins import Margin
from analytics.core.measuring import known, scores
from analytics.core.parameters import NO_CALIBRATION, Parameters
from analytics.core.replicates import ReplicateEstimates, apply, bootstrap
from analytics.core.results import EstimateRow, Place
from analytics.core.scale_rows import battery_of, scales_of
from analytics.core.scales.reliability import (
    MINIMUM_ALPHA,
    Verdict,
    alpha_of_weights,
    reliability_of_weights,
    verdict,
)
from analytics.core.wave_margins import frame_margins, to_the_frame
from analytics.core.weighed_wave import WeighedWave

INDEX_REPLICATED, ALPHA_REPLICATED, OMEGA_REPLICATED = "index_replicated", "alpha_replicated", "omega_replicated"
METHOD = "bootstrap"

Statistic = Callable[[Floats], Floats]


def replicate_rows(
    wave: WeighedWave, definitions: Definitions, parameters: Parameters, *, country: str, seed: int
) -> Iterator[EstimateRow]:
    """Every index and every scale of a wave that holds one country, with percentile intervals; nothing without answers.

    No row of an index that is imputed there.

    Source: Rao & Wu 1988; Rust & Rao 1996.
    """
    weighting = wave.weighting
    if weighting.design is None or not parameters.replicates:
        return
    drawn = _Drawn(wave, parameters)
    replicates = bootstrap(drawn.design, count=parameters.replicates, seed=seed)
    alpha = 1 - parameters.confidence
    for estimand_of, statistic, n in _statistics(wave, definitions):
        found = apply(drawn.design, drawn.of_respondents(statistic), replicates, reweigh=drawn.reweigh)
        for place, (estimand, key) in enumerate(estimand_of):
            yield _row(Place(estimand, key, "", country), found, place, n=n[place], alpha=alpha)


def _statistics(
    wave: WeighedWave, definitions: Definitions
) -> Iterator[tuple[list[tuple[str, str]], Statistic, list[int]]]:
    # An imputed index would have to be filled anew in every replicate; Rubin's rules have that variance already.
    indices = tuple(index for index in definitions.indices.values() if not fills(index, wave))
    if indices:
        parts = [_index(index, wave) for index in indices]
        yield (
            [(INDEX_REPLICATED, index.key) for index in indices],
            lambda weights: np.array([of(weights) for of, _n in parts]),
            [n for _of, n in parts],
        )
    for index in scales_of(definitions):
        yield _scale(index, wave)


def _scale(index: Index, wave: WeighedWave) -> tuple[list[tuple[str, str]], Statistic, list[int]]:
    """alpha, and omega where alpha says that the items make a scale: else there is no factor to fit 500 times over."""
    battery = battery_of(index, wave.sample.respondents)
    n, design = int(battery.complete.sum()), wave.weighting.design
    of_alpha = alpha_of_weights(battery)
    alpha = float(of_alpha(design.weights)[0]) if design is not None else float("nan")
    if verdict(alpha, MINIMUM_ALPHA) is not Verdict.REACHED:
        return [(ALPHA_REPLICATED, index.key)], of_alpha, [n]
    named = [(ALPHA_REPLICATED, index.key), (OMEGA_REPLICATED, index.key)]
    return named, reliability_of_weights(battery), [n, n]


def _index(index: Index, wave: WeighedWave) -> tuple[Callable[[Floats], float], int]:
    """The index as a function of the weights f8[n], and its smallest base."""
    if index.unit is Unit.RESPONDENT:
        _asked, values = person_scores(index, wave.sample.respondents)
        there = ~np.isnan(values)
        kept = np.where(there, values, 0.0)
        return lambda weights: _ratio(weights @ kept, weights @ there), int(there.sum())
    columns = np.column_stack([scores(one.of, wave.sample.respondents)[1] for one in index.components])
    there = ~np.isnan(columns)
    kept = np.where(there, columns, 0.0)

    def composite(weights: Floats) -> float:
        base = weights @ there
        if not bool((base > 0).all()):
            return float("nan")
        return _composite(index, (weights @ kept) / base)

    return composite, int(there.sum(axis=0).min())


def _composite(index: Index, means: Floats) -> float:
    lines = [line_of(component, index) for component in index.components]
    values = np.array([line.constant + line.slope * float(one) for line, one in zip(lines, means, strict=True)])
    begin, pillars = 0, []
    for pillar in index.pillars:
        end = begin + len(pillar.components)
        own = np.array([component.weight for component in pillar.components])
        pillars.append(float(own @ values[begin:end] / own.sum()))
        begin = end
    weights = np.array([pillar.weight for pillar in index.pillars])
    return float(weighted_mean(np.array(pillars), weights, how=Mean(index.aggregation.value)))


class _Drawn:
    """All drawn units as a design, so that a replicate draws who answered too, and the weighting steps on it."""

    def __init__(self, wave: WeighedWave, parameters: Parameters) -> None:
        self.parameters = parameters
        self.margins = () if parameters.calibration == NO_CALIBRATION else frame_margins(wave.sample)
        weighting, sample = wave.weighting, wave.sample
        stratum = sample.stratum[sample.eligible]
        joined = weighting.strata[stratum]
        kept = joined >= 0  # nobody answered in the rest of the country: no weight carries it
        self.answered: Mask = sample.responded[sample.eligible][kept]
        self.cells: Codes = weighting.units[kept]
        self.classes = wave.classes  # of the one country
        populations = sums(
            weighting.strata[weighting.strata >= 0],
            sample.eligible_populations[weighting.strata >= 0],
            int(weighting.strata.max()) + 1,
        )
        inside = weighting.cells >= 0
        self.targets: Floats = sums(
            weighting.cells[inside], sample.eligible_populations[inside], int(weighting.cells.max()) + 1
        )
        # With one unit drawn a stratum has no variance of its own; in the estimate its answer is flagged already.
        self.design = SurveyDesign(weighting.base[kept], joined[kept], populations, LonelyPsu.CERTAINTY)

    def reweigh(self, weights: Floats) -> Floats:
        """Weights of those who answered raised to what their cell must carry, then calibrated; 0 for the others.

        Cells are the sample's. Classes of propensity are made anew: model, quintiles, joined classes and factors.
        0 for all where a replicate cannot meet the margins: what rests on it is then undefined in it, and flagged.
        """
        raised = self.classes[0].step.raised(weights) if self.classes else self._in_cells(weights)
        return self._calibrated(raised) if self.margins else raised

    def _in_cells(self, weights: Floats) -> Floats:
        carried = sums(self.cells, np.where(self.answered, weights, 0.0), len(self.targets))
        factors = np.divide(self.targets, carried, out=np.zeros(len(carried)), where=carried > 0)
        found: Floats = np.where(self.answered, weights * factors[self.cells], 0.0)
        return found

    def _calibrated(self, weights: Floats) -> Floats:
        own, result = weights[self.answered], np.zeros(len(weights))
        drawn = own > 0
        try:
            margins = [Margin(one.name, one.codes[drawn], one.totals, one.labels) for one in self.margins]
            own[drawn] = to_the_frame(own[drawn], margins, self.parameters).weights
        except InputError:
            return result
        result[self.answered] = own
        return result

    def of_respondents(self, statistic: Statistic) -> Statistic:
        """The statistic of the respondents' weights as one of all drawn units' weights."""
        return lambda weights: statistic(weights[self.answered])


def _row(place: Place, found: ReplicateEstimates, column: int, *, n: int, alpha: float) -> EstimateRow:
    drawn = found.thetas[:, column]
    whole = bool(np.isfinite(drawn).all()) and len(drawn) > 1
    low, high = np.quantile(drawn, [alpha / 2, 1 - alpha / 2]) if whole else (np.nan, np.nan)
    value = float(found.value[column])
    return place.row(
        n=n,
        value=known(value),
        standard_error=known(float(np.sqrt(found.covariance[column, column]))),
        degrees_of_freedom=float(found.df),
        low=known(min(float(low), value)),
        high=known(max(float(high), value)),
        interval_method=METHOD if whole else "none",
        flags=tuple(sorted(str(flag) for flag in found.flags[column]))
        or (() if np.isfinite(value) else ("undefined",)),
    )


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")
