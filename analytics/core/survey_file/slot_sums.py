"""What a total, mean, ratio, balance or score needs by slot: sums of z and of z^2, from codes or from numbers."""

from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.survey_file.one_by_one import Quantity
from analytics.core.survey_file.partition import Partition
from analytics.core.survey_file.plan import Estimand


@dataclass(frozen=True, eq=False)
class SlotSums:
    """One quantity in all domains. asked, totals and seconds f8[S]: answers, sum of z, sum of z^2, times size.

    By domain: value and size f8[D] (NaN where undefined); simple f8[D], the variance of the value in a simple random
    sample, NaN for no design effect; alike bool[D], whether all answers are one value. With r regressors of a
    calibration: loads f8[D, r], sum of d a q, and crosses f8[S, r], sum of w^2 a q, with w a = z times size.
    """

    asked: Floats
    totals: Floats
    seconds: Floats
    size: Floats
    value: Floats
    simple: Floats
    alike: Mask
    loads: Floats
    crosses: Floats


def slot_sums(part: Partition, quantity: Quantity) -> SlotSums:
    """By the code of a coded item, else by row.

    z = w (y - R x), with x = 1 but for ratios and R the value of the domain; w y for totals: the sums of a domain are
    taken from its own middle, so that nothing cancels. Source: as `estimates`.
    """
    return _of_numbers(part, quantity) if quantity.points is None else _of_codes(part, quantity, quantity.points)


def _of_codes(part: Partition, quantity: Quantity, points: Floats) -> SlotSums:
    used = ~np.isnan(points)
    found, v = part.statistics(quantity.answers), points[used]
    counts, weights, squares = (one[:, used] for one in (found.counts, found.weights, found.squares))
    in_domain, weight_in = part.by_domain(counts), part.by_domain(weights)
    n, weight = in_domain.sum(axis=1), weight_in.sum(axis=1)
    low = np.where(in_domain > 0, v, np.inf).min(axis=1)
    alike: Mask = low == np.where(in_domain > 0, v, -np.inf).max(axis=1)
    above = weight_in @ v
    middle = np.where(alike, low, _divided(above, weight))
    spread = (weight_in * (v - np.nan_to_num(middle)[:, None]) ** 2).sum(axis=1)
    simple = _simple(n, weight, spread, alike)
    asked = counts.sum(axis=1)
    if quantity.estimand is Estimand.TOTAL:
        value, size = np.where(n > 0, above, np.nan), np.ones(part.count)
        no = np.zeros(part.count, dtype=np.bool_)
        lines = np.broadcast_to(v, (part.count, len(v)))
        simple, alike = simple * weight**2, no
    else:
        value, size, lines = middle, np.where(n > 0, weight, np.nan), v - np.nan_to_num(middle)[:, None]
    away = lines[part.places.cells]
    totals, seconds = (weights * away).sum(axis=1), (squares * away**2).sum(axis=1)
    loads, crosses = np.zeros((part.count, 0)), np.zeros((len(asked), 0))
    if part.calibration is not None:
        by_domain, by_slot = part.crosses(quantity.answers)
        loads = np.einsum("dk,dkr->dr", lines, by_domain[:, used])
        crosses = np.einsum("sk,skr->sr", away, by_slot[:, used])
    return SlotSums(asked, totals, seconds, size, value, simple, alike, loads, crosses)


def _of_numbers(part: Partition, quantity: Quantity) -> SlotSums:
    codes, count = part.grouping.codes, part.count
    rows = np.logical_and.reduce([one.answered for one in quantity.involved])
    w, y = np.where(rows, part.design.weights, 0.0), np.where(rows, quantity.values, 0.0)
    x = np.ones(len(y)) if quantity.over is None else np.where(rows, quantity.over.numbers, 0.0)
    base, above = sums(codes, w * x, count), sums(codes, w * y, count)
    n, weight = np.bincount(codes[rows], minlength=count).astype(np.float64), sums(codes, w, count)
    low, alike = _alike(codes[rows], y[rows], count)
    ratio = quantity.over is not None
    middle = _divided(above, base) if ratio else np.where(alike, low, _divided(above, base))
    away = y - np.nan_to_num(middle)[codes] * x
    simple = _simple(n, weight, sums(codes, w * away**2, count), alike)
    asked, no = part.by_slot(rows.astype(np.float64)), np.zeros(count, dtype=np.bool_)
    if quantity.estimand is Estimand.TOTAL:
        z, value, size, simple, alike = w * y, np.where(n > 0, above, np.nan), np.ones(count), simple * weight**2, no
    elif ratio:
        z, value, size, simple, alike = w * away, middle, np.where(base != 0, base, np.nan), np.full(count, np.nan), no
    else:
        z, value, size = w * away, middle, np.where(n > 0, weight, np.nan)
    loads, crosses = _with_regressors(part, z)
    return SlotSums(asked, part.by_slot(z), part.by_slot(z**2), size, value, simple, alike, loads, crosses)


def _with_regressors(part: Partition, z: Floats) -> tuple[Floats, Floats]:
    """loads and crosses of z f8[n] = w a."""
    a, codes, width = z / part.design.weights, part.grouping.codes, part.regressors.shape[1]
    loads, crosses = np.zeros((part.count, width)), np.zeros((len(part.places.cells), width))
    for number in range(width):
        loads[:, number] = sums(codes, part.loaded[number] * a, part.count)
        crosses[:, number] = part.by_slot(part.squared[number] * a)
    return loads, crosses


def _simple(n: Floats, weight: Floats, spread: Floats, alike: Mask) -> Floats:
    """(1 - n / W) S^2 / n with S^2 = n / (n - 1) spread / W; NaN for one answer and without spread."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (1 - n / weight) / (n - 1) * spread / weight
    return np.where((n > 1) & ~alike, found, np.nan)


def _divided(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)
    return found


def _alike(codes: Codes, values: Floats, count: int) -> tuple[Floats, Mask]:
    """The smallest value of each domain f8[D], and whether it is the only one."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    return low, np.asarray(low == high, dtype=np.bool_)
