"""Standard errors from replicate weights: every estimate of an item in every domain, again in each replicate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, sums
from analytics.core.calibration import calibrate
from analytics.core.estimates import PointEstimate
from analytics.core.intervals import Interval, Method, t_interval
from analytics.core.margins import Margin
from analytics.core.replicates import ReplicateEstimates, ReplicateFlag, Replicates, apply, bootstrap, jkn
from analytics.core.survey_file.one_by_one import Quantity, estimated, interval_of, quantities
from analytics.core.survey_file.plan import Estimand, ReplicateKind, ReplicatePlan, Request
from analytics.core.survey_file.results import FileEstimate, Label, Missing
from analytics.core.survey_file.survey import Grouping, Survey

REACHED = 1e-12  # as in `quantiles`: a cumulated share this close to p has reached it

Evaluated = Callable[[Floats], Floats]


def replicates_of(survey: Survey, plan: ReplicatePlan) -> Replicates:
    """The replicates of the file's design; InputError where its lonely PSUs or second stage allow none."""
    if plan.kind is ReplicateKind.JKN:
        return jkn(survey.design, fpc=plan.fpc)
    return bootstrap(survey.design, count=plan.count, seed=plan.seed, fpc=plan.fpc)


def rows_of(survey: Survey, replicates: Replicates, request: Request, key: str) -> Iterator[FileEstimate]:
    """As `one_by_one.rows_of`, with standard error, degrees of freedom and all that follows from the replicates."""
    wanted = list(quantities(survey, request, key))
    each = [_evaluation(one, grouping) for grouping in survey.groupings for one in wanted]
    reweigh = _reweigh(survey) if survey.calibrated else None
    found = apply(
        survey.design, lambda weights: np.concatenate([one(weights) for one in each]), replicates, reweigh=reweigh
    )
    begin = 0
    for grouping in survey.groupings:
        missing, count = Missing.of(grouping, *wanted[0].involved), len(grouping.labels)
        for domain in range(count):
            inside: Mask = np.asarray(grouping.codes == domain, dtype=np.bool_)
            for number, one in enumerate(wanted):
                place = begin + number * count + domain
                estimate, interval, flags = _replaced(survey, one, inside, found=found, place=place)
                row = Label(str(one.estimand), key, one.category, grouping, domain, missing).row(estimate, interval)
                yield row._replace(flags=tuple(sorted({*row.flags, *flags})))
        begin += count * len(wanted)


def _replaced(
    survey: Survey, quantity: Quantity, inside: Mask, *, found: ReplicateEstimates, place: int
) -> tuple[PointEstimate, Interval, Sequence[str]]:
    """The linearised estimate with the replicates' variance in place of its own; what is known stays so."""
    plan = survey.plan.interval
    estimate, interval = estimated(survey, quantity, inside)
    if np.isnan(estimate.value) or interval.method is Method.KNOWN:
        return estimate, interval, ()
    error = float(found.standard_errors[place])
    scale = error**2 / estimate.variance if estimate.variance > 0 else float("nan")
    df = 0.0 if np.isnan(error) else float(min(found.df, estimate.df_plain))
    estimate = replace(
        estimate,
        standard_error=error,
        df=df,
        design_effect=estimate.design_effect * scale,
        n_effective=estimate.n_effective / scale if scale > 0 else float("nan"),
    )
    if quantity.estimand is Estimand.QUANTILE:
        interval = t_interval(estimate, confidence=plan.confidence)
    else:
        interval = interval_of(estimate, quantity, plan)
    hollow = found.flags[place] & {ReplicateFlag.UNDEFINED_REPLICATE}
    return estimate, interval, [str(flag) for flag in hollow]


def _evaluation(quantity: Quantity, grouping: Grouping) -> Evaluated:
    """weights f8[n] -> the value in each domain f8[D], NaN where nobody with a weight answered."""
    count = len(grouping.labels)
    rows = np.flatnonzero(
        np.logical_and.reduce([one.answered for one in quantity.involved]) & ~np.isnan(quantity.values)
    )
    codes, y = grouping.codes[rows], quantity.values[rows]
    if quantity.estimand is Estimand.QUANTILE:
        return _Ordered.of(codes, y, rows=rows, count=count, p=quantity.p).at
    x = None if quantity.over is None else quantity.over.numbers[rows]

    def value(weights: Floats) -> Floats:
        w = weights[rows]
        above = sums(codes, w * y, count)
        if quantity.estimand is Estimand.TOTAL:
            return np.where(np.bincount(codes, minlength=count) > 0, above, np.nan)
        base = sums(codes, w if x is None else w * x, count)
        found: Floats = np.divide(above, base, out=np.full(count, np.nan), where=base != 0)
        return found

    return value


@dataclass(frozen=True, eq=False)
class _Ordered:
    """Answers by domain and value: rows i8[m] in that order, values f8[m], where each domain f8[D] ends i8[D]."""

    rows: Codes
    values: Floats
    ends: Codes
    p: float

    @classmethod
    def of(cls, codes: Codes, values: Floats, *, rows: Codes, count: int, p: float) -> "_Ordered":
        order = np.lexsort((values, codes))
        ends = np.cumsum(np.bincount(codes, minlength=count)).astype(np.int64)
        return cls(rows[order], values[order], ends, p)

    def at(self, weights: Floats) -> Floats:
        """The smallest answer of each domain at or below which a share of at least p lies, as `quantiles`."""
        upto = np.concatenate([[0.0], np.cumsum(weights[self.rows])])
        begins = np.concatenate([[0], self.ends[:-1]])
        before, held = upto[begins], upto[self.ends] - upto[begins]
        place = np.searchsorted(upto[1:], before + (self.p - REACHED) * held)
        inside = (held > 0) & (place < self.ends)
        found = np.full(len(held), np.nan)
        found[inside] = self.values[place[inside]]
        return found


def _reweigh(survey: Survey) -> Evaluated:
    """The calibration once more, for the rows with a weight; InputError where a replicate cannot meet the margins."""
    plan, moved = survey.plan.calibration, survey.calibrated
    if plan is None or moved is None:
        raise InputError("calibration", expected="a calibration", got="none", hint="Nothing is to be repeated.")

    def again(weights: Floats) -> Floats:
        kept = weights > 0
        terms = [
            replace(one, codes=one.codes[kept]) if isinstance(one, Margin) else replace(one, values=one.values[kept])
            for one in moved.terms
        ]
        found = np.zeros(len(weights))
        found[kept] = calibrate(weights[kept], terms, method=plan.method, bounds=plan.bounds).weights
        return found

    return again
