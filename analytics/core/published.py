"""Published figures of other barometers: what was printed, and how far from the truth it may be.

A printed share is uncertain for two reasons: the sample, and the printing. The sample's part is taken as that of a
simple random sample with a finite correction, times a design effect that is stated; the printing's as a uniform error
within what the digits or the words may stand for. A published figure is never a target.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt

from analytics.core.arrays import InputError
from analytics.core.comparison_conditions import Conditions
from analytics.core.student import quantile

APPROXIMATE = 0.025  # "about": half the distance to the next round figure in steps of five points
WORDS = 0.05  # "eight of ten", "three of four": half the distance to the next tenth
LEVEL = 0.95


class Precision(StrEnum):
    """How a value was printed, and so what it may stand for."""

    EXACT = "exact"  # digits, rounded to the last one shown
    DERIVED = "derived"  # worked out from printed counts, rounded to the last digit shown
    APPROX = "approx"  # digits said to be about right: APPROXIMATE either way
    ROUNDED_WORDS = "rounded_words"  # "eight of ten": WORDS either way
    LOWER_BOUND = "lower_bound"  # "over half": from the value up to all
    UPPER_BOUND = "upper_bound"  # "nearly half": from none up to the value


IN_DIGITS = frozenset({Precision.EXACT, Precision.DERIVED, Precision.APPROX})


class ReadingFlag(StrEnum):
    """What a reader of a published figure must know."""

    ASSUMED_RANDOM = "assumed_simple_random"  # the standard error assumes a simple random sample
    N_UNKNOWN = "n_unknown"  # no standard error
    SIZE_UNKNOWN = "size_unknown"  # no finite correction: the standard error is too large, if anything
    SIZE_ABOUT = "size_about"  # the finite correction rests on a rounded population
    WORDS = "in_words"  # an interval that covers the words, and no standard error of its own
    APPROXIMATE = "approximate"
    SECOND_HAND = "second_hand"
    INFERRED = "inferred"  # something of the wave was concluded, not read
    NO_SPREAD = "zero_spread"  # 0 or 100 per cent: no standard error


@dataclass(frozen=True, kw_only=True)
class PublishedPopulation:
    """A group that figures are published for, in one wave.

    answers and size: the answers and the units they speak for, None where not published; design_effect is an
    assumption. conditions: how its figures were made. until and years: the last year of the reference period and its
    length.
    """

    key: str
    conditions: Conditions
    until: int
    years: int
    answers: int | None = None
    size: int | None = None
    about: bool = False  # the size is a rounded number
    design_effect: float = 1.0
    inferred: bool = False

    @property
    def fraction(self) -> float | None:
        """The share of the population that answered, for the finite correction; None where unknown."""
        return None if self.answers is None or self.size is None else self.answers / self.size


@dataclass(frozen=True, kw_only=True)
class PublishedFigure:
    """One printed figure. value, low, high: shares, 0 to 1; low and high only where the words name them.

    printed: the number as it stands in the source; words: the wording where no digits were printed.
    """

    wave: str
    population: str
    indicator: str
    category: str
    base: str
    value: float
    printed: str
    precision: Precision
    source: str
    n: int | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""
    share: bool = True  # not a mean of a scale
    second_hand: bool = False
    note: str = ""

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and highest share that what was printed may stand for, inside 0..1."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        match self.precision:
            case Precision.LOWER_BOUND:
                return self.value, 1.0
            case Precision.UPPER_BOUND:
                return 0.0, self.value
        return max(0.0, self.value - self.half_width), min(1.0, self.value + self.half_width)

    @property
    def half_width(self) -> float:
        """How far the true result of the survey may lie from the printed one, either way."""
        match self.precision:
            case Precision.APPROX:
                return APPROXIMATE
            case Precision.EXACT | Precision.DERIVED:
                decimals = len(self.printed.partition(".")[2])
                return 0.5 * 10.0 ** (-decimals - 2)
        return WORDS


@dataclass(frozen=True)
class Reading:
    """A printed figure with its uncertainty, in shares.

    sampling_error: standard error of the sample alone. standard_error: with the rounding of digits; None for words,
    whose interval covers all that they may stand for. low, high: at 95 %. df: of the standard error.
    """

    value: float
    span: tuple[float, float]
    n: int | None
    fraction: float | None
    design_effect: float
    sampling_error: float | None
    standard_error: float | None
    df: float
    low: float | None
    high: float | None
    flags: tuple[ReadingFlag, ...]

    @property
    def margin(self) -> float | None:
        """Half the length of the sample's own 95 % interval."""
        return None if self.sampling_error is None else quantile(LEVEL, self.df) * self.sampling_error

    def sampling_error_at(self, share: float) -> float | None:
        """The standard error of the sample if the true result were this share."""
        return None if self.n is None else _sampling_error(share, self.n, self.fraction, self.design_effect)


