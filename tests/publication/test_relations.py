"""How published counts add up over the lattice: every relation is true, and none that a reader knows is left out."""

from collections import defaultdict
from dataclasses import replace
from math import inf

import pytest

from publication.disclosure.attack import Relation
from publication.disclosure.tables import known_counts
from publication.work.cells import Protection
from publication.work.material import Material
from publication.work.relations import count_name, relations_of

pytestmark = pytest.mark.django_db


def test_every_relation_holds_for_the_true_counts(protection: Protection, material: Material) -> None:
    counts, _ = known_counts(protection.cells, {})
    counts |= {count_name(row): row.positive or 0 for row in material.rows if row.estimand == "no_opinion"}
    checked = [relation for relation in protection.relations if set(relation.counts) <= set(counts)]
    for relation in checked:
        total = sum(factor * counts[name] for name, factor in relation.terms)
        assert relation.low - 1e-9 <= total <= relation.high + 1e-9, relation
    assert len(checked) > 500


def sums(relations: list[Relation]) -> dict[str, list[str]]:
    """Each count that is a sum, with the parts of each of its sums as one text."""
    found: dict[str, list[str]] = defaultdict(list)
    for relation in relations:
        found[relation.counts[0]].append(" ".join(relation.counts[1:]))
    return found


def test_sectors_sizes_and_counties_make_up_their_country_and_sizes_their_sector(material: Material) -> None:
    found = sums(relations_of(material.rows, material.definitions))
    norway, social = found["x|share|innovative||NO|||"], found["x|share|innovative||NO|social||"]
    for kind in ("|social||", "||small|", "county:"):
        assert any(kind in parts for parts in norway), kind
    assert any("|social|small|" in parts for parts in social)


def test_parts_that_hold_fewer_answers_are_at_most_the_whole(material: Material) -> None:
    wanted = ("share", "innovative", "NO")
    of_norway = [row for row in material.rows if (row.estimand, row.indicator, row.country) == wanted]
    whole = next(row for row in of_norway if not (row.sector or row.size_class or row.area))
    county = next(row for row in of_norway if row.area)
    for lacking, ends in ((0, (0.0, 0.0)), (5, (0.0, inf))):
        part = replace(county, n=whole.n - lacking, positive=(whole.positive or 0) - lacking)
        relations = relations_of([whole, part], material.definitions)
        (found,) = [one for one in relations if set(one.counts) == {count_name(whole), count_name(part)}]
        assert (found.low, found.high) == ends
