"""Agreement of several coders: Krippendorff's alpha with missing values, its bootstrap interval, and where they differ.

For the coding of policy instruments. An instrument may serve several perspectives: a coder's value may be a set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask

RELIABLE, TENTATIVE = 0.800, 0.667  # Krippendorff 2004
FEWEST_REPLICATES = 200
NAN = float("nan")
Difference = Callable[[Floats], Floats]  # counts of the values f8[..., V] -> squared differences f8[(...,) V, V]
AT_ONCE = 250  # bootstrap tables held at a time


class Level(StrEnum):
    """What the codes mean: names, ranks, or numbers with equal steps."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class AgreementFlag(StrEnum):
    """What a reader of the coefficient must know."""

    NO_PAIRS = "no_pairs"  # no unit has two values: nothing to compare, no alpha
    NO_VARIATION = "no_variation"  # all compared values alike: chance cannot be told from skill, no alpha
    ONE_UNIT = "one_unit"  # one unit with a pair: no interval
    UNDEFINED_REPLICATES = "undefined_replicates"  # bootstrap samples without variation are left out of the interval


class Reliability(StrEnum):
    """Krippendorff's reading of alpha."""

    RELIABLE = "reliable"  # from .800
    TENTATIVE = "tentative"  # from .667: tentative conclusions only
    UNRELIABLE = "unreliable"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Agreement:
    """alpha (1 perfect, 0 chance, below 0 worse than chance) with the percentile interval over units.

    units and values: those that could be paired. observed and expected: mean squared difference within units and
    between any two values. replicates: bootstrap samples behind the interval. NaN where undefined; `flags` says why.
    """

    alpha: float
    low: float
    high: float
    units: int
    values: int
    observed: float
    expected: float
    replicates: int
    flags: frozenset[AgreementFlag] = frozenset()

    @property
    def reliability(self) -> Reliability:
        """Source: Krippendorff 2004, p. 241."""
        if np.isnan(self.alpha):
            return Reliability.UNDEFINED
        if self.alpha >= RELIABLE:
            return Reliability.RELIABLE
        return Reliability.TENTATIVE if self.alpha >= TENTATIVE else Reliability.UNRELIABLE


@dataclass(frozen=True)
class Disagreement:
    """A unit on which coders differ: its row, and each coder's value (None: not coded)."""

    unit: int
    values: tuple[float | None, ...]


def alpha(
    values: npt.ArrayLike, *, level: Level, seed: int, replicates: int = 2000, confidence: float = 0.95
) -> Agreement:
    """Krippendorff's alpha of codes f8[units, coders]; NaN where a coder did not code the unit.

    Units with fewer than two values do not count. The interval redraws whole units, `replicates` times, at least
    200; same rows, seed and number give the same bits. InputError on the shape, infinite codes and unknown levels.
    Source: Krippendorff 2004, ch. 11; Hayes & Krippendorff 2007; interval Zapf, Castell, Morawietz & Karch 2016.
    """
    coded = _coded(values)
    scale, places = np.unique(coded[~np.isnan(coded)], return_inverse=True)
    slots = np.full(coded.shape, -1, dtype=np.int64)
    slots[~np.isnan(coded)] = places
    return _agreement(
        slots, len(scale), _difference(level, scale), seed=seed, replicates=replicates, confidence=confidence
    )


def alpha_of_sets(
    sets: npt.ArrayLike, *, coded: npt.ArrayLike, seed: int, replicates: int = 2000, confidence: float = 0.95
) -> Agreement:
    """Alpha of sets of codes bool[units, coders, codes] with the MASI distance; coded bool[units, coders].

    Sets that share most of their codes count as partial agreement; an empty set is a value (none applies). As `alpha`.
    Source: Passonneau 2006, the distance in the place of the squared difference.
    """
    members, known = _sets(sets, coded)
    slots = np.full(known.shape, -1, dtype=np.int64)
    distinct, places = np.unique(members[known], axis=0, return_inverse=True)
    slots[known] = places.reshape(-1)
    apart = masi_distances(distinct)
    return _agreement(
        slots, len(distinct), lambda _counts: apart, seed=seed, replicates=replicates, confidence=confidence
    )