def read(figure: PublishedFigure, population: PublishedPopulation, *, design_effect: float | None = None) -> Reading:
    """The figure with standard error and interval under stated assumptions.

    v = p(1-p)/n (1 - f) deff, f the answering share of the population (0 where its size is unknown), deff that of the
    population unless given. Digits add h^2/3, the variance of a uniform error of half-width h (half the last digit).
    Interval on the logit scale with n - 1 degrees of freedom; for words from the lower end's lower limit to the upper
    end's upper one. Without n there is neither. InputError for another population, a mean, and a design effect <= 0.
    Source: Cochran 1977, ch. 3; Kish 1965 for the design effect; Sheppard 1898 for the rounding.
    """
    effect = population.design_effect if design_effect is None else design_effect
    _check(figure, population, effect)
    n, p = figure.n, figure.value
    fraction, df = population.fraction, float((n or 0) - 1)
    sampling = None if n is None or p in (0.0, 1.0) else _sampling_error(p, n, fraction, effect)
    total, ends = None, figure.span
    if sampling is not None and figure.precision in IN_DIGITS:
        total = sqrt(sampling**2 + figure.half_width**2 / 3)
        ends = (p, p)
    limits: tuple[float, float] | None = None
    if n is not None and sampling is not None:
        errors = [total or _sampling_error(end, n, fraction, effect) for end in ends]
        limits = _limit(ends[0], -errors[0], df), _limit(ends[1], errors[1], df)
    return Reading(
        value=p,
        span=figure.span,
        n=n,
        fraction=fraction,
        design_effect=effect,
        sampling_error=sampling,
        standard_error=total,
        df=df,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        flags=_flags(figure, population),
    )


def _sampling_error(share: float, n: int, fraction: float | None, effect: float) -> float:
    return sqrt(max(0.0, share * (1 - share) / n * (1 - (fraction or 0.0)) * effect))


def _limit(share: float, error: float, df: float) -> float:
    """The end of a logit interval, on the side that the sign of the error says."""
    if share <= 0 or share >= 1:
        return share
    at = log(share / (1 - share)) + quantile(LEVEL, df) * error / (share * (1 - share))
    return 1 / (1 + exp(-at))


def _flags(figure: PublishedFigure, population: PublishedPopulation) -> tuple[ReadingFlag, ...]:
    known = figure.n is not None
    held = {
        ReadingFlag.ASSUMED_RANDOM: known,
        ReadingFlag.N_UNKNOWN: not known,
        ReadingFlag.SIZE_UNKNOWN: known and population.fraction is None,
        ReadingFlag.SIZE_ABOUT: known and population.fraction is not None and population.about,
        ReadingFlag.WORDS: figure.precision not in IN_DIGITS,
        ReadingFlag.APPROXIMATE: figure.precision is Precision.APPROX,
        ReadingFlag.SECOND_HAND: figure.second_hand,
        ReadingFlag.INFERRED: population.inferred,
        ReadingFlag.NO_SPREAD: figure.value in (0.0, 1.0),
    }
    return tuple(flag for flag, holds in held.items() if holds)


def _check(figure: PublishedFigure, population: PublishedPopulation, effect: float) -> None:
    if figure.population != population.key:
        raise InputError("population", expected=figure.population, got=population.key, hint="Take that of the figure.")
    if not figure.share:
        raise InputError(
            "figure",
            expected="a share",
            got=f"{figure.indicator}, a mean",
            hint="A mean has no p(1 - p): leave it out.",
        )
    if not effect > 0:
        raise InputError("design_effect", expected="above 0", got=repr(effect), hint="1 is a simple random sample.")
