"""One check after each stage of the pipeline: what must hold whatever the data, or the run ends with a sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from analytics.core.hypothesis_tests import Verdict
from analytics.core.results import EstimateRow
from analytics.core.sample import Sample
from analytics.core.weighed_wave import WeighedWave

CLOSE = 1e-9
SHARES = ("share", "driver", "barrier", "no_opinion")


class CheckFailed(Exception):
    """A stage gave what cannot be right; the message names the check, what was expected and what came."""


def dataset(sample: Sample, manifest: Mapping[str, object]) -> None:
    """Rows, strata and draws of the dataset agree with its manifest."""
    _expect("rows of the dataset", manifest["rows"], len(sample.stratum))
    _expect("respondents of the dataset", manifest["respondents"], int(sample.responded.sum()))
    drawn = np.bincount(sample.stratum, minlength=len(sample.strata))
    for stratum, count in zip(sample.strata, drawn, strict=True):
        _expect(f"units drawn from {stratum.key}", stratum.drawn, int(count))
        if stratum.drawn > stratum.population:
            raise CheckFailed(f"stratum {stratum.key}: {stratum.drawn} drawn of {stratum.population}. Check the frame.")


def weights(wave: WeighedWave) -> None:
    """Final weights are positive and add up to the population that they stand for."""
    weighting = wave.weighting
    carried = 0.0 if weighting.design is None else float(weighting.design.weights.sum())
    population = float(wave.sample.eligible_populations.sum())
    if abs(carried + weighting.unrepresented - population) > CLOSE * max(population, 1.0):
        raise CheckFailed(
            f"weights: expected a sum of {population - weighting.unrepresented:.6f} units, got {carried:.6f}."
        )


def estimates(rows: Sequence[EstimateRow]) -> None:
    """Every row once; a value inside its scale and its interval; a row without a value says why."""
    twice = [key for key, count in Counter(row.key for row in rows).items() if count > 1]
    if twice:
        raise CheckFailed(f"estimates: expected each once, got {'.'.join(twice[0])} {len(twice) + 1} times.")
    for row in rows:
        if row.value is None and not row.flags:
            raise CheckFailed(f"{_name(row)}: no value and no flag that says why.")
        low, high = (0.0, 1.0) if row.estimand in SHARES else (-1.0, 1.0)
        if row.value is not None and not low - CLOSE <= row.value <= high + CLOSE:
            raise CheckFailed(f"{_name(row)}: expected a value from {low:g} to {high:g}, got {row.value!r}.")
        _interval(row)


def comparisons(rows: Sequence[EstimateRow]) -> None:
    """Every row once; changes and differences carry a verdict; ranks go from low to high."""
    twice = [key for key, count in Counter(row.key for row in rows).items() if count > 1]
    if twice:
        raise CheckFailed(f"comparisons: expected each once, got {'.'.join(twice[0])} more than once.")
    for row in rows:
        if row.estimand in ("change", "difference") and row.verdict not in set(Verdict):
            raise CheckFailed(f"{_name(row)}: expected a verdict, got {row.verdict!r}.")
        if row.rank_low is not None and row.rank_high is not None and row.rank_low > row.rank_high:
            raise CheckFailed(f"{_name(row)}: ranks from {row.rank_low} to {row.rank_high}.")
        _interval(row)


def _interval(row: EstimateRow) -> None:
    if row.value is None or row.low is None or row.high is None:
        return
    if not row.low - CLOSE <= row.value <= row.high + CLOSE:
        raise CheckFailed(f"{_name(row)}: the value {row.value!r} is outside {row.low!r} to {row.high!r}.")


def _name(row: EstimateRow) -> str:
    return ".".join(part for part in row.key if part)


def _expect(what: str, expected: object, got: object) -> None:
    if expected != got:
        raise CheckFailed(f"{what}: expected {expected}, got {got}. The dataset does not agree with its manifest.")
