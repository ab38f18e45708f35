"""Precision of many estimates under calibrated weights, from sums by stratum and domain."""

from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, sums
from analytics.core.statistics_layout import ROUNDING
from analytics.core.survey_file.partition import Partition

DOMAINS = 128  # looked at in one go


@dataclass(frozen=True, eq=False)
class Regressors:
    """Of the whole file, r regressors q with sum d q q' = 1: sums f8[H, r] of w q and f8[H, r, r] of w^2 q q'."""

    totals: Floats
    seconds: Floats


def regressors_of(part: Partition) -> Regressors:
    """By stratum; element samples only."""
    q, design = part.regressors, part.design
    weighted = q * design.weights[:, None]
    width, count = q.shape[1], design.stratum_count
    totals = np.column_stack([sums(design.strata, column, count) for column in weighted.T])
    seconds = np.empty((count, width, width))
    for one in range(width):
        for other in range(one + 1):
            found = sums(design.strata, weighted[:, one] * weighted[:, other], count)
            seconds[:, one, other] = seconds[:, other, one] = found
    return Regressors(totals, seconds)


def calibrated_precision(
    part: Partition, whole: Regressors, totals: Floats, seconds: Floats, *, loads: Floats, crosses: Floats
) -> tuple[Floats, Floats]:
    """Variance and Satterthwaite's degrees f8[D] of one estimate in every domain, times the squared size.

    By slot of stratum and domain f8[S]: totals, sum of w a, and seconds, sum of w^2 a^2, with a the linearised value;
    crosses f8[S, r], sum of w^2 a q. loads f8[D, r]: B = sum of d a q, the coefficients of the regression on q. With
    z = w (a - q'B), the sums over a stratum, its respondents outside the domain included, are

        sum z = sum w a - B'sum w q,  sum z^2 = sum w^2 a^2 - 2 B'sum w^2 a q + B'(sum w^2 q q')B.

    Source: Deville & Särndal 1992, sec. 3, with sum z and sum z^2 written out.
    """
    design = part.design
    n, strata = design.sizes.astype(np.float64), design.stratum_count
    scale = np.where(design.taken_all, 0.0, (1.0 - design.fractions) * n / np.maximum(n - 1, 1))
    variance, df = np.zeros(part.count), np.full(part.count, np.inf)
    for begin in range(0, part.count, DOMAINS):
        rows = np.arange(begin, min(begin + DOMAINS, part.count))
        here = (part.places.cells >= begin) & (part.places.cells <= rows[-1])
        place = (part.places.cells[here] - begin, part.places.group[here])
        b = loads[rows]
        first, second = np.zeros((2, len(rows), strata))
        cross = np.zeros((len(rows), strata, b.shape[1]))
        first[place], second[place], cross[place] = totals[here], seconds[here], crosses[here]
        fitted = np.einsum("dj,hjl,dl->dh", b, whole.seconds, b, optimize=True)
        z = first - b @ whole.totals.T
        spread = second - 2 * np.einsum("dj,dhj->dh", b, cross) + fitted - z**2 / n
        spread[spread <= ROUNDING * (second + fitted)] = 0.0
        by_stratum = scale * spread
        variance[rows] = by_stratum.sum(axis=1)
        below = (by_stratum**2 / np.maximum(n - 1, 1)).sum(axis=1)
        np.divide(variance[rows] ** 2, below, out=df[begin : begin + len(rows)], where=below > 0)
    return variance, df


def plain_degrees(part: Partition, asked: Floats) -> tuple[Floats, Codes]:
    """Answers minus strata with one, and answers, of every domain f8[D]; asked f8[S]."""
    n = part.by_domain(asked)
    return n - part.by_domain((asked > 0).astype(np.float64)), n.astype(np.int64)
