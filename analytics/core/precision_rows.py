"""The precision rule put on rows: every share, balance and index says whether it is precise enough to be shown."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.core.arrays import Floats
from analytics.core.definitions import Definitions
from analytics.core.estimates import Flag
from analytics.core.index_scores import bottom
from analytics.core.parameters import Parameters
from analytics.core.precision import Judgements, Precision, judge_bounded, judge_shares
from analytics.core.results import EstimateRow

BALANCE = (-1.0, 1.0)


def judged(rows: Sequence[EstimateRow], definitions: Definitions, parameters: Parameters) -> tuple[EstimateRow, ...]:
    """The rows in their order, with the verdict of the rule and its reasons among the flags.

    Rows without a value are left as they are: their flags say why already. Source: as `precision`.
    """
    scales = {key: (bottom(index), index.scale) for key, index in definitions.indices.items()}
    groups: dict[tuple[float, float] | None, list[int]] = {}
    for place, row in enumerate(rows):
        if row.value is None:
            continue
        bounds = None if row.positive is not None else scales.get(row.indicator, BALANCE)
        groups.setdefault(bounds, []).append(place)
    found = list(rows)
    for bounds, places in groups.items():
        own = [rows[place] for place in places]
        judgements = _judgements(own, bounds, parameters.minimum_answers)
        for number, place in enumerate(places):
            found[place] = _flagged(rows[place], judgements, number)
    return tuple(found)


def _judgements(rows: Sequence[EstimateRow], bounds: tuple[float, float] | None, minimum: int) -> Judgements:
    value, error = _column([row.value for row in rows]), _column([row.standard_error for row in rows])
    certain = np.array([Flag.KNOWN in row.flags for row in rows], dtype=np.bool_)
    # A row holds no infinity: an estimate of which nothing is left to chance has no limit of its degrees.
    degrees = np.array([_degrees(row) for row in rows], dtype=np.float64)
    n = np.array([row.n for row in rows], dtype=np.float64)
    if bounds is None:
        return judge_shares(value, error, n=n, df=degrees, known=certain, minimum=minimum)
    return judge_bounded(value, error, n=n, df=degrees, bounds=bounds, known=certain, minimum=minimum)


def _flagged(row: EstimateRow, judgements: Judgements, number: int) -> EstimateRow:
    judgement = judgements.at(number)
    reasons = {str(reason) for reason in judgement.reasons}
    verdict = set() if judgement.verdict is Precision.OK else {str(judgement.verdict)}
    return replace(row, flags=tuple(sorted({*row.flags, *reasons, *verdict})))


def _degrees(row: EstimateRow) -> float:
    if row.degrees_of_freedom is not None:
        return row.degrees_of_freedom
    return 0.0 if row.standard_error is None else float("inf")


def _column(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
