"""Weights before and after non-response, and who answered, cell by cell."""

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.run_quality.leading import Document, of_country
from analytics.core.weighed_wave import WeighedWave
from analytics.core.weights import kish_effect

BINS = 8
SAME = 1e-9
QUANTILES = {"lowest": 0.0, "tenth": 0.1, "median": 0.5, "ninetieth": 0.9, "highest": 1.0}


def weights(wave: WeighedWave) -> list[Document]:
    """For each country with answers: design weights and final weights of the same respondents, and their ratio g.

    `beyond_cell` counts weights that are not the design weight times the factor of the cell: what trimming or
    calibration has moved. Counts of both in bins of equal width between the lowest and the highest of all.
    """
    design = wave.weighting.design
    if design is None:
        return []
    return [
        _country(wave, country, design.weights, of_country(wave, country))
        for country in wave.sample.countries
        if of_country(wave, country).any()
    ]


def _country(wave: WeighedWave, country: str, final: Floats, here: Mask) -> Document:
    weighting = wave.weighting
    strata = wave.sample.stratum[wave.sample.eligible][weighting.respondents][here]
    before, after = weighting.base[weighting.respondents][here], final[here]
    expected = before * weighting.factors[weighting.cells[strata]]
    edges = _edges(np.concatenate([before, after]))
    return {
        "country": country,
        "before": _summary(before),
        "after": _summary(after),
        "g": _quantiles(after / before),
        "beyond_cell": int((np.abs(after - expected) > SAME * expected).sum()),
        "edges": [float(edge) for edge in edges],
        "counts_before": np.histogram(before, edges)[0].tolist(),
        "counts_after": np.histogram(after, edges)[0].tolist(),
    }


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
    """Each response cell: its strata, who was drawn and answered of those that belong, both rates and the factor."""
    sample, weighting = wave.sample, wave.weighting
    drawn = weighting.cells[sample.stratum[sample.eligible]]
    answered = sample.responded[sample.eligible]
    found: list[Document] = []
    for cell, factor in enumerate(weighting.factors):
        codes = np.flatnonzero(weighting.cells == cell)
        inside = drawn == cell
        found.append(
            {
                "country": sample.strata[int(codes[0])].country,
                "strata": [sample.strata[int(code)].key for code in codes],
                "drawn": int(inside.sum()),
                "respondents": int((inside & answered).sum()),
                "rate": rate(weighting.base, inside, answered, weighted=False),
                "weighted_rate": rate(weighting.base, inside, answered),
                "factor": float(factor),
            }
        )
    return found


def rate(base: Floats, inside: Mask, answered: Mask, *, weighted: bool = True) -> float | None:
    """Share of the drawn units inside that answered, weighted by their design weights or counted; None of nobody."""
    held = base if weighted else np.ones(len(base))
    whole = float(held[inside].sum())
    return float(held[inside & answered].sum()) / whole if whole else None
