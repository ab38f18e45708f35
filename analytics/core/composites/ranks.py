"""Differences of all pairs that hold together by the largest |t|, with the verdicts that give joint rank intervals."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, floats, mask
from analytics.core.hypothesis_tests import Pair, Pairwise, Verdict, covariance_matrix, p_value
from analytics.core.intervals import NO_SPREAD
from analytics.core.simultaneous import max_t_p, max_t_quantile, pairs

ROUNDING = 1e-5  # a difference whose standard error is this part of its two parts' is free of sampling error


def simultaneous_pairwise(
    values: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    df: float,
    names: Sequence[str],
    family: str,
    alpha: float = 0.05,
    known: Sequence[bool] | None = None,
    seed: int = 0,
) -> Pairwise:
    """Every pair with simultaneous intervals difference -+ c se, c the critical value of the largest |t| of the family.

    values f8[m]; covariance f8[m, m], or the variances f8[m] of independent estimates; df: degrees of freedom for the
    whole family (the smallest of its estimates is on the safe side). low, high, p_adjusted and the verdict of each pair
    hold for all pairs together. A value without a standard error, or without spread, is not comparable unless `known`
    says that it has no sampling error. rank_intervals(result) are then joint rank intervals at 1 - alpha. Source:
    Hothorn, Bretz & Westfall 2008; Klein, Wright & Wieczorek 2020; Mogstad, Romano, Shaikh & Wilhelm 2024. InputError
    on shapes, an empty family name and a covariance matrix that is none.
    """
    estimates = floats("values", values)
    if not family or len(names) != len(estimates) or len(set(names)) != len(names):
        raise InputError(
            "names",
            expected=f"{len(estimates)} different names and the name of the family",
            got=f"{len(names)} names, family {family!r}",
            hint="Say which comparisons stand together before looking at them.",
        )
    matrix = covariance_matrix(covariance, len(estimates))
    certain = mask("known", np.zeros(len(estimates), dtype=np.bool_) if known is None else known, size=len(estimates))
    usable = ~np.isnan(estimates) & ((np.diag(matrix) > NO_SPREAD**2) | certain)
    matrix = np.where(usable[:, None] & usable, matrix, 0.0)
    one, other = np.triu_indices(len(estimates), 1)  # the order of `pairs`
    contrasts, gaps = pairs(len(estimates)), estimates[one] - estimates[other]
    compared = usable[one] & usable[other]
    errors = _errors(contrasts, matrix)
    statistics = np.where(errors > 0, gaps, np.nan) / np.where(errors > 0, errors, 1.0)
    critical, adjusted = float("nan"), np.full(len(gaps), np.nan)
    if bool(compared.any()):
        used = contrasts[compared]
        critical = max_t_quantile(matrix, df, confidence=1 - alpha, contrasts=used, seed=seed)
        adjusted[compared] = max_t_p(statistics[compared], matrix, df, contrasts=used, seed=seed)
    found = tuple(
        _pair(
            (names[one[row]], names[other[row]]),
            gap=float(gaps[row]),
            error=float(errors[row]) if compared[row] else float("nan"),
            df=df,
            adjusted=float(adjusted[row]),
            critical=critical,
        )
        for row in range(len(gaps))
    )
    return Pairwise(family, "max_t", alpha, tuple(names), tuple(float(value) for value in estimates), found)


def _errors(contrasts: Floats, matrix: Floats) -> Floats:
    """Standard errors of the differences; 0 where what remains of two errors that cancel is rounding."""
    found = np.sqrt(np.maximum(np.einsum("qm,mn,qn->q", contrasts, matrix, contrasts, optimize=True), 0.0))
    reach = np.abs(contrasts) @ np.sqrt(np.maximum(np.diag(matrix), 0.0))
    return np.where(found > ROUNDING * reach, found, 0.0)


def _pair(names: tuple[str, str], *, gap: float, error: float, df: float, adjusted: float, critical: float) -> Pair:
    """One pair: compared exactly without sampling error on either side (0), not at all with an unknown one (NaN)."""
    nan = float("nan")
    if np.isnan(error) or (error > 0 and np.isnan(critical)):
        return Pair(*names, gap, nan, nan, nan, nan, nan, nan, Verdict.NOT_COMPARABLE)
    if error == 0:
        exact = 1.0 if gap == 0 else 0.0
        return Pair(*names, gap, 0.0, float("inf"), exact, exact, gap, gap, _verdict(gap, gap))
    low, high = gap - critical * error, gap + critical * error
    return Pair(*names, gap, error, df, float(p_value(gap / error, df)), adjusted, low, high, _verdict(low, high))


def _verdict(low: float, high: float) -> Verdict:
    if low > 0:
        return Verdict.HIGHER
    return Verdict.LOWER if high < 0 else Verdict.NOT_DISTINGUISHABLE
