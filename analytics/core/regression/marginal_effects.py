"""Average marginal effects: by how much the expected outcome differs, on its own scale, averaged over the domain."""

from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.design import SurveyDesign
from analytics.core.hypothesis_tests import p_value
from analytics.core.intervals import quantile
from analytics.core.regression.link import bend, mean, slope
from analytics.core.regression.model import Model
from analytics.core.regression.model_matrix import Factor, ModelMatrix
from analytics.core.variance import covariance


@dataclass(frozen=True, eq=False)
class MarginalEffects:
    """Effects f8[k] of a term, one for each level but the base (one for a covariate), and their covariance f8[k, k].

    In units of the outcome: 0.05 is five points of a share. level "" for a covariate: per unit of it.
    predicted f8[k]: expected outcome when everybody had the level; predicted_base: when everybody had the base (NaN
    for a covariate). influence f8[n, k].
    """

    term: str
    levels: tuple[str, ...]
    values: Floats
    covariance: Floats
    df: int
    predicted: Floats
    predicted_base: float
    influence: Floats

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def p(self) -> Floats:
        """Two-sided p-values f8[k]; NaN where there is no standard error."""
        error = self.standard_errors
        return p_value(np.divide(self.values, error, out=np.full(len(error), np.nan), where=error > 0), self.df)

    def intervals(self, confidence: float = 0.95) -> Floats:
        """effect -+ t se, f8[k, 2]."""
        half = float(quantile(self.df, confidence)) * self.standard_errors
        return np.column_stack([self.values - half, self.values + half])


def marginal_effects(design: SurveyDesign, model: Model, matrix: ModelMatrix, *, term: str) -> MarginalEffects:
    """The average marginal effect of one term of a model over the rows it was fitted on.

    Factor: weighted mean of the expected outcome with everybody at the level minus everybody at the base, all else
    as it is. Covariate: weighted mean of the derivative. With d_k the effect of row k, its influence is
    w (d_k - mean d) / sum w + z_beta . (d effect / d beta): the averaging and the coefficients both vary.
    InputError on an unknown term or a model of another matrix.
    Source: Graubard & Korn 1999 (predictive margins); Bieler, Brown, Williams & Brogan 2010; Binder 1983.
    """
    if model.names != matrix.names:
        raise InputError("matrix", expected="the one of the model", got="another", hint="Pass both together.")
    block = matrix.block(term)
    found = next(one for one in matrix.terms if one.name == term)
    x, eta = matrix.columns[model.rows], model.eta[model.rows]
    weights = design.weights[model.rows] / float(design.weights[model.rows].sum())
    columns = np.array(block, dtype=np.int64)
    if isinstance(found, Factor):
        parts = _levels(model, x, eta=eta, weights=weights, columns=columns)
    else:
        parts = _derivative(model, x, weights=weights, column=block[0])
    values = weights @ parts.rows
    influence = np.zeros((design.size, len(values)))
    influence[model.rows] = weights[:, None] * (parts.rows - values)
    influence += model.influence @ parts.gradient.T
    return MarginalEffects(
        term=term, levels=found.levels if isinstance(found, Factor) else ("",), values=values,
        covariance=covariance(design, influence, model.rows), df=model.df, predicted=parts.predicted,
        predicted_base=parts.base, influence=influence,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Parts:
    """Effect of each row f8[m, k]; gradient by the coefficients f8[k, p]; expected outcomes."""

    rows: Floats
    gradient: Floats
    predicted: Floats
    base: float


def _levels(model: Model, x: Floats, *, eta: Floats, weights: Floats, columns: Codes) -> _Parts:
    """Set every row to the base, then to each level: only the term's own columns change."""
    base = eta - x[:, columns] @ model.coefficients[columns]
    at_base = mean(model.outcome, base)
    low = weights * slope(model.outcome, at_base)
    rest = np.ones(x.shape[1], dtype=np.bool_)
    rest[columns] = False
    rows = np.empty((len(eta), len(columns)))
    gradient = np.zeros((len(columns), x.shape[1]))
    for place, column in enumerate(columns):
        reached = mean(model.outcome, base + model.coefficients[column])
        high = weights * slope(model.outcome, reached)
        rows[:, place] = reached - at_base
        gradient[place, rest] = (high - low) @ x[:, rest]
        gradient[place, column] = high.sum()
    expected = float(weights @ at_base)
    return _Parts(rows, gradient, expected + weights @ rows, expected)


def _derivative(model: Model, x: Floats, *, weights: Floats, column: int) -> _Parts:
    mu = model.mu[model.rows]
    steep = slope(model.outcome, mu)
    coefficient = float(model.coefficients[column])
    gradient = (weights * bend(model.outcome, mu) * coefficient) @ x
    gradient[column] += float(weights @ steep)
    return _Parts(coefficient * steep[:, None], gradient[None, :], np.array([np.nan]), float("nan"))
