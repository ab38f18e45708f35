"""How contact with the drawn units ended: response rates by cell, and weights that keep statuses apart."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, sums


class Outcome(IntEnum):
    """Final status of a drawn unit, after the standard definitions of AAPOR."""

    COMPLETE = 0
    PARTIAL = 1  # enough answered to count
    NO_ANSWER = 2  # belongs to the population: declined, not reached, nothing returned
    INELIGIBLE = 3  # does not belong to the population
    UNKNOWN = 4  # whether it belongs is not known


@dataclass(frozen=True, eq=False)
class ResponseRates:
    """Rates f8[C] of each cell, in [0, 1], NaN where nobody could answer.

    counts i8[C, 5] units by `Outcome`; held f8[C, 5] their weights (the counts when unweighted).
    eligible_share e: eligible among those of known status, NaN where no status is known.
    rr1, rr3, rr5 count complete answers, rr2, rr4, rr6 partial ones too. Units of unknown status are all eligible in
    rr1 and rr2, eligible by e in rr3 and rr4, none of them in rr5 and rr6.
    """

    counts: Codes
    held: Floats
    eligible_share: Floats
    rr1: Floats
    rr2: Floats
    rr3: Floats
    rr4: Floats
    rr5: Floats
    rr6: Floats


@dataclass(frozen=True, eq=False)
class OutcomeAdjustment:
    """weights f8[m]: of respondents for the eligible, of ineligible units for the ineligible, 0 for the others.

    known_factors f8[C] spread units of unknown status over those of known status, response_factors f8[C] the eligible
    over those who answered; NaN where a cell has nobody to carry it. eligible and ineligible f8[C]: estimated numbers.
    """

    weights: Floats
    known_factors: Floats
    response_factors: Floats
    eligible: Floats
    ineligible: Floats


def response_rates(
    outcomes: Codes, *, weights: Floats | None = None, cells: Codes | None = None, count: int | None = None
) -> ResponseRates:
    """Response rates of each cell 0..count-1 (one cell when None), weighted by design weights or counted.

    outcomes i8[m], weights f8[m], cells i8[m] of the drawn units. Source: AAPOR Standard Definitions 2023, RR1-RR6.
    """
    status = _status(outcomes)
    held = np.ones(len(status)) if weights is None else floats("weights", weights, size=len(status))
    places, number = _places(cells, count, size=len(status))
    slots = places * len(Outcome) + status
    shape = (number, len(Outcome))
    counts = np.bincount(slots, minlength=number * len(Outcome)).reshape(shape).astype(np.int64)
    table = sums(slots, held, number * len(Outcome)).reshape(shape)
    complete, partial, none, ineligible, unknown = table.T
    eligible = complete + partial + none
    share = _divided(eligible, eligible + ineligible)
    perhaps = np.where(unknown > 0, unknown * share, 0.0)
    bases = (eligible + unknown, eligible + perhaps, eligible)
    return ResponseRates(
        counts, table, share,
        *(_divided(above, base) for base in bases for above in (complete, complete + partial)),
    )  # fmt: skip


def outcome_adjust(*, weights: Floats, outcomes: Codes, cells: Codes, count: int | None = None) -> OutcomeAdjustment:
    """Two steps in each cell: unknown status over known status, then eligible units over respondents.

    weights f8[m], outcomes i8[m], cells i8[m] of the drawn units. The sum of weights of a cell is kept where both
    factors exist. Assumes within cells that statuses, and answers, are missing at random.
    Source: Brick & Montaquila 2009; Valliant, Dever & Kreuter 2018, ch. 13.
    """
    status = _status(outcomes)
    base = floats("weights", weights, size=len(status))
    places, number = _places(cells, count, size=len(status))
    known = status != Outcome.UNKNOWN
    answered = status <= Outcome.PARTIAL
    eligible = status <= Outcome.NO_ANSWER

    def held(rows: Mask) -> Floats:
        return sums(places, np.where(rows, base, 0.0), number)

    known_factors = _divided(sums(places, base, number), held(known))
    response_factors = _divided(held(eligible), held(answered))
    factors = known_factors[places] * np.where(answered, response_factors[places], 1.0)
    final = np.where(answered | (status == Outcome.INELIGIBLE), base * factors, 0.0)
    return OutcomeAdjustment(
        weights=final, known_factors=known_factors, response_factors=response_factors,
        eligible=known_factors * held(eligible), ineligible=known_factors * held(known & ~eligible),
    )  # fmt: skip


def _status(outcomes: Codes) -> Codes:
    found = codes("outcomes", outcomes)
    wrong = (found < 0) | (found >= len(Outcome))
    if bool(wrong.any()) or not len(found):
        row = int(np.argmax(wrong)) if len(found) else 0
        raise InputError(
            "outcomes",
            expected=f"codes 0..{len(Outcome) - 1} of Outcome",
            got=f"{found[row]} in row {row}" if len(found) else "none",
            hint="Every drawn unit ends with a status; unknown is one of them.",
        )
    return found


def _places(cells: Codes | None, count: int | None, *, size: int) -> tuple[Codes, int]:
    found = np.zeros(size, dtype=np.int64) if cells is None else codes("cells", cells, size=size)
    number = int(found.max()) + 1 if count is None else count
    wrong = (found < 0) | (found >= number)
    if bool(wrong.any()):
        raise InputError(
            "cells", expected=f"codes 0..{number - 1}", got=str(int(found[int(np.argmax(wrong))])),
            hint="Every drawn unit belongs to a cell.",
        )  # fmt: skip
    return found, number


def _divided(above: Floats, below: Floats) -> Floats:
    found = np.full(len(below), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
