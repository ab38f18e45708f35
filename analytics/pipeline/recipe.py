"""What a run computes, readable as a recipe: a country's rows on their own, then what sets countries side by side.

Samples of countries are drawn apart, so that a country can be worked out without the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics import checks
from analytics.core import definition_checks, diagnostics
from analytics.core.association_rows import association_rows
from analytics.core.change_rows import changes
from analytics.core.common_part import common_part_rows, conditions_of, reach
from analytics.core.country_rows import between_countries
from analytics.core.definitions import Definitions
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.index_rows import index_rows, indices
from analytics.core.measuring import headlines, measure_all
from analytics.core.parameters import Parameters
from analytics.core.precision_rows import judged
from analytics.core.replicate_rows import replicate_rows
from analytics.core.results import EstimateRow
from analytics.core.sample import read
from analytics.core.scale_rows import held_to_invariance, reliability_rows, reports, together
from analytics.core.small_area_rows import areas_of, small_area_rows
from analytics.core.trend_rows import trends
from analytics.core.uncertainty_rows import components_of, uncertainty_rows, varied
from analytics.core.wave_parts import WaveFigures
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen

Tell = Callable[[float, str], None]
Document = dict[str, object]
Components = dict[str, dict[str, Document]]  # index -> country -> values and covariance


@dataclass(frozen=True, eq=False)
class Computed:
    """Rows, what staff must see beside them, and the components of indices for the part that varies them."""

    rows: tuple[EstimateRow, ...]
    diagnostics: Document = field(default_factory=dict)
    components: Components = field(default_factory=dict)


def estimate_country(
    country: str,
    *,
    frozen: Frozen,
    previous: Frozen | None,
    older: Sequence[Frozen] = (),
    definitions: Definitions,
    parameters: Parameters,
    seed: int,
    tell: Tell,
) -> Computed:
    """Weights, estimates, indices, changes and trends of one country, from the frozen waves of all of them.

    older: the waves before `previous`, the oldest first. seed: of the run, for what is imputed.
    """
    chosen = definition_checks.for_questionnaire(definitions, frozen.instrument, ask_for=parameters.ask_for)
    definitions = chosen.definitions

    tell(0.1, "weights")
    now, held = weighed(frozen.of_country(country), parameters)
    tell(0.3, "estimates")
    measured = measure_all(now.sample, now.weighting.design, definitions, parameters)
    held += checks.estimates(measured.rows)

    tell(0.7, "changes")
    found = indices(now, measured.headlines, definitions, seed=seed)
    reached = reach(frozen.frame, frozen.strata)
    rows = (*measured.rows, *index_rows(now, found, definitions, parameters))
    rows += tuple(common_part_rows(now, reached, definitions, parameters, seed=seed))
    rows = judged(rows, definitions, parameters)
    present = WaveFigures(now, frozen.reference_to, {**measured.headlines, **found})
    waves = (*older, *([previous] if previous else []))
    past = [_earlier(one, country, definitions, parameters, seed=seed) for one in waves]
    if previous is not None:
        rows += changes(present, past[-1], definitions=definitions, parameters=parameters)
    lines = trends([*past, present], definitions=definitions, parameters=parameters)
    rows += lines.rows
    rows += (*reliability_rows(now, definitions, parameters), *association_rows(now, definitions, parameters))
    found_out = diagnostics.describe(now, rows, definitions, parameters) | {
        "left_out": {key: ", ".join(names) for key, names in chosen.left_out.items()},
        "checks": checks.documents(country, held),
        "conditions": {country: conditions_of(country, reached, now, parameters)},
        "trends": list(lines.documents),
    }
    return Computed(rows, found_out, components_of(now, definitions, reached))


def replicate_country(
    country: str, *, frozen: Frozen, definitions: Definitions, parameters: Parameters, seed: int, tell: Tell
) -> Computed:
    """Indices and scale coefficients of one country under the bootstrap, the non-response step made again."""
    tell(0.1, "replicates")
    now = weigh(frozen.of_country(country), parameters)
    return Computed(tuple(replicate_rows(now, definitions, parameters, country=country, seed=seed)))


def small_areas_of_country(
    country: str, *, frozen: Frozen, definitions: Definitions, parameters: Parameters, tell: Tell
) -> Computed:
    """Model-based shares of the country's counties and municipalities."""
    tell(0.1, "small_areas")
    now = weigh(frozen.of_country(country), parameters)
    areas = areas_of(frozen.manifest, country)
    return Computed(tuple(small_area_rows(now, areas, definitions, parameters, country=country)))


