"""Rubin's rules: one estimate from several imputed datasets, with the degrees of freedom of Barnard and Rubin."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError
from analytics.core.estimates import PointEstimate


class DegreesRule(StrEnum):
    """barnard_rubin: as published. mitools: as R's mitools, with B where they have (1 + 1/m) B (see the page)."""

    BARNARD_RUBIN = "barnard_rubin"
    MITOOLS = "mitools"


@dataclass(frozen=True, eq=False)
class Pooled:
    """k pooled estimates. covariance = within + (1 + 1/m) between, each f8[k, k].

    values, df and missing_information f8[k]. df is infinite where imputation adds nothing and complete df are.
    missing_information: estimated fraction of the information on the estimate that is lost to missing answers.
    """

    values: Floats
    covariance: Floats
    within: Floats
    between: Floats
    df: Floats
    missing_information: Floats
    imputations: int

    @property
    def standard_errors(self) -> Floats:
        """f8[k]."""
        found: Floats = np.sqrt(np.diag(self.covariance))
        return found


def pool(
    estimates: npt.ArrayLike,
    covariances: npt.ArrayLike,
    *,
    complete_df: float = float("inf"),
    rule: DegreesRule = DegreesRule.BARNARD_RUBIN,
) -> Pooled:
    """Pool m >= 2 estimates: f8[m] with variances f8[m], or f8[m, k] with covariance matrices f8[m, k, k].

    complete_df: degrees of freedom that the design would give without missing answers. InputError on shapes, numbers
    that are not finite, negative variances or degrees. An estimate of no variance at all has df = complete_df.
    Source: Rubin 1987, ch. 3; Barnard & Rubin 1999.
    """
    values, matrices = _checked(estimates, covariances)
    if not complete_df > 0:
        raise InputError(
            "complete_df", expected="a number above 0", got=str(complete_df), hint="Infinite when it is large."
        )
    if rule not in list(DegreesRule):
        raise InputError("rule", expected=f"one of {', '.join(DegreesRule)}", got=repr(str(rule)), hint="Choose one.")
    m = len(values)
    centre = values.mean(axis=0)
    within = matrices.mean(axis=0)
    apart = values - centre
    between: Floats = apart.T @ apart / (m - 1)
    u, b = np.diag(within), np.diag(between)
    df = _degrees(u, b, m=m, complete_df=complete_df, rule=rule)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        r = (1 + 1 / m) * b / u
        lost = np.where(np.isposinf(r), 1.0, (r + 2 / (df + 3)) / (r + 1))
    lost = np.where(b > 0, lost, 0.0)
    return Pooled(centre, within + (1 + 1 / m) * between, within, between, df, lost, m)


def pool_estimates(estimates: Sequence[PointEstimate]) -> Pooled:
    """Pool one estimate of the same domain from each imputed dataset; complete df is the smallest of theirs.

    InputError when one has no value or standard error, or fewer than two are given. Source: as `pool`.
    """
    if len(estimates) < 2:
        raise InputError("estimates", expected="at least two", got=str(len(estimates)), hint="One an imputation.")
    df = min(one.df for one in estimates)
    return pool([one.value for one in estimates], [one.variance for one in estimates], complete_df=df)


def _degrees(u: Floats, b: Floats, *, m: int, complete_df: float, rule: DegreesRule) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        added = (1 + 1 / m) * b
        old = (m - 1) * ((u + added) / added) ** 2  # infinite without variance between
        if np.isinf(complete_df):
            return np.where(b > 0, old, np.inf)
        kept = u / (u + (b if rule is DegreesRule.MITOOLS else added))
        observed = (complete_df + 1) / (complete_df + 3) * complete_df * kept
        found: Floats = 1 / (1 / old + 1 / observed)
    # Without variance between, nothing is lost; the published formula would still shrink the complete df a little.
    return np.where(b > 0, found, np.where(u > 0, observed, complete_df))


def _checked(estimates: npt.ArrayLike, covariances: npt.ArrayLike) -> tuple[Floats, Floats]:
    values = np.array(estimates, dtype=np.float64)
    matrices = np.array(covariances, dtype=np.float64)
    if values.ndim == 1:
        values = values[:, None]
        matrices = matrices[:, None, None] if matrices.ndim == 1 else matrices
    if values.ndim != 2 or len(values) < 2 or values.shape[1] < 1:
        raise InputError(
            "estimates", expected="at least two imputations x estimates", got=f"shape {values.shape}",
            hint="One row for each imputed dataset.",
        )  # fmt: skip
    if matrices.shape != (*values.shape, values.shape[1]):
        raise InputError(
            "covariances", expected=f"shape {(*values.shape, values.shape[1])}", got=f"shape {matrices.shape}",
            hint="One covariance matrix for each row of estimates; plain variances for plain numbers.",
        )  # fmt: skip
    for name, array in (("estimates", values), ("covariances", matrices)):
        if not bool(np.isfinite(array).all()):
            place = int(np.argwhere(~np.isfinite(array))[0][0])
            raise InputError(
                name, expected="finite numbers", got=f"another in imputation {place}",
                hint="An estimate that one imputation leaves undefined cannot be pooled.",
            )  # fmt: skip
    if bool((np.diagonal(matrices, axis1=1, axis2=2) < 0).any()):
        raise InputError("covariances", expected="variances from 0", got="a negative one", hint="Not standard errors.")
    return values, matrices