def alphas_of_codes(
    sets: npt.ArrayLike, *, coded: npt.ArrayLike, seed: int, replicates: int = 2000, confidence: float = 0.95
) -> tuple[Agreement, ...]:
    """Nominal alpha of each code of a set, as a variable of its own (in the set or not); arguments as `alpha_of_sets`.

    Shows which code is hard to apply; codes hardly ever given have an uncertain alpha. Source: as `alpha`.
    """
    members, known = _sets(sets, coded)
    return tuple(
        alpha(
            np.where(known, members[:, :, code], np.nan), level=Level.NOMINAL, seed=seed, replicates=replicates,
            confidence=confidence,
        )
        for code in range(members.shape[2])
    )  # fmt: skip


def masi_distances(sets: Mask) -> Floats:
    """Distances f8[V, V] between sets bool[V, codes]: 1 - J M, J = shared / joint codes (Jaccard).

    M is 1 for equal sets, 2/3 when one holds the other, 1/3 when they only overlap, 0 when they share nothing. Two
    empty sets are equal; an empty and another set share nothing. Source: Passonneau 2006.
    """
    each = sets.astype(np.float64)
    shared, size = each @ each.T, each.sum(axis=1)
    joint = size[:, None] + size[None, :] - shared
    jaccard = np.divide(shared, joint, out=np.ones_like(shared), where=joint > 0)
    inside = shared == np.minimum(size[:, None], size[None, :])
    monotone = np.select([joint == shared, shared == 0, inside], [1.0, 0.0, 2 / 3], default=1 / 3)
    found: Floats = 1.0 - jaccard * monotone
    return found


def disagreements(values: npt.ArrayLike) -> tuple[Disagreement, ...]:
    """The units of codes f8[units, coders] (NaN: not coded) on which two coders differ, in the order of the rows."""
    coded = _coded(values)
    known = ~np.isnan(coded)
    low = np.where(known, coded, np.inf).min(axis=1)
    high = np.where(known, coded, -np.inf).max(axis=1)
    return tuple(
        Disagreement(int(row), tuple(None if np.isnan(one) else float(one) for one in coded[row]))
        for row in np.flatnonzero(low < high)
    )


def disagreements_of_sets(sets: npt.ArrayLike, *, coded: npt.ArrayLike) -> tuple[tuple[Disagreement, ...], ...]:
    """For each code of sets (arguments as `alpha_of_sets`): the units on which coders differ about it."""
    members, known = _sets(sets, coded)
    return tuple(disagreements(np.where(known, members[:, :, code], np.nan)) for code in range(members.shape[2]))


def _agreement(
    slots: npt.NDArray[np.int64], width: int, difference: Difference, *, seed: int, replicates: int, confidence: float
) -> Agreement:
    _checked_bootstrap(seed, replicates, confidence)
    coincidences = _coincidences(slots, width)
    units, values = len(coincidences), round(float(coincidences.sum()))
    if not units:
        return Agreement(NAN, NAN, NAN, 0, 0, NAN, NAN, 0, frozenset({AgreementFlag.NO_PAIRS}))
    observed, expected = (float(one) for one in _disagreement(coincidences.sum(axis=0), difference))
    if not expected > 0:
        flags = frozenset({AgreementFlag.NO_VARIATION})
        return Agreement(NAN, NAN, NAN, units, values, observed, expected, 0, flags)
    point = 1.0 - observed / expected
    if units == 1:
        flags = frozenset({AgreementFlag.ONE_UNIT})
        return Agreement(point, NAN, NAN, units, values, observed, expected, 0, flags)
    drawn = _bootstrap(coincidences, difference, seed=seed, replicates=replicates)
    kept = drawn[~np.isnan(drawn)]
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    lost = frozenset({AgreementFlag.UNDEFINED_REPLICATES}) if len(kept) < len(drawn) else frozenset()
    return Agreement(point, float(low), float(high), units, values, observed, expected, len(kept), lost)


def _coincidences(slots: npt.NDArray[np.int64], width: int) -> Floats:
    """o f8[units with a pair, V, V]: pairs of values of two coders of a unit, over the number of its values - 1."""
    counts = np.zeros((len(slots), width))
    rows, columns = np.nonzero(slots >= 0)
    np.add.at(counts, (rows, slots[rows, columns]), 1.0)
    sizes = counts.sum(axis=1)
    counts, sizes = counts[sizes > 1], sizes[sizes > 1]
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(width)
    pairs[:, diagonal, diagonal] -= counts
    found: Floats = pairs / (sizes - 1)[:, None, None]
    return found


