"""Headline estimates against those of the wave before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from analytics.core.change import Change, change
from analytics.core.comparability import Comparability, comparability_of_waves
from analytics.core.definitions import Definitions
from analytics.core.hypothesis_tests import holm, verdict
from analytics.core.index_imputation import imputed_flags
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.wave_parts import WaveFigures, wave_parts
from analytics.core.weighed_wave import WeighedWave

CHANGE = "change"
NO_EARLIER_VALUE = "no_earlier_value"


def changes(
    present: WaveFigures, earlier: WaveFigures, *, definitions: Definitions, parameters: Parameters
) -> tuple[EstimateRow, ...]:
    """Each headline against the same one of the wave before, with the covariance of units that answered both.

    p-values are adjusted by Holm over the categories of an indicator in one country, sector or size class. An
    indicator whose items are no longer the same, or declared broken, gets rows without a value that say so; a declared
    rewording or recoding stands among the flags of the value.
    """
    now, before = present.wave, earlier.wave
    ours, theirs = wave_parts((now, before))
    allowances = {
        country: _comparabilities(now, before, definitions, country)
        for country in {one.country for one in present.figures}
    }
    families: dict[tuple[str, ...], list[EstimateRow]] = {}
    for place, estimate in present.figures.items():
        target = replace(place, estimand=CHANGE)
        allowance = allowances[place.country][place.indicator]
        if not allowance.allowed:
            row = target.row(against=before.code, flags=allowance.flags)
        elif ours is None or theirs is None or place not in earlier.figures:
            row = target.row(against=before.code, flags=(NO_EARLIER_VALUE,))
        else:
            old = earlier.figures[place]
            notes = (*allowance.flags, *imputed_flags(estimate, old))
            found = change(ours, estimate, theirs, old, confidence=parameters.confidence)
            row = _change_row(target, found, n=min(estimate.n, old.n), against=before.code, notes=notes)
        families.setdefault((place.indicator, place.country, place.sector, place.size_class), []).append(row)
    return tuple(row for family in families.values() for row in adjusted(family, parameters))


def _comparabilities(
    now: WeighedWave, before: WeighedWave, definitions: Definitions, country: str
) -> dict[str, Comparability]:
    """Whether the waves may be compared in the country, and with which footnotes, by indicator and index."""
    found: dict[str, Comparability] = {}
    for entry in definitions.entries:
        found[entry.key] = comparability_of_waves(entry, now=now.instrument, before=before.instrument, country=country)
    return found


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


def adjusted(family: Sequence[EstimateRow], parameters: Parameters) -> Iterator[EstimateRow]:
    """The rows of a family with Holm's p and the verdict that follows from it; a row without a p is not comparable."""
    raw = [np.nan if row.p_value is None else row.p_value for row in family]
    for row, adjusted in zip(family, holm(raw), strict=True):
        value = np.nan if row.value is None else row.value
        said = verdict(value, float(adjusted), 1 - parameters.confidence)
        yield replace(row, p_adjusted=known(float(adjusted)), verdict=str(said))
