"""Rubin's rules against mitools and mice, and what they must do at the ends."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean
from analytics.core.imputation.rubin import DegreesRule, pool, pool_estimates
from tests.analytics.core.golden import RELATIVE, numbers

GOLDEN = numbers("rubin")
VALUES = np.array(GOLDEN["estimates"])
COVARIANCES = np.array([np.diag(one) for one in GOLDEN["variances"]])


def test_values_covariance_and_lost_information_are_those_of_mitools():
    found, expected = pool(VALUES, COVARIANCES), GOLDEN["infinite"]
    assert found.values == pytest.approx(GOLDEN["values"], rel=RELATIVE)
    assert found.covariance == pytest.approx(np.array(expected["covariance"]), rel=RELATIVE)
    assert found.df == pytest.approx(expected["df"], rel=RELATIVE)
    assert found.missing_information == pytest.approx(expected["missing_information"], rel=RELATIVE)


@pytest.mark.parametrize("rule", list(DegreesRule))
def test_degrees_with_120_complete_ones_are_those_of_mice_or_mitools(rule):
    found, expected = pool(VALUES, COVARIANCES, complete_df=120, rule=rule), GOLDEN[f"{rule}_120"]
    assert found.df == pytest.approx(expected["df"], rel=RELATIVE)
    assert found.missing_information == pytest.approx(expected["missing_information"], rel=RELATIVE)


def test_every_number_of_the_reference_is_found():
    path = Path(os.environ["REFERENCE_DIR"]) / "statistics" / "reference_other.json"
    if not path.exists():
        pytest.skip(f"no reference numbers at {path}")
    reference = json.loads(path.read_text(encoding="utf-8"))["rubin"]
    values = reference["estimates"]["values"]
    matrices = [np.diag(one) for one in reference["variances"]]
    for name, df in (("df_complete_Inf", np.inf), ("df_complete_120", 120.0)):
        found, expected = pool(values, matrices, complete_df=df, rule=DegreesRule.MITOOLS), reference[name]
        assert found.covariance == pytest.approx(np.array(expected["vcov"]["values"]), rel=RELATIVE)
        assert found.values == pytest.approx([expected["coef"]["a"], expected["coef"]["b"]], rel=RELATIVE)
        assert found.df == pytest.approx(expected["df"], rel=RELATIVE)
        assert found.missing_information == pytest.approx(expected["missinfo"], rel=RELATIVE)


def test_plain_numbers_are_pooled_as_the_diagonal_of_the_matrix():
    whole, one = pool(VALUES, COVARIANCES, complete_df=120), pool(VALUES[:, 1], COVARIANCES[:, 1, 1], complete_df=120)
    assert (one.values[0], one.standard_errors[0], one.df[0]) == pytest.approx(
        (whole.values[1], whole.standard_errors[1], whole.df[1]), rel=1e-14
    )


def test_without_difference_between_imputations_nothing_is_lost():
    found = pool([0.5] * 20, [0.01] * 20)
    assert found.df[0] == np.inf
    assert found.missing_information[0] == 0
    assert found.covariance[0, 0] == pytest.approx(0.01)
    limited = pool([0.5] * 20, [0.01] * 20, complete_df=40)
    assert limited.df[0] == pytest.approx(41 / 43 * 40)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.floats(1e-3, 10), st.floats(1, 500))
def test_degrees_never_exceed_the_complete_ones_and_variance_never_the_less(values, variance, df):
    found = pool(values, [variance] * len(values), complete_df=df)
    assert found.df[0] <= df
    assert found.covariance[0, 0] >= variance * (1 - 1e-12)
    assert 0 <= found.missing_information[0] <= 1


def test_estimates_of_a_design_are_pooled_with_their_smallest_degrees():
    design = SurveyDesign(np.full(40, 5.0), np.repeat([0, 1], 20), np.full(2, 100.0))
    y = np.arange(40.0) % 7
    each = [mean(design, np.where(np.arange(40) < 4, y + shift, y)) for shift in (0.0, 1.0, 2.0)]
    found = pool_estimates(each)
    assert found.values[0] == pytest.approx(np.mean([one.value for one in each]), rel=1e-14)
    assert found.within[0, 0] == pytest.approx(np.mean([one.variance for one in each]), rel=1e-14)
    assert found.between[0, 0] == pytest.approx(0.1**2, rel=1e-12)
    assert found.df[0] < min(one.df for one in each)


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: pool([1.0], [1.0]), "estimates"),
        (lambda: pool([1.0, 2.0], [1.0]), "covariances"),
        (lambda: pool([1.0, np.nan], [1.0, 1.0]), "estimates"),
        (lambda: pool([1.0, 2.0], [1.0, np.inf]), "covariances"),
        (lambda: pool([1.0, 2.0], [1.0, -1.0]), "covariances"),
        (lambda: pool([1.0, 2.0], [1.0, 1.0], complete_df=0), "complete_df"),
        (lambda: pool([1.0, 2.0], [1.0, 1.0], rule="best"), "rule"),
        (lambda: pool_estimates([]), "estimates"),
    ],
)
def test_what_cannot_be_pooled_is_named(call, parameter):
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.parameter == parameter
