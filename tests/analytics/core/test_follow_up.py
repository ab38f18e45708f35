"""The two-phase estimate is that of R's twophase, right on average, and says what it lacks."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.follow_up import FollowUpFlag, follow_up
from tests.analytics.core.golden import RELATIVE, numbers
from tests.analytics.core.two_phase import double_sum

GOLDEN = numbers("calibration")["followup"]
ROWS = {name: np.array(values, dtype=float) for name, values in GOLDEN["rows"].items()}
STRATA = ROWS["stratum"].astype(int)
HELD = np.array([300.0, 180, 90, 40])


def golden(values, **more):
    given = {
        "strata": STRATA,
        "answered": ROWS["answered"] == 1,
        "followed": ROWS["followed"] == 1,
        "populations": HELD,
    }
    return follow_up(values, **{**given, **more})


@pytest.mark.parametrize(("name", "item"), [("share", "y"), ("mean", "x"), ("domain", "y")])
def test_value_and_standard_error_are_rs(name, item):
    found = golden(ROWS[item], domain=ROWS["domain"] == 1 if name == "domain" else None)
    assert found.value == pytest.approx(GOLDEN[name]["est"], rel=RELATIVE)
    assert found.standard_error == pytest.approx(GOLDEN[name]["se"], rel=RELATIVE)
    assert found.standard_error**2 == pytest.approx(found.first_phase + found.second_phase)
    assert found.second_phase > 0


def test_values_of_units_that_were_not_measured_are_not_read():
    hidden = np.where((ROWS["answered"] == 1) | (ROWS["followed"] == 1), ROWS["y"], np.nan)
    one, other = golden(hidden), golden(ROWS["y"])
    assert (one.value, one.standard_error) == (other.value, other.standard_error)


def test_the_parts_say_how_non_respondents_differ():
    found = golden(ROWS["y"])
    mixed = found.respondent_share * found.respondents + (1 - found.respondent_share) * found.non_respondents
    assert found.value == pytest.approx(mixed)
    assert found.difference == pytest.approx(found.non_respondents - found.respondents)
    assert found.weights.sum() == pytest.approx(HELD.sum())
    assert found.df == int((found.weights > 0).sum()) - 8


def test_with_all_non_respondents_followed_up_it_is_the_plain_stratified_mean():
    found = golden(ROWS["x"], followed=ROWS["answered"] == 0)
    drawn = np.bincount(STRATA)
    means = np.bincount(STRATA, weights=ROWS["x"]) / drawn
    spread = np.array([ROWS["x"][h == STRATA].var(ddof=1) for h in range(4)])
    share = HELD / HELD.sum()
    assert found.value == pytest.approx(share @ means)
    assert found.second_phase == pytest.approx(0, abs=1e-15)
    assert found.standard_error**2 == pytest.approx((share**2 * (1 - drawn / HELD) * spread / drawn).sum())


def test_on_average_value_and_variance_are_right_where_respondents_alone_are_not():
    """200 units, 60 drawn, those with y = 1 answer more; a third of the others is followed up. 1,500 drawings."""
    rng = np.random.default_rng(20261130)
    y = np.repeat([1.0, 0.0], [120, 80])
    answers = np.concatenate([np.arange(120) < 84, np.arange(80) < 28])  # .7 and .35 of them would answer
    values, variances, alone = [], [], []
    for _ in range(1500):
        rows = rng.choice(200, 60, replace=False)
        answered = answers[rows]
        left = np.flatnonzero(~answered)
        followed = np.zeros(60, dtype=bool)
        followed[rng.choice(left, max(2, len(left) // 3), replace=False)] = True
        found = follow_up(
            y[rows], strata=np.zeros(60, dtype=int), answered=answered, followed=followed, populations=np.array([200.0])
        )
        values.append(found.value)
        variances.append(found.standard_error**2)
        alone.append(found.respondents)
    error = np.std(values) / np.sqrt(1500)
    assert abs(np.mean(values) - 0.6) < 3 * error
    assert np.mean(alone) - 0.6 > 0.1
    assert np.mean(variances) == pytest.approx(np.var(values), rel=0.1)


def test_a_cell_across_strata_is_the_sum_over_all_pairs():
    """The third and fourth stratum share a cell of non-respondents: their units have unequal first weights there."""
    cells = np.minimum(STRATA, 2)
    found = golden(ROWS["x"], cells=cells)
    value, variance = double_sum(
        ROWS["x"], strata=STRATA, answered=ROWS["answered"] == 1, followed=ROWS["followed"] == 1, populations=HELD,
        cells=cells,
    )  # fmt: skip
    assert found.value == pytest.approx(value, rel=RELATIVE)
    assert found.standard_error**2 == pytest.approx(variance, rel=RELATIVE)
    assert found.value != pytest.approx(golden(ROWS["x"]).value, rel=RELATIVE)
    assert golden(ROWS["x"], cells=STRATA).standard_error == golden(ROWS["x"]).standard_error


def test_value_and_standard_error_with_a_cell_across_strata_are_rs():
    """Strata of equal samples, which R's survey 4.1.1 gets right: rows in a data frame d, cell of who did not answer.

    d$group <- ifelse(d$answered, paste0("s", d$stratum), ifelse(d$stratum == 1, "c1", "c2"))
    svymean(~y, twophase(id = list(~1, ~1), strata = list(~stratum, ~group), fpc = list(~population, NULL),
                         subset = ~answered | followed, data = d, method = "full"))
    """
    rows = "1011 01__ 110 0_1__ 11011 _0_", "aaaa ff__ aaa f_f__ aaaaa _f_"
    y, how = (np.array(list(one.replace(" ", ""))) for one in rows)
    y = np.where(y == "_", np.nan, (y == "1").astype(float))
    strata = np.repeat([0, 1, 2], 8)
    found = follow_up(
        y, strata=strata, answered=how == "a", followed=how == "f", populations=np.array([24.0, 40, 80]),
        cells=np.minimum(strata, 1),
    )  # fmt: skip
    assert found.value == pytest.approx(0.5503512880562061, rel=RELATIVE)
    assert found.standard_error == pytest.approx(0.158520887304263, rel=RELATIVE)


def test_a_cell_lends_an_estimate_to_a_stratum_in_which_nobody_was_followed_up():
    strata, answered = np.repeat([0, 1], 4), np.array([True, True, False, False] * 2)
    followed = np.array([False, False, True, True, False, False, False, False])
    given = {"strata": strata, "answered": answered, "followed": followed, "populations": np.array([40.0, 80])}
    values = np.array([1.0, 1, 0, 0, 1, 1, np.nan, np.nan])
    assert follow_up(values, **given).flags == {FollowUpFlag.NO_FOLLOW_UP}
    found = follow_up(values, cells=np.zeros(8, dtype=int), **given)
    # weights 10, 20 of who answered; the two followed up, of weight 10, stand for twice as many
    assert found.value == pytest.approx((2 * 10 + 2 * 20) / (2 * 10 + 2 * 20 + 2 * 10 * 2))
    assert found.flags == frozenset()


def small(answered, followed, populations=None):
    strata = np.array([0, 0, 0, 0, 1, 1])
    rows = (np.array(answered, dtype=bool), np.array(followed, dtype=bool))
    held = None if populations is None else np.array(populations)
    return follow_up(np.ones(6), strata=strata, answered=rows[0], followed=rows[1], populations=held)


def test_a_stratum_whose_non_respondents_nobody_asked_again_has_no_value():
    found = small([1, 1, 0, 0, 1, 1], [0] * 6)
    assert found.flags == {FollowUpFlag.NO_FOLLOW_UP}
    assert np.isnan([found.value, found.standard_error]).all()
    assert found.respondents == 1


def test_one_followed_of_several_gives_a_value_without_standard_error():
    found = small([1, 1, 0, 0, 1, 1], [0, 0, 1, 0, 0, 0])
    assert found.flags == {FollowUpFlag.ONE_FOLLOWED}
    assert found.value == 1
    assert np.isnan(found.standard_error)


def test_a_domain_without_a_value_and_a_stratum_of_one_are_said():
    nobody = follow_up(
        np.full(3, np.nan),
        strata=np.zeros(3, dtype=int),
        answered=np.ones(3, dtype=bool),
        followed=np.zeros(3, dtype=bool),
    )
    assert nobody.flags == {FollowUpFlag.NO_ANSWERS}
    assert np.isnan(nobody.value)
    lonely = follow_up(
        np.array([1.0, 0, 1]),
        strata=np.array([0, 0, 1]),
        answered=np.ones(3, dtype=bool),
        followed=np.zeros(3, dtype=bool),
        populations=np.array([5.0, 3]),
    )
    assert lonely.flags == {FollowUpFlag.LONELY_STRATUM}
    assert lonely.value == pytest.approx((2.5 + 3) / 8)
    assert np.isnan(lonely.standard_error)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: small([1] * 6, [1, 0, 0, 0, 0, 0]), "followed: expected units that did not answer, got unit 0"),
        (lambda: small([1] * 6, [0] * 6, [9.0]), "strata: expected codes 0..0 of at least one unit, got [0, 1]"),
        (
            lambda: golden(ROWS["x"], cells=np.full(len(STRATA), -1)),
            "cells: expected codes from 0 of those who did not answer, got -1",
        ),
        (lambda: small([1] * 6, [0] * 6, [3.0, 2]), "populations: expected at least the 4 drawn units of stratum 0"),
    ],
)
def test_what_does_not_fit_together_is_refused(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
