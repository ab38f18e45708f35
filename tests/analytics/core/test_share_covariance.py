"""The covariance matrix of shares from sums is that of the influence values, and R's."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import share
from analytics.core.share_covariance import shares
from analytics.core.sufficient_statistics import summarise
from analytics.core.variance import covariance
from tests.analytics.core.golden import RELATIVE
from tests.analytics.core.test_tabulation import municipal
from tests.analytics.core.test_variance import FOUND, MUNICIPAL

ROWS = np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], dtype=bool)


@pytest.mark.parametrize("second_stage", [True, False])
@pytest.mark.parametrize("item", [0, 1])
def test_the_covariance_of_a_table_of_item_by_domain_is_that_of_the_influence_values(item, second_stage):
    design, items, counts, cells, _ = municipal(**({} if second_stage else {"second_stage_populations": None}))
    found = shares(summarise(design, items, counts, cells, cell_count=6), item, ROWS)
    answered = np.where(items[item] < 0, np.nan, 0.0)
    parts = [
        share(design, answered + ((items[item] == category) & row[cells]))
        for row in ROWS
        for category in range(counts[item])
    ]
    np.testing.assert_allclose(found.values.ravel(), [one.value for one in parts], rtol=1e-12)
    expected = covariance(design, np.column_stack([one.influence for one in parts]))
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9, atol=1e-13 * expected.max())
    assert (found.n, found.df_plain) == (parts[0].n, parts[0].df_plain)
    assert found.counts.sum() == found.n
    np.testing.assert_allclose(found.covariance.sum(axis=1), 0, atol=1e-12 * expected.max())


def test_the_covariance_of_a_table_is_that_of_r():
    design, items, counts, cells, _ = municipal()
    found = shares(summarise(design, items, counts, cells, cell_count=6), 1, ROWS)
    names = [f"{region}.{category}" for region in ("east", "north", "west") for category in (0, 1)]
    order = [FOUND["table"]["levels"].index(f"interaction(region, innovative){name}") for name in names]
    np.testing.assert_allclose(found.values.ravel(), np.array(FOUND["table"]["est"])[order], rtol=RELATIVE)
    expected = np.array(FOUND["table"]["values"])[np.ix_(order, order)]
    np.testing.assert_allclose(found.covariance, expected, rtol=RELATIVE, atol=1e-13)


def test_a_share_that_the_strata_fix_has_no_covariance_left_by_rounding():
    strata = np.arange(300) % 3
    design = SurveyDesign(np.full(300, 1.1), strata, [500.0] * 3)
    found = shares(summarise(design, [strata], [3], np.zeros(300, dtype=int), cell_count=1), 0)
    assert (found.covariance == 0).all()


def test_without_an_answer_there_are_no_shares_and_a_lonely_stratum_takes_the_covariance():
    design, items, counts, cells, _ = municipal()
    nobody = shares(summarise(design, [np.full(design.size, -1)], [2], cells, cell_count=6), 0)
    assert (nobody.n, np.isnan(nobody.values).all(), np.isnan(nobody.covariance).all()) == (0, True, True)
    strata = np.array(design.strata)
    strata[MUNICIPAL.number("unit") == 1] = 7
    lonely = SurveyDesign(design.weights, strata, np.full(8, 400.0))
    found = shares(summarise(lonely, items, counts, cells, cell_count=6), 1)
    assert (np.isnan(found.values).any(), np.isnan(found.covariance).all()) == (False, True)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.ones((2, 6), dtype=bool), "rows: expected each cell in one row at most, got cell 0 in two"),
        (np.ones((2, 6)), "rows: expected true or false for each row and each of 6 cells, got dtype float64"),
        (np.ones((2, 5), dtype=bool), "rows: expected true or false for each row and each of 6 cells, got dtype bool"),
    ],
)
def test_rows_that_are_no_table_are_refused_by_name(rows, message):
    design, items, counts, cells, _ = municipal()
    with pytest.raises(InputError) as error:
        shares(summarise(design, items, counts, cells, cell_count=6), 0, rows)
    assert str(error.value).startswith(message)
