"""Average marginal effects against R's predictive margins, against their own slopes by the weights, and by hand."""

import numpy as np
import pytest

from analytics.core import estimates
from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.regression.link import Outcome
from analytics.core.regression.marginal_effects import marginal_effects
from analytics.core.regression.model import glm
from analytics.core.regression.model_matrix import Covariate, Factor, model_matrix
from tests.analytics.core.api_models import DESIGNS, TYPES, sample
from tests.analytics.core.golden import RELATIVE, numbers

R = numbers("api_models")


def fitted(name, **more):
    data = sample(name)
    matrix = model_matrix([Factor("stype", data.types, TYPES), Covariate("ell", data.number("ell"))])
    y = data.yes("sch_wide") * 1.0
    return data, matrix, y, glm(data.design, matrix, y=y, **more)


@pytest.mark.parametrize("name", DESIGNS)
def test_expected_shares_and_their_differences_are_those_of_r(name):
    data, matrix, _, model = fitted(name)
    found = marginal_effects(data.design, model, matrix, term="stype")
    expected = R[name]["predicted"]
    value = np.array(expected["value"])[[expected["levels"].index(level) for level in TYPES]]
    assert found.predicted_base == pytest.approx(value[0], rel=1e-7)
    np.testing.assert_allclose(found.predicted, value[1:], rtol=1e-7)
    np.testing.assert_allclose(found.values, value[1:] - value[0], rtol=1e-7)
    assert (found.levels, found.df) == (("H", "M"), model.df)


def test_errors_are_near_those_of_the_jackknife():
    data, matrix, _, model = fitted("strat_nofpc")
    found, expected = marginal_effects(data.design, model, matrix, term="stype"), R["strat_nofpc"]["jackknife"]
    np.testing.assert_allclose(found.values, expected["value"], rtol=1e-6)
    np.testing.assert_allclose(found.standard_errors, expected["se"], rtol=0.015)


@pytest.mark.parametrize("term", ["stype", "ell"])
def test_influence_is_the_slope_of_the_effect_by_the_weight(term):
    data, matrix, y, model = fitted("strat")
    found = marginal_effects(data.design, model, matrix, term=term)
    for row in (3, 130, 180):
        moved = []
        for step in (1e-4, -1e-4):
            weights = np.array(data.design.weights)
            weights[row] *= 1 + step
            design = SurveyDesign(weights, data.design.strata)
            moved.append(marginal_effects(design, glm(design, matrix, y=y), matrix, term=term).values)
        np.testing.assert_allclose(found.influence[row], (moved[0] - moved[1]) / 2e-4, rtol=1e-5, atol=1e-10)


def test_with_one_factor_alone_the_effect_is_the_difference_of_shares():
    data = sample("clus2")
    matrix, y = model_matrix([Factor("stype", data.types, TYPES)]), data.yes("sch_wide") * 1.0
    found = marginal_effects(data.design, glm(data.design, matrix, y=y), matrix, term="stype")
    base = estimates.share(data.design, y, data.types == 0)
    for place in (1, 2):
        gap = estimates.difference(data.design, estimates.share(data.design, y, data.types == place), base)
        assert found.values[place - 1] == pytest.approx(gap.value, rel=RELATIVE)
        assert found.standard_errors[place - 1] == pytest.approx(gap.standard_error, rel=1e-8)


def test_on_a_straight_line_the_effect_is_the_coefficient():
    data = sample("strat")
    matrix = model_matrix([Factor("stype", data.types, TYPES), Covariate("ell", data.number("ell"))])
    model = glm(data.design, matrix, y=data.number("api00"), outcome=Outcome.GAUSSIAN, domain=data.number("ell") > 0)
    for term in ("stype", "ell"):
        found, block = marginal_effects(data.design, model, matrix, term=term), list(matrix.block(term))
        np.testing.assert_allclose(found.values, model.coefficients[block], rtol=1e-12)
        np.testing.assert_allclose(found.standard_errors, model.standard_errors[block], rtol=1e-10)
        np.testing.assert_allclose(found.p, model.p[block], rtol=1e-8)
        np.testing.assert_allclose(found.intervals(0.9), model.intervals(0.9)[block], rtol=1e-9)


def test_a_poisson_derivative_is_the_coefficient_times_the_mean_count():
    data = sample("strat")
    matrix = model_matrix([Covariate("ell", data.number("ell"))])
    y = data.yes("sch_wide") + data.yes("comp_imp") * 1.0
    model = glm(data.design, matrix, y=y, outcome=Outcome.POISSON)
    found = marginal_effects(data.design, model, matrix, term="ell")
    assert found.values[0] == pytest.approx(model.coefficients[1] * estimates.mean(data.design, y).value, rel=1e-9)
    assert found.levels == ("",)
    assert np.isnan(found.predicted_base)


def test_a_matrix_of_another_model_is_refused():
    data, _, _, model = fitted("strat")
    other = model_matrix([Covariate("ell", data.number("ell"))])
    with pytest.raises(InputError, match="matrix: expected the one of the model"):
        marginal_effects(data.design, model, other, term="ell")
