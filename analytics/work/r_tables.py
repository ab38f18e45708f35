"""The tables that are handed to R: respondents with a column for each figure, strata, measures and parts of indices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.columns import Column, Multi, Number, Single
from analytics.core.common_part import Reach
from analytics.core.definition_checks import items_behind
from analytics.core.definitions import Component, Definitions, Index, Measure, Unit
from analytics.core.index_rows import INDEX
from analytics.core.index_scores import line_of, person_scores
from analytics.core.measuring import COUNTY, scores
from analytics.core.results import Place
from analytics.core.weighed_wave import WeighedWave
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import DisclosureClass, Instrument

Cell = str | int | float | None
Row = Mapping[str, Cell]

COMMON = "common"  # the part that all countries asked
STATES: tuple[Cell, ...] = ("answered", None, "no_answer")  # of the statuses 0, -2 and -1: read from the end


@dataclass(frozen=True, eq=False)
class Side:
    """One wave, weighed country by country, what can be measured in it, and in which part countries are compared."""

    countries: Sequence[WeighedWave]
    definitions: Definitions
    reached: Reach

    @property
    def instrument(self) -> Instrument:
        return self.countries[0].instrument


def column_of(place: Place | Measure) -> str:
    """The column whose mean a figure is: estimand.indicator.category."""
    return ".".join(part for part in (place.estimand, place.indicator, place.category) if part)


def part_column(index: Index, place: int, definitions: Definitions) -> str:
    """The column of a component: that of the measure it is, or one of its own."""
    of = index.components[place].of
    if isinstance(of, Measure) and of in definitions.measures:
        return column_of(of)
    return f"part.{index.key}.{place + 1}"


def value_columns(wave: WeighedWave, definitions: Definitions) -> dict[str, Floats]:
    """f8[n] for each measure, score of an index and component of one; NaN outside the base."""
    respondents = wave.sample.respondents
    found = {column_of(measure): scores(measure, respondents)[1] for measure in definitions.measures}
    for index in definitions.indices.values():
        if index.unit is Unit.RESPONDENT:
            found[f"{INDEX}.{index.key}"] = person_scores(index, respondents)[1]
            continue
        for place, component in enumerate(index.components):
            name = part_column(index, place, definitions)
            if name not in found:
                found[name] = scores(component.of, respondents)[1]
    return found


def respondent_rows(side: Side, numbers: Mapping[tuple[str, str], int]) -> Iterator[Row]:
    """A row a respondent: number, domain, design, values and the closed answers behind them; no name, no pseudonym."""
    for wave in side.countries:
        design, sample = wave.weighting.design, wave.sample
        if design is None:
            continue
        answers = _answers(wave, side.definitions)
        values = value_columns(wave, side.definitions)
        common = side.reached.rows(sample, sample.countries[0])
        strata = sample.stratum[sample.responded]
        uncalibrated = design.weights if design.calibration is None else design.calibration.weights
        held = np.zeros(0) if design.populations is None else np.maximum(design.populations, design.sizes)
        for row in range(design.size):
            country = str(sample.country[row])
            yield {
                "unit": numbers[country, str(sample.ids[row])],
                "country": country,
                "sector": str(sample.sector[row]),
                "size_class": str(sample.size_class[row]),
                "county": str(sample.county[row]),
                "part": COMMON if common[row] else "",
                "frame_stratum": sample.strata[strata[row]].key,
                "response_class": _class(wave, row),
                "variance_stratum": f"{country}.{design.strata[row] + 1}",
                "population": float(held[design.strata[row]]),
                "weight_before_calibration": float(uncalibrated[row]),
                "weight": float(design.weights[row]),
                **{name: _number(column[row]) for name, column in values.items()},
                **{name: column[row] for name, column in answers.items()},
            }


def strata_rows(side: Side, wave: str) -> Iterator[Row]:
    """A row a stratum of the frame: what was drawn of it, and which cell and variance stratum it went into."""
    for country in side.countries:
        sample, weighting = country.sample, country.weighting
        count = len(sample.strata)
        carried_by = {merge.member: merge.into for one in country.classes for merge in one.carried}
        eligible = np.bincount(sample.stratum[sample.eligible], minlength=count)
        responded = np.bincount(sample.stratum[sample.responded], minlength=count)
        for code, stratum in enumerate(sample.strata):
            yield {
                "wave": wave,
                "country": stratum.country,
                "frame_stratum": stratum.key,
                "sector": stratum.sector,
                "size_class": stratum.size_class,
                "population": stratum.population,
                "drawn": stratum.drawn,
                "eligible": int(eligible[code]),
                "respondents": int(responded[code]),
                "response_cell": _group(stratum.country, int(weighting.cells[code])),
                "carried_by": None if (by := carried_by.get(code)) is None else sample.strata[by].key,
                "variance_stratum": _group(stratum.country, int(weighting.strata[code])),
            }


def class_rows(side: Side, wave: str) -> Iterator[Row]:
    """A row a class of propensity and stratum of the frame: how many of the stratum's drawn units are in the class."""
    for country in side.countries:
        sample, units = country.sample, country.weighting.units
        strata = sample.stratum[sample.eligible]
        for one in country.classes:
            for number in range(one.first, one.first + len(one.found.factors)):
                counts = np.bincount(strata[units == number], minlength=len(sample.strata))
                for code in np.flatnonzero(counts):
                    yield {
                        "wave": wave,
                        "country": sample.strata[code].country,
                        "response_class": _group(sample.strata[code].country, number),
                        "frame_stratum": sample.strata[code].key,
                        "eligible": int(counts[code]),
                    }


