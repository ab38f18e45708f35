"""The index against R, goalposts that stay, and joint rank intervals."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, net_balance
from analytics.core.hypothesis_tests import pairwise
from analytics.core.indices import Goalposts, RankInterval, composite, rank_intervals
from analytics.core.intervals import Method, t_interval
from tests.analytics.core.golden import RELATIVE, numbers
from tests.analytics.core.test_estimates import answers, barometer_design

BALANCE = Goalposts(-1, 1)


def test_the_index_of_three_balances_is_that_of_r():
    design = barometer_design()
    parts = [net_balance(design, answers(f"factor{one}")) for one in (1, 2, 3)]
    found = composite(design, parts, [BALANCE] * 3)
    expected = numbers("barometer")["index"]
    assert (found.value, found.standard_error) == pytest.approx((expected["est"], expected["se"]), rel=RELATIVE)
    assert found.n == min(part.n for part in parts)
    assert t_interval(found, bounds=(0, 100)).method is Method.T


def test_weights_are_taken_as_shares_of_their_sum():
    design = barometer_design()
    parts = [net_balance(design, answers(f"factor{one}")) for one in (1, 2)]
    found = composite(design, parts, [BALANCE] * 2, weights=[3, 1])
    assert found.value == pytest.approx(50 + 50 * (0.75 * parts[0].value + 0.25 * parts[1].value))


def test_an_index_with_a_factor_that_nobody_answered_has_no_value():
    design = SurveyDesign([1.0] * 4, [0] * 4, [9.0])
    parts = [net_balance(design, [1, 0, -1, 0]), net_balance(design, [np.nan] * 4)]
    found = composite(design, parts, [BALANCE] * 2)
    assert (np.isnan(found.value), Flag.MISSING_PART in found.flags) == (True, True)


def test_goalposts_map_the_ends_of_the_scale_and_refuse_what_lies_outside():
    assert [BALANCE.normalise(value) for value in (-1, 0, 1)] == [0, 50, 100]
    with pytest.raises(InputError, match=r"value: expected a number between -1 and 1, got 1\.2"):
        BALANCE.normalise(1.2)
    with pytest.raises(InputError, match="goalposts: expected low < high and a scale above 0, got low 1, high 1"):
        Goalposts(1, 1)


@pytest.mark.parametrize(
    ("goalposts", "weights", "message"),
    [
        ([BALANCE] * 2, None, "components: expected at least one, with as many goalposts and weights"),
        ([BALANCE], [0.0], "weights: expected numbers from 0, not all 0"),
    ],
)
def test_an_index_that_is_not_defined_is_refused(goalposts, weights, message):
    design = SurveyDesign([1.0] * 4, [0] * 4, [9.0])
    with pytest.raises(InputError) as error:
        composite(design, [net_balance(design, [1, 0, -1, 0])], goalposts, weights=weights)
    assert str(error.value).startswith(message)


def ranks(values: list[float], variances: list[float]) -> tuple[RankInterval, ...]:
    names = ["NO", "DK", "FI", "IS"][: len(values)]
    return rank_intervals(pairwise(values, variances, [500] * len(values), names=names, family="countries"))


def test_ranks_that_cannot_be_told_apart_are_shared():
    assert ranks([60, 50, 49], [1, 1, 1]) == (
        RankInterval("NO", 1, 1),
        RankInterval("DK", 2, 3),
        RankInterval("FI", 2, 3),
    )
    assert [(one.rank_low, one.rank_high) for one in ranks([60, 59, 58], [90, 90, 90])] == [(1, 3)] * 3


def test_a_country_without_a_value_has_no_rank_and_takes_no_place():
    assert ranks([60, float("nan"), 40], [1, 1, 1]) == (
        RankInterval("NO", 1, 1),
        RankInterval("DK", None, None),
        RankInterval("FI", 2, 2),
    )
