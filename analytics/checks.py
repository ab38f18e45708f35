"""One check after each stage of the pipeline: what must hold whatever the data, or the run ends with a sentence.

A stage gives back every check it has made, so that the page of a run can list them all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np

from analytics.core.hypothesis_tests import Verdict
from analytics.core.results import EstimateRow
from analytics.core.sample import Sample
from analytics.core.weighed_wave import WeighedWave

CLOSE = 1e-9
SHARES = ("share", "driver", "barrier", "no_opinion")


class CheckFailed(Exception):
    """A stage gave what cannot be right; the message names the check, what was expected and what came."""


class Name(StrEnum):
    """What was checked; `analytics.views.words` has a sentence for each."""

    ROWS = "rows_of_the_dataset"
    RESPONDENTS = "respondents_of_the_dataset"
    DRAWN = "drawn_of_each_stratum"
    WITHIN_FRAME = "drawn_within_the_frame"
    POSITIVE = "weights_are_positive"
    POPULATION = "weights_add_up"
    ESTIMATES_ONCE = "estimates_once"
    REASON = "reason_for_no_value"
    SCALE = "values_on_their_scale"
    INTERVALS = "values_in_their_intervals"
    COMPARISONS_ONCE = "comparisons_once"
    VERDICTS = "comparisons_have_a_verdict"
    RANKS = "ranks_in_order"
    COMPARED_INTERVALS = "compared_in_their_intervals"


@dataclass(frozen=True)
class Check:
    """A check that held: what came, and what was expected where that is one number; else `seen` counts what was."""

    name: Name
    seen: float
    expected: float | None = None


def documents(country: str, held: Iterable[Check]) -> list[dict[str, object]]:
    """The checks as plain values, for the diagnostics of a run; country empty: all countries together."""
    return [{"country": country} | asdict(check) | {"name": str(check.name)} for check in held]


def dataset(sample: Sample, manifest: Mapping[str, object]) -> tuple[Check, ...]:
    """Rows, strata and draws of the dataset agree with its manifest."""
    rows, answered = len(sample.stratum), int(sample.responded.sum())
    _expect("rows of the dataset", manifest["rows"], rows)
    _expect("respondents of the dataset", manifest["respondents"], answered)
    drawn = np.bincount(sample.stratum, minlength=len(sample.strata))
    for stratum, count in zip(sample.strata, drawn, strict=True):
        _expect(f"units drawn from {stratum.key}", stratum.drawn, int(count))
        if stratum.drawn > stratum.population:
            raise CheckFailed(f"stratum {stratum.key}: {stratum.drawn} drawn of {stratum.population}. Check the frame.")
    return (
        Check(Name.ROWS, rows, rows),
        Check(Name.RESPONDENTS, answered, answered),
        Check(Name.DRAWN, len(sample.strata)),
        Check(Name.WITHIN_FRAME, len(sample.strata)),
    )


def weights(wave: WeighedWave) -> tuple[Check, ...]:
    """Final weights are positive and add up to the population that they stand for."""
    weighting = wave.weighting
    final = np.zeros(0) if weighting.design is None else weighting.design.weights
    if not bool((final > 0).all()):
        raise CheckFailed(f"weights: expected all above 0, got {float(final.min())!r}.")
    carried = float(final.sum())
    population = float(wave.sample.eligible_populations.sum())
    expected = population - weighting.unrepresented
    if abs(carried - expected) > CLOSE * max(population, 1.0):
        raise CheckFailed(f"weights: expected a sum of {expected:.6f} units, got {carried:.6f}.")
    return Check(Name.POSITIVE, len(final)), Check(Name.POPULATION, carried, expected)


def estimates(rows: Sequence[EstimateRow]) -> tuple[Check, ...]:
    """Every row once; a value inside its scale and its interval; a row without a value says why."""
    _once("estimates", rows)
    without = [row for row in rows if row.value is None]
    for row in without:
        if not row.flags:
            raise CheckFailed(f"{_name(row)}: no value and no flag that says why.")
    for row in rows:
        low, high = (0.0, 1.0) if row.estimand in SHARES else (-1.0, 1.0)
        if row.value is not None and not low - CLOSE <= row.value <= high + CLOSE:
            raise CheckFailed(f"{_name(row)}: expected a value from {low:g} to {high:g}, got {row.value!r}.")
    return (
        Check(Name.ESTIMATES_ONCE, len(rows)),
        Check(Name.REASON, len(without)),
        Check(Name.SCALE, len(rows) - len(without)),
        Check(Name.INTERVALS, _inside(rows)),
    )


def comparisons(rows: Sequence[EstimateRow]) -> tuple[Check, ...]:
    """Every row once; changes, trends and differences carry a verdict; ranks go from low to high."""
    _once("comparisons", rows)
    compared = [row for row in rows if row.estimand in ("change", "trend", "difference")]
    for row in compared:
        if row.verdict not in set(Verdict):
            raise CheckFailed(f"{_name(row)}: expected a verdict, got {row.verdict!r}.")
    ranked = [row for row in rows if row.rank_low is not None and row.rank_high is not None]
    for row in ranked:
        if (row.rank_low or 0) > (row.rank_high or 0):
            raise CheckFailed(f"{_name(row)}: ranks from {row.rank_low} to {row.rank_high}.")
    return (
        Check(Name.COMPARISONS_ONCE, len(rows)),
        Check(Name.VERDICTS, len(compared)),
        Check(Name.RANKS, len(ranked)),
        Check(Name.COMPARED_INTERVALS, _inside(rows)),
    )


def _once(what: str, rows: Sequence[EstimateRow]) -> None:
    key, count = next(iter(Counter(row.key for row in rows).most_common(1)), ((), 0))
    if count > 1:
        raise CheckFailed(f"{what}: expected each once, got {'.'.join(key)} {count} times.")


def _inside(rows: Sequence[EstimateRow]) -> int:
    """How many rows have an interval; all their values are inside."""
    count = 0
    for row in rows:
        if row.value is None or row.low is None or row.high is None:
            continue
        if not row.low - CLOSE <= row.value <= row.high + CLOSE:
            raise CheckFailed(f"{_name(row)}: the value {row.value!r} is outside {row.low!r} to {row.high!r}.")
        count += 1
    return count


def _name(row: EstimateRow) -> str:
    return ".".join(part for part in row.key if part)


def _expect(what: str, expected: object, got: object) -> None:
    if expected != got:
        raise CheckFailed(f"{what}: expected {expected}, got {got}. The dataset does not agree with its manifest.")
