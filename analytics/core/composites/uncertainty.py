"""Scores and ranks of an index under sampling error, under other choices and under both, by Monte Carlo in blocks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.composites.choices import Choices, Problem, checked_groups, codes_of, scores, stated_weights
from analytics.core.composites.columns import table
from analytics.core.composites.normalise import Normalisation, normalise, outside, ranks
from analytics.core.composites.sampling import Sampling

BLOCK = 250  # draws of one block: fixed, so that the result is the same however the blocks are shared out
LEAST_DRAWS = 2000
TAIL = 0.05  # on each side: an interval of 90 %
CHOICES, SAMPLING = 0, 1  # random streams of a block: a run of one kind keeps its draws in a run of both


@dataclass(frozen=True, eq=False)
class Simulation:
    """A run: what is computed, from which table f8[m, k] (NaN: missing), with what varying.

    sampling None: the table is held fixed. The problem's choices vary when there are any. seed: a whole number.
    InputError when nothing varies, below 2,000 draws, on shapes, and for a value outside its goalposts.
    """

    problem: Problem
    values: Floats
    seed: int
    sampling: Sampling | None = None
    draws: int = LEAST_DRAWS

    def __post_init__(self) -> None:
        values = table("values", self.values, indicators=len(self.problem.structure.indicators))
        if values.ndim != 2 or (self.sampling is not None and self.sampling.shape != values.shape):
            raise InputError(
                "values",
                expected="one table, of the shape of the sampling draws",
                got=f"shape {values.shape}" + (f" and {self.sampling.shape}" if self.sampling else ""),
                hint="Rows are units, columns the indicators of the structure in its order.",
            )
        object.__setattr__(self, "values", values)
        if self.draws < LEAST_DRAWS:
            raise InputError(
                "draws", expected=f"at least {LEAST_DRAWS}", got=f"{self.draws}", hint="The ends of 90 % need them."
            )
        if self.sampling is None and self.problem.choices == Choices():
            raise InputError("sampling", expected="something that varies", got="nothing", hint="Give choices or draws.")
        checked_groups(self.problem.groups, self.problem)
        for normaliser in self.problem.normalisers:
            if normaliser.method is Normalisation.GOALPOSTS:  # only simulated values may be set to the ends
                normalise(values, normaliser, directions=self.problem.structure.directions)

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.draws // BLOCK)


@dataclass(frozen=True, eq=False)
class Block:
    """scores f8[b, m] of one block and, for each indicator, the cells drawn outside its goalposts i8[k]."""

    scores: Floats
    outside: Codes


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What the draws say of each of m units. Quantiles and shares are over the draws in which the unit has a score.

    score_low, score_median, score_high: 5, 50 and 95 % of the scores; NaN when `one_scale` is False, since scores of
    different scales do not compare. rank_*: the same of the ranks (1 the highest), each a rank that was drawn.
    in_first_three: share of draws with a rank up to 3. above f8[m, m]: share of draws in which the row's score is above
    the column's, of those in which both have one. defined: share of draws with a score. outside i8[k]: simulated cells
    that were set to the end of their goalposts.
    """

    draws: int
    score_low: Floats
    score_median: Floats
    score_high: Floats
    rank_low: Floats
    rank_median: Floats
    rank_high: Floats
    in_first_three: Floats
    above: Floats
    defined: Floats
    outside: Codes
    one_scale: bool


@dataclass(frozen=True, eq=False)
class Runs:
    """The same index under sampling error alone, under the choices alone, and under both, with common draws."""

    sampling_only: Uncertainty
    choices_only: Uncertainty
    both: Uncertainty


def block(simulation: Simulation, index: int) -> Block:
    """Draws index x BLOCK and on of a run. The bits depend on seed and index only, not on what ran before or beside."""
    if not 0 <= index < simulation.blocks:
        raise InputError("index", expected=f"0 to {simulation.blocks - 1}", got=f"{index}", hint="Count from 0.")
    problem = simulation.problem
    count = min(BLOCK, simulation.draws - index * BLOCK)
    generator = _stream(simulation.seed, index, CHOICES)
    codes = codes_of(problem, generator.random((count, 4)))
    spread = problem.choices.weights
    weights = (
        stated_weights(problem.structure, count) if spread is None else spread.draw(problem.structure, count, generator)
    )
    if simulation.sampling is None:
        tables = simulation.values[None]
    else:
        tables = simulation.sampling.draw(count, _stream(simulation.seed, index, SAMPLING))
    drawn_outside = np.zeros(tables.shape[-1], dtype=np.int64)
    if simulation.sampling is not None:
        drawn_outside = _outside(problem, tables, codes)
    return Block(scores(problem, tables, codes=codes, weights=weights), drawn_outside)


