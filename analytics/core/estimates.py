"""Totals, means, shares, ratios, balances, scores and covariances, in domains of the full design."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, codes, floats, mask
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.variance import covariance, satterthwaite, simple_variance, stratum_variances

__all__ = [
    "SIX_STEPS", "Flag", "PointEstimate", "covariance", "difference", "item_covariance", "item_variance", "linear",
    "mean", "mean_score", "net_balance", "ratio", "share", "smooth", "total",
]  # fmt: skip

Complexes = npt.NDArray[np.complex128]
NAN = float("nan")
ROUNDING = 1e-24  # a variance this small beside the squares of the influence values is none
TINY = 1e-100  # a step along the imaginary axis: nothing is subtracted, so it cannot be too small
SIX_STEPS = (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)  # scores of 1 hindered to a high degree .. 6 promoted to a high degree


class Flag(StrEnum):
    """What a reader of the figure must know."""

    EMPTY_DOMAIN = "empty_domain"  # no respondent in the domain: no value
    NO_ANSWERS = "no_answers"  # respondents, but none of them answered: no value
    ONE_ANSWER = "one_answer"  # a value that rests on one answer: no standard error
    ZERO_DENOMINATOR = "zero_denominator"  # a ratio to nothing: no value
    LONELY_STRATUM = "lonely_stratum"  # one PSU, or one respondent of a PSU: no standard error under "fail"
    NO_DEGREES = "no_degrees_of_freedom"  # as many strata as PSUs with an answer: no interval
    ZERO_SPREAD = "zero_spread"  # all answers alike, though not everybody was asked
    KNOWN = "known"  # everybody in the domain answered: no sampling error
    OUT_OF_RANGE = (
        "out_of_range"  # a quantile with a limit beyond the smallest or largest answer: that limit is missing
    )
    MISSING_PART = "missing_part"  # a part of the combination has no value: neither has the whole
    IMPUTED = "imputed"  # pooled over completed data sets: many had left something out
    NOT_IMPUTED = "not_imputed"  # many had left something out, and too few had not to fill it from


@dataclass(frozen=True, eq=False)
class PointEstimate:
    """An estimate and its precision. NaN where it is undefined; `flags` says why.

    df is the smaller of df_plain (PSUs minus strata, as R) and Satterthwaite's: the one for published
    intervals. n counts answers in the domain, positive those of value 1 (shares only). design_effect and
    n_effective are NaN where they are undefined. influence f8[n of the design], rows bool[n]: the answers used.
    """

    value: float
    standard_error: float
    df: float
    df_plain: int
    n: int
    positive: int | None
    n_effective: float
    design_effect: float
    influence: Floats
    rows: Mask
    flags: frozenset[Flag] = frozenset()

    @property
    def variance(self) -> float:
        return self.standard_error**2


@dataclass(frozen=True, eq=False)
class _Answers:
    """Values f8[n] (0 where unused), the rows used bool[n], the weights in them f8[n] and the flags so far."""

    values: Floats
    rows: Mask
    weights: Floats
    flags: frozenset[Flag]


def mean(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> PointEstimate:
    """Weighted mean of y f8[n] (NaN: no answer) among those of the domain bool[n] who answered.

    z = w d (y - mean) / sum w d. Source: Särndal, Swensson & Wretman 1992, sec. 5.7-5.8. InputError on shapes.
    """
    answers = _answers(design, floats("y", y, size=design.size), domain)
    return _mean(design, answers)


def share(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> PointEstimate:
    """Share of ones in y (0, 1 or NaN; bool is fine), in [0, 1]; n_effective is p (1 - p) / variance.

    Source: as `mean`; Korn & Graubard 1998 for the effective size.
    """
    values = floats("y", y, size=design.size)
    _only(values, (0.0, 1.0), "Use mean for values and net_balance for -1, 0, 1.")
    answers = _answers(design, values, domain)
    found = _mean(design, answers)
    variance = found.variance
    effective = found.value * (1 - found.value) / variance if variance > 0 else NAN
    return replace(found, n_effective=effective, positive=int(answers.values[answers.rows].sum()))


def net_balance(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> PointEstimate:
    """Share promoted minus share hindered, in [-1, 1], with y = 1 promoted, -1 hindered, 0 any other answer.

    One mean with one variance, so that the covariance of the two shares is in it. Source: as `mean`.
    """
    values = floats("y", y, size=design.size)
    _only(values, (-1.0, 0.0, 1.0), "Code promoted 1, hindered -1, every other answer 0, no answer NaN.")
    return _mean(design, _answers(design, values, domain))


def mean_score(
    design: SurveyDesign, answers: npt.ArrayLike, scores: Sequence[float], domain: npt.ArrayLike | None = None
) -> PointEstimate:
    """Mean of the scores f8[K] of the answers i8[n], codes 0..K-1 and -1 for no answer; as `mean`.

    A score of NaN takes its answer ("not relevant") out of the base: that is a second estimand and needs a name of its
    own. InputError for a code without a score.
    """
    given = codes("answers", answers, size=design.size)
    if int(given.min()) < -1 or int(given.max()) >= len(scores):
        raise InputError(
            "answers",
            expected=f"codes from -1 to {len(scores) - 1}",
            got=f"codes from {int(given.min())} to {int(given.max())}",
            hint="Give every code a score, NaN to leave it out of the base.",
        )
    return mean(design, np.append(floats("scores", scores), NAN)[given], domain)


def item_covariance(
    design: SurveyDesign, y: npt.ArrayLike, x: npt.ArrayLike, domain: npt.ArrayLike | None = None
) -> PointEstimate:
    """Covariance of two items f8[n] among those who answered both: n / (n - 1) sum w d (y - my) (x - mx) / sum w d.

    z = w d (n / (n - 1) (y - my) (x - mx) - covariance) / sum w d. One answer: NaN and the flag one_answer.
    Source: Särndal, Swensson & Wretman 1992, sec. 5.9; the estimator of `svyvar` in R's survey.
    """
    one, other = floats("y", y, size=design.size), floats("x", x, size=design.size)
    answers = _answers(design, one + other, domain)
    n = int(answers.rows.sum())
    if n < 2:
        return _undefined(design, answers, Flag.ONE_ANSWER if n else None)
    size = float(answers.weights.sum())
    one, other = np.where(answers.rows, one, 0.0), np.where(answers.rows, other, 0.0)
    products = (one - float(answers.weights @ one) / size) * (other - float(answers.weights @ other) / size)
    value = n / (n - 1) * float(answers.weights @ products) / size
    return _point(design, value, answers.weights * (n / (n - 1) * products - value) / size, answers)


def item_variance(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> PointEstimate:
    """Variance of an item f8[n] in the population, n / (n - 1) sum w d (y - mean)^2 / sum w d; as `item_covariance`."""
    return item_covariance(design, y, y, domain)


def total(design: SurveyDesign, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> PointEstimate:
    """Total of y f8[n] over the domain; units without an answer count as nothing. z = w d y.

    Source: Särndal, Swensson & Wretman 1992, sec. 3.3.
    """
    answers = _answers(design, floats("y", y, size=design.size), domain)
    if not answers.rows.any():
        return _undefined(design, answers)
    influence = answers.weights * answers.values
    found = _point(design, float(influence.sum()), influence, answers)
    return _with_effect(design, found, answers, scale=float(answers.weights.sum()) ** 2)


def ratio(
    design: SurveyDesign, y: npt.ArrayLike, x: npt.ArrayLike, domain: npt.ArrayLike | None = None
) -> PointEstimate:
    """Total of y over total of x, both f8[n], among those who answered both. z = w d (y - R x) / sum w d x.

    Source: Särndal, Swensson & Wretman 1992, sec. 5.6.
    """
    above, below = floats("y", y, size=design.size), floats("x", x, size=design.size)
    answers = _answers(design, above + below, domain)
    if not answers.rows.any():
        return _undefined(design, answers)
    above, below = np.where(answers.rows, above, 0.0), np.where(answers.rows, below, 0.0)
    base = float(answers.weights @ below)
    if base == 0:
        return _undefined(design, answers, Flag.ZERO_DENOMINATOR)
    value = float(answers.weights @ above) / base
    return _thin(_point(design, value, answers.weights * (above - value * below) / base, answers))


def linear(
    design: SurveyDesign, estimates: Sequence[PointEstimate], coefficients: Sequence[float], constant: float = 0.0
) -> PointEstimate:
    """constant + sum of coefficient x estimate, all of one design, with their covariance; n is the smallest n.

    NaN and the flag missing_part when an estimate has no value; no standard error when one of them has none.
    InputError when the numbers of both differ.
    """
    if len(estimates) != len(coefficients) or not estimates:
        raise InputError(
            "coefficients",
            expected=f"one for each of the {len(estimates)} estimates, at least one",
            got=str(len(coefficients)),
            hint="Pass estimates and coefficients in the same order.",
        )
    value = constant + sum(c * one.value for c, one in zip(coefficients, estimates, strict=True))
    return _combined(design, estimates, float(value), np.array(coefficients, dtype=np.float64))


def smooth(
    design: SurveyDesign, estimates: Sequence[PointEstimate], function: Callable[[Complexes], complex]
) -> PointEstimate:
    """A smooth function of k estimates of one design: z = sum of its slopes x z of each; undefined parts as `linear`.

    function: c16[k] -> complex, written with +, -, *, /, powers and numpy's exp, log, sqrt and the like: its slopes are
    taken along the imaginary axis, which is exact to rounding. InputError without estimates, for a function that
    drops the imaginary part (abs, max, float) and where a value or slope is not finite.
    Source: Särndal, Swensson & Wretman 1992, sec. 5.5; Squire & Trapp 1998.
    """
    if not estimates:
        raise InputError("estimates", expected="at least one", got="none", hint="Pass what the function takes.")
    values = np.array([one.value for one in estimates])
    if bool(np.isnan(values).any()):
        return _combined(design, estimates, NAN, np.zeros(len(values)))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = function(values.astype(np.complex128))
        along = [function(values + 1j * TINY * axis) for axis in np.eye(len(values))]
    if not all(np.iscomplexobj(one) for one in along):
        raise InputError("function", expected="a complex result", got=f"{value!r}", hint="Leave out abs, max, float().")
    if not bool(np.isfinite([value, *along]).all()):
        raise InputError(
            "function",
            expected="finite values at the estimates",
            got=f"{value:g} at {values.tolist()}",
            hint="A ratio to 0 or the logarithm of 0 has no slope: use replicate weights.",
        )
    return _combined(design, estimates, float(value.real), np.array([one.imag / TINY for one in along]))


def difference(design: SurveyDesign, one: PointEstimate, other: PointEstimate) -> PointEstimate:
    """one - other, two estimates of the same design, with their covariance (0 when no stratum is shared)."""
    return linear(design, (one, other), (1.0, -1.0))


def _combined(design: SurveyDesign, estimates: Sequence[PointEstimate], value: float, slopes: Floats) -> PointEstimate:
    rows = np.logical_or.reduce([one.rows for one in estimates])
    flags = frozenset().union(*(one.flags for one in estimates)) - {Flag.KNOWN}
    answers = _Answers(np.zeros(design.size), rows, np.where(rows, design.weights, 0.0), flags)
    if any(np.isnan(one.value) for one in estimates):
        return _undefined(design, answers, Flag.MISSING_PART)
    influence = np.column_stack([one.influence for one in estimates]) @ slopes
    found = replace(_point(design, value, influence, answers), n=min(one.n for one in estimates))
    if any(np.isnan(one.standard_error) for one in estimates):
        return replace(found, standard_error=NAN, df=0.0)
    return found


def _answers(design: SurveyDesign, values: Floats, domain: npt.ArrayLike | None) -> _Answers:
    if bool(np.isinf(values).any()):
        row = int(np.argmax(np.isinf(values)))
        raise InputError("y", expected="finite numbers or NaN", got=f"inf in row {row}", hint="Mend the value.")
    inside = mask("domain", domain, size=design.size)
    rows = inside & ~np.isnan(values)
    flags: frozenset[Flag] = frozenset()
    if not inside.any():
        flags = frozenset({Flag.EMPTY_DOMAIN})
    elif not rows.any():
        flags = frozenset({Flag.NO_ANSWERS})
    return _Answers(np.where(rows, values, 0.0), rows, np.where(rows, design.weights, 0.0), flags)


def _mean(design: SurveyDesign, answers: _Answers) -> PointEstimate:
    if not answers.rows.any():
        return _undefined(design, answers)
    size, used = float(answers.weights.sum()), answers.values[answers.rows]
    alike = bool(np.all(used == used[0]))  # then the value is theirs exactly, and nothing is left but rounding
    value = float(used[0]) if alike else float(answers.weights @ answers.values) / size
    influence = answers.weights * (answers.values - value) / size
    found = _thin(_point(design, value, influence, answers))
    if len(used) > 1 and alike and Flag.KNOWN not in found.flags:
        found = replace(found, standard_error=0.0, flags=found.flags | {Flag.ZERO_SPREAD})
    return _with_effect(design, found, answers, scale=1.0)


def _thin(found: PointEstimate) -> PointEstimate:
    """One answer has no spread to measure; its 0 would pass for precision."""
    if found.n > 1 or Flag.KNOWN in found.flags:
        return found
    return replace(found, standard_error=NAN, df=0.0, flags=found.flags | {Flag.ONE_ANSWER})


def _point(design: SurveyDesign, value: float, influence: Floats, answers: _Answers) -> PointEstimate:
    by_stratum = stratum_variances(design, influence, answers.rows)
    plain = design.degf(answers.rows)
    flags = set(answers.flags)
    certain = design.calibration is None  # calibrated weights vary with the sample, wherever the domain lies
    if certain and bool(design.certain[design.strata_with(answers.rows)].all()):
        flags.add(Flag.KNOWN)
    elif plain < 1:
        flags.add(Flag.NO_DEGREES)
    if bool((design.lonely_rows & (answers.rows | (design.calibration is not None))).any()):
        flags.add(Flag.LONELY_STRATUM)
    variance = float(by_stratum.sum())
    if variance <= ROUNDING * float(influence @ influence):  # strata agree inside: no degrees from rounding
        variance, by_stratum = 0.0, np.zeros_like(by_stratum)
    if Flag.LONELY_STRATUM in flags and design.lonely_psu is LonelyPsu.FAIL:
        variance = NAN
    df = 0.0 if np.isnan(variance) else min(float(plain), satterthwaite(design, by_stratum))
    influence.setflags(write=False)
    return PointEstimate(
        value=value, standard_error=float(np.sqrt(variance)), df=df, df_plain=plain, n=int(answers.rows.sum()),
        positive=None, n_effective=NAN, design_effect=NAN, influence=influence, rows=answers.rows,
        flags=frozenset(flags),
    )  # fmt: skip


def _with_effect(design: SurveyDesign, found: PointEstimate, answers: _Answers, *, scale: float) -> PointEstimate:
    simple = scale * simple_variance(design.weights[answers.rows], answers.values[answers.rows])
    effect = found.variance / simple if simple > 0 else NAN
    return replace(found, design_effect=effect, n_effective=found.n / effect if effect > 0 else NAN)


def _undefined(design: SurveyDesign, answers: _Answers, flag: Flag | None = None) -> PointEstimate:
    return PointEstimate(
        value=NAN, standard_error=NAN, df=0.0, df_plain=0, n=int(answers.rows.sum()), positive=None,
        n_effective=NAN, design_effect=NAN, influence=np.zeros(design.size), rows=answers.rows,
        flags=answers.flags | ({flag} if flag else frozenset()),
    )  # fmt: skip


def _only(values: Floats, allowed: tuple[float, ...], hint: str) -> None:
    wrong = ~(np.isin(values, allowed) | np.isnan(values))
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputError(
            "y", expected=f"only {', '.join(f'{v:g}' for v in allowed)} or NaN", got=f"{values[row]:g} in row {row}",
            hint=hint,
        )  # fmt: skip
