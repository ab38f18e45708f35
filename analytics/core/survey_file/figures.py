"""Many estimates of one grouping side by side, their intervals, and the rows they become."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, Mask
from analytics.core.estimates import Flag
from analytics.core.intervals import FEW, NO_SPREAD, Method, beta, logit, quantile, wilson
from analytics.core.survey_file.plan import Degrees, IntervalPlan
from analytics.core.survey_file.results import FileEstimate, Missing
from analytics.core.survey_file.survey import Grouping

Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Figures:
    """Estimates of K columns (item and category) in the D domains of a grouping, arrays [D, K].

    As the fields of PointEstimate. positive: answers of the category, None if these are no shares. effect: the design
    effect. known, lonely, alike: everybody answered; a lonely stratum or PSU has an answer; all answers are one value.
    inside [D, 1]: rows of the domain.
    """

    value: Floats
    error: Floats
    df: Floats
    plain: Floats
    n: Floats
    effective: Floats
    effect: Floats
    known: Mask
    lonely: Mask
    alike: Mask
    inside: Floats
    positive: Floats | None = None

    def flags(self) -> list[tuple[Flag, Mask]]:
        """Which estimates carry which flag, by the rules of `estimates`."""
        answered = self.n > 0
        return [
            (Flag.EMPTY_DOMAIN, np.broadcast_to(self.inside == 0, self.n.shape)),
            (Flag.NO_ANSWERS, ~answered & (self.inside > 0)),
            (Flag.ZERO_DENOMINATOR, answered & np.isnan(self.value)),
            (Flag.KNOWN, answered & ~np.isnan(self.value) & self.known),
            (Flag.NO_DEGREES, answered & ~np.isnan(self.value) & ~self.known & (self.plain < 1)),
            (Flag.LONELY_STRATUM, answered & ~np.isnan(self.value) & self.lonely),
            (Flag.ONE_ANSWER, (self.n == 1) & ~self.known & np.isnan(self.error) & ~np.isnan(self.value)),
            (Flag.ZERO_SPREAD, self.alike & (self.n > 1) & ~self.known),
        ]

    def settled(self, fixed: Mask) -> "Figures":
        """Columns bool[K] that the design fixes: there an estimate without a standard error is known, not lucky."""
        with np.errstate(invalid="ignore"):
            still = self.error <= NO_SPREAD * np.maximum(1.0, np.abs(self.value))
        here = fixed & still & ~self.alike
        return replace(
            self,
            error=np.where(here, 0.0, self.error),
            effective=np.where(here, np.nan, self.effective),
            effect=np.where(here, np.nan, self.effect),
            known=self.known | here,
        )

    def degrees(self, rule: Degrees) -> Floats:
        """The rules smaller and plain; 0 without a standard error."""
        found = self.df if rule is Degrees.SMALLER else self.plain
        return np.where(np.isnan(self.error), 0.0, found)


@dataclass(frozen=True, eq=False)
class Limits:
    """low, high f8[D, K] (NaN where the method is none) and the methods as texts [D, K]."""

    low: Floats
    high: Floats
    method: Texts


def share_limits(found: Figures, plan: IntervalPlan) -> Limits:
    """As `interval_of_share` for every estimate."""
    if found.positive is None:
        raise TypeError("only shares have limits of shares")
    df, p, error = found.degrees(plan.df), found.value, found.error
    few = np.minimum(found.positive, found.n - found.positive) < FEW
    with np.errstate(invalid="ignore"):
        narrow = (error <= NO_SPREAD) | ((plan.share is None) & few)
    chosen = np.where(narrow, Method.BETA, plan.share or Method.LOGIT).astype("<U8")
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    defined = ~np.isnan(error) & (df > 0)
    for method in set(chosen[defined].tolist()):
        here = defined & (chosen == method)
        if method == Method.BETA:
            made = beta(p[here], error[here], df[here], found.n[here], plan.confidence)
        else:
            made = (wilson if method == Method.WILSON else logit)(p[here], error[here], df[here], plan.confidence)
        low[here], high[here] = made
    return _settled(found, Limits(low, high, chosen), defined)


def t_limits(found: Figures, plan: IntervalPlan, bounds: Sequence[tuple[float, float] | None]) -> Limits:
    """As `t_interval` for every estimate; the bounds of each column."""
    df, value, error = found.degrees(plan.df), found.value, found.error
    least = np.array([-np.inf if one is None else one[0] for one in bounds])
    most = np.array([np.inf if one is None else one[1] for one in bounds])
    with np.errstate(invalid="ignore"):
        still = error <= NO_SPREAD * np.maximum(1.0, np.abs(value))
        half = quantile(df, plan.confidence) * error
        low, high = np.maximum(value - half, least), np.minimum(value + half, most)
    reach = np.where(still, beta(np.zeros_like(value), np.zeros_like(value), df, found.n, plan.confidence)[1], 0.0)
    bounded = still & np.isfinite(least)
    with np.errstate(invalid="ignore"):
        low = np.where(bounded, value - reach * (value - least), low)
        high = np.where(bounded, value + reach * (most - value), high)
    defined = ~np.isnan(error) & (df > 0) & (bounded | ~still)
    method = np.where(bounded, Method.BETA, Method.T).astype("<U8")
    return _settled(found, Limits(low, high, method), defined)


def _settled(found: Figures, limits: Limits, defined: Mask) -> Limits:
    certain = found.known & ~np.isnan(found.value)
    low, high = (np.where(certain, found.value, np.where(defined, one, np.nan)) for one in (limits.low, limits.high))
    method = np.where(certain, Method.KNOWN, np.where(defined, limits.method, Method.NONE)).astype("<U8")
    return Limits(low, high, method)


@dataclass(frozen=True, eq=False)
class Block:
    """Figures of one grouping with their limits, as lists that rows are taken from."""

    estimand: str
    grouping: Grouping
    found: Figures
    limits: Limits
    plan: IntervalPlan

    def rows(
        self, item: str, columns: Sequence[int], categories: Sequence[str], missing: Missing
    ) -> Iterator[FileEstimate]:
        """By domain and category. columns: places of the item's categories among the K."""
        here = list(columns)
        found, limits = self.found, self.limits
        df = found.degrees(self.plan.df)
        numbers = (
            found.effective, found.value, found.error, np.where(df > 0, df, np.nan), limits.low, limits.high,
            found.effect,
        )  # fmt: skip
        lists = [_or_none(one[:, here]) for one in numbers]
        counts, methods = found.n[:, here].astype(np.int64).tolist(), limits.method[:, here].tolist()
        flags = [(str(flag), mask[:, here].tolist()) for flag, mask in found.flags() if bool(mask[:, here].any())]
        confidence, by = self.plan.confidence, self.grouping.by
        for domain, labels in enumerate(self.grouping.labels):
            share, more = missing.share(domain), missing.flags(domain)
            for place, category in enumerate(categories):
                effective, value, error, degrees, low, high, effect = (one[domain][place] for one in lists)
                said = (*(flag for flag, mask in flags if mask[domain][place]), *more)
                yield FileEstimate(
                    self.estimand, item, category, by, labels, counts[domain][place], effective, value, error,
                    degrees, low, high, methods[domain][place], confidence, effect, share, tuple(sorted(said)),
                )  # fmt: skip


def _or_none(values: Floats) -> list[list[float | None]]:
    """As nested lists, None for what is not finite."""
    laid = values.astype(object)
    laid[~np.isfinite(values)] = None
    found: list[list[float | None]] = laid.tolist()
    return found
