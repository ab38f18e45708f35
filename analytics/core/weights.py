"""From the drawn sample to weighed respondents: design weights, non-response, joined cells and strata.

The order in which groups are joined is fixed by their keys alone, before any answer is seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, mask, sums
from analytics.core.design import ROUNDING, LonelyPsu, SurveyDesign


class Reason(StrEnum):
    """Why a cell or stratum was joined to another, or could not be."""

    NO_RESPONDENTS = "no_respondents"
    FEW_RESPONDENTS = "few_respondents"
    LARGE_FACTOR = "large_factor"
    NOBODY_DRAWN = "nobody_drawn"


@dataclass(frozen=True)
class Merge:
    """Group `member` joined `into` (both named by their lowest stratum code). into None: nobody left to join."""

    member: int
    into: int | None
    reason: Reason


@dataclass(frozen=True, eq=False)
class Grouping:
    """groups i8[H]: the dense group 0..G-1 of each stratum, -1 where a whole area has no respondent; the merges made.

    A merge with into None and respondents left stays a group of its own that is smaller than the rule asks.
    """

    groups: Codes
    merges: tuple[Merge, ...]


@dataclass(frozen=True, eq=False)
class Adjustment:
    """weights f8[m] after non-response (0 for who did not answer) and the factor f8[C] of each cell.

    The factor is NaN where a cell has weight and no respondent: its population is in no weight.
    """

    weights: Floats
    factors: Floats


@dataclass(frozen=True, eq=False)
class Weighting:
    """Weighed respondents. `design` is None when nobody answered.

    respondents i8[n]: their rows in the drawn sample. base f8[m]: design weights of all drawn units.
    units i8[m]: response cell, or class of propensity, of each drawn unit; factors f8[C]: what it raises weights by.
    cells i8[H], strata i8[H]: response cell and joined stratum of each stratum. -1 where nobody answered, and for all
    cells of strata with classes of propensity, which cross strata.
    unrepresented: units of the frame that no weight carries.
    """

    design: SurveyDesign | None
    respondents: Codes
    base: Floats
    units: Codes
    cells: Codes
    factors: Floats
    strata: Codes
    cell_merges: tuple[Merge, ...]
    stratum_merges: tuple[Merge, ...]
    unrepresented: float


def design_weights(*, strata: Codes, populations: Floats) -> Floats:
    """N_h / n_h f8[m] for the drawn units; strata i8[m], populations f8[H], n_h counted from strata.

    InputError when more are drawn than the stratum holds. Source: Cochran 1977, ch. 5.
    """
    held = floats("populations", populations)
    drawn = np.bincount(_within(strata, len(held)), minlength=len(held))
    over = drawn > held * (1 + ROUNDING)
    if bool(over.any()) or bool(np.isnan(held).any()):
        stratum = int(np.argmax(over | np.isnan(held)))
        raise InputError(
            "populations",
            expected=f"at least the {drawn[stratum]} drawn units of stratum {stratum}",
            got=f"{held[stratum]}",
            hint="Check that frame and sample use the same strata.",
        )
    found: Floats = held[strata] / drawn[strata]
    return found


def two_stage_weights(*, strata: Codes, populations: Floats, psus: Codes, second_stage_populations: Floats) -> Floats:
    """(N_h / n_h)(M_hi / m_hi) f8[m] for units drawn inside drawn clusters.

    strata i8[m] and psus i8[m] of the drawn units, psus 0..P-1, each in one stratum and with a unit drawn;
    populations f8[H], clusters N_h of each stratum; second_stage_populations f8[P], units M_hi of each drawn cluster.
    n_h and m_hi are counted. A stratum of single units may stand beside: each unit its own cluster, with M = 1.
    InputError for a cluster in two strata, or without a drawn unit, and for more drawn than there are.
    Source: Cochran 1977, ch. 11; Särndal, Swensson & Wretman 1992, sec. 4.3.
    """
    held = floats("populations", populations)
    units = floats("second_stage_populations", second_stage_populations)
    places = _within(codes("strata", strata), len(held))
    clusters = _clusters(codes("psus", psus, size=len(places)), len(units))
    drawn = np.bincount(clusters, minlength=len(units))
    if bool((drawn == 0).any()):
        raise InputError(
            "psus", expected="a drawn unit in every cluster", got=f"none in cluster {int(np.argmin(drawn))}",
            hint="Number the clusters that have a drawn unit from 0, without gaps.",
        )  # fmt: skip
    home = np.empty(len(units), dtype=np.int64)
    home[clusters] = places
    if bool((home[clusters] != places).any()):
        cluster = int(clusters[int(np.argmax(home[clusters] != places))])
        raise InputError(
            "psus", expected="each cluster inside one stratum", got=f"cluster {cluster} in more",
            hint="Number clusters of different strata apart.",
        )  # fmt: skip
    over = ~(units * (1 + ROUNDING) >= drawn)
    if bool(over.any()):
        cluster = int(np.argmax(over))
        raise InputError(
            "second_stage_populations",
            expected=f"at least the {drawn[cluster]} drawn units of cluster {cluster}",
            got=f"{units[cluster]}",
            hint="Give the number of units M of each cluster, not a share.",
        )
    first = design_weights(strata=home, populations=held)
    found: Floats = (first * (units / drawn))[clusters]
    return found


def neighbour_order(keys: Codes, *, within: int = 1) -> Floats:
    """Rank f8[H, H] of how near each pair of strata stands; infinite for pairs that may never be joined.

    keys i8[H, p]: one row a stratum, columns from the coarsest to the finest (country, sector, size class).
    Strata must agree in the first `within` columns. Nearer is, in this order: agreement in more leading columns,
    fewer columns that differ, smaller distance of the codes column by column, the lower code.
    """
    apart = np.abs(keys[:, None, :] - keys[None, :, :])
    differs = apart > 0
    columns = keys.shape[1]
    leading = np.where(differs.any(axis=2), differs.argmax(axis=2), columns)
    criteria = [columns - leading, differs.sum(axis=2), *np.moveaxis(apart, 2, 0)]
    order = np.lexsort(tuple(one.ravel() for one in reversed(criteria)))
    stacked = np.stack([one.ravel()[order] for one in criteria])
    steps = np.concatenate([[0], np.any(stacked[:, 1:] != stacked[:, :-1], axis=0).cumsum()])
    rank = np.empty(len(order))
    rank[order] = steps
    result: Floats = rank.reshape(leading.shape)
    result[differs[:, :, :within].any(axis=2)] = np.inf
    return result


def merge_cells(
    *,
    keys: Codes,
    respondents: Codes,
    sampled: Floats,
    answered: Floats,
    minimum_respondents: int = 20,
    maximum_factor: float = 3.0,
    within: int = 1,
) -> Grouping:
    """Response cells: strata joined until each has enough respondents and a small enough factor.

    respondents i8[H]; sampled f8[H]: population that the cell must carry; answered f8[H]: sum of the respondents'
    design weights. The group with the fewest respondents goes first (lowest code first), to its nearest neighbour
    by `neighbour_order`. Source of the thresholds: Kalton & Flores-Cervantes 2003.
    """

    def fault(members: Codes) -> Reason | None:
        count = int(respondents[members].sum())
        if count < minimum_respondents:
            return Reason.FEW_RESPONDENTS if count else Reason.NO_RESPONDENTS
        too_large = float(sampled[members].sum()) > maximum_factor * float(answered[members].sum())
        return Reason.LARGE_FACTOR if too_large else None

    return _join(keys, respondents, within=within, fault=fault)


def collapse_strata(*, keys: Codes, respondents: Codes, minimum: int = 2, within: int = 1) -> Grouping:
    """Strata for the variance: those with fewer than `minimum` respondents joined to their nearest neighbour.

    keys i8[H, p], respondents i8[H]. Populations of joined strata are to be added.
    Source: Cochran 1977, sec. 5A.12; Rust & Kalton 1987.
    """

    def fault(members: Codes) -> Reason | None:
        count = int(respondents[members].sum())
        if count >= minimum:
            return None
        return Reason.FEW_RESPONDENTS if count else Reason.NO_RESPONDENTS

    return _join(keys, respondents, within=within, fault=fault)


def nonresponse_adjust(*, weights: Floats, responded: Mask, cells: Codes, targets: Floats | None = None) -> Adjustment:
    """Weights of respondents raised to carry their cell: w x sum of w in the sample / sum of w of respondents.

    weights f8[m], responded bool[m], cells i8[m] (codes from 0). targets f8[C] replaces the sum over the sample
    where a cell must carry more than was drawn. Assumes answers missing at random within cells.
    Source: Särndal, Swensson & Wretman 1992, sec. 15.6.
    """
    base = floats("weights", weights)
    answered = mask("responded", responded, size=len(base))
    groups = codes("cells", cells, size=len(base))
    count = len(targets) if targets is not None else int(groups.max(initial=-1)) + 1
    _within(groups, count)
    carry = sums(groups, base, count) if targets is None else floats("targets", targets)
    carried = sums(groups, np.where(answered, base, 0.0), count)
    factors = np.full(count, np.nan)
    np.divide(carry, carried, out=factors, where=carried > 0)
    return Adjustment(weights=np.where(answered, base * factors[groups], 0.0), factors=factors)


def kish_effect(weights: Floats) -> float:
    """n sum w^2 / (sum w)^2, what unequal weights alone cost. A diagnostic of weights, not a design effect."""
    return float(len(weights) * np.einsum("i,i->", weights, weights) / weights.sum() ** 2)


def weigh(
    *,
    strata: Codes,
    responded: Mask,
    populations: Floats,
    keys: Codes,
    within: int = 1,
    minimum_respondents: int = 20,
    maximum_factor: float = 3.0,
    lonely_psu: LonelyPsu = LonelyPsu.FAIL,
) -> Weighting:
    """The whole way: design weights, response cells, adjustment, joined strata, design of the respondents.

    strata i8[m] and responded bool[m] of the drawn units; populations f8[H] and keys i8[H, p] of every stratum of
    the frame, also those of which nobody was drawn: their population is carried by their cell.
    """
    known = floats("populations", populations)
    drawn = _within(codes("strata", strata), len(known))
    answered = mask("responded", responded, size=len(drawn))
    base = design_weights(strata=drawn, populations=known)
    respondents = np.bincount(drawn[answered], minlength=len(known)).astype(np.int64)
    carried = sums(drawn[answered], base[answered], len(known))
    cells = merge_cells(
        keys=keys, respondents=respondents, sampled=known, answered=carried, within=within,
        minimum_respondents=minimum_respondents, maximum_factor=maximum_factor,
    )  # fmt: skip
    joined = collapse_strata(keys=keys, respondents=respondents, within=within)
    inside = cells.groups >= 0
    targets = sums(cells.groups[inside], known[inside], int(cells.groups.max(initial=-1)) + 1)
    rows = np.flatnonzero(answered).astype(np.int64)
    final = nonresponse_adjust(
        weights=base[rows], responded=answered[rows], cells=cells.groups[drawn[rows]], targets=targets
    )
    design = respondents_design(final.weights, drawn[rows], joined.groups, known, lonely_psu)
    return Weighting(
        design=design, respondents=rows, base=base, units=cells.groups[drawn], cells=cells.groups,
        factors=final.factors, strata=joined.groups, cell_merges=cells.merges, stratum_merges=joined.merges,
        unrepresented=float(known[~inside].sum()),
    )  # fmt: skip


def respondents_design(
    weights: Floats, strata: Codes, joined: Codes, populations: Floats, lonely_psu: LonelyPsu
) -> SurveyDesign | None:
    """The design of respondents with final weights f8[n] and strata i8[n]; None of nobody.

    joined i8[H]: variance stratum of each stratum, -1 for none; populations f8[H] are added over it.
    """
    if not len(weights):
        return None
    kept = joined >= 0
    sizes = sums(joined[kept], populations[kept], int(joined.max()) + 1)
    return SurveyDesign(weights, joined[strata], sizes, lonely_psu)


def _join(keys: Codes, respondents: Codes, *, within: int, fault: Callable[[Codes], Reason | None]) -> Grouping:
    if keys.ndim != 2 or len(keys) != len(respondents) or not 0 <= within <= keys.shape[1]:
        raise InputError(
            "keys",
            expected=f"{len(respondents)} rows with at least {within} columns",
            got=f"shape {keys.shape}",
            hint="One row for each stratum, columns from the coarsest to the finest.",
        )
    order = neighbour_order(keys, within=within)
    group = np.arange(len(keys))
    merges: list[Merge] = []
    settled: set[int] = set()
    while True:
        names, counts = np.unique(group), {}
        for name in (int(one) for one in names):
            if name not in settled:
                counts[name] = int(respondents[group == name].sum())
        worst = _first_at_fault(group, counts, fault)
        if worst is None:
            break
        name, reason = worst
        away = np.where(group == name, np.inf, order[group == name].min(axis=0))
        target = int(np.argmin(away)) if len(away) else 0
        if not np.isfinite(away[target]):
            settled.add(name)
            merges.append(Merge(name, None, reason))
            continue
        into = int(group[target])
        merges.append(Merge(name, into, reason))
        group[(group == name) | (group == into)] = min(name, into)
    return Grouping(_dense_groups(group, respondents), tuple(merges))


def _first_at_fault(
    group: Codes, counts: dict[int, int], fault: Callable[[Codes], Reason | None]
) -> tuple[int, Reason] | None:
    for name in sorted(counts, key=lambda one: (counts[one], one)):
        reason = fault(np.flatnonzero(group == name).astype(np.int64))
        if reason:
            return name, reason
    return None


def _dense_groups(group: Codes, respondents: Codes) -> Codes:
    answered = np.isin(group, group[respondents > 0])
    result = np.full(len(group), -1, dtype=np.int64)
    result[answered] = np.unique(group[answered], return_inverse=True)[1]
    return result


def _clusters(psus: Codes, count: int) -> Codes:
    if len(psus) and not (int(psus.min()) >= 0 and int(psus.max()) < count):
        raise InputError(
            "psus", expected=f"codes 0..{count - 1}", got=str(int(psus[int(np.argmax((psus < 0) | (psus >= count)))])),
            hint="Every drawn unit belongs to a cluster with a known number of units.",
        )  # fmt: skip
    return psus


def _within(strata: Codes, count: int) -> Codes:
    wrong = (strata < 0) | (strata >= count)
    if bool(wrong.any()):
        raise InputError(
            "strata",
            expected=f"codes 0..{count - 1}",
            got=str(int(strata[int(np.argmax(wrong))])),
            hint="Every drawn unit belongs to a stratum of the frame.",
        )
    return strata
