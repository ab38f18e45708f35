"""Which values their own counts forbid to show: thresholds, all-or-none answers, dominance where money is summed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a value is withheld. Told to the desk; the public sees one mark, since the reason is itself a hint."""

    SMALL_BASE = "small_base"  # fewer than 5 answers in the base
    FEW_ANSWERS = "few_answers"  # fewer than 30 answers in the base
    SMALL_COUNT = "small_count"  # fewer than 5 answers behind the value
    SMALL_COMPLEMENT = "small_complement"  # fewer than 5 answers behind its complement
    LINKED = "linked"  # derived together with a withheld value
    SECOND = "second"  # would give a withheld value away
    NOT_ESTIMATED = "not_estimated"  # the run gave no value


@dataclass(frozen=True)
class Rule:
    """The thresholds, as the release states them."""

    minimum_base: int = 30
    minimum_count: int = 5
    narrow: int = 3  # an interval narrower than this around a small count gives it away


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
