"""Headline estimates against those of the wave before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analytics.core.arrays import Codes, sums
from analytics.core.change import Change, WavePart, change, cross_strata
from analytics.core.comparability import Comparability, comparability_of_change, declared_relations
from analytics.core.definition_checks import same_items
from analytics.core.definitions import Definitions, Index, Indicator
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate
from analytics.core.hypothesis_tests import holm, verdict
from analytics.core.index_imputation import imputed_flags
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.weighed_wave import WeighedWave
from surveys.instrument.schema import Instrument

CHANGE = "change"
ITEM_CHANGED = "item_changed"
NOT_DECLARED = "not_declared_comparable"
NO_EARLIER_VALUE = "no_earlier_value"
REFUSED = Comparability(allowed=False, flags=(NOT_DECLARED,))


def changes(
    now: WeighedWave,
    before: WeighedWave,
    *,
    headlines: Mapping[Place, PointEstimate],
    earlier: Mapping[Place, PointEstimate],
    definitions: Definitions,
    parameters: Parameters,
) -> tuple[EstimateRow, ...]:
    """Each headline against the same one of the wave before, with the covariance of units that answered both.

    p-values are adjusted by Holm over the categories of an indicator in one country, sector or size class. An
    indicator whose items are no longer the same, or declared broken, gets rows without a value that say so; a declared
    rewording or recoding stands among the flags of the value.
    """
    parts = _wave_parts(now, before)
    allowances = {
        country: _comparabilities(now, before, definitions, country) for country in {one.country for one in headlines}
    }
    families: dict[tuple[str, ...], list[EstimateRow]] = {}
    for place, estimate in headlines.items():
        target = replace(place, estimand=CHANGE)
        allowance = allowances[place.country][place.indicator]
        if not allowance.allowed:
            row = target.row(against=before.code, flags=allowance.flags)
        elif parts is None or place not in earlier:
            row = target.row(against=before.code, flags=(NO_EARLIER_VALUE,))
        else:
            old = earlier[place]
            notes = (*allowance.flags, *imputed_flags(estimate, old))
            found = change(parts[0], estimate, parts[1], old, confidence=parameters.confidence)
            row = _change_row(target, found, n=min(estimate.n, old.n), against=before.code, notes=notes)
        families.setdefault((place.indicator, place.country, place.sector, place.size_class), []).append(row)
    return tuple(row for family in families.values() for row in _adjusted(family, parameters))


def _comparabilities(
    now: WeighedWave, before: WeighedWave, definitions: Definitions, country: str
) -> dict[str, Comparability]:
    """Whether the waves may be compared in the country, and with which footnotes, by indicator and index."""
    found: dict[str, Comparability] = {}
    for entry in definitions.entries:
        found[entry.key] = _comparability(entry, now.instrument, before.instrument, country)
    return found


def _comparability(entry: Indicator | Index, now: Instrument, before: Instrument, country: str) -> Comparability:
    if not entry.comparable.waves:
        return REFUSED
    relations = declared_relations(entry, now=now, before=before, country=country)
    declared = comparability_of_change(relations.values())
    if declared.allowed and not same_items(entry, now, before, declared=relations):
        return Comparability(allowed=False, flags=(ITEM_CHANGED,))
    return declared


def _change_row(place: Place, found: Change, *, n: int, against: str, notes: Sequence[str]) -> EstimateRow:
    return place.row(
        against=against,
        n=n,
        value=known(found.difference),
        standard_error=known(found.standard_error),
        degrees_of_freedom=known(found.df),
        low=known(found.low),
        high=known(found.high),
        interval_method="t",
        p_value=known(found.p),
        flags=tuple(sorted({*notes, *(str(flag) for flag in found.flags)})),
    )


def _adjusted(family: Sequence[EstimateRow], parameters: Parameters) -> Iterator[EstimateRow]:
    raw = [np.nan if row.p_value is None else row.p_value for row in family]
    for row, adjusted in zip(family, holm(raw), strict=True):
        value = np.nan if row.value is None else row.value
        said = verdict(value, float(adjusted), 1 - parameters.confidence)
        yield replace(row, p_adjusted=known(float(adjusted)), verdict=str(said))


def _wave_parts(now: WeighedWave, before: WeighedWave) -> tuple[WavePart, WavePart] | None:
    """Both sides on strata that mean the same: those of the frames, joined where either wave joined them."""
    if now.weighting.design is None or before.weighting.design is None:
        return None
    keys = sorted({stratum.key for wave in (now, before) for stratum in wave.sample.strata})
    place = {key: code for code, key in enumerate(keys)}
    cross = cross_strata(_joined(now, place), _joined(before, place))
    return _part(now, now.weighting.design, place, cross), _part(before, before.weighting.design, place, cross)


def _joined(wave: WeighedWave, place: Mapping[str, int]) -> Codes:
    joined = np.full(len(place), -1, dtype=np.int64)
    for stratum, group in zip(wave.sample.strata, wave.weighting.strata, strict=True):
        joined[place[stratum.key]] = group
    return joined


def _part(
    wave: WeighedWave,
    design: SurveyDesign,
    place: Mapping[str, int],
    cross: Codes,
) -> WavePart:
    code = np.array([cross[place[stratum.key]] for stratum in wave.sample.strata], dtype=np.int64)
    populations = sums(code, wave.sample.eligible_populations, int(cross.max()) + 1)
    # A common stratum of one unit has at most one common respondent and adds nothing, whatever its size is said to be.
    populations = np.maximum(populations, 2.0)
    units = tuple(str(unit) for unit in wave.sample.ids)
    return WavePart(design, units, code[wave.sample.stratum[wave.sample.responded]], populations)
