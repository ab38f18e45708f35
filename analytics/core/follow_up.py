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
    """Of m drawn units in H strata: first f8[m] = N_h / n_h, fractions f8[H] = n_h / N_h; used bool[m].

    groups i8[m]: the stratum of who answered, H + the cell of who did not. sizes and measured f8[G] by group.
    """

    strata: Codes
    first: Floats
    fractions: Floats
    groups: Codes
    answered: Mask
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
    cells: Codes | None = None,
    domain: Mask | None = None,
) -> FollowUp:
    """Mean (share, for 0 and 1) of values f8[m] of the drawn units, in a domain bool[m].

    strata i8[m], populations f8[H] (None: no correction, strata weighed by their drawn units); answered bool[m];
    followed bool[m]: non-respondents drawn by simple random sampling in their stratum and measured. Those drawn and
    not measured count as not followed, taken to be missing at random. Values are read of answered and followed units;
    NaN there is no value. cells i8[m]: in which group those measured stand for the other non-respondents, across strata
    where a stratum has too few (read of non-respondents; None: their stratum). n_h, m_g: drawn and measured units.
    With u the linearised value and d = N/n, V = sum_h N^2 (1 - n/N) S^2 / n + sum_g n_g^2 (1 - m_g/n_g) s_g^2(d u) /
    m_g, S^2 without bias: (n sum (n_g/m_g) u^2 - T^2 + v) / (n (n - 1)), T = sum (n_g/m_g) u, both over the stratum,
    and v the second sum for u of the stratum, 0 elsewhere.
    Source: Hansen & Hurwitz 1946; Cochran 1977, sec. 13.6; Särndal, Swensson & Wretman 1992, sec. 9.4 and 15.4.
    """
    given = floats("values", values)
    phases = _phases(
        codes("strata", strata, size=len(given)), answered=mask("answered", answered, size=len(given)),
        followed=mask("followed", followed, size=len(given)), populations=populations,
        cells=strata if cells is None else codes("cells", cells, size=len(given)),
    )  # fmt: skip
    inside = mask("domain", domain, size=len(given)) & phases.used & ~np.isnan(given)
    second = np.divide(phases.sizes, phases.measured, out=np.zeros(len(phases.sizes)), where=phases.measured > 0)
    weights = np.where(phases.used, phases.first * second[phases.groups], 0.0)
    flags = _flags(phases, inside)
    parts = [_mean(given, weights, inside & part) for part in (phases.answered, ~phases.answered)]
    share = _mean(phases.answered.astype(np.float64), weights, inside)
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


def _phases(strata: Codes, *, answered: Mask, followed: Mask, populations: Floats | None, cells: Codes) -> _Phases:
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
    groups = np.where(answered, strata, count + cells)
    if int(cells[~answered].min(initial=0)) < 0:
        raise InputError(
            "cells", expected="codes from 0 of those who did not answer", got=str(int(cells[~answered].min())),
            hint="Every non-respondent belongs to a cell in which somebody stands for it.",
        )  # fmt: skip
    used = answered | followed
    number = int(groups.max()) + 1
    return _Phases(
        strata=strata, first=design_weights(strata=strata, populations=held), fractions=fractions, groups=groups,
        answered=answered, used=used, sizes=np.bincount(groups, minlength=number).astype(np.float64),
        measured=np.bincount(groups[used], minlength=number).astype(np.float64),
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
    strata, groups, used = phases.strata[phases.used], phases.groups[phases.used], u[phases.used]
    count = len(phases.fractions)
    first = np.zeros(count)
    first[phases.strata] = phases.first
    n = np.bincount(phases.strata, minlength=count).astype(np.float64)
    raised = (phases.sizes / np.maximum(phases.measured, 1.0))[groups]
    expanded, square = sums(strata, raised * used, count), sums(strata, raised * used**2, count)
    number = len(phases.sizes)
    parts, of_part = np.unique(strata * number + groups, return_inverse=True)
    within = sums(parts // number, _second_phase(phases, parts % number, of_part, used), count)
    s2 = (n * square - expanded**2 + within) / np.maximum(n * (n - 1), 1)
    whole, of_group = np.unique(groups, return_inverse=True)
    second = _second_phase(phases, whole, of_group, phases.first[phases.used] * used)
    return float((first**2 * n * (1 - phases.fractions) * s2).sum()), float(second.sum())


def _second_phase(phases: _Phases, groups: Codes, parts: Codes, values: Floats) -> Floats:
    """f8[P]: n_g^2 (1 - m_g / n_g) s_g^2 / m_g of each part of a group, 0 for measured units of its other parts.

    groups i8[P]: the group of each part; parts i8[k] and values f8[k] of the measured units.
    """
    size, measured = phases.sizes[groups], phases.measured[groups]
    held = np.bincount(parts, minlength=len(groups))
    middle = sums(parts, values, len(groups)) / measured
    spread = sums(parts, (values - middle[parts]) ** 2, len(groups)) + (measured - held) * middle**2
    found: Floats = size**2 * (1 - measured / size) * spread / np.maximum(measured - 1, 1) / measured
    return found
