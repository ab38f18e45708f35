"""Published waves and figures as frozen values: which there are, what they are set beside, and on which terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.core.definitions import DefinitionError, Definitions
from analytics.core.published import PublishedFigure, PublishedPopulation
from analytics.core.published_terms import Scale, Terms


class NotMapped(StrEnum):
    """Why a published figure has none of ours beside it."""

    NO_QUESTION = "no_question"
    NO_INDICATOR = "no_indicator"
    OTHER_BASE = "other_base"
    NOT_WEIGHTED = "not_weighted"
    NOT_A_SHARE = "not_a_share"


@dataclass(frozen=True, kw_only=True)
class PublishedWave:
    """A wave of another barometer: whose, of when, how it was taken, and the groups it has figures of."""

    key: str
    name: str
    country: str
    source: str
    populations: Mapping[str, PublishedPopulation]
    fieldwork: str = ""
    invited: int | None = None
    response_rate: int | None = None
    second_hand: bool = False
    note: str = ""


@dataclass(frozen=True)
class Target:
    """Our figure that a published one is to be set beside, and how the questions stand to each other."""

    indicator: str
    category: str
    estimand: str
    scale: Scale
    scale_in: Mapping[str, Scale]

    def scale_of(self, wave: str) -> Scale:
        return self.scale_in.get(wave, self.scale)

    @property
    def part(self) -> tuple[str, str, str]:
        return self.indicator, self.category, self.estimand


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A known comparison: of which waves with which of our countries and sectors, on which terms. Empty: all."""

    key: str
    purpose: str
    waves: tuple[str, ...]
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    terms: Terms


@dataclass(frozen=True)
class PublishedLibrary:
    """All that is shipped. mapping: (indicator, category, base) as published -> our figure, or why there is none."""

    waves: Mapping[str, PublishedWave]
    figures: tuple[PublishedFigure, ...]
    mapping: Mapping[tuple[str, str, str], Target | NotMapped]
    presets: Mapping[str, Preset]

    def figures_of(self, wave: str) -> tuple[PublishedFigure, ...]:
        """In the order of the published tables."""
        return tuple(figure for figure in self.figures if figure.wave == wave)

    def population_of(self, figure: PublishedFigure) -> PublishedPopulation:
        return self.waves[figure.wave].populations[figure.population]

    def target_of(self, figure: PublishedFigure) -> Target | NotMapped:
        return self.mapping[figure.indicator, figure.category, figure.base]


def check_against(library: PublishedLibrary, definitions: Definitions) -> None:
    """Raise DefinitionError for a target that the definitions do not have."""
    known = {(one.indicator, one.category, one.estimand) for one in definitions.measures}
    for key, target in library.mapping.items():
        if isinstance(target, Target) and target.part not in known:
            raise DefinitionError(f"mapping.{'.'.join(key)}: no figure {target.part} is defined. Correct the entry.")
