"""Classes of like propensity to answer, made from a table of what the frame knows of the drawn units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, sums
from analytics.core.frame_variables import Described, JoinedCategory, LeftOut, WhyLeftOut, usable
from analytics.core.propensity import FrameVariable, propensities, propensity_classes
from analytics.core.weights import Merge, merge_cells

DIGITS = 12  # propensities alike in so many digits are one: sums in another order change later ones


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Cells k in which all variables agree, and the weight in each, f8[K], from 0.

    answered and missing: design weights of who did and did not answer. carry: what the final weights of the cell's
    class must add up to for it, the two together and a share of what nobody was drawn for. respondents: their number.
    """

    variables: tuple[Described, ...]
    answered: Floats
    missing: Floats
    carry: Floats
    respondents: Floats


@dataclass(frozen=True, eq=False)
class ResponseClasses:
    """classes i8[K]: class of each cell from the least to the most likely to answer, -1 where none has a respondent.

    By class f8[C]: factor on the design weights of respondents, lowest and highest propensity. variables: those of
    the model; joined and left_out: what kept others out of it; merges of classes, named by their number before.
    """

    classes: Codes
    factors: Floats
    lowest: Floats
    highest: Floats
    variables: tuple[str, ...]
    joined: tuple[JoinedCategory, ...]
    left_out: tuple[LeftOut, ...]
    merges: tuple[Merge, ...]


def response_classes(table: ResponseTable, *, minimum_respondents: int, maximum_factor: float) -> ResponseClasses:
    """Quintile classes of the fitted propensity, joined to the nearest until large enough, with their factors.

    The model has main effects and design weights. Where it has no finite fit, its last variable is left out, again
    and again; without any variable all cells are one class. Nothing here depends on the order of units.
    Source: Little 1986; Särndal, Swensson & Wretman 1992, sec. 15.6; thresholds Kalton & Flores-Cervantes 2003.
    """
    found = usable(table.variables, answered=table.answered, missing=table.missing)
    values, variables, separated = _fitted(found.variables, table.answered, table.missing)
    held = table.answered + table.missing
    there = held > 0
    raw = np.zeros(len(held), dtype=np.int64)
    if there.any():
        raw[there] = propensity_classes(values[there], weights=held[there])
    number = int(raw.max(initial=0)) + 1
    # A replicate may count less than half a respondent where it has an answer; an answer is one.
    respondents = np.rint(sums(raw, table.respondents, number)).astype(np.int64)
    answered = sums(raw, table.answered, number)
    grouping = merge_cells(
        keys=np.arange(number)[:, None], respondents=np.maximum(respondents, answered > 0),
        sampled=sums(raw, table.carry, number), answered=answered, minimum_respondents=minimum_respondents,
        maximum_factor=maximum_factor, within=0,
    )  # fmt: skip
    classes = np.where(there, grouping.groups[raw], -1)
    inside = classes >= 0
    count = int(classes.max(initial=-1)) + 1
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(lowest, classes[inside], values[inside])
    np.maximum.at(highest, classes[inside], values[inside])
    return ResponseClasses(
        classes=classes,
        factors=sums(classes[inside], table.carry[inside], count)
        / sums(classes[inside], table.answered[inside], count),
        lowest=lowest, highest=highest, variables=variables, joined=found.joined,
        left_out=(*found.left_out, *separated), merges=grouping.merges,
    )  # fmt: skip


def _fitted(
    variables: Sequence[FrameVariable], answered: Floats, missing: Floats
) -> tuple[Floats, tuple[str, ...], tuple[LeftOut, ...]]:
    """Propensity f8[K] of each cell (NaN without weight), the variables it rests on, and those that had to go."""
    cell = np.concatenate([np.flatnonzero(answered > 0), np.flatnonzero(missing > 0)])
    responded = np.arange(len(cell)) < int((answered > 0).sum())
    weights = np.concatenate([answered[answered > 0], missing[missing > 0]])
    kept, left = list(variables), list[LeftOut]()
    values = np.full(len(answered), np.nan)
    while kept:
        of_rows = [FrameVariable(one.name, one.codes[cell], one.labels) for one in kept]
        try:
            values[cell] = np.round(propensities(responded, of_rows, weights=weights).values, DIGITS)
        except InputError:  # every category has both: only a combination can keep the fit from being finite
            left.append(LeftOut(kept.pop().name, WhyLeftOut.SEPARATED))
            continue
        break
    if not kept:
        values[cell] = answered.sum() / weights.sum() if len(cell) else np.nan
    return values, tuple(one.name for one in kept), tuple(left)
