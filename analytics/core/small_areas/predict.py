"""Empirical best linear unbiased predictions of areas and their mean squared errors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.small_areas.fit import Fit, FitMethod, fit


@dataclass(frozen=True, eq=False)
class Predictions:
    """eblup, synthetic and mse f8[M] of all areas; shrinkage B = D / (A + D) f8[M], 1 where nobody was sampled.

    mse = g1 + g2 + 2 g3 - bias of A x B^2. It is NaN where the approximation is not positive (moment fits near A = 0).
    sampled bool[M]. fit: the model, on the sampled areas.
    """

    eblup: Floats
    synthetic: Floats
    mse: Floats
    shrinkage: Floats
    sampled: Mask
    fit: Fit


def predict(
    direct: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    sampling_variances: npt.ArrayLike,
    method: FitMethod = FitMethod.REML,
) -> Predictions:
    """Predictions for direct f8[M] (NaN: no sample) on covariates f8[M, p], with sampling variances f8[M] above 0.

    Sampled: x'beta + (1 - B)(y - x'beta), g1 = A B, g2 = B^2 x'(X'V^-1X)^-1x, g3 = D^2 / (A + D)^3 x variance of A.
    Not sampled: x'beta, mse A + x'(X'V^-1X)^-1x. InputError as `fit`; sampling variances count where sampled only.
    Source: Prasad & Rao 1990; Datta & Lahiri 2000; Datta, Rao & Smith 2005; Rao & Molina 2015, sec. 6.2.
    """
    y, d = np.array(direct, dtype=np.float64), np.array(sampling_variances, dtype=np.float64)
    x = np.array(covariates, dtype=np.float64)
    if y.ndim != 1 or d.shape != y.shape or x.ndim != 2 or len(x) != len(y):
        raise InputError(
            "covariates", expected="one row for each direct estimate and sampling variance",
            got=f"shapes {y.shape}, {d.shape} and {x.shape}", hint="Give all areas, sampled or not, in one order.",
        )  # fmt: skip
    if not bool(np.isfinite(x).all()):
        raise InputError("covariates", expected="finite numbers", got="others", hint="Every area needs all columns.")
    sampled = ~np.isnan(y)
    model = fit(y[sampled], x[sampled], sampling_variances=d[sampled], method=method)
    synthetic = x @ model.coefficients
    leverage = np.einsum("ap,pq,aq->a", x, model.coefficient_covariance, x)
    noise = np.where(sampled, d, 1.0)
    a = model.variance
    shrinkage = np.where(sampled, noise / (a + noise), 1.0)
    eblup = np.where(sampled, synthetic + (1 - shrinkage) * (np.where(sampled, y, 0.0) - synthetic), synthetic)
    g2 = shrinkage**2 * leverage
    g3 = noise**2 / (a + noise) ** 3 * model.variance_of_variance
    inside = a * shrinkage + g2 + 2 * g3 - model.bias_of_variance * shrinkage**2
    mse = np.where(sampled, inside, a + leverage)
    return Predictions(eblup, synthetic, np.where(mse > 0, mse, np.nan), shrinkage, sampled, model)
