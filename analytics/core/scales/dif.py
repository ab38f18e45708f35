"""Differential item functioning: which item groups answer differently though they agree on the rest of the scale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.core.arrays import Codes, Floats, InputError, Mask, mask, sums
from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery, Groups, check_rows
from analytics.core.scales.ordinal import OrdinalFit, fit_ordinal, is_full_rank, null_log_likelihood

MODERATE = 0.02  # of McFadden's R2 that the groups add
LARGE = 0.035  # Jodoin & Gierl 2001
ANSWERED = 0.8  # share of the other items that must be answered for a rest score
ANCHORS = 2  # items that a rest score must rest on
MANY_STEPS = 20  # more different answers than this are no ordered scale
NAN = float("nan")


class DifVerdict(StrEnum):
    """How much the groups differ on an item, by the stated thresholds of the change in R2."""

    NEGLIGIBLE = "negligible"
    MODERATE = "moderate"
    LARGE = "large"
    UNDEFINED = "undefined"


class DifKind(StrEnum):
    """Uniform: harder everywhere on the scale. Non-uniform: the groups' difference changes along the scale."""

    NONE = "none"
    UNIFORM = "uniform"
    NON_UNIFORM = "non_uniform"


class DifFlag(StrEnum):
    """What a reader of an item, or of the whole report, must know."""

    EMPTY_GROUP = "empty_group"  # a group has no row with the item and a rest score: no verdict; no part of any rest
    CONSTANT_ITEM = "constant_item"  # all gave one answer: no verdict
    NO_REST_SPREAD = "no_rest_spread"  # a group's rest scores are all alike: no verdict
    NOT_CONVERGED = "not_converged"  # a model was not fitted: no verdict
    SEPARATED = "separated"  # groups hardly overlap: the effect of R2 stands, the log odds have no bound
    NO_ANCHORS = "no_anchors"  # fewer than two items are left to compare by: the report is not to be used
    NOT_STABLE = "not_stable"  # purifying went round in a circle: all that were flagged in it are flagged


@dataclass(frozen=True, eq=False)
class ItemDif:
    """One item. r2_change is that of group and interaction together, McFadden's; it decides the verdict.

    first_r2_change: before purifying. chi2, df and p are of both together, of the uniform part, of the non-uniform
    part f8[3]. group_log_odds f8[G]: of a higher step at the same rest score, against the first group. group: the
    one furthest from the middle one. dropped: left out of the rest score of the other items.
    """

    name: str
    verdict: DifVerdict
    kind: DifKind
    r2_change: float
    r2_change_uniform: float
    r2_change_non_uniform: float
    first_r2_change: float
    chi2: Floats
    df: Codes
    p: Floats
    group_log_odds: Floats
    group: str
    n: int
    dropped: bool
    flags: frozenset[DifFlag]


@dataclass(frozen=True, eq=False)
class DifReport:
    """All items in the order of the battery, the flagged ones, what the rest scores were made of, and the rounds."""

    items: tuple[ItemDif, ...]
    flagged: tuple[str, ...]
    anchors: tuple[str, ...]
    groups: tuple[str, ...]
    rounds: int
    flags: frozenset[DifFlag]

    def item(self, name: str) -> ItemDif:
        """The item of that name. InputError when there is none."""
        for one in self.items:
            if one.name == name:
                return one
        raise InputError("name", expected="an item of the battery", got=name, hint="Check the name.")


def dif(
    design: SurveyDesign,
    battery: Battery,
    groups: npt.ArrayLike,
    *,
    group_names: Sequence[str],
    domain: npt.ArrayLike | None = None,
    moderate: float = MODERATE,
    large: float = LARGE,
    answered: float = ANSWERED,
) -> DifReport:
    """Ordinal logistic regression of each item on the mean of the others, + group, + interaction; then purified.

    groups i8[n]: places in group_names, -1 for none: countries, or the languages of one country with its domain. A
    rest score needs answers to the share `answered` of the other items. Weights count within a group only: each group
    has its effective size (sum w)^2 / sum w^2. Of the items at or above `moderate` the worst leaves the rest scores of
    all, an item that fell below it comes back, and all is repeated until the flagged items stay the same.
    InputError on shapes, codes, thresholds, more than 20 steps.
    Source: Zumbo 1999; Jodoin & Gierl 2001; Choi, Gibbons & Crane 2011.
    """
    check_rows(battery, design.size)
    _check_thresholds(moderate, large, answered)
    named = Groups.of(group_names, groups, size=design.size)
    inside = mask("domain", domain, size=design.size) & (named.codes >= 0)
    study = _Study(design.weights, battery, named, inside, answered)
    return _Purification(study, moderate, large).run()


