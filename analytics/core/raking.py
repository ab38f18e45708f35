"""Raking on margins by iterative proportional fitting, on the table of cells instead of the rows."""

from collections.abc import Sequence

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, sums
from analytics.core.calibration import VANISHING, Calibrated, check_positive, checked_weights, finished
from analytics.core.calibration_steps import CLOSE
from analytics.core.margins import Margin, cells_of, check_terms

SWEEPS = 1000


def rake(weights: Floats, margins: Sequence[Margin]) -> Calibrated:
    """Weights f8[n] scaled to each margin in turn until all hold. The factor of a respondent depends on its cell only.

    Equals `calibrate` with the method raking. Same input, same bits; another order of rows gives the same weights up to
    rounding. InputError, naming the margin, for sums that differ, categories without respondents, and totals that
    cannot be met together. Source: Deming & Stephan 1940; Deville, Särndal & Sautory 1993.
    """
    before = checked_weights(weights)
    check_terms(margins, size=len(before))
    check_positive(margins)
    found = cells_of(margins)
    start = sums(found.rows, before, len(found.first))
    places = [margin.codes[found.first] for margin in margins]
    table, sweeps = _fit(start, margins, places)
    factors = table / start
    _check_vanishing(factors, margins, places)
    return finished(before, factors[found.rows], terms=margins, iterations=sweeps, table=found)


def _fit(start: Floats, margins: Sequence[Margin], places: Sequence[Codes]) -> tuple[Floats, int]:
    table = start.copy()
    errors = [float("inf")] * len(margins)
    for sweep in range(1, SWEEPS + 1):
        for number, (margin, place) in enumerate(zip(margins, places, strict=True)):
            held = sums(place, table, len(margin.totals))
            factors = np.divide(margin.totals, held, out=np.ones(len(held)), where=held > 0)
            errors[number] = float(np.abs(factors - 1).max())
            table *= factors[place]
        if max(errors) <= CLOSE or len(margins) == 1:
            return table, sweep
    worst = margins[int(np.argmax(errors))]
    raise InputError(
        f"margins[{worst.name}]",
        expected="totals that can be met together with the other margins",
        got=f"a relative error of {max(errors):.2g} after {SWEEPS} rounds",
        hint="Too many combinations of categories have no respondent: join categories.",
    )


def _check_vanishing(factors: Floats, margins: Sequence[Margin], places: Sequence[Codes]) -> None:
    cell = int(np.argmin(factors))
    if factors[cell] > VANISHING:
        return
    means = [float(np.mean(factors[place == place[cell]])) for place in places]
    worst = int(np.argmin(means))
    raise InputError(
        f"margins[{margins[worst].name}]",
        expected="totals that positive weights reach",
        got=f"a factor of {factors[cell]:.3g} for category {margins[worst].label(int(places[worst][cell]))}",
        hint="Join categories, or check the totals.",
    )
