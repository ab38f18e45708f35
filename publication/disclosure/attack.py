"""What a patient reader can work out: the attack that every release has to withstand.

The attacker knows every count that stands in a published table, and how counts add up: sectors to their country,
answers to their base. Values and intervals are taken to give the count away: with equal weights share times base is
the count itself, and the interval confirms it, so a shown cell counts as known exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import linprog

EPSILON = 1e-7
SOLVED = 1e-6  # what a linear program leaves of a limit
ROUNDS = 200


@dataclass(frozen=True)
class Relation:
    """low <= sum of coefficient times count <= high, known to everybody.

    `needs` names a cell whose value the relation is read from; it is known only while that cell is shown.
    """

    terms: tuple[tuple[str, float], ...]
    low: float = 0.0
    high: float = 0.0
    needs: str = ""

    @property
    def counts(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.terms)


def adds_up(total: str, parts: Iterable[str]) -> Relation:
    """The parts sum to the total."""
    return Relation(terms=((total, 1.0), *((part, -1.0) for part in parts)))


def at_most(part: str, whole: str) -> Relation:
    """The part cannot exceed the whole."""
    return Relation(terms=((part, 1.0), (whole, -1.0)), low=-inf)


def attack(known: Mapping[str, int], relations: Sequence[Relation]) -> dict[str, int]:
    """Every count outside `known` that follows exactly from what is known.

    Two ways, repeated until nothing new is found: linear algebra over the equalities (a count is determined when no
    vector of the null space moves it), and bounds of whole numbers that are tightened through each relation in turn.
    """
    facts = dict(known)
    while True:
        found = _by_algebra(facts, relations)
        found.update(_by_bounds({**facts, **found}, relations))
        if not found:
            return {name: value for name, value in facts.items() if name not in known}
        facts.update(found)


def span(known: Mapping[str, int], relations: Sequence[Relation], name: str) -> tuple[float, float]:
    """The lowest and the highest whole number that a count outside `known` may be, inf where nothing bounds it.

    By linear programming over all relations at once, which tightening them one by one does not reach.
    """
    names = sorted({count for relation in relations for count in relation.counts if count not in known} | {name})
    column = {count: index for index, count in enumerate(names)}
    rows, limits = [], []
    for relation in relations:
        row, fixed = np.zeros(len(names)), 0.0
        for count, coefficient in relation.terms:
            if count in column:
                row[column[count]] += coefficient
            else:
                fixed += coefficient * known[count]
        rows += [row, -row]
        limits += [relation.high - fixed, fixed - relation.low]
    usable = [index for index, limit in enumerate(limits) if limit != inf]
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(len(names))
        goal[column[name]] = sign
        matrix = np.array([rows[index] for index in usable]).reshape(len(usable), len(names))
        answer = linprog(goal, A_ub=matrix, b_ub=[limits[index] for index in usable], bounds=(0, None), method="highs")
        ends.append(sign * answer.fun if answer.fun is not None else (0.0 if sign > 0 else inf))
    low, high = ends
    return float(ceil(low - SOLVED)), high if high == inf else float(floor(high + SOLVED))


def _unknown(facts: Mapping[str, int], relations: Sequence[Relation]) -> list[str]:
    return sorted({name for relation in relations for name in relation.counts} - set(facts))


def _by_algebra(facts: Mapping[str, int], relations: Sequence[Relation]) -> dict[str, int]:
    names = _unknown(facts, relations)
    equalities = [relation for relation in relations if relation.low == relation.high]
    if not names or not equalities:
        return {}
    column = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(equalities), len(names)))
    right = np.zeros(len(equalities))
    for row, relation in enumerate(equalities):
        right[row] = relation.low
        for name, coefficient in relation.terms:
            if name in column:
                matrix[row, column[name]] += coefficient
            else:
                right[row] -= coefficient * facts[name]
    _, singular, basis = np.linalg.svd(matrix)
    rank = int((singular > EPSILON).sum())
    free = np.abs(basis[rank:]).sum(axis=0)
    solution = np.linalg.lstsq(matrix, right, rcond=None)[0]
    return {name: round(float(solution[column[name]])) for name in names if free[column[name]] < EPSILON}


def _by_bounds(facts: Mapping[str, int], relations: Sequence[Relation]) -> dict[str, int]:
    names = _unknown(facts, relations)
    bounds: dict[str, tuple[float, float]] = {name: (value, value) for name, value in facts.items()}
    bounds.update(dict.fromkeys(names, (0.0, inf)))
    for _ in range(ROUNDS):
        if not sum(_tighten(relation, bounds) for relation in relations):
            break
    return {name: int(bounds[name][0]) for name in names if bounds[name][0] == bounds[name][1]}


def _tighten(relation: Relation, bounds: dict[str, tuple[float, float]]) -> bool:
    """Narrow the bounds of each count of the relation given the others; True when something moved."""
    moved = False
    for name, coefficient in relation.terms:
        rest_low, rest_high = 0.0, 0.0
        for other, factor in relation.terms:
            if other != name:
                ends = sorted((factor * bounds[other][0], factor * bounds[other][1]))
                rest_low, rest_high = rest_low + ends[0], rest_high + ends[1]
        ends = sorted(((relation.low - rest_high) / coefficient, (relation.high - rest_low) / coefficient))
        low, high = bounds[name]
        new = (max(low, _up(ends[0])), min(high, _down(ends[1])))
        if new != (low, high) and new[0] <= new[1]:
            bounds[name] = new
            moved = True
    return moved


def _up(value: float) -> float:
    return value if value in (inf, -inf) else float(ceil(value - EPSILON))


def _down(value: float) -> float:
    return value if value in (inf, -inf) else float(floor(value + EPSILON))
