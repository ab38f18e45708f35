"""Estimates as cells of the disclosure rule: which counts each published value gives away, and how they add up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from analytics.core.definitions import NO_OPINION, Definitions
from analytics.core.results import EstimateRow, Key
from publication.disclosure.attack import Relation, adds_up, at_most
from publication.disclosure.tables import Cell, Reason, Rule, primary, protect
from publication.work.material import SECTOR_TABLES, Material
from surveys.instrument.rule_text import to_text

COUNTED = ("share", "driver", "barrier")
BALANCED = ("driver", "barrier", "net_balance")
DERIVED = ("difference", "change")
HALF_A_DECIMAL = 0.05
EVERYBODY = "all"


@dataclass(frozen=True)
class Protection:
    """What is withheld and why, with the cells and relations that the attack was made on."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    withheld: Mapping[str, Reason]


def cell_id(key: Key) -> str:
    return "|".join(key)


def published(rows: Iterable[EstimateRow]) -> list[EstimateRow]:
    """The rows that have a place in a table: countries as a whole, sectors for the indicators that have them."""
    return [row for row in rows if not row.sector or (row.estimand == "share" and row.indicator in SECTOR_TABLES)]


def protected(material: Material, rule: Rule | None = None) -> Protection:
    """The rule applied to everything the release would show, together with what the wave before withholds."""
    rows = published(material.rows)
    former = _withheld_before(material, rule)
    given = {
        cell_id(row.key): Reason.LINKED
        for row in rows
        if row.estimand == "change"
        and (former is None or any(key in former for key in _compared(row, material.definitions)))
    }
    given |= _by_subtraction(rows, material, rule or Rule())
    cells = cells_of(rows, material.definitions, rule)
    relations = relations_of(rows, material.definitions)
    return Protection(tuple(cells), tuple(relations), protect(cells, relations, rule, given=given))


def _by_subtraction(rows: Sequence[EstimateRow], material: Material, rule: Rule) -> dict[str, Reason]:
    """Differences that would tell of too few answers outside the common part.

    The figure of the common part follows from a difference and the other country's figure, and taken from the
    country's own figure it leaves that of the rest, which no table shows.
    """
    parts = {(part.indicator, part.country): part for part in material.parts}
    whole = {row.key: row for row in rows}
    found: dict[str, Reason] = {}
    for row in rows:
        if row.estimand != "difference":
            continue
        for key in _compared(row, material.definitions):
            part, own = parts.get((row.indicator, key[3])), whole.get(key)
            if part is not None and own is not None and (reason := _rest_forbids(own, part, rule)):
                found[cell_id(row.key)] = reason
    return found


def _rest_forbids(whole: EstimateRow, part: EstimateRow, rule: Rule) -> Reason | None:
    """Why the answers of the whole that are not of the part may not follow; None where there is none, or enough."""
    n = whole.n - part.n
    if n == 0:
        return None
    positive = None if whole.positive is None or part.positive is None else whole.positive - part.positive
    rest = Cell(id="", n=n, base="", positive=positive)
    return primary(rest, replace(rule, minimum_base=rule.minimum_count))  # 30 answers are asked of figures shown


def _withheld_before(material: Material, rule: Rule | None) -> set[Key] | None:
    """What the rule withholds of the wave before; None when that wave is not known, so that no change is shown."""
    if material.before is None:
        return None
    rows = [row for row in published(material.before) if row.estimand not in DERIVED]
    withheld = protect(cells_of(rows, material.definitions, rule), relations_of(rows, material.definitions), rule)
    return {row.key for row in rows if cell_id(row.key) in withheld}


def cells_of(rows: Sequence[EstimateRow], definitions: Definitions, rule: Rule | None = None) -> list[Cell]:
    """One cell a row, and for each share beside a "don't know" the remaining answers, which follow by subtraction."""
    cells = [_cell(row, definitions) for row in rows]
    small = {cell.id for cell in cells if primary(cell, rule or Rule())}
    for share, no_opinion in _beside_no_opinion(rows):
        if cell_id(share.key) not in small:
            cells.append(
                Cell(
                    id=f"rest|{cell_id(share.key)}",
                    n=share.n,
                    base=_base(share, definitions),
                    positive=share.n - (share.positive or 0) - (no_opinion.positive or 0),
                    count=_rest(share),
                    group=_group(no_opinion),
                    follows=(cell_id(share.key),),
                    is_minor=True,
                )
            )
    return cells


