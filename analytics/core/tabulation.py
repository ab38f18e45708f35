"""All shares of many items in many domains from sufficient statistics: one pass over the answers for each item."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, sums
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.intervals import logit

ROUNDING = 1e-12  # a spread within a stratum smaller than this part of its sum of squares is none
BATCH = 250_000  # numbers of a working array, so that large designs need little memory


@dataclass(frozen=True, eq=False)
class Statistics:
    """Sums of one item by slot (a stratum and finest cell that occur together) and category.

    counts, weights and squares f8[P, K]: answers, sum of w and sum of w^2. They add over files, so a late answer
    changes one slot. Any share of any union of cells follows from them.
    """

    counts: Floats
    weights: Floats
    squares: Floats


@dataclass(frozen=True, eq=False)
class Slots:
    """The combinations of stratum and finest cell that occur: slot i8[n] of each row, strata and cells i8[P]."""

    slot: Codes
    strata: Codes
    cells: Codes


@dataclass(frozen=True, eq=False)
class Table:
    """Shares of every category in every domain, as arrays [D, K] with the categories of all items side by side.

    item i8[K] and category i8[K] name the columns. n is the base (answers of the domain to the item), positive the
    answers of the category. df_plain is answers minus strata, df the smaller of it and Satterthwaite's. NaN where
    the base is empty; standard_error is NaN too where the base is one answer or touches a stratum with one respondent.
    low and high are logit limits, NaN without spread: `interval_of_share` has the rule for what is published.
    """

    item: Codes
    category: Codes
    value: Floats
    standard_error: Floats
    df: Floats
    df_plain: Floats
    low: Floats
    high: Floats
    n: Floats
    positive: Floats


def slots(design: SurveyDesign, cells: npt.ArrayLike, cell_count: int) -> Slots:
    """The slots of a design whose rows stand in finest cells i8[n], codes 0..cell_count-1. InputError outside."""
    given = codes("cells", cells, size=design.size)
    if int(given.min()) < 0 or int(given.max()) >= cell_count:
        raise InputError(
            "cells",
            expected=f"codes 0..{cell_count - 1}",
            got=f"{int(given.min())}..{int(given.max())}",
            hint="Every respondent stands in one finest cell; rows outside a domain are left out by its cells.",
        )
    joint = design.strata * cell_count + given
    size = design.stratum_count * cell_count
    if size > 4 * design.size:
        present, slot = np.unique(joint, return_inverse=True)
    else:
        present = np.flatnonzero(np.bincount(joint, minlength=size))
        place = np.zeros(size, dtype=np.int64)
        place[present] = np.arange(len(present))
        slot = place[joint]
    return Slots(slot.astype(np.int64).ravel(), present // cell_count, present % cell_count)


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
    index = places.slot * width
    index += answers
    index += 1
    size = len(places.cells) * width
    squares = design.weights * design.weights
    found = (np.bincount(index, minlength=size), sums(index, design.weights, size), sums(index, squares, size))
    counts, weights, second = (one.reshape(-1, width)[:, 1:].astype(np.float64) for one in found)
    return Statistics(counts, weights, second)


def tabulate(
    design: SurveyDesign,
    items: Sequence[npt.NDArray[np.integer]],
    categories: Sequence[int],
    cells: npt.ArrayLike,
    domains: Mask,
    *,
    confidence: float = 0.95,
) -> Table:
    """Every share of every item in every domain of the full design, with standard error and logit limits.

    items: answers i[n] as in `statistics`, categories: their numbers; cells i8[n]: the finest cell of each row;
    domains bool[D, G]: which cells make up each domain. Equal to `estimates.share`, up to rounding.
    A stratum with one respondent is always treated as under the rule "fail"; InputError for a design with another.
    Source: Särndal, Swensson & Wretman 1992, sec. 5.8, with sum z and sum z^2 written out.
    """
    if len(items) != len(categories) or not items:
        raise InputError(
            "items", expected=f"{len(categories)} items, at least one", got=str(len(items)), hint="One number each."
        )
    if bool(design.lonely.any()) and design.lonely_psu is not LonelyPsu.FAIL:
        raise InputError(
            "design",
            expected="the rule fail for strata with one respondent",
            got=design.lonely_psu.value,
            hint="Join them with collapse_strata, or use estimates.share.",
        )
    places = slots(design, cells, domains.shape[1])
    layout = _layout(design, places, domains)
    width = max(1, BATCH // len(layout.order))
    parts = [
        _shares(design, layout, [statistics(design, places, items[one], categories[one]) for one in batch])
        for batch in _batches(categories, width)
    ]
    value, error, df, plain, n, positive = (np.concatenate(one, axis=1) for one in zip(*parts, strict=True))
    low, high = logit(value, error, df, confidence)
    return Table(
        item=np.repeat(np.arange(len(items)), categories),
        category=np.concatenate([np.arange(count) for count in categories]),
        value=value,
        standard_error=error,
        df=df,
        df_plain=plain,
        low=low,
        high=high,
        n=n,
        positive=positive,
    )


@dataclass(frozen=True, eq=False)
class _Layout:
    """Slots of every domain in the order of domain and stratum, and where each domain and stratum begins."""

    order: Codes  # i8[Q] slot of each (domain, slot) that occurs
    groups: Codes  # i8[S] first of each (domain, stratum) among them
    strata: Codes  # i8[S] its stratum
    domains: Codes  # i8[S] its domain
    starts: Codes  # i8[E] first of each domain that has a slot, among the groups
    present: Codes  # i8[E] that domain
    count: int  # D

    def by_domain(self, parts: Floats) -> Floats:
        """f8[D, k]: sums over the strata of each domain of f8[S, k]; 0 for a domain without a slot."""
        result = np.zeros((self.count, parts.shape[1]))
        result[self.present] = np.add.reduceat(parts, self.starts, axis=0)
        return result


def _layout(design: SurveyDesign, places: Slots, domains: Mask) -> _Layout:
    domain, slot = np.nonzero(domains[:, places.cells])  # slots come sorted by stratum within each domain
    if not len(slot):
        raise InputError(
            "domains", expected="a domain with a respondent", got="none", hint="Check the cells that make up domains."
        )
    groups = np.flatnonzero(np.diff(domain * design.stratum_count + places.strata[slot], prepend=-1))
    owner = domain[groups]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return _Layout(slot, groups, places.strata[slot[groups]], owner, starts, owner[starts], len(domains))


def _batches(categories: Sequence[int], width: int) -> list[list[int]]:
    """Items in their order, in batches of at most `width` categories (or of one item)."""
    batches: list[list[int]] = []
    filled = width
    for item, count in enumerate(categories):
        if filled + count > width:
            batches.append([])
            filled = 0
        batches[-1].append(item)
        filled += count
    return batches


def _shares(design: SurveyDesign, layout: _Layout, found: Sequence[Statistics]) -> tuple[Floats, ...]:
    """Value, error, df, df_plain, n and positive f8[D, k] of the k categories of some items, side by side."""
    counts, weights, squares = (
        np.add.reduceat(np.concatenate(one, axis=1)[layout.order], layout.groups, axis=0)
        for one in zip(*((item.counts, item.weights, item.squares) for item in found), strict=True)
    )
    widths = [item.counts.shape[1] for item in found]
    begins = np.cumsum([0, *widths[:-1]])
    asked, base, square_base = (
        np.repeat(np.add.reduceat(one, begins, axis=1), widths, axis=1) for one in (counts, weights, squares)
    )
    n, size = layout.by_domain(asked), layout.by_domain(base)
    with np.errstate(invalid="ignore"):
        value = layout.by_domain(weights) / size
    own = value[layout.domains]
    units = design.sizes[layout.strata][:, None]
    second = squares * (1 - 2 * own) + own**2 * square_base  # sum of z^2, times size^2
    spread = second - (weights - own * base) ** 2 / units
    spread[spread <= ROUNDING * second] = 0.0
    scale = (1 - design.fractions[layout.strata])[:, None] * units / np.maximum(units - 1, 1)
    certain = design.certain[layout.strata][:, None]
    part = np.where(certain, 0.0, scale * spread)
    part[design.lonely[layout.strata][:, None] & (asked > 0)] = np.nan
    variance = layout.by_domain(part)
    known = layout.by_domain(((asked > 0) & ~certain).astype(np.float64)) == 0
    plain = n - layout.by_domain((asked > 0).astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(variance) / size
        df = np.fmin(plain, variance**2 / layout.by_domain(part**2 / np.maximum(units - 1, 1)))
    error[(n == 0) | ((n == 1) & ~known)] = np.nan
    return value, error, np.where(np.isnan(error), 0.0, df), plain, n, layout.by_domain(counts)
