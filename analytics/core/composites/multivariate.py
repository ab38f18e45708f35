"""How indicators and aggregates go together: correlations with their tests, and pairs that need a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.arrays import Floats, InputError
from analytics.core.composites.columns import table
from analytics.core.composites.structure import Structure
from analytics.core.hypothesis_tests import p_value

COLLINEAR, WEAK, OPPOSED = 0.92, 0.3, -0.4


class Concern(StrEnum):
    """What a correlation inside an aggregate asks about."""

    COLLINEAR = "collinear"  # above 0.92: two indicators count one thing twice
    WEAK = "weak"  # an indicator hardly moves with its aggregate: below 0.3
    OPPOSED = "opposed"  # below -0.4: what one gives the other takes


@dataclass(frozen=True, eq=False)
class Correlations:
    """coefficients, p (two-sided, of no correlation) and units used n, f8[a, b]. NaN under 3 units or no spread."""

    coefficients: Floats
    p: Floats
    n: Floats


@dataclass(frozen=True)
class Notice:
    """One correlation that asks for a look."""

    first: str
    second: str
    correlation: float
    concern: Concern


def correlations(one: npt.ArrayLike, other: npt.ArrayLike, *, by_rank: bool = False) -> Correlations:
    """Correlation of each column of one f8[m, a] with each of other f8[m, b], over the units that have both.

    Pearson's, or Spearman's with by_rank (mid-ranks). p from t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees.
    The units are not a sample; p says how easily so few units give such a coefficient by chance.
    """
    left, right = table("one", one), table("other", other)
    if left.ndim != 2 or right.ndim != 2 or len(left) != len(right):
        raise InputError(
            "other", expected=f"a table of {len(left)} units", got=f"shape {right.shape}", hint="Rows are units."
        )
    shape = (left.shape[1], right.shape[1])
    found, n = np.full(shape, np.nan), np.zeros(shape)
    for row in range(shape[0]):
        for column in range(shape[1]):
            both = ~(np.isnan(left[:, row]) | np.isnan(right[:, column]))
            n[row, column] = both.sum()
            found[row, column] = _pearson(left[both, row], right[both, column], by_rank=by_rank)
    rest = np.maximum(1 - found**2, 0.0)
    statistic = found * np.sqrt(np.maximum(n - 2, 0) / np.where(rest > 0, rest, np.nan))
    p = np.where(rest == 0, 0.0, p_value(statistic, n - 2))
    return Correlations(found, np.where(np.isnan(found) | (n < 3), np.nan, p), n)


def notices(normalised: npt.ArrayLike, values: npt.ArrayLike, *, structure: Structure) -> tuple[Notice, ...]:
    """Pairs of indicators of one aggregate that are collinear or opposed, and indicators weak in their aggregate.

    normalised f8[m, k] and values f8[m, aggregates], as in IndexResult. Source: JRC's coherence checks; OECD & JRC
    2008, step 4.
    """
    columns = table("normalised", normalised, indicators=len(structure.indicators))
    above = table("values", values, indicators=len(structure.aggregates))
    within = correlations(columns, columns).coefficients
    upwards = correlations(columns, above).coefficients
    names, parents = structure.indicators, structure.parents[0]
    found = [
        Notice(names[one], names[two], float(within[one, two]), concern)
        for one in range(len(names))
        for two in range(one + 1, len(names))
        if parents[one] == parents[two] and (concern := _pair_concern(float(within[one, two]))) is not None
    ]
    return (*found, *_weak(names, [structure.aggregates[parent] for parent in parents], upwards, parents))


def _pair_concern(coefficient: float) -> Concern | None:
    if coefficient > COLLINEAR:
        return Concern.COLLINEAR
    return Concern.OPPOSED if coefficient < OPPOSED else None


def _weak(
    names: Sequence[str], wholes: Sequence[str], upwards: Floats, parents: npt.NDArray[np.int64]
) -> tuple[Notice, ...]:
    own = upwards[np.arange(len(names)), parents]
    return tuple(
        Notice(name, whole, float(r), Concern.WEAK)
        for name, whole, r in zip(names, wholes, own, strict=True)
        if r < WEAK
    )


def _pearson(one: Floats, other: Floats, *, by_rank: bool) -> float:
    if len(one) < 3:
        return float("nan")
    if by_rank:
        one, other = stats.rankdata(one), stats.rankdata(other)
    left, right = one - one.mean(), other - other.mean()
    below = float(np.sqrt((left @ left) * (right @ right)))
    if not below > 0 or bool(np.all(one == one[0]) | np.all(other == other[0])):
        return float("nan")
    return float(np.clip(left @ right / below, -1.0, 1.0))