def _beside_no_opinion(rows: Sequence[EstimateRow]) -> list[tuple[EstimateRow, EstimateRow]]:
    """Each share with the "don't know" of its category, or of its question as a whole, where the bases are equal."""
    found = {_place(row): row for row in rows if row.estimand == NO_OPINION and row.positive is not None}
    pairs = []
    for row in rows:
        if row.estimand == "share" and row.positive is not None:
            beside = found.get(_place(row)) or found.get((row.indicator, "", row.country, row.sector))
            if beside and beside.n == row.n:
                pairs.append((row, beside))
    return pairs


def _cell(row: EstimateRow, definitions: Definitions) -> Cell:
    opinion = row.estimand != NO_OPINION
    return Cell(
        id=cell_id(row.key),
        n=row.n,
        base=_base(row, definitions) if row.estimand not in DERIVED else f"n|{cell_id(row.key)}",
        # "Don't know" and "not relevant" say nothing about the workplace: only their base is held to the rule.
        positive=row.positive if row.estimand in COUNTED else None,
        count=_count(row) if row.estimand in COUNTED else "",
        complement=_complement(row) if row.estimand in COUNTED else "",
        shows={} if opinion or row.positive is None else {_count(row): row.positive},
        group=_group(row),
        follows=tuple(cell_id(key) for key in _compared(row, definitions)) if row.estimand in DERIVED else (),
        estimated=row.value is not None,
        is_minor=not opinion,
    )


def _place(row: EstimateRow) -> tuple[str, str, str, str]:
    return row.indicator, row.category, row.country, row.sector


def _base(row: EstimateRow, definitions: Definitions) -> str:
    """Equal bases of equal size are one count: what one table shows of it, it shows for all.

    Equal are bases of the same respondents asked: all of them, those who are innovative, and so on.
    """
    return f"n|{_asked(row, definitions)}|{row.country}|{row.sector}|{row.n}"


def _asked(row: EstimateRow, definitions: Definitions) -> str:
    """Whom the question of the row was for, by the name or the text of the rule."""
    entry = definitions.indicators.get(row.indicator) or definitions.indices[row.indicator]
    asked = entry.measures[0].asked
    return EVERYBODY if asked is None else to_text(asked)


def _count(row: EstimateRow) -> str:
    return f"x|{row.estimand}|{'|'.join(_place(row))}"


def _complement(row: EstimateRow) -> str:
    return f"not|{row.estimand}|{'|'.join(_place(row))}"


# Whom a question is for -> the indicator that says how many they are, and which of its counts.
FILTERS: Mapping[str, tuple[str, Callable[[EstimateRow], str]]] = {
    "innovative": ("innovative", _count),
    "not_innovative": ("innovative", _complement),
    "unfinished_work": ("unfinished_work", _count),
}


def _rest(share: EstimateRow) -> str:
    return f"rest|{'|'.join(_place(share))}"


def _group(row: EstimateRow) -> str:
    place = "|".join(_place(row))
    if row.estimand in BALANCED:
        return f"balance|{place}"
    return f"no_opinion|{place}" if row.estimand == NO_OPINION else ""


def _compared(row: EstimateRow, definitions: Definitions) -> tuple[Key, ...]:
    """The estimates that a difference or change is made of; for a change the key is the same in both waves."""
    indicator = definitions.indicators.get(row.indicator)
    headline = indicator.headline if indicator else "index"
    countries = (row.country, row.against) if row.estimand == "difference" else (row.country,)
    return tuple((headline, row.indicator, row.category, country, row.sector, "") for country in countries)


