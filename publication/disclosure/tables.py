"""Which values of one-way tables are withheld, and why: thresholds first, then what would give them away.

Unweighted counts decide; the values themselves are the run's weighted estimates. The rule: a base of fewer than 30
answers is withheld, so is a value with fewer than 5 answers behind it or behind its complement, and so is a second
value wherever the totals would give the first away, or would show that it is 1, 2, 3 or 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from publication.disclosure.attack import Relation, attack, span


class Reason(StrEnum):
    """Why a value is withheld. Told to the desk; the public sees one mark, since the reason is itself a hint."""

    SMALL_BASE = "small_base"  # fewer than 5 answers in the base
    FEW_ANSWERS = "few_answers"  # fewer than 30 answers in the base
    SMALL_COUNT = "small_count"  # fewer than 5 answers behind the value
    SMALL_COMPLEMENT = "small_complement"  # fewer than 5 answers behind its complement
    LINKED = "linked"  # derived together with a withheld value
    SECOND = "second"  # would give a withheld value away
    IMPRECISE = "imprecise"  # the interval is too wide to say anything
    NOT_ESTIMATED = "not_estimated"  # the run gave no value


class Unprotectable(Exception):
    """Nothing is left to withhold and a withheld count can still be worked out."""


@dataclass(frozen=True)
class Rule:
    """The thresholds, as the release states them."""

    minimum_base: int = 30
    minimum_count: int = 5


@dataclass(frozen=True)
class Cell:
    """A published value and the unweighted counts that showing it gives away.

    `base`, `count` and `complement` (the rest of the base) name the counts (equal names are one count); cells of one
    `group` are shown or withheld together; `follows` names cells it is computed from and cannot outlive. `shows` are
    further counts that the cell gives away but that need no protection of their own; a minor cell is given up before
    any other.
    """

    id: str
    n: int
    base: str
    positive: int | None = None
    count: str = ""
    complement: str = ""
    group: str = ""
    follows: tuple[str, ...] = ()
    estimated: bool = True
    shows: Mapping[str, int] = field(default_factory=dict)
    is_minor: bool = False

    @property
    def gives_away(self) -> dict[str, int]:
        given = {self.base: self.n, **self.shows}
        if self.positive is not None:
            given[self.count] = self.positive
            if self.complement:
                given[self.complement] = self.n - self.positive
        return given


def primary(cell: Cell, rule: Rule) -> Reason | None:
    """Why the cell's own counts forbid to show it, or None."""
    positive = rule.minimum_count if cell.positive is None else cell.positive
    complement = rule.minimum_count if cell.positive is None else cell.n - cell.positive
    checks = (
        (not cell.estimated, Reason.NOT_ESTIMATED),
        (cell.n < rule.minimum_count, Reason.SMALL_BASE),
        (cell.n < rule.minimum_base, Reason.FEW_ANSWERS),
        (positive < rule.minimum_count, Reason.SMALL_COUNT),
        (complement < rule.minimum_count, Reason.SMALL_COMPLEMENT),
    )
    return next((reason for fails, reason in checks if fails), None)


def protect(
    cells: Sequence[Cell],
    relations: Sequence[Relation],
    rule: Rule | None = None,
    *,
    given: Mapping[str, Reason] | None = None,
) -> dict[str, Reason]:
    """The cells to withhold, each with its reason; `given` are withheld from the start.

    After the thresholds the attack is run on what would be shown; while it finds a count of a withheld cell, or finds
    it to be one of the small counts, the cheapest count that it used (fewest answers lost) is withheld with every
    cell that shows it.

    Errors: Unprotectable when the attack still succeeds and nothing is left to withhold.
    """
    rule = rule or Rule()
    withheld = {**(given or {}), **{cell.id: reason for cell in cells if (reason := primary(cell, rule))}}
    _link(cells, withheld)
    while broken := found(cells, relations, withheld, rule):
        active = _active(relations, withheld)
        victims = _cheapest(cells, active, withheld, start=min(broken))
        if not victims:
            raise Unprotectable(f"{min(broken)} follows from the published totals and nothing is left to withhold.")
        withheld.update(dict.fromkeys(victims, Reason.SECOND))
        _link(cells, withheld)
    return withheld


