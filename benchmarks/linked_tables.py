"""Constructed releases: units with groups and answers, counted into linked tables with all their margins.

Everything follows from the seed. Groups are of unequal size and answers depend on them, as in a real survey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from publication.disclosure.relations import Relation, adds_up
from publication.disclosure.tables import Cell

Codes = NDArray[np.int64]
Domain = tuple[int, ...]  # a code for each breakdown, -1 for all


@dataclass(frozen=True)
class Survey:
    """Units of one country: a code for each breakdown, and yes or no for each item. Constructed."""

    groups: Mapping[str, Codes]
    answers: NDArray[np.bool_]  # units by items

    @property
    def units(self) -> int:
        return len(self.answers)


def survey(seed: int, *, units: int, breakdowns: Mapping[str, int], items: int) -> Survey:
    """Unequal groups (shares fall as 1/(k + 1)^0.7) and items with shares of 3 to 75 per cent that depend on them."""
    draw = np.random.default_rng(seed)
    groups = {}
    for name, size in breakdowns.items():
        chance = 1 / (1 + np.arange(size)) ** 0.7
        groups[name] = draw.choice(size, units, p=chance / chance.sum())
    tilt = sum(draw.normal(0, 0.5, size)[groups[name]] for name, size in breakdowns.items())
    level = np.log(draw.uniform(0.03, 0.75, items))
    chance = 1 / (1 + np.exp(-(level[None, :] + 0.7 + np.asarray(tilt)[:, None])))
    return Survey(groups, draw.random((units, items)) < chance)


def domains(breakdowns: Mapping[str, int], cubes: Sequence[Sequence[str]]) -> list[Domain]:
    """Every domain of the cubes with all their margins, each once."""
    names = list(breakdowns)
    found: dict[Domain, None] = {}
    for cube in cubes:
        for size in range(len(cube) + 1):
            for part in combinations(cube, size):
                ranges = [range(breakdowns[name]) if name in part else (-1,) for name in names]
                found.update(dict.fromkeys(product(*ranges)))
    return list(found)


def refined(domain: Domain, place: int, size: int, published: set[Domain]) -> list[Domain] | None:
    """The domains that one breakdown splits the domain into, where they are published."""
    if domain[place] != -1:
        return None
    parts = [(*domain[:place], code, *domain[place + 1 :]) for code in range(size)]
    return parts if parts[0] in published else None


def release(
    given: Survey, cubes: Sequence[Sequence[str]], *, prefix: str = ""
) -> tuple[list[Cell], list[Relation], dict[str, int]]:
    """Cells (a share for each item and domain), relations, and every count by name."""
    sizes = {name: int(codes.max()) + 1 for name, codes in given.groups.items()}
    published = domains(sizes, cubes)
    known = set(published)
    counts: dict[str, int] = {}
    cells: list[Cell] = []
    relations: list[Relation] = []
    for domain in published:
        member = np.ones(given.units, dtype=bool)
        for code, codes in zip(domain, given.groups.values(), strict=True):
            member &= (codes == code) | (code == -1)
        base, n = _name(prefix, "n", domain), int(member.sum())
        counts[base] = n
        for item, positive in enumerate(given.answers[member].sum(axis=0).tolist()):
            count, rest = _name(prefix, f"x{item}", domain), _name(prefix, f"not{item}", domain)
            counts[count], counts[rest] = positive, n - positive
            cells.append(
                Cell(
                    id=_name(prefix, f"share{item}", domain),
                    n=n,
                    base=base,
                    positive=positive,
                    count=count,
                    complement=rest,
                )
            )
            relations.append(adds_up(base, [count, rest]))
    kinds = ["n", *(f"{kind}{item}" for item in range(given.answers.shape[1]) for kind in ("x", "not"))]
    for domain in published:
        for place, size in enumerate(sizes.values()):
            if parts := refined(domain, place, size, known):
                relations += [
                    adds_up(_name(prefix, kind, domain), [_name(prefix, kind, part) for part in parts])
                    for kind in kinds
                ]
    return cells, relations, counts


def frequencies(given: Survey, cubes: Sequence[Sequence[str]]) -> tuple[list[Cell], list[Relation], dict[str, int]]:
    """A table of counts alone, each count a cell of its own: the form in which other programs report."""
    sizes = {name: int(codes.max()) + 1 for name, codes in given.groups.items()}
    published = domains(sizes, cubes)
    known = set(published)
    counts = {}
    for domain in published:
        member = np.ones(given.units, dtype=bool)
        for code, codes in zip(domain, given.groups.values(), strict=True):
            member &= (codes == code) | (code == -1)
        counts[_name("", "n", domain)] = int(member.sum())
    relations = [
        adds_up(_name("", "n", domain), [_name("", "n", part) for part in parts])
        for domain in published
        for place, size in enumerate(sizes.values())
        if (parts := refined(domain, place, size, known))
    ]
    return [Cell(id=name, n=n, base=name) for name, n in counts.items()], relations, counts


def _name(prefix: str, kind: str, domain: Domain) -> str:
    return f"{prefix}{kind}|{'|'.join('' if code == -1 else str(code) for code in domain)}"
