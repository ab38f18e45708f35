"""On which terms a figure of a run may be set beside a published one.

What counts as alike is decided in `comparison_conditions`; here both sides are first brought to the terms of a preset,
and every liberty that it takes is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from analytics.core.comparison_conditions import Conditions, Effect, Finding, Population, compare

ALL_SECTORS = frozenset({"all"})
OUR_SCALE = "ours"
NO_COUNTERPART = "no_counterpart"


class Scale(StrEnum):
    """How a published question stands to ours; the word of its scale."""

    SAME = OUR_SCALE
    OTHER_WORDING = "other_wording"
    OTHER_SCALE = "other_scale"
    UNKNOWN = "unknown"


class Liberty(StrEnum):
    """A difference that a preset tells instead of refusing."""

    LEVELS_AS_ONE = "levels_as_one"
    SECTORS_NOT_ADJUSTED = "sectors_not_adjusted"


@dataclass(frozen=True)
class Terms:
    """What a preset takes as alike.

    as_one_level: levels of government taken as one. any_sectors: sectors are not held against each other.
    concordance: a sector of theirs -> the common one.
    """

    as_one_level: frozenset[str] = frozenset()
    any_sectors: bool = False
    concordance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowance:
    """What was found, each difference with both values, and the liberties that the preset took."""

    finding: Finding | None = None
    liberties: tuple[Liberty, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.finding is not None and not self.refused

    @property
    def refused(self) -> tuple[str, ...]:
        """The conditions that forbid the comparison."""
        return self._conditions(Effect.REFUSE)

    @property
    def noted(self) -> tuple[str, ...]:
        """The conditions that differ and do not forbid it."""
        return self._conditions(Effect.NOTE)

    def _conditions(self, effect: Effect) -> tuple[str, ...]:
        reasons = self.finding.reasons if self.finding else ()
        return tuple(reason.condition for reason in reasons if reason.effect is effect)


STRICT = Terms()


def compare_on(terms: Terms, ours: Conditions, theirs: Conditions) -> Allowance:
    """Whether a figure of ours and a published one may be compared on these terms.

    Another unit, population, scale or length of the reference period is refused; mode and weighting are noted. What is
    unknown is never taken as the same. A sector of theirs that the concordance does not name has no counterpart, and
    so the populations differ.
    """
    first, second = ours.population, _translated(theirs.population, terms)
    liberties = []
    if first.levels != second.levels and _merged(first, terms).levels == _merged(second, terms).levels:
        first, second = _merged(first, terms), _merged(second, terms)
        liberties.append(Liberty.LEVELS_AS_ONE)
    if first.sectors != second.sectors and terms.any_sectors:
        first, second = replace(first, sectors=ALL_SECTORS), replace(second, sectors=ALL_SECTORS)
        liberties.append(Liberty.SECTORS_NOT_ADJUSTED)
    return Allowance(compare(replace(ours, population=first), replace(theirs, population=second)), tuple(liberties))


def _merged(population: Population, terms: Terms) -> Population:
    """The levels taken as one under one name."""
    apart = population.levels - terms.as_one_level
    together = frozenset({"+".join(sorted(terms.as_one_level))}) if apart != population.levels else frozenset[str]()
    return replace(population, levels=apart | together)


def _translated(population: Population, terms: Terms) -> Population:
    if not terms.concordance or population.sectors == ALL_SECTORS:
        return population
    return replace(
        population, sectors=frozenset(terms.concordance.get(sector, NO_COUNTERPART) for sector in population.sectors)
    )
