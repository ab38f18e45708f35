"""The precision rule: whether a figure is precise enough to be shown, shown with care, or withheld.

It looks at precision only. How few respondents stand behind a figure, and who could be recognised in it, is the
business of disclosure control, which comes after.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.intervals import NO_SPREAD, beta, quantile

SMALLEST_MINIMUM = 20  # the option for small countries; nothing below is offered
WIDE, NARROW = 0.30, 0.05  # widths of the beta interval: withheld from, shown up to
RELATIVELY_WIDE = 1.30  # width of the beta interval over the share
FEW_DEGREES = 8.0
FINE_CV, HIGHEST_CV = 0.165, 0.33


class Precision(StrEnum):
    """The verdict on one figure."""

    OK = "precision_ok"
    CAUTION = "precision_caution"
    WITHHOLD = "precision_withhold"


class Reason(StrEnum):
    """Why a figure is not simply fine; known explains why one with few answers is."""

    UNDEFINED = "undefined"  # no value, or no standard error though not everybody was asked: withheld
    FEW_ANSWERS = "few_answers"  # n below the minimum: withheld
    FEW_EFFECTIVE = "few_effective_answers"  # effective n below the minimum: withheld
    WIDE_INTERVAL = "wide_interval"  # width from .30 (of the range of a bounded scale): withheld
    WIDE_RELATIVE = "wide_relative_interval"  # wider than 130 percent of the share: withheld
    HIGH_CV = "high_cv"  # coefficient of variation above 33 percent: withheld
    WIDE_COMPLEMENT = "wide_relative_interval_of_complement"  # the rest of the share, by the same rule: caution
    NOBODY_OR_ALL = "nobody_or_all"  # a share of 0 or 1 has no relative width: caution
    FEW_DEGREES = "few_degrees_of_freedom"  # below 8: the standard error itself is uncertain: caution
    USE_WITH_CARE = "use_with_care"  # coefficient of variation above 16.5 percent: caution
    KNOWN = "known"  # everybody answered: there is no sampling error


CAUTIONS = frozenset({Reason.WIDE_COMPLEMENT, Reason.NOBODY_OR_ALL, Reason.FEW_DEGREES, Reason.USE_WITH_CARE})
WITHHOLDS = frozenset(Reason) - CAUTIONS - {Reason.KNOWN}


@dataclass(frozen=True)
class Judgement:
    """The verdict on one figure and all its reasons."""

    verdict: Precision
    reasons: frozenset[Reason]


@dataclass(frozen=True, eq=False)
class Judgements:
    """Verdicts on many figures: a mask for each reason that applies to the kind of figure, all of one shape."""

    reasons: MappingProxyType[Reason, Mask]

    @property
    def withheld(self) -> Mask:
        """bool of the input's shape: figures not to be shown."""
        return self._any(WITHHOLDS)

    @property
    def caution(self) -> Mask:
        """bool of the input's shape: figures shown with a mark. Never also withheld."""
        found: Mask = self._any(CAUTIONS) & ~self.withheld
        return found

    def at(self, *place: int) -> Judgement:
        """The judgement of one figure; no index for figures without a dimension."""
        reasons = frozenset(reason for reason, holds in self.reasons.items() if bool(holds[place]))
        if reasons & WITHHOLDS:
            return Judgement(Precision.WITHHOLD, reasons)
        return Judgement(Precision.CAUTION if reasons & CAUTIONS else Precision.OK, reasons)

    def _any(self, kinds: frozenset[Reason]) -> Mask:
        found: Mask = np.logical_or.reduce([holds for reason, holds in self.reasons.items() if reason in kinds])
        return found


def judge_shares(
    value: npt.ArrayLike,
    standard_error: npt.ArrayLike,
    *,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    known: npt.ArrayLike = False,
    minimum: int = 30,
) -> Judgements:
    """Verdicts on shares in [0, 1]; arrays that broadcast to one shape.

    n answers, df degrees of freedom, known: no sampling error. The effective size is p (1 - p) / se^2, n without
    spread. minimum: smallest n and effective n, 30; a small country may choose less, down to 20, for all its figures.
    InputError on a share outside [0, 1], a negative standard error or such a minimum.
    Source: Parker, Talih, Malec et al. 2017 (NCHS); interval of Korn & Graubard 1998.
    """
    p, se, count, degrees, certain = _figures(value, standard_error, n, df, known)
    if bool(np.any((p < 0) | (p > 1))):
        raise InputError("value", expected="shares in [0, 1]", got=_first(p, (p < 0) | (p > 1)), hint="Not percent.")
    _checked_minimum(minimum)
    spread = (se > NO_SPREAD) & (p > 0) & (p < 1)
    effective = np.where(spread, p * (1 - p), count) / np.where(spread, se, 1.0) ** 2
    low, high = beta(p, se, degrees, count)
    width = high - low
    between = (width > NARROW) & (width < WIDE)
    extreme = (p <= 0) | (p >= 1)
    inner = np.where(extreme, 0.5, p)
    return _judgements(
        certain,
        {
            Reason.UNDEFINED: np.isnan(p) | np.isnan(se) | ~(degrees > 0),
            Reason.FEW_ANSWERS: count < minimum,
            Reason.FEW_EFFECTIVE: effective < minimum,
            Reason.WIDE_INTERVAL: width >= WIDE,
            Reason.WIDE_RELATIVE: between & ~extreme & (width > RELATIVELY_WIDE * inner),
            Reason.WIDE_COMPLEMENT: between & ~extreme & (width > RELATIVELY_WIDE * (1 - inner)),
            Reason.NOBODY_OR_ALL: extreme & (width > NARROW),
            Reason.FEW_DEGREES: (degrees > 0) & (degrees < FEW_DEGREES),
        },
        p,
    )


