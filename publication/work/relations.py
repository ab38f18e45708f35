"""The counts behind published estimates, by names that say what they are, and how everybody knows that they add up."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from math import inf

from analytics.core.definitions import NO_OPINION, Definitions, Measure, Unit
from analytics.core.index_scores import line_of
from analytics.core.results import EstimateRow
from publication.disclosure.attack import Relation, adds_up, at_most
from publication.disclosure.lattice import Node
from publication.work.implications import Conditions, once_for_each, plain, plainly_implies
from publication.work.index_parts import COUNTED, Parts, What, base_of, named, taken_apart
from publication.work.material import node_of
from surveys.instrument.rule_nodes import And, Not, Or, item_references, joined
from surveys.instrument.rule_nodes import Node as RuleNode
from surveys.instrument.rule_text import to_text

HALF_A_DECIMAL = 0.05
EVERYBODY = "all"

Domain = tuple[str, str, str, str]  # country, sector, size class, area
Rows = Sequence[EstimateRow]


def domain_of(row: EstimateRow) -> Domain:
    return row.country, row.sector, row.size_class, row.area


def place_of(row: EstimateRow) -> tuple[str, ...]:
    return row.indicator, row.category, *domain_of(row)


def asked_by(row: EstimateRow, definitions: Definitions) -> str:
    """Whom the question of the row was for, by the name or the text of the rule."""
    entry = definitions.indicators.get(row.indicator) or definitions.indices[row.indicator]
    asked = entry.measures[0].asked
    return EVERYBODY if asked is None else to_text(asked)


def base_name(row: EstimateRow, definitions: Definitions) -> str:
    """Equal bases of equal size are one count: what one table shows of it, it shows for all.

    Equal are bases of the same respondents asked: all of them, those who are innovative, and so on.
    """
    return f"n|{asked_by(row, definitions)}|{'|'.join(domain_of(row))}|{row.n}"


def count_name(row: EstimateRow) -> str:
    return f"x|{row.estimand}|{'|'.join(place_of(row))}"


def complement_name(row: EstimateRow) -> str:
    return f"not|{row.estimand}|{'|'.join(place_of(row))}"


def rest_name(share: EstimateRow) -> str:
    return f"rest|{'|'.join(place_of(share))}"


# Whom a question is for -> the indicator that says how many they are, and which of its counts.
FILTERS: Mapping[str, tuple[str, Callable[[EstimateRow], str]]] = {
    "innovative": ("innovative", count_name),
    "not_innovative": ("innovative", complement_name),
    "unfinished_work": ("unfinished_work", count_name),
}
# What makes up a figure of a node: the parts of each kind sum to it.
PARTS: Mapping[Node, tuple[Node, ...]] = {
    Node.COUNTRY: (Node.SECTOR, Node.SIZE, Node.COUNTY),
    Node.SECTOR: (Node.SECTOR_AND_SIZE,),
    Node.SIZE: (Node.SECTOR_AND_SIZE,),
}


def beside_no_opinion(rows: Rows) -> list[tuple[EstimateRow, EstimateRow]]:
    """Each share with the "don't know" of its category, or of its question as a whole, where the bases are equal."""
    found = {place_of(row): row for row in rows if row.estimand == NO_OPINION and row.positive is not None}
    pairs = []
    for row in rows:
        if row.estimand == "share" and row.positive is not None:
            beside = found.get(place_of(row)) or found.get((row.indicator, "", *domain_of(row)))
            if beside and beside.n == row.n:
                pairs.append((row, beside))
    return pairs


def relations_of(
    rows: Rows, definitions: Definitions, conditions: Mapping[str, RuleNode] | None = None
) -> list[Relation]:
    """How the counts hang together, as everybody who reads the tables knows it.

    conditions: the named rules of the questionnaire, from which follows which answers imply one another.
    """
    relations = [
        *_within_base(rows, definitions),
        *_parts(rows, definitions),
        *_partitions(rows, definitions),
        *_filters(rows, definitions),
        *index_relations(rows, definitions, conditions or {}),
        *_implied(rows, definitions, conditions or {}),
    ]
    return list(dict.fromkeys(relations))


def _within_base(rows: Rows, definitions: Definitions) -> list[Relation]:
    """A count and its complement make up the base; so do what promoted, what hindered and what did neither."""
    relations = [
        adds_up(base_name(row, definitions), [count_name(row), complement_name(row)])
        for row in rows
        if row.estimand in COUNTED
    ]
    for share, no_opinion in beside_no_opinion(rows):
        relations.append(
            adds_up(base_name(share, definitions), [count_name(share), count_name(no_opinion), rest_name(share)])
        )
    by_place: dict[tuple[str, ...], dict[str, EstimateRow]] = defaultdict(dict)
    for row in rows:
        if row.estimand in ("driver", "barrier", NO_OPINION):
            by_place[place_of(row)][row.estimand] = row
    for parts in by_place.values():
        if {"driver", "barrier"} <= set(parts):
            terms = tuple((count_name(row), 1.0) for row in parts.values())
            base = base_name(parts["driver"], definitions)
            relations.append(Relation(terms=(*terms, (base, -1.0)), low=0.0 if NO_OPINION in parts else -inf))
    return relations


def _parts(rows: Rows, definitions: Definitions) -> Iterator[Relation]:
    """Sectors, sizes and counties make up their country, sizes of a sector the sector; in base, count and complement.

    Where the parts hold fewer answers than the whole (the frame names no county for some), they are at most the whole.
    """
    counted = [row for row in rows if row.estimand in (*COUNTED, NO_OPINION) and row.positive is not None]
    below: dict[tuple[str, ...], list[EstimateRow]] = defaultdict(list)
    for row in counted:
        for key in _wholes(row):
            below[key].append(row)
    for whole in counted:
        node = node_of(whole)
        for kind in PARTS.get(node, ()) if node is not None else ():
            parts = below.get((*_what(whole), kind, *domain_of(whole)), [])
            if parts:
                yield from _summed(whole, parts, definitions)


def _what(row: EstimateRow) -> What:
    return row.estimand, row.indicator, row.category


def _wholes(row: EstimateRow) -> Iterator[tuple[str, ...]]:
    """The figures of which the row is a part, each by what it is, the kind of its parts, and its domain."""
    node = node_of(row)
    if node in (Node.SECTOR, Node.SIZE, Node.COUNTY):
        yield (*_what(row), node, row.country, "", "", "")
    if node is Node.SECTOR_AND_SIZE:
        yield (*_what(row), node, row.country, row.sector, "", "")
        yield (*_what(row), node, row.country, "", row.size_class, "")


def _summed(whole: EstimateRow, parts: Rows, definitions: Definitions) -> Iterator[Relation]:
    total = sum(part.n for part in parts)
    names: list[Callable[[EstimateRow], str]] = [lambda row: base_name(row, definitions), count_name]
    if whole.estimand != NO_OPINION:
        names.append(complement_name)
    for name in names:
        exact = adds_up(name(whole), [name(part) for part in parts])
        yield exact if total == whole.n else Relation(exact.terms, low=0.0, high=inf)


def _partitions(rows: Rows, definitions: Definitions) -> list[Relation]:
    """The categories of a question with one answer make up its base, with "don't know" where it is shown."""
    relations: list[Relation] = []
    questions: dict[tuple[str, ...], list[EstimateRow]] = defaultdict(list)
    for row in rows:
        if row.estimand == ("share" if row.category else NO_OPINION):
            questions[row.indicator, *domain_of(row)].append(row)
    for parts in questions.values():
        counts = {count_name(row): row.positive or 0 for row in parts}
        if len(counts) < 2 or len({row.n for row in parts}) > 1:
            continue
        whole = adds_up(base_name(parts[0], definitions), counts)
        if parts[0].n == sum(counts.values()):
            relations.append(whole)
        elif is_single_choice(parts[0].indicator, definitions):
            relations.append(Relation(whole.terms, low=0.0, high=inf))
    return relations


def is_single_choice(indicator: str, definitions: Definitions) -> bool:
    """Whether no respondent counts in two categories of the indicator."""
    entry = definitions.indicators.get(indicator)
    rules = [one.plus for one in entry.measures if one.estimand == "share"] if entry else []
    return all(plainly_implies(one, Not(other)) for one, other in combinations(rules, 2))


def _filters(rows: Rows, definitions: Definitions) -> list[Relation]:
    """Who was asked follows from an answer before: a base is that answer's count, or less where some did not answer."""
    shares = {(row.indicator, *domain_of(row)): row for row in rows if row.estimand == "share"}
    relations: list[Relation] = []
    for row in rows:
        indicator, counted = FILTERS.get(asked_by(row, definitions), ("", count_name))
        before = shares.get((indicator, *domain_of(row)))
        if before is None or before.positive is None or row.against:
            continue
        base, count = base_name(row, definitions), counted(before)
        size = before.positive if counted is count_name else before.n - before.positive
        relations.append(adds_up(count, [base]) if row.n == size else at_most(base, count))
    return relations


