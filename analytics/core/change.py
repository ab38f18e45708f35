"""Change between two waves of which some units answered in both."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, codes, floats, sums
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.hypothesis_tests import p_value, welch_df
from analytics.core.intervals import NO_SPREAD, quantile


class ChangeFlag(StrEnum):
    INDEPENDENT = "independent_waves"  # no stratum has two common units: no covariance
    COVARIANCE_UNUSABLE = "covariance_unusable"  # larger than the variances allow: left out
    UNDEFINED = "undefined"  # a wave has no value or no standard error


@dataclass(frozen=True)
class Change:
    """now - before. covariance is that of the two waves' estimates; common counts units that answered both.

    df: Satterthwaite's for independent waves, the smaller of the two otherwise. NaN where undefined (see flags).
    """

    difference: float
    standard_error: float
    covariance: float
    df: float
    low: float
    high: float
    p: float
    common: int
    flags: frozenset[ChangeFlag]


@dataclass(frozen=True, eq=False)
class WavePart:
    """One wave's side of a change: its design, the linked unit of each respondent and their strata.

    units: n identifiers, each once, that link the waves. strata i8[n] and populations f8[G] (None: unknown) use codes
    that mean the same in both waves: `cross_strata` gives them where strata were joined differently.
    """

    design: SurveyDesign
    units: tuple[str, ...]
    strata: Codes
    populations: Floats | None = None

    def __post_init__(self) -> None:
        if len(self.units) != self.design.size or len(set(self.units)) != len(self.units):
            raise InputError(
                "units",
                expected=f"{self.design.size} identifiers, each once",
                got=f"{len(self.units)}, of which {len(set(self.units))} differ",
                hint="One identifier for each respondent, in the order of the design.",
            )
        object.__setattr__(self, "strata", codes("strata", self.strata, size=self.design.size))
        if self.populations is not None:
            size = int(self.strata.max()) + 1
            held = floats("populations", self.populations)
            if len(held) < size or not bool(np.all(held[self.strata] > 1)):
                raise InputError(
                    "populations",
                    expected=f"the number of units of each of the {size} common strata",
                    got=f"{len(held)} numbers from {held.min(initial=np.inf):g}",
                    hint="Add up the frame's units over the same codes.",
                )
            object.__setattr__(self, "populations", held)


def cross_strata(joined_now: Codes, joined_before: Codes) -> Codes:
    """Common code i8[H] of each frame stratum: those joined alike in both waves share one.

    joined_now and joined_before i8[H]: the group of each frame stratum in each wave (`Weighting.strata`).
    """
    pairs = np.column_stack([codes("joined_now", joined_now), codes("joined_before", joined_before)])
    return np.unique(pairs, axis=0, return_inverse=True)[1].astype(np.int64).ravel()


def wave_covariance(now: WavePart, z_now: Floats, before: WavePart, z_before: Floats) -> tuple[float, int]:
    """Covariance of two waves' estimates with influences z f8[n] each, and the number of common units.

    sum over strata of (n_c - n_1 n_2 / N) s_12, s_12 the sample covariance of both z over the n_c common units;
    strata with n_c < 2, and units that stand in another stratum than before, add nothing. N is the larger of both
    waves' populations; without populations the second term is left out.
    Source: Tam 1984; Qualité & Tillé 2008 (N^2 (n_c / n_1 n_2 - 1 / N) s_12 of unweighted values, with z = w u).
    """
    strata = max(int(now.strata.max()), int(before.strata.max())) + 1
    here, there = _common(now, before)
    same = now.strata[here] == before.strata[there]
    group = now.strata[here][same]
    one, other = z_now[here][same], z_before[there][same]
    common = np.bincount(group, minlength=strata)
    several = common > 1
    divisor = np.maximum(common, 1)
    mean_one, mean_other = sums(group, one, strata) / divisor, sums(group, other, strata) / divisor
    products = sums(group, (one - mean_one[group]) * (other - mean_other[group]), strata)
    spread = np.where(several, products / np.maximum(common - 1, 1), 0.0)
    sizes = np.bincount(now.strata, minlength=strata) * np.bincount(before.strata, minlength=strata)
    expected = sizes / _populations(now, before, strata)
    return float(np.sum((common - expected) * spread)), len(here) if bool(several.any()) else 0


def change(
    now: WavePart, estimate: PointEstimate, before: WavePart, earlier: PointEstimate, *, confidence: float = 0.95
) -> Change:
    """The change of one estimate from `before` to `now`, with the covariance of the panel.

    Both estimates must come from the designs named beside them (InputError when the lengths differ).
    V = V_1 + V_2 - 2 Cov. Each wave keeps its own variance: stacked files with a finite-population correction
    understate it. Source: as `wave_covariance`.
    """
    for name, part, found in (("estimate", now, estimate), ("earlier", before, earlier)):
        if len(found.influence) != part.design.size:
            raise InputError(
                name,
                expected=f"an estimate of a design with {part.design.size} respondents",
                got=f"one with {len(found.influence)}",
                hint="Pass each wave's estimate beside its own design.",
            )
    gap = estimate.value - earlier.value
    if np.isnan(estimate.standard_error + earlier.standard_error + gap) or _hollow(estimate) or _hollow(earlier):
        nan = float("nan")
        return Change(gap, nan, nan, 0.0, nan, nan, nan, 0, frozenset({ChangeFlag.UNDEFINED}))
    own = np.array([estimate.variance, earlier.variance])
    shared, common = wave_covariance(now, estimate.influence, before, earlier.influence)
    flags = {ChangeFlag.INDEPENDENT} if common == 0 else set()
    if abs(shared) > float(np.sqrt(own.prod())):
        shared, flags = 0.0, flags | {ChangeFlag.COVARIANCE_UNUSABLE}
    degrees = np.array([estimate.df, earlier.df])
    df = welch_df(own, degrees) if shared == 0 else float(degrees.min())
    error = float(np.sqrt(own.sum() - 2 * shared))
    half = float(quantile(df, confidence)) * error if error > 0 else 0.0
    p = float(p_value(gap / error, df)) if error > 0 else float(gap == 0)
    return Change(gap, error, shared, df, gap - half, gap + half, p, common, frozenset(flags))


def _hollow(estimate: PointEstimate) -> bool:
    """No spread and not everybody asked: its standard error of 0 is not precision."""
    return estimate.standard_error <= NO_SPREAD and Flag.KNOWN not in estimate.flags


@lru_cache(maxsize=4)
def _common(now: WavePart, before: WavePart) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    place = {unit: row for row, unit in enumerate(before.units)}
    pairs = [(row, place[unit]) for row, unit in enumerate(now.units) if unit in place]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _populations(now: WavePart, before: WavePart, strata: int) -> Floats:
    held = np.full(strata, np.inf)
    for part in (now, before):
        if part.populations is not None:
            size = part.populations
            sure = held[: len(size)]
            held[: len(size)] = np.where(np.isinf(sure), size, np.maximum(sure, size))
    return held
