"""Weights before and after non-response, and who answered, cell by cell."""

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.parameters import NO_CALIBRATION, Parameters
from analytics.core.run_quality.leading import Document, of_country
from analytics.core.wave_margins import bounds_of
from analytics.core.weighed_wave import WeighedWave
from analytics.core.weights import kish_effect

BINS = 8
SAME = 1e-9
QUANTILES = {"lowest": 0.0, "tenth": 0.1, "median": 0.5, "ninetieth": 0.9, "highest": 1.0}


def weights(wave: WeighedWave, parameters: Parameters) -> list[Document]:
    """For each country with answers: design weights and final weights of the same respondents, and their ratio g.

    `beyond_cell` counts weights that are not the design weight times the factor of the cell: what trimming or
    calibration has moved. `calibration`, where there is one: its own factor, and how many of them are at a bound.
    Counts of both in bins of equal width between the lowest and the highest of all.
    """
    design = wave.weighting.design
    if design is None:
        return []
    return [
        _country(wave, country, design.weights, of_country(wave, country), parameters)
        for country in wave.sample.countries
        if of_country(wave, country).any()
    ]


def _country(wave: WeighedWave, country: str, final: Floats, here: Mask, parameters: Parameters) -> Document:
    weighting = wave.weighting
    before, after = weighting.base[weighting.respondents][here], final[here]
    expected = before * weighting.factors[weighting.units[weighting.respondents][here]]
    edges = _edges(np.concatenate([before, after]))
    return {
        "country": country,
        "before": _summary(before),
        "after": _summary(after),
        "g": _quantiles(after / before),
        "beyond_cell": int((np.abs(after - expected) > SAME * expected).sum()),
        "calibration": _calibration(after / expected, parameters),
        "edges": [float(edge) for edge in edges],
        "counts_before": np.histogram(before, edges)[0].tolist(),
        "counts_after": np.histogram(after, edges)[0].tolist(),
    }


def _calibration(factors: Floats, parameters: Parameters) -> Document | None:
    """The factors f8[n] of the calibration; at_bounds is None for the methods that have none."""
    if parameters.calibration == NO_CALIBRATION:
        return None
    limits = bounds_of(parameters)
    at = None if limits is None else int(np.any([np.abs(factors - one) <= SAME for one in limits], axis=0).sum())
    return {"factor": _quantiles(factors), "at_bounds": at}


def _summary(values: Floats) -> Document:
    return _quantiles(values) | {"n": len(values), "sum": float(values.sum()), "kish": kish_effect(values)}


def _quantiles(values: Floats) -> Document:
    return {name: float(np.quantile(values, at)) for name, at in QUANTILES.items()}


def _edges(values: Floats) -> Floats:
    """Bins of equal width; a single one where all weights are alike."""
    low, high = float(values.min()), float(values.max())
    if high - low <= SAME * high:
        return np.array([low, high * (1 + SAME) + SAME])
    return np.linspace(low, high, BINS + 1)


def cells(wave: WeighedWave) -> list[Document]:
    """Each response cell: its strata, who was drawn and answered of those that belong, both rates and the factor.

    None with classes of propensity, which are no unions of strata.
    """
    sample, weighting = wave.sample, wave.weighting
    found: list[Document] = []
    if wave.classes:
        return found
    for cell, factor in enumerate(weighting.factors):
        codes = np.flatnonzero(weighting.cells == cell)
        found.append(
            {
                "country": sample.strata[int(codes[0])].country,
                "strata": [sample.strata[int(code)].key for code in codes],
                **_response(wave, cell),
                "factor": float(factor),
            }
        )
    return found


def classes(wave: WeighedWave) -> list[Document]:
    """Classes of the propensity to answer, country by country; none where weights were adjusted in cells.

    variables of the model; left_out with the reason; categories joined; strata carried by another as nobody of them was
    drawn; classes joined, numbered from 1 before that; and of each class that stands the range of the propensity, who
    was drawn and answered, both rates and the factor.
    """
    strata = [stratum.key for stratum in wave.sample.strata]
    return [
        {
            "country": wave.sample.countries[one.country],
            "variables": list(one.found.variables),
            "left_out": [{"variable": left.variable, "reason": str(left.reason)} for left in one.found.left_out],
            "categories": [
                {"variable": made.variable, "category": made.category, "into": made.into} for made in one.found.joined
            ],
            "carried": [
                {"stratum": strata[merge.member], "into": None if merge.into is None else strata[merge.into]}
                for merge in one.carried
            ],
            "joined": [
                {
                    "class": merge.member + 1,
                    "into": None if merge.into is None else merge.into + 1,
                    "reason": str(merge.reason),
                }
                for merge in one.found.merges
            ],
            "classes": [
                {
                    "lowest": float(one.found.lowest[number]),
                    "highest": float(one.found.highest[number]),
                    **_response(wave, one.first + number),
                    "factor": float(factor),
                }
                for number, factor in enumerate(one.found.factors)
            ],
        }
        for one in wave.classes
    ]


def _response(wave: WeighedWave, group: int) -> Document:
    """Of the drawn units of a cell or class that belong to the population: how many, who answered, both rates."""
    weighting, answered = wave.weighting, wave.sample.responded[wave.sample.eligible]
    inside = weighting.units == group
    return {
        "drawn": int(inside.sum()),
        "respondents": int((inside & answered).sum()),
        "rate": rate(weighting.base, inside, answered, weighted=False),
        "weighted_rate": rate(weighting.base, inside, answered),
    }


def rate(base: Floats, inside: Mask, answered: Mask, *, weighted: bool = True) -> float | None:
    """Share of the drawn units inside that answered, weighted by their design weights or counted; None of nobody."""
    held = base if weighted else np.ones(len(base))
    whole = float(held[inside].sum())
    return float(held[inside & answered].sum()) / whole if whole else None
