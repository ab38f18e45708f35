"""Bringing indicators to one scale: min-max, z-score, ranks, or goalposts that stay when a unit is added."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.composites.columns import UNITS, counts, highest, lowest, means, power_sums, ratio


class Normalisation(StrEnum):
    """How. All but goalposts depend on the units present: adding one changes the values of the others."""

    MIN_MAX = "min_max"
    Z_SCORE = "z_score"
    RANK = "rank"
    BORDA = "borda"
    PERCENTILE_RANK = "percentile_rank"
    GOALPOSTS = "goalposts"


SCALED = (Normalisation.MIN_MAX, Normalisation.GOALPOSTS, Normalisation.PERCENTILE_RANK)


@dataclass(frozen=True)
class Normaliser:
    """A method and its constants.

    low and high: the scale of min-max, goalposts and percentile rank. mean and deviation: of the z-score.
    goalposts: for each indicator the two ends of its own scale, whatever its direction. InputError when low is not
    below high, the deviation not above 0, goalposts are missing, not in order or given to another method.
    """

    method: Normalisation
    low: float = 0.0
    high: float = 100.0
    mean: float = 0.0
    deviation: float = 1.0
    goalposts: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Normalisation(self.method))
        if not (self.low < self.high and self.deviation > 0):
            raise InputError(
                "normaliser",
                expected="low < high and a deviation above 0",
                got=f"low {self.low}, high {self.high}, deviation {self.deviation}",
                hint="Give the ends of the common scale.",
            )
        if bool(self.goalposts) != (self.method is Normalisation.GOALPOSTS):
            raise InputError(
                "goalposts",
                expected="two ends for each indicator with the method goalposts, none with another",
                got=f"{len(self.goalposts)} with {self.method}",
                hint="Store them in the index definition: they keep old values as they were.",
            )
        for low, high in self.goalposts:
            if not low < high:
                raise InputError(
                    "goalposts", expected="low < high", got=f"{low}, {high}", hint="The direction is the node's matter."
                )

    @property
    def range(self) -> tuple[float, float] | None:
        """The ends that a normalised value can have, None for a z-score or rank: scores of one range compare."""
        return (self.low, self.high) if self.method in SCALED else None

    @property
    def floor(self) -> float:
        """The smallest value that a normalised cell can have; minus infinity for a z-score."""
        if self.method in SCALED:
            return self.low
        return {Normalisation.RANK: 1.0, Normalisation.BORDA: 0.0}.get(self.method, -np.inf)


def normalise(values: Floats, normaliser: Normaliser, *, directions: Floats, clip: bool = False) -> Floats:
    """f8[..., m, k] on the common scale, more is better; directions f8[k], 1 or -1.

    NaN stays NaN; a column without spread is NaN under min-max and z-score, which it leaves undefined. Ties share the
    lowest rank. A value outside its goalposts is an InputError, or set to the end when clip=True (for simulated
    values). Source: OECD & JRC 2008, step 6.
    """
    if normaliser.method is Normalisation.GOALPOSTS:
        return _between_posts(values, normaliser, directions, clip=clip)
    turned = values * directions
    if normaliser.method is Normalisation.MIN_MAX:
        low, high = lowest(turned), highest(turned)
        return normaliser.low + (normaliser.high - normaliser.low) * ratio(turned - low, high - low)
    if normaliser.method is Normalisation.Z_SCORE:
        (squares,) = power_sums(turned, 2)
        spread = np.sqrt(squares / np.maximum(counts(turned) - 1, 1))
        return normaliser.mean + normaliser.deviation * ratio(turned - means(turned), spread)
    return _ranked(turned, normaliser)


def outside(values: Floats, normaliser: Normaliser) -> Codes:
    """i8[k], cells of each indicator outside its goalposts, in all draws; zeros for another method."""
    if normaliser.method is not Normalisation.GOALPOSTS:
        return np.zeros(values.shape[-1], dtype=np.int64)
    low, high = _posts(normaliser, values.shape[-1])
    wrong = (values < low) | (values > high)
    found: Codes = wrong.reshape(-1, values.shape[-1]).sum(axis=0)
    return found


def ranks(scores: npt.ArrayLike) -> Floats:
    """Rank of each score among f8[..., m], 1 the highest; ties share the best rank; NaN has none and takes no place."""
    given = np.asarray(scores, dtype=np.float64)
    absent = np.isnan(given)
    found = stats.rankdata(np.where(absent, np.inf, -given), method="min", axis=-1)
    return np.where(absent, np.nan, found)


def _ranked(turned: Floats, normaliser: Normaliser) -> Floats:
    """Ranks counted from below: 1 the lowest; Borda points are the units below; percentile rank their share."""
    absent = np.isnan(turned)
    below = stats.rankdata(np.where(absent, np.inf, turned), method="min", axis=UNITS) - 1.0
    below = np.where(absent, np.nan, below)
    if normaliser.method is Normalisation.RANK:
        return below + 1
    if normaliser.method is Normalisation.BORDA:
        return below
    return normaliser.low + (normaliser.high - normaliser.low) * ratio(below, counts(turned) - 1)


def _between_posts(values: Floats, normaliser: Normaliser, directions: Floats, *, clip: bool) -> Floats:
    low, high = _posts(normaliser, values.shape[-1])
    if clip:
        values = np.clip(values, low, high)
    elif bool(np.any((values < low) | (values > high))):
        column = int(np.argmax(outside(values, normaliser) > 0))
        cells = values[..., column]
        wrong = float(cells[(cells < low[column]) | (cells > high[column])][0])
        raise InputError(
            "values",
            expected=f"numbers between {low[column]:g} and {high[column]:g} in column {column}",
            got=f"{wrong:g}",
            hint="The goalposts do not fit this indicator.",
        )
    part = np.where(directions > 0, values - low, high - values) / (high - low)
    return normaliser.low + (normaliser.high - normaliser.low) * part


def _posts(normaliser: Normaliser, size: int) -> tuple[Floats, Floats]:
    if len(normaliser.goalposts) != size:
        raise InputError(
            "goalposts",
            expected=f"two ends for each of the {size} indicators",
            got=f"{len(normaliser.goalposts)}",
            hint="Give them in the order of the structure's indicators.",
        )
    posts = np.array(normaliser.goalposts, dtype=np.float64)
    return posts[:, 0], posts[:, 1]
