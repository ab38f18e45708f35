"""Sums from which every share, score and its variance follows without a respondent: one pass over each item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, sums
from analytics.core.design import CERTAIN, LonelyPsu, SurveyDesign

BLOCK = 65_536  # rows whose working arrays stay in the cache of a processor


@dataclass(frozen=True, eq=False)
class Groups:
    """What a variance needs to know of a design. An element stratum is one group, a clustered one a group for each PSU.

    strata i8[G], ascending; clustered bool[G]; sizes i8[G], respondents; units f8[G], M_hi of a PSU (its respondents
    when no second stage is known); populations f8[H], N_h (infinite when unknown); psus i8[G], the PSU's code or
    key (-1 in an element stratum); keys i8[H], what names a stratum across files (its code when none were given).
    """

    strata: Codes
    clustered: Mask
    sizes: Codes
    units: Floats
    populations: Floats
    psus: Codes
    keys: Codes

    @cached_property
    def counts(self) -> Codes:
        """n_h i8[H]: PSUs of each stratum, respondents of an element stratum."""
        each = np.where(self.clustered, 1, self.sizes)
        return sums(self.strata, each.astype(np.float64), len(self.populations)).astype(np.int64)

    @cached_property
    def fractions(self) -> Floats:
        """f_h f8[H]."""
        return self.counts / self.populations

    @cached_property
    def first_scale(self) -> Floats:
        """(1 - f_h) n_h / (n_h - 1) f8[H]; 0 where all PSUs are taken."""
        n = self.counts
        scale = np.where(n > 1, (1 - self.fractions) * n / np.maximum(n - 1, 1), 0.0)
        return np.where(1 - self.fractions < CERTAIN, 0.0, scale)

    @cached_property
    def second_scale(self) -> Floats:
        """f_h (1 - f_hi) m_hi / (m_hi - 1) f8[G]; 0 in element strata and in whole PSUs."""
        m, left = self.sizes, 1 - self.sizes / self.units
        open_ = self.clustered & (left >= CERTAIN) & (m > 1)
        return np.where(open_, self.fractions[self.strata] * left * m / np.maximum(m - 1, 1), 0.0)

    @cached_property
    def lonely(self) -> Mask:
        """Strata with one PSU of more, bool[H]."""
        found: Mask = (self.counts == 1) & (1 - self.fractions >= CERTAIN)
        return found

    @cached_property
    def lonely_psus(self) -> Mask:
        """PSUs with one respondent of more units, bool[G]."""
        found: Mask = self.clustered & (self.sizes == 1) & (1 - self.sizes / self.units >= CERTAIN)
        return found

    @cached_property
    def certain(self) -> Mask:
        """Strata of which every unit answered, bool[H]."""
        found: Mask = 1 - self.fractions < CERTAIN
        found[self.strata[self.clustered & (1 - self.sizes / self.units >= CERTAIN)]] = False
        return found


@dataclass(frozen=True, eq=False)
class Slots:
    """The combinations of group and finest cell that occur: slot i8[n] of each row, group and cells i8[S]."""

    groups: Groups
    slot: Codes
    group: Codes
    cells: Codes


@dataclass(frozen=True, eq=False)
class Statistics:
    """Sums of one item by slot and category: counts, weights and squares f8[S, K]: answers, sum of w, sum of w^2."""

    counts: Floats
    weights: Floats
    squares: Floats


@dataclass(frozen=True, eq=False)
class Summary:
    """All that tables of some items need: groups, the slots' group and finest cell i8[S], and the sums of each item."""

    groups: Groups
    group: Codes
    cells: Codes
    cell_count: int
    items: tuple[Statistics, ...]


