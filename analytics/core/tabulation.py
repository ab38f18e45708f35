"""All shares of many items in many domains, and scores of them, from sufficient statistics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask
from analytics.core.design import SurveyDesign
from analytics.core.intervals import logit
from analytics.core.statistics_layout import Layout, layout_of, precision
from analytics.core.sufficient_statistics import Statistics, Summary, slots, statistics

BATCH = 250_000  # numbers of a working array, so that large designs need little memory


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


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Mean scores of one item in D domains, f8[D] each; NaN and df as in `Table`."""

    value: Floats
    standard_error: Floats
    df: Floats
    df_plain: Floats
    n: Floats


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
    domains bool[D, C]: which cells make up each domain. Equal to `estimates.share`, up to rounding, for element,
    clustered and two-stage samples. A lonely stratum or PSU is always treated as under the rule "fail"; InputError
    for a design with another, and for a calibrated one.
    Source: Särndal, Swensson & Wretman 1992, sec. 4.3 and 5.8, with sum z and sum z^2 written out.
    """
    if len(items) != len(categories) or not items:
        raise InputError(
            "items", expected=f"{len(categories)} items, at least one", got=str(len(items)), hint="One number each."
        )
    places = slots(design, cells, domains.shape[1])
    layout = layout_of(places.groups, places.group, places.cells, domains)
    parts = [
        shares_of(layout, [statistics(design, places, items[one], categories[one]) for one in batch])
        for batch in _batches(categories, max(1, BATCH // len(layout.order)))
    ]
    return _table(parts, categories, confidence)


def tabulate_summary(summary: Summary, domains: Mask, *, confidence: float = 0.95) -> Table:
    """As `tabulate`, from a summary; domains bool[D, C] over its finest cells. InputError on their number."""
    layout = _layout(summary, domains)
    categories = [one.counts.shape[1] for one in summary.items]
    parts = [
        shares_of(layout, [summary.items[one] for one in batch])
        for batch in _batches(categories, max(1, BATCH // len(layout.order)))
    ]
    return _table(parts, categories, confidence)


def tabulate_scores(summary: Summary, item: int, scores: npt.ArrayLike, domains: Mask) -> ScoreTable:
    """Mean score of an item in every domain bool[D, C]: net balance with scores 1, -1 and 0, or any numbers f8[K].

    A score of NaN takes its category out of the base. Equal to `estimates.mean_score`. InputError when the number of
    scores is not that of the categories. Source: as `tabulate`.
    """
    found = summary.items[item]
    given = np.asarray(scores, dtype=np.float64)
    if given.shape != (found.counts.shape[1],) or bool(np.isinf(given).any()) or bool(np.isnan(given).all()):
        raise InputError(
            "scores",
            expected=f"{found.counts.shape[1]} finite numbers or NaN, one of them a number",
            got=str(given.tolist()),
            hint="One score for each category of the item.",
        )
    used = ~np.isnan(given)
    layout, points = _layout(summary, domains), given[used]
    counts, weights, squares = (layout.by_group(one[:, used]) for one in (found.counts, found.weights, found.squares))
    asked, base = counts.sum(axis=1, keepdims=True), weights.sum(axis=1, keepdims=True)
    size = layout.by_domain(base)
    with np.errstate(invalid="ignore"):
        value = layout.by_domain(weights @ points[:, None]) / size
    apart = points - value[layout.domains]  # f8[., K] distance of each score from the domain's mean
    totals = (weights * apart).sum(axis=1, keepdims=True)
    seconds = (squares * apart**2).sum(axis=1, keepdims=True)
    error, df, plain, n = (one[:, 0] for one in precision(layout, totals, seconds, asked, size=size))
    return ScoreTable(value[:, 0], error, df, plain, n)


def _layout(summary: Summary, domains: Mask) -> Layout:
    if domains.ndim != 2 or domains.shape[1] != summary.cell_count:
        raise InputError(
            "domains",
            expected=f"a column for each of the {summary.cell_count} cells",
            got=f"shape {domains.shape}",
            hint="One row says which cells make up a domain.",
        )
    return layout_of(summary.groups, summary.group, summary.cells, domains)


def _table(parts: Sequence[tuple[Floats, ...]], categories: Sequence[int], confidence: float) -> Table:
    value, error, df, plain, n, positive = (np.concatenate(one, axis=1) for one in zip(*parts, strict=True))
    low, high = logit(value, error, df, confidence)
    return Table(
        item=np.repeat(np.arange(len(categories)), categories),
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


def shares_of(layout: Layout, found: Sequence[Statistics]) -> tuple[Floats, ...]:
    """Value, error, df, df_plain, n and positive f8[D, k] of the k categories of some items, side by side.

    As the columns of `Table` of the same names. Source: as `tabulate`.
    """
    counts, weights, squares = (
        layout.by_group(np.concatenate(one, axis=1))
        for one in zip(*((item.counts, item.weights, item.squares) for item in found), strict=True)
    )
    widths = [item.counts.shape[1] for item in found]
    begins = np.cumsum([0, *widths[:-1]])
    asked, base, square_base = (
        np.repeat(np.add.reduceat(one, begins, axis=1), widths, axis=1) for one in (counts, weights, squares)
    )
    size = layout.by_domain(base)
    with np.errstate(invalid="ignore"):
        value = layout.by_domain(weights) / size
    own = value[layout.domains]
    seconds = squares * (1 - 2 * own) + own**2 * square_base  # sum of z^2, times size^2
    error, df, plain, n = precision(layout, weights - own * base, seconds, asked, size=size)
    return value, error, df, plain, n, layout.by_domain(counts)
