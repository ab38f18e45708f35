"""The one-pass table says what the estimates say, one by one."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import Calibration, SurveyDesign
from analytics.core.estimates import mean_score, net_balance, share
from analytics.core.intervals import logit
from analytics.core.sufficient_statistics import summarise
from analytics.core.tabulation import tabulate, tabulate_scores, tabulate_summary
from tests.analytics.core.test_variance import MUNICIPAL, municipal_design


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


def municipal(**changes):
    """Strata of all kinds, in 3 regions x 2 halves as finest cells; an item of 3 categories, one of 2."""
    design = municipal_design(**changes)
    region = np.searchsorted(["east", "north", "west"], MUNICIPAL.text("region"))
    cells = region * 2 + np.arange(design.size) % 2
    balance = MUNICIPAL.number("balance")
    items = [np.where(np.isnan(balance), -1, balance + 1).astype(int), MUNICIPAL.number("innovative").astype(int)]
    domains = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1]], dtype=bool)
    return design, items, (3, 2), cells, domains


@pytest.mark.parametrize("kind", ["two stages", "ultimate clusters", "no correction", "elements"])
def test_every_number_of_a_clustered_table_is_that_of_the_estimate(kind):
    changes = {
        "two stages": {},
        "ultimate clusters": {"second_stage_populations": None},
        "no correction": {"second_stage_populations": None, "populations": None},
        "elements": {"second_stage_populations": None, "psu": None, "populations": np.full(7, 400.0)},
    }
    design, items, counts, cells, domains = municipal(**changes[kind])
    table = tabulate(design, items, counts, cells, domains)
    summary = summarise(design, items, counts, cells, cell_count=6)
    again = tabulate_summary(summary, domains)
    for domain in range(len(domains)):
        for column in range(5):
            answers = items[table.item[column]]
            y = np.where(answers < 0, np.nan, answers == table.category[column])
            expected = share(design, y, domains[domain][cells])
            for name in ("value", "standard_error", "df", "df_plain", "n"):
                place = getattr(table, name)[domain, column]
                np.testing.assert_allclose(place, getattr(expected, name), rtol=1e-10, err_msg=name)
                np.testing.assert_array_equal(getattr(again, name)[domain, column], place)
    expected = [net_balance(design, MUNICIPAL.number("balance"), domain[cells]) for domain in domains]
    scores = tabulate_scores(summary, 0, [-1, 0, 1], domains)
    for name in ("value", "standard_error", "df", "df_plain", "n"):
        np.testing.assert_allclose(getattr(scores, name), [getattr(one, name) for one in expected], rtol=1e-10)


def test_a_score_of_nan_takes_its_category_out_of_the_base():
    design, items, counts, cells, domains = municipal()
    scores = tabulate_scores(summarise(design, items, counts, cells, cell_count=6), 0, [-1, np.nan, 1], domains)
    expected = [mean_score(design, items[0], [-1, np.nan, 1], domain[cells]) for domain in domains]
    np.testing.assert_allclose(scores.value, [one.value for one in expected], rtol=1e-12)
    np.testing.assert_allclose(scores.standard_error, [one.standard_error for one in expected], rtol=1e-10)


def test_a_lonely_psu_takes_the_precision_only_of_its_domains():
    design, items, counts, cells, domains = municipal()
    units = np.array(design.second_stage_populations)
    first = np.flatnonzero(design.strata == 0)[:1]  # a workplace of stratum 0 becomes one of five of its municipality
    units[design.psu[first]] = 5
    design = SurveyDesign(
        design.weights, design.strata, design.populations, psu=design.psu, second_stage_populations=units
    )
    table = tabulate(design, items, counts, cells, domains)
    assert np.isnan(table.standard_error[0]).all()
    assert not np.isnan(table.standard_error[1]).any()


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


@pytest.mark.parametrize("place", [0, 1])
def test_a_share_fixed_by_the_strata_has_no_standard_error_left_by_rounding(place):
    design = SurveyDesign(np.full(3000, 1.1), np.arange(3000) % 3, [5000.0] * 3)
    table = tabulate(design, [(design.strata > 0).astype(int)], [2], np.zeros(3000, dtype=int), np.ones((1, 1), bool))
    assert table.standard_error[0, place] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"calibration": True}, "design: expected weights that were not calibrated, got a calibration"),
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
    if "calibration" in change:
        calibration = Calibration(np.ones((design.size, 1)), design.weights)
        design = SurveyDesign(design.weights, design.strata, design.populations, calibration=calibration)
    with pytest.raises(InputError) as error:
        tabulate(design, items, change.get("counts", counts), cells, change.get("domains", domains))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda s: tabulate_summary(s, np.ones((1, 4), dtype=bool)),
            "domains: expected a column for each of the 6 cells",
        ),
        (
            lambda s: tabulate_scores(s, 0, [1, 2], np.ones((1, 6), dtype=bool)),
            "scores: expected 3 finite numbers or NaN",
        ),
        (
            lambda s: tabulate_scores(s, 1, [np.nan] * 2, np.ones((1, 6), dtype=bool)),
            "scores: expected 2 finite numbers",
        ),
    ],
)
def test_a_table_of_a_summary_refuses_what_it_cannot_use(call, message):
    design, items, counts, cells, _ = municipal()
    with pytest.raises(InputError) as error:
        call(summarise(design, items, counts, cells, cell_count=6))
    assert str(error.value).startswith(message)
