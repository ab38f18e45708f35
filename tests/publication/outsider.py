"""A scripted outsider who reads tables and shares no code with the protection: own reading, own linear programs.

It takes plain numbers (what stands in the tables) and plain sums (which numbers add up to which), nothing of ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import ceil, floor, inf
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix, vstack

Sum = tuple[str, tuple[str, ...]]  # a total and its parts
Band = tuple[Mapping[str, float], float, float]  # number times factor, summed: at least, at most


class Outsider:
    """What is known at a moment: printed numbers, sums that everybody knows to hold, what means say."""

    def __init__(self, printed: Mapping[str, int], sums: Iterable[Sum], bands: Iterable[Band] = ()) -> None:
        self.printed = dict(printed)
        self.sums = [*sums]
        self.bands = [*bands]

    def ranges(self, targets: Sequence[str]) -> dict[str, tuple[float, float]]:
        """The least and largest whole number of each target by linear programming, each table for itself."""
        found: dict[str, tuple[float, float]] = {}
        for rows, members in self._tables():
            column = {name: place for place, name in enumerate(sorted(members))}
            matrix = lil_matrix((len(rows), len(column)))
            low, high = np.zeros(len(rows)), np.zeros(len(rows))
            for row, (terms, least, most) in enumerate(rows):
                fixed = 0.0
                for name, factor in terms.items():
                    if name in column:
                        matrix[row, column[name]] += factor
                    else:
                        fixed += factor * self.printed[name]
                low[row], high[row] = least - fixed, most - fixed
            for name in targets:
                if name in column:
                    found[name] = self._range(matrix.tocsr(), (low, high), column[name])
        return found

    def _range(self, rows: Any, ends: tuple[np.ndarray, np.ndarray], place: int) -> tuple[float, float]:
        low, high = ends
        exact = low == high
        found = []
        for sign in (1.0, -1.0):
            goal = np.zeros(rows.shape[1])
            goal[place] = sign
            some = ~exact
            answer = linprog(
                goal,
                A_eq=rows[exact] if exact.any() else None,
                b_eq=low[exact] if exact.any() else None,
                A_ub=vstack([rows[some], -rows[some]]) if some.any() else None,
                b_ub=np.concatenate([high[some], -low[some]]) if some.any() else None,
                bounds=(0, None),
                method="highs",
            )
            found.append(inf if answer.status == 3 else float(answer.fun))
        least = ceil(found[0] - 1e-6)
        return least, inf if found[1] == inf else floor(-found[1] + 1e-6)

    def _tables(self) -> Iterator[tuple[list[Band], set[str]]]:
        waiting = [one for one in self._rows() if any(name not in self.printed for name in one[0])]
        by_name: dict[str, list[int]] = {}
        for index, (terms, _low, _high) in enumerate(waiting):
            for name in terms:
                if name not in self.printed:
                    by_name.setdefault(name, []).append(index)
        left = set(range(len(waiting)))
        while left:
            queue, taken, members = [left.pop()], [], set()
            while queue:
                index = queue.pop()
                taken.append(waiting[index])
                for name in waiting[index][0]:
                    if name not in self.printed and name not in members:
                        members.add(name)
                        fresh = [other for other in by_name[name] if other in left]
                        left.difference_update(fresh)
                        queue += fresh
            yield taken, members

    def _rows(self) -> Iterator[Band]:
        for total, parts in self.sums:
            terms: dict[str, float] = {total: 1.0}
            for part in parts:
                terms[part] = terms.get(part, 0.0) - 1.0
            yield terms, 0.0, 0.0
        yield from self.bands


def told(true: int, low: float, high: float, minimum: int = 5, narrow: int = 3) -> str:
    """ "exact", "narrow", or "" where the range leaves enough open."""
    if low == high:
        return "exact"
    if true < minimum and ((low >= 1 and high < minimum) or high - low < narrow):
        return "narrow"
    return ""


def whole_tables(
    unknown: Sequence[str], printed: Mapping[str, int], sums: Sequence[Sum], top: int
) -> Iterator[dict[str, int]]:
    """Every table of whole numbers up to `top` that fits, by trying one number after another: for tiny tables."""
    if not unknown:
        if all(printed[total] == sum(printed[part] for part in parts) for total, parts in sums):
            yield dict(printed)
        return
    for value in range(top + 1):
        table = {**printed, unknown[0]: value}
        if all(_may_fit(table, total, parts) for total, parts in sums if unknown[0] in (total, *parts)):
            yield from whole_tables(unknown[1:], table, sums, top)


def _may_fit(table: Mapping[str, int], total: str, parts: Sequence[str]) -> bool:
    so_far = sum(table.get(part, 0) for part in parts)
    if total not in table:
        return True
    return so_far == table[total] if all(part in table for part in parts) else so_far <= table[total]


def unions(parts: Sequence[str], sizes: Sequence[int] = (2, 3)) -> list[tuple[str, ...]]:
    """Unions that a reader may form of the parts of a total."""
    return [union for size in sizes for union in combinations(parts, size) if size < len(parts)]