def _implied(rows: Rows, definitions: Definitions, conditions: Mapping[str, RuleNode]) -> Iterator[Relation]:
    """A count is at most that of an answer which it implies, and at most the rest where it excludes the answer."""
    counted: dict[Domain, dict[What, EstimateRow]] = defaultdict(dict)
    for row in rows:
        if row.estimand in COUNTED and row.positive is not None:
            counted[domain_of(row)][_what(row)] = row
    pairs = implied_pairs(definitions, conditions) if counted else ()
    unions = implied_unions(definitions, conditions) if counted else ()
    for here in counted.values():
        for part, wholes in unions:
            if part in here and all(whole in here for whole in wholes):
                terms = ((count_name(here[part]), 1.0), *((count_name(here[whole]), -1.0) for whole in wholes))
                yield Relation(terms, low=-inf, high=0.0)
        for part, whole, is_rest in pairs:
            if part in here and whole in here:
                yield at_most(count_name(here[part]), (complement_name if is_rest else count_name)(here[whole]))


@once_for_each
def implied_unions(
    definitions: Definitions, conditions: Mapping[str, RuleNode]
) -> Sequence[tuple[What, Sequence[What]]]:
    """Counts that are at most the sum of an indicator's categories: whoever is counted is in at least one of them.

    Left out is who was asked for an answer that has a union of its own: a base is at most that answer's count.
    """
    measures = [one for one in definitions.measures if one.estimand in COUNTED and one.minus is None]
    by_indicator: dict[tuple[str, str], list[Measure]] = defaultdict(list)
    for one in measures:
        by_indicator[one.estimand, one.indicator].append(one)
    unions = [
        (wholes, plain(joined(Or, [joined(And, [*base_of(one), one.plus]) for one in wholes]), conditions))
        for wholes in by_indicator.values()
        if len(wholes) > 1
    ]
    found: list[tuple[What, list[What]]] = []
    for part in measures:
        here = plain(joined(And, [*base_of(part), part.plus]), conditions)
        for wholes, union in unions:
            if part not in wholes and part.asked is None and plainly_implies(here, union):
                found.append((named(part), [named(one) for one in wholes]))
    return found


