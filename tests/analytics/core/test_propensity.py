"""Propensities are those of a logistic model; classes carry their weight; separation is refused by name."""

import numpy as np
import pytest
from scipy import special

from analytics.core.arrays import InputError
from analytics.core.propensity import FrameVariable, propensities, propensity_adjust, propensity_classes
from analytics.core.weights import Merge, Reason
from tests.analytics.core.golden import RELATIVE, numbers

GOLDEN = numbers("calibration")["propensity"]
ROWS = {name: np.array(values) for name, values in GOLDEN["rows"].items()}
RESPONDED = ROWS["responded"] == 1
VARIABLES = [FrameVariable(name, ROWS[name]) for name in ("level", "size", "sector")]


def test_an_unweighted_model_is_rs_glm():
    found, wanted = propensities(RESPONDED, VARIABLES), GOLDEN["plain"]
    np.testing.assert_allclose(found.values, wanted["fitted"], rtol=RELATIVE)
    np.testing.assert_allclose(found.coefficients, wanted["coef"], rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), wanted["se"], rtol=1e-7)
    assert found.columns[:4] == (("", -1), ("level", 1), ("size", 1), ("size", 2))


def test_a_weighted_model_is_rs_glm_and_its_covariance_the_sandwich():
    found = propensities(RESPONDED, VARIABLES, weights=ROWS["weight"])
    np.testing.assert_allclose(found.values, GOLDEN["weighted"]["fitted"], rtol=RELATIVE)
    np.testing.assert_allclose(found.coefficients, GOLDEN["weighted"]["coef"], rtol=1e-7)
    x = np.column_stack(
        [np.ones(len(RESPONDED))] + [(ROWS[name] == category).astype(float) for name, category in found.columns[1:]]
    )
    score = x * (ROWS["weight"] * (RESPONDED - found.values))[:, None]
    inverse = np.linalg.inv(x.T @ (x * (ROWS["weight"] * found.values * (1 - found.values))[:, None]))
    np.testing.assert_allclose(found.covariance, inverse @ (score.T @ score) @ inverse, rtol=1e-9)


def test_fitted_propensities_add_up_to_the_answers_of_every_category():
    found = propensities(RESPONDED, VARIABLES, weights=ROWS["weight"])
    for variable in VARIABLES:
        for category in range(variable.count):
            here = variable.codes == category
            expected = ROWS["weight"][here & RESPONDED].sum()
            assert (ROWS["weight"] * found.values)[here].sum() == pytest.approx(expected, rel=1e-9)


def test_a_variable_that_follows_from_another_changes_nothing():
    nested = FrameVariable("large", (ROWS["size"] == 2).astype(int))
    found = propensities(RESPONDED, [*VARIABLES, nested])
    np.testing.assert_allclose(found.values, propensities(RESPONDED, VARIABLES).values, rtol=1e-12)
    assert "large" not in {name for name, _ in found.columns}


def test_the_order_of_rows_does_not_matter():
    order = np.random.default_rng(3).permutation(len(RESPONDED))
    shuffled = [FrameVariable(one.name, one.codes[order]) for one in VARIABLES]
    one, other = propensities(RESPONDED, VARIABLES), propensities(RESPONDED[order], shuffled)
    np.testing.assert_allclose(one.values[order], other.values, rtol=1e-12)


def test_quintiles_hold_a_fifth_of_the_units_or_of_the_weight():
    values = np.random.default_rng(1).permutation(np.linspace(0.1, 0.9, 500))
    assert np.bincount(propensity_classes(values)).tolist() == [100] * 5
    weights = np.random.default_rng(2).uniform(1, 5, 500)
    held = np.bincount(propensity_classes(values, weights=weights), weights=weights)
    np.testing.assert_allclose(held, weights.sum() / 5, atol=5)


def test_equal_propensities_share_a_class_and_empty_classes_are_left_out():
    found = propensity_classes(np.array([0.2] * 6 + [0.8] * 2 + [0.9] * 2))
    assert found.tolist() == [0] * 6 + [1] * 2 + [2] * 2


def test_each_class_carries_its_weight_and_small_ones_are_joined_to_the_nearest():
    classes = np.repeat([0, 1, 2], [60, 30, 40])
    responded = np.concatenate([np.arange(60) < 21, np.arange(30) < 5, np.arange(40) < 38])
    found = propensity_adjust(weights=np.full(130, 2.0), responded=responded, classes=classes)
    assert found.merges == (Merge(1, 0, Reason.FEW_RESPONDENTS), Merge(0, 2, Reason.LARGE_FACTOR))
    assert found.classes.tolist() == [0] * 130
    assert found.weights.sum() == pytest.approx(260)
    kept = propensity_adjust(
        weights=np.full(130, 2.0), responded=responded, classes=classes, minimum_respondents=5, maximum_factor=9
    )
    np.testing.assert_allclose(kept.factors, [60 / 21, 30 / 5, 40 / 38])
    np.testing.assert_allclose(kept.weights[responded], 2 * kept.factors[classes[responded]])
    assert kept.weights[~responded].sum() == 0


def test_classes_take_away_the_bias_that_the_variables_explain():
    rng = np.random.default_rng(8)
    size = rng.integers(0, 4, 20_000)
    innovative = rng.random(20_000) < special.expit(-1 + 0.7 * size)
    responded = rng.random(20_000) < special.expit(-1 + 0.6 * size)
    fitted = propensities(responded, [FrameVariable("size", size)])
    found = propensity_adjust(weights=np.ones(20_000), responded=responded, classes=propensity_classes(fitted.values))
    adjusted = np.average(innovative, weights=found.weights)
    assert innovative[responded].mean() - innovative.mean() > 0.05
    assert abs(adjusted - innovative.mean()) < 0.01


def _corner():
    """Every category has both, but nobody of (1, 1) answers and everybody of (0, 0) does: quasi-separation."""
    a, b = np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 1, 0, 0, 1, 1])
    answered = np.array([True, True, True, False, True, False, False, False])
    return answered, [FrameVariable("a", a), FrameVariable("b", b)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: propensities(
                np.array([True, False, True, True]),
                [FrameVariable("size", np.array([0, 0, 1, 1]), ("small", "large"))],
            ),
            "variables[size]: expected answers and missing answers in every category, got 2 answers of 2 in 'large'",
        ),
        (lambda: propensities(*_corner()), "variables[a]: expected answers and missing answers in every combination"),
        (lambda: propensities(RESPONDED, []), "variables: expected at least one, got none"),
        (lambda: propensities(RESPONDED[1:], VARIABLES), "variables[level]: expected 399 values, got 400"),
        (lambda: FrameVariable("size", np.array([0, -1])), "variables[size]: expected codes from 0"),
        (lambda: propensity_classes(np.array([0.1, np.nan])), "values: expected finite propensities"),
        (
            lambda: propensity_adjust(weights=np.ones(2), responded=np.zeros(2, dtype=bool), classes=np.array([0, 1])),
            "responded: expected at least one answer, got none",
        ),
    ],
)
def test_what_no_model_describes_is_refused_by_name(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
