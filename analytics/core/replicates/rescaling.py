"""Rao and Wu's rescaling bootstrap, with the finite-population correction of one or two stages in the weights."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.design import SurveyDesign
from analytics.core.replicates.plan import BLOCK, Centre, Kind, Replicates, blocks, lonely_scale, two_stages

FEWEST = 2
WORD = np.uint64(32)
PIECE = 12_000  # draws whose working arrays stay in the cache of a processor


def bootstrap(
    design: SurveyDesign, *, count: int, seed: int, fpc: bool = True, centre: Centre = Centre.REPLICATES
) -> Replicates:
    """In each replicate n_h - 1 PSUs are drawn with replacement in each stratum; t_i is how often PSU i came.

    Its weights are multiplied by 1 - l_h + l_h t_i n_h / (n_h - 1), l_h = sqrt(1 - f_h); fpc=False: l_h = 1.
    V = 1 / R sum of (theta_r - centre)^2. With a second stage (M_i elements in PSU i) and fpc, m_i - 1 elements are
    drawn in the same way and multiplied by 1 - k + k t_ij m_i / (m_i - 1), k^2 = f_h (1 - f_hi) / (2 - f_h), which
    gives the two-stage variance of a total in expectation and no negative weight (docs/methods/replicates.md).
    Replicate r has a stream of its own from (seed, r); draws follow the order of PSU codes and of rows inside
    them: the same bits whichever worker makes it. A design without PSU codes follows the order of its rows.
    InputError: count below 2, negative seed, a lonely stratum whose rule cannot be followed.
    Source: Rao & Wu 1988; Rao, Wu & Yue 1992.
    """
    if count < FEWEST:
        raise InputError("count", expected="at least 2", got=str(count), hint="500 is usual, 2,000 for intervals.")
    if seed < 0:
        raise InputError("seed", expected="a whole number from 0", got=str(seed), hint="Write the seed down.")
    scale = lonely_scale(design, Kind.BOOTSTRAP, fpc=fpc)
    return Replicates(
        kind=Kind.BOOTSTRAP,
        count=count,
        scale=scale / count,
        rscales=np.ones(count),
        seed=seed,
        centre=centre,
        degrees=min(count - 1, design.degf()),
        units=design.psu_count,
        fpc=fpc,
    )


@dataclass(frozen=True)
class _Piece:
    """Some groups that follow each other: their draws and their units, in the order of the stage."""

    draws: slice
    units: slice


@dataclass(frozen=True, eq=False)
class _Stage:
    """Units to draw from, in groups: the PSUs of a stratum, or the elements of a PSU.

    order i8[m]: the units group after group, as they stand in the code's own order inside each. sizes u8[d] and
    starts i8[d]: for each of the d draws, how many units its group has and where it begins among those of its piece.
    base and step f8[m], by unit: the factor is base + step x times drawn.
    """

    order: Codes
    starts: Codes
    sizes: npt.NDArray[np.uint64]
    pieces: tuple[_Piece, ...]
    base: Floats
    step: Floats

    @cached_property
    def places(self) -> Codes:
        """i8[m], where each unit stands in `order`."""
        found = np.empty(len(self.order), dtype=np.int64)
        found[self.order] = np.arange(len(self.order))
        return found

    @cached_property
    def ordered(self) -> bool:
        """Whether the units already stand group after group."""
        return bool(np.all(self.order[1:] > self.order[:-1]))

    def times(self, source: np.random.BitGenerator, out: Floats) -> Floats:
        """out f8[m], filled with how often each was drawn in one replicate; in the order of `order`."""
        raw = np.asarray(source.random_raw((len(self.starts) + 1) // 2), dtype="<u8").view("<u4")
        for piece in self.pieces:
            found = raw[piece.draws] * self.sizes[piece.draws]  # a place in [0, size) is word x size / 2^32: even
            found >>= WORD  # to 2^-32
            places = found.view(np.int64)
            places += self.starts[piece.draws]
            out[piece.units] = np.bincount(places, minlength=piece.units.stop - piece.units.start)
        return out

    def factors(self, source: np.random.BitGenerator) -> Floats:
        """f8[m] by unit, one replicate."""
        times = self.times(source, np.empty(len(self.order)))
        found: Floats = self.base + self.step * (times if self.ordered else times[self.places])
        return found


def bootstrap_factors(design: SurveyDesign, replicates: Replicates, rows: range) -> Floats:
    """Factors of the weights in these replicates, f8[len(rows), P]; f8[len(rows), n] where two stages are drawn."""
    first = _first_stage(design, replicates.fpc)
    second = _second_stage(design) if two_stages(design, fpc=replicates.fpc) else None
    found = np.empty((len(rows), replicates.units if second is None else design.size))
    for place, replicate in enumerate(rows):
        source = _source(replicates, replicate)
        psus = first.factors(source)
        found[place] = psus if second is None else psus[design.psus] * second.factors(source)
    return found


def bootstrap_totals(design: SurveyDesign, replicates: Replicates, psu_totals: Floats) -> Floats:
    """Totals f8[R, k] in every replicate of a one-stage bootstrap from the PSUs' weighted totals f8[P, k].

    The factors are never made: the counts of a block are multiplied with totals that are scaled once.
    """
    stage = _first_stage(design, replicates.fpc)
    constant = stage.base @ psu_totals
    scaled = np.array(psu_totals.T) if stage.ordered else np.take(psu_totals.T, stage.order, axis=1)
    scaled *= stage.step if stage.ordered else stage.step[stage.order]
    times = np.empty((BLOCK, len(stage.order)))
    found = np.empty((replicates.count, psu_totals.shape[1]))
    for rows in blocks(replicates.count):
        for place, replicate in enumerate(rows):
            stage.times(_source(replicates, replicate), times[place])
        found[rows.start : rows.stop] = times[: len(rows)] @ scaled.T
    found += constant
    return found


def _source(replicates: Replicates, replicate: int) -> np.random.BitGenerator:
    return np.random.SFC64(np.random.SeedSequence(replicates.seed, spawn_key=(replicate,)))


@lru_cache(maxsize=2)
def _first_stage(design: SurveyDesign, fpc: bool) -> _Stage:
    factor = np.sqrt(np.clip(1.0 - design.fractions, 0.0, 1.0)) if fpc else np.ones(design.stratum_count)
    if fpc:
        factor[design.taken_all] = 0.0
    return _stage(design.psu_strata, design.sizes, factor)


@lru_cache(maxsize=2)
def _second_stage(design: SurveyDesign) -> _Stage:
    outer = design.fractions[design.psu_strata]
    left = np.where(design.complete, 0.0, np.clip(1.0 - design.psu_fractions, 0.0, 1.0))
    return _stage(design.psus, design.psu_sizes, np.sqrt(outer * left / (2.0 - outer)))


def _stage(groups: Codes, sizes: Codes, factor: Floats) -> _Stage:
    """groups i8[units]; sizes i8[G] and factor f8[G] of each group; those of one unit or factor 0 are not drawn."""
    drawn = (sizes > 1) & (factor > 0)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    repeats = np.where(drawn, sizes - 1, 0)
    step = np.where(drawn, factor * sizes / np.maximum(sizes - 1, 1), 0.0)
    base = np.where(drawn, 1.0 - factor, 1.0)
    cuts, pieces = _pieces(repeats, sizes)
    first = np.repeat(starts[cuts[:-1]], np.diff(cuts))  # unit of each group's piece
    return _Stage(
        order=np.argsort(groups, kind="stable").astype(np.int64),
        starts=np.repeat(starts - first, repeats),
        sizes=np.repeat(sizes, repeats).astype(np.uint64),
        pieces=pieces,
        base=base[groups],
        step=step[groups],
    )


def _pieces(draws: Codes, units: Codes) -> tuple[Codes, tuple[_Piece, ...]]:
    """Groups joined to about PIECE draws each: the first group of each piece and the end, and the pieces.

    draws i8[G] and units i8[G] of each group.
    """
    ends = np.concatenate([[0], np.cumsum(draws)])
    begins = np.flatnonzero(np.diff(ends[:-1] // PIECE, prepend=-1))
    cuts = np.append(begins, len(draws)).astype(np.int64)
    of_draws, of_units = ends[cuts], np.concatenate([[0], np.cumsum(units)])[cuts]
    found = tuple(
        _Piece(slice(int(of_draws[one]), int(of_draws[one + 1])), slice(int(of_units[one]), int(of_units[one + 1])))
        for one in range(len(begins))
    )
    return cuts, found