def measure_rows(definitions: Definitions) -> Iterator[Row]:
    """What each column means, in the language of the questionnaire's rules."""
    for measure in definitions.measures:
        yield {
            "column": column_of(measure),
            "asked": "everybody" if measure.asked is None else to_text(measure.asked),
            "base": to_text(measure.base),
            "counts": to_text(measure.plus),
            "counts_against": "" if measure.minus is None else to_text(measure.minus),
        }


def component_rows(definitions: Definitions) -> Iterator[Row]:
    """The parts of every index: its line to the index's scale, its weight in its pillar, its pillar's in the whole."""
    for index in definitions.indices.values():
        for place, (pillar, component) in enumerate(_parts(index)):
            line = line_of(component, index)
            yield {
                "index": index.key,
                "unit": str(index.unit),
                "pillar": pillar,
                "pillar_weight": next(one.weight for one in index.pillars if one.key == pillar),
                "column": part_column(index, place, definitions) if index.unit is Unit.DOMAIN else "",
                "weight": component.weight,
                "constant": line.constant,
                "slope": line.slope,
                "mean_of_pillars": str(index.aggregation),
                "minimum_share": index.minimum_share,
                "scale": index.scale,
            }


def domain_of(wave: WeighedWave, place: Place) -> Mask:
    """bool[n] of the respondents of a country, sector, size class or county."""
    sample = wave.sample
    rows = np.ones(len(sample.country), dtype=np.bool_)
    named = (
        (sample.sector, place.sector),
        (sample.size_class, place.size_class),
        (sample.county, place.area.removeprefix(f"{COUNTY}:")),
    )
    for column, wanted in named:
        if wanted:
            rows &= np.asarray(column == wanted, dtype=np.bool_)
    return rows


def _parts(index: Index) -> Iterator[tuple[str, Component]]:
    for pillar in index.pillars:
        for component in pillar.components:
            yield pillar.key, component


def _answers(wave: WeighedWave, definitions: Definitions) -> dict[str, list[Cell]]:
    """The answers that the rules read, by `answer.<item>`; of identifying items and free text only whether given."""
    items = wave.instrument.items
    found: dict[str, list[Cell]] = {}
    for key in sorted(items_behind(_rules(definitions), wave.instrument.conditions)):
        open_to_staff = items[key].disclosure is not DisclosureClass.IDENTIFYING
        for name, cells in _cells(wave.sample.respondents.columns[key], open_to_staff=open_to_staff):
            found[f"answer.{key}{name}"] = cells
    return found


def _rules(definitions: Definitions) -> list[Node]:
    return [rule for entry in definitions.entries for measure in entry.measures for rule in measure.rules]


def _cells(column: Column, *, open_to_staff: bool) -> Iterator[tuple[str, list[Cell]]]:
    if isinstance(column, Single):
        names: list[Cell] = [*column.options, None, "no_answer"]  # read from the end: -1 and -2
        yield ("", [names[code] if open_to_staff or code < 0 else "answered" for code in column.codes])
        return
    yield ("", [STATES[code] for code in column.status])
    if isinstance(column, Multi) and open_to_staff:
        for option, chosen in column.chosen.items():
            yield (
                f".{option}",
                [int(one) if code == 0 else None for one, code in zip(chosen, column.status, strict=True)],
            )
    elif isinstance(column, Number) and open_to_staff:
        yield (".value", [_number(value) for value in column.values])


def _class(wave: WeighedWave, row: int) -> str | None:
    """The class of propensity of a respondent; None where weights were adjusted in cells, which stand by stratum."""
    units, respondents = wave.weighting.units, wave.weighting.respondents
    return _group(str(wave.sample.country[row]), int(units[respondents[row]])) if wave.classes else None


def _group(country: str, code: int) -> str | None:
    return f"{country}.{code + 1}" if code >= 0 else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
