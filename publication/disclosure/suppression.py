"""Secondary suppression by Gaussian elimination over the linear relations.

After Langsrud's method (Statistics Norway): a value may be shown only when no withheld count becomes a linear
combination of what is shown. Values are tried in the order of the information they carry; each is shown if it may be
and withheld if not. Nothing is estimated or searched: one pass, and the pattern is safe against any adding and
subtracting, unions and differences included. What whole numbers and signs tell beyond that is the audit's matter.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from publication.disclosure.elimination import PRIME, Elimination, residue
from publication.disclosure.primary import Cell, Reason
from publication.disclosure.relations import Relation, connected

Question = tuple[list[Cell], list[Relation]]


class Unprotectable(Exception):
    """Nothing is left to withhold and a withheld count can still be worked out."""


@dataclass(frozen=True)
class Unit:
    """Cells that are shown or withheld together, in the order in which units are tried."""

    cells: tuple[Cell, ...]
    depth: int  # the longest chain of cells it is computed from

    @property
    def order(self) -> tuple[object, ...]:
        """Given to publish first: not minor, not derived, many answers in the base, many behind the value."""
        minor = all(cell.is_minor for cell in self.cells)
        most = max(self.cells, key=lambda cell: (cell.n, cell.positive or 0))
        return minor, self.depth, -most.n, -(most.positive or 0), self.cells[0].id


class Links:
    """What falls with what: cells of one group, and cells that are computed from others."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._members: defaultdict[str, list[str]] = defaultdict(list)
        self._derived: defaultdict[str, list[str]] = defaultdict(list)
        self._group_of: dict[str, str] = {}
        for cell in cells:
            if cell.group:
                self._members[cell.group].append(cell.id)
                self._group_of[cell.id] = cell.group
            for other in cell.follows:
                self._derived[other].append(cell.id)

    def falling(self, start: Iterable[str], withheld: Container[str] = ()) -> set[str]:
        """The cells that fall with `start`, to the end of the chain, without those and the withheld ones."""
        begun = set(start)
        found, waiting = set(begun), list(begun)
        while waiting:
            name = waiting.pop()
            for other in (*self._derived.get(name, ()), *self._members.get(self._group_of.get(name, ""), ())):
                if other not in found and other not in withheld:
                    found.add(other)
                    waiting.append(other)
        return found - begun


@dataclass(frozen=True)
class Unknown:
    """Which hidden counts there is anything left to hide of."""

    known: Container[str] = ()  # earlier publications print them
    lost: Container[str] = ()  # they follow from earlier publications alone

    def of(self, hidden: Mapping[str, int]) -> dict[str, int]:
        return {name: value for name, value in hidden.items() if name not in self.known and name not in self.lost}


def known_counts(cells: Iterable[Cell], withheld: Container[str]) -> tuple[dict[str, int], dict[str, int]]:
    """What the shown cells give away, and the counts that stand in withheld cells alone."""
    known: dict[str, int] = {}
    hidden: dict[str, int] = {}
    for cell in cells:
        if cell.id in withheld:
            hidden.update({name: value for name, value in cell.gives_away.items() if name not in cell.shows})
        else:
            known.update(cell.gives_away)
    return known, {name: value for name, value in hidden.items() if name not in known}


def questions(cells: Sequence[Cell], relations: Sequence[Relation]) -> list[Question]:
    """Cells and relations in sets that have no count and no group in common: each is protected for itself."""
    items: list[Cell | Relation] = [*cells, *relations]
    return [
        (
            [item for item in part if isinstance(item, Cell)],
            [item for item in part if isinstance(item, Relation)],
        )
        for part in connected(items, _ties)
    ]


def _ties(item: Cell | Relation) -> list[tuple[str, str]]:
    if isinstance(item, Relation):
        return [("count", name) for name in item.counts] + ([("cell", item.needs)] if item.needs else [])
    ties = [("cell", item.id), *(("count", name) for name in item.gives_away)]
    return [*ties, ("group", item.group)] if item.group else ties


