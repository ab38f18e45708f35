"""Composite indices of estimates: fixed goalposts, weights that are stated, precision carried along, joint ranks."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, linear
from analytics.core.hypothesis_tests import Pairwise, Verdict


@dataclass(frozen=True)
class Goalposts:
    """The ends of a component's scale, fixed in the index definition, and the scale they become.

    Fixed ends keep old values as they were when a country or wave is added. InputError when low is not below high.
    """

    low: float
    high: float
    scale: float = 100.0

    def __post_init__(self) -> None:
        if not (self.low < self.high and self.scale > 0):
            raise InputError(
                "goalposts",
                expected="low < high and a scale above 0",
                got=f"low {self.low}, high {self.high}, scale {self.scale}",
                hint="Use the ends of the component's own scale.",
            )

    @property
    def slope(self) -> float:
        return self.scale / (self.high - self.low)

    def normalise(self, value: float) -> float:
        """(value - low) / (high - low) x scale. InputError outside the goalposts. Source: OECD & JRC 2008, step 5."""
        if value < self.low or value > self.high:
            raise InputError(
                "value",
                expected=f"a number between {self.low:g} and {self.high:g}",
                got=f"{value:g}",
                hint="The goalposts do not fit this component.",
            )
        return self.slope * (value - self.low)


@dataclass(frozen=True)
class RankInterval:
    """Ranks that the data cannot rule out, 1 the highest, valid for all names of the family at once.

    None where no comparison was possible.
    """

    name: str
    rank_low: int | None
    rank_high: int | None


def composite(
    design: SurveyDesign,
    components: Sequence[PointEstimate],
    goalposts: Sequence[Goalposts],
    *,
    weights: Sequence[float] | None = None,
) -> PointEstimate:
    """Weighted arithmetic mean of normalised components (equal weights when None), with its influence values.

    All components come from one design, so the variance holds their covariance; n is the smallest base. A component
    without a value leaves the index without one (flag missing_part). Source: OECD & JRC 2008, steps 5-7.
    """
    shares = [1.0] * len(components) if weights is None else list(weights)
    if not components or len(goalposts) != len(components) or len(shares) != len(components):
        raise InputError(
            "components",
            expected="at least one, with as many goalposts and weights",
            got=f"{len(components)} components, {len(goalposts)} goalposts, {len(shares)} weights",
            hint="Take them from the same index definition, in its order.",
        )
    if min(shares) < 0 or sum(shares) <= 0:
        raise InputError("weights", expected="numbers from 0, not all 0", got=str(shares), hint="State the weights.")
    for component, posts in zip(components, goalposts, strict=True):
        if component.value == component.value:  # not NaN
            posts.normalise(component.value)
    parts = [share / sum(shares) * posts.slope for share, posts in zip(shares, goalposts, strict=True)]
    constant = -sum(part * posts.low for part, posts in zip(parts, goalposts, strict=True))
    return linear(design, components, parts, constant)


def rank_intervals(comparisons: Pairwise) -> tuple[RankInterval, ...]:
    """Joint rank intervals from pairwise verdicts: 1 + those surely above to m - those surely below.

    m counts the names that could be compared with another. The level is that of the family's verdicts.
    Source: Klein, Wright & Wieczorek 2020; Mogstad, Romano, Shaikh & Wilhelm 2024 (stepwise form).
    """
    above = dict.fromkeys(comparisons.names, 0)
    below = dict.fromkeys(comparisons.names, 0)
    compared: set[str] = set()
    for pair in comparisons.pairs:
        if pair.verdict is Verdict.NOT_COMPARABLE:
            continue
        compared |= {pair.first, pair.second}
        if pair.verdict is Verdict.NOT_DISTINGUISHABLE:
            continue
        first_wins = pair.verdict is Verdict.HIGHER
        winner, loser = (pair.first, pair.second) if first_wins else (pair.second, pair.first)
        above[loser] += 1
        below[winner] += 1
    return tuple(
        RankInterval(name, 1 + above[name], len(compared) - below[name])
        if name in compared
        else RankInterval(name, None, None)
        for name in comparisons.names
    )
