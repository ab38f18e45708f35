"""Simulation: populations drawn, answered, weighed and judged, and how often what is published holds the truth.

A small part of `python -m benchmarks.coverage`, whose full run is in docs/methods/simulation.md.
"""

import numpy as np
import pytest

from analytics.core.estimates import share
from analytics.core.intervals import interval_of_share
from analytics.core.precision import Precision, judge
from analytics.core.weights import weigh
from benchmarks import coverage
from benchmarks.side_by_side import simulation

POPULATIONS, SAMPLES = 30, 4


@pytest.fixture(scope="module")
def right() -> coverage.Simulated:
    return coverage.simulated(POPULATIONS, samples=SAMPLES, strength=0.0)


@pytest.fixture(scope="module")
def wrong() -> coverage.Simulated:
    return coverage.simulated(POPULATIONS, samples=2, strength=0.5)


def test_what_is_published_holds_the_truth_where_answering_depends_on_the_stratum(right):
    shown = 100 * right.covered[right.shown].mean()
    assert shown == pytest.approx(95.5, abs=1.5)
    assert right.publishable.sum() > 50
    assert not right.short()


def test_weights_by_cells_leave_no_bias_where_the_model_is_right(right):
    bias = (right.value - right.truth)[:, :8]  # all, sectors, sizes: cells are joined inside sectors
    assert np.abs(bias.mean(axis=0)).max() < 4 * 0.045 / np.sqrt(POPULATIONS * SAMPLES)
    assert np.nanmean(right.gap[:, 0]) == pytest.approx(0, abs=0.01)


def test_answers_that_decide_who_answers_leave_a_bias_that_intervals_do_not_hold(wrong):
    bias = (wrong.value - wrong.truth)[:, 0, 0].mean()
    left = np.nanmean((1 - wrong.rates) * wrong.gap[:, :, 0], axis=0)[0]  # what those who are missing would change
    assert bias == pytest.approx(left, abs=0.01)
    assert bias > 0.03
    interval = wrong.covered[:, 0, 0].mean()
    band = coverage.banded(wrong, 0)[:, 0].mean()
    assert interval < 0.8
    assert band > 0.95


def test_a_cell_that_is_covered_too_seldom_is_noticed(right, wrong):
    assert wrong.short()
    worst = wrong.coverage()[0, 0]
    assert wrong.lowest() == worst == 100 * wrong.covered[:, 0, 0].mean()


def test_items_that_answering_does_not_depend_on_keep_their_coverage(wrong):
    shown = wrong.shown[:, :, 1:]
    assert 100 * wrong.covered[:, :, 1:][shown].mean() > coverage.PROMISED


def test_populations_are_the_same_in_a_shorter_run(right):
    short = coverage.simulated(2, samples=SAMPLES, strength=0.0)
    assert np.array_equal(short.truth, right.truth[: 2 * SAMPLES])
    assert np.array_equal(short.low, right.low[: 2 * SAMPLES], equal_nan=True)


def test_a_round_gives_what_single_estimates_and_the_published_rules_give():
    given = simulation.population(np.random.default_rng(3))
    found = simulation.one_round(given, simulation.answering(given, 0.0), np.random.default_rng(4))
    rows, responded, yes = _again(given, np.random.default_rng(4))
    weighting = weigh(
        strata=given.stratum[rows], responded=responded, populations=given.held.astype(float), keys=simulation.KEYS
    )
    design = weighting.design
    assert design.weights.sum() == pytest.approx(given.held.sum(), rel=1e-12)
    strata = given.stratum[rows[weighting.respondents]]
    for number, members in enumerate(simulation.MEMBERS):
        for item in range(simulation.ITEMS):
            one = share(design, yes[:, item], members[strata])
            limits = interval_of_share(one)
            assert found.value[number, item] == pytest.approx(one.value, rel=1e-12)
            assert (found.low[number, item], found.high[number, item]) == pytest.approx(
                (limits.low, limits.high), rel=1e-9, abs=1e-12
            )
            assert found.shown[number, item] == (judge(one).verdict is not Precision.WITHHOLD)


def _again(given, draw):
    """The draws of a round once more: rows drawn, who answered, and their answers with gaps."""
    order = np.lexsort((draw.random(len(given.stratum)), given.stratum))
    rows = np.concatenate(
        [order[given.stratum[order] == stratum][: given.drawn[stratum]] for stratum in range(simulation.STRATA)]
    )
    responded = draw.random(len(rows)) < given.rates[given.stratum[rows]]
    yes = given.yes[rows[responded]].astype(float)
    yes[draw.random(yes.shape) < simulation.GAP] = np.nan
    return rows, responded, yes
