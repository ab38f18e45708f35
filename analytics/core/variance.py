"""Linearised variance of a stratified element sample, its degrees of freedom and design effect.

An estimate is represented by its influence values z_k = w_k u_k, one for each respondent of the whole design
(0 outside the domain), with u_k the linearised value. All that follows needs only z.
"""

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.design import LonelyPsu, SurveyDesign


def residuals(design: SurveyDesign, influences: Floats, rows: Mask | None = None) -> Floats:
    """The matrix R f8[n, k] whose cross-product R'R is the covariance matrix of the estimates.

    R = sqrt((1 - f_h) n_h / (n_h - 1)) (z - mean of z in the stratum); strata with one respondent by the design's
    rule. influences f8[n, k]; rows bool[n] (all when None) says which strata count for the rule "average".
    An estimate that touches a lonely stratum under the rule "fail" gets NaN.
    Source: Särndal, Swensson & Wretman 1992, eq. 3.7.9; Binder 1983.
    """
    strata, n = design.strata, design.sizes
    count = influences.shape[1]
    means = _stratum_sums(strata, influences, design.stratum_count) / n[:, None]
    scale = np.where(n > 1, (1.0 - design.fractions) * n / np.maximum(n - 1, 1), 0.0)
    scale[design.certain] = 0.0
    lonely = design.lonely
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.ADJUST:
        means[lonely] = influences.mean(axis=0)
        scale[lonely] = 1.0 - design.fractions[lonely]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.AVERAGE:
        scale *= _average_factor(design, rows)
    result = (influences - means[strata]) * np.sqrt(scale)[strata][:, None]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.FAIL:
        touched = np.any(influences[lonely[strata]] != 0, axis=0)
        result[:, touched] = np.nan
    return result.reshape(design.size, count)


def covariance(design: SurveyDesign, influences: Floats, rows: Mask | None = None) -> Floats:
    """Covariance matrix f8[k, k] of k estimates from their influence values f8[n, k]; symmetric, no negative root.

    Source: as `residuals`.
    """
    matrix = residuals(design, influences, rows)
    product: Floats = matrix.T @ matrix
    return (product + product.T) / 2


def stratum_variances(design: SurveyDesign, influence: Floats, rows: Mask | None = None) -> Floats:
    """V_h f8[H], what each stratum adds to the variance of one estimate with influence f8[n]."""
    squares = residuals(design, influence[:, None], rows)[:, 0] ** 2
    return sums(design.strata, squares, design.stratum_count)


def satterthwaite(design: SurveyDesign, by_stratum: Floats) -> float:
    """Degrees of freedom (sum V_h)^2 / sum(V_h^2 / (n_h - 1)) from V_h f8[H]; infinite when no stratum adds anything.

    A lonely stratum that the design's rule lets add something counts as one degree.
    Source: Satterthwaite 1946; Eltinge & Jang 1996.
    """
    denominator = float(np.sum(by_stratum**2 / np.maximum(design.sizes - 1, 1)))
    if not denominator > 0:
        return float("nan") if np.isnan(denominator) else float("inf")
    return float(by_stratum.sum()) ** 2 / denominator


def simple_variance(weights: Floats, values: Floats, *, replace: bool = False) -> float:
    """Variance of a mean under simple random sampling of as many rows: the denominator of the design effect.

    weights and values f8[m] of the rows of the domain that have an answer. (1 - n / sum w) S^2 / n with
    S^2 = n / (n - 1) sum w (y - mean)^2 / sum w; replace=True leaves the first bracket out. NaN with one row.
    Source: Kish 1965, ch. 8.
    """
    n, total = len(values), float(weights.sum())
    if n < 2:
        return float("nan")
    mean = float(weights @ values) / total
    spread = n / (n - 1) * float(weights @ (values - mean) ** 2) / total
    return spread / n * (1.0 if replace else 1.0 - n / total)


def _stratum_sums(strata: Codes, columns: Floats, count: int) -> Floats:
    width = columns.shape[1]
    if width == 1:
        return sums(strata, columns[:, 0], count)[:, None]
    slots = (strata[:, None] * width + np.arange(width)).ravel()
    return sums(slots, columns.ravel(), count * width).reshape(count, width)


def _average_factor(design: SurveyDesign, rows: Mask | None) -> float:
    present = np.ones(design.stratum_count, dtype=np.bool_) if rows is None else design.strata_with(rows)
    known = int((present & ~design.lonely).sum())
    return float(present.sum()) / known if known else float("nan")
