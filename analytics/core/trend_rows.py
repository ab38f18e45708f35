"""Headline estimates of a country over all its waves: one slope per year for each, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from analytics.core.arrays import Floats
from analytics.core.change import WavePart
from analytics.core.change_rows import adjusted
from analytics.core.comparability import NOT_DECLARED, comparability_of_waves
from analytics.core.definition_checks import usable_with
from analytics.core.definitions import Definitions, Index, Indicator
from analytics.core.estimates import PointEstimate
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.trend import FEWEST, Trend, trend, waves_covariance
from analytics.core.wave_parts import WaveFigures, wave_parts
from surveys.instrument.schema import Instrument

TREND = "trend"
NOT_IN_ORDER = "waves_not_in_order"


@dataclass(frozen=True)
class Trends:
    """A row for each figure, and a plain document for each line: what a row has no field for."""

    rows: tuple[EstimateRow, ...] = ()
    documents: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True)
class _History:
    """Of one indicator in one country. breaks: positions of waves; refused: why there is no line, empty where there is.

    notes: the footnotes of items that were reworded or recoded on the way.
    """

    breaks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def trends(waves: Sequence[WaveFigures], *, definitions: Definitions, parameters: Parameters) -> Trends:
    """Each headline of the last wave, of its country as a whole, as a line through all the waves, the oldest first.

    Nothing with fewer than three waves. A new segment begins with a wave whose items are no longer the same as in the
    last wave before it that asked for the indicator, or are declared broken against it; a declared rewording or
    recoding stands among the flags. An indicator that is not declared comparable over waves, and waves whose reference
    periods do not end one after the other, give rows without a value that say so. Holm over the categories of an
    indicator in one country. Source: as `trend.trend`.
    """
    if len(waves) < FEWEST:
        return Trends()
    parts = wave_parts([one.wave for one in waves])
    carried = [{entry.key for entry in usable_with(definitions, one.wave.instrument).entries} for one in waves]
    entries: dict[str, Indicator | Index] = {entry.key: entry for entry in definitions.entries}
    families: dict[tuple[str, str], list[EstimateRow]] = {}
    documents: list[dict[str, object]] = []
    for place in waves[-1].figures:
        if place.sector or place.size_class or place.area:
            continue
        asked = [place.indicator in keys for keys in carried]
        history = _history(entries[place.indicator], waves, asked, place.country)
        target, series = replace(place, estimand=TREND), _Series(place, waves, parts)
        if history.refused:
            row = target.row(against=waves[0].wave.code, flags=history.refused)
        else:
            found = series.line(history.breaks, parameters.confidence)
            row = _row(target, found, series, history.notes)
            documents.append(_document(row, found, series, history.breaks))
        families.setdefault((place.indicator, place.country), []).append(row)
    rows = tuple(row for family in families.values() for row in adjusted(family, parameters))
    return Trends(rows, tuple(documents))


class _Series:
    """One figure over the waves: values f8[k] and their covariance f8[k, k], NaN for a wave without an estimate."""

    def __init__(self, place: Place, waves: Sequence[WaveFigures], parts: Sequence[WavePart | None]) -> None:
        self.waves = waves
        self.estimates = [one.figures.get(place) for one in waves]
        self.values = np.array([np.nan if one is None else one.value for one in self.estimates], dtype=np.float64)
        self.covariance = _covariance(parts, self.estimates)
        self.used = np.flatnonzero(~np.isnan(self.values) & ~np.isnan(np.diag(self.covariance))).tolist()

    def line(self, breaks: Sequence[int], confidence: float) -> Trend:
        years = [one.year for one in self.waves]
        df = min((one.df for one in self._estimates_used), default=float("inf"))
        return trend(self.values, self.covariance, years=years, breaks=breaks, df=df, confidence=confidence)

    @property
    def fewest(self) -> int:
        """The smallest number of answers of the waves used."""
        return min((one.n for one in self._estimates_used), default=0)

    @property
    def codes(self) -> list[str]:
        return [self.waves[row].wave.code for row in self.used]

    @property
    def _estimates_used(self) -> list[PointEstimate]:
        return [one for row, one in enumerate(self.estimates) if one is not None and row in self.used]


def _covariance(parts: Sequence[WavePart | None], estimates: Sequence[PointEstimate | None]) -> Floats:
    there = [
        (row, part, one)
        for row, (part, one) in enumerate(zip(parts, estimates, strict=True))
        if part is not None and one is not None
    ]
    found = np.full((len(parts), len(parts)), np.nan)
    rows = [row for row, _part, _one in there]
    if rows:
        found[np.ix_(rows, rows)] = waves_covariance([part for _, part, _ in there], [one for _, _, one in there])
    return found


def _history(entry: Indicator | Index, waves: Sequence[WaveFigures], asked: Sequence[bool], country: str) -> _History:
    """asked: whether the questionnaire of each wave carries the indicator; the others are passed over."""
    if not entry.comparable.waves:
        return _History(refused=(NOT_DECLARED,))
    years = [one.year for one in waves]
    if any(later <= sooner for sooner, later in pairwise(years)):
        return _History(refused=(NOT_IN_ORDER,))
    breaks: list[int] = []
    notes: set[str] = set()
    before: Instrument | None = None
    for row, one in enumerate(waves):
        if not asked[row]:
            continue
        now = one.wave.instrument
        if before is not None:
            found = comparability_of_waves(entry, now=now, before=before, country=country)
            if found.allowed:
                notes |= set(found.flags)
            else:
                breaks.append(row)
        before = now
    return _History(tuple(breaks), tuple(sorted(notes)))


def _row(place: Place, found: Trend, series: _Series, notes: Sequence[str]) -> EstimateRow:
    return place.row(
        against=series.codes[0] if series.codes else series.waves[0].wave.code,
        n=series.fewest,
        value=known(found.slope),
        standard_error=known(found.standard_error),
        degrees_of_freedom=known(found.df),
        low=known(found.low),
        high=known(found.high),
        interval_method="t",
        p_value=known(found.p),
        flags=tuple(sorted({*notes, *(str(flag) for flag in found.flags)})),
    )


def _document(row: EstimateRow, found: Trend, series: _Series, breaks: Sequence[int]) -> dict[str, object]:
    """chi2 and p_fit are None where no line was fitted or any would fit; breaks: waves that begin a segment."""
    return {
        "country": row.country,
        "indicator": row.indicator,
        "category": row.category,
        "waves": series.codes,
        "breaks": [series.waves[place].wave.code for place in breaks],
        "chi2": known(found.chi2),
        "degrees_of_fit": found.degrees_of_fit,
        "p_fit": known(found.p_fit),
    }