def join(simulation: Simulation, blocks: Iterable[Block]) -> Uncertainty:
    """The result of all blocks of a run, in their order. InputError when some are missing."""
    parts = list(blocks)
    drawn = np.concatenate([part.scores for part in parts]) if parts else np.zeros((0, len(simulation.values)))
    if len(drawn) != simulation.draws:
        raise InputError(
            "blocks", expected=f"{simulation.draws} draws", got=f"{len(drawn)}", hint="Join every block once, in order."
        )
    one_scale = simulation.problem.one_scale
    places = ranks(drawn)
    low, middle, high = _quantiles(drawn if one_scale else np.full_like(drawn, np.nan), method="linear")
    first, typical, last = _quantiles(places, method="inverted_cdf")
    return Uncertainty(
        draws=simulation.draws,
        score_low=low,
        score_median=middle,
        score_high=high,
        rank_low=first,
        rank_median=typical,
        rank_high=last,
        in_first_three=_share(places <= 3, ~np.isnan(places)),
        above=above(drawn),
        defined=np.mean(~np.isnan(drawn), axis=0),
        outside=np.sum([part.outside for part in parts], axis=0),
        one_scale=one_scale,
    )


def monte_carlo(simulation: Simulation) -> Uncertainty:
    """All blocks of a run in one process. Source: Saisana, Saltelli & Tarantola 2005; OECD & JRC 2008, step 8."""
    return join(simulation, (block(simulation, index) for index in range(simulation.blocks)))


def runs(simulation: Simulation) -> Runs:
    """Sampling only, choices only and both. InputError when the run lacks one of the two."""
    if simulation.sampling is None or simulation.problem.choices == Choices():
        raise InputError(
            "simulation", expected="sampling and choices", got="one of them", hint="Use monte_carlo for a single run."
        )
    fixed = replace(simulation.problem, choices=Choices())
    return Runs(
        sampling_only=monte_carlo(replace(simulation, problem=fixed)),
        choices_only=monte_carlo(replace(simulation, sampling=None)),
        both=monte_carlo(simulation),
    )


def above(drawn: Floats) -> Floats:
    """f8[m, m], share of the draws f8[b, m] in which the row's score is above the column's; NaN on the diagonal."""
    there = ~np.isnan(drawn)
    units = drawn.shape[1]
    result = np.full((units, units), np.nan)
    for unit in range(units):
        own = drawn[:, unit, None]
        result[unit] = _share(own > drawn, there[:, unit, None] & there)
    np.fill_diagonal(result, np.nan)
    return result


def _stream(seed: int, index: int, kind: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(index, kind)))


def _outside(problem: Problem, tables: Floats, codes: Codes) -> Codes:
    result = np.zeros(tables.shape[-1], dtype=np.int64)
    for place, normaliser in enumerate(problem.normalisers):
        if normaliser.method is Normalisation.GOALPOSTS:
            result += outside(tables[codes[:, 1] == place], normaliser)
    return result


def _share(hits: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_]) -> Floats:
    base = there.sum(axis=0)
    found: Floats = np.where(base > 0, (hits & there).sum(axis=0), np.nan) / np.maximum(base, 1)
    return found


def _quantiles(drawn: Floats, *, method: str) -> tuple[Floats, Floats, Floats]:
    result = np.full((3, drawn.shape[1]), np.nan)
    points = (TAIL, 0.5, 1 - TAIL)
    for unit, column in enumerate(drawn.T):
        known = column[~np.isnan(column)]
        if len(known) and method == "linear":
            result[:, unit] = np.quantile(known, points)
        elif len(known):
            result[:, unit] = np.quantile(known, points, method="inverted_cdf")
    return result[0], result[1], result[2]
