"""The one-pass table says what the estimates say, one by one."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import share
from analytics.core.intervals import logit
from analytics.core.tabulation import slots, statistics, tabulate


def survey(n: int = 400, seed: int = 3):
    """A design with a census stratum, items with missing answers, an empty cell; domains of six finest cells."""
    draw = np.random.default_rng(seed)
    strata, cells = np.append(draw.integers(0, 6, n), 6), np.append(draw.integers(0, 5, n), 4)
    sizes = np.bincount(strata)
    held = np.round(sizes * draw.uniform(1.2, 5, 7)) + 1
    held[2] = sizes[2]
    items = [draw.integers(-1, count, n + 1) for count in (2, 3, 6)]
    items[2][:] = np.where(cells == 1, -1, items[2])  # nobody in cell 1 answered the third item
    design = SurveyDesign(draw.uniform(1, 9, n + 1), strata, held)
    domains = np.array(
        [[1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1]]
    )
    return design, items, (2, 3, 6), cells, domains.astype(bool)


def test_every_number_of_the_table_is_that_of_the_estimate():
    design, items, counts, cells, domains = survey()
    table = tabulate(design, items, counts, cells, domains)
    assert table.value.shape == (5, 11)
    for domain in range(5):
        for column in range(11):
            answers = items[table.item[column]]
            y = np.where(answers < 0, np.nan, answers == table.category[column])
            expected = share(design, y, domains[domain][cells])
            place = (domain, column)
            for name in ("value", "standard_error", "df", "df_plain", "n"):
                np.testing.assert_allclose(
                    getattr(table, name)[place], getattr(expected, name), rtol=1e-11, err_msg=name
                )
            assert table.positive[place] == (expected.positive or 0)
            limits = logit(expected.value, expected.standard_error, expected.df)
            np.testing.assert_allclose((table.low[place], table.high[place]), limits, rtol=1e-11)


def test_strata_with_one_respondent_leave_only_their_domains_without_precision():
    design, items, counts, cells, domains = survey()
    assert design.lonely.tolist() == [False] * 6 + [True]
    errors = tabulate(design, items, counts, cells, domains).standard_error
    assert np.isnan(errors[0, :2]).all()  # the whole holds the lonely respondent, who answered
    assert not np.isnan(errors[1]).any()


def test_batches_do_not_change_a_number(monkeypatch):
    given = survey()
    whole = tabulate(*given)
    monkeypatch.setattr("analytics.core.tabulation.BATCH", 1)
    np.testing.assert_array_equal(tabulate(*given).standard_error, whole.standard_error)


def test_statistics_of_two_files_add_up():
    design, items, counts, cells, _ = survey()
    places = slots(design, cells, 6)
    whole = statistics(design, places, items[1], counts[1])
    halves = [
        statistics(design, places, np.where(np.arange(design.size) % 2 == half, items[1], -1), counts[1])
        for half in (0, 1)
    ]
    np.testing.assert_allclose(halves[0].weights + halves[1].weights, whole.weights, rtol=1e-12)
    np.testing.assert_array_equal(halves[0].counts + halves[1].counts, whole.counts)


@pytest.mark.parametrize("place", [0, 1])
def test_a_share_fixed_by_the_strata_has_no_standard_error_left_by_rounding(place):
    design = SurveyDesign(np.full(3000, 1.1), np.arange(3000) % 3, [5000.0] * 3)
    table = tabulate(design, [(design.strata > 0).astype(int)], [2], np.zeros(3000, dtype=int), np.ones((1, 1), bool))
    assert table.standard_error[0, place] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": 2}, "answers: expected 401 codes from -1 to 1, got 401 codes from -1 to 2"),
        ({"cells": 6}, "cells: expected codes 0..5, got 0..6"),
        ({"counts": (2, 3)}, "items: expected 2 items, at least one, got 3"),
        ({"domains": np.zeros((2, 6), dtype=bool)}, "domains: expected a domain with a respondent, got none"),
        ({"rule": "adjust"}, "design: expected the rule fail for strata with one respondent, got adjust"),
    ],
)
def test_a_table_refuses_what_it_cannot_use(change, message):
    design, items, counts, cells, domains = survey()
    cells = np.array(cells)
    if "answers" in change:
        items[0][5] = change["answers"]
    if "cells" in change:
        cells[7] = change["cells"]
    if "rule" in change:
        design = SurveyDesign(design.weights, design.strata, design.populations, change["rule"])
    with pytest.raises(InputError) as error:
        tabulate(design, items, change.get("counts", counts), cells, change.get("domains", domains))
    assert str(error.value).startswith(message)
