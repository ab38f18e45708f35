"""Scores of an index from completed data sets, where many left a statement out, and their pooled mean.

Filled is what was asked and left without any answer. Who was not asked has no gap, nor who said don't know or not
relevant: that is an answer, without a step on the scale.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask
from analytics.core.definitions import Graded, Index
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate, mean
from analytics.core.imputation.donors import FEWEST_IMPUTATIONS
from analytics.core.imputation.missing import MissingFlag, missing_share
from analytics.core.imputation.rubin import pool_estimates
from analytics.core.imputation.scales import impute_scale
from analytics.core.index_scores import line_of, score_of_parts
from analytics.core.margins import combination
from analytics.core.measuring import scores
from analytics.core.weighed_wave import WeighedWave

SPARE_ANSWERS = 5  # complete answers beyond the coefficients of a model: so many donors at least
Matrix = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Completed:
    """Scores f8[m, n] of m completed data sets for each country that has many gaps; NaN outside it.

    refused: countries that have many gaps and too few complete answers to fill them from.
    """

    scores: Mapping[str, Floats]
    refused: frozenset[str]

    def estimate(self, own: PointEstimate, *, country: str, rows: Mask, design: SurveyDesign) -> PointEstimate:
        """The mean of the scores among `rows` bool[n]; `own` is that of the answers at hand, which others keep."""
        if country in self.refused:
            return replace(own, flags=own.flags | {Flag.NOT_IMPUTED})
        copies = self.scores.get(country)
        return own if copies is None or not own.n else pooled_mean(design, copies, rows, own)


@dataclass(frozen=True, eq=False)
class _Items:
    """Values f8[n, k] of the statements, NaN without a step; open bool[n, k]: a step, or a gap that may be filled."""

    values: Floats
    open: Matrix

    @property
    def gaps(self) -> Matrix:
        found: Matrix = self.open & np.isnan(self.values)
        return found


def completed(index: Index, wave: WeighedWave, *, seed: int) -> Completed:
    """The completed scores of an index of graded statements; empty where it fills nothing or few have a gap.

    In a country more than 5 percent of those asked, by weight, must have one. m = 20. Predictors are sector, size
    class, log weight and the other statements; countries are filled apart. Draws follow the order of units and a seed
    of the run, the country and the index: the same on any worker.
    """
    design = wave.weighting.design
    if not index.imputed or design is None:
        return Completed({}, frozenset())
    items = _items(index, wave)
    found: dict[str, Floats] = {}
    refused: set[str] = set()
    for country in wave.sample.countries:
        here = np.asarray(wave.sample.country == country, dtype=np.bool_)
        if not _many_gaps(items, here, design.weights):
            continue
        filled = _filled(items, wave, here, design.weights, seed=seed_of(seed, country, index.key))
        if filled is None:
            refused.add(country)
            continue
        copies = np.full((len(filled), design.size), np.nan)
        copies[:, here] = np.stack([score_of_parts(index, copy.T) for copy in filled])
        found[country] = copies
    return Completed(found, frozenset(refused))


def pooled_mean(design: SurveyDesign, copies: Floats, rows: Mask, own: PointEstimate) -> PointEstimate:
    """The mean over copies f8[m, n] by Rubin's rules, with the degrees of Barnard and Rubin.

    `own` is the estimate from the answers at hand. Its n and effective n stay: they count what people said. The
    influence values are the average of the copies', for the covariance with another wave. Where a copy has no standard
    error, neither has the pooled mean. Source: Rubin 1987, ch. 3; Barnard & Rubin 1999.
    """
    each = [mean(design, copy, rows) for copy in copies]
    whole = replace(
        each[0],
        value=float(np.mean([one.value for one in each])),
        n=own.n,
        n_effective=own.n_effective,
        design_effect=float("nan"),
        influence=np.mean([one.influence for one in each], axis=0),
        flags=frozenset().union(*(one.flags for one in each)) | {Flag.IMPUTED},
    )
    if not all(np.isfinite(one.value) and np.isfinite(one.standard_error) and one.df > 0 for one in each):
        return replace(whole, standard_error=float("nan"), df=0.0)
    found = pool_estimates(each)
    flags = whole.flags - {Flag.KNOWN} if found.between[0, 0] > 0 else whole.flags
    return replace(whole, standard_error=float(found.standard_errors[0]), df=float(found.df[0]), flags=flags)


def fills(index: Index, wave: WeighedWave) -> bool:
    """Whether some country of the wave has so many gaps that the index is imputed there, or would be."""
    design = wave.weighting.design
    if not index.imputed or design is None:
        return False
    items = _items(index, wave)
    return any(
        _many_gaps(items, np.asarray(wave.sample.country == country, dtype=np.bool_), design.weights)
        for country in wave.sample.countries
    )


def imputed_flags(*estimates: PointEstimate) -> tuple[str, ...]:
    """What a figure made of these must say of imputation."""
    said = frozenset().union(*(one.flags for one in estimates)) & {Flag.IMPUTED, Flag.NOT_IMPUTED}
    return tuple(sorted(str(flag) for flag in said))


def seed_of(seed: int, country: str, key: str) -> int:
    """A seed for each country and index, from that of the run."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{country}:{key}".encode()).digest()[:8])


