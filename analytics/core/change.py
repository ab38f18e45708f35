"""Change between two waves of which some units answered in both."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, codes, floats, sums
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate
from analytics.core.hypothesis_tests import p_value, welch_df
from analytics.core.intervals import NO_SPREAD, quantile

PAIRS = 32  # of waves whose common units are remembered: a trend asks for every two of its waves, figure by figure
ROUNDING = 1e-12  # of the variances of both waves: a covariance this much beyond them is theirs, a rest this small none


class ChangeFlag(StrEnum):
    INDEPENDENT = "independent_waves"  # no stratum has two common units or PSUs: no covariance
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
    that mean the same in both waves: `cross_strata` gives them where strata were joined differently, or where units
    moved. populations count first-stage units, as in the design. clusters: for a design with PSU codes, the identifier
    of each respondent's PSU, which links the PSUs of the waves.
    """

    design: SurveyDesign
    units: tuple[str, ...]
    strata: Codes
    populations: Floats | None = None
    clusters: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.units) != self.design.size or len(set(self.units)) != len(self.units):
            raise InputError(
                "units",
                expected=f"{self.design.size} identifiers, each once",
                got=f"{len(self.units)}, of which {len(set(self.units))} differ",
                hint="One identifier for each respondent, in the order of the design.",
            )
        object.__setattr__(self, "strata", codes("strata", self.strata, size=self.design.size))
        self._check_clusters()
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

    def _check_clusters(self) -> None:
        if self.design.psu is None and self.clusters is None:
            return
        given = self.clusters or ()
        pairs = set(zip(given, self.design.psus.tolist(), strict=False))
        count = self.design.psu_count
        strata = set(zip(self.design.psus.tolist(), self.strata.tolist(), strict=True))
        if len(given) != self.design.size or len(set(given)) != count or len(pairs) != count or len(strata) != count:
            raise InputError(
                "clusters",
                expected=f"{self.design.size} identifiers, one for each of the {count} PSUs, in one stratum each",
                got=f"{len(given)}, {len(set(given))} of them different",
                hint="Give the identifier of each respondent's PSU, in the order of the design.",
            )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The identifier of each PSU, P of them in the order of their codes."""
        if self.clusters is None:
            return self.units
        found = dict(zip(self.design.psus.tolist(), self.clusters, strict=True))
        return tuple(found[code] for code in range(self.design.psu_count))

    @cached_property
    def psu_strata(self) -> Codes:
        """The common stratum i8[P] of each PSU."""
        found = np.zeros(self.design.psu_count, dtype=np.int64)
        found[self.design.psus] = self.strata
        return found


def cross_strata(*joined: Codes) -> Codes:
    """Common code i8[H] of each frame stratum: those joined alike in every wave share one.

    joined: for each wave i8[H], the group of each frame stratum (`Weighting.strata`). The same for units that moved:
    with the strata of all units in both frames (-1: not in it) it gives the cells of the cross-classification.
    """
    columns = np.column_stack([codes("joined", one) for one in joined])
    return np.unique(columns, axis=0, return_inverse=True)[1].astype(np.int64).ravel()


def wave_covariance(now: WavePart, z_now: Floats, before: WavePart, z_before: Floats) -> tuple[float, int]:
    """Covariance of two waves' estimates with influences z f8[n] each, and the number of common respondents.

    sum over strata of (n_c - n_1 n_2 / N) s_12, s_12 the sample covariance of both waves' PSU totals over the n_c
    common PSUs (in an element sample: respondents); strata with n_c < 2, and units that stand in another stratum than
    before, add nothing. N is the larger of both waves' populations; without populations the second term is left out.
    Where a wave has a second stage, each common PSU i adds n_1 n_2 / (N n_c) (m_c - m_1 m_2 / M) s_12,i over its m_c
    common respondents. The number is 0 when no stratum has two common PSUs.
    In a calibrated wave residuals take the place of u, as in `variance.residuals`.
    Source: Tam 1984; Qualité & Tillé 2008 (N^2 (n_c / n_1 n_2 - 1 / N) s_12 of unweighted values, with z = w u).
    """
    z_now, z_before = _effective(now.design, z_now), _effective(before.design, z_before)
    strata = max(int(now.strata.max()), int(before.strata.max())) + 1
    here, there = _common_psus(now, before)
    same = now.psu_strata[here] == before.psu_strata[there]
    here, there = here[same], there[same]
    group = now.psu_strata[here]
    ours = sums(now.design.psus, z_now, now.design.psu_count)[here]
    theirs = sums(before.design.psus, z_before, before.design.psu_count)[there]
    common, spread = _spread(group, ours, theirs, strata)
    sizes = np.bincount(now.psu_strata, minlength=strata) * np.bincount(before.psu_strata, minlength=strata)
    expected = sizes / _populations(now, before, strata)
    found = float(np.sum((common - expected) * spread))
    if now.design.second_stage_populations is not None or before.design.second_stage_populations is not None:
        each = np.divide(expected, common, out=np.zeros(strata), where=common > 0)[group]
        found += float(each @ _inside(now, z_now, before, z_before)[here])
    return found, len(_common(now, before)[0]) if bool((common > 1).any()) else 0


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
    flags = {ChangeFlag.INDEPENDENT} if common == 0 and shared == 0 else set()
    if abs(shared) > float(np.sqrt(own.prod())) * (1 + ROUNDING):
        shared, flags = 0.0, flags | {ChangeFlag.COVARIANCE_UNUSABLE}
    degrees = np.array([estimate.df, earlier.df])
    # Not by shared == 0: in a panel whose answers are uncorrelated that would be up to rounding.
    df = welch_df(own, degrees) if flags else float(degrees.min())
    left = float(own.sum()) - 2 * shared
    error = float(np.sqrt(left)) if left > ROUNDING * float(own.sum()) else 0.0  # all answered as before
    half = float(quantile(df, confidence)) * error if error > 0 else 0.0
    p = float(p_value(gap / error, df)) if error > 0 else float(gap == 0)
    return Change(gap, error, shared, df, gap - half, gap + half, p, common, frozenset(flags))


def _hollow(estimate: PointEstimate) -> bool:
    """No spread and not everybody asked: its standard error of 0 is not precision."""
    return estimate.standard_error <= NO_SPREAD and Flag.KNOWN not in estimate.flags


def _effective(design: SurveyDesign, z: Floats) -> Floats:
    if design.calibration is None:
        return z
    return design.calibration.residuals((z / design.weights)[:, None])[:, 0] * design.weights


def _spread(group: Codes, one: Floats, other: Floats, count: int) -> tuple[Codes, Floats]:
    """Of each group: how many pairs i8[count], and their sample covariance f8[count], 0 with fewer than two."""
    size = np.bincount(group, minlength=count).astype(np.int64)
    divisor = np.maximum(size, 1)
    mean_one, mean_other = sums(group, one, count) / divisor, sums(group, other, count) / divisor
    products = sums(group, (one - mean_one[group]) * (other - mean_other[group]), count)
    return size, np.where(size > 1, products / np.maximum(size - 1, 1), 0.0)


def _inside(now: WavePart, z_now: Floats, before: WavePart, z_before: Floats) -> Floats:
    """(m_c - m_1 m_2 / M) s_12 f8[P of now], of the respondents that each PSU has in common with its former self."""
    here, there = _common(now, before)
    former = np.full(now.design.psu_count, -1, dtype=np.int64)
    linked, origin = _common_psus(now, before)
    former[linked] = origin
    same = former[now.design.psus[here]] == before.design.psus[there]
    here, there = here[same], there[same]
    common, spread = _spread(now.design.psus[here], z_now[here], z_before[there], now.design.psu_count)
    held = np.zeros(now.design.psu_count)
    if now.design.second_stage_populations is not None:
        held = np.maximum(held, now.design.second_stage_populations)
    if before.design.second_stage_populations is not None:
        held = np.maximum(held, np.where(former >= 0, before.design.second_stage_populations[former], 0.0))
    sizes = now.design.psu_sizes * np.where(former >= 0, before.design.psu_sizes[former], 0)
    expected = np.divide(sizes, held, out=np.zeros(len(held)), where=held > 0)
    return (common - expected) * spread


@lru_cache(maxsize=PAIRS)
def _common(now: WavePart, before: WavePart) -> tuple[Codes, Codes]:
    """Rows i8[c] and i8[c] of the units that answered in both waves."""
    return _matched(now.units, before.units)


@lru_cache(maxsize=PAIRS)
def _common_psus(now: WavePart, before: WavePart) -> tuple[Codes, Codes]:
    """Codes i8[c] and i8[c] of the PSUs that are in both samples."""
    return _matched(now.names, before.names)


def _matched(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[Codes, Codes]:
    place = {name: row for row, name in enumerate(other)}
    pairs = [(row, place[name]) for row, name in enumerate(one) if name in place]
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
