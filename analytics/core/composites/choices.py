"""The choices that could have been made otherwise, and the scores of many indices made with different ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.composites.aggregate import Aggregation, aggregate, aggregations
from analytics.core.composites.impute import Imputation, impute
from analytics.core.composites.normalise import Normaliser, normalise
from analytics.core.composites.recipe import Recipe
from analytics.core.composites.structure import Structure
from analytics.core.composites.treat import treat
from analytics.core.composites.weight import WeightSpread


class Factor(StrEnum):
    """What may vary, in the order of the columns of `codes_of`."""

    IMPUTATION = "imputation"
    NORMALISATION = "normalisation"
    AGGREGATION = "aggregation"
    DROPPED = "dropped"
    WEIGHTS = "weights"
    SAMPLING = "sampling"


LISTED = (Factor.IMPUTATION, Factor.NORMALISATION, Factor.AGGREGATION, Factor.DROPPED)


@dataclass(frozen=True)
class Choices:
    """Alternatives, each as likely as the other ones of its list; an empty list keeps what the recipe has.

    A list holds all that may be chosen: put the recipe's own choice in it. aggregations hold a method for each level.
    drop_one: no indicator is dropped, or any one of them, all as likely.
    """

    imputations: tuple[Imputation, ...] = ()
    normalisers: tuple[Normaliser, ...] = ()
    aggregations: tuple[tuple[Aggregation, ...], ...] = ()
    weights: WeightSpread | None = None
    drop_one: bool = False


@dataclass(frozen=True, eq=False)
class Problem:
    """What every draw shares: the structure, the recipe, the choices and the groups i8[m] for imputation.

    InputError when a combination of the choices cannot be computed (see Recipe).
    """

    structure: Structure
    recipe: Recipe
    choices: Choices = Choices()
    groups: Codes | None = None

    def __post_init__(self) -> None:
        for normaliser in self.normalisers:
            for how in self.aggregations:
                Recipe(normaliser, aggregations(how, self.structure), outliers=self.recipe.outliers)

    @property
    def imputations(self) -> tuple[Imputation, ...]:
        return self.choices.imputations or (self.recipe.imputation,)

    @property
    def normalisers(self) -> tuple[Normaliser, ...]:
        return self.choices.normalisers or (self.recipe.normaliser,)

    @property
    def aggregations(self) -> tuple[tuple[Aggregation, ...], ...]:
        return self.choices.aggregations or (self.recipe.aggregations,)

    @property
    def dropped(self) -> int:
        """How many alternatives there are to what is dropped."""
        return 1 + len(self.structure.indicators) if self.choices.drop_one else 1

    @property
    def alternatives(self) -> tuple[int, ...]:
        """Number of alternatives of each listed factor."""
        return len(self.imputations), len(self.normalisers), len(self.aggregations), self.dropped

    @property
    def one_scale(self) -> bool:
        """Scores of all normalisations lie between the same ends, or there is only one normalisation."""
        ranges = {normaliser.range for normaliser in self.normalisers}
        return len(self.normalisers) == 1 or (len(ranges) == 1 and None not in ranges)


def codes_of(problem: Problem, uniform: Floats) -> Codes:
    """i8[b, 4], the alternative of each listed factor from numbers f8[b, 4] in [0, 1)."""
    counts = np.array(problem.alternatives)
    found: Codes = np.minimum((uniform * counts).astype(np.int64), counts - 1)
    return found


def scores(problem: Problem, tables: Floats, *, codes: Codes, weights: Sequence[Floats]) -> Floats:
    """Index f8[b, m] of each draw: tables f8[b, m, k], codes i8[b, 4], weights f8[b, nodes] for each level.

    tables f8[1, m, k] is the same table in every draw. Draws with the same choices are computed together, each step
    once for all that share it.
    """
    result = np.full((len(codes), tables.shape[1]), np.nan)
    kept = _without_dropped(problem.structure, weights, codes[:, 3] - 1)
    for rows, filled_from in _split(np.arange(len(codes)), codes[:, 0]):
        filled = impute(_of(tables, rows), problem.imputations[filled_from], groups=problem.groups)
        treated = treat(filled) if problem.recipe.outliers else filled
        for inner, scaled_by in _split(rows, codes[:, 1]):
            normalised = normalise(
                _of(treated, np.searchsorted(rows, inner)),
                problem.normalisers[scaled_by],
                directions=problem.structure.directions,
                clip=True,
            )
            for last, joined_by in _split(inner, codes[:, 2]):
                result[last] = aggregate(
                    _of(normalised, np.searchsorted(inner, last)),
                    problem.structure,
                    how=problem.aggregations[joined_by],
                    weights=[level[last] for level in kept],
                    minimum_share=problem.recipe.minimum_share,
                )[-1][..., 0]
    return result


def _of(tables: Floats, rows: Codes) -> Floats:
    """The tables of these draws; one table for all stays one."""
    return tables if len(tables) == 1 else tables[rows]


def _split(rows: Codes, codes: Codes) -> Iterator[tuple[Codes, int]]:
    """The rows, in order, of each alternative that occurs among them."""
    for code in np.unique(codes[rows]):
        yield rows[codes[rows] == code], int(code)


def stated_weights(structure: Structure, count: int) -> tuple[Floats, ...]:
    """The structure's own weights for each of count draws."""
    return tuple(np.broadcast_to(level, (count, len(level))) for level in structure.weights)


def checked_groups(groups: npt.ArrayLike | None, problem: Problem) -> None:
    """InputError when a choice imputes by group and there are no groups."""
    if groups is None and {Imputation.GROUP_MEAN, Imputation.GROUP_MEDIAN} & set(problem.imputations):
        raise InputError(
            "groups", expected="the group of each unit", got="None", hint="Give groups, or impute by the overall mean."
        )


def _without_dropped(structure: Structure, weights: Sequence[Floats], dropped: Codes) -> list[Floats]:
    """Weights with 0 for the dropped indicator (-1: none) and for every aggregate that loses its only part."""
    level = np.array(weights[0])
    rows = np.flatnonzero(dropped >= 0)
    level[rows, dropped[rows]] = 0.0
    result = [level]
    for depth in range(1, len(weights)):
        parents = structure.parents[depth - 1]
        left = np.zeros((len(level), weights[depth].shape[1]))
        for place in range(left.shape[1]):
            left[:, place] = result[-1][:, parents == place].sum(axis=1)
        result.append(np.where(left > 0, weights[depth], 0.0))
    return result
