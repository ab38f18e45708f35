"""Protection of linked tables: the sparse elimination against the same method over one dense matrix of floats.

Run: python -m benchmarks.disclosure [--whole]. Prints seconds and the ratio to the dense peer in the same run, for the
elimination alone (the peer knows no audit), then the time of the whole protection. --whole adds a release of about
51,000 counts in five countries, which takes a minute.
"""

import sys
from collections.abc import Iterable, Sequence
from time import perf_counter

import numpy as np

from benchmarks.linked_tables import release, survey
from publication.disclosure.relations import Relation
from publication.disclosure.suppression import Links, known_counts, suppress
from publication.disclosure.tables import Cell, Reason, Rule, primary, protect

BREAKDOWNS = {"sector": 6, "size": 4, "county": 11}
CUBES = [("sector", "size"), ("county",)]
CLOSE = 1e-9


class Dense:
    """Known combinations as full rows of floats, and the counts to protect as a full matrix."""

    def __init__(self, names: Sequence[str], hidden: Iterable[str]) -> None:
        self.column = {name: place for place, name in enumerate(names)}
        self.targets = np.eye(len(names))[[self.column[name] for name in hidden]]
        self.basis: list[tuple[int, np.ndarray]] = []

    def know(self, terms: Iterable[tuple[str, float]]) -> None:
        vector = np.zeros(len(self.column))
        for name, factor in terms:
            vector[self.column[name]] += factor
        for pivot, row in self.basis:
            vector = vector - vector[pivot] * row
        if np.abs(vector).max() < CLOSE:
            return
        pivot = int(np.argmax(np.abs(vector)))
        self.basis.append((pivot, vector / vector[pivot]))
        self.targets = self.targets - np.outer(self.targets[:, pivot], vector / vector[pivot])

    def tells(self) -> bool:
        return bool(np.any(np.abs(self.targets).max(axis=1) < CLOSE))


def dense(cells: Sequence[Cell], relations: Sequence[Relation], withheld: set[str]) -> set[str]:
    """One pass over all values in the same order, on one dense matrix: what a plain script would do."""
    names = list(dict.fromkeys([name for cell in cells for name in cell.gives_away]))
    space = Dense(names, known_counts(cells, withheld)[1])
    for relation in relations:
        space.know(relation.terms)
    more: set[str] = set()
    for cell in sorted(cells, key=lambda cell: (-cell.n, -(cell.positive or 0), cell.id)):
        if cell.id in withheld:
            continue
        targets, held = space.targets, len(space.basis)
        for name in cell.gives_away:
            space.know([(name, 1.0)])
        if space.tells():
            more.add(cell.id)
            space.targets = targets
            del space.basis[held:]
    return more


def compared(items: int) -> None:
    cells, relations, _ = release(survey(1, units=1500, breakdowns=BREAKDOWNS, items=items), CUBES)
    withheld = {cell.id for cell in cells if primary(cell, Rule())}
    withheld |= Links(cells).falling(withheld)
    begun = perf_counter()
    own = suppress(cells, relations, withheld)
    ours = perf_counter() - begun
    begun = perf_counter()
    peer = dense(cells, relations, withheld)
    theirs = perf_counter() - begun
    begun = perf_counter()
    whole = protect(cells, relations)
    taken = perf_counter() - begun
    assert peer <= own.keys(), "the dense peer withholds something that elimination shows"
    second = sum(reason is Reason.SECOND for reason in whole.values())
    print(
        f"{len(cells):>6,} cells: elimination {ours:.2f} s, dense {theirs:.2f} s, ratio {theirs / ours:.0f}; "
        f"with the audit {taken:.2f} s; {len(withheld)} withheld first, {second} second"
    )


def whole() -> None:
    cells: list[Cell] = []
    relations: list[Relation] = []
    for country in range(5):
        given = survey(country, units=1500, breakdowns=BREAKDOWNS, items=110)
        own, sums, _ = release(given, CUBES, prefix=f"{country}.")
        cells += own
        relations += sums
    counts = len({name for cell in cells for name in cell.gives_away})
    begun = perf_counter()
    withheld = protect(cells, relations)
    print(f"{counts:,} counts in five countries: {perf_counter() - begun:.1f} s, {len(withheld):,} cells withheld")


if __name__ == "__main__":
    for items in (5, 15, 32):
        compared(items)
    if "--whole" in sys.argv:
        whole()