def slots(
    design: SurveyDesign,
    cells: npt.ArrayLike,
    cell_count: int,
    *,
    stratum_keys: npt.ArrayLike | None = None,
    psu_keys: npt.ArrayLike | None = None,
) -> Slots:
    """The slots of a design whose rows stand in finest cells i8[n], codes 0..cell_count-1.

    stratum_keys i8[H] and psu_keys i8[P] name strata and PSUs across files, for `add`. InputError for cells outside
    their codes, for calibrated weights (their residuals are not sums by cell) and for a rule for lonely PSUs other
    than "fail" where there is one.
    """
    _usable(design)
    given = codes("cells", cells, size=design.size)
    if int(given.min()) < 0 or int(given.max()) >= cell_count:
        raise InputError(
            "cells",
            expected=f"codes 0..{cell_count - 1}",
            got=f"{int(given.min())}..{int(given.max())}",
            hint="Every respondent stands in one finest cell; rows outside a domain are left out by its cells.",
        )
    groups, group = _groups(design, stratum_keys, psu_keys)
    joint = group * cell_count + given
    size = len(groups.strata) * cell_count
    if size > 4 * design.size:
        present, slot = np.unique(joint, return_inverse=True)
    else:
        present = np.flatnonzero(np.bincount(joint, minlength=size))
        place = np.zeros(size, dtype=np.int64)
        place[present] = np.arange(len(present))
        slot = place[joint]
    return Slots(groups, slot.astype(np.int64).ravel(), present // cell_count, present % cell_count)


def statistics(design: SurveyDesign, places: Slots, answers: npt.NDArray[np.integer], categories: int) -> Statistics:
    """One pass over answers i[n] (codes 0..categories-1, -1 for no answer). InputError outside these codes."""
    lowest, highest = int(answers.min()), int(answers.max())
    if len(answers) != design.size or lowest < -1 or highest >= categories:
        raise InputError(
            "answers",
            expected=f"{design.size} codes from -1 to {categories - 1}",
            got=f"{len(answers)} codes from {lowest} to {highest}",
            hint="Give an unknown code a category of its own or mend the data.",
        )
    width = categories + 1
    size = len(places.cells) * width
    found = np.zeros((3, size))
    for start in range(0, design.size, BLOCK):
        block = slice(start, start + BLOCK)
        index = places.slot[block] * width
        index += answers[block]
        index += 1
        found[0] += np.bincount(index, minlength=size)
        found[1] += sums(index, design.weights[block], size)
        found[2] += sums(index, design.squared_weights[block], size)
    counts, weights, squares = found.reshape(3, -1, width)[:, :, 1:]
    return Statistics(counts, weights, squares)


def summarise(
    design: SurveyDesign,
    items: Sequence[npt.NDArray[np.integer]],
    categories: Sequence[int],
    cells: npt.ArrayLike,
    *,
    cell_count: int,
    stratum_keys: npt.ArrayLike | None = None,
    psu_keys: npt.ArrayLike | None = None,
) -> Summary:
    """The summary of items, answers i[n] each with its number of categories; errors as `slots` and `statistics`."""
    if len(items) != len(categories) or not items:
        raise InputError(
            "items", expected=f"{len(categories)} items, at least one", got=str(len(items)), hint="One number each."
        )
    places = slots(design, cells, cell_count, stratum_keys=stratum_keys, psu_keys=psu_keys)
    found = tuple(statistics(design, places, one, count) for one, count in zip(items, categories, strict=True))
    return Summary(places.groups, places.group, places.cells, cell_count, found)


def rescale(summary: Summary, factors: npt.ArrayLike) -> Summary:
    """The summary with the weights of each stratum times its factor f8[H]: after a late answer changes N_h / n_h."""
    given = floats("factors", factors, size=len(summary.groups.populations))
    if not bool(np.all(np.isfinite(given) & (given > 0))):
        raise InputError("factors", expected="finite numbers above 0", got=str(given.tolist()), hint="Weights only.")
    factor = given[summary.groups.strata[summary.group]][:, None]
    return replace(
        summary,
        items=tuple(Statistics(one.counts, one.weights * factor, one.squares * factor**2) for one in summary.items),
    )


def margin(summary: Summary, joined: npt.ArrayLike) -> Summary:
    """The summary over coarser cells: joined i8[C] gives each finest cell its coarser one, codes from 0.

    InputError for a code below 0. Sums add, so every table over coarser cells stays the same.
    """
    coarse = codes("joined", joined, size=summary.cell_count)
    if int(coarse.min()) < 0:
        raise InputError("joined", expected="codes from 0", got=str(int(coarse.min())), hint="Name every cell.")
    return collected(replace(summary, cells=coarse[summary.cells], cell_count=int(coarse.max()) + 1), summary.items)


def collected(summary: Summary, items: Sequence[Statistics]) -> Summary:
    """Slots of the same group and cell joined, in the order of group and cell."""
    joint = summary.group * summary.cell_count + summary.cells
    present, place = np.unique(joint, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    starts = np.flatnonzero(np.diff(place.ravel()[order], prepend=-1))

    def joined(one: Floats) -> Floats:
        found: Floats = np.add.reduceat(one[order], starts, axis=0)
        return found

    found = tuple(Statistics(joined(one.counts), joined(one.weights), joined(one.squares)) for one in items)
    return replace(summary, group=present // summary.cell_count, cells=present % summary.cell_count, items=found)


def _usable(design: SurveyDesign) -> None:
    if design.calibration is not None:
        raise InputError(
            "design",
            expected="weights that were not calibrated",
            got="a calibration",
            hint="The residuals of a calibration are not sums by cell: use estimates.share.",
        )
    if bool(design.lonely_rows.any()) and design.lonely_psu is not LonelyPsu.FAIL:
        raise InputError(
            "design",
            expected="the rule fail for strata with one respondent",
            got=design.lonely_psu.value,
            hint="Join them with collapse_strata, or use estimates.share.",
        )


def _groups(
    design: SurveyDesign, stratum_keys: npt.ArrayLike | None, psu_keys: npt.ArrayLike | None
) -> tuple[Groups, Codes]:
    """The groups and the group i8[n] of each row."""
    count = design.stratum_count
    populations = np.full(count, np.inf) if design.populations is None else design.populations
    keys = np.arange(count) if stratum_keys is None else codes("stratum_keys", stratum_keys, size=count)
    names = np.arange(design.psu_count) if psu_keys is None else codes("psu_keys", psu_keys, size=design.psu_count)
    for name, given in (("stratum_keys", keys), ("psu_keys", names if design.psu is not None else keys)):
        if len(np.unique(given)) < len(given):
            raise InputError(name, expected="a key of its own for each", got="a key twice", hint="Join them first.")
    if design.psu is None:
        no, sizes = np.zeros(count, dtype=np.bool_), design.sizes
        found = Groups(np.arange(count), no, sizes, sizes.astype(np.float64), populations, np.full(count, -1), keys)
        return found, design.strata
    clustered = np.zeros(count, dtype=np.bool_)
    clustered[design.psu_strata[(design.psu_sizes > 1) | ~design.complete]] = True
    own = np.where(clustered[design.psu_strata], np.arange(design.psu_count) + 1, 0)
    places, group = np.unique(design.psu_strata * (design.psu_count + 1) + own, return_inverse=True)
    strata, psus = places // (design.psu_count + 1), places % (design.psu_count + 1) - 1
    rows = group.ravel()[design.psus]
    sizes = np.bincount(rows, minlength=len(places)).astype(np.int64)
    units = sizes.astype(np.float64)
    if design.second_stage_populations is not None:
        units = np.where(psus >= 0, design.second_stage_populations[np.maximum(psus, 0)], units)
    psus = np.where(psus >= 0, names[np.maximum(psus, 0)], -1)
    return Groups(strata, clustered[strata], sizes, units, populations, psus, keys), rows
