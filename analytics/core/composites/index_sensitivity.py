"""Sensitivity of an index to sampling and to each choice: scores, and how far units move in rank."""

from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.composites.choices import LISTED, Factor, codes_of, scores, stated_weights
from analytics.core.composites.normalise import ranks
from analytics.core.composites.recipe import index_of
from analytics.core.composites.sensitivity import SobolIndices, evaluate, sobol_indices, sobol_points
from analytics.core.composites.uncertainty import BLOCK, Simulation

POOL = 1024  # prepared draws of the table and of the weights, of which an input in [0, 1) names one
WEIGHT_STREAM, SAMPLING_STREAM = 2, 3


@dataclass(frozen=True, eq=False)
class IndexSensitivity:
    """Sobol indices of the factors that vary, with outputs in the order: mean absolute rank shift, score of each unit.

    rank_shift is the mean over the points of the mean absolute difference between a unit's rank and its rank in the
    recipe as it stands. one_scale: False when scores of the normalisations do not compare; their indices then tell
    of the scale, not of the index, and are NaN. (The rank shift is always given.)
    """

    indices: SobolIndices
    rank_shift: float
    one_scale: bool


def index_sensitivity(simulation: Simulation, *, n: int, resamples: int = 500) -> IndexSensitivity:
    """Variance of rank shift and scores by factor: n (k + 2) indices for k factors that vary; n a power of two.

    Sampling and weights are one factor each: a number in [0, 1) names one of 1,024 prepared draws. The draws of the
    simulation are not used. A unit without a score in some run has undefined indices. Source: Saisana, Saltelli &
    Tarantola 2005. InputError as sobol_points.
    """
    varying = _varying(simulation)
    points = sobol_points(n, factors=len(varying), seed=simulation.seed)
    base = index_of(simulation.values, simulation.problem.structure, recipe=simulation.problem.recipe,
                    groups=simulation.problem.groups)  # fmt: skip
    pool = _Pool.of(simulation)

    def model(inputs: Floats) -> Floats:
        parts = [
            _outputs(simulation, pool, _full(inputs[start : start + BLOCK], varying), base.ranks)
            for start in range(0, len(inputs), BLOCK)
        ]
        return np.concatenate(parts)

    found = evaluate(model, points)
    one_scale = simulation.problem.one_scale
    shift = float(np.mean(np.concatenate([found.a[:, 0], found.b[:, 0]])))
    return IndexSensitivity(
        indices=sobol_indices(found, [str(one) for one in varying], seed=simulation.seed, resamples=resamples),
        rank_shift=shift,
        one_scale=one_scale,
    )


@dataclass(frozen=True, eq=False)
class _Pool:
    """Prepared tables f8[p, m, k] (p = 1 without sampling) and weights f8[p, nodes] for each level."""

    tables: Floats
    weights: tuple[Floats, ...]

    @staticmethod
    def of(simulation: Simulation) -> "_Pool":
        problem = simulation.problem
        streams = [
            np.random.default_rng(np.random.SeedSequence(entropy=simulation.seed, spawn_key=(kind,)))
            for kind in (WEIGHT_STREAM, SAMPLING_STREAM)
        ]
        spread = problem.choices.weights
        weights = (
            stated_weights(problem.structure, 1) if spread is None else spread.draw(problem.structure, POOL, streams[0])
        )
        sampling = simulation.sampling
        tables = simulation.values[None] if sampling is None else sampling.draw(POOL, streams[1])
        return _Pool(tables, weights)


def _varying(simulation: Simulation) -> list[Factor]:
    counts = dict(zip(LISTED, simulation.problem.alternatives, strict=True))
    found = [factor for factor, count in counts.items() if count > 1]
    if simulation.problem.choices.weights is not None:
        found.append(Factor.WEIGHTS)
    if simulation.sampling is not None:
        found.append(Factor.SAMPLING)
    if not found:
        raise InputError(
            "choices", expected="a factor that varies", got="lists of one", hint="Give at least two alternatives."
        )
    return found


def _full(inputs: Floats, varying: list[Factor]) -> dict[Factor, Floats]:
    """A column for every factor: zeros, the first alternative, for those that do not vary."""
    columns = {factor: np.zeros(len(inputs)) for factor in Factor}
    columns.update(zip(varying, inputs.T, strict=True))
    return columns


def _outputs(simulation: Simulation, pool: _Pool, inputs: dict[Factor, Floats], base: Floats) -> Floats:
    codes = codes_of(simulation.problem, np.column_stack([inputs[factor] for factor in LISTED]))
    tables = pool.tables
    if len(tables) > 1:
        tables = tables[_places(inputs[Factor.SAMPLING], len(tables))]
    weighted = _places(inputs[Factor.WEIGHTS], len(pool.weights[0]))
    found = scores(simulation.problem, tables, codes=codes, weights=[level[weighted] for level in pool.weights])
    moved = np.abs(ranks(found) - base)
    there = ~np.isnan(moved)
    shift = np.where(there, moved, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    shown = found if simulation.problem.one_scale else np.full_like(found, np.nan)
    return np.column_stack([shift, shown])


def _places(uniform: Floats, size: int) -> Codes:
    return np.minimum((uniform * size).astype(np.int64), size - 1)