def _disagreement(coincidences: Floats, difference: Difference) -> tuple[Floats, Floats]:
    """Observed and expected disagreement, f8[...] each, of tables f8[..., V, V]."""
    counts = coincidences.sum(axis=-2)
    total, apart = counts.sum(axis=-1), difference(counts)
    observed = (coincidences * apart).sum(axis=(-2, -1)) / total
    expected = (counts[..., :, None] * counts[..., None, :] * apart).sum(axis=(-2, -1)) / (total * (total - 1))
    return observed, expected


def _bootstrap(coincidences: Floats, difference: Difference, *, seed: int, replicates: int) -> Floats:
    draw = np.random.default_rng(seed)
    units, width = len(coincidences), coincidences.shape[1]
    times = draw.multinomial(units, np.full(units, 1 / units), size=replicates).astype(np.float64)
    found = np.full(replicates, np.nan)
    for first in range(0, replicates, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        tables = (times[some] @ coincidences.reshape(units, -1)).reshape(-1, width, width)
        observed, expected = _disagreement(tables, difference)
        apart = expected > 0
        found[some][apart] = 1.0 - observed[apart] / expected[apart]
    return found


def _difference(level: Level, scale: Floats) -> Difference:
    if level not in list(Level):
        raise InputError("level", expected=f"one of {', '.join(Level)}", got=repr(str(level)), hint="Choose one.")
    if level is Level.ORDINAL:
        return _ordinal
    steps = np.subtract.outer(scale, scale) ** 2
    fixed = (steps > 0).astype(np.float64) if level is Level.NOMINAL else steps
    return lambda _counts: fixed


def _ordinal(counts: Floats) -> Floats:
    """(values between the two, with half of both ends)^2: ranks are as far apart as the data fill them."""
    middle = np.cumsum(counts, axis=-1) - counts / 2
    found: Floats = (middle[..., :, None] - middle[..., None, :]) ** 2
    return found


def _coded(values: npt.ArrayLike) -> Floats:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise InputError(
            "values", expected="codes of units x at least two coders", got=f"shape {table.shape}",
            hint="One row for each unit, one column for each coder, NaN where not coded.",
        )  # fmt: skip
    if bool(np.isinf(table).any()):
        row = int(np.argmax(np.isinf(table).any(axis=1)))
        raise InputError("values", expected="finite codes or NaN", got=f"inf in row {row}", hint="Mend the code.")
    return table


def _sets(sets: npt.ArrayLike, coded: npt.ArrayLike) -> tuple[Mask, Mask]:
    members, known = np.asarray(sets), np.asarray(coded)
    if members.dtype.kind != "b" or members.ndim != 3 or members.shape[1] < 2 or members.shape[2] < 1:
        raise InputError(
            "sets", expected="true or false for units x at least two coders x codes",
            got=f"{members.dtype} of shape {members.shape}", hint="True where the coder gave the unit the code.",
        )  # fmt: skip
    if known.dtype.kind != "b" or known.shape != members.shape[:2]:
        raise InputError(
            "coded", expected=f"true or false of shape {members.shape[:2]}",
            got=f"{known.dtype} of shape {known.shape}", hint="False where the coder did not look at the unit.",
        )  # fmt: skip
    if bool((members.any(axis=2) & ~known).any()):
        unit, coder = (int(one) for one in np.argwhere(members.any(axis=2) & ~known)[0])
        raise InputError(
            "coded", expected="true wherever a code is given", got=f"false for unit {unit}, coder {coder}",
            hint="A coder who gave a code has coded the unit.",
        )  # fmt: skip
    return members, known


def _checked_bootstrap(seed: int, replicates: int, confidence: float) -> None:
    if seed < 0:
        raise InputError("seed", expected="a whole number from 0", got=str(seed), hint="Store it with the result.")
    if replicates < FEWEST_REPLICATES:
        raise InputError(
            "replicates", expected=f"at least {FEWEST_REPLICATES}", got=str(replicates),
            hint="Fewer leave the ends of the interval to chance.",
        )  # fmt: skip
    if not 0 < confidence < 1:
        raise InputError(
            "confidence", expected="a number between 0 and 1", got=str(confidence), hint="95 percent is 0.95."
        )
