"""Weights of an index: what stated weights amount to, and how they may be varied."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError
from analytics.core.composites.multivariate import correlations
from analytics.core.composites.structure import Structure


@dataclass(frozen=True)
class Importance:
    """One part of an aggregate: the weight it is stated to have, and how much it moves with the aggregate.

    nominal and effective are shares that add up to 1 over the parts; squared is the squared correlation (first-order
    sensitivity when linear); NaN when the correlation is undefined.
    """

    part: str
    whole: str
    nominal: float
    correlation: float
    squared: float
    effective: float


def effective_importance(
    normalised: npt.ArrayLike, values: npt.ArrayLike, *, structure: Structure
) -> tuple[Importance, ...]:
    """Squared correlation of every part with its aggregate against its nominal weight, level by level.

    normalised f8[m, k] and values f8[m, aggregates], as in IndexResult. A part with a weight of 0 or a correlation
    near 0 shows here. Source: Paruolo, Saisana & Saltelli 2013 (linear form); OECD & JRC 2008, step 6.
    """
    columns = dict(zip((*structure.indicators, *structure.aggregates), _columns(normalised, values), strict=True))
    result: list[Importance] = []
    for level, (parents, shares) in enumerate(zip(structure.parents, structure.shares, strict=True)):
        for place, whole in enumerate(structure.levels[level + 1]):
            children = np.flatnonzero(parents == place)
            names = [structure.levels[level][child].name for child in children]
            found = [_correlation(columns[name], columns[whole.name]) for name in names]
            result += _importances(names, whole.name, shares[children], np.array(found))
    return tuple(result)


class WeightSpread(Protocol):
    """Draws weights around the stated ones."""

    def draw(self, structure: Structure, count: int, generator: np.random.Generator) -> tuple[Floats, ...]:
        """f8[count, nodes] for each level below the index; only their ratios among siblings matter."""
        ...


@dataclass(frozen=True)
class Within:
    """Each weight multiplied by a uniform factor within 1 -+ share, then taken as a share of its siblings' sum."""

    share: float = 0.25

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise InputError("share", expected="between 0 and 1", got=f"{self.share}", hint="Usual is 0.25.")

    def draw(self, structure: Structure, count: int, generator: np.random.Generator) -> tuple[Floats, ...]:
        return tuple(
            shares * (1 + self.share * (2 * generator.random((count, len(shares))) - 1)) for shares in structure.shares
        )


@dataclass(frozen=True)
class Dirichlet:
    """Weights of siblings from Dirichlet(concentration x stated shares): mean as stated, wider for a lower one."""

    concentration: float

    def __post_init__(self) -> None:
        if not (self.concentration >= 1 and np.isfinite(self.concentration)):
            raise InputError(
                "concentration", expected="a finite number from 1", got=f"{self.concentration}",
                hint="With as many as there are siblings, equal weights become uniform over all mixtures.",
            )  # fmt: skip

    def draw(self, structure: Structure, count: int, generator: np.random.Generator) -> tuple[Floats, ...]:
        result = []
        for shares, parents in zip(structure.shares, structure.parents, strict=True):
            # Gamma draws are a Dirichlet draw once they are divided by their sum; only ratios matter here.
            gamma = generator.standard_gamma(self.concentration * shares, size=(count, len(shares)))
            alone = np.bincount(parents, weights=(shares > 0).astype(np.float64))[parents] == 1
            result.append(np.where(alone, shares, gamma))
        return tuple(result)


def _columns(normalised: npt.ArrayLike, values: npt.ArrayLike) -> list[Floats]:
    low, high = np.asarray(normalised, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if low.ndim != 2 or high.ndim != 2 or len(low) != len(high):
        raise InputError(
            "values", expected="two tables with the same units", got=f"shapes {low.shape}, {high.shape}",
            hint="Pass both from one IndexResult.",
        )  # fmt: skip
    return [*low.T, *high.T]


def _correlation(one: Floats, other: Floats) -> float:
    return float(correlations(one[:, None], other[:, None]).coefficients[0, 0])


def _importances(names: Sequence[str], whole: str, shares: Floats, found: Floats) -> list[Importance]:
    squared = found**2
    total = float(np.nansum(squared))
    return [
        Importance(
            part=name,
            whole=whole,
            nominal=float(share),
            correlation=float(r),
            squared=float(r2),
            effective=float(r2) / total if total > 0 else float("nan"),
        )
        for name, share, r, r2 in zip(names, shares, found, squared, strict=True)
    ]
