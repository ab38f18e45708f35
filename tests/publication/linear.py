"""An attacker of its own kind: bounds of a withheld count by linear programming, sharing no code with the rule."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import linprog

from publication.disclosure.attack import Relation


def gives_away(known: Mapping[str, int], relations: Sequence[Relation], target: str) -> bool:
    """Whether one whole number alone fits everything that is known, or nothing but 1, 2, 3 and 4."""
    low, high = solve(known, relations, target)
    if high == inf:
        return False
    least, most = ceil(low - 1e-6), floor(high + 1e-6)
    return least >= most or 1 <= least <= most <= 4


def solve(known: Mapping[str, int], relations: Sequence[Relation], target: str) -> tuple[float, float]:
    names = sorted({name for relation in relations for name in relation.counts} | set(known) | {target})
    column = {name: index for index, name in enumerate(names)}
    upper: list[np.ndarray] = []
    limits: list[float] = []
    for relation in relations:
        row = np.zeros(len(names))
        for name, coefficient in relation.terms:
            row[column[name]] += coefficient
        for sign, limit in ((1.0, relation.high), (-1.0, -relation.low)):
            if limit != inf:
                upper.append(sign * row)
                limits.append(limit)
    bounds = [(known[name], known[name]) if name in known else (0, None) for name in names]
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(len(names))
        goal[column[target]] = sign
        answer = linprog(goal, A_ub=np.array(upper), b_ub=np.array(limits), bounds=bounds, method="highs")
        ends.append(inf if answer.fun is None else sign * answer.fun)
    return ends[0], ends[1]
