"""Whether the items of an index make a scale: reliability in each country, invariance and DIF between groups.

An item that fails is named in the report, and the report says what is done about it: means of countries are set side by
side only where all intercepts, or all but those named, are alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.core.arrays import Codes, Floats
from analytics.core.conditions import Respondents
from analytics.core.definitions import Definitions, Graded, Index, Unit
from analytics.core.design import SurveyDesign
from analytics.core.hypothesis_tests import Verdict as Comparison
from analytics.core.measuring import known, row_of, scores
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.scales.battery import Battery
from analytics.core.scales.dif import DifReport, DifVerdict, dif
from analytics.core.scales.invariance import Invariance, invariance
from analytics.core.scales.reliability import Reliability, Verdict, reliability
from analytics.core.weighed_wave import WeighedWave

ALPHA, OMEGA, ITEM_REST = "alpha", "omega", "item_rest"
FEWEST_ITEMS, FEWEST_ROWS = 3, 50  # a smaller group has too few answers for a model of its covariances
BELOW_THRESHOLD = "below_threshold"
NOT_INVARIANT, PARTLY_INVARIANT = "not_invariant", "partly_invariant"

Document = dict[str, object]


@dataclass(frozen=True, eq=False)
class Answers:
    """The respondents of several countries as one file: batteries by index, weights, and what groups them [n]."""

    design: SurveyDesign
    batteries: Mapping[str, Battery]
    country: Sequence[str]
    language: Sequence[str]


def scales_of(definitions: Definitions) -> tuple[Index, ...]:
    """The indices that are scales: each respondent has a score from three or more graded items."""
    return tuple(
        index
        for index in definitions.indices.values()
        if index.unit is Unit.RESPONDENT
        and len(index.components) >= FEWEST_ITEMS
        and all(isinstance(component.of, Graded) for component in index.components)
    )


def battery_of(index: Index, respondents: Respondents) -> Battery:
    """The items of a scale, turned so that more is more of what the index measures."""
    columns = [scores(component.of, respondents)[1] * component.direction for component in index.components]
    return Battery(tuple(_name(component.of) for component in index.components), np.column_stack(columns))


def reliability_rows(wave: WeighedWave, definitions: Definitions, parameters: Parameters) -> Iterator[EstimateRow]:
    """alpha and omega of every scale and the item-rest correlation of its items, in each country of the wave."""
    design = wave.weighting.design
    if design is None:
        return
    for index in scales_of(definitions):
        battery = battery_of(index, wave.sample.respondents)
        for country in wave.sample.countries:
            here = np.asarray(wave.sample.country == country, dtype=np.bool_)
            found = reliability(design, battery, domain=here, confidence=parameters.confidence)
            yield from _rows(index, country, found)


def _rows(index: Index, country: str, found: Reliability) -> Iterator[EstimateRow]:
    flags = tuple(sorted(str(flag) for flag in found.flags))
    low = (BELOW_THRESHOLD,) if found.alpha_verdict is Verdict.NOT_REACHED else ()
    missing = known(found.missing)
    yield row_of(
        Place(ALPHA, index.key, "", country), found.alpha, found.alpha_interval, missing=missing, flags=flags + low
    )
    yield row_of(Place(OMEGA, index.key, "", country), found.omega, found.omega_interval, missing=missing, flags=flags)
    for item in found.items:
        under = (BELOW_THRESHOLD,) if item.item_rest_verdict is Verdict.NOT_REACHED else ()
        value = known(item.item_rest)
        yield Place(ITEM_REST, index.key, item.name, country).row(
            n=found.n, value=value, flags=under if value is not None else ("undefined",)
        )


def reports(answers: Answers, definitions: Definitions) -> list[Document]:
    """Invariance over countries and DIF over countries and over the languages of each, for every scale."""
    return [_report(index, answers) for index in scales_of(definitions) if index.key in answers.batteries]


def _report(index: Index, answers: Answers) -> Document:
    battery = answers.batteries[index.key]
    complete = battery.complete
    document: Document = {"index": index.key, "items": list(battery.names), "invariance": None, "dif": []}
    names, groups = _groups(answers.country, complete)
    differing: list[Document] = []
    if len(names) > 1:
        document["invariance"] = _of_invariance(invariance(answers.design, battery, groups, group_names=names))
        differing.append(_of_dif("countries", dif(answers.design, battery, groups, group_names=names)))
    for country in sorted(set(answers.country)):
        here = np.array([one == country for one in answers.country]) & complete
        spoken, languages = _groups(answers.language, here)
        if len(spoken) > 1:
            found = dif(answers.design, battery, languages, group_names=spoken, domain=here)
            differing.append(_of_dif(f"languages of {country}", found))
    document["dif"] = differing
    return document


def _groups(values: Sequence[str], rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> tuple[list[str], Codes]:
    """Groups with enough complete answers, and the code of each row (-1: in none)."""
    texts = np.array(values, dtype=object)
    names = [str(name) for name in sorted(set(values)) if int((rows & (texts == name)).sum()) >= FEWEST_ROWS]
    codes = np.full(len(texts), -1, dtype=np.int64)
    for code, name in enumerate(names):
        codes[texts == name] = code
    return names, codes


def _of_invariance(found: Invariance) -> Document:
    return {
        "level": str(found.level),
        "means_comparable": found.means_comparable,
        "groups": dict(zip(found.groups, found.group_n, strict=True)),
        "steps": [
            {
                "level": str(step.level),
                "chi2": known(step.measures.chi2),
                "df": step.measures.df,
                "cfi": known(step.measures.cfi),
                "rmsea": known(step.measures.rmsea),
                "srmr": known(step.measures.srmr),
                "accepted": step.accepted,
            }
            for step in found.steps
        ],
        "released": [{"item": one.name, "group": one.group, "shift": known(one.shift)} for one in found.released],
        "anchors": list(found.anchors),
        "flags": sorted(str(flag) for flag in found.flags),
    }


def _of_dif(between: str, found: DifReport) -> Document:
    return {
        "between": between,
        "groups": list(found.groups),
        "rounds": found.rounds,
        "flagged": list(found.flagged),
        "items": [
            {"item": one.name, "r2_change": known(one.r2_change), "verdict": str(one.verdict), "kind": str(one.kind)}
            for one in found.items
            if one.verdict in (DifVerdict.MODERATE, DifVerdict.LARGE)
        ],
        "flags": sorted(str(flag) for flag in found.flags),
    }


def held_to_invariance(rows: Sequence[EstimateRow], found: Sequence[Mapping[str, object]]) -> tuple[EstimateRow, ...]:
    """The rows, with no verdict on the means of countries whose items are not read alike.

    `found` are the reports. Where all intercepts but a few are alike the verdict stays, with the flag partly_invariant.
    """
    levels = {str(one["index"]): one["invariance"] for one in found}
    return tuple(_held(row, levels.get(row.indicator)) for row in rows)


def _held(row: EstimateRow, report: object) -> EstimateRow:
    if row.estimand != "difference" or not isinstance(report, dict):
        return row
    if not report["means_comparable"]:
        return replace(
            row,
            verdict=str(Comparison.NOT_COMPARABLE),
            p_value=None,
            p_adjusted=None,
            flags=(*row.flags, NOT_INVARIANT),
        )
    return replace(row, flags=(*row.flags, PARTLY_INVARIANT)) if report["released"] else row


def together(waves: Sequence[WeighedWave], definitions: Definitions) -> Answers | None:
    """The respondents of several countries as one file; None when nobody answered or there is no scale."""
    answered = [(wave, wave.weighting.design) for wave in waves if wave.weighting.design is not None]
    scales = scales_of(definitions)
    if not answered or not scales:
        return None
    strata, populations, before = [], [], 0
    for _wave, design in answered:
        strata.append(design.strata + before)
        populations.append(_populations(design))
        before += design.stratum_count
    design = SurveyDesign(
        np.concatenate([one.weights for _wave, one in answered]),
        np.concatenate(strata),
        np.concatenate(populations),
        answered[0][1].lonely_psu,
    )
    batteries = {}
    for index in scales:
        parts = [battery_of(index, wave.sample.respondents) for wave, _design in answered]
        batteries[index.key] = Battery(parts[0].names, np.concatenate([part.values for part in parts]))
    return Answers(
        design,
        batteries,
        [str(one) for wave, _design in answered for one in wave.sample.country],
        [str(one) for wave, _design in answered for one in wave.sample.language],
    )


def _populations(design: SurveyDesign) -> Floats:
    if design.populations is None:
        raise ValueError("design: expected the populations of its strata. Weigh the wave from its frame.")
    return design.populations


def _name(of: object) -> str:
    return str(getattr(of, "category", "") or getattr(of, "indicator", "") or getattr(of, "key", ""))