def judge_means(
    value: npt.ArrayLike,
    standard_error: npt.ArrayLike,
    *,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    known: npt.ArrayLike = False,
    minimum: int = 30,
) -> Judgements:
    """Verdicts on means and totals of quantities that cannot be negative, by the coefficient of variation se / value.

    Up to 16.5 percent fine, up to 33 percent to be used with care, above withheld; a value of 0 is undefined unless
    known. Arrays as `judge_shares`. InputError on a negative value: a balance has no coefficient of variation.
    Source: thresholds of Statistics Canada's guidelines for the release of survey estimates.
    """
    level, se, count, degrees, certain = _figures(value, standard_error, n, df, known)
    if bool(np.any(level < 0)):
        raise InputError(
            "value", expected="means or totals from 0", got=_first(level, level < 0),
            hint="Judge a net balance or a score by its range, with judge_bounded.",
        )  # fmt: skip
    _checked_minimum(minimum)
    cv = np.where(level > 0, se, np.nan) / np.where(level > 0, level, 1.0)
    return _judgements(
        certain,
        {
            Reason.UNDEFINED: np.isnan(cv) | ~(degrees > 0) | (se <= NO_SPREAD * level),
            Reason.FEW_ANSWERS: count < minimum,
            Reason.HIGH_CV: cv > HIGHEST_CV,
            Reason.USE_WITH_CARE: (cv > FINE_CV) & (cv <= HIGHEST_CV),
            Reason.FEW_DEGREES: (degrees > 0) & (degrees < FEW_DEGREES),
        },
        level,
    )


def judge_bounded(
    value: npt.ArrayLike,
    standard_error: npt.ArrayLike,
    *,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    bounds: tuple[float, float],
    known: npt.ArrayLike = False,
    minimum: int = 30,
) -> Judgements:
    """Verdicts on net balances and scores, which live on a scale with two ends and may be 0.

    Withheld when the t interval is at least .30 of the range wide: the absolute rule of shares, for figures of which
    a relative width means nothing. Arrays as `judge_shares`. InputError on values outside the bounds. Source: ours.
    """
    level, se, count, degrees, certain = _figures(value, standard_error, n, df, known)
    low, high = bounds
    if not low < high or bool(np.any((level < low) | (level > high))):
        raise InputError(
            "bounds", expected="the two ends of the scale, around every value", got=str(bounds),
            hint="A net balance lies in (-1, 1).",
        )  # fmt: skip
    _checked_minimum(minimum)
    width = 2 * quantile(degrees) * se / (high - low)
    return _judgements(
        certain,
        {
            Reason.UNDEFINED: np.isnan(level) | np.isnan(width) | (se <= NO_SPREAD * (high - low)),
            Reason.FEW_ANSWERS: count < minimum,
            Reason.WIDE_INTERVAL: width >= WIDE,
            Reason.FEW_DEGREES: (degrees > 0) & (degrees < FEW_DEGREES),
        },
        level,
    )


def judge(estimate: PointEstimate, *, bounds: tuple[float, float] | None = None, minimum: int = 30) -> Judgement:
    """The judgement of one estimate: a share by its interval, with bounds by the range, otherwise by its variation.

    InputError as the rule that applies; a share has no need of bounds.
    """
    known = Flag.KNOWN in estimate.flags
    value, error, n, df = estimate.value, estimate.standard_error, estimate.n, estimate.df
    if estimate.positive is not None:
        return judge_shares(value, error, n=n, df=df, known=known, minimum=minimum).at()
    if bounds is not None:
        return judge_bounded(value, error, n=n, df=df, bounds=bounds, known=known, minimum=minimum).at()
    return judge_means(value, error, n=n, df=df, known=known, minimum=minimum).at()


def _figures(
    value: npt.ArrayLike, error: npt.ArrayLike, n: npt.ArrayLike, df: npt.ArrayLike, known: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, Mask]:
    given = (value, error, n, df)
    try:
        level, se, count, degrees, certain = np.broadcast_arrays(
            *(np.asarray(one, dtype=np.float64) for one in given), np.asarray(known, dtype=np.bool_)
        )
    except ValueError as problem:
        raise InputError("value", expected="arrays of one shape", got=str(problem), hint="Pass one of each.") from None
    if bool(np.any(se < 0)):
        raise InputError("standard_error", expected="0 or more", got=_first(se, se < 0), hint="Not a variance.")
    if bool(np.any(~(count >= 0) | (count != np.floor(count)))):
        wrong = ~(count >= 0) | (count != np.floor(count))
        raise InputError("n", expected="counts of answers", got=_first(count, wrong), hint="Unweighted, whole numbers.")
    return level, se, count, degrees, certain


def _judgements(certain: Mask, found: dict[Reason, Mask], value: Floats) -> Judgements:
    """What is known has no sampling error: only a missing value can hold it back."""
    reasons = {reason: np.asarray(holds & ~certain) for reason, holds in found.items()}
    reasons[Reason.UNDEFINED] = np.asarray(reasons[Reason.UNDEFINED] | np.isnan(value))
    reasons[Reason.KNOWN] = np.asarray(certain)
    return Judgements(MappingProxyType(reasons))


def _checked_minimum(minimum: int) -> None:
    if minimum < SMALLEST_MINIMUM:
        raise InputError(
            "minimum", expected=f"at least {SMALLEST_MINIMUM} answers", got=str(minimum),
            hint="30 is the rule; a small country may choose 20 openly, for all its figures.",
        )  # fmt: skip


def _first(values: Floats, wrong: Mask) -> str:
    return f"{float(values[wrong].flat[0]):g}"
