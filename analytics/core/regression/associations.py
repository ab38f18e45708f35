"""What goes with an outcome: one table of shares and average marginal effects, with its family declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy.typing as npt

from analytics.core import estimates
from analytics.core.arrays import Floats, Mask, floats
from analytics.core.design import SurveyDesign
from analytics.core.families import Compared, Effect, Family, declare
from analytics.core.hypothesis_tests import Verdict
from analytics.core.regression.link import Outcome
from analytics.core.regression.marginal_effects import MarginalEffects, marginal_effects
from analytics.core.regression.model import EVENTS, Informativeness, Model, Wald, glm, informativeness, wald
from analytics.core.regression.model_matrix import Factor, Term, model_matrix

SENTENCE = "associations_not_causes"  # key of the sentence that stands under every such table
NAN = float("nan")


class RowFlag(StrEnum):
    """What a reader of one row must know."""

    BASE = "base"  # the level that the others are compared with
    THIN = "thin"  # fewer than ten answers with, or without, the outcome


@dataclass(frozen=True)
class Association:
    """One level of one factor, or one covariate (level ""), all else in the model held as it is.

    n: answers; share in [0, 1]: the weighted share with the outcome in the level (NaN for a covariate). effect in
    points (0..100) against the base level, or per unit of a covariate, with standard error, interval, raw and
    adjusted p; 0 without error or p for the base.
    """

    factor: str
    level: str
    n: int
    share: float
    effect: float
    standard_error: float
    df: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: Verdict
    flags: frozenset[RowFlag]


@dataclass(frozen=True, eq=False)
class Associations:
    """The rows, the family they were adjusted in, a joint test of each factor, the model and its check by weights.

    sentence is the key of the text that says what the table is not: "driver" means reported as promoting, and a
    difference between groups is no effect of belonging to one.
    """

    rows: tuple[Association, ...]
    family: Family
    tests: tuple[tuple[str, Wald], ...]
    model: Model
    informativeness: Informativeness
    sentence: str = SENTENCE


def associations(
    design: SurveyDesign,
    terms: Sequence[Term],
    *,
    y: npt.ArrayLike,
    name: str,
    domain: npt.ArrayLike | None = None,
    alpha: float = 0.05,
) -> Associations:
    """Logistic regression of y f8[n] (0, 1, NaN) on factors and covariates, told as differences in points.

    name: of the family, which is every level but the bases and every covariate, fixed by the terms and so before
    looking (Holm up to 20, Benjamini and Hochberg above). Rows with any predictor missing are left out of model and
    shares alike. InputError as `glm`.
    """
    matrix = model_matrix(terms)
    model = glm(design, matrix, y=y, outcome=Outcome.BINOMIAL, domain=domain)
    effects = [marginal_effects(design, model, matrix, term=term.name) for term in terms]
    family = declare(name, matrix.names[1:], alpha=alpha)
    told = family.compare([one for found in effects for one in _effects(found, model)])
    by_column = dict(zip(matrix.names[1:], told, strict=True))
    values = floats("y", y, size=design.size)
    return Associations(
        rows=tuple(row for term in terms for row in _rows(design, term, model=model, y=values, told=by_column)),
        family=family,
        tests=tuple((term.name, wald(model, matrix.block(term.name))) for term in terms),
        model=model,
        informativeness=informativeness(design, model, matrix, y=y),
    )


def _effects(found: MarginalEffects, model: Model) -> Iterator[Effect]:
    for level, value, error in zip(found.levels, found.values, found.standard_errors, strict=True):
        yield Effect(_column(found.term, level), 100 * float(value), 100 * float(error), model.df)


def _column(term: str, level: str) -> str:
    return f"{term}={level}" if level else term


def _rows(
    design: SurveyDesign, term: Term, *, model: Model, y: Floats, told: dict[str, Compared]
) -> Iterator[Association]:
    if not isinstance(term, Factor):
        yield _told(told[term.name], term.name, "", n=model.n, share=NAN, flags=frozenset())
        return
    for code, label in enumerate(term.labels):
        inside: Mask = model.rows & (term.codes == code)
        n, ones = int(inside.sum()), float(y[inside].sum())
        share = estimates.mean(design, y, inside).value
        flags = frozenset({RowFlag.THIN} if min(ones, n - ones) < EVENTS else ())
        if label == term.base:
            yield Association(
                term.name, label, n, share, 0.0, NAN, NAN, NAN, NAN, NAN, NAN, Verdict.NOT_COMPARABLE,
                flags | {RowFlag.BASE},
            )  # fmt: skip
        else:
            yield _told(told[_column(term.name, label)], term.name, label, n=n, share=share, flags=flags)


def _told(one: Compared, factor: str, level: str, *, n: int, share: float, flags: frozenset[RowFlag]) -> Association:
    return Association(
        factor, level, n, share, one.value, one.standard_error, one.df, one.low, one.high, one.p, one.p_adjusted,
        one.verdict, flags,
    )  # fmt: skip
