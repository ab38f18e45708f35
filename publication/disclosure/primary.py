"""Which values their own counts forbid to show: thresholds, all-or-none answers, dominance where money is summed."""

from collections.abc import Mapping, Sequence
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
    NAMED = "named"  # fewer than 5 answers behind the value beside workplaces that published cases name
    IMPRECISE = "imprecise"  # the interval is too wide to say anything
    NOT_ESTIMATED = "not_estimated"  # the run gave no value
    ALL_OR_NONE = "all_or_none"  # everybody in the group answered alike
    DOMINANCE = "dominance"  # one or two of the units make up most of a sum
    NO_ROOM = "no_room"  # an index too near what the shown counts allow at least, or at most


@dataclass(frozen=True)
class Rule:
    """The thresholds, as the release states them."""

    minimum_base: int = 30
    minimum_count: int = 5
    narrow: int = 3  # an interval narrower than this around a small count gives it away
    dominant: tuple[int, float] = (1, 0.85)  # (n, k): a sum of which the n largest make up k or more is withheld
    percent: float = 10.0  # p: nobody may estimate another's contribution to within p per cent


@dataclass(frozen=True)
class Cell:
    """A published value and the unweighted counts that showing it gives away.

    `base`, `count` and `complement` (the rest of the base) name the counts (equal names are one count); cells of one
    `group` are shown or withheld together; `follows` names cells it is computed from and cannot outlive. `shows` are
    further counts that the cell gives away but that need no protection of their own; a minor cell is given up before
    any other. `forbidden`: a reason that the counts named here do not tell.
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
    forbidden: Reason | None = None

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
    return next((reason for fails, reason in checks if fails), cell.forbidden)


def all_or_none(n: int, positive: int) -> Reason | None:
    """Whether a share of 0 or 100 per cent says of every unit of the group what it answered.

    For answers that are held to no least count of their own: where the rule asks for 5 on each side, 0 is too few
    already. A group of nobody tells nothing. Errors: ValueError when positive is not from 0 to n.
    """
    if not 0 <= positive <= n:
        raise ValueError(f"positive: expected a count from 0 to n = {n}, got {positive}. Pass unweighted counts.")
    return Reason.ALL_OR_NONE if n and positive in (0, n) else None


def dominance(contributions: Sequence[float], rule: Rule | None = None) -> Reason | None:
    """Whether a sum of money tells too much of its largest contributors: the (n,k) rule and the p% rule together.

    (n,k): the n largest make up k of the sum or more. p%: the second largest subtracts its own from the sum and
    knows the largest to within p per cent, that is, the rest after the two largest is less than p per cent of the
    largest (Hundepool et al. 2012, Statistical Disclosure Control, sec. 4.2). Contributions in any unit, one for each
    unit of the group, unweighted; a sum of 0 tells that all are 0 and is ALL_OR_NONE.
    Errors: ValueError for a negative contribution, for which neither rule is defined.
    """
    rule = rule or Rule()
    if any(one < 0 for one in contributions):
        raise ValueError(
            f"contributions: expected none below 0, got {min(contributions):g}. Neither rule is defined for negative "
            "amounts: publish costs and savings as sums of their own."
        )
    ordered = sorted(contributions, reverse=True)
    total = sum(ordered)
    if not ordered:
        return None
    if total == 0:
        return Reason.ALL_OR_NONE
    largest, share = rule.dominant
    rest = sum(ordered[2:])
    if sum(ordered[:largest]) >= share * total or rest < rule.percent / 100 * ordered[0]:
        return Reason.DOMINANCE
    return None
