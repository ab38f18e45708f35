"""Response rates after AAPOR, and weights that carry ineligible and unknown units apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.outcomes import Outcome, outcome_adjust, response_rates

# 50 complete, 10 partial, 20 eligible without answer, 20 ineligible, 25 unknown
OUTCOMES = np.repeat([0, 1, 2, 3, 4], [50, 10, 20, 20, 25])


def test_rates_are_those_of_the_definitions():
    found = response_rates(OUTCOMES)
    e = 80 / 100
    assert found.counts.tolist() == [[50, 10, 20, 20, 25]]
    assert found.eligible_share.tolist() == [e]
    np.testing.assert_allclose(
        [found.rr1[0], found.rr2[0], found.rr3[0], found.rr4[0], found.rr5[0], found.rr6[0]],
        [50 / 105, 60 / 105, 50 / (80 + e * 25), 60 / (80 + e * 25), 50 / 80, 60 / 80],
    )


def test_weighted_rates_by_cell_and_a_cell_without_units():
    outcomes = np.array([Outcome.COMPLETE, Outcome.NO_ANSWER, Outcome.COMPLETE, Outcome.INELIGIBLE, Outcome.UNKNOWN])
    found = response_rates(outcomes, weights=np.array([3.0, 1, 2, 6, 4]), cells=np.array([0, 0, 1, 1, 1]), count=3)
    np.testing.assert_allclose(found.rr1, [0.75, 2 / 6, np.nan])
    np.testing.assert_allclose(found.rr3, [0.75, 2 / (2 + 0.25 * 4), np.nan])
    np.testing.assert_allclose(found.eligible_share, [1, 0.25, np.nan])


def test_without_a_known_status_the_share_and_the_rates_that_need_it_are_not_numbers():
    found = response_rates(np.array([4, 4]))
    assert np.isnan([found.eligible_share[0], found.rr3[0], found.rr5[0]]).all()
    assert found.rr1.tolist() == [0]


def test_unknown_units_go_to_all_of_known_status_and_eligible_ones_to_respondents():
    outcomes = np.array([0, 2, 3, 4])
    found = outcome_adjust(weights=np.array([2.0, 4, 3, 3]), outcomes=outcomes, cells=np.zeros(4, dtype=int))
    factor = 12 / 9
    assert found.known_factors.tolist() == [factor]
    assert found.response_factors.tolist() == [3]
    np.testing.assert_allclose(found.weights, [2 * factor * 3, 0, 3 * factor, 0])
    np.testing.assert_allclose([found.eligible[0], found.ineligible[0]], [8, 4])


def test_a_cell_without_respondent_says_so():
    found = outcome_adjust(weights=np.ones(3), outcomes=np.array([0, 2, 3]), cells=np.array([0, 1, 1]))
    np.testing.assert_array_equal(found.response_factors, [1, np.nan])
    assert found.weights.tolist() == [1, 0, 1]
    assert found.eligible.tolist() == [1, 1]


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, 3, 4]), st.integers(0, 2), st.floats(0.5, 9)), min_size=1, max_size=30)
)
@settings(max_examples=40)
def test_the_sum_of_weights_of_every_cell_with_a_respondent_is_kept(units):
    outcomes, cells, weights = (np.array(one) for one in zip(*units, strict=True))
    found = outcome_adjust(weights=weights, outcomes=outcomes, cells=cells, count=3)
    for cell in range(3):
        if np.isfinite(found.response_factors[cell]):
            here = cells == cell
            assert found.weights[here].sum() == pytest.approx(weights[here].sum())
            assert found.eligible[cell] == pytest.approx(found.weights[here & (outcomes < 2)].sum())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: response_rates(np.array([0, 5])), "outcomes: expected codes 0..4 of Outcome, got 5 in row 1"),
        (lambda: response_rates(np.array([], dtype=int)), "outcomes: expected codes 0..4 of Outcome, got none"),
        (
            lambda: response_rates(np.array([0, 1]), cells=np.array([0, 3]), count=2),
            "cells: expected codes 0..1, got 3",
        ),
        (lambda: response_rates(np.array([0, 1]), weights=np.ones(3)), "weights: expected 2 values, got 3"),
    ],
)
def test_what_is_no_status_is_refused(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
