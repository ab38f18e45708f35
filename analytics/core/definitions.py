"""Indicators and indices as frozen values.

What the library's document becomes are *measures*: for each indicator, category and estimand the respondents asked,
the base and what counts, as parsed rules. `definition_documents` reads them, `definition_checks` holds them against a
questionnaire.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.instrument.rules import Node

NO_OPINION = "no_opinion"
WORKPLACE = "workplace"  # the questionnaire of definitions that name none: those of older runs


class DefinitionError(ValueError):
    """A definition that cannot be used. The message names the place, what was expected and what came."""


@dataclass(frozen=True)
class FigureText:
    """What a figure of the indicator says, in one language."""

    title: str
    base: str
    categories: Mapping[str, str] = field(default_factory=dict)  # empty: the labels of the questionnaire
    purpose: str = ""  # of an index: what it tells
    measures_not: str = ""  # of an index


@dataclass(frozen=True)
class Measure:
    """One mean to estimate: +1 where `plus` holds, -1 where `minus` does, over the base.

    The base is the respondents for whom `asked` (None: all) and `base` hold; asked but outside it is missing.
    """

    estimand: str
    indicator: str
    category: str
    asked: Node | None
    base: Node
    plus: Node
    minus: Node | None = None

    @property
    def counts(self) -> tuple[Node, ...]:
        """The rules that say what counts; the others say for whom."""
        return (self.plus,) if self.minus is None else (self.plus, self.minus)

    @property
    def rules(self) -> tuple[Node, ...]:
        asked = () if self.asked is None else (self.asked,)
        return (*asked, self.base, *self.counts)


@dataclass(frozen=True)
class Graded:
    """A score to average: the number of the first rule that holds, over the base."""

    category: str
    asked: Node | None
    base: Node
    grades: tuple[tuple[Node, float], ...]

    @property
    def counts(self) -> tuple[Node, ...]:
        return tuple(rule for rule, _number in self.grades)

    @property
    def rules(self) -> tuple[Node, ...]:
        asked = () if self.asked is None else (self.asked,)
        return (*asked, self.base, *self.counts)


@dataclass(frozen=True)
class Comparable:
    """Whether figures may be set side by side, declared for this programme's own countries and waves."""

    countries: bool
    waves: bool


@dataclass(frozen=True)
class Indicator:
    key: str
    rows: tuple[int, ...]  # numbers in the table of standard indicators
    question: str  # item or battery of the questionnaire
    headline: str  # the estimand that changes and comparisons are made of
    categories: tuple[str, ...]
    measures: tuple[Measure, ...]
    compare_countries: bool
    comparable: Comparable
    texts: Mapping[str, FigureText]
    instrument: str = WORKPLACE
    optional: bool = False  # left out of a run whose questionnaire lacks its items
    published: bool = True  # has a table in a release


class Unit(StrEnum):
    """What the score of an index is a score of."""

    RESPONDENT = "respondent"  # each respondent has one; the index is their mean
    DOMAIN = "domain"  # made of the estimates of a country or sector


class Aggregation(StrEnum):
    """How the scores of the pillars become one."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"


@dataclass(frozen=True)
class Component:
    """A part of a pillar: what is averaged, which way it points, and the fixed ends of its own scale."""

    of: Measure | Graded
    direction: int  # 1: more is more of what the index measures; -1: less
    goalposts: tuple[float, float]
    weight: float  # within the pillar

    @property
    def posts(self) -> tuple[float, float]:
        """The number that becomes 0 and the number that becomes the top of the scale."""
        low, high = self.goalposts
        return (low, high) if self.direction > 0 else (high, low)


@dataclass(frozen=True)
class Pillar:
    key: str
    weight: float
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Index:
    """A composite of pillars between fixed goalposts, and in words what it is for and what it does not measure."""

    key: str
    version: str
    instrument: str
    unit: Unit
    purpose: str
    sources: tuple[str, ...]
    measures_not: str
    enabled: bool  # computed without being asked for
    optional: bool
    published: bool  # has a table in a release
    pillars: tuple[Pillar, ...]
    aggregation: Aggregation
    minimum_share: float  # of the weight that must have a value
    disjoint: bool  # an item counts in one pillar only
    scale: float  # shown from 0 to this
    question: str  # item or battery; empty where several are behind it
    compare_countries: bool
    comparable: Comparable
    texts: Mapping[str, FigureText]
    of: str = ""  # the one indicator of whose categories it is the mean
    imputed: bool = False  # where many leave a statement out, scores come from completed data sets

    @property
    def components(self) -> tuple[Component, ...]:
        return tuple(component for pillar in self.pillars for component in pillar.components)

    @property
    def measures(self) -> tuple[Measure | Graded, ...]:
        return tuple(component.of for component in self.components)

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators of the library that it is made of; parts with rules of their own name none."""
        return frozenset(one.indicator for one in self.measures if isinstance(one, Measure) and one.indicator)

    @property
    def is_of_figures(self) -> bool:
        """Whether it is a mean of estimates of the library, each of which may have a table of its own."""
        of_library = all(isinstance(one, Measure) and one.indicator for one in self.measures)
        return self.unit is Unit.DOMAIN and self.aggregation is Aggregation.ARITHMETIC and of_library

    @property
    def goalposts(self) -> tuple[float, float]:
        """Of the first component: those of all where the index is a mean over one indicator."""
        return self.components[0].goalposts


@dataclass(frozen=True)
class Definitions:
    version: str
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, Index]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(measure for indicator in self.indicators.values() for measure in indicator.measures)

    @property
    def entries(self) -> "tuple[Indicator | Index, ...]":
        return (*self.indicators.values(), *self.indices.values())

    def leads(self, measure: Measure) -> bool:
        """Whether changes, indices and comparisons are made of it."""
        return measure.estimand == self.indicators[measure.indicator].headline

    def is_main(self, measure: Measure) -> bool:
        """Whether it is the headline share of an indicator without categories, which a run estimates most finely."""
        return self.leads(measure) and not measure.category and measure.minus is None
