"""A family of comparisons, declared before looking: which belong together and how their p-values are adjusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.core.arrays import Floats, InputError
from analytics.core.estimates import PointEstimate
from analytics.core.hypothesis_tests import Verdict, p_value, verdict
from analytics.core.intervals import quantile
from analytics.core.p_adjustment import bh, by, holm

PLANNED = 20  # at most this many planned comparisons are adjusted by Holm; more are a screen


class Adjustment(StrEnum):
    """holm: no false finding; bh: few of the findings false; by: the same under any dependence."""

    HOLM = "holm"
    BH = "bh"
    BY = "by"


@dataclass(frozen=True)
class Effect:
    """A named difference, contrast or coefficient with its standard error and degrees of freedom."""

    name: str
    value: float
    standard_error: float
    df: float


@dataclass(frozen=True)
class Compared:
    """One comparison of a family: the effect with its interval (for itself alone), raw and adjusted p together.

    The verdict follows the adjusted p.
    """

    name: str
    value: float
    standard_error: float
    df: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: Verdict


@dataclass(frozen=True)
class Family:
    """Named comparisons that stand together, the adjustment and the level. Made by `declare`."""

    name: str
    comparisons: tuple[str, ...]
    adjustment: Adjustment
    alpha: float = 0.05

    def adjust(self, p: Sequence[float] | Floats) -> Floats:
        """Adjusted p f8[m], in the order of the comparisons; NaN is no test. InputError on another number of them."""
        if len(p) != len(self.comparisons):
            raise InputError(
                "p",
                expected=f"{len(self.comparisons)}, as declared for {self.name}",
                got=str(len(p)),
                hint="A comparison that gave no test is NaN, not left out.",
            )
        return {Adjustment.HOLM: holm, Adjustment.BH: bh, Adjustment.BY: by}[self.adjustment](p)

    def compare(self, effects: Sequence[Effect]) -> tuple[Compared, ...]:
        """Every declared comparison tested against 0 by t, in the declared order.

        Not comparable, with NaN, where value or standard error is missing, the standard error is 0 or df <= 0.
        InputError when an effect was not declared, comes twice, or a declared one is not given.
        """
        given = {effect.name: effect for effect in effects}
        if len(given) != len(effects) or set(given) != set(self.comparisons):
            raise InputError(
                "effects",
                expected=f"the comparisons declared for {self.name}, each once",
                got=_unlike(self.comparisons, [effect.name for effect in effects]),
                hint="A family is declared before looking and neither shrinks nor grows afterwards.",
            )
        ordered = [given[name] for name in self.comparisons]
        raw = [_p(effect) for effect in ordered]
        adjusted = self.adjust(raw)
        return tuple(self._compared(effect, p, float(q)) for effect, p, q in zip(ordered, raw, adjusted, strict=True))

    def _compared(self, effect: Effect, p: float, adjusted: float) -> Compared:
        half = float(quantile(effect.df, 1 - self.alpha)) * effect.standard_error
        return Compared(
            name=effect.name, value=effect.value, standard_error=effect.standard_error, df=effect.df,
            low=effect.value - half, high=effect.value + half, p=p, p_adjusted=adjusted,
            verdict=verdict(effect.value, adjusted, self.alpha),
        )  # fmt: skip


def declare(
    name: str,
    comparisons: Sequence[str],
    *,
    screen: bool = False,
    any_dependence: bool = False,
    adjustment: Adjustment | None = None,
    alpha: float = 0.05,
) -> Family:
    """A family with the rule of the house: Holm for up to 20 planned comparisons, Benjamini and Hochberg for more.

    screen=True: a search through many items, Benjamini and Hochberg whatever their number. any_dependence=True: by
    Benjamini and Yekutieli. `adjustment` sets another one openly. InputError on an empty name, on no comparison or
    one that comes twice, and on a level that is not between 0 and 1.
    """
    names = tuple(comparisons)
    if not name or not names or len(set(names)) != len(names):
        raise InputError(
            "comparisons",
            expected="a named family of comparisons, each once",
            got=f"family {name!r} of {len(names)}, {len(set(names))} different",
            hint="Say which comparisons stand together before looking at them.",
        )
    if not 0 < alpha < 1:
        raise InputError("alpha", expected="a number between 0 and 1", got=str(alpha), hint="5 percent is 0.05.")
    if adjustment is None:
        adjustment = Adjustment.BH if screen or len(names) > PLANNED else Adjustment.HOLM
        adjustment = Adjustment.BY if any_dependence else adjustment
    return Family(name, names, Adjustment(adjustment), alpha)


def effect(name: str, estimate: PointEstimate) -> Effect:
    """A point estimate (a difference, as a rule) as the effect of a comparison."""
    return Effect(name, estimate.value, estimate.standard_error, estimate.df)


def _p(one: Effect) -> float:
    if not one.standard_error > 0:
        return float("nan")
    return float(p_value(one.value / one.standard_error, one.df))


def _unlike(declared: Sequence[str], given: Sequence[str]) -> str:
    more = sorted(set(given) - set(declared))
    fewer = sorted(set(declared) - set(given))
    twice = sorted({name for name in given if list(given).count(name) > 1})
    parts = [
        f"{label} {', '.join(names)}"
        for label, names in (("undeclared", more), ("without", fewer), ("twice", twice))
        if names
    ]
    return "; ".join(parts)
