"""The interval that an outsider can compute of a count: linear programs over everything that is known (HiGHS).

A count is safe when solutions in whole numbers show it to be: two tables that fit everything published, far enough
apart. Every solved program is such a table for all counts at once, so most counts are settled by a few programs with
mixed objectives and need none of their own. What is left is bounded by its own two programs, and where these end at
broken numbers by two programs in whole numbers. Tables that share no unknown count are solved side by side.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds as Limits
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from publication.disclosure.bounds import Bounds, Contradiction, narrowed
from publication.disclosure.relations import Relation, connected

Judge = Callable[[str, float, float], bool]
Interval = tuple[float, float]  # whole numbers; high is inf where nothing bounds the count
Floats = NDArray[np.float64]

SOLVED = 1e-6  # what a linear program leaves of a limit
COLUMNS = 1_500  # counts solved side by side
MIXED = 12  # programs with mixed objectives before a count gets its own
MIXED_WHOLE = 24  # programs in whole numbers with mixed objectives for a table solved in broken ones
NODES = 200  # branches of one program in whole numbers; a limit on time would give two answers on two machines
SEED = 2026


@dataclass
class Spans:
    """What the audit learned. `open` holds the counts that could not be shown safe, with their intervals."""

    open: dict[str, Interval] = field(default_factory=dict)
    seen: dict[str, Interval] = field(default_factory=dict)  # attained by whole-numbered tables: inner bounds
    programs: int = 0
    relaxed: dict[str, Interval] = field(default_factory=dict)  # safe by broken numbers, undecided in whole ones


def without_known(known: Mapping[str, float], relations: Iterable[Relation]) -> list[Relation]:
    """The relations over what is not known, the known terms moved to the limits; those without unknowns go."""
    found = []
    for relation in relations:
        sums: dict[str, float] = {}
        fixed = 0.0
        for name, factor in relation.terms:
            if name in known:
                fixed += factor * known[name]
            else:
                sums[name] = sums.get(name, 0.0) + factor
        terms = tuple((name, factor) for name, factor in sums.items() if factor)
        if terms:
            found.append(Relation(terms, relation.low - fixed, relation.high - fixed, relation.needs))
    return found


def audit(
    known: Mapping[str, int],
    relations: Sequence[Relation],
    names: Iterable[str],
    is_safe: Callable[[str, float, float], bool] | None = None,
) -> Spans:
    """Every count of `names` outside `known` that whole-numbered tables do not show to be safe, with its interval.

    `is_safe(name, low, high)` judges an interval and must stay true when the interval grows; without it all intervals
    are computed. An interval that is open already by the bounds is given as they have it, which may be wider than
    the narrowest. Errors: Contradiction when no counts fit what is known.
    """
    judge = is_safe or _never
    wanted = [name for name in dict.fromkeys(names) if name not in known]
    active = without_known(known, relations)
    outer = narrowed({name: (0.0, inf) for relation in active for name in relation.counts}, active)
    spans = Spans()
    for name in wanted:
        low, high = outer.get(name, (0.0, inf))
        if (low == high or name not in outer or is_safe is not None) and not judge(name, low, high):
            spans.open[name] = (low, high)
    fixed = {name: low for name, (low, high) in outer.items() if low == high}
    left = {name for name in wanted if name in outer and name not in fixed and name not in spans.open}
    largest = max([0.0, *known.values()])
    for tables in _batches(without_known(fixed, active), left):
        programs = _Programs(tables, outer, left, largest, spans)
        programs.settle(judge, mixed=MIXED if is_safe else 0)
    return spans


def _never(_name: str, _low: float, _high: float) -> bool:
    return False


def bounding(known: Mapping[str, int], relations: Sequence[Relation], name: str) -> list[Relation]:
    """The relations whose multipliers prove the least and the largest value of a count: what an attacker would use.

    `relations` are those of the count's own table. By duality the multipliers that are not 0 make up the bound.
    """
    names = list(dict.fromkeys(one for relation in relations for one in relation.counts if one not in known))
    column = {one: index for index, one in enumerate(names)}
    numbers = [number for number, relation in enumerate(relations) if any(one not in known for one in relation.counts)]
    active = without_known(known, [relations[number] for number in numbers])
    rows, sides, sources = [], [], []
    for number, relation in zip(numbers, active, strict=True):
        for sign, limit in ((1.0, relation.high), (-1.0, -relation.low)):
            if limit != inf:
                rows.append([(column[one], sign * factor) for one, factor in relation.terms])
                sides.append(limit)
                sources.append(number)
    entries = [(row, place, factor) for row, terms in enumerate(rows) for place, factor in terms]
    if not entries or name not in column:
        return []
    row, place, factor = zip(*entries, strict=True)
    matrix = csr_array((factor, (row, place)), shape=(len(rows), len(names)))
    solve: Any = linprog  # its stubs know no sparse matrix
    used: set[int] = set()
    for sign in (1.0, -1.0):
        goal = np.zeros(len(names))
        goal[column[name]] = sign
        answer = solve(goal, A_ub=matrix, b_ub=np.array(sides), bounds=(0, None), method="highs")
        if answer.status == 0:
            used.update(sources[index] for index in np.flatnonzero(np.abs(answer.ineqlin.marginals) > SOLVED))
    return [relations[number] for number in sorted(used)]


def _batches(relations: Sequence[Relation], wanted: set[str]) -> Iterable[list[list[Relation]]]:
    """Tables that share no count, put together until they hold COLUMNS counts; those with nothing wanted are left."""
    batch: list[list[Relation]] = []
    size = 0
    for table in connected(relations, lambda relation: relation.counts):
        counts = {name for relation in table for name in relation.counts}
        if not counts & wanted:
            continue
        if batch and size + len(counts) > COLUMNS:
            yield batch
            batch, size = [], 0
        batch.append(table)
        size += len(counts)
    if batch:
        yield batch


class _Programs:
    """One model of some tables; only objectives change."""

    def __init__(
        self, tables: Sequence[Sequence[Relation]], outer: Bounds, wanted: set[str], largest: float, spans: Spans
    ) -> None:
        self.names: list[str] = []
        self.table_of: list[int] = []
        rows: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        lows: list[float] = []
        highs: list[float] = []
        self.row_table: list[int] = []
        place: dict[str, int] = {}
        for number, table in enumerate(tables):
            for relation in table:
                for name, factor in relation.terms:
                    if name not in place:
                        place[name] = len(self.names)
                        self.names.append(name)
                        self.table_of.append(number)
                    rows.append(len(lows))
                    columns.append(place[name])
                    factors.append(factor)
                lows.append(relation.low)
                highs.append(relation.high)
                self.row_table.append(number)
        self.matrix = csr_array((factors, (rows, columns)), shape=(len(lows), len(self.names)))
        self.low, self.high = np.array(lows), np.array(highs)
        self.cap = 1_000 * (largest + 1_000)  # stands for "nothing bounds it"
        self.least = np.array([outer[name][0] for name in self.names])
        self.most = np.array([min(outer[name][1], self.cap) for name in self.names])
        self.spans = spans
        self.source = tables
        self.broken: set[int] = set()  # tables that were solved in broken numbers
        self.seen_low = np.full(len(self.names), inf)
        self.seen_high = np.full(len(self.names), -inf)
        self.waiting = [index for index, name in enumerate(self.names) if name in wanted]
        self.tables = np.array(self.table_of)
        self.rows_of = np.array(self.row_table)

    def settle(self, is_safe: Judge, *, mixed: int) -> None:
        """Judge every waiting count: by `mixed` programs for all of them together, then by its own."""
        draw = np.random.default_rng(SEED)
        for turn in range(mixed):
            goal = np.zeros(len(self.names))
            signs = draw.choice([-1.0, 1.0], len(self.waiting))
            goal[self.waiting] = (-1.0, 1.0)[turn] if turn < 2 else signs
            self._solve(goal)
            self._drop_safe(is_safe)
            if not self.waiting:
                return
        for number in sorted({self.table_of[index] for index in self.waiting} & self.broken if mixed else ()):
            self._mixed_whole(number, is_safe)
        while self.waiting:
            self._own_programs(is_safe)

    def _mixed_whole(self, number: int, is_safe: Judge) -> None:
        """Mixed objectives in whole numbers for a table that was solved in broken ones; any fair solution will do."""
        draw = np.random.default_rng(SEED)
        own = np.flatnonzero(self.tables == number)
        for _ in range(MIXED_WHOLE):
            waiting = [index for index in self.waiting if self.table_of[index] == number]
            if not waiting:
                return
            goal = np.zeros(len(self.names))
            goal[waiting] = draw.choice([-1.0, 1.0], len(waiting), p=[0.7, 0.3]) * draw.random(len(waiting))
            solution = self._in_whole(goal, own, number, gap=0.3, nodes=20)
            if solution is not None:
                self.seen_low[own] = np.minimum(self.seen_low[own], solution)
                self.seen_high[own] = np.maximum(self.seen_high[own], solution)
                self._drop_safe(is_safe)

    def _own_programs(self, is_safe: Judge) -> None:
        """The interval of one waiting count of every table, by the same two programs."""
        firsts: dict[int, int] = {}
        for index in self.waiting:
            firsts.setdefault(self.table_of[index], index)
        chosen = list(firsts.values())
        goal = np.zeros(len(self.names))
        goal[chosen] = 1.0
        least, most = self._solve(goal), self._solve(-goal)
        for index in chosen:
            name = self.names[index]
            low, high = self._ends(least[index], most[index])
            if is_safe(name, low, high) and not self._is_seen_safe(index, is_safe):
                whole = self._whole(index)
                if whole is None:
                    self.spans.relaxed[name] = (low, high)
                    continue
                low, high = whole
            if not is_safe(name, low, high):
                self.spans.open[name] = (low, high)
        self.waiting = [index for index in self.waiting if index not in set(chosen)]
        self._drop_safe(is_safe)

    def _ends(self, low: float, high: float) -> Interval:
        return float(ceil(low - SOLVED)), inf if high >= self.cap / 100 else float(floor(high + SOLVED))

    def _seen(self, index: int) -> Interval:
        high = self.seen_high[index]
        return float(self.seen_low[index]), inf if high >= self.cap / 100 else float(high)

    def _is_seen_safe(self, index: int, is_safe: Judge) -> bool:
        low, high = self._seen(index)
        return low <= high and is_safe(self.names[index], low, high)

    def _drop_safe(self, is_safe: Judge) -> None:
        left = []
        for index in self.waiting:
            if self._is_seen_safe(index, is_safe):
                self.spans.seen[self.names[index]] = self._seen(index)
            else:
                left.append(index)
        self.waiting = left

    def _solve(self, goal: Floats) -> Floats:
        answer = milp(
            goal, constraints=LinearConstraint(self.matrix, self.low, self.high), bounds=Limits(self.least, self.most)
        )
        self.spans.programs += 1
        if answer.x is None:
            raise Contradiction(
                f"The relations around {self.names[0]}: expected that some counts fit them, got none "
                f"({answer.message}). Correct the counts or relations handed over."
            )
        self._record(np.asarray(answer.x))
        return np.asarray(answer.x)

    def _record(self, solution: Floats) -> None:
        """Keep the solution of each table in which it consists of whole numbers that fit."""
        whole = np.round(solution)
        sums = np.asarray(self.matrix @ whole, dtype=np.float64)
        wrong = (sums < self.low - SOLVED) | (sums > self.high + SOLVED)
        whole_in = np.ones(self.tables.max() + 1, dtype=bool)
        whole_in[self.rows_of[wrong]] = False
        whole_in[self.tables[(whole < self.least) | (whole > np.ceil(self.most))]] = False
        self.broken.update(np.flatnonzero(~whole_in).tolist())
        here = whole_in[self.tables]
        self.seen_low[here] = np.minimum(self.seen_low[here], whole[here])
        self.seen_high[here] = np.maximum(self.seen_high[here], whole[here])

    def _whole(self, index: int) -> Interval | None:
        """The interval in whole numbers of one count; None when it was not decided."""
        number = self.table_of[index]
        own = np.flatnonzero(self.tables == number)
        goal = np.zeros(len(self.names))
        goal[index] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            solution = self._in_whole(sign * goal, own, number, gap=0.0, nodes=NODES)
            if solution is None:
                return None
            ends.append(float(goal[own] @ solution))
        return self._ends(ends[0], ends[1])

    def _in_whole(self, goal: Floats, own: NDArray[np.int64], number: int, *, gap: float, nodes: int) -> Floats | None:
        """A whole-numbered table near the best for the objective; None when none was found within the nodes."""
        rows = self.rows_of == number
        answer = milp(
            goal[own],
            integrality=np.ones(len(own), dtype=np.int64),
            constraints=LinearConstraint(self.matrix[rows][:, own], self.low[rows], self.high[rows]),
            bounds=Limits(self.least[own], self.most[own]),
            options={"node_limit": nodes, "mip_rel_gap": gap},
        )
        self.spans.programs += 1
        if answer.x is None or (gap == 0.0 and answer.status != 0):
            return None
        whole: Floats = np.rint(np.asarray(answer.x, dtype=np.float64))
        return whole
