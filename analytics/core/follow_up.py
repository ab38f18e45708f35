"""Follow-up of non-respondents: a mean from those who answered and a sample of those who did not."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, mask, sums
from analytics.core.weights import design_weights

NAN = float("nan")


class FollowUpFlag(StrEnum):
    """What a reader of the figure must know."""

    NO_FOLLOW_UP = "no_follow_up"  # a stratum with non-respondents of whom none was followed up: no value
    ONE_FOLLOWED = "one_followed"  # one followed up of several: no standard error
    LONELY_STRATUM = "lonely_stratum"  # one drawn unit of more: no standard error
    NO_ANSWERS = "no_answers"  # nobody in the domain has a value
    NEGATIVE_VARIANCE = "negative_variance"  # the unbiased variance came out below 0: no standard error


@dataclass(frozen=True, eq=False)
class FollowUp:
    """The two-phase estimate; NaN where it is undefined, `flags` say why.

    variance = first_phase (the drawn sample) + second_phase (the follow-up). df: units with a value minus groups.
    respondents and non_respondents: the means of the two parts, difference the second minus the first;
    respondent_share: weighted share of the population that would answer. weights f8[m]: (N_h / n_h) for who answered,
    times n_g / m_g for who was followed up, else 0.
    """

    value: float
    standard_error: float
    first_phase: float
    second_phase: float
    df: int
    respondents: float
    non_respondents: float
    difference: float
    respondent_share: float
    weights: Floats
    flags: frozenset[FollowUpFlag]


@dataclass(frozen=True, eq=False)
class _Phases:
    """Of m drawn units in H strata: first f8[m] = N_h / n_h; groups i8[m] = 2 h + (1 if no answer); used bool[m]."""

    strata: Codes
    first: Floats
    fractions: Floats
    groups: Codes
    used: Mask
    sizes: Floats
    measured: Floats


def follow_up(
    values: npt.ArrayLike,
    *,
    strata: Codes,
    answered: Mask,
    followed: Mask,
    populations: Floats | None = None,
    domain: Mask | None = None,
) -> FollowUp:
    """Mean (share, for 0 and 1) of values f8[m] of the drawn units, in a domain bool[m].

    strata i8[m], populations f8[H] (None: no correction, strata weighed by their drawn units); answered bool[m];
    followed bool[m]: non-respondents drawn by simple random sampling in their stratum and measured. Those drawn and
    not measured count as not followed, taken to be missing at random. Values are read of answered and followed units;
    NaN there is no value. n_h, m_g: drawn and measured units. With u the linearised value, by stratum
    V = N^2 (1 - n/N) S^2 / n + (N/n)^2 v, v = n_g^2 (1 - m_g/n_g) s_g^2 / m_g, and S^2 without bias:
    (n sum (n_g/m_g) u^2 - T^2 + v) / (n (n - 1)), T = sum (n_g/m_g) u.
    Source: Hansen & Hurwitz 1946; Cochran 1977, sec. 13.6; Särndal, Swensson & Wretman 1992, sec. 9.4 and 15.4.
    """
    given = floats("values", values)
    phases = _phases(
        codes("strata", strata, size=len(given)), answered=mask("answered", answered, size=len(given)),
        followed=mask("followed", followed, size=len(given)), populations=populations,
    )  # fmt: skip
    inside = mask("domain", domain, size=len(given)) & phases.used & ~np.isnan(given)
    second = np.divide(phases.sizes, phases.measured, out=np.zeros(len(phases.sizes)), where=phases.measured > 0)
    weights = np.where(phases.used, phases.first * second[phases.groups], 0.0)
    flags = _flags(phases, inside)
    parts = [_mean(given, weights, inside & (phases.groups % 2 == part)) for part in (0, 1)]
    share = _mean((phases.groups % 2 == 0).astype(np.float64), weights, inside)
    df = int(inside.sum()) - len(np.unique(phases.groups[inside]))
    value, first_phase, second_phase = NAN, NAN, NAN
    if not flags & {FollowUpFlag.NO_FOLLOW_UP, FollowUpFlag.NO_ANSWERS}:
        value = _mean(given, weights, inside)
        u = np.where(inside, (np.where(inside, given, 0.0) - value) / float(weights[inside].sum()), 0.0)
        first_phase, second_phase = _variances(phases, u)
    if flags & {FollowUpFlag.ONE_FOLLOWED, FollowUpFlag.LONELY_STRATUM}:
        first_phase = second_phase = NAN
    variance = first_phase + second_phase
    if variance < 0:
        flags, variance = flags | {FollowUpFlag.NEGATIVE_VARIANCE}, NAN
    return FollowUp(
        value=value, standard_error=float(np.sqrt(variance)), first_phase=first_phase,
        second_phase=second_phase, df=df, respondents=parts[0], non_respondents=parts[1],
        difference=parts[1] - parts[0], respondent_share=share, weights=weights, flags=flags,
    )  # fmt: skip


def _phases(strata: Codes, *, answered: Mask, followed: Mask, populations: Floats | None) -> _Phases:
    both = answered & followed
    if bool(both.any()):
        raise InputError(
            "followed", expected="units that did not answer", got=f"unit {int(np.argmax(both))}, which answered",
            hint="A unit that answered needs no follow-up.",
        )  # fmt: skip
    count = int(strata.max(initial=-1)) + 1 if populations is None else len(populations)
    if not len(strata) or int(strata.min()) < 0 or int(strata.max()) >= count:
        raise InputError(
            "strata", expected=f"codes 0..{count - 1} of at least one unit", got=str(sorted(set(strata.tolist()))[:3]),
            hint="Every drawn unit belongs to a stratum of the frame.",
        )  # fmt: skip
    drawn = np.bincount(strata, minlength=count).astype(np.float64)
    held = drawn if populations is None else floats("populations", populations)
    fractions = np.zeros(count)
    if populations is not None:
        np.divide(drawn, held, out=fractions, where=held > 0)
    groups = 2 * strata + (~answered)
    used = answered | followed
    return _Phases(
        strata=strata, first=design_weights(strata=strata, populations=held), fractions=fractions, groups=groups,
        used=used, sizes=np.bincount(groups, minlength=2 * count).astype(np.float64),
        measured=np.bincount(groups[used], minlength=2 * count).astype(np.float64),
    )  # fmt: skip


def _flags(phases: _Phases, inside: Mask) -> frozenset[FollowUpFlag]:
    drawn = np.bincount(phases.strata)
    found: set[FollowUpFlag] = set()
    if bool(((phases.sizes > 0) & (phases.measured == 0)).any()):
        found.add(FollowUpFlag.NO_FOLLOW_UP)
    if bool(((phases.measured == 1) & (phases.sizes > 1)).any()):
        found.add(FollowUpFlag.ONE_FOLLOWED)
    if bool(((drawn == 1) & (phases.fractions[: len(drawn)] < 1)).any()):
        found.add(FollowUpFlag.LONELY_STRATUM)
    if not inside.any():
        found.add(FollowUpFlag.NO_ANSWERS)
    return frozenset(found)


def _mean(values: Floats, weights: Floats, rows: Mask) -> float:
    held = float(weights[rows].sum())
    return float((weights[rows] * values[rows]).sum()) / held if held > 0 else NAN


def _variances(phases: _Phases, u: Floats) -> tuple[float, float]:
    """Variance of the sum of u, expanded: what the drawn sample and what the follow-up adds."""
    groups, used = phases.groups[phases.used], u[phases.used]
    number = len(phases.sizes)
    size, measured = phases.sizes, np.maximum(phases.measured, 1.0)
    total, squares = sums(groups, used, number), sums(groups, used**2, number)
    middle = total / measured
    spread = sums(groups, (used - middle[groups]) ** 2, number) / np.maximum(measured - 1, 1)
    second = (size**2 * (1 - phases.measured / np.maximum(size, 1)) * spread / measured).reshape(-1, 2).sum(axis=1)
    n = size.reshape(-1, 2).sum(axis=1)
    expanded = (size / measured * total).reshape(-1, 2).sum(axis=1)
    square = (size / measured * squares).reshape(-1, 2).sum(axis=1)
    s2 = (n * square - expanded**2 + second) / np.maximum(n * (n - 1), 1)
    weight = np.zeros(len(n))
    weight[phases.strata] = phases.first
    first = weight**2 * n * (1 - phases.fractions) * s2
    return float(first.sum()), float((weight**2 * second).sum())
