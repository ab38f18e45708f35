"""Rank tests for answers on an ordered scale, under the survey design."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Codes, Floats, InputError, codes, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.variance import covariance


class Score(StrEnum):
    """What a rank in (0, 1) counts: itself, whether it is above one half, or its normal quantile."""

    WILCOXON = "wilcoxon"
    MEDIAN = "median"
    VAN_DER_WAERDEN = "van_der_waerden"


SCORES: dict[Score, Callable[[Floats], Floats]] = {
    Score.WILCOXON: lambda rank: rank,
    Score.MEDIAN: lambda rank: (rank > 0.5).astype(np.float64),
    Score.VAN_DER_WAERDEN: lambda rank: np.asarray(special.ndtri(rank), dtype=np.float64),
}


@dataclass(frozen=True, eq=False)
class RankTest:
    """Mean score of each group against the first, f8[G - 1], with covariance; F on df and ddf, and its p-value.

    With two groups t is the difference over its standard error and F its square (ddf degrees); chi_square = df F.
    NaN when a standard error is 0 or missing or ddf < 1.
    """

    differences: Floats
    covariance: Floats
    statistic: float
    df: int
    ddf: int
    p: float

    @property
    def chi_square(self) -> float:
        return self.statistic * self.df

    @property
    def t(self) -> float:
        """Signed; NaN with more than two groups."""
        if self.df > 1:
            return float("nan")
        return float(np.sign(self.differences[0])) * float(np.sqrt(self.statistic))


def rank_test(
    design: SurveyDesign,
    y: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    score: Score = Score.WILCOXON,
    domain: npt.ArrayLike | None = None,
) -> RankTest:
    """Do the groups lie equally high? Wilcoxon for two groups, Kruskal and Wallis for more, with estimated ranks.

    The rank of a row is the estimated share of the population below it plus half of those alike, so that ties of a
    short scale are handled; y f8[n], NaN missing; groups i8[n], -1 for none; empty codes are dropped. The test is
    that of the mean scores, ranks taken as known; ddf = degrees of the design in the rows - (groups - 1).
    InputError with fewer than two groups. Source: Lumley & Scott 2013.
    """
    values, given = floats("y", y, size=design.size), codes("groups", groups, size=design.size)
    rows = mask("domain", domain, size=design.size) & ~np.isnan(values) & (given >= 0)
    present, place = np.unique(given[rows], return_inverse=True)
    if len(present) < 2:
        raise InputError(
            "groups", expected="two or more groups with answers", got=str(len(present)), hint="Check the codes."
        )
    weights = design.weights[rows]
    scores = SCORES[Score(score)](_ranks(values[rows], weights))
    influence = np.zeros((design.size, len(present)))
    means, influence[rows] = _means(scores, weights, place.ravel().astype(np.int64), len(present))
    spread = covariance(design, influence[:, 1:] - influence[:, :1], rows)
    df, ddf = len(present) - 1, design.degf(rows) - len(present) + 1
    statistic = _quadratic(means[1:] - means[0], spread) / df
    p = float(special.fdtrc(df, ddf, statistic)) if ddf > 0 else float("nan")
    return RankTest(means[1:] - means[0], spread, statistic, df, ddf, p)


def _ranks(values: Floats, weights: Floats) -> Floats:
    """Share of the weights below each value plus half of those at it, f8[m] in (0, 1)."""
    _, place = np.unique(values, return_inverse=True)
    at = np.bincount(place.ravel(), weights=weights)
    found: Floats = ((np.cumsum(at) - at / 2) / at.sum())[place.ravel()]
    return found


def _means(scores: Floats, weights: Floats, place: Codes, count: int) -> tuple[Floats, Floats]:
    """Weighted mean score of each group and the influence of each row on each mean, f8[m, G]."""
    size = np.bincount(place, weights=weights, minlength=count)
    means = np.bincount(place, weights=weights * scores, minlength=count) / size
    influence = np.zeros((len(scores), count))
    influence[np.arange(len(scores)), place] = weights * (scores - means[place]) / size[place]
    return means, influence


def _quadratic(values: Floats, spread: Floats) -> float:
    error = np.sqrt(np.diag(spread))
    if not bool(np.all(error > 0)):
        return float("nan")
    relation = spread / np.outer(error, error)
    if float(np.linalg.eigvalsh(relation)[0]) < 1e-12:
        return float("nan")
    scaled = values / error
    return float(scaled @ np.linalg.solve(relation, scaled))