def examine_scales(*, frozen: Frozen, definitions: Definitions, parameters: Parameters, tell: Tell) -> Computed:
    """Whether countries, and the languages of each, read the items of a scale alike."""
    tell(0.1, "scales")
    waves = [weigh(frozen.of_country(country), parameters) for country in frozen.countries]
    answers = together(waves, definitions)
    return Computed((), {"scales": reports(answers, definitions) if answers else []})


def vary_indices(
    parts: Iterable[Computed], *, definitions: Definitions, parameters: Parameters, seed: int, tell: Tell
) -> Computed:
    """Every index of countries under sampling, under the choices, and under both."""
    tell(0.1, "index_uncertainty")
    countries: Components = {}
    for part in parts:
        for key, found in part.components.items():
            countries.setdefault(key, {}).update(found)
    rows = [
        row
        for index in varied(definitions)
        if index.key in countries
        for row in uncertainty_rows(index, countries[index.key], seed=seed, parameters=parameters)
    ]
    return Computed(tuple(rows))


def side_by_side(parts: Sequence[Computed], definitions: Definitions, parameters: Parameters) -> Computed:
    """The rows of all countries with their differences and rank intervals."""
    rows = tuple(row for part in parts for row in part.rows)
    found = _together(part.diagnostics for part in parts)
    leading = {row.place: point_of(row) for row in rows if not row.against}
    compared = between_countries(rows, leading, definitions, parameters, _conditions(found))
    rows = held_to_invariance(compared, _listed(found, "scales"))
    held = checks.documents("", checks.comparisons(rows))
    counted = {
        "flags": dict(sorted(Counter(flag for row in rows for flag in row.flags).items())),
        "estimates": len(rows),
        "checks": [*_listed(found, "checks"), *held],
    }
    return Computed(rows, found | counted)


def _listed(diagnostics: Document, name: str) -> list[Document]:
    found = diagnostics.get(name, [])
    return found if isinstance(found, list) else []


def _conditions(diagnostics: Document) -> Mapping[str, Mapping[str, object]]:
    found = diagnostics.get("conditions", {})
    return found if isinstance(found, dict) else {}


def weigh(frozen: Frozen, parameters: Parameters) -> WeighedWave:
    """The wave with its weights, both held to what must be true of them. Raises checks.CheckFailed."""
    return weighed(frozen, parameters)[0]


def weighed(frozen: Frozen, parameters: Parameters) -> tuple[WeighedWave, tuple[checks.Check, ...]]:
    """As `weigh`, with the checks that held."""
    sample = read(frozen.frame, frozen.strata, frozen.instrument)
    held = checks.dataset(sample, frozen.manifest)
    wave = weigh_wave(frozen.wave, frozen.instrument, sample, parameters)
    return wave, (*held, *checks.weights(wave))


def point_of(row: EstimateRow) -> PointEstimate:
    """The estimate behind a row, without its influence values: enough where estimates are independent."""
    nan = float("nan")
    error = nan if row.standard_error is None else row.standard_error
    df = row.degrees_of_freedom
    if df is None:  # a row holds no infinity: an estimate without sampling error has no limit of its degrees
        df = 0.0 if np.isnan(error) else float("inf")
    nothing = np.zeros(0)
    return PointEstimate(
        value=nan if row.value is None else row.value, standard_error=error, df=df, df_plain=0, n=row.n,
        positive=row.positive, n_effective=nan, design_effect=nan, influence=nothing, rows=nothing.astype(np.bool_),
        flags=frozenset(Flag(flag) for flag in row.flags if flag in set(Flag)),
    )  # fmt: skip


def _earlier(
    frozen: Frozen, country: str, definitions: Definitions, parameters: Parameters, *, seed: int
) -> WaveFigures:
    """The headlines of an earlier wave in the country, as far as its questionnaire has what they need."""
    wave = weigh(frozen.of_country(country), parameters)
    usable = definition_checks.usable_with(definitions, wave.instrument)
    found = headlines(wave.sample, wave.weighting.design, usable)
    return WaveFigures(wave, frozen.reference_to, {**found, **indices(wave, found, usable, seed=seed)})


def _together(documents: Iterable[Mapping[str, object]]) -> Document:
    """The diagnostics of all parts as one document: lists one after the other, sums added."""
    found: Document = {}
    for document in documents:
        found = _joined(found, document)
    return found


def _joined(one: Document, other: Mapping[str, object]) -> Document:
    joined = dict(one)
    for name, content in other.items():
        held = joined.get(name)
        if held is None:
            joined[name] = content
        elif isinstance(held, list) and isinstance(content, list):
            joined[name] = held + content
        elif isinstance(held, dict) and isinstance(content, Mapping):
            joined[name] = _joined(held, content)
        elif isinstance(held, int | float) and isinstance(content, int | float):
            joined[name] = held + content
    return joined
