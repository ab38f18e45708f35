"""Choices that meet their shares exactly: in each group the units with the highest scores are chosen.

A finite population made so has no sampling error of its own: its true shares are the targets, to the nearest unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def quota(share: float, base: int) -> int:
    """The number of units that comes nearest to a share of `base`; halves go up."""
    return int(np.floor(share * base + 0.5))


def top(
    score: Floats, shares: Sequence[float], *, base: Bools, group: Ints, among: Bools | None = None, name: str = ""
) -> Bools:
    """In each group, the units `among` that score highest: as many as the share of the group's `base` asks for.

    `score`, `base`, `among`, `group`: one entry a unit; `shares`: one a group. ValueError when a group has too few.
    """
    pool = base if among is None else among
    chosen = np.zeros(len(score), dtype=bool)
    for number, share in enumerate(shares):
        inside = group == number
        members = np.flatnonzero(pool & inside)
        count = quota(share, int((base & inside).sum()))
        if not 0 <= count <= len(members):
            raise ValueError(f"{name or 'share'} in group {number}: {count} units asked for, {len(members)} to choose.")
        chosen[members[np.argsort(-score[members], kind="stable")[:count]]] = True
    return chosen


@dataclass(frozen=True)
class Several:
    """A question with several choices: which options, and how they go together."""

    item: str
    options: tuple[str, ...]  # the last one is also given to those who would else have chosen nothing
    alone: tuple[str, ...] = ()  # options that exclude every other
    most: int | None = None


def several(
    question: Several, scores: Mapping[str, Floats], shares: Mapping[str, Sequence[float]], *, base: Bools, group: Ints
) -> dict[str, Bools]:
    """Choices of a question with several options; each option meets its share of `base` and nobody is left empty."""
    chosen: dict[str, Bools] = {}
    free = base.copy()
    for option in question.alone:
        chosen[option] = top(
            scores[option], shares[option], base=base, group=group, among=free, name=f"{question.item}.{option}"
        )
        free &= ~chosen[option]
    given = np.zeros(len(base), dtype=np.int64)
    *first, last = question.options
    for option in first:
        room = free if question.most is None else free & (given < question.most)
        chosen[option] = top(
            scores[option], shares[option], base=base, group=group, among=room, name=f"{question.item}.{option}"
        )
        given += chosen[option]
    room = free if question.most is None else free & (given < question.most)
    # Whoever has nothing yet comes first in the queue for the last option; if they are more than its share, all get it.
    empty = free & (given == 0)
    queue = np.where(empty, np.inf, scores[last])
    chosen[last] = empty | top(queue, shares[last], base=base, group=group, among=room, name=f"{question.item}.{last}")
    return chosen
