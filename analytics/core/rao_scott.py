"""Tests of independence in a two-way table under the survey design: Rao and Scott's F, and Wald's beside it."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, mask
from analytics.core.design import SurveyDesign
from analytics.core.share_covariance import shares as shares_of
from analytics.core.sufficient_statistics import Summary
from analytics.core.variance import covariance

NAN = float("nan")
SINGULAR = 1e-12


class TableFlag(StrEnum):
    """Why a test is missing, or what to know of it."""

    ONE_CATEGORY = "one_category"  # fewer than two rows or columns with answers: nothing to test
    NO_VARIANCE = "no_variance"  # the shares vary in no sample (census, or fixed by the strata)
    NO_STANDARD_ERROR = "no_standard_error"  # a stratum with one PSU under the rule "fail"
    NO_DEGREES = "no_degrees_of_freedom"
    EMPTY_CELL = "empty_cell"  # a combination without answers: the test leans on few


@dataclass(frozen=True)
class FTest:
    """F on ndf and ddf, and its p-value; NaN where it is undefined."""

    statistic: float
    ndf: float
    ddf: float
    p: float


UNDEFINED = FTest(NAN, NAN, NAN, NAN)


@dataclass(frozen=True, eq=False)
class Independence:
    """A two-way table tested. shares f8[I, J] of the cells left, rows and columns the codes they stand for.

    rao_scott is the test to publish (second order). pearson = n sum (p - E)^2 / E; p_first_order takes pearson over
    the mean design effect as chi-square. wald and adjusted_wald test p_ij = p_i p_j directly and are liberal with few
    degrees of freedom. cramers_v in [0, 1] is the size of the association, for which no p-value stands.
    """

    rao_scott: FTest
    pearson: float
    p_first_order: float
    wald: FTest
    adjusted_wald: FTest
    cramers_v: float
    n: float
    df: float
    shares: Floats
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    flags: frozenset[TableFlag]


def chisq(
    design: SurveyDesign,
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    *,
    domain: npt.ArrayLike | None = None,
    wald: bool = False,
) -> Independence:
    """Are two code columns i8[n] (-1: no answer) independent in a domain of the full design?

    Shares and their covariance are those of all who answered both, by `covariance`: every stage of the sample and a
    calibration are in it. Degrees of freedom: PSUs minus strata among the rows used. wald=True adds Wald's tests.
    InputError when nobody answered both. Source: Rao & Scott 1984; Thomas & Rao 1987.
    """
    first, second = codes("rows", rows, size=design.size), codes("columns", columns, size=design.size)
    used = mask("domain", domain, size=design.size) & (first >= 0) & (second >= 0)
    if not used.any():
        raise InputError(
            "rows", expected="someone who answered both", got="nobody", hint="Check the codes and the domain."
        )
    row_codes, row = np.unique(first[used], return_inverse=True)
    column_codes, column = np.unique(second[used], return_inverse=True)
    cell = (row.ravel() * len(column_codes) + column.ravel()).astype(np.int64)
    shares, spread = _cell_shares(design, cell, used, len(row_codes) * len(column_codes))
    shape = (len(row_codes), len(column_codes))
    found = chisq_of_shares(
        shares.reshape(shape), spread, n=float(used.sum()), df=float(design.degf(used)),
        rows=tuple(int(one) for one in row_codes), columns=tuple(int(one) for one in column_codes),
    )  # fmt: skip
    if np.isnan(found.rao_scott.p) or not wald:
        return found
    plain, adjusted = _walds(design, cell, used, shape)
    return replace(found, wald=plain, adjusted_wald=adjusted)


def chisq_of_shares(
    shares: npt.ArrayLike,
    spread: npt.ArrayLike,
    *,
    n: float,
    df: float,
    rows: tuple[int, ...] | None = None,
    columns: tuple[int, ...] | None = None,
) -> Independence:
    """The same from sufficient input: cell shares f8[I, J] that sum to 1 and their covariance f8[I J, I J].

    Cells in row order. n: answers to both; df: degrees of freedom of the design. Empty rows and columns are dropped
    first. With Delta = [C'D^-1 C / n]^-1 C'D^-1 V D^-1 C, D = diag(p) of the observed shares, C the interaction
    contrasts: F = X^2 / tr Delta on (tr Delta)^2 / tr Delta^2 and df times as many degrees.
    InputError on shapes and on shares that are negative or do not sum to 1.
    Source: Rao & Scott 1984; Thomas & Rao 1987.
    """
    p, v = _checked(shares, spread)
    row_names = tuple(range(p.shape[0])) if rows is None else rows
    column_names = tuple(range(p.shape[1])) if columns is None else columns
    kept_rows, kept_columns = p.sum(axis=1) > 0, p.sum(axis=0) > 0
    kept = np.outer(kept_rows, kept_columns).ravel()
    p, v = p[np.ix_(kept_rows, kept_columns)], v[np.ix_(kept, kept)]
    flags = _flags(p, v, df)
    pearson, second, first_p = NAN, UNDEFINED, NAN
    if TableFlag.ONE_CATEGORY not in flags:
        expected = np.outer(p.sum(axis=1), p.sum(axis=0))
        pearson = n * float(np.sum((p - expected) ** 2 / expected))
    if not flags - {TableFlag.EMPTY_CELL}:
        second, first_p = _rao_scott(p, v, pearson=pearson, n=n, df=df)
    return Independence(
        rao_scott=second, pearson=pearson, p_first_order=first_p, wald=UNDEFINED, adjusted_wald=UNDEFINED,
        cramers_v=float(np.sqrt(pearson / n / max(min(p.shape) - 1, 1))), n=n, df=df, shares=p,
        rows=tuple(name for name, keep in zip(row_names, kept_rows, strict=True) if keep),
        columns=tuple(name for name, keep in zip(column_names, kept_columns, strict=True) if keep),
        flags=frozenset(flags),
    )  # fmt: skip


def chisq_of_summary(summary: Summary, item: int, rows: npt.ArrayLike | None = None) -> Independence:
    """The same from sufficient statistics: an item by the finest cells, or by rows bool[R, C] of cells; no microdata.

    rows of the result are the numbers of the cells or rows, columns the categories. InputError when nobody answered.
    """
    cells = np.eye(summary.cell_count, dtype=np.bool_) if rows is None else rows
    found = shares_of(summary, item, cells)
    if not found.n:
        raise InputError("item", expected="someone who answered", got="nobody", hint="Check the codes and the rows.")
    return chisq_of_shares(found.values, found.covariance, n=float(found.n), df=float(found.df_plain))


def _cell_shares(design: SurveyDesign, cell: Codes, used: Mask, count: int) -> tuple[Floats, Floats]:
    weights = design.weights[used]
    total = float(weights.sum())
    shares = np.bincount(cell, weights=weights, minlength=count) / total
    influence = np.zeros((design.size, count))
    part = -(weights / total)[:, None] * shares
    part[np.arange(len(cell)), cell] += weights / total
    influence[used] = part
    return shares, covariance(design, influence, used)


def _rao_scott(p: Floats, v: Floats, *, pearson: float, n: float, df: float) -> tuple[FTest, float]:
    contrasts = _contrasts(*p.shape)
    flat = p.ravel()
    inverse = np.divide(1.0, flat, out=np.zeros(len(flat)), where=flat > 0)
    weighed = contrasts * inverse[:, None]
    below = contrasts.T @ weighed / n
    if float(np.linalg.cond(below)) > 1 / SINGULAR:  # too many empty cells
        return UNDEFINED, NAN
    delta = np.linalg.solve(below, weighed.T @ v @ weighed)
    trace, square = float(np.trace(delta)), float(np.sum(delta * delta.T))
    statistic, ndf = pearson / trace, trace**2 / square
    count = len(delta)
    found = FTest(statistic, ndf, ndf * df, float(special.fdtrc(ndf, ndf * df, statistic)))
    return found, float(special.chdtrc(count, pearson / (trace / count)))


def _contrasts(rows: int, columns: int) -> Floats:
    """Interaction columns f8[I J, (I - 1)(J - 1)] less their projection on the main effects: centred both ways."""
    one = np.eye(rows)[:, 1:] - 1 / rows
    other = np.eye(columns)[:, 1:] - 1 / columns
    return np.asarray(np.kron(one, other), dtype=np.float64)


def _walds(design: SurveyDesign, cell: Codes, used: Mask, shape: tuple[int, int]) -> tuple[FTest, FTest]:
    """Of the totals N_ij - N_i N_j / N in all rows and columns but the first; z = w (1_i - p_i) (1_j - p_j).

    The plain one, and the one with fewer degrees below. Source: Koch, Freeman & Freeman 1975; Thomas & Rao 1987.
    """
    weights, total = design.weights[used], float(design.weights[used].sum())
    row, column = np.divmod(cell, shape[1])
    share = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1]).reshape(shape) / total
    of_row, of_column = np.eye(shape[0])[row] - share.sum(axis=1), np.eye(shape[1])[column] - share.sum(axis=0)
    influence = np.zeros((design.size, (shape[0] - 1) * (shape[1] - 1)))
    both = of_row[:, 1:, None] * of_column[:, None, 1:]
    influence[used] = both.reshape(len(cell), -1) * weights[:, None]
    excess = (share - np.outer(share.sum(axis=1), share.sum(axis=0)))[1:, 1:].ravel() * total
    spread, df, count = covariance(design, influence, used), design.degf(used), len(excess)
    if count > df or not bool(np.isfinite(spread).all()) or float(np.linalg.cond(spread)) > 1 / SINGULAR:
        return UNDEFINED, UNDEFINED
    statistic = float(excess @ np.linalg.solve(spread, excess)) / count
    plain = FTest(statistic, count, df, float(special.fdtrc(count, df, statistic)))
    fewer = df - count + 1
    smaller = statistic * fewer / df
    return plain, FTest(smaller, count, fewer, float(special.fdtrc(count, fewer, smaller)))


def _flags(p: Floats, v: Floats, df: float) -> set[TableFlag]:
    found = {
        TableFlag.ONE_CATEGORY: min(p.shape) < 2,
        TableFlag.NO_STANDARD_ERROR: bool(np.isnan(v).any()),
        TableFlag.NO_VARIANCE: not np.isnan(v).any() and float(np.trace(v)) <= 1e-20,
        TableFlag.NO_DEGREES: not df > 0,
        TableFlag.EMPTY_CELL: bool(np.any(p <= 0)),
    }
    return {flag for flag, holds in found.items() if holds}


def _checked(shares: npt.ArrayLike, spread: npt.ArrayLike) -> tuple[Floats, Floats]:
    p, v = np.array(shares, dtype=np.float64), np.array(spread, dtype=np.float64)
    if p.ndim != 2 or bool(np.any(~(p >= 0))) or abs(float(p.sum()) - 1) > 1e-9:
        raise InputError(
            "shares",
            expected="a table of numbers from 0 that sum to 1",
            got=f"shape {p.shape}, sum {float(p.sum()):g}",
            hint="Pass shares of all who answered both, not of each row.",
        )
    if v.shape != (p.size, p.size):
        raise InputError(
            "spread", expected=f"shape {(p.size, p.size)}", got=f"{v.shape}", hint="Cells in row order, as the shares."
        )
    return p, v
