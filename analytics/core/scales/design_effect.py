"""The chi-square of a factor model as the design has it: divided by what sampling adds to its expectation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.core.arrays import Floats, Mask
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery, Groups, Moments
from analytics.core.scales.factor_model import FactorFit, implied, jacobian, local
from analytics.core.variance import covariance

NAN = float("nan")


@dataclass(frozen=True)
class ScaledTest:
    """chi2 / factor with p on df; factor is the mean design effect of the restrictions. NaN without fit or df."""

    chi2: float
    df: int
    p: float
    factor: float


def scaled_test(
    design: SurveyDesign, battery: Battery, groups: Groups, *, moments: Sequence[Moments], model: FactorFit, rows: Mask
) -> ScaledTest:
    """The mean-scaled test: factor = N tr(U G) / df with G the covariance of all means and covariances by the design.

    U = W - W D (D'W D)^-1 D'W, D the derivatives of the moments by the parameters, W the normal-theory weights at the
    fit. rows bool[n]: the complete rows whose moments were fitted. Covers clusters, strata, weights and answers that
    are not normal. Source: Satorra & Bentler 1994; Muthén & Satorra 1995; Oberski 2014.
    """
    k, count = battery.count, groups.count
    df = count * (k + k * (k + 1) // 2) - model.layout.count
    if not model.found or df < 1:
        return ScaledTest(NAN, df, NAN, NAN)
    size = sum(one.size for one in moments)
    influences = np.hstack([
        _influences(battery.values, design.weights, groups.rows(group) & rows, one) for group, one in enumerate(moments)
    ])  # fmt: skip
    spread = covariance(design, influences, rows)
    weights, slopes = _weights_and_slopes(moments, model)
    projected = weights @ slopes
    inner = np.linalg.solve(slopes.T @ projected, projected.T)
    factor = size * float(np.sum((weights - projected @ inner) * spread)) / df
    chi2 = size * model.discrepancy / factor if factor > 0 else NAN
    return ScaledTest(chi2, df, float(special.chdtrc(df, chi2)) if factor > 0 else NAN, factor)


def _influences(values: Floats, weights: Floats, rows: Mask, one: Moments) -> Floats:
    """z f8[n, k + k (k + 1) / 2] of the means and of the lower triangle of the covariances of one group."""
    lower = np.tril_indices(len(one.means))
    deviations = values[rows] - one.means
    products = deviations[:, lower[0]] * deviations[:, lower[1]] - one.covariance[lower]
    used = weights[rows]
    found = np.zeros((len(values), len(one.means) + len(lower[0])))
    found[rows] = np.hstack([deviations, products]) * (used / used.sum())[:, None]
    return found


def _weights_and_slopes(moments: Sequence[Moments], model: FactorFit) -> tuple[Floats, Floats]:
    k, size = model.layout.items, sum(one.size for one in moments)
    lower = np.tril_indices(k)
    width = k + len(lower[0])
    weights = np.zeros((len(moments) * width, len(moments) * width))
    slopes = np.zeros((len(moments) * width, model.layout.count))
    numbers = local(model.parameters, model.layout)
    for group, (one, values, places) in enumerate(zip(moments, numbers, model.layout.places, strict=True)):
        here = slice(group * width, (group + 1) * width)
        inverse = np.asarray(np.linalg.inv(implied(values, k)[1]), dtype=np.float64)
        weights[here, here] = one.size / size * _normal_weights(inverse)
        of_means, of_covariances = jacobian(values, k)
        stacked = np.hstack([of_means, of_covariances[:, lower[0], lower[1]]])
        for number in np.flatnonzero(places >= 0):
            slopes[here, places[number]] += stacked[number]
    return weights, slopes


def _normal_weights(inverse: Floats) -> Floats:
    """The information of a normal sample on its means and the lower triangle of its covariances."""
    i, j = np.tril_indices(len(inverse))
    # An entry off the diagonal stands for two of the matrix, so the half of the trace counts it twice.
    twice = np.where(i == j, 1.0, 2.0)
    pairs = inverse[np.ix_(i, i)] * inverse[np.ix_(j, j)] + inverse[np.ix_(i, j)] * inverse[np.ix_(j, i)]
    found = np.zeros((len(inverse) + len(i), len(inverse) + len(i)))
    found[: len(inverse), : len(inverse)] = inverse
    found[len(inverse) :, len(inverse) :] = 0.25 * pairs * np.outer(twice, twice)
    return found
