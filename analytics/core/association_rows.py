"""What goes with innovating, in each country: differences in points between workplaces alike in all else that is known.

These are associations. A difference between groups is no effect of belonging to one.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.definitions import Definitions, Measure
from analytics.core.design import SurveyDesign
from analytics.core.hypothesis_tests import Verdict
from analytics.core.index_scores import person_scores
from analytics.core.measuring import compared_shares, known, scores
from analytics.core.parameters import Parameters
from analytics.core.regression.associations import Association, associations
from analytics.core.regression.model_matrix import Covariate, Factor, Term
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import SIZE_CLASSES, Sample, Texts
from analytics.core.scale_rows import scales_of
from analytics.core.weighed_wave import WeighedWave

ASSOCIATION = "association"
NO_MODEL = "no_model"
FEWEST_ANSWERS = 100  # of the outcome; a model of fewer would describe chance
FEWEST_SCORED = 0.8  # of the respondents, for the score of a scale to be among the predictors
POINTS = 100.0


def association_rows(wave: WeighedWave, definitions: Definitions, parameters: Parameters) -> Iterator[EstimateRow]:
    """Average marginal effects on every share that countries are compared by, in points, for size, sector and scales.

    `wave` holds one country. A row for every level ("size_class:large") and scale; the base of a factor has no value
    and the flag "base". One row says why where no model can be fitted.
    """
    design = wave.weighting.design
    if design is None:
        return
    (country,) = wave.sample.countries
    terms = _terms(wave.sample, definitions)
    for measure in compared_shares(definitions):
        place = Place(ASSOCIATION, measure.indicator, "", country)
        values = scores(measure, wave.sample.respondents)[1]
        found = _table(design, terms, measure=measure, values=values, alpha=1 - parameters.confidence)
        if found is None:
            yield place.row(n=int((~np.isnan(values)).sum()), flags=(NO_MODEL,))
            continue
        for row in found:
            yield _row(row, measure, country)


def _table(
    design: SurveyDesign, terms: Sequence[Term], *, measure: Measure, values: Floats, alpha: float
) -> Sequence[Association] | None:
    if int((~np.isnan(values)).sum()) < FEWEST_ANSWERS or not terms:
        return None
    try:
        return associations(design, terms, y=values, name=f"associations of {measure.indicator}", alpha=alpha).rows
    except InputError:  # a level in which all or none innovate, or levels that say the same
        return None


def _terms(sample: Sample, definitions: Definitions) -> list[Term]:
    """Size and sector where there are two of each, and the scales that enough respondents have a score of."""
    terms: list[Term] = []
    for name, column, order in (
        ("size_class", sample.size_class, SIZE_CLASSES),
        ("sector", sample.sector, sample.sectors),
    ):
        labels = tuple(label for label in order if bool((column == label).any()))
        if len(labels) > 1:
            terms.append(Factor(name, _codes(column, labels), labels))
    for index in scales_of(definitions):
        score = person_scores(index, sample.respondents)[1]
        if float((~np.isnan(score)).mean()) >= FEWEST_SCORED:
            terms.append(Covariate(index.key, score / index.scale))  # from one end of the scale to the other
    return terms


def _codes(column: Texts, labels: Sequence[str]) -> Codes:
    place = {label: code for code, label in enumerate(labels)}
    return np.array([place[str(one)] for one in column], dtype=np.int64)


def _row(one: Association, measure: Measure, country: str) -> EstimateRow:
    category = f"{one.factor}:{one.level}" if one.level else one.factor
    return Place(ASSOCIATION, measure.indicator, category, country).row(
        n=one.n,
        value=None if np.isnan(one.standard_error) else known(one.effect / POINTS),
        standard_error=known(one.standard_error / POINTS),
        degrees_of_freedom=known(one.df),
        low=known(one.low / POINTS),
        high=known(one.high / POINTS),
        interval_method="t",
        p_value=known(one.p),
        p_adjusted=known(one.p_adjusted),
        verdict="" if one.verdict is Verdict.NOT_COMPARABLE else str(one.verdict),
        flags=tuple(sorted(str(flag) for flag in one.flags)),
    )
