"""A scripted outsider who reads tables and shares no code with the protection: own reading, own linear programs.

It takes plain numbers (what stands in the tables) and plain sums (which numbers add up to which), nothing of ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

Sum = tuple[str, tuple[str, ...]]  # a total and its parts


class Outsider:
    """What is known at a moment: printed numbers, and sums that everybody knows to hold."""

    def __init__(self, printed: Mapping[str, int], sums: Iterable[Sum]) -> None:
        self.printed = dict(printed)
        self.sums = list(sums)

    def ranges(self, targets: Sequence[str]) -> dict[str, tuple[float, float]]:
        """The least and largest whole number of each target by linear programming, each table for itself."""
        found: dict[str, tuple[float, float]] = {}
        for sums, members in self._tables():
            column = {name: place for place, name in enumerate(sorted(members))}
            matrix = lil_matrix((len(sums), len(column)))
            right = np.zeros(len(sums))
            for row, (total, parts) in enumerate(sums):
                for name, sign in [(total, 1), *((part, -1) for part in parts)]:
                    if name in column:
                        matrix[row, column[name]] += sign
                    else:
                        right[row] -= sign * self.printed[name]
            rows = matrix.tocsr()
            for name in targets:
                if name in column:
                    found[name] = self._range(rows, right, column[name])
        return found

    def _range(self, rows: object, right: np.ndarray, place: int) -> tuple[float, float]:
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(rows.shape[1])  # type: ignore[attr-defined]
            goal[place] = sign
            answer = linprog(goal, A_eq=rows, b_eq=right, bounds=(0, None), method="highs")
            ends.append(inf if answer.status == 3 else float(answer.fun))
        low = ceil(ends[0] - 1e-6)
        return low, inf if ends[1] == inf else floor(-ends[1] + 1e-6)

    def _tables(self) -> Iterator[tuple[list[Sum], set[str]]]:
        waiting = [one for one in self.sums if any(name not in self.printed for name in (one[0], *one[1]))]
        by_name: dict[str, list[int]] = {}
        for index, (total, parts) in enumerate(waiting):
            for name in (total, *parts):
                if name not in self.printed:
                    by_name.setdefault(name, []).append(index)
        left = set(range(len(waiting)))
        while left:
            queue, taken, members = [left.pop()], [], set()
            while queue:
                index = queue.pop()
                taken.append(waiting[index])
                for name in (waiting[index][0], *waiting[index][1]):
                    if name not in self.printed and name not in members:
                        members.add(name)
                        fresh = [other for other in by_name[name] if other in left]
                        left.difference_update(fresh)
                        queue += fresh
            yield taken, members


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
