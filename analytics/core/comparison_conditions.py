"""Whether two barometers' figures may stand side by side, from the conditions that each was made under.

Whether one item is still the same from wave to wave is said in `comparability`; here it is whether unit, population,
scale, reference period, mode and weighting are alike.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from analytics.core.arrays import InputError

UNKNOWN = "unknown"  # nobody has said; what is not known is never taken to be the same


class Verdict(StrEnum):
    ALLOWED = "allowed"
    WITH_NOTE = "allowed_with_note"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a difference in a condition does to a comparison."""

    NOTE = "note"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Population:
    """Whom the figures are of: levels of government, and the sectors in them, in one common list of sectors."""

    levels: frozenset[str]
    sectors: frozenset[str]

    def within(self, levels: Collection[str] | None, sectors: Collection[str] | None) -> "Population":
        """The part in these levels and sectors; None takes all of them."""
        return Population(
            self.levels if levels is None else self.levels & frozenset(levels),
            self.sectors if sectors is None else self.sectors & frozenset(sectors),
        )

    def __str__(self) -> str:
        return f"{', '.join(sorted(self.levels)) or 'no level'}: {', '.join(sorted(self.sectors)) or 'no sector'}"


@dataclass(frozen=True)
class Conditions:
    """What a figure of an indicator, wave and country was made under, each in a word; UNKNOWN where nobody says.

    `separable` names the parts of the population that figures can be had for apart: "levels", "sectors".
    """

    unit: str  # workplace, organisation, person
    population: Population
    scale: str  # the wording and the answers: a word that is equal where they are
    reference_period: str
    mode: str
    weighting: str
    separable: frozenset[str] = frozenset({"levels", "sectors"})


@dataclass(frozen=True)
class Reason:
    """A condition that differs, the two values and what follows from it."""

    condition: str
    one: str
    other: str
    effect: Effect


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


# Another unit, population or scale is another figure, whatever anybody says.
ALWAYS_REFUSED = ("unit", "population", "scale")
EFFECTS: Mapping[str, Effect] = {
    "reference_period": Effect.REFUSE,
    "mode": Effect.NOTE,
    "weighting": Effect.NOTE,
}
READ: Mapping[str, Callable[[Conditions], str]] = {
    "unit": lambda given: given.unit,
    "population": lambda given: str(given.population),
    "scale": lambda given: given.scale,
    "reference_period": lambda given: given.reference_period,
    "mode": lambda given: given.mode,
    "weighting": lambda given: given.weighting,
}


def compare(one: Conditions, other: Conditions, *, effects: Mapping[str, Effect] | None = None) -> Finding:
    """Allowed where all is alike; with a note, or refused, with a reason for each condition that differs.

    Unit, population and scale refuse. Reference period refuses, mode and weighting are notes, unless `effects` says
    otherwise. What is unknown on a side differs from everything, also from what is unknown on the other. InputError
    for an effect on another condition.
    """
    stated = {**EFFECTS, **(effects or {})}
    wrong = sorted(set(stated) - set(EFFECTS))
    if wrong:
        raise InputError(
            f"effects.{wrong[0]}",
            expected=f"one of {', '.join(EFFECTS)}",
            got=repr(wrong[0]),
            hint="Another unit, population or scale is always refused.",
        )
    reasons = []
    for name, read in READ.items():
        first, second = read(one), read(other)
        if first != second or UNKNOWN in (first, second):
            effect = Effect.REFUSE if name in ALWAYS_REFUSED else Effect(stated[name])
            reasons.append(Reason(name, first, second, effect))
    if not reasons:
        return Finding(Verdict.ALLOWED)
    refused = any(reason.effect is Effect.REFUSE for reason in reasons)
    return Finding(Verdict.REFUSED if refused else Verdict.WITH_NOTE, tuple(reasons))


@dataclass(frozen=True)
class Preset:
    """A comparison that somebody has thought through: of which parts of both, under which weights.

    `levels` and `sectors` are the common part (None: all); `weighting` is how both are weighed again where they can be;
    `concordance` is a sector of the second source -> the common one.
    """

    key: str
    between: tuple[str, str]  # keys of the sources
    levels: frozenset[str] | None = None
    sectors: frozenset[str] | None = None
    weighting: str = ""
    concordance: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    note: str = ""


def compare_by(preset: Preset, one: Conditions, other: Conditions) -> Finding:
    """The comparison that the preset describes: of the common part of both populations, weighed as it says.

    InputError for a sector of the second that the concordance does not name.
    """
    if preset.concordance:
        other = replace(other, population=_translated(other.population, preset))
    return compare(_part(one, preset), _part(other, preset), effects=preset.effects)


def _part(given: Conditions, preset: Preset) -> Conditions:
    """The part of a source that the preset compares; what it cannot be had for apart stays whole."""
    levels = preset.levels if "levels" in given.separable else None
    sectors = preset.sectors if "sectors" in given.separable else None
    weighting = preset.weighting if preset.weighting and "sectors" in given.separable else given.weighting
    return replace(given, population=given.population.within(levels, sectors), weighting=weighting)


def _translated(population: Population, preset: Preset) -> Population:
    unknown = sorted(population.sectors - set(preset.concordance))
    if unknown:
        raise InputError(
            f"{preset.key}.concordance",
            expected=f"a common sector for each of {', '.join(sorted(population.sectors))}",
            got=f"none for {unknown[0]!r}",
            hint="Say which sector it is, or that there is none like it.",
        )
    return replace(population, sectors=frozenset(preset.concordance[sector] for sector in population.sectors))
