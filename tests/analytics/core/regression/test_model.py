"""Weighted regressions against R's svyglm and regTermTest, and what must not be fitted."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.regression.link import Outcome
from analytics.core.regression.model import ModelFlag, glm, informativeness, wald
from analytics.core.regression.model_matrix import Covariate, Factor, model_matrix
from tests.analytics.core.api_models import DESIGNS, TYPES, sample
from tests.analytics.core.golden import RELATIVE, numbers

R = numbers("api_models")
REFERENCE = Path(os.environ.get("REFERENCE_DIR", "")) / "statistics" / "reference_api.json"
FAMILIES = {"gaussian": Outcome.GAUSSIAN, "quasibinomial": Outcome.BINOMIAL, "quasipoisson": Outcome.POISSON}


def matrix_of(data, formula):
    terms = []
    for name in formula.split("~")[1].split("+"):
        clean = name.strip()
        terms.append(Factor("stype", data.types, TYPES) if clean == "stype" else Covariate(clean, data.number(clean)))
    return model_matrix(terms)


def outcome_of(data, formula):
    name = formula.split("~")[0].strip()
    if name == "wide":
        return data.yes("sch_wide").astype(float)
    return data.yes("sch_wide") + data.yes("comp_imp") * 1.0 if name == "met" else data.number(name)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("which", range(4))
def test_coefficients_covariance_and_tests_are_those_of_r(name, which):
    data, expected = sample(name), R[name]["glm"][which]
    model = glm(
        data.design,
        matrix_of(data, expected["call"]),
        y=outcome_of(data, expected["call"]),
        outcome=FAMILIES[expected["family"]],
    )
    np.testing.assert_allclose(model.coefficients, expected["coef"], rtol=RELATIVE)
    np.testing.assert_allclose(model.covariance, expected["vcov"], rtol=RELATIVE)
    np.testing.assert_allclose(model.p, expected["p"], rtol=1e-7)
    assert model.df == expected["df"]
    if "wald" in expected:
        block = wald(model, model.names[1:3])
        assert block.statistic == pytest.approx(expected["wald"]["F"], rel=1e-8)
        assert (block.df, block.ddf) == (expected["wald"]["df"], expected["wald"]["ddf"])
        assert block.p == pytest.approx(expected["wald"]["p"], rel=1e-7)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_domain_is_fitted_inside_the_full_design(name):
    data, expected = sample(name), R[name]["glm_domain"]
    y, matrix = data.number("api00"), matrix_of(data, expected["call"])
    small = data.types != TYPES.index("H")
    model = glm(data.design, matrix, y=y, outcome=Outcome.GAUSSIAN, domain=small)
    np.testing.assert_allclose(model.coefficients, expected["coef"], rtol=RELATIVE)
    np.testing.assert_allclose(model.covariance, expected["vcov"], rtol=RELATIVE)
    assert model.df == expected["df"]
    missing = glm(data.design, matrix, y=np.where(small, y, np.nan), outcome=Outcome.GAUSSIAN)
    np.testing.assert_array_equal(missing.covariance, model.covariance)
    assert not model.influence[~small].any()


@pytest.mark.parametrize("name", DESIGNS)
def test_the_reference_of_survey_4_5_agrees_as_far_as_its_own_fit(name):
    if not REFERENCE.is_file():
        pytest.skip("REFERENCE_DIR is absent: the same models stand in tests/golden/api_models.json")
    found = json.loads(REFERENCE.read_text(encoding="utf-8"))["designs"][name]
    data = sample(name)
    for key, formula in (
        ("glm_gaussian", "api00 ~ ell + meals + mobility"),
        ("glm_logit", "wide ~ ell + meals + api99"),
        ("glm_logit_factor", "wide ~ stype + ell"),
    ):
        expected = found[key]
        outcome = Outcome.GAUSSIAN if key == "glm_gaussian" else Outcome.BINOMIAL
        model = glm(data.design, matrix_of(data, formula), y=outcome_of(data, formula), outcome=outcome)
        np.testing.assert_allclose(model.coefficients, list(expected["coef"].values()), rtol=1e-7)
        errors = np.sqrt(np.diag(np.array(expected["vcov"]["values"])))
        np.testing.assert_allclose(model.standard_errors, errors, rtol=2e-7)
        limits = np.array(expected["ci"]["values"])
        np.testing.assert_allclose(model.intervals() / errors[:, None], limits / errors[:, None], atol=1e-6)


def test_influence_is_the_slope_of_a_coefficient_by_the_weight():
    data = sample("strat")
    matrix, y = matrix_of(data, "wide ~ stype + ell"), data.yes("sch_wide") * 1.0
    model = glm(data.design, matrix, y=y)
    for row in (0, 120, 199):
        moved = []
        for step in (1e-4, -1e-4):
            weights = np.array(data.design.weights)
            weights[row] *= 1 + step
            moved.append(glm(SurveyDesign(weights, data.design.strata), matrix, y=y).coefficients)
        np.testing.assert_allclose(model.influence[row], (moved[0] - moved[1]) / 2e-4, rtol=1e-5, atol=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_row_order_scale_of_weights_and_units_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    n = 80
    x, y = rng.normal(size=n), (rng.random(n) < 0.5) * 1.0
    weights, strata, order = rng.uniform(1, 9, n), np.arange(n) % 3, rng.permutation(n)
    plain = glm(SurveyDesign(weights, strata), model_matrix([Covariate("x", x)]), y=y)
    turned = glm(SurveyDesign(weights[order], strata[order]), model_matrix([Covariate("x", x[order])]), y=y[order])
    scaled = glm(SurveyDesign(7 * weights, strata), model_matrix([Covariate("x", 1000 * x)]), y=y)
    np.testing.assert_allclose(turned.coefficients, plain.coefficients, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(turned.covariance, plain.covariance, rtol=1e-8)
    assert scaled.coefficients[1] * 1000 == pytest.approx(plain.coefficients[1], rel=1e-8, abs=1e-10)
    assert scaled.p[1] == pytest.approx(plain.p[1], rel=1e-6)


def test_many_rows_begin_at_a_part_of_them_and_end_at_the_same_fit():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1_500, 2))
    y = (rng.random(1_500) < 0.4) * 1.0
    once = glm(
        SurveyDesign(np.ones(1_500), np.zeros(1_500, dtype=int)),
        model_matrix([Covariate("a", x[:, 0]), Covariate("b", x[:, 1])]),
        y=y,
    )
    copies = 20
    many = glm(
        SurveyDesign(np.ones(copies * 1_500), np.zeros(copies * 1_500, dtype=int)),
        model_matrix([Covariate("a", np.repeat(x[:, 0], copies)), Covariate("b", np.repeat(x[:, 1], copies))]),
        y=np.repeat(y, copies),
    )
    np.testing.assert_allclose(many.coefficients, once.coefficients, rtol=1e-10)


N = 60
DESIGN = SurveyDesign(np.ones(N), np.arange(N) % 2)
GROUP = np.arange(N) % 3
ANSWER = (np.arange(N) % 7 < 3) * 1.0
LABELS = ("state", "region", "municipality")


def fitted(*terms, y=ANSWER, **more):
    return glm(DESIGN, model_matrix(terms), y=y, **more)


def test_dependent_columns_are_named():
    same = Covariate("copy", np.arange(N) * 2.0)
    with pytest.raises(InputError, match=r"x: expected columns that do not depend .* copy follows from years"):
        fitted(Covariate("years", np.arange(N) * 1.0), same)
    with pytest.raises(InputError, match=r"kind=b follows from \(intercept\), level=region, level=municipality"):
        fitted(Factor("level", GROUP, LABELS), Factor("kind", (GROUP == 0) * 1, ("a", "b")))


def test_a_level_without_answers_is_named():
    with pytest.raises(InputError, match="x: expected columns that vary, got only 0 in level=municipality"):
        fitted(Factor("level", GROUP % 2, LABELS))


def test_separation_is_named():
    all_yes = np.where(GROUP == 2, 1.0, ANSWER)
    with pytest.raises(InputError, match=r"separation by level=municipality\. Join levels"):
        fitted(Factor("level", GROUP, LABELS), y=all_yes)
    with pytest.raises(InputError, match=r"separation by age\."):
        fitted(Covariate("age", np.arange(N) * 1.0), y=(np.arange(N) > 30) * 1.0)
    with pytest.raises(InputError, match=r"separation by level=region\."):
        fitted(Factor("level", GROUP, LABELS), y=np.where(GROUP == 1, 0.0, 2.0 + ANSWER), outcome=Outcome.POISSON)


def test_a_steep_but_finite_fit_is_no_separation():
    x = np.r_[np.linspace(-1, -0.01, 29), 0.02, -0.02, np.linspace(0.01, 1, 29)]
    model = fitted(Covariate("x", x), y=np.r_[np.zeros(29), 0.0, 1.0, np.ones(29)])
    assert model.coefficients[1] > 40


@pytest.mark.parametrize(
    ("y", "outcome", "message"),
    [
        (2 * ANSWER, "binomial", r"y: expected finite numbers from 0 to 1 for binomial, NaN where missing, got 2"),
        (ANSWER - 1, "poisson", r"from 0 to inf for poisson, NaN where missing, got -1"),
        (np.ones(N), "binomial", "y: expected both outcomes, got only 1"),
        (np.zeros(N), "poisson", "y: expected both outcomes, got only 0"),
        (
            np.where(np.arange(N) < 2, ANSWER, np.nan),
            "gaussian",
            "y: expected more rows than the 2 coefficients, got 2",
        ),
        (np.full(N, np.inf), "gaussian", "y: expected finite numbers"),
    ],
)
def test_outcomes_that_fit_no_model_are_refused(y, outcome, message):
    with pytest.raises(InputError, match=message):
        fitted(Covariate("x", np.sin(np.arange(N))), y=y, outcome=outcome)


def test_a_matrix_of_another_length_is_refused():
    with pytest.raises(InputError, match="matrix: expected 60 rows, got 3"):
        glm(DESIGN, model_matrix([Covariate("x", np.arange(3.0))]), y=ANSWER)


def test_few_events_and_thin_levels_are_flagged_with_their_names():
    rare = (np.arange(N) % 7 == 0) * 1.0
    model = fitted(Factor("level", GROUP, LABELS), Covariate("x", np.cos(np.arange(N))), y=rare[::-1])
    assert model.flags >= {ModelFlag.FEW_EVENTS, ModelFlag.THIN_LEVELS}
    assert model.events_per_coefficient == pytest.approx(rare.sum() / 4)
    assert model.thin == ("(intercept)", "level=region", "level=municipality")
    assert not glm(
        DESIGN, model_matrix([Covariate("x", np.cos(np.arange(N)))]), y=np.arange(N) * 1.0, outcome=Outcome.GAUSSIAN
    ).flags


def test_without_degrees_or_standard_error_there_is_no_test():
    psu = np.arange(N) // 20
    few = SurveyDesign(np.ones(N), np.zeros(N, dtype=int), psu=psu)
    model = glm(few, model_matrix([Factor("level", GROUP, LABELS), Covariate("x", np.cos(np.arange(N)))]), y=ANSWER)
    assert ModelFlag.NO_DEGREES in model.flags
    assert np.isnan(model.p).all()
    assert np.isnan(wald(model, [1, 2]).p)
    lonely = SurveyDesign(np.ones(N), np.r_[1, np.zeros(N - 1)].astype(int), lonely_psu=LonelyPsu.FAIL)
    alone = glm(lonely, model_matrix([Covariate("x", np.cos(np.arange(N)))]), y=ANSWER)
    assert ModelFlag.NO_STANDARD_ERROR in alone.flags
    assert np.isnan(alone.p).all()


def test_a_block_is_named_by_known_columns():
    model = fitted(Covariate("x", np.cos(np.arange(N))))
    assert wald(model, ["x"]) == wald(model, [1])
    assert wald(model, ["x"]).p == pytest.approx(model.p[1], rel=1e-9)
    for wrong in (["y"], [2], [-1]):
        with pytest.raises(InputError, match="columns: expected one of"):
            wald(model, wrong)
    with pytest.raises(InputError, match="columns: expected columns, each once"):
        wald(model, ["x", "x"])


def test_equal_weights_are_not_informative_and_informative_ones_are_found():
    x, noise = np.cos(np.arange(N)), np.sin(17.0 * np.arange(N) ** 2)
    matrix, y = model_matrix([Covariate("x", x)]), 1 + x + noise
    even = glm(DESIGN, matrix, y=y, outcome=Outcome.GAUSSIAN)
    same = informativeness(DESIGN, even, matrix, y=y)
    np.testing.assert_allclose(same.difference, 0, atol=1e-12)
    assert not same.test.p < 0.05
    taken = SurveyDesign(np.exp(-noise), np.arange(N) % 2)  # large outcomes were drawn more often
    model = glm(taken, matrix, y=y, outcome=Outcome.GAUSSIAN)
    found = informativeness(taken, model, matrix, y=y)
    np.testing.assert_allclose(found.unweighted, even.coefficients, rtol=1e-10)
    np.testing.assert_allclose(found.difference, model.coefficients - even.coefficients, rtol=1e-10)
    assert found.difference[0] < 0
    assert found.test.p < 1e-4