@dataclass(frozen=True, eq=False)
class _Likelihoods:
    """Log-likelihoods of null, score, + group, + interaction; the uniform model; rows used."""

    values: tuple[float, float, float, float] | None
    uniform: OrdinalFit | None
    n: int
    flags: frozenset[DifFlag]


class _Study:
    """The answers, and the models of one item for a given set of anchors."""

    def __init__(self, weights: Floats, battery: Battery, named: Groups, inside: Mask, answered: float) -> None:
        self.weights, self.battery, self.named = weights, battery, named
        self.inside, self.answered = inside, answered
        self.given: Mask = ~np.isnan(battery.values)
        self.filled: Floats = np.where(self.given, battery.values, 0.0)
        self.steps = [_steps_of(battery, place, self.given[:, place] & inside) for place in range(battery.count)]
        rows = [named.rows(group) & inside for group in range(named.count)]
        self.asked = tuple(place for place in range(battery.count) if all(self.given[one, place].any() for one in rows))

    def likelihoods(self, place: int, anchors: Sequence[int]) -> _Likelihoods:
        others = [other for other in anchors if other != place]
        if len(others) < ANCHORS:
            return _Likelihoods(None, None, 0, frozenset({DifFlag.NO_ANCHORS}))
        counted = self.given[:, others].sum(axis=1)
        rows = self.inside & self.given[:, place] & (counted >= max(self.answered * len(others), 1) - 1e-9)
        n, group = int(rows.sum()), self.named.codes[rows]
        if len(np.unique(group)) < self.named.count:
            return _Likelihoods(None, None, n, frozenset({DifFlag.EMPTY_GROUP}))
        score = self.filled[np.ix_(rows, others)].sum(axis=1) / counted[rows]
        step = np.unique(self.steps[place][rows], return_inverse=True)[1]
        if int(step.max()) == 0:
            return _Likelihoods(None, None, n, frozenset({DifFlag.CONSTANT_ITEM}))
        cells, counts = _cells(score, group, step, _within_groups(self.weights[rows], group, self.named.count))
        return _models(cells, counts, self.named.count, n)


class _Purification:
    """Rounds of all items until the flagged ones stay the same."""

    def __init__(self, study: _Study, moderate: float, large: float) -> None:
        self.study, self.moderate, self.large = study, moderate, large
        self.first: dict[int, float] = {}

    def run(self) -> DifReport:
        flagged: frozenset[int] = frozenset()
        seen: list[frozenset[int]] = [flagged]
        flags: frozenset[DifFlag] = frozenset()
        rounds = 0
        while True:
            rounds += 1
            items = self._round(flagged)
            now = self._flagged(items, flagged)
            if now == flagged or DifFlag.NOT_STABLE in flags:
                break
            if len(set(self.study.asked) - now) < ANCHORS + 1:
                flags = frozenset({DifFlag.NO_ANCHORS})
                flagged = now
                break
            if now in seen:
                flags = frozenset({DifFlag.NOT_STABLE})
                now = now.union(*seen[seen.index(now) :])
            seen.append(now)
            flagged = now
        return self._report(items, flagged, rounds, flags)

    def _round(self, flagged: frozenset[int]) -> list[ItemDif]:
        anchors = [place for place in self.study.asked if place not in flagged]
        items = []
        for place in range(self.study.battery.count):
            found = self.study.likelihoods(place, anchors)
            item = _item(self.study, place, found, dropped=place not in anchors)
            self.first.setdefault(place, item.r2_change)
            items.append(self._judged(item, place))
        return items

    @staticmethod
    def _flagged(items: list[ItemDif], before: frozenset[int]) -> frozenset[int]:
        """Those flagged before that still differ, and the worst of the others: it may be why the rest seem to."""
        differ = [place for place, one in enumerate(items) if one.verdict in _FLAGGED]
        fresh = sorted((place for place in differ if place not in before), key=lambda place: -items[place].r2_change)
        return frozenset([place for place in differ if place in before] + fresh[:1])

    def _judged(self, item: ItemDif, place: int) -> ItemDif:
        verdict, kind = DifVerdict.NEGLIGIBLE, DifKind.NONE
        if np.isnan(item.r2_change):
            verdict = DifVerdict.UNDEFINED
        elif item.r2_change >= self.moderate:
            verdict = DifVerdict.LARGE if item.r2_change >= self.large else DifVerdict.MODERATE
            bent = item.r2_change_non_uniform >= min(self.moderate, item.r2_change_uniform)
            kind = DifKind.NON_UNIFORM if bent else DifKind.UNIFORM
        return replace(item, verdict=verdict, kind=kind, first_r2_change=self.first[place])

    def _report(
        self, items: list[ItemDif], flagged: frozenset[int], rounds: int, flags: frozenset[DifFlag]
    ) -> DifReport:
        names = self.study.battery.names
        if any(DifFlag.NO_ANCHORS in one.flags for one in items):
            flags |= {DifFlag.NO_ANCHORS}
        return DifReport(
            items=tuple(items),
            flagged=tuple(names[place] for place in sorted(flagged)),
            anchors=tuple(names[place] for place in self.study.asked if place not in flagged),
            groups=self.study.named.names,
            rounds=rounds,
            flags=flags,
        )