def relations_of(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """How the counts hang together, as everybody who reads the tables knows it."""
    relations = [
        *_within_base(rows, definitions),
        *_sectors(rows, definitions),
        *_partitions(rows, definitions),
        *_filters(rows, definitions),
        *_indices(rows, definitions),
    ]
    return list(dict.fromkeys(relations))


def _within_base(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """A count and its complement make up the base; so do what promoted, what hindered and what did neither."""
    relations = [
        adds_up(_base(row, definitions), [_count(row), _complement(row)]) for row in rows if row.estimand in COUNTED
    ]
    for share, no_opinion in _beside_no_opinion(rows):
        relations.append(adds_up(_base(share, definitions), [_count(share), _count(no_opinion), _rest(share)]))
    by_place: dict[tuple[str, ...], dict[str, EstimateRow]] = defaultdict(dict)
    for row in rows:
        if row.estimand in ("driver", "barrier", NO_OPINION):
            by_place[_place(row)][row.estimand] = row
    for parts in by_place.values():
        if {"driver", "barrier"} <= set(parts):
            terms = tuple((_count(row), 1.0) for row in parts.values())
            base = _base(parts["driver"], definitions)
            relations.append(Relation(terms=(*terms, (base, -1.0)), low=0.0 if NO_OPINION in parts else -inf))
    return relations


def _sectors(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """Sectors make up their country, in the base, in the count and in its complement."""
    relations: list[Relation] = []
    totals = {(row.indicator, row.category, row.country): row for row in rows if _is_share(row) and not row.sector}
    for key, total in totals.items():
        parts = [row for row in rows if _is_share(row) and row.sector and _place(row)[:3] == key]
        if parts and sum(part.n for part in parts) == total.n:
            relations.append(adds_up(_base(total, definitions), [_base(part, definitions) for part in parts]))
            relations.append(adds_up(_count(total), [_count(part) for part in parts]))
            relations.append(adds_up(_complement(total), [_complement(part) for part in parts]))
    return relations


def _partitions(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """The categories of a question with one answer make up its base, with "don't know" where it is shown."""
    relations: list[Relation] = []
    questions: dict[tuple[str, str, str], list[EstimateRow]] = defaultdict(list)
    for row in rows:
        if row.estimand == ("share" if row.category else NO_OPINION):
            questions[row.indicator, row.country, row.sector].append(row)
    for parts in questions.values():
        counts = {_count(row): row.positive or 0 for row in parts}
        if len(counts) > 1 and {row.n for row in parts} == {sum(counts.values())}:
            relations.append(adds_up(_base(parts[0], definitions), counts))
    return relations


def _filters(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """Who was asked follows from an answer before: a base is that answer's count, or less where some did not answer."""
    shares = {(row.indicator, row.country): row for row in rows if _is_share(row) and not row.sector}
    relations: list[Relation] = []
    for row in rows:
        indicator, counted = FILTERS.get(_asked(row, definitions), ("", _count))
        before = shares.get((indicator, row.country))
        if before is None or row.sector or before.positive is None:
            continue
        base, count = _base(row, definitions), counted(before)
        size = before.positive if counted is _count else before.n - before.positive
        relations.append(adds_up(count, [base]) if row.n == size else at_most(base, count))
    return relations


def _indices(rows: Sequence[EstimateRow], definitions: Definitions) -> list[Relation]:
    """An index is the mean of balances: while it is shown it bounds the one balance that is not."""
    relations: list[Relation] = []
    for row in rows:
        index = definitions.indices.get(row.indicator)
        if row.estimand != "index" or index is None or row.sector:
            continue
        parts = [
            part
            for part in rows
            if part.indicator == index.of and part.country == row.country and part.estimand in ("driver", "barrier")
        ]
        if not parts or any(part.positive is None or not part.n for part in parts):
            continue
        sign = {"driver": 1.0, "barrier": -1.0}
        terms = tuple((_count(part), sign[part.estimand] / part.n) for part in parts)
        exact = sum(sign[part.estimand] / part.n * (part.positive or 0) for part in parts)
        width = HALF_A_DECIMAL / index.scale * (index.goalposts[1] - index.goalposts[0])
        slack = width * len(parts) / 2
        relations.append(Relation(terms=terms, low=exact - slack, high=exact + slack, needs=cell_id(row.key)))
    return relations


def _is_share(row: EstimateRow) -> bool:
    return row.estimand == "share"
