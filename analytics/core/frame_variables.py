"""Which frame variables a model of answering can use: categories joined and variables left out by stated rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Codes, Floats, sums
from analytics.core.propensity import FrameVariable


class WhyLeftOut(StrEnum):
    """Why a variable of the frame takes no part in the model of answering."""

    UNKNOWN = "unknown"  # the frame does not know it for every drawn unit
    ONE_CATEGORY = "one_category"  # nothing is left to tell apart
    ALL_OR_NONE = "all_or_none"  # everybody answered, or nobody: there is nothing to model
    SEPARATED = "separated"  # a combination of categories in which all or none answered


@dataclass(frozen=True, eq=False)
class Described:
    """A frame variable by cell or unit: codes i8[K] into labels, -1 where it is not known.

    ordered: neighbouring codes are neighbouring categories, as size classes are.
    """

    name: str
    codes: Codes
    labels: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class JoinedCategory:
    """Category `category` of `variable` was taken together with `into`, both by their labels."""

    variable: str
    category: str
    into: str


@dataclass(frozen=True)
class LeftOut:
    """A variable that the model does without."""

    variable: str
    reason: WhyLeftOut


@dataclass(frozen=True, eq=False)
class Usable:
    """variables: what a model can be fitted with. joined and left_out: what was done to get there, in that order."""

    variables: tuple[FrameVariable, ...]
    joined: tuple[JoinedCategory, ...]
    left_out: tuple[LeftOut, ...]


def usable(described: Sequence[Described], *, answered: Floats, missing: Floats) -> Usable:
    """The variables with answers and missing answers in every category; answered and missing f8[K] weights, from 0.

    A category that has only one of the two is joined, the lightest first: of an ordered variable to the nearest
    category (the lower of two), of any other to the heaviest (the lowest code of equals). A variable with one
    category left, or unknown for a cell that has weight, is left out. Cells without weight count nowhere.
    """
    if not (answered.sum() > 0 and missing.sum() > 0):
        return Usable((), (), tuple(LeftOut(one.name, WhyLeftOut.ALL_OR_NONE) for one in described))
    variables: list[FrameVariable] = []
    joined: list[JoinedCategory] = []
    left: list[LeftOut] = []
    there = answered + missing > 0
    for one in described:
        if bool((one.codes[there] < 0).any()):
            left.append(LeftOut(one.name, WhyLeftOut.UNKNOWN))
            continue
        into, made = _join(one, answered, missing)
        joined += made
        groups = into[np.where(there, one.codes, one.codes[np.argmax(there)])]
        kept, dense = np.unique(groups, return_inverse=True)
        if len(kept) == 1:
            left.append(LeftOut(one.name, WhyLeftOut.ONE_CATEGORY))
            continue
        labels = tuple(one.labels[int(code)] for code in kept)
        variables.append(FrameVariable(one.name, dense.astype(np.int64), labels))
    return Usable(tuple(variables), tuple(joined), tuple(left))


def _join(one: Described, answered: Floats, missing: Floats) -> tuple[Codes, list[JoinedCategory]]:
    """into i8[C]: the category that each goes with; and the steps."""
    count = len(one.labels)
    into = np.arange(count)
    made: list[JoinedCategory] = []
    known = one.codes >= 0
    while True:
        groups = into[one.codes[known]]
        yes, no = sums(groups, answered[known], count), sums(groups, missing[known], count)
        held = yes + no
        wrong = np.flatnonzero((held > 0) & ((yes == 0) | (no == 0)))
        others = np.flatnonzero(held > 0)
        if not len(wrong) or len(others) == 1:
            return into, made
        worst = int(wrong[np.argmin(held[wrong])])
        others = others[others != worst]
        away = np.abs(others - worst) if one.ordered else -held[others]
        target = int(others[np.argmin(away)])
        into[into == worst] = target
        made.append(JoinedCategory(one.name, one.labels[worst], one.labels[target]))
