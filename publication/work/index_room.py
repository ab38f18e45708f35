"""Indices that are no sum of published counts: what they are shown with, and what they must leave open.

The proof of the rule, for equal weights and answers without gaps. Every published count of the answers behind the index
is shown, so that it bounds nothing that is withheld. What it adds is the sum of the answers that no table counts: R of
them yes, and G more that might have been. Of k such answers, each at most c, one lies between max(0, R - (k - 1) c) and
min(R, c): with R and G both at least the rule's minimum that range is never narrower than the minimum, and where k is 1
it is a count that a table might show.
"""

from collections.abc import Mapping, Sequence

from analytics.core.definitions import Definitions
from analytics.core.results import EstimateRow, Key
from publication.disclosure.lattice import Node
from publication.disclosure.primary import Cell, Reason, Rule, primary
from publication.work.index_parts import Parts, Room, What, answers_behind, room, taken_apart
from publication.work.material import node_of
from publication.work.relations import Domain, by_place, domain_of, index_sum
from surveys.instrument.rule_nodes import Node as RuleNode

INDEX = "index"
ROUNDING = 1e-6  # of a number of answers that is computed from values

Conditions = Mapping[str, RuleNode]
Held = tuple[tuple[str, ...], Reason | None]  # the cells that an index falls with, and why it is withheld itself
Places = Mapping[Domain, Mapping[What, EstimateRow]]


def held_indices(
    rows: Sequence[EstimateRow], definitions: Definitions, conditions: Conditions, rule: Rule
) -> dict[str, Held]:
    """By cell, for the indices that no relation bounds. A sum of counts that lacks one of them is withheld."""
    indices = [row for row in rows if row.estimand == INDEX and row.value is not None]
    apart = taken_apart(definitions, conditions) if indices else {}
    places = by_place(rows)
    found: dict[str, Held] = {}
    for row in indices:
        parts, here = apart[row.indicator], places[domain_of(row)]
        if parts.is_counted:
            if index_sum(row, parts, here) is None:
                found["|".join(row.key)] = (), Reason.NO_ROOM
            continue
        follows = tuple("|".join(here[what].key) for what in parts.read if what in here)
        found["|".join(row.key)] = follows, _forbids(row, parts, here, rule)
    return found


def _forbids(row: EstimateRow, parts: Parts, here: Mapping[What, EstimateRow], rule: Rule) -> Reason | None:
    """Parts of a country add up to it, in what no table counts too: nothing withholds a second one of them."""
    left = room(row, parts, here)
    enough = node_of(row) is Node.COUNTRY and min(left.below, left.above) >= rule.minimum_count - ROUNDING
    return None if enough else Reason.NO_ROOM


def of_movers(
    earlier: Sequence[Sequence[EstimateRow]],
    rows: Sequence[EstimateRow],
    definitions: Definitions,
    conditions: Conditions,
    rule: Rule,
) -> dict[str, Reason]:
    """Indices that with an earlier version of the wave would tell too much of those who came or went.

    earlier: the rows of each other version. Room adds up, so that of those who moved is the difference.
    """
    if not earlier:
        return {}
    apart = {key: one for key, one in taken_apart(definitions, conditions).items() if not one.is_counted}
    now = _rooms(rows, apart)
    found: dict[str, Reason] = {}
    for version in earlier:
        for key, (row, left) in _rooms(version, apart).items():
            if key in now and (now[key][0].n, now[key][0].value) != (row.n, row.value):
                ends = now[key][1].below - left.below, now[key][1].above - left.above
                if min(map(abs, ends)) < rule.minimum_count - ROUNDING:
                    found["|".join(key)] = Reason.NO_ROOM
    return found


def _rooms(rows: Sequence[EstimateRow], apart: Mapping[str, Parts]) -> dict[Key, tuple[EstimateRow, Room]]:
    places: Places = by_place(rows)
    return {
        row.key: (row, room(row, apart[row.indicator], places[domain_of(row)]))
        for row in rows
        if row.estimand == INDEX and row.indicator in apart and row.value is not None
    }


def rest_of_index(whole: EstimateRow, part: EstimateRow, definitions: Definitions, rule: Rule) -> Reason | None:
    """Why the index of those outside the part may not follow: of fewer than the minimum, or as near to an end.

    No table counts their answers, so that all that the index is made of needs room; of one share, as the share does.
    """
    index = definitions.indices[whole.indicator]
    said, most = (a - b for a, b in zip(answers_behind(whole, index), answers_behind(part, index), strict=True))
    near = min(said, most - said) < rule.minimum_count - ROUNDING
    return primary(Cell(id="", n=whole.n - part.n, base="", forbidden=Reason.NO_ROOM if near else None), rule)
