"""Covariance matrix of the shares of one item, or of an item by domain table, from sufficient statistics."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, sums
from analytics.core.sufficient_statistics import Groups, Summary

ROUNDING = 1e-12  # a variance smaller than this part of its sum of squares is none


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares f8[R, K] of rows and categories that add to 1, their covariance f8[R K, R K] (row by row), n and df_plain.

    counts f8[R, K]: answers. The input of a Rao-Scott test of rows by categories. All NaN without an answer; the
    covariance is NaN where an answer lies in a lonely stratum or PSU.
    """

    values: Floats
    covariance: Floats
    counts: Floats
    n: int
    df_plain: int


def shares(summary: Summary, item: int, rows: npt.ArrayLike | None = None) -> Shares:
    """The shares of an item's categories, in rows bool[R, C] of finest cells that do not overlap (all cells when None).

    The base is all answers in any of the rows: p = sum w in row and category / sum w. With sums A of w and S of w^2 by
    group, B and S0 over the base, T = A - p B and Q = diag(S) - S p' - p S' + S0 p p', the covariance is

        sum_h scale_h (sum of Q, or of T T' over PSUs, - sum T sum T' / n_h) + sum_i scale_i (Q_i - T_i T_i' / m_i)

    over (sum w)^2: exactly `variance.covariance` of the influence values. InputError for rows that overlap.
    Source: Särndal, Swensson & Wretman 1992, sec. 4.3 and 5.8; Rao & Scott 1984 for its use.
    """
    members = np.ones((1, summary.cell_count), dtype=np.bool_) if rows is None else np.asarray(rows)
    _disjoint(members, summary.cell_count)
    found, groups = summary.items[item], summary.groups
    row = np.where(members.any(axis=0), members.argmax(axis=0), -1)[summary.cells]
    count, categories = len(members), found.counts.shape[1]
    inside = row >= 0
    place = summary.group[inside] * count + row[inside]

    def collected(one: Floats) -> Floats:
        """f8[G, R K]: sums by group, row and category."""
        slots = (place[:, None] * categories + np.arange(categories)).ravel()
        size = len(groups.strata) * count * categories
        return sums(slots, one[inside].ravel(), size).reshape(len(groups.strata), count * categories)

    counts, weights, squares = (collected(one) for one in (found.counts, found.weights, found.squares))
    asked, size = counts.sum(axis=1), float(weights.sum())
    n, width = int(asked.sum()), count * categories
    if not n:
        return Shares(
            np.full((count, categories), np.nan), np.full((width, width), np.nan), np.zeros((count, categories)), 0, 0
        )
    p = weights.sum(axis=0) / size
    matrix = _covariance(groups, weights, squares, asked=asked, p=p) / size**2
    touched = np.unique(groups.strata[asked > 0])
    present = np.where(groups.clustered, asked > 0, asked).sum()
    return Shares(
        p.reshape(count, categories),
        matrix,
        counts.sum(axis=0).reshape(count, categories),
        n,
        int(present) - len(touched),
    )


def _covariance(groups: Groups, weights: Floats, squares: Floats, *, asked: Floats, p: Floats) -> Floats:
    """f8[k, k], times the squared base."""
    width, strata = len(p), len(groups.populations)
    lonely = groups.lonely[groups.strata] | groups.lonely_psus
    if bool((lonely & (asked > 0)).any()):
        return np.full((width, width), np.nan)
    totals = weights - weights.sum(axis=1, keepdims=True) * p
    first = groups.first_scale[groups.strata]
    inner = np.where(groups.clustered, groups.second_scale, first)  # of the sums of squares of respondents
    outer = np.where(groups.clustered, first - groups.second_scale / groups.sizes, 0.0)  # of the totals of PSUs
    second = inner @ squares
    within = np.diag(second) - np.outer(second, p) - np.outer(p, second) + second.sum() * np.outer(p, p)
    spread = within + totals.T @ (outer[:, None] * totals)
    middles = np.empty((strata, width))
    for column in range(width):
        middles[:, column] = sums(groups.strata, totals[:, column], strata)
    scale = groups.first_scale / groups.counts
    matrix: Floats = spread - middles.T @ (scale[:, None] * middles)
    matrix = (matrix + matrix.T) / 2
    positive = totals.T**2 @ np.abs(outer) + np.diag(within)
    fixed = np.diag(matrix) <= ROUNDING * positive
    matrix[fixed, :] = 0.0
    matrix[:, fixed] = 0.0
    return matrix


def _disjoint(members: Mask, cells: int) -> None:
    if members.dtype.kind != "b" or members.ndim != 2 or members.shape[1] != cells:
        raise InputError(
            "rows",
            expected=f"true or false for each row and each of {cells} cells",
            got=f"dtype {members.dtype}, shape {members.shape}",
            hint="One row of the table says which cells it takes.",
        )
    twice = np.flatnonzero(members.sum(axis=0) > 1)
    if len(twice):
        raise InputError(
            "rows",
            expected="each cell in one row at most",
            got=f"cell {int(twice[0])} in two",
            hint="Shares of one table add to 1: overlapping domains are tables of their own.",
        )
