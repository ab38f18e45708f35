"""How carefully people answered the batteries, and how much the headlines would change without those who did not."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask
from analytics.core.columns import NOT_ASKED, Column, Single
from analytics.core.definitions import Definitions
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean
from analytics.core.intervals import t_interval
from analytics.core.measuring import known
from analytics.core.parameters import Parameters
from analytics.core.response_quality import (
    DONT_KNOW,
    NOT_RELEVANT,
    Patterns,
    Thresholds,
    effect_of_leaving_out,
    patterns,
    speeding,
)
from analytics.core.run_quality.leading import Document, Leading, leading, of_country
from analytics.core.weighed_wave import WeighedWave
from surveys.instrument.schema import Instrument, Item, ItemType

FEWEST_ITEMS, FEWEST_STEPS = 5, 3  # below, one answer throughout is common and says little
DONT_KNOW_CODE = "dont_know"
THRESHOLDS = Thresholds(median_share=1 / 3, seconds_per_item=0.0)  # pages without a time would break a limit an item


@dataclass(frozen=True, eq=False)
class Battery:
    """Items with one scale: answers i8[n, k] as `patterns` reads them, of `steps` steps."""

    name: str
    answers: Codes
    steps: int

    @property
    def asked(self) -> Mask:
        found: Mask = (self.answers != NOT_ASKED).any(axis=1)
        return found


def answering(wave: WeighedWave, definitions: Definitions, parameters: Parameters) -> list[Document]:
    """For each country: ways of answering every battery, speeding, and the headlines without who is flagged.

    Flagged are straight-liners of any battery and those who took less than a third of the median time of those who
    were asked the same batteries.
    """
    design = wave.weighting.design
    if design is None:
        return []
    found = batteries(wave.instrument, wave.sample.respondents.columns, definitions)
    ways = {battery.name: patterns(battery.answers, steps=battery.steps) for battery in found}
    straight = {name: _straight(way) for name, way in ways.items()}
    groups = _groups(found, wave.sample.respondents.size)
    fast = speeding(wave.sample.seconds, items=np.zeros(design.size, np.int64), groups=groups, thresholds=THRESHOLDS)
    flagged = np.logical_or.reduce([fast, *straight.values()])
    values = list(leading(wave, definitions))
    documents: list[Document] = []
    for country in wave.sample.countries:
        here = of_country(wave, country)
        documents.append(
            {
                "country": country,
                "respondents": int(here.sum()),
                "batteries": [
                    _battery(design, battery, ways[battery.name], straight[battery.name], here) for battery in found
                ],
                "speeding": _speeding(design, wave.sample.seconds, fast, here),
                "flagged": int((flagged & here).sum()),
                "effects": [_effect(design, one, flagged, here, parameters) for one in values]
                if (flagged & here).any()
                else [],
            }
        )
    return documents


def batteries(instrument: Instrument, columns: Mapping[str, Column], definitions: Definitions) -> list[Battery]:
    """The batteries behind an indicator whose items share a scale that is long enough to see a way of answering."""
    wanted = dict.fromkeys(indicator.question for indicator in definitions.indicators.values())
    found: list[Battery] = []
    for name in wanted:
        items = [item for item in instrument.items.values() if item.battery == name and item.type is ItemType.SINGLE]
        scales = {tuple(option.code for option in item.options if not option.missing) for item in items}
        if len(items) < FEWEST_ITEMS or len(scales) != 1 or len(min(scales)) < FEWEST_STEPS:
            continue
        answers = np.column_stack([_codes(item, columns[item.key], min(scales)) for item in items])
        found.append(Battery(name, answers, len(min(scales))))
    return found


def _codes(item: Item, column: Column, scale: tuple[str, ...]) -> Codes:
    """i8[n]: the step of each answer, or why there is none."""
    if not isinstance(column, Single):
        raise TypeError(f"{item.key}: expected a column of codes, got {type(column).__name__}.")
    missing = {option.code: DONT_KNOW if option.code == DONT_KNOW_CODE else NOT_RELEVANT for option in item.options}
    steps = [scale.index(code) if code in scale else missing[code] for code in column.options]
    table = np.array([*steps, NOT_ASKED, -1], dtype=np.int64)  # -2 and -1 read the two at the end
    found: Codes = table[column.codes]
    return found


def _straight(way: Patterns) -> Mask:
    found: Mask = (way.answered >= THRESHOLDS.fewest_answers) & (way.longest_run >= THRESHOLDS.longest_run)
    return found


def _groups(found: list[Battery], size: int) -> Codes:
    """Respondents who were asked the same batteries stand in one group."""
    if not found or not size:
        return np.zeros(size, dtype=np.int64)
    asked = np.column_stack([battery.asked for battery in found])
    groups: Codes = np.unique(asked, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return groups


def _battery(design: SurveyDesign, battery: Battery, way: Patterns, straight: Mask, here: Mask) -> Document:
    judged = here & (way.answered >= THRESHOLDS.fewest_answers)
    return {
        "battery": battery.name,
        "items": battery.answers.shape[1],
        "steps": battery.steps,
        "asked": int((here & battery.asked).sum()),
        "judged": int(judged.sum()),
        "straight": int((straight & here).sum()),
        "straight_share": _mean(design, np.where(judged, straight.astype(np.float64), np.nan), here),
        "extreme": _mean(design, way.extreme, here),
        "acquiescence": _mean(design, way.acquiescence, here),
        "disacquiescence": _mean(design, way.disacquiescence, here),
        "dont_know": _mean(design, way.dont_know, here),
        "not_relevant": _mean(design, way.not_relevant, here),
        "no_answer": _mean(design, way.no_answer, here),
    }


def _mean(design: SurveyDesign, values: Floats, here: Mask) -> Document:
    found = mean(design, values, here)
    return {"value": known(found.value), "standard_error": known(found.standard_error)}


def _speeding(design: SurveyDesign, seconds: Floats, fast: Mask, here: Mask) -> Document:
    timed = here & ~np.isnan(seconds)
    return {
        "timed": int(timed.sum()),
        "median_seconds": float(np.median(seconds[timed])) if timed.any() else None,
        "fast": int((fast & here).sum()),
        "fast_share": _mean(design, np.where(timed, fast.astype(np.float64), np.nan), here),
    }


def _effect(design: SurveyDesign, one: Leading, flagged: Mask, here: Mask, parameters: Parameters) -> Document:
    found = effect_of_leaving_out(design, one.values, flagged, domain=here)
    interval = t_interval(found.difference, confidence=parameters.confidence, bounds=(-2.0, 2.0))
    return one.place | {
        "with_all": known(found.with_all.value),
        "without": known(found.without.value),
        "difference": known(found.difference.value),
        "standard_error": known(found.difference.standard_error),
        "low": known(interval.low),
        "high": known(interval.high),
        "flagged": found.flagged_n,
    }