_FLAGGED = (DifVerdict.MODERATE, DifVerdict.LARGE)


def _item(study: _Study, place: int, found: _Likelihoods, *, dropped: bool) -> ItemDif:
    count = study.named.count
    df = np.array([2 * (count - 1), count - 1, count - 1], dtype=np.int64)
    blank, odds, group = np.full(3, NAN), np.full(count, NAN), ""
    change, chi2, p = blank, blank, blank
    if found.values is not None and found.uniform is not None:
        null, score, uniform, both = found.values
        gains = np.array([both - score, uniform - score, both - uniform])
        change, chi2 = gains / -null, 2 * gains
        p = np.asarray(special.chdtrc(df, np.maximum(chi2, 0.0)), dtype=np.float64)
        odds = np.concatenate([[0.0], found.uniform.coefficients[1:]])
        group = study.named.names[int(np.argmax(np.abs(odds - np.median(odds))))]
    return ItemDif(
        name=study.battery.names[place], verdict=DifVerdict.UNDEFINED, kind=DifKind.NONE, r2_change=float(change[0]),
        r2_change_uniform=float(change[1]), r2_change_non_uniform=float(change[2]), first_r2_change=NAN, chi2=chi2,
        df=df, p=p, group_log_odds=odds, group=group, n=found.n, dropped=dropped, flags=found.flags,
    )  # fmt: skip


def _models(cells: Floats, counts: Floats, groups: int, n: int) -> _Likelihoods:
    """The nested models; cells f8[c, 2] hold score and group."""
    score, dummies = cells[:, :1], (cells[:, 1:] == np.arange(1, groups)).astype(np.float64)
    features = np.hstack([score, dummies, score * dummies])
    if not is_full_rank(features):
        return _Likelihoods(None, None, n, frozenset({DifFlag.NO_REST_SPREAD}))
    fits = [fit_ordinal(features[:, :width], counts) for width in (1, groups, 2 * groups - 1)]
    if not all(one.converged for one in fits):
        return _Likelihoods(None, None, n, frozenset({DifFlag.NOT_CONVERGED}))
    flags = frozenset({DifFlag.SEPARATED}) if any(one.separated for one in fits) else frozenset()
    score_only, uniform, both = (one.log_likelihood for one in fits)
    return _Likelihoods((null_log_likelihood(counts), score_only, uniform, both), fits[1], n, flags)


def _cells(score: Floats, group: Codes, step: Codes, weights: Floats) -> tuple[Floats, Floats]:
    """Rows that share score and group as one cell: cells f8[c, 2], sums of weights f8[c, steps]."""
    levels, place = np.unique(np.round(score, 9), return_inverse=True)
    width = int(group.max()) + 1
    used, cell = np.unique(place * width + group, return_inverse=True)
    steps = int(step.max()) + 1
    counts = sums(cell * steps + step, weights, len(used) * steps).reshape(len(used), steps)
    return np.column_stack([levels[used // width], (used % width).astype(np.float64)]), counts


def _within_groups(weights: Floats, group: Codes, count: int) -> Floats:
    """w sum w / sum w^2 within each group: weights that add up to its effective size (Kish 1965, sec. 11.7)."""
    scaled: Floats = weights * (sums(group, weights, count) / sums(group, weights**2, count))[group]
    return scaled


def _steps_of(battery: Battery, place: int, rows: Mask) -> Codes:
    """Codes 0.. of the different answers in their order; 0 where there is none."""
    values = battery.values[:, place]
    levels = np.unique(values[rows])
    if len(levels) > MANY_STEPS:
        raise InputError(
            "battery",
            expected=f"at most {MANY_STEPS} different answers to an item",
            got=f"{len(levels)} to {battery.names[place]}",
            hint="Ordinal regression needs an ordered scale of a few steps: class the values first.",
        )
    found = np.zeros(len(values), dtype=np.int64)
    found[rows] = np.searchsorted(levels, values[rows])
    return found


def _check_thresholds(moderate: float, large: float, answered: float) -> None:
    if not 0 < moderate <= large < 1:
        raise InputError(
            "moderate",
            expected="0 < moderate <= large < 1",
            got=f"{moderate}, {large}",
            hint="They are changes of R2.",
        )
    if not 0 < answered <= 1:
        raise InputError("answered", expected="a share above 0, at most 1", got=str(answered), hint="80 % is 0.8.")