def found(
    cells: Sequence[Cell], relations: Sequence[Relation], withheld: Mapping[str, Reason], rule: Rule | None = None
) -> dict[str, tuple[int, int]]:
    """Counts of withheld cells that follow from the cells that are shown: exactly, or as a small count that is not 0.

    The least and the largest that each can be; small is below the rule's minimum. A range that begins at 0 says no
    more than the mark of a withheld value says by itself.
    """
    rule = rule or Rule()
    known, hidden = known_counts(cells, withheld)
    active = _active(relations, withheld)
    broken = {name: (value, value) for name, value in attack(known, active).items() if name in hidden}
    for name, value in hidden.items():
        if name not in broken and 0 < value < rule.minimum_count:
            low, high = span(known, list(_connected(active, known, name)), name)
            if low > 0 and high < rule.minimum_count:
                broken[name] = (int(low), int(high))
    return broken


def known_counts(cells: Sequence[Cell], withheld: Mapping[str, Reason]) -> tuple[dict[str, int], dict[str, int]]:
    """What the shown cells give away, and the counts that stand in withheld cells alone."""
    known: dict[str, int] = {}
    hidden: dict[str, int] = {}
    for cell in cells:
        if cell.id in withheld:
            hidden.update({name: value for name, value in cell.gives_away.items() if name not in cell.shows})
        else:
            known.update(cell.gives_away)
    return known, {name: value for name, value in hidden.items() if name not in known}


def _active(relations: Sequence[Relation], withheld: Mapping[str, Reason]) -> list[Relation]:
    return [relation for relation in relations if relation.needs not in withheld]


def _link(cells: Sequence[Cell], withheld: dict[str, Reason]) -> None:
    """Withhold what shares a group with a withheld cell or is computed from one, to the end of the chain."""
    while True:
        groups = {cell.group for cell in cells if cell.group and cell.id in withheld}
        linked = [
            cell.id
            for cell in cells
            if cell.id not in withheld and (cell.group in groups or any(other in withheld for other in cell.follows))
        ]
        if not linked:
            return
        withheld.update(dict.fromkeys(linked, Reason.LINKED))


def _cheapest(
    cells: Sequence[Cell], relations: Sequence[Relation], withheld: Mapping[str, Reason], *, start: str
) -> list[str]:
    """The shown cells whose loss takes away one thing used against `start`, at the fewest answers lost."""
    shown = [cell for cell in cells if cell.id not in withheld]
    known, _ = known_counts(cells, withheld)
    used = list(_connected(relations, known, start))
    names = sorted({name for relation in used for name in relation.counts if name in known})
    options = [[cell.id for cell in shown if name in cell.gives_away] for name in names]
    options += [[cell.id] for cell in shown if any(relation.needs == cell.id for relation in used)]
    options = [option for option in options if option]
    return min(options, key=lambda option: (_answers_lost(cells, withheld, option), option), default=[])


def _answers_lost(cells: Sequence[Cell], withheld: Mapping[str, Reason], option: Sequence[str]) -> int:
    """Answers behind everything that goes when the option goes."""
    after = {**withheld, **dict.fromkeys(option, Reason.SECOND)}
    _link(cells, after)
    return sum(cell.n for cell in cells if cell.id in after and cell.id not in withheld and not cell.is_minor)


def _connected(relations: Sequence[Relation], known: Mapping[str, int], start: str) -> Iterator[Relation]:
    """The relations that reach `start` through counts that are not known."""
    reached, waiting = {start}, list(relations)
    moved = True
    while moved:
        moved = False
        for relation in list(waiting):
            if reached & set(relation.counts):
                reached |= set(relation.counts) - set(known)
                waiting.remove(relation)
                moved = True
                yield relation
