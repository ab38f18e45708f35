"""Raking on margins by iterative proportional fitting, on the table of cells instead of the rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, sums
from analytics.core.calibration import (
    VANISHING,
    Calibrated,
    check_positive,
    checked_weights,
    finished,
    margin_error,
)
from analytics.core.calibration_steps import CLOSE
from analytics.core.margins import Margin, cells_of, check_terms, slots

SWEEPS = 1000
DENSE = 1 << 16  # a table of so many cells is held whole; a larger one as the list of its cells with respondents


class _Table(Protocol):
    """rows i8[n]: the cell of each row; held: sums f8[C] over a margin; scale: multiply by factors f8[C] in place."""

    @property
    def rows(self) -> Codes: ...

    @property
    def size(self) -> int: ...

    def held(self, table: Floats, margin: int) -> Floats: ...

    def scale(self, table: Floats, margin: int, factors: Floats) -> None: ...

    def category(self, cell: int, margin: int) -> int: ...


@dataclass(frozen=True, eq=False)
class _Whole:
    rows: Codes
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def _view(self, table: Floats, margin: int) -> Floats:
        return table.reshape(math.prod(self.shape[:margin]), self.shape[margin], -1)

    def held(self, table: Floats, margin: int) -> Floats:
        found: Floats = self._view(table, margin).sum(axis=2).sum(axis=0)
        return found

    def scale(self, table: Floats, margin: int, factors: Floats) -> None:
        view = self._view(table, margin)
        view *= factors[None, :, None]

    def category(self, cell: int, margin: int) -> int:
        return int(np.unravel_index(cell, self.shape)[margin])


@dataclass(frozen=True, eq=False)
class _Listed:
    rows: Codes
    places: tuple[Codes, ...]
    counts: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.places[0])

    def held(self, table: Floats, margin: int) -> Floats:
        return sums(self.places[margin], table, self.counts[margin])

    def scale(self, table: Floats, margin: int, factors: Floats) -> None:
        table *= factors[self.places[margin]]

    def category(self, cell: int, margin: int) -> int:
        return int(self.places[margin][cell])


def rake(weights: Floats, margins: Sequence[Margin]) -> Calibrated:
    """Weights f8[n] scaled to each margin in turn until all hold. The factor of a respondent depends on its cell only.

    Equals `calibrate` with the method raking. Same input, same bits; another order of rows gives the same weights up to
    rounding. InputError, naming the margin, for sums that differ, categories without respondents, and totals that
    cannot be met together. Source: Deming & Stephan 1940; Deville, Särndal & Sautory 1993.
    """
    before = checked_weights(weights)
    check_terms(margins, size=len(before))
    check_positive(margins)
    layout = _layout(margins)
    start = sums(layout.rows, before, layout.size)
    table, sweeps = _fit(start, margins, layout)
    factors = np.divide(table, start, out=np.ones(len(start)), where=start > 0)
    _check_vanishing(factors, margins, layout)
    error = max(margin_error(margin, layout.held(table, number)) for number, margin in enumerate(margins))
    return finished(before, factors[layout.rows], terms=margins, error=error, iterations=sweeps)


def _layout(margins: Sequence[Margin]) -> _Table:
    counts = tuple(len(margin.totals) for margin in margins)
    if math.prod(counts) <= DENSE:
        return _Whole(slots([margin.codes for margin in margins], counts), counts)
    found = cells_of(margins)
    return _Listed(found.rows, tuple(margin.codes[found.first] for margin in margins), counts)


def _fit(start: Floats, margins: Sequence[Margin], layout: _Table) -> tuple[Floats, int]:
    table = start.copy()
    errors = [float("inf")] * len(margins)
    for sweep in range(1, SWEEPS + 1):
        for number, margin in enumerate(margins):
            held = layout.held(table, number)
            factors = np.divide(margin.totals, held, out=np.ones(len(held)), where=held > 0)
            errors[number] = float(np.abs(factors - 1).max())
            layout.scale(table, number, factors)
        if max(errors) <= CLOSE or len(margins) == 1:
            return table, sweep
    worst = margins[int(np.argmax(errors))]
    raise InputError(
        f"margins[{worst.name}]",
        expected="totals that can be met together with the other margins",
        got=f"a relative error of {max(errors):.2g} after {SWEEPS} rounds",
        hint="Too many combinations of categories have no respondent: join categories.",
    )


def _check_vanishing(factors: Floats, margins: Sequence[Margin], layout: _Table) -> None:
    cell = int(np.argmin(factors))
    if factors[cell] > VANISHING:
        return
    held = [layout.held(factors, number) for number in range(len(margins))]
    places = [layout.category(cell, number) for number in range(len(margins))]
    worst = int(np.argmin([one[place] for one, place in zip(held, places, strict=True)]))
    raise InputError(
        f"margins[{margins[worst].name}]",
        expected="totals that positive weights reach",
        got=f"a factor of {factors[cell]:.3g} for category {margins[worst].label(places[worst])}",
        hint="Join categories, or check the totals.",
    )
