"""Estimates as cells of the disclosure rule: which counts each published value gives away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analytics.core.definitions import NO_OPINION, Definitions
from analytics.core.results import EstimateRow, Key
from publication.disclosure.primary import Cell, Rule, primary
from publication.work.index_parts import COUNTED
from publication.work.index_room import held_indices
from publication.work.relations import (
    base_name,
    beside_no_opinion,
    complement_name,
    count_name,
    place_of,
    rest_name,
)
from surveys.instrument.rule_nodes import Node as RuleNode

BALANCED = ("driver", "barrier", "net_balance")
DERIVED = ("difference", "change")


def cell_id(key: Key) -> str:
    return "|".join(key)


def cells_of(
    rows: Sequence[EstimateRow],
    definitions: Definitions,
    rule: Rule | None = None,
    conditions: Mapping[str, RuleNode] | None = None,
) -> list[Cell]:
    """One cell a row, and for each share beside a "don't know" the remaining answers, which follow by subtraction.

    conditions: as of `relations_of`.
    """
    cells = [_cell(row, definitions) for row in rows]
    held = held_indices(rows, definitions, conditions or {}, rule or Rule())
    cells = [
        replace(cell, follows=held[cell.id][0], forbidden=held[cell.id][1]) if cell.id in held else cell
        for cell in cells
    ]
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
        follows=tuple(cell_id(key) for key in compared(row, definitions)) if row.estimand in DERIVED else (),
        estimated=row.value is not None,
        is_minor=not opinion,
    )


def _group(row: EstimateRow) -> str:
    place = "|".join(place_of(row))
    if row.estimand in BALANCED:
        return f"balance|{place}"
    return f"no_opinion|{place}" if row.estimand == NO_OPINION else ""


def compared(row: EstimateRow, definitions: Definitions) -> tuple[Key, ...]:
    """The estimates that a difference or change is made of; for a change the key is the same in both waves."""
    indicator = definitions.indicators.get(row.indicator)
    headline = indicator.headline if indicator else "index"
    countries = (row.country, row.against) if row.estimand == "difference" else (row.country,)
    return tuple((headline, row.indicator, row.category, country, row.sector, "") for country in countries)
