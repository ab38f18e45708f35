"""Linearised variance of a stratified one- or two-stage sample, its degrees of freedom and the design effect.

An estimate is represented by its influence values z_k = w_k u_k, one for each respondent of the whole design
(0 outside the domain), with u_k the linearised value. All that follows needs only z. With T_hi the total of z in
PSU i of stratum h, the variance is

    sum_h (1 - f_h) n_h / (n_h - 1) sum_i (T_hi - mean)^2
    + sum_h f_h sum_i (1 - f_hi) m_hi / (m_hi - 1) sum_j (z_hij - mean)^2,

the second line only where the design knows M_hi; f_h = n_h / N_h, f_hi = m_hi / M_hi.
"""

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.design import LonelyPsu, SurveyDesign


def residuals(design: SurveyDesign, influences: Floats, rows: Mask | None = None) -> Floats:
    """The matrix R f8[q, k] whose cross-product R'R is the covariance matrix of the estimates.

    First a row for each PSU, sqrt((1 - f_h) n_h / (n_h - 1)) (T - mean of T in the stratum); then, for two stages, one
    for each respondent, sqrt(f_h (1 - f_hi) m_hi / (m_hi - 1)) (z - mean of z in the PSU). q is n in an element
    sample, P with clusters, P + n with two stages. A lonely stratum or PSU goes by the design's rule; an estimate
    that touches one under the rule "fail" gets NaN. After calibration z = w (u - x'B) takes the place of w u.
    influences f8[n, k]; rows bool[n] (all when None) says which strata count for the rule "average".
    Source: Särndal, Swensson & Wretman 1992, eq. 3.7.9 and 4.3.21; Binder 1983; Deville & Särndal 1992.
    """
    if design.calibration is not None:
        weights = design.weights[:, None]
        influences, rows = design.calibration.residuals(influences / weights) * weights, None
    first = _first_stage(design, influences, rows)
    if design.second_stage_populations is None:
        return first
    return np.concatenate([first, _second_stage(design, influences, rows)])


def covariance(design: SurveyDesign, influences: Floats, rows: Mask | None = None) -> Floats:
    """Covariance matrix f8[k, k] of k estimates from their influence values f8[n, k]; symmetric, no negative root.

    Source: as `residuals`.
    """
    matrix = residuals(design, influences, rows)
    product: Floats = matrix.T @ matrix
    return (product + product.T) / 2


def stratum_variances(design: SurveyDesign, influence: Floats, rows: Mask | None = None) -> Floats:
    """What each stratum adds to the variance of one estimate with influence f8[n]: f8[H], or f8[H + P].

    With two stages the strata of the second stage, which are the PSUs, follow those of the first.
    """
    squares = residuals(design, influence[:, None], rows)[:, 0] ** 2
    if design.second_stage_populations is None:
        return sums(design.psu_strata, squares, design.stratum_count)
    places = np.concatenate([design.psu_strata, design.stratum_count + design.psus])
    return sums(places, squares, design.stratum_count + design.psu_count)


def satterthwaite(design: SurveyDesign, by_stratum: Floats) -> float:
    """Degrees of freedom (sum V)^2 / sum(V^2 / degrees) of `stratum_variances`; infinite when none adds anything.

    A stratum has n_h - 1 degrees, a PSU of the second stage m_hi - 1. A lonely one that the design's rule lets add
    something counts as one degree. Source: Satterthwaite 1946; Eltinge & Jang 1996.
    """
    units = design.sizes
    if len(by_stratum) > design.stratum_count:
        units = np.concatenate([units, design.psu_sizes])
    denominator = float(np.sum(by_stratum**2 / np.maximum(units - 1, 1)))
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


def _first_stage(design: SurveyDesign, influences: Floats, rows: Mask | None) -> Floats:
    """f8[P, k]."""
    strata, n = design.psu_strata, design.sizes
    totals = influences if design.psu is None else _sums(design.psu, influences, design.psu_count)
    means = _sums(strata, totals, design.stratum_count) / n[:, None]
    scale = np.where(n > 1, (1.0 - design.fractions) * n / np.maximum(n - 1, 1), 0.0)
    scale[design.taken_all] = 0.0
    lonely = design.lonely
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.ADJUST:
        means[lonely] = totals.mean(axis=0)
        scale[lonely] = 1.0 - design.fractions[lonely]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.AVERAGE:
        present = np.ones(design.stratum_count, dtype=np.bool_) if rows is None else design.strata_with(rows)
        scale *= _average_factor(present, lonely)
    result: Floats = (totals - means[strata]) * np.sqrt(scale)[strata][:, None]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.FAIL:
        _forbid(result, influences, lonely[design.strata])
    return result


def _second_stage(design: SurveyDesign, influences: Floats, rows: Mask | None) -> Floats:
    """f8[n, k]."""
    psus, m = design.psus, design.psu_sizes
    means = _sums(psus, influences, design.psu_count) / m[:, None]
    left = design.fractions[design.psu_strata] * np.where(design.complete, 0.0, 1.0 - design.psu_fractions)
    scale = np.where(m > 1, left * m / np.maximum(m - 1, 1), 0.0)
    lonely = design.lonely_psus
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.ADJUST:
        means[lonely] = influences.mean(axis=0)
        scale[lonely] = left[lonely]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.AVERAGE:
        present = np.ones(design.psu_count, dtype=np.bool_) if rows is None else design.psus_with(rows)
        scale *= _average_factor(present & ~design.complete, lonely)
    result: Floats = (influences - means[psus]) * np.sqrt(scale)[psus][:, None]
    if bool(lonely.any()) and design.lonely_psu is LonelyPsu.FAIL:
        _forbid(result, influences, lonely[psus])
    return result


def _forbid(result: Floats, influences: Floats, lonely: Mask) -> None:
    touched = np.any(influences[lonely] != 0, axis=0)
    result[:, touched] = np.nan


def _sums(slots: Codes, columns: Floats, count: int) -> Floats:
    width = columns.shape[1]
    if width == 1:
        return sums(slots, columns[:, 0], count)[:, None]
    places = (slots[:, None] * width + np.arange(width)).ravel()
    return sums(places, columns.ravel(), count * width).reshape(count, width)


def _average_factor(present: Mask, lonely: Mask) -> float:
    if not bool((present & lonely).any()):
        return 1.0
    known = int((present & ~lonely).sum())
    return float(present.sum()) / known if known else float("nan")
