"""Non-response openly: who answers how evenly, early against late, and what those who did not answer could change."""

from collections.abc import Sequence

import numpy as np

from analytics.core.arrays import InputError, Mask
from analytics.core.definitions import Definitions
from analytics.core.design import SurveyDesign
from analytics.core.estimates import net_balance, share
from analytics.core.intervals import Interval, Method, t_interval
from analytics.core.measuring import known
from analytics.core.nonresponse import EarlyLate, early_late, sensitivity_band
from analytics.core.p_adjustment import bh
from analytics.core.parameters import Parameters
from analytics.core.propensity import FrameVariable, propensities
from analytics.core.representativity import representativity
from analytics.core.results import EstimateRow
from analytics.core.run_quality.leading import Document, Leading, leading, of_country
from analytics.core.run_quality.weighing import rate
from analytics.core.weighed_wave import WeighedWave

DELTAS = (0.05, 0.10, 0.15)


def evenness(wave: WeighedWave) -> list[Document]:
    """The R-indicator of each country, from sector and size class; without a value where no model describes it."""
    return [_evenness(wave, country) for country in wave.sample.countries]


def _evenness(wave: WeighedWave, country: str) -> Document:
    sample = wave.sample
    strata = sample.stratum[sample.eligible]
    here = np.array([stratum.country == country for stratum in sample.strata], dtype=np.bool_)[strata]
    if not here.any():
        return {"country": country, "r": None}
    keys = sample.keys[strata[here]]
    variables = [
        FrameVariable(name, np.unique(keys[:, column], return_inverse=True)[1].astype(np.int64))
        for name, column in (("sector", 1), ("size_class", 2))
    ]
    base = wave.weighting.base[here]
    try:
        fitted = propensities(sample.responded[sample.eligible][here], variables, weights=base)
    except InputError:  # all or none of a category answered: no finite model describes that
        return {"country": country, "r": None}
    found = representativity(fitted, variables, weights=base)
    return {
        "country": country,
        "r": found.r,
        "r_adjusted": found.r_adjusted,
        "maximal_bias": found.maximal_bias,
        "partial": [
            {"variable": one.variable, "unconditional": one.unconditional, "conditional": one.conditional}
            for one in found.partial
        ],
    }


def sensitivity(wave: WeighedWave, rows: Sequence[EstimateRow], definitions: Definitions) -> list[Document]:
    """What each headline share would be if non-respondents' share were 5, 10 or 15 points lower than respondents'.

    Of countries as a whole, and of their sectors for shares without categories, each with the weighted response rate
    there. Source: see `sensitivity_band`.
    """
    return [
        _band(row, response_rate)
        for row in rows
        if _leads(row, definitions) and row.value is not None and not (row.sector and row.category)
        for response_rate in [_rate(wave, row.country, row.sector)]
        if response_rate is not None
    ]


def _leads(row: EstimateRow, definitions: Definitions) -> bool:
    indicator = definitions.indicators.get(row.indicator)
    plain = not (row.against or row.size_class or row.area)
    return indicator is not None and row.estimand == indicator.headline and plain and row.positive is not None


def _band(row: EstimateRow, response_rate: float) -> Document:
    low, high = (np.nan if limit is None else limit for limit in (row.low, row.high))
    value = np.nan if row.value is None else row.value
    band = sensitivity_band(
        value, Interval(low, high, Method.NONE), response_rate=min(response_rate, 1.0), deltas=DELTAS
    )
    return {
        "country": row.country,
        "sector": row.sector,
        "indicator": row.indicator,
        "category": row.category,
        "rate": response_rate,
        "rows": [
            {"delta": one.delta, "value": known(one.value), "low": known(one.low), "high": known(one.high)}
            for one in band.rows
        ],
    }


def _rate(wave: WeighedWave, country: str, sector: str) -> float | None:
    sample = wave.sample
    inside = np.array(
        [stratum.country == country and sector in ("", stratum.sector) for stratum in sample.strata], dtype=np.bool_
    )[sample.stratum[sample.eligible]]
    return rate(wave.weighting.base, inside, sample.responded[sample.eligible])


def effort(wave: WeighedWave, definitions: Definitions, parameters: Parameters) -> list[Document]:
    """Early against late answerers for every headline, country by country; late: after a reminder.

    Empty rows where nobody is early or late, or where the dataset keeps no count of reminders (`known` false).
    p adjusted over the headlines of a country by Benjamini and Hochberg.
    """
    design = wave.weighting.design
    if design is None:
        return []
    return [
        _effort(wave, design, country, definitions=definitions, parameters=parameters)
        for country in wave.sample.countries
    ]


def _effort(
    wave: WeighedWave, design: SurveyDesign, country: str, *, definitions: Definitions, parameters: Parameters
) -> Document:
    here = of_country(wave, country)
    counted = here & ~np.isnan(wave.sample.reminders)
    late = counted & (wave.sample.reminders > 0)
    numbers = {"early": int((counted & ~late).sum()), "late": int(late.sum())}
    found: list[tuple[Leading, EarlyLate]] = []
    if all(numbers.values()):
        found = [(one, _early_late(design, one, late, domain=counted)) for one in leading(wave, definitions)]
    adjusted = bh(np.array([gap.p for _one, gap in found]))
    rows = [_row(one, gap, float(p), parameters) for (one, gap), p in zip(found, adjusted, strict=True)]
    return {"country": country, "known": bool(counted.any()), **numbers, "rows": rows}


def _early_late(design: SurveyDesign, one: Leading, late: Mask, *, domain: Mask) -> EarlyLate:
    estimator = share if one.measure.minus is None else net_balance
    return early_late(design, one.values, late=late, domain=domain, estimator=estimator)


def _row(one: Leading, found: EarlyLate, p: float, parameters: Parameters) -> Document:
    interval = t_interval(found.difference, confidence=parameters.confidence, bounds=(-2.0, 2.0))
    return one.place | {
        "early": known(found.early.value),
        "late": known(found.late.value),
        "difference": known(found.difference.value),
        "low": known(interval.low),
        "high": known(interval.high),
        "p_adjusted": known(p),
    }
