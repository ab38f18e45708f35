"""What a run computes, readable as a recipe: a country's rows on their own, then what sets countries side by side.

Samples of countries are drawn apart, so that a country can be worked out without the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics import checks
from analytics.core import definition_checks, diagnostics
from analytics.core.change_rows import changes
from analytics.core.country_rows import between_countries
from analytics.core.definitions import Definitions
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.index_rows import index_rows, indices
from analytics.core.measuring import headlines, measure_all
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen

Tell = Callable[[float, str], None]
Document = dict[str, object]


@dataclass(frozen=True, eq=False)
class Computed:
    """Rows, and what staff must see beside them."""

    rows: tuple[EstimateRow, ...]
    diagnostics: Document


def estimate_country(
    country: str,
    *,
    frozen: Frozen,
    previous: Frozen | None,
    definitions: Definitions,
    parameters: Parameters,
    tell: Tell,
) -> Computed:
    """Weights, estimates, indices and changes of one country, from the frozen waves of all of them."""
    chosen = definition_checks.for_questionnaire(definitions, frozen.instrument)
    definitions = chosen.definitions

    tell(0.1, "weights")
    now = weigh(frozen.of_country(country), parameters)
    before = weigh(previous.of_country(country), parameters) if previous else None

    tell(0.3, "estimates")
    measured = measure_all(now.sample, now.weighting.design, definitions, parameters)
    checks.estimates(measured.rows)

    tell(0.7, "changes")
    found = indices(now, measured.headlines, definitions)
    rows = (*measured.rows, *index_rows(now, found, definitions, parameters))
    if before is not None:
        leading, earlier = {**measured.headlines, **found}, _earlier(before, definitions)
        rows += changes(now, before, headlines=leading, earlier=earlier, definitions=definitions, parameters=parameters)
    left_out = {key: ", ".join(names) for key, names in chosen.left_out.items()}
    return Computed(rows, diagnostics.describe(now, rows) | {"left_out": left_out})


def side_by_side(parts: Sequence[Computed], definitions: Definitions, parameters: Parameters) -> Computed:
    """The rows of all countries with their differences and rank intervals."""
    rows = tuple(row for part in parts for row in part.rows)
    leading = {row.place: point_of(row) for row in rows if not row.against}
    rows = between_countries(rows, leading, definitions, parameters)
    checks.comparisons(rows)
    return Computed(rows, _together([part.diagnostics for part in parts], rows))


def weigh(frozen: Frozen, parameters: Parameters) -> WeighedWave:
    """The wave with its weights, both held to what must be true of them. Raises checks.CheckFailed."""
    sample = read(frozen.frame, frozen.strata, frozen.instrument)
    checks.dataset(sample, frozen.manifest)
    wave = weigh_wave(frozen.wave, frozen.instrument, sample, parameters)
    checks.weights(wave)
    return wave


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


def _earlier(before: WeighedWave, definitions: Definitions) -> dict[Place, PointEstimate]:
    """The headlines of the wave before, as far as its questionnaire has what they need."""
    usable = definition_checks.usable_with(definitions, before.instrument)
    found = headlines(before.sample, before.weighting.design, usable)
    return {**found, **indices(before, found, usable)}


def _together(documents: Iterable[Mapping[str, object]], rows: Sequence[EstimateRow]) -> Document:
    """The countries' diagnostics as one document: lists one after the other, sums added."""
    found: Document = {}
    for document in documents:
        found = _joined(found, document)
    return found | {
        "flags": dict(sorted(Counter(flag for row in rows for flag in row.flags).items())),
        "estimates": len(rows),
    }


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
