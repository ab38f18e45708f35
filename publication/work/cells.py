"""Estimates as cells of the disclosure rule: which counts each published value gives away, and how they add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.core.definitions import NO_OPINION, Definitions
from analytics.core.precision import Precision
from analytics.core.results import EstimateRow, Key
from publication.disclosure.attack import Relation
from publication.disclosure.tables import Cell, Reason, Rule, primary, protect
from publication.work.material import Material
from publication.work.relations import (
    COUNTED,
    base_name,
    beside_no_opinion,
    complement_name,
    count_name,
    place_of,
    relations_of,
    rest_name,
)

BALANCED = ("driver", "barrier", "net_balance")
DERIVED = ("difference", "change")


@dataclass(frozen=True)
class Protection:
    """What is withheld and why, with the cells and relations that the attack was made on."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    withheld: Mapping[str, Reason]


def cell_id(key: Key) -> str:
    return "|".join(key)


def protected(material: Material, rule: Rule | None = None) -> Protection:
    """The rule applied to everything the release would show, together with what the wave before withholds."""
    rows = material.rows
    former = _withheld_before(material, rule)
    given = {
        cell_id(row.key): Reason.LINKED
        for row in rows
        if row.estimand == "change"
        and (former is None or any(key in former for key in _compared(row, material.definitions)))
    }
    given |= {cell_id(row.key): Reason.IMPRECISE for row in rows if Precision.WITHHOLD in row.flags}
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
    rows = [row for row in material.before if row.estimand not in DERIVED]
    withheld = protect(cells_of(rows, material.definitions, rule), relations_of(rows, material.definitions), rule)
    return {row.key for row in rows if cell_id(row.key) in withheld}


def cells_of(rows: Sequence[EstimateRow], definitions: Definitions, rule: Rule | None = None) -> list[Cell]:
    """One cell a row, and for each share beside a "don't know" the remaining answers, which follow by subtraction."""
    cells = [_cell(row, definitions) for row in rows]
    small = {cell.id for cell in cells if primary(cell, rule or Rule())}
    for share, no_opinion in beside_no_opinion(rows):
        if cell_id(share.key) not in small:
            cells.append(
                Cell(
                    id=f"rest|{cell_id(share.key)}",
                    n=share.n,
                    base=base_name(share, definitions),
                    positive=share.n - (share.positive or 0) - (no_opinion.positive or 0),
                    count=rest_name(share),
                    group=_group(no_opinion),
                    follows=(cell_id(share.key),),
                    is_minor=True,
                )
            )
    return cells


def _cell(row: EstimateRow, definitions: Definitions) -> Cell:
    opinion = row.estimand != NO_OPINION
    return Cell(
        id=cell_id(row.key),
        n=row.n,
        base=base_name(row, definitions) if row.estimand not in DERIVED else f"n|{cell_id(row.key)}",
        # "Don't know" and "not relevant" say nothing about the workplace: only their base is held to the rule.
        positive=row.positive if row.estimand in COUNTED else None,
        count=count_name(row) if row.estimand in COUNTED else "",
        complement=complement_name(row) if row.estimand in COUNTED else "",
        shows={} if opinion or row.positive is None else {count_name(row): row.positive},
        group=_group(row),
        follows=tuple(cell_id(key) for key in _compared(row, definitions)) if row.estimand in DERIVED else (),
        estimated=row.value is not None,
        is_minor=not opinion,
    )


def _group(row: EstimateRow) -> str:
    place = "|".join(place_of(row))
    if row.estimand in BALANCED:
        return f"balance|{place}"
    return f"no_opinion|{place}" if row.estimand == NO_OPINION else ""


def _compared(row: EstimateRow, definitions: Definitions) -> tuple[Key, ...]:
    """The estimates that a difference or change is made of; for a change the key is the same in both waves."""
    indicator = definitions.indicators.get(row.indicator)
    headline = indicator.headline if indicator else "index"
    countries = (row.country, row.against) if row.estimand == "difference" else (row.country,)
    return tuple((headline, row.indicator, row.category, country, row.sector, "") for country in countries)
