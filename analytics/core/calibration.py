"""Calibration: weights as near to the given ones as can be that reproduce known population totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, positive, sums
from analytics.core.calibrated import Calibration
from analytics.core.calibration_steps import CLOSE, solve
from analytics.core.distances import Bounds, Distance, checked_bounds, curve
from analytics.core.margins import Cells, Columns, Margin, Term, cells_of, check_terms, columns, independent
from analytics.core.weights import kish_effect

AT_BOUND = 1e-9  # a factor this near to its bound is counted as at the bound
VANISHING = 1e-8  # raking only gets below this on its way to totals that positive weights cannot reach


@dataclass(frozen=True)
class Diagnostics:
    """How far the weights were moved.

    g_low and g_high: range of the factor; kish_before and kish_after: n sum w^2 / (sum w)^2; at_bounds: rows whose
    factor is at a bound; iterations; margin_error: largest relative error of a total; redundant: terms of which a
    column follows from other terms and was left out.
    """

    g_low: float
    g_high: float
    kish_before: float
    kish_after: float
    at_bounds: int
    iterations: int
    margin_error: float
    redundant: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Calibrated:
    """weights f8[n] = before f8[n] x g f8[n]; the terms they reproduce; `calibration` for SurveyDesign."""

    weights: Floats
    g: Floats
    before: Floats
    terms: tuple[Term, ...]
    diagnostics: Diagnostics

    @cached_property
    def calibration(self) -> Calibration:
        """Auxiliaries f8[n, p] without redundant columns, and the weights before: variance is that of residuals."""
        return Calibration(independent(columns(self.terms), self.before)[0].values, self.before)


def poststratify(weights: Floats, margin: Margin) -> Calibrated:
    """Weights scaled in each category to its total. weights f8[n], positive. Source: Holt & Smith 1979.

    InputError, naming the margin, for a category without respondents or with respondents and a total of 0.
    """
    before = checked_weights(weights)
    check_terms([margin], size=len(before))
    check_positive([margin])
    held = np.bincount(margin.codes, weights=before, minlength=len(margin.totals))
    factors = np.divide(margin.totals, held, out=np.ones(len(held)), where=held > 0)
    g = factors[margin.codes]
    return finished(before, g, terms=(margin,), error=_term_error(margin, before * g, slice(None)), iterations=1)


def calibrate(
    weights: Floats, terms: Sequence[Term], *, method: Distance = Distance.RAKING, bounds: Bounds | None = None
) -> Calibrated:
    """w = d F(x'l) with sum w x = the totals of the terms, by Newton's method on l. Source: Deville & Särndal 1992.

    weights d f8[n], positive; bounds: lowest and highest factor for logit and truncated, numbers or f8[n].
    Sums run in the order of rows: another order gives the same weights up to rounding. InputError, naming the term,
    for totals that contradict each other, that no weights reach within the bounds, or that need weights of 0 or less.
    """
    before = checked_weights(weights)
    chosen = _method(method)
    limits = checked_bounds(chosen, bounds, size=len(before))
    check_terms(terms, size=len(before))
    if chosen is not Distance.LINEAR:
        check_positive(terms)
    table = _table(terms, before, each_row=limits is not None and max(map(len, limits)) > 1)
    rows = table.cells.first if table.cells else None
    found, redundant = independent(columns(terms, rows=rows), table.weights)
    if limits:
        _check_reach(found, table.weights, limits)
    functions = curve(chosen, limits)
    factors, iterations = solve(found, table.weights, functions)
    _check_factors(found, factors, chosen)
    reached = table.weights * factors
    error = max(_term_error(term, reached, slice(None) if rows is None else rows) for term in terms)
    return finished(
        before, factors[table.cells.rows] if table.cells else factors, terms=terms, error=error,
        iterations=iterations, limits=limits, redundant=redundant,
    )  # fmt: skip


def checked_weights(weights: Floats) -> Floats:
    """f8[n], at least one, finite and above 0. InputError otherwise."""
    found = positive("weights", weights, hint="Calibrate the weights of respondents.")
    if not len(found):
        raise InputError(
            "weights", expected="at least one respondent", got="none", hint="There is nothing to calibrate."
        )
    return found


def check_positive(terms: Sequence[Term]) -> None:
    """InputError, naming the margin, when a category has respondents and a total of 0: only weights of 0 fit it."""
    for term in terms:
        if not isinstance(term, Margin):
            continue
        wrong = (term.counts > 0) & (term.totals == 0)
        if bool(wrong.any()):
            category = int(np.argmax(wrong))
            raise InputError(
                f"margins[{term.name}]", expected="a total above 0 where there are respondents",
                got=f"0 for {term.label(category)} with {term.counts[category]} respondents",
                hint="The frame does not know this category: correct codes or totals.",
            )  # fmt: skip


def finished(
    before: Floats,
    g: Floats,
    *,
    terms: Sequence[Term],
    error: float,
    iterations: int,
    limits: tuple[Floats, Floats] | None = None,
    redundant: tuple[str, ...] = (),
) -> Calibrated:
    """The result with its diagnostics; error is the largest relative error of a total."""
    weights = before * g
    at_bounds = 0
    if limits:
        at_bounds = int((np.minimum(np.abs(g - limits[0]), np.abs(g - limits[1])) <= AT_BOUND).sum())
    for array in (weights, g):
        array.setflags(write=False)
    diagnostics = Diagnostics(
        g_low=float(g.min()), g_high=float(g.max()), kish_before=kish_effect(before), kish_after=kish_effect(weights),
        at_bounds=at_bounds, iterations=iterations, margin_error=error, redundant=redundant,
    )  # fmt: skip
    return Calibrated(weights, g, before, tuple(terms), diagnostics)


def _term_error(term: Term, weights: Floats, rows: slice | Codes) -> float:
    """Of the weights f8[k] of respondents, or of cells with a respondent of each in rows."""
    if isinstance(term, Margin):
        return margin_error(term, sums(term.codes[rows], weights, len(term.totals)))
    size = abs(term.total) or float((weights * np.abs(term.values)).sum())
    return abs(float((weights * term.values).sum()) - term.total) / size if size else 0.0


def margin_error(margin: Margin, reached: Floats) -> float:
    """The largest relative error of the totals reached f8[C]."""
    positive_total = margin.totals > 0
    return float((np.abs(reached / np.where(positive_total, margin.totals, 1.0) - 1)[positive_total]).max(initial=0.0))


def _method(method: Distance) -> Distance:
    if method not in list(Distance):
        raise InputError("method", expected=f"one of {', '.join(Distance)}", got=repr(str(method)), hint="Choose one.")
    return Distance(method)


@dataclass(frozen=True, eq=False)
class _Table:
    """weights f8[k] of the rows calibration works on: cells_of, or respondents when `cells` is None."""

    weights: Floats
    cells: Cells | None = None


def _table(terms: Sequence[Term], before: Floats, *, each_row: bool) -> _Table:
    """With margins only, the factor depends on the cell alone: then a row of the table is a cell."""
    margins = [term for term in terms if isinstance(term, Margin)]
    if each_row or len(margins) < len(terms):
        return _Table(before)
    found = cells_of(margins)
    return _Table(sums(found.rows, before, len(found.first)), found)


def _check_reach(found: Columns, weights: Floats, limits: tuple[Floats, Floats]) -> None:
    """What the bounds alone let each total be."""
    low, high = limits
    least = np.minimum(found.values * low[:, None], found.values * high[:, None])
    most = np.maximum(found.values * low[:, None], found.values * high[:, None])
    lowest, highest = weights @ least, weights @ most
    room = CLOSE * np.maximum(np.abs(lowest), np.abs(highest))
    wrong = (found.totals < lowest - room) | (found.totals > highest + room)
    if bool(wrong.any()):
        column = int(np.argmax(wrong))
        raise InputError(
            found.name(column),
            expected=f"{lowest[column]:.6g} to {highest[column]:.6g} for {found.label(column)} within the bounds",
            got=f"{found.totals[column]:.12g}",
            hint="Widen the bounds, or join the category to a neighbour.",
        )


def _check_factors(found: Columns, factors: Floats, method: Distance) -> None:
    """Linear, or a lower bound of 0, can give weights of 0 or less, raking runs towards 0 where only 0 fits."""
    least = VANISHING if method is Distance.RAKING else 0.0
    row = int(np.argmin(factors))
    if factors[row] > least:
        return
    column = int(np.argmax(np.abs(found.values[row]) / np.abs(found.values).max(axis=0) * _pull(found, factors)))
    raise InputError(
        found.name(column),
        expected=f"totals that positive weights reach with the method {method}",
        got=f"a factor of {factors[row]:.3g} for {found.label(column)}",
        hint="Use truncated or logit with bounds, join categories, or check the totals.",
    )


def _pull(found: Columns, factors: Floats) -> Floats:
    """How low the factors of each column lie, f8[p]."""
    used = np.abs(found.values)
    pull: Floats = 1 / np.maximum((used * factors[:, None]).sum(axis=0) / used.sum(axis=0), VANISHING)
    return pull
