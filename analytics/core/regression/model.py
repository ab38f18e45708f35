"""Weighted regression under the survey design: coefficients, their covariance, tests of blocks, informativeness."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Floats, InputError, Mask, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.hypothesis_tests import p_value
from analytics.core.intervals import quantile
from analytics.core.regression.fit import Fit, fit
from analytics.core.regression.link import Outcome, check
from analytics.core.regression.model_matrix import ModelMatrix
from analytics.core.variance import covariance

EVENTS = 10  # with fewer events for each coefficient estimates are unstable; Peduzzi et al. 1996


class ModelFlag(StrEnum):
    """What a reader of the model must know."""

    FEW_EVENTS = "few_events"  # fewer than ten events (or non-events) for each coefficient
    THIN_LEVELS = "thin_levels"  # a level of a factor with fewer than ten events or non-events: see `thin`
    NO_DEGREES = "no_degrees_of_freedom"  # as many coefficients as degrees of freedom: no test
    NO_STANDARD_ERROR = "no_standard_error"  # a stratum with one PSU under the rule "fail"


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model. coefficients f8[p] by names, covariance f8[p, p], influence f8[n of the design, p].

    df = degrees of freedom of the design in the rows used - p + 1, as R's svyglm. rows bool[n]: those used, n their
    number. eta and mu f8[n] (0 outside rows). events_per_coefficient counts the rarer outcome (rows for gaussian).
    thin: the columns of levels with fewer than ten events or non-events.
    """

    outcome: Outcome
    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    df: int
    n: int
    rows: Mask
    eta: Floats
    mu: Floats
    influence: Floats
    bread: Floats
    events_per_coefficient: float
    thin: tuple[str, ...]
    steps: int
    flags: frozenset[ModelFlag] = frozenset()

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def p(self) -> Floats:
        """Two-sided p-values f8[p] of the coefficients on Student's t with df; NaN where a standard error is."""
        error = self.standard_errors
        t = np.divide(self.coefficients, error, out=np.full(len(error), np.nan), where=error > 0)
        return p_value(t, self.df)

    def intervals(self, confidence: float = 0.95) -> Floats:
        """coefficient -+ t se, f8[p, 2]."""
        half = float(quantile(self.df, confidence)) * self.standard_errors
        return np.column_stack([self.coefficients - half, self.coefficients + half])


@dataclass(frozen=True)
class Wald:
    """F on df and ddf, its p-value, and the columns tested together. NaN when the covariance has no inverse."""

    columns: tuple[str, ...]
    statistic: float
    df: int
    ddf: int
    p: float


@dataclass(frozen=True, eq=False)
class Informativeness:
    """The model without weights beside the weighted one, the difference f8[p] with its error, and one test of all.

    A small p says that the weights carry something the predictors do not hold: report the weighted model.
    """

    names: tuple[str, ...]
    unweighted: Floats
    difference: Floats
    standard_errors: Floats
    test: Wald


def glm(
    design: SurveyDesign,
    matrix: ModelMatrix,
    *,
    y: npt.ArrayLike,
    outcome: Outcome = Outcome.BINOMIAL,
    domain: npt.ArrayLike | None = None,
) -> Model:
    """Pseudo-maximum likelihood of y f8[n] (NaN: missing) on the matrix, in a domain bool[n] of the full design.

    Rows with a missing value, or outside the domain, have influence 0 and stay in the design. The influence is
    z = A^-1 x w (y - mu), A = sum w x x' dmu/deta. InputError when nothing is left, on outcomes out of range,
    dependent columns and separation, each named. Source: Binder 1983; Lumley 2010, ch. 5 and 6.
    """
    values, rows = _used(design, matrix, y, domain)
    outcome = Outcome(outcome)
    x, weights = (matrix.columns, design.weights) if rows.all() else (matrix.columns[rows], design.weights[rows])
    check(outcome, values[rows])
    found = fit(x, values[rows], weights=weights, outcome=outcome, names=matrix.names)
    influence = _spread((x @ found.inverse) * (weights * (values[rows] - found.mu))[:, None], rows)
    matrix_v = covariance(design, influence, rows)
    df = design.degf(rows) - len(matrix.names) + 1
    events, thin = _events(x, values[rows], outcome=outcome, names=matrix.names)
    return Model(
        outcome=outcome, names=matrix.names, coefficients=found.coefficients, covariance=matrix_v, df=df,
        n=int(rows.sum()), rows=rows, eta=_spread(found.eta, rows), mu=_spread(found.mu, rows), influence=influence,
        bread=found.inverse, events_per_coefficient=events, thin=thin, steps=found.steps,
        flags=_flags(df, matrix_v, events=events, thin=thin),
    )  # fmt: skip


