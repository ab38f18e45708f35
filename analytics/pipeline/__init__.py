"""A run, from frozen answers to estimates: `stages` are its jobs, `parts` its pieces, `recipe` what they compute."""

from collections.abc import Sequence

from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow
from analytics.dataset import Frozen
from analytics.models import Run
from analytics.pipeline.parts import Source, work_out_all
from analytics.pipeline.recipe import estimate_country, side_by_side
from analytics.pipeline.stages import REFUSED, compute_part, finish, prepare

__all__ = ["REFUSED", "compute", "compute_part", "finish", "prepare", "recompute"]


def compute(
    frozen: Frozen,
    previous: Frozen | None,
    definitions: Definitions,
    parameters: Parameters,
    *,
    older: Sequence[Frozen] = (),
    seed: int = 0,
) -> list[EstimateRow]:
    """The estimates of every country and their comparisons, from the same inputs the same bits; nothing is stored.

    Replicates, small areas, scales and the uncertainty of indices are left out: `recompute` has them too.
    """
    parts = [
        estimate_country(
            country,
            frozen=frozen,
            previous=previous,
            older=older,
            definitions=definitions,
            parameters=parameters,
            seed=seed,
            tell=lambda _share, _name: None,
        )
        for country in frozen.countries
    ]
    return list(side_by_side(parts, definitions, parameters).rows)


def recompute(run: Run) -> list[EstimateRow]:
    """The rows of a finished run, worked out again from its frozen datasets, definitions, parameters and seed.

    Raises dataset.DatasetErased when a source is gone, dataset.DatasetDamaged when it is not what was frozen.
    """
    source = Source.of(run)
    return list(side_by_side(work_out_all(source), source.definitions, source.parameters).rows)
