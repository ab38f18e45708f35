"""The disclosure rule applied to what a release would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.core.precision import Precision
from analytics.core.results import EstimateRow, Key
from publication.disclosure.attack import Relation
from publication.disclosure.attack_report import AttackReport, attack_all
from publication.disclosure.tables import Cell, Reason, Rule, found, known_counts, primary, protect
from publication.work.cell_rows import DERIVED, cell_id, cells_of, compared
from publication.work.ledgers import Past, renamed, under
from publication.work.material import Material
from publication.work.relations import relations_of

EARLIER = "earlier|"  # ids of what stands in no table of the release: counts that earlier ones withhold


@dataclass(frozen=True)
class Protection:
    """What is withheld and why, with the cells and relations that the attack was made on."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    withheld: Mapping[str, Reason]
    past: Past = field(default_factory=Past)
    lost: frozenset[str] = frozenset()  # counts that follow from earlier publications alone


def protected(material: Material, rule: Rule | None = None, past: Past | None = None) -> Protection:
    """The rule applied to everything the release would show, together with what was published before.

    Errors: Unprotectable, Contradiction: see `publication.disclosure.tables.protect`.
    """
    rows, past = material.rows, past or Past()
    former = _withheld_before(material, rule)
    given = {
        cell_id(row.key): Reason.LINKED
        for row in rows
        if row.estimand == "change"
        and (former is None or any(key in former for key in compared(row, material.definitions)))
    }
    given |= {cell_id(row.key): Reason.IMPRECISE for row in rows if Precision.WITHHOLD in row.flags}
    given |= _by_subtraction(rows, material, rule or Rule()) | dict(past.given)
    own = [under(cell, past.prefix, past.shows.get(cell.id)) for cell in cells_of(rows, material.definitions, rule)]
    relations = relations_of(rows, material.definitions, material.instrument.conditions)
    return with_past(own, [renamed(relation, past.prefix) for relation in relations], given, past, rule or Rule())


def with_past(
    own: Sequence[Cell], within: Sequence[Relation], given: Mapping[str, Reason], past: Past, rule: Rule
) -> Protection:
    """The rule applied to cells under the names of the ledger, `within` the relations between them.

    What follows from the past alone is lost; of the rest nothing may follow from past and cells together.
    """
    named = {name for cell in own for name in cell.gives_away}
    earlier = [
        Cell(id=f"{EARLIER}{name}", n=value, base=name) for name, value in past.hidden.items() if name not in named
    ]
    cells, relations = [*own, *earlier], [*within, *past.relations]
    known = past.ledger.known()
    everything = [*relations, *past.ledger.all_relations()]
    hidden = {cell.id: Reason.LINKED for cell in cells if cell.id.startswith(EARLIER)}
    lost = found(cells, everything, [cell.id for cell in cells], rule, known=known) if everything and known else {}
    withheld = protect(cells, everything, rule, given={**given, **hidden}, known=known, lost=lost.keys())
    return Protection(tuple(cells), tuple(relations), withheld, past, frozenset(lost))


def attacked(protection: Protection, source: str = "release", rule: Rule | None = None) -> AttackReport:
    """The attack on everything published with the release that is called `source`: see `attack_all`.

    Counts that follow from earlier publications alone are not attacked again; the release adds nothing to them.
    """
    past, withheld = protection.past, protection.withheld
    known, hidden = known_counts(protection.cells, withheld)
    before = past.ledger.known()
    active = [relation for relation in protection.relations if relation.needs not in withheld]
    ledger = past.ledger.with_published(source, known, active)
    left = {name: value for name, value in hidden.items() if name not in before and name not in protection.lost}
    return attack_all(ledger, left, (), rule)


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
        for key in compared(row, material.definitions):
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
    relations = relations_of(rows, material.definitions, material.instrument.conditions)
    withheld = protect(cells_of(rows, material.definitions, rule), relations, rule)
    return {row.key for row in rows if cell_id(row.key) in withheld}
