"""Follow-up of non-respondents: every headline as the drawn part of those who had not answered would have it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask
from analytics.core.definitions import Definitions
from analytics.core.estimates import net_balance, share
from analytics.core.follow_up import FollowUp, follow_up
from analytics.core.intervals import logit, quantile
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.run_quality.leading import Document, Leading, leading, of_country
from analytics.core.sample import ANSWERED, FOLLOWED_UP, INELIGIBLE
from analytics.core.weighed_wave import WeighedWave
from analytics.core.weights import collapse_strata


class Remark(StrEnum):
    """What a reader of a country's follow-up must know."""

    FEW_FOLLOWED = "few_followed"  # fewer answers than a response cell needs, and they stand for all non-respondents
    NOBODY_FOLLOWED = "nobody_followed"  # no answer: no estimate


@dataclass(frozen=True, eq=False)
class _Country:
    """The m drawn units of a country as they stood when the follow-up was drawn.

    rows i8[m] among all drawn units; strata i8[m] and populations f8[H]; known bool[m]: had answered, or did not belong
    to the population; measured bool[m]: followed up with that result; belongs bool[m]; cells i8[m], see `follow_up`.
    """

    rows: Codes
    strata: Codes
    populations: Floats
    known: Mask
    measured: Mask
    belongs: Mask
    cells: Codes


def followed(wave: WeighedWave, definitions: Definitions, parameters: Parameters) -> list[Document]:
    """For each country with a follow-up: how it went, and every headline by the two-phase estimate.

    pool: those who had neither answered nor been found outside the population when it was drawn; drawn of them, and
    answered of the drawn; by_themselves: the rest of the pool that answered afterwards, which the two-phase estimate
    leaves out. joined: strata whose non-respondents are represented together with those of another.
    rows: the ordinary weighted value; the two-phase value with its standard error and interval; those who had answered,
    those followed up and their difference; flags of `follow_up`.
    """
    if wave.weighting.design is None:
        return []
    return [
        _document(wave, country, definitions, parameters)
        for country in wave.sample.countries
        if _followed_here(wave, country).any()
    ]


def _followed_here(wave: WeighedWave, country: str) -> Mask:
    """bool[m]: drawn units of the country that the dataset knows the state of at the draw of a follow-up."""
    sample = wave.sample
    here = np.array([stratum.country == country for stratum in sample.strata], dtype=np.bool_)[sample.stratum]
    found: Mask = here & np.array([bool(state) for state in sample.follow_up], dtype=np.bool_)
    return found


def _document(wave: WeighedWave, country: str, definitions: Definitions, parameters: Parameters) -> Document:
    sample = wave.sample
    rows = np.flatnonzero(_followed_here(wave, country)).astype(np.int64)
    state, responded = sample.follow_up[rows], sample.responded[rows]
    pursued = np.asarray(state == FOLLOWED_UP, dtype=np.bool_)
    pool = ~np.isin(state, (ANSWERED, INELIGIBLE))
    answered = int((pursued & responded).sum())
    units = _units(wave, rows, pool=pool, measured=pursued & (responded | ~sample.eligible[rows]))
    few = answered < parameters.minimum_per_cell
    return {
        "country": country,
        "pool": int(pool.sum()),
        "drawn": int(pursued.sum()),
        "answered": answered,
        "by_themselves": int((pool & ~pursued & responded).sum()),
        "joined": 0 if units is None else len(np.unique(units.strata[pool])) - len(np.unique(units.cells[pool])),
        "remark": str(Remark.NOBODY_FOLLOWED if not answered else Remark.FEW_FOLLOWED if few else ""),
        "rows": []
        if units is None or not answered
        else [_row(wave, country, units, one, parameters) for one in leading(wave, definitions)],
    }


def _units(wave: WeighedWave, rows: Codes, *, pool: Mask, measured: Mask) -> _Country | None:
    """None where nobody of the follow-up was measured. Non-respondents of strata with fewer than two measured are
    represented together with those of the nearest stratum."""
    sample = wave.sample
    codes, strata = np.unique(sample.stratum[rows], return_inverse=True)
    left = np.bincount(strata[pool], minlength=len(codes)) > 0
    held = np.bincount(strata[measured], minlength=len(codes)).astype(np.int64)
    if not held.any():
        return None
    cells = np.zeros(len(codes), dtype=np.int64)
    cells[left] = collapse_strata(keys=sample.keys[codes[left]], respondents=held[left]).groups
    return _Country(
        rows=rows,
        strata=strata.astype(np.int64),
        populations=np.array([sample.strata[code].population for code in codes], dtype=np.float64),
        known=~pool,
        measured=measured,
        belongs=sample.eligible[rows],
        cells=cells[strata],
    )


def _row(wave: WeighedWave, country: str, units: _Country, one: Leading, parameters: Parameters) -> Document:
    design = wave.weighting.design
    assert design is not None  # noqa: S101 - `followed` asks first
    estimator = share if one.measure.minus is None else net_balance
    ordinary = estimator(design, one.values, of_country(wave, country))
    found = _two_phase(wave, units, one)
    low, high = _limits(found, parameters.confidence, balance=one.measure.minus is not None)
    return one.place | {
        "ordinary": known(ordinary.value),
        "value": known(found.value),
        "standard_error": known(found.standard_error),
        "low": known(low),
        "high": known(high),
        "respondents": known(found.respondents),
        "followed": known(found.non_respondents),
        "difference": known(found.difference),
        "flags": sorted(str(flag) for flag in found.flags),
    }


def _two_phase(wave: WeighedWave, units: _Country, one: Leading) -> FollowUp:
    """The headline among those of the population. Units found outside it are measured and not in the domain."""
    values = np.full(len(wave.sample.stratum), np.nan)
    values[wave.sample.responded] = one.values
    return follow_up(
        values[units.rows],
        strata=units.strata,
        answered=units.known,
        followed=units.measured,
        populations=units.populations,
        cells=units.cells,
        domain=units.belongs,
    )


def _limits(found: FollowUp, confidence: float, *, balance: bool) -> tuple[float, float]:
    """A share on the logit scale, a balance on Student's t and cut at its ends; NaN without a standard error."""
    if not found.df > 0:
        return np.nan, np.nan
    if balance:
        half = float(quantile(found.df, confidence)) * found.standard_error
        return max(found.value - half, -1.0), min(found.value + half, 1.0)
    low, high = logit(found.value, found.standard_error, found.df, confidence)
    return float(low), float(high)
