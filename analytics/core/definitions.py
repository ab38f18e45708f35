"""Indicators and indices as frozen values.

What the library's document becomes are *measures*: for each indicator, category and estimand the respondents asked,
the base and what counts, as parsed rules. `definition_documents` reads them, `definition_checks` holds them against a
questionnaire.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.instrument.rules import Node

NO_OPINION = "no_opinion"


class DefinitionError(ValueError):
    """A definition that cannot be used. The message names the place, what was expected and what came."""


@dataclass(frozen=True)
class FigureText:
    """What a figure of the indicator says, in one language."""

    title: str
    base: str
    categories: Mapping[str, str] = field(default_factory=dict)  # empty: the labels of the questionnaire


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
    def rules(self) -> tuple[Node, ...]:
        return tuple(rule for rule in (self.asked, self.base, self.plus, self.minus) if rule is not None)


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


@dataclass(frozen=True)
class Index:
    """The equally weighted mean of one estimand over an indicator's categories, between fixed goalposts."""

    key: str
    of: str
    estimand: str
    goalposts: tuple[float, float]  # the ends of the estimand's own scale
    scale: float  # shown from 0 to this
    question: str
    compare_countries: bool
    comparable: Comparable
    texts: Mapping[str, FigureText]


@dataclass(frozen=True)
class Definitions:
    version: str
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, Index]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(measure for indicator in self.indicators.values() for measure in indicator.measures)

    def leads(self, measure: Measure) -> bool:
        """Whether changes, indices and comparisons are made of it."""
        return measure.estimand == self.indicators[measure.indicator].headline
