"""What staff must see of a run beside its figures: response, weights, what was joined, who could not be placed."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow
from analytics.core.run_quality.answering import answering
from analytics.core.run_quality.followed import followed
from analytics.core.run_quality.nonresponse import effort, evenness, sensitivity
from analytics.core.run_quality.weighing import cells, classes, weights
from analytics.core.weighed_wave import WeighedWave
from analytics.core.weights import Merge, kish_effect

Document = dict[str, object]


def describe(
    wave: WeighedWave, rows: Sequence[EstimateRow], definitions: Definitions, parameters: Parameters
) -> Document:
    """A plain document, the same for the same dataset, definitions and parameters."""
    weighting, sample = wave.weighting, wave.sample
    keys = [stratum.key for stratum in sample.strata]
    return {
        "countries": [_country(wave, country) for country in sample.countries],
        "cells": {"joined": _merges(weighting.cell_merges, keys), "answered": cells(wave)},
        "classes": classes(wave),
        "variance_strata": {"joined": _merges(weighting.stratum_merges, keys)},
        "strata_without_draw": [stratum.key for stratum in sample.strata if not stratum.drawn],
        "unrepresented": weighting.unrepresented,
        "flags": dict(sorted(Counter(flag for row in rows for flag in row.flags).items())),
        "estimates": len(rows),
        "weights": weights(wave, parameters),
        "evenness": evenness(wave),
        "sensitivity": sensitivity(wave, rows, definitions),
        "effort": effort(wave, definitions, parameters),
        "follow_up": followed(wave, definitions, parameters),
        "answering": answering(wave, definitions, parameters),
    }


def _country(wave: WeighedWave, country: str) -> Document:
    sample, weighting = wave.sample, wave.weighting
    codes = [code for code, stratum in enumerate(sample.strata) if stratum.country == country]
    drawn = np.isin(sample.stratum, codes) & sample.eligible
    responded = drawn & sample.responded
    base = np.zeros(len(sample.stratum))
    base[sample.eligible] = weighting.base
    here = np.asarray(sample.country == country, dtype=np.bool_)
    weights = weighting.design.weights[here] if weighting.design is not None else np.zeros(0)
    ineligible = int((np.isin(sample.stratum, codes) & ~sample.eligible).sum())
    return {
        "country": country,
        "population": sum(sample.strata[code].population for code in codes),
        "drawn": int(drawn.sum()),
        "ineligible": ineligible,
        "respondents": int(responded.sum()),
        "response_rate": _ratio(float(responded.sum()), float(drawn.sum())),
        "weighted_response_rate": _ratio(float(base[responded].sum()), float(base[drawn].sum())),
        "weights": {"lowest": float(weights.min()), "highest": float(weights.max()), "kish": kish_effect(weights)}
        if len(weights)
        else None,
        "undetermined": _undetermined(wave, here),
    }


def _undetermined(wave: WeighedWave, here: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> int:
    """Respondents who neither say yes to a type of innovation nor have answered all of them."""
    respondents = wave.sample.respondents
    placed = np.zeros(respondents.size, dtype=np.bool_)
    for name in ("innovative", "not_innovative"):
        if name in respondents.conditions:
            placed |= respondents.holds(respondents.conditions[name])
    return int((here & ~placed).sum())


def _merges(merges: Sequence[Merge], keys: Sequence[str]) -> list[Document]:
    return [
        {
            "stratum": keys[merge.member],
            "into": None if merge.into is None else keys[merge.into],
            "reason": str(merge.reason),
        }
        for merge in merges
    ]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
