"""Estimates made one at a time from their influence values: any estimand, any design."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.core.arrays import Floats, Mask
from analytics.core.estimates import Flag, PointEstimate, mean, ratio, share, total
from analytics.core.intervals import NO_SPREAD, Interval, interval_of_share, t_interval
from analytics.core.quantiles import quantile as woodruff
from analytics.core.survey_file.file_columns import Answers
from analytics.core.survey_file.plan import Degrees, Estimand, IntervalPlan, Request
from analytics.core.survey_file.results import FileEstimate, Label, Missing, degrees
from analytics.core.survey_file.survey import Survey

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Quantity:
    """One estimand of one item and category, in any domain.

    points f8[K]: the number of each code of a coded item, NaN to leave it out; None: the answers are numbers.
    over: what they are over (ratios); p: of quantiles; bounds: of the scale, None without. fixed: the item is a
    stratum or a calibration margin, so that an estimate without a standard error is known, not lucky.
    """

    estimand: Estimand
    answers: Answers
    category: str = ""
    points: Floats | None = None
    over: Answers | None = None
    p: float = 0.0
    bounds: tuple[float, float] | None = None
    fixed: bool = False

    @cached_property
    def values(self) -> Floats:
        """f8[n], NaN outside the base."""
        if self.points is None:
            return self.answers.numbers
        found: Floats = np.append(self.points, NAN)[np.maximum(self.answers.places, -1)]
        return found

    @property
    def involved(self) -> tuple[Answers, ...]:
        """What a row must have answered."""
        return (self.answers,) if self.over is None else (self.answers, self.over)


def quantities(survey: Survey, request: Request, key: str) -> Iterator[Quantity]:
    """What a request asks of one item, in the order of the rows."""
    found, estimand = survey.answers[key], request.estimand
    fixed = found.item.column in survey.plan.fixed
    if estimand is Estimand.SHARE or (estimand is Estimand.TOTAL and found.codes):
        bounds = (0.0, 1.0) if estimand is Estimand.SHARE else None
        for code, points in zip(found.codes, np.eye(len(found.codes)), strict=True):
            yield Quantity(estimand, found, code, points, bounds=bounds, fixed=fixed)
    elif estimand is Estimand.NET_BALANCE:
        points = np.array([float(code in request.plus) - float(code in request.minus) for code in found.codes])
        yield Quantity(estimand, found, points=points, bounds=(-1.0, 1.0), fixed=fixed)
    elif estimand is Estimand.SCORE:
        points = np.array([request.scores[code] for code in found.codes], dtype=np.float64)
        bounds = float(np.nanmin(points)), float(np.nanmax(points))
        yield Quantity(estimand, found, points=points, bounds=bounds, fixed=fixed)
    elif estimand is Estimand.QUANTILE:
        for p in request.p:
            yield Quantity(estimand, found, f"{p:g}", p=p)
    elif estimand is Estimand.RATIO:
        yield Quantity(estimand, found, request.over, over=survey.answers[request.over])
    else:
        yield Quantity(estimand, found, fixed=fixed)


def rows_of(survey: Survey, request: Request, key: str) -> Iterator[FileEstimate]:
    """Every category in every domain: by grouping, domain and category."""
    wanted = list(quantities(survey, request, key))
    for grouping in survey.groupings:
        missing = Missing.of(grouping, *wanted[0].involved)
        for domain in range(len(grouping.labels)):
            inside: Mask = np.asarray(grouping.codes == domain, dtype=np.bool_)
            for one in wanted:
                estimate, interval = estimated(survey, one, inside)
                label = Label(str(one.estimand), key, one.category, grouping, domain, missing)
                yield label.row(estimate, interval)


def estimated(survey: Survey, quantity: Quantity, inside: Mask) -> tuple[PointEstimate, Interval]:
    """The estimate in a domain bool[n], with the plan's degrees of freedom, and its interval."""
    design, plan = survey.design, survey.plan.interval
    if quantity.estimand is Estimand.QUANTILE:
        return _quantile(survey, quantity, inside)
    if quantity.over is not None:
        found = ratio(design, quantity.values, quantity.over.numbers, inside)
    else:
        found = DIRECT[quantity.estimand](design, quantity.values, inside)
    found = replace(found, df=degrees(design, found, plan.df))
    found = _without_rounding(found, quantity)
    return found, interval_of(found, quantity, plan)


def _without_rounding(found: PointEstimate, quantity: Quantity) -> PointEstimate:
    """Where nothing varies, no effect of the design; and what the design fixes is known."""
    used = quantity.values[found.rows]
    if quantity.over is None and len(used) and bool(np.all(used == used[0])):
        return replace(found, design_effect=NAN, n_effective=NAN)
    if quantity.fixed and found.standard_error <= NO_SPREAD * max(1.0, abs(found.value)):
        flags = found.flags | {Flag.KNOWN}
        return replace(found, standard_error=0.0, design_effect=NAN, n_effective=NAN, flags=flags)
    return found


def interval_of(estimate: PointEstimate, quantity: Quantity, plan: IntervalPlan) -> Interval:
    if quantity.estimand is Estimand.SHARE:
        return interval_of_share(estimate, confidence=plan.confidence, method=plan.share)
    return t_interval(estimate, confidence=plan.confidence, bounds=quantity.bounds)


def _quantile(survey: Survey, quantity: Quantity, inside: Mask) -> tuple[PointEstimate, Interval]:
    design, plan, y = survey.design, survey.plan.interval, quantity.values
    found = woodruff(design, y, inside, p=quantity.p, confidence=plan.confidence, method=plan.quantile)
    if plan.df is not Degrees.SMALLER and found.estimate.df > 0:
        below = share(design, np.where(np.isnan(y), np.nan, y <= found.estimate.value), inside)
        df = degrees(design, below, plan.df)
        found = woodruff(design, y, inside, p=quantity.p, confidence=plan.confidence, method=plan.quantile, df=df)
    return found.estimate, found.interval


DIRECT = {
    Estimand.SHARE: share,
    Estimand.TOTAL: total,
    Estimand.MEAN: mean,
    Estimand.NET_BALANCE: mean,
    Estimand.SCORE: mean,
}
