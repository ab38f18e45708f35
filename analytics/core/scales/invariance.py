"""Whether groups (countries, languages) read a scale alike, so that their means may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, mask
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery, Groups, Moments, check_rows, moments
from analytics.core.scales.design_effect import ScaledTest, scaled_test
from analytics.core.scales.factor_model import FactorFit, FitFlag, fit, is_singular, layout
from analytics.core.scales.fit_measures import FitMeasures, measures, releases

CONFIGURAL_CFI = 0.90  # the model must fit at all before it is compared: Bentler 1990
CONFIGURAL_SRMR = 0.08  # Hu & Bentler 1999
CFI_LOSS = 0.010  # Cheung & Rensvold 2002
RMSEA_GAIN = 0.015  # Chen 2007
ANCHORS = 2  # items with equal loadings and intercepts that a comparison of means needs: Byrne et al. 1989
NAN = float("nan")


class Level(StrEnum):
    """What the groups share, from least to most."""

    NONE = "none"  # not even the form: one factor does not fit
    CONFIGURAL = "configural"  # one factor in every group: compare nothing
    METRIC = "metric"  # equal loadings: compare relations, not means
    PARTIAL_SCALAR = "partial_scalar"  # equal loadings and intercepts but for the released items: means, with a note
    SCALAR = "scalar"  # equal loadings and intercepts: compare means
    UNDEFINED = "undefined"  # a model could not be fitted


class InvarianceFlag(StrEnum):
    """What a reader of the verdict must know; the flags of the fits stand with their steps."""

    NO_ROWS = "no_rows"  # a group has no row that can be used: nothing is given
    SINGULAR_GROUP = "singular_group"  # a group has too few rows for the items, or an item without spread in it
    TOO_FEW_ITEMS = "too_few_items"  # fewer than three items
    SATURATED = "saturated"  # three items: the configural model fits by construction
    HEYWOOD = "heywood"  # a step's fit has a variance that is not above 0: its measures are doubtful
    NO_ANCHORS = "no_anchors"  # items were released until two anchors were left, and it did not suffice


@dataclass(frozen=True)
class Step:
    """One model, its measures, and the change from the step it is compared with (NaN for the first).

    accepted is None where a fit is missing. scaled: chi2 with the p that the design gives it; the acceptance does not
    use it. released: items whose intercepts are free.
    """

    level: Level
    measures: FitMeasures
    cfi_change: float
    rmsea_change: float
    accepted: bool | None
    scaled: ScaledTest
    released: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleasedItem:
    """An item whose intercepts were freed: why (score statistic, df) and where (the group that is furthest away).

    shift: the expected change of that group's intercept in pooled standard deviations of the item.
    """

    name: str
    statistic: float
    df: int
    group: str
    shift: float


@dataclass(frozen=True, eq=False)
class Invariance:
    """The verdict. factor_means f8[G] of the last step that holds when means may be compared, else NaN.

    Factor means are differences to the first group in its factor's standard deviations. unusable: names of the
    groups that stopped the analysis. anchors: items whose intercepts are equal.
    """

    level: Level
    steps: tuple[Step, ...]
    released: tuple[ReleasedItem, ...]
    anchors: tuple[str, ...]
    groups: tuple[str, ...]
    group_n: tuple[int, ...]
    factor_means: Floats
    flags: frozenset[InvarianceFlag]
    unusable: tuple[str, ...] = ()

    @property
    def means_comparable(self) -> bool:
        return self.level in (Level.SCALAR, Level.PARTIAL_SCALAR)


def invariance(
    design: SurveyDesign,
    battery: Battery,
    groups: npt.ArrayLike,
    *,
    group_names: Sequence[str],
    domain: npt.ArrayLike | None = None,
    anchors: int = ANCHORS,
) -> Invariance:
    """Configural, metric and scalar one-factor models of the groups, and partial scalar where scalar fails.

    groups i8[n]: places in group_names, -1 for none. Rows with an answer to every item count. A group counts with its
    effective size (sum w)^2 / sum w^2, whatever its population. A step is accepted when CFI falls by at most 0.010
    and RMSEA rises by at most 0.015. Where the scalar model fails, the intercepts of the item with the largest score
    statistic are freed, one item after the other, as long as `anchors` items stay.
    InputError on shapes, codes, fewer than two groups and anchors below 2.
    Source: Cheung & Rensvold 2002; Chen 2007; Byrne, Shavelson & Muthén 1989.
    """
    check_rows(battery, design.size)
    named = Groups.of(group_names, groups, size=design.size)
    if anchors < ANCHORS:
        raise InputError("anchors", expected="at least 2", got=str(anchors), hint="One item cannot contradict itself.")
    inside = mask("domain", domain, size=design.size) & battery.complete
    found = _moments_of(design, battery, named, inside)
    unusable = tuple(name for name, one in zip(named.names, found, strict=True) if one is None or is_singular(one))
    search = _Search(design, battery, named, moments=found, rows=inside, anchors=anchors)
    flags = _flags_of(battery, found)
    if flags & {InvarianceFlag.NO_ROWS, InvarianceFlag.SINGULAR_GROUP, InvarianceFlag.TOO_FEW_ITEMS}:
        return _verdict(Level.UNDEFINED, search, flags, unusable)
    level = search.run()
    if any(FitFlag.HEYWOOD in step.measures.flags for step in search.steps):
        flags |= {InvarianceFlag.HEYWOOD}
    if search.exhausted:
        flags |= {InvarianceFlag.NO_ANCHORS}
    return _verdict(level, search, flags, unusable)


class _Search:
    """Walks up the steps; holds what was fitted and released on the way."""

    def __init__(
        self,
        design: SurveyDesign,
        battery: Battery,
        named: Groups,
        *,
        moments: list[Moments | None],
        rows: Mask,
        anchors: int,
    ) -> None:
        self.design, self.battery, self.named = design, battery, named
        self.groups = [one for one in moments if one is not None]
        self.group_n = tuple(0 if one is None else one.n for one in moments)
        self.rows, self.anchors = rows & (named.codes >= 0), anchors
        self.steps: list[Step] = []
        self.released: list[ReleasedItem] = []
        self.means = np.full(named.count, NAN)
        self.exhausted = False

    def run(self) -> Level:
        configural = self._step(Level.CONFIGURAL, None)[0]
        if not configural.accepted:
            return Level.UNDEFINED if configural.accepted is None else Level.NONE
        metric = self._step(Level.METRIC, configural, equal_loadings=True)[0]
        if not metric.accepted:
            return Level.UNDEFINED if metric.accepted is None else Level.CONFIGURAL
        scalar, model = self._step(Level.SCALAR, metric, equal_loadings=True, equal_intercepts=True)
        if scalar.accepted:
            self.means = model.factor_means
            return Level.SCALAR
        return self._partial(metric, model)

    def _partial(self, metric: Step, model: FactorFit) -> Level:
        free: tuple[int, ...] = ()
        while model.found and self.battery.count - len(free) > self.anchors:
            worst = releases(self.groups, model, free=free)[0]
            free = (*free, worst.place)
            furthest = int(np.argmax(np.abs(worst.expected_shift - np.median(worst.expected_shift))))
            self.released.append(
                ReleasedItem(
                    self.battery.names[worst.place],
                    worst.statistic,
                    worst.df,
                    self.named.names[furthest],
                    float(worst.expected_shift[furthest] - np.median(worst.expected_shift)),
                )
            )
            step, model = self._step(
                Level.PARTIAL_SCALAR, metric, equal_loadings=True, equal_intercepts=True, free=free
            )
            if step.accepted:
                self.means = model.factor_means
                return Level.PARTIAL_SCALAR
        self.exhausted = model.found
        return Level.METRIC

    def _step(
        self,
        level: Level,
        before: Step | None,
        *,
        equal_loadings: bool = False,
        equal_intercepts: bool = False,
        free: tuple[int, ...] = (),
    ) -> tuple[Step, FactorFit]:
        shape = layout(
            self.named.count,
            self.battery.count,
            equal_loadings=equal_loadings,
            equal_intercepts=equal_intercepts,
            free=free,
        )
        model = fit(self.groups, shape)
        found = measures(self.groups, model)
        test = scaled_test(self.design, self.battery, self.named, moments=self.groups, model=model, rows=self.rows)
        names = tuple(self.battery.names[place] for place in free)
        step = _judged(level, found, before, scaled=test, released=names)
        self.steps.append(step)
        return step, model


def accepted(cfi_change: float, rmsea_change: float) -> bool | None:
    """The rule of a step: CFI loses at most 0.010 and RMSEA gains at most 0.015; None for NaN.

    Source: Cheung & Rensvold 2002; Chen 2007.
    """
    if np.isnan(cfi_change) or np.isnan(rmsea_change):
        return None
    return cfi_change >= -CFI_LOSS and rmsea_change <= RMSEA_GAIN


def _judged(
    level: Level, found: FitMeasures, before: Step | None, *, scaled: ScaledTest, released: tuple[str, ...]
) -> Step:
    if before is None:
        fits = None if np.isnan(found.chi2) else found.cfi >= CONFIGURAL_CFI and found.srmr <= CONFIGURAL_SRMR
        return Step(level, found, NAN, NAN, fits, scaled)
    cfi, rmsea = found.cfi - before.measures.cfi, found.rmsea - before.measures.rmsea
    return Step(level, found, cfi, rmsea, accepted(cfi, rmsea), scaled, released)


def _moments_of(design: SurveyDesign, battery: Battery, named: Groups, inside: Mask) -> list[Moments | None]:
    found: list[Moments | None] = []
    for group in range(named.count):
        rows = named.rows(group) & inside
        found.append(moments(battery.values[rows], design.weights[rows]) if rows.any() else None)
    return found


def _flags_of(battery: Battery, found: list[Moments | None]) -> frozenset[InvarianceFlag]:
    flags: set[InvarianceFlag] = set()
    if any(one is None for one in found):
        flags.add(InvarianceFlag.NO_ROWS)
    if any(one is not None and is_singular(one) for one in found):
        flags.add(InvarianceFlag.SINGULAR_GROUP)
    if battery.count < 3:
        flags.add(InvarianceFlag.TOO_FEW_ITEMS)
    if battery.count == 3:
        flags.add(InvarianceFlag.SATURATED)
    return frozenset(flags)


def _verdict(level: Level, search: _Search, flags: frozenset[InvarianceFlag], unusable: tuple[str, ...]) -> Invariance:
    out = {item.name for item in search.released}
    comparable = level in (Level.SCALAR, Level.PARTIAL_SCALAR)
    return Invariance(
        level=level, steps=tuple(search.steps), released=tuple(search.released),
        anchors=tuple(name for name in search.battery.names if name not in out) if comparable else (),
        groups=search.named.names, group_n=search.group_n, factor_means=search.means, flags=flags,
        unusable=unusable,
    )  # fmt: skip
