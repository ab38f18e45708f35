"""Whether an area model can be believed: residuals, bias against direct figures, and how much it leans on itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analytics.core.arrays import Floats
from analytics.core.small_areas.fit import fit
from analytics.core.small_areas.predict import Predictions

NAN = float("nan")
FEWEST_FOR_NORMALITY = 3


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """All on the scale of the model, over the sampled areas.

    residuals f8[m]: (y - x'beta) / sqrt(A + D). normality and normality_p: Shapiro and Wilk's W of them.
    intercept, slope and their errors: direct regressed on predicted, which should be 0 and 1; bias_p tests both.
    distance: sum (y - eblup)^2 / (D + mse), distance_p by chi-squared on m degrees; a small p means too far apart.
    explained: 1 - A / A without covariates (NaN when that is 0). model_weight: mean B, how much is the model's.
    """

    residuals: Floats
    normality: float
    normality_p: float
    intercept: float
    intercept_error: float
    slope: float
    slope_error: float
    bias_p: float
    distance: float
    distance_p: float
    explained: float
    model_weight: float


def diagnose(direct: npt.ArrayLike, *, sampling_variances: npt.ArrayLike, predictions: Predictions) -> Diagnostics:
    """Diagnostics of predictions made from direct f8[M] and sampling variances f8[M].

    Source: Shapiro & Wilk 1965; bias and distance Brown, Chambers, Heady & Heasman 2001; Rao & Molina 2015, 6.4.
    """
    rows = predictions.sampled
    y, d = np.asarray(direct, dtype=np.float64)[rows], np.asarray(sampling_variances, dtype=np.float64)[rows]
    model, predicted = predictions.fit, predictions.eblup[rows]
    residuals = (y - predictions.synthetic[rows]) / np.sqrt(model.variance + d)
    normality, normality_p = NAN, NAN
    if len(y) >= FEWEST_FOR_NORMALITY and float(np.ptp(residuals)) > 0:
        found = stats.shapiro(residuals)
        normality, normality_p = float(found.statistic), float(found.pvalue)
    intercept, intercept_error, slope, slope_error, bias_p = _bias(y, predicted)
    distance = float(np.sum((y - predicted) ** 2 / (d + predictions.mse[rows])))
    plain = fit(y, np.ones((len(y), 1)), sampling_variances=d, method=model.method)
    return Diagnostics(
        residuals=residuals, normality=normality, normality_p=normality_p, intercept=intercept,
        intercept_error=intercept_error, slope=slope, slope_error=slope_error, bias_p=bias_p, distance=distance,
        distance_p=float(special.chdtrc(len(y), distance)),
        explained=NAN if plain.at_zero else 1 - model.variance / plain.variance,
        model_weight=float(predictions.shrinkage[rows].mean()),
    )  # fmt: skip


def _bias(y: Floats, predicted: Floats) -> tuple[float, float, float, float, float]:
    """Least squares of y on predicted: intercept, its error, slope, its error, p of the F test of (0, 1)."""
    m, centre = len(y), float(predicted.mean())
    spread = float(np.sum((predicted - centre) ** 2))
    if m < 3 or not spread > 0:
        return NAN, NAN, NAN, NAN, NAN
    slope = float((predicted - centre) @ y) / spread
    intercept = float(y.mean()) - slope * centre
    left = float(np.sum((y - intercept - slope * predicted) ** 2))
    if not left > 0:
        return intercept, 0.0, slope, 0.0, NAN
    sigma = left / (m - 2)
    ratio = (float(np.sum((y - predicted) ** 2)) - left) / 2 / sigma
    error = np.sqrt(sigma * (1 / m + centre**2 / spread))
    return intercept, float(error), slope, float(np.sqrt(sigma / spread)), float(special.fdtrc(2, m - 2, max(ratio, 0)))