def _items(index: Index, wave: WeighedWave) -> _Items:
    values, open_ = [], []
    respondents = wave.sample.respondents
    for component in index.components:
        if not isinstance(component.of, Graded):
            raise InputError(
                f"indices[{index.key}]", expected="statements with grades", got="a rule",
                hint="Only an answer on a scale can be filled.",
            )  # fmt: skip
        asked, given = scores(component.of, respondents)
        column = respondents.columns[component.of.category]
        line = line_of(component, index)
        values.append(line.constant + line.slope * given)
        open_.append(~np.isnan(given) | (asked & column.asked & ~column.answered))
    return _Items(np.column_stack(values), np.column_stack(open_))


def _many_gaps(items: _Items, here: Mask, weights: Floats) -> bool:
    """Whether the weighted share of those with a gap, among those with anything open, is above the threshold."""
    asked = here & items.open.any(axis=1)
    whole = np.where(asked & ~items.gaps.any(axis=1), 1.0, np.nan)
    return MissingFlag.IMPUTE in missing_share(whole, asked=asked, weights=weights).flags


def _filled(items: _Items, wave: WeighedWave, here: Mask, weights: Floats, *, seed: int) -> Floats | None:
    """m completed copies f8[m, c, k] of the statements of the country's c respondents; None where none can be made."""
    values, open_ = items.values[here], items.open[here]
    whole: Mask = np.asarray(~np.isnan(values).any(axis=1))
    spare = int(whole.sum()) - SPARE_ANSWERS - 2  # beside the predictors: a constant and the mean of other statements
    if spare < 0:
        return None
    try:
        return impute_scale(
            values,
            predictors=_predictors(wave, here, weights, whole=whole, most=spare),
            asked=open_,
            seed=seed,
            imputations=FEWEST_IMPUTATIONS,
        ).values
    except InputError:  # a statement that all answered alike predicts nothing, one that nobody answered has no donor
        return None


def _predictors(wave: WeighedWave, here: Mask, weights: Floats, *, whole: Mask, most: int) -> Floats:
    """f8[c, p]: log weight, then sectors and size classes but for the first of each, `most` of them at most.

    Left out is what is no column of its own among those with a whole set, bool[c].
    """
    columns = [np.log(weights[here])]
    for labels in (wave.sample.sector[here], wave.sample.size_class[here]):
        columns += [np.asarray(labels == label, dtype=np.float64) for label in sorted(set(labels))[1:]]
    centred = np.column_stack([column[whole] - column[whole].mean() for column in columns])
    length = np.sqrt((centred**2).sum(axis=0))
    varied = length > 1e-9 * np.sqrt(len(centred))
    scaled = centred / np.where(varied, length, 1.0)
    gram = np.einsum("ai,aj->ij", scaled, scaled)
    kept: list[int] = []
    for column in range(len(columns)):
        if varied[column] and len(kept) < most and combination(gram, kept, column) is None:
            kept.append(column)
    return np.column_stack([columns[column] for column in kept]) if kept else np.empty((int(here.sum()), 0))
