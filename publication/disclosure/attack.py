"""What a patient reader can work out: the attack that every release has to withstand.

The attacker knows every count that stands in a published table, and how counts add up: sectors to their country,
answers to their base. Values and intervals are taken to give the count away: with equal weights share times base is
the count itself, and the interval confirms it, so a shown cell counts as known exactly.
"""

from collections.abc import Mapping, Sequence
from math import inf

from publication.disclosure.bounds import narrowed
from publication.disclosure.elimination import CONSTANT, PRIME, Elimination, residue, signed
from publication.disclosure.intervals import audit, without_known
from publication.disclosure.relations import Relation, adds_up, at_most

__all__ = ["Relation", "adds_up", "at_most", "attack", "span"]

LARGEST = 10**12  # no count is larger: a residue beyond it stands for a broken number


def attack(known: Mapping[str, int], relations: Sequence[Relation]) -> dict[str, int]:
    """Every count outside `known` that follows exactly from what is known.

    Two ways, repeated until nothing new is found: exact elimination over the equalities (the rank test), and bounds
    of whole numbers that are tightened through each relation in turn.
    Errors: Contradiction when no counts fit what is known.
    """
    facts = dict(known)
    active = without_known(known, relations)
    while active:
        fresh = by_algebra(active)
        bounds = narrowed({name: (0.0, inf) for relation in active for name in relation.counts}, active)
        fresh.update({name: int(low) for name, (low, high) in bounds.items() if low == high})
        if not fresh:
            break
        facts.update(fresh)
        active = without_known(fresh, active)
    return {name: value for name, value in facts.items() if name not in known}


def by_algebra(relations: Sequence[Relation]) -> dict[str, int]:
    """The counts that the equalities determine, by elimination modulo a prime."""
    equalities = [relation for relation in relations if relation.is_equality]
    names = list(dict.fromkeys(name for relation in equalities for name in relation.counts))
    column = {name: index for index, name in enumerate(names)}
    space = Elimination()
    for relation in sorted(equalities, key=lambda relation: len(relation.terms)):
        vector = {column[name]: residue(factor) for name, factor in relation.terms}
        if relation.low:
            vector[CONSTANT] = -residue(relation.low) % PRIME
        space.know(vector)
    found = {}
    for name, place in column.items():
        rest = space.rows.get(place)
        if rest is not None and not rest.keys() - {CONSTANT}:
            value = signed(rest.get(CONSTANT, 0))
            if 0 <= value <= LARGEST:
                found[name] = value
    return found


def span(known: Mapping[str, int], relations: Sequence[Relation], name: str) -> tuple[float, float]:
    """The lowest and the highest whole number that a count outside `known` may be, inf where nothing bounds it.

    By linear programming over all relations at once, which tightening them one by one does not reach.
    """
    return audit(known, relations, [name]).open[name]
