"""How the indicators might have come out: draws from their normal distribution or from replicate estimates."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError
from analytics.core.composites.columns import table

NEGATIVE = 1e-9  # an eigenvalue below minus this part of the largest is not rounding


class Sampling(Protocol):
    """A distribution of the table of indicators."""

    @property
    def shape(self) -> tuple[int, int]:
        """Units and indicators."""
        ...

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        """f8[count, m, k]."""
        ...


@dataclass(frozen=True, eq=False)
class Normal:
    """Tables from N(values, covariance).

    values f8[m, k], NaN where a unit has no value (it has none in any draw). covariance f8[m, k, k], one matrix for
    each unit (units sampled independently), or f8[m k, m k] with the cells in the order unit by unit. InputError on
    shapes, a cell with a value and without a variance, and a matrix that is not symmetric or has a negative eigenvalue.
    """

    values: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        values = table("values", self.values)
        if values.ndim != 2:
            raise InputError("values", expected="one table", got=f"shape {values.shape}", hint="Rows are units.")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "covariance", checked_covariance(values, self.covariance))

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape[0], self.values.shape[1]

    @cached_property
    def _root(self) -> Floats:
        """The symmetric square root: unlike eigenvectors it has no free sign."""
        return symmetric_root(self.covariance)

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        units, indicators = self.shape
        standard = generator.standard_normal((count, units, indicators))
        if self._root.ndim == 3:
            spread = np.einsum("bmk,mkj->bmj", standard, self._root)
        else:
            spread = (standard.reshape(count, -1) @ self._root).reshape(standard.shape)
        found: Floats = self.values + spread
        return found


@dataclass(frozen=True, eq=False)
class Replicates:
    """Tables drawn with replacement from bootstrap replicates f8[r, m, k].

    Their spread must be that of the estimates, as it is for a bootstrap; from jackknife or balanced replicates take the
    covariance matrix and Normal. InputError on shapes and below 100 replicates.
    """

    replicates: Floats

    def __post_init__(self) -> None:
        given = table("replicates", self.replicates)
        if given.ndim != 3 or len(given) < 100:
            raise InputError(
                "replicates", expected="at least 100 tables of units x indicators", got=f"shape {given.shape}",
                hint="Fewer leave the ends of the intervals to chance; take Normal with their covariance.",
            )  # fmt: skip
        object.__setattr__(self, "replicates", given)

    @property
    def shape(self) -> tuple[int, int]:
        return self.replicates.shape[1], self.replicates.shape[2]

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        chosen: Floats = self.replicates[generator.integers(len(self.replicates), size=count)]
        return chosen


def checked_covariance(values: Floats, covariance: npt.ArrayLike) -> Floats:
    """The matrices f8[m, k, k] or f8[m k, m k] with zeros for the cells of values f8[m, k] that are missing.

    InputError on shape, numbers that are not finite beside a value, asymmetry and a negative eigenvalue beyond
    rounding.
    """
    matrix = np.array(covariance, dtype=np.float64)
    units, indicators = values.shape
    absent = np.isnan(values)
    joint = matrix.shape == (units * indicators, units * indicators)
    if not joint and matrix.shape != (units, indicators, indicators):
        raise InputError(
            "covariance",
            expected=f"{(units, indicators, indicators)} or {(units * indicators, units * indicators)}",
            got=f"{matrix.shape}",
            hint="One matrix for each unit, or one for all cells, unit by unit.",
        )
    rows = absent.ravel() if joint else absent
    matrix[rows[..., :, None] | rows[..., None, :]] = 0.0
    if not bool(np.isfinite(matrix).all()):
        raise InputError(
            "covariance",
            expected="finite numbers for every cell with a value",
            got="NaN or infinity",
            hint="A figure without sampling error has zeros; one whose error is unknown cannot be simulated.",
        )
    size = float(np.abs(matrix).max())
    if not np.allclose(matrix, np.swapaxes(matrix, -1, -2), rtol=1e-9, atol=1e-12 * size):
        raise InputError(
            "covariance", expected="symmetric matrices", got="others", hint="Order rows and columns alike."
        )
    _check_eigenvalues(matrix)
    return matrix


def symmetric_root(matrix: Floats) -> Floats:
    """S with S S = matrix, f8[..., k, k]; eigenvalues that rounding made negative count as 0."""
    roots, vectors = np.linalg.eigh(matrix)
    found: Floats = (vectors * np.sqrt(np.maximum(roots, 0.0))[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    return found


def _check_eigenvalues(matrix: Floats) -> None:
    roots = np.linalg.eigvalsh(matrix)
    if bool(np.any(roots[..., 0] < -NEGATIVE * np.abs(roots).max(axis=-1))):
        raise InputError(
            "covariance",
            expected="no negative eigenvalue",
            got=f"{float(roots.min()):g}",
            hint="No set of estimates has such a matrix: check variances and correlations.",
        )