@once_for_each
def implied_pairs(definitions: Definitions, conditions: Conditions) -> Sequence[tuple[What, What, bool]]:
    """Counts by (estimand, indicator, category) of which the first is at most the second, or its complement (True).

    Left out is what other relations say: that a base is of those who were asked, and that the answers of one question
    exclude one another.
    """
    measures = [one for one in definitions.measures if one.estimand in COUNTED and one.minus is None]
    names = [named(one) for one in measures]
    based = [joined(And, base_of(one)) for one in measures]
    bases = [plain(base, conditions) for base in based]
    heres = [plain(joined(And, [base, one.plus]), conditions) for base, one in zip(based, measures, strict=True)]
    yes = [plain(one.plus, conditions) for one in measures]
    no = [plain(Not(one.plus), conditions) for one in measures]
    read = [item_references(here) for here in heres]
    decisive = [item_references(one) for one in yes]
    filters = {indicator for indicator, _count in FILTERS.values()}
    found = []
    for part, here in enumerate(heres):
        for whole, base in enumerate(bases):
            if part == whole or (measures[part].asked and names[whole][1] in filters):
                continue
            if not read[part] & decisive[whole]:
                continue
            if not plainly_implies(here, base):
                continue
            if plainly_implies(here, yes[whole]):
                found.append((names[part], names[whole], False))
            elif names[part][1] != names[whole][1] and plainly_implies(here, no[whole]):
                found.append((names[part], names[whole], True))
    return found


def by_place(rows: Rows) -> dict[Domain, dict[What, EstimateRow]]:
    """The figures of each country and of each of its parts; without comparisons."""
    found: dict[Domain, dict[What, EstimateRow]] = defaultdict(dict)
    for row in rows:
        if not row.against:
            found[domain_of(row)][_what(row)] = row
    return found


def index_relations(rows: Rows, definitions: Definitions, conditions: Mapping[str, RuleNode]) -> list[Relation]:
    """An index that is a sum of published counts: while it is shown it bounds the sum of those that are not."""
    indices = [row for row in rows if row.estimand == "index"]
    apart = taken_apart(definitions, conditions) if indices else {}
    places = by_place(rows)
    found = [
        index_sum(row, apart[row.indicator], places[domain_of(row)])
        for row in indices
        if row.indicator in apart and apart[row.indicator].is_counted
    ]
    return [relation for relation in found if relation is not None]


def index_sum(row: EstimateRow, parts: Parts, here: Mapping[What, EstimateRow]) -> Relation | None:
    """What the printed index says of its counts, to half its last decimal; None where one of them is not there."""
    terms: list[tuple[str, float]] = []
    exact = 0.0
    for part in parts.parts:
        slope = part.weight * line_of(part.component, parts.index).slope
        for what, sign in part.counts:
            counted = here.get(what)
            base = counted.n if counted is not None and parts.index.unit is Unit.DOMAIN else row.n
            if counted is None or counted.positive is None or not base:
                return None
            terms.append((count_name(counted), sign * slope / base))
            exact += sign * slope / base * counted.positive
    unit = max(abs(factor) for _name, factor in terms)  # so that the factors are near 1, as in sums
    terms = [(name, factor / unit) for name, factor in terms]
    low, high = (exact - HALF_A_DECIMAL) / unit, (exact + HALF_A_DECIMAL) / unit
    return Relation(tuple(terms), low, high, needs="|".join(row.key))
