"""Bounds of whole numbers, narrowed through one relation after another until nothing moves.

Sound: every whole-numbered solution lies within them. Not the narrowest: for that see `intervals`.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from math import ceil, floor, inf

from publication.disclosure.relations import Relation

EPSILON = 1e-7
ROUNDS = 200  # visits of one relation: a bound that creeps by ones is left to linear programming

Bounds = dict[str, tuple[float, float]]


class Contradiction(Exception):
    """No whole numbers fit what is said to be known: a relation or a count handed over is wrong."""


def narrowed(bounds: Bounds, relations: Sequence[Relation]) -> Bounds:
    """The bounds that follow from the given ones; every count of a relation must have some.

    Errors: Contradiction naming the count for which no number is left.
    """
    found = dict(bounds)
    where: defaultdict[str, list[int]] = defaultdict(list)
    for index, relation in enumerate(relations):
        for name in set(relation.counts):
            where[name].append(index)
    waiting, queued, visits = deque(range(len(relations))), set(range(len(relations))), [0] * len(relations)
    while waiting:
        index = waiting.popleft()
        queued.discard(index)
        visits[index] += 1
        if visits[index] > ROUNDS:
            continue
        for name in _tighten(relations[index], found):
            for other in where[name]:
                if other not in queued:
                    queued.add(other)
                    waiting.append(other)
    return found


def _tighten(relation: Relation, bounds: Bounds) -> list[str]:
    """Narrow the bounds of each count of the relation given the others; the counts that moved."""
    ends = [_ends(factor, bounds[name]) for name, factor in relation.terms]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    moved = []
    for (name, factor), rest_low, rest_high in zip(relation.terms, _others(lows), _others(highs), strict=True):
        a, b = (relation.low - rest_high) / factor, (relation.high - rest_low) / factor
        before = bounds[name]
        new = (max(before[0], _up(min(a, b))), min(before[1], _down(max(a, b))))
        if new == before:
            continue
        if new[0] > new[1]:
            raise Contradiction(
                f"{name}: expected a whole number that fits every relation, got none between {new[1]:g} and "
                f"{new[0]:g}. Correct the counts handed over, or the relation {relation}."
            )
        bounds[name] = new
        moved.append(name)
    return moved


def _ends(factor: float, bound: tuple[float, float]) -> tuple[float, float]:
    low, high = factor * bound[0], factor * bound[1]
    return (low, high) if factor > 0 else (high, low)


def _others(ends: Sequence[float]) -> list[float]:
    """For each end the sum of the others, infinite where one of the others is."""
    open_ends = [end for end in ends if end in (inf, -inf)]
    total = sum(end for end in ends if end not in (inf, -inf))
    if len(open_ends) > 1:
        return [open_ends[0]] * len(ends)
    if open_ends:
        return [total if end in (inf, -inf) else open_ends[0] for end in ends]
    return [total - end for end in ends]


def _up(value: float) -> float:
    return value if value in (inf, -inf) else float(ceil(value - EPSILON))


def _down(value: float) -> float:
    return value if value in (inf, -inf) else float(floor(value + EPSILON))