def wald(model: Model, columns: Sequence[int] | Sequence[str]) -> Wald:
    """Are these coefficients all 0? F = b' V^-1 b / q on q and model.df, by number or name of the columns.

    The rule of regTermTest in R's survey. InputError on an unknown or repeated column, or none.
    """
    places = [_place(model.names, one) for one in columns]
    if not places or len(set(places)) != len(places):
        raise InputError(
            "columns", expected="columns, each once", got=repr(list(columns)), hint="Use ModelMatrix.block."
        )
    names = tuple(model.names[one] for one in places)
    return _wald(model.coefficients[places], model.covariance[np.ix_(places, places)], ddf=model.df, names=names)


def informativeness(design: SurveyDesign, model: Model, matrix: ModelMatrix, *, y: npt.ArrayLike) -> Informativeness:
    """The same model without weights, and whether both differ by more than the sampling allows.

    The difference has influence z_weighted - z_unweighted, the latter A_0^-1 x (y - mu_0) with every weight 1.
    Source: Pfeffermann 1993; DuMouchel & Duncan 1983. InputError as `glm`.
    """
    values, rows = floats("y", y, size=design.size), model.rows
    x, plain = matrix.columns[rows], np.ones(model.n)
    found: Fit = fit(x, values[rows], weights=plain, outcome=model.outcome, names=model.names)
    influence = _spread((x @ found.inverse) * (values[rows] - found.mu)[:, None], rows)
    spread = covariance(design, model.influence - influence, rows)
    gap = model.coefficients - found.coefficients
    return Informativeness(
        names=model.names, unweighted=found.coefficients, difference=gap, standard_errors=np.sqrt(np.diag(spread)),
        test=_wald(gap, spread, ddf=model.df, names=model.names),
    )  # fmt: skip


def _used(
    design: SurveyDesign, matrix: ModelMatrix, y: npt.ArrayLike, domain: npt.ArrayLike | None
) -> tuple[Floats, Mask]:
    values = floats("y", y, size=design.size)
    if len(matrix.columns) != design.size:
        raise InputError(
            "matrix",
            expected=f"{design.size} rows",
            got=str(len(matrix.columns)),
            hint="Predictors cover the whole design; a domain is a mask beside it.",
        )
    rows = mask("domain", domain, size=design.size) & ~np.isnan(values) & ~np.isnan(matrix.columns.sum(axis=1))
    if int(rows.sum()) <= len(matrix.names):
        raise InputError(
            "y",
            expected=f"more rows than the {len(matrix.names)} coefficients",
            got=f"{int(rows.sum())} in the domain without a missing value",
            hint="Use fewer predictors or a larger domain.",
        )
    return values, rows


def _events(x: Floats, y: Floats, *, outcome: Outcome, names: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    if outcome is Outcome.GAUSSIAN:
        return len(y) / len(names), ()
    if outcome is Outcome.POISSON:
        return float(y.sum()) / len(names), ()
    events = min(float(y.sum()), float((1 - y).sum())) / len(names)
    head = x[:100]
    maybe = np.flatnonzero(np.all((head == 0) | (head == 1), axis=0))
    levels = x[:, maybe]
    ones, count = y @ levels, levels.sum(axis=0)
    level = np.all((levels == 0) | (levels == 1), axis=0)
    rare = maybe[level & (np.minimum(ones, count - ones) < EVENTS)]
    return events, tuple(names[one] for one in rare)


def _flags(df: int, spread: Floats, *, events: float, thin: tuple[str, ...]) -> frozenset[ModelFlag]:
    found = {
        ModelFlag.FEW_EVENTS: events < EVENTS,
        ModelFlag.THIN_LEVELS: bool(thin),
        ModelFlag.NO_DEGREES: df < 1,
        ModelFlag.NO_STANDARD_ERROR: bool(np.isnan(spread).any()),
    }
    return frozenset(flag for flag, holds in found.items() if holds)


def _wald(values: Floats, spread: Floats, *, ddf: int, names: tuple[str, ...]) -> Wald:
    count = len(values)
    error = np.sqrt(np.diag(spread))
    if ddf < 1 or not bool(np.all(error > 0)):
        return Wald(names, float("nan"), count, ddf, float("nan"))
    relation = spread / np.outer(error, error)
    if float(np.linalg.eigvalsh(relation)[0]) < 1e-12:  # fewer PSUs than coefficients
        return Wald(names, float("nan"), count, ddf, float("nan"))
    scaled = values / error
    statistic = float(scaled @ np.linalg.solve(relation, scaled)) / count
    return Wald(names, statistic, count, ddf, float(special.fdtrc(count, ddf, statistic)))


def _place(names: tuple[str, ...], one: int | str) -> int:
    if isinstance(one, str):
        if one in names:
            return names.index(one)
    elif 0 <= one < len(names):
        return one
    raise InputError("columns", expected=f"one of {', '.join(names)}", got=repr(one), hint="Choose one.")


def _spread(values: Floats, rows: Mask) -> Floats:
    """Values of the rows used, put back into the full design with 0 elsewhere."""
    if bool(rows.all()):
        return values
    result = np.zeros((len(rows), *values.shape[1:]))
    result[rows] = values
    return result