def suppress(
    cells: Sequence[Cell], relations: Sequence[Relation], withheld: Iterable[str], unknown: Unknown | None = None
) -> dict[str, Reason]:
    """What to withhold beside the given cells of one question, so that no count of a withheld cell follows linearly.

    `withheld` must hold what falls with it (`Links`). Passes are repeated while a value that was withheld on the way
    has itself a count to protect. Only equalities are used. Errors: Unprotectable when a withheld count follows from
    the relations alone.
    """
    given = set(withheld)
    equalities = [relation for relation in relations if relation.is_equality and not relation.needs]
    found: dict[str, Reason] = {}
    done = False
    while not done:
        more, done = _one_pass(cells, equalities, given | found.keys(), unknown or Unknown())
        found |= more
    return found


def _one_pass(
    cells: Sequence[Cell], equalities: Sequence[Relation], withheld: set[str], unknown: Unknown
) -> tuple[dict[str, Reason], bool]:
    """What one pass withholds, and whether the counts of what it withheld are safe as well."""
    hidden = unknown.of(known_counts(cells, withheld)[1])
    if not hidden:
        return {}, True
    column = {name: place for place, name in enumerate(_names(cells, equalities))}
    space = _space(equalities, column)
    for name in sorted(hidden):
        if not space.watch(column[name]):
            raise Unprotectable(f"{name} follows from the published totals and nothing is left to withhold.")
    more: dict[str, Reason] = {}
    for unit in sorted(units(cells), key=lambda unit: unit.order):
        own = [cell.id for cell in unit.cells]
        if any(name in withheld for name in own):
            continue
        if any(other in more for cell in unit.cells for other in cell.follows):
            more |= dict.fromkeys(own, Reason.LINKED)
            continue
        steps = space.steps(column[name] for name in _given(unit))
        if space.determines(steps):
            more |= dict.fromkeys(own, Reason.SECOND)
        else:
            space.take(steps)
    after = unknown.of(known_counts(cells, withheld | more.keys())[1])
    return more, all(space.reduced({column[name]: 1}) for name in after.keys() - hidden.keys())


def _given(unit: Unit) -> list[str]:
    return list(dict.fromkeys(name for cell in unit.cells for name in cell.gives_away))


def _names(cells: Sequence[Cell], relations: Sequence[Relation]) -> list[str]:
    names = dict.fromkeys(name for cell in cells for name in cell.gives_away)
    names.update(dict.fromkeys(name for relation in relations for name in relation.counts))
    return list(names)


def _space(equalities: Sequence[Relation], column: Mapping[str, int]) -> Elimination:
    """What adding up alone tells, small relations first so that little is filled in."""
    space = Elimination()
    for relation in sorted(equalities, key=lambda relation: len(relation.terms)):
        vector: dict[int, int] = {}
        for name, factor in relation.terms:
            vector[column[name]] = (vector.get(column[name], 0) + residue(factor)) % PRIME
        space.know({place: factor for place, factor in vector.items() if factor})
    return space


def units(cells: Sequence[Cell]) -> list[Unit]:
    """Cells tied by a group, or computed from one another in a ring, as one; with how deep each is derived."""
    place = {cell.id: index for index, cell in enumerate(cells)}
    edges: list[tuple[int, int]] = []
    first: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell.group:
            leader = first.setdefault(cell.group, index)
            edges += [(leader, index), (index, leader)]
        edges += [(place[other], index) for other in cell.follows if other in place]
    labels = _rings(len(cells), edges)
    members: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell, label in zip(cells, labels, strict=True):
        members[label].append(cell)
    sources: defaultdict[int, set[int]] = defaultdict(set)
    for before, after in edges:
        if labels[before] != labels[after]:
            sources[labels[after]].add(labels[before])
    depth: dict[int, int] = {}
    for label in members:
        _measure(label, sources, depth)
    return [Unit(tuple(part), depth[label]) for label, part in members.items()]


def _rings(size: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    if not edges:
        return list(range(size))
    rows, columns = np.array(edges).T
    graph = csr_array((np.ones(len(edges)), (rows, columns)), shape=(size, size))
    return [int(label) for label in connected_components(graph, directed=True, connection="strong")[1]]


def _measure(label: int, sources: Mapping[int, set[int]], depth: dict[int, int]) -> None:
    """Depth first without recursion: chains of derived figures may be long."""
    stack = [label]
    while stack:
        top = stack[-1]
        waiting = [source for source in sources.get(top, ()) if source not in depth]
        if waiting:
            stack += waiting
            continue
        depth[top] = 1 + max((depth[source] for source in sources.get(top, ())), default=-1)
        stack.pop()
