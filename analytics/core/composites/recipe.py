"""One way to make an index of a table: imputation, outliers, normalisation, aggregation; and its result."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.composites.aggregate import MINIMUM_SHARE, Aggregation, aggregate, aggregations, least
from analytics.core.composites.columns import table
from analytics.core.composites.impute import Imputation, impute
from analytics.core.composites.normalise import Normalisation, Normaliser, normalise, ranks
from analytics.core.composites.structure import Structure
from analytics.core.composites.treat import Treatment, treatments


class StepFlag(StrEnum):
    """What a reader of a unit's index must know."""

    IMPUTED = "imputed"  # a cell was missing and filled
    MISSING_INDICATOR = "missing_indicator"  # a cell is missing and the means go without it
    NO_SPREAD = "no_spread"  # an indicator is the same everywhere: the normalisation leaves it undefined
    TOO_FEW_PARTS = "too_few_parts"  # an aggregate with less than the minimum share of its parts: no value


@dataclass(frozen=True)
class Recipe:
    """The choices of the steps. aggregations: one for each level above the indicators, the lowest first.

    InputError when outliers are to be treated before goalposts, which were set for values as they are, and when the
    scale of the normaliser does not suit the first aggregation (geometric needs values from 1, harmonic above 0).
    """

    normaliser: Normaliser
    aggregations: tuple[Aggregation, ...]
    imputation: Imputation = Imputation.NONE
    outliers: bool = False
    minimum_share: float = MINIMUM_SHARE

    def __post_init__(self) -> None:
        object.__setattr__(self, "aggregations", tuple(Aggregation(one) for one in self.aggregations))
        object.__setattr__(self, "imputation", Imputation(self.imputation))
        if self.outliers and self.normaliser.method is Normalisation.GOALPOSTS:
            raise InputError(
                "outliers",
                expected="False with goalposts",
                got="True",
                hint="Set the goalposts where outliers should end: a logarithm would not fit them.",
            )
        for method in self.aggregations:
            short = self.normaliser.floor < least(method)
            if short or (method is Aggregation.HARMONIC and self.normaliser.floor <= 0):
                raise InputError(
                    "aggregations",
                    expected="a normalisation that never gives values below 1 (geometric) or from 0 (harmonic)",
                    got=f"{method} after {self.normaliser.method} with values from {self.normaliser.floor:g}",
                    hint="Normalise to 1 to 100, or aggregate by the arithmetic mean.",
                )


@dataclass(frozen=True, eq=False)
class IndexResult:
    """All values of one index. names: the aggregates of the structure, the index last.

    normalised f8[m, k]; values f8[m, len(names)]; ranks f8[m] of the index, 1 the highest; flags of each unit;
    treatments of the indicators (empty without the step).
    """

    names: tuple[str, ...]
    normalised: Floats
    values: Floats
    ranks: Floats
    flags: tuple[frozenset[StepFlag], ...]
    treatments: tuple[Treatment, ...]

    @property
    def index(self) -> Floats:
        """f8[m]."""
        return self.values[:, -1]


def index_of(
    values: npt.ArrayLike, structure: Structure, *, recipe: Recipe, groups: npt.ArrayLike | None = None
) -> IndexResult:
    """The index of units x indicators f8[m, k] (columns as structure.indicators, NaN: missing) by one recipe.

    groups i8[m] for imputation by group. What cannot be computed is NaN, and the flags of the unit say why.
    Source: OECD & JRC 2008. InputError on shapes, infinite values, and what the steps refuse.
    """
    given = table("values", values, indicators=len(structure.indicators))
    if given.ndim != 2:
        raise InputError(
            "values", expected="one table", got=f"shape {given.shape}", hint="Simulated tables belong to monte_carlo."
        )
    filled = impute(given, recipe.imputation, groups=groups)
    treated, found = treatments(filled, names=structure.indicators) if recipe.outliers else (filled, ())
    normalised = normalise(treated, recipe.normaliser, directions=structure.directions)
    levels = aggregate(
        normalised, structure, how=aggregations(recipe.aggregations, structure), minimum_share=recipe.minimum_share
    )
    together = np.concatenate(levels, axis=-1)
    return IndexResult(
        names=structure.aggregates,
        normalised=normalised,
        values=together,
        ranks=ranks(together[:, -1]),
        flags=tuple(
            _flags(row, filled=filled[unit], normalised=normalised[unit], together=together[unit])
            for unit, row in enumerate(np.isnan(given))
        ),
        treatments=found,
    )


def _flags(missing: Mask, *, filled: Floats, normalised: Floats, together: Floats) -> frozenset[StepFlag]:
    found = set()
    if bool(np.any(missing & ~np.isnan(filled))):
        found.add(StepFlag.IMPUTED)
    if bool(np.any(np.isnan(filled))):
        found.add(StepFlag.MISSING_INDICATOR)
    if bool(np.any(~np.isnan(filled) & np.isnan(normalised))):
        found.add(StepFlag.NO_SPREAD)
    if bool(np.any(np.isnan(together))):
        found.add(StepFlag.TOO_FEW_PARTS)
    return frozenset(found)
