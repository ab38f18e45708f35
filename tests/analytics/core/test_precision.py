"""The precision rule at each of its edges."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean, net_balance, share, total
from analytics.core.intervals import beta
from analytics.core.precision import (
    CAUTIONS,
    WITHHOLDS,
    Precision,
    Reason,
    judge,
    judge_bounded,
    judge_means,
    judge_shares,
)

NAN = np.nan


def simple(p: float, n: int, **changes):
    """The judgement of a share of a simple sample of n."""
    given = {"n": n, "df": n - 1} | changes
    error = given.pop("error", (p * (1 - p) / n) ** 0.5)
    return judge_shares(p, error, **given).at()


def width_of(p: float, n: int) -> float:
    low, high = beta(p, (p * (1 - p) / n) ** 0.5, n - 1, n)
    return float(high - low)


def test_a_share_of_many_is_fine():
    assert simple(0.5, 2000) == simple(0.3, 2000)
    assert simple(0.5, 2000).verdict is Precision.OK
    assert not simple(0.5, 2000).reasons


def test_fewer_than_30_answers_or_effective_answers_are_withheld():
    assert Reason.FEW_ANSWERS in simple(0.5, 29).reasons
    assert Reason.FEW_ANSWERS not in simple(0.5, 30).reasons
    clustered = simple(0.5, 300, error=0.5 / 29.9**0.5)
    assert Reason.FEW_EFFECTIVE in clustered.reasons
    assert Reason.FEW_ANSWERS not in clustered.reasons
    assert clustered.verdict is Precision.WITHHOLD
    assert Reason.FEW_EFFECTIVE not in simple(0.5, 300, error=0.5 / 30.1**0.5).reasons


def test_the_option_of_a_small_country_is_20_and_no_less():
    assert Reason.FEW_ANSWERS in simple(0.97, 22).reasons
    assert Reason.FEW_ANSWERS not in simple(0.97, 22, minimum=20).reasons
    with pytest.raises(InputError, match="small country"):
        simple(0.97, 22, minimum=19)


def test_an_interval_of_30_points_is_withheld():
    assert width_of(0.5, 45) > 0.30 > width_of(0.5, 48)
    assert simple(0.5, 45).verdict is Precision.WITHHOLD
    assert simple(0.5, 45).reasons == {Reason.WIDE_INTERVAL}
    assert simple(0.5, 48).verdict is Precision.OK


def test_between_5_and_30_points_a_width_above_130_percent_of_the_share_is_withheld():
    assert 0.05 < width_of(0.05, 120) < 0.30
    assert width_of(0.05, 120) > 1.3 * 0.05
    assert simple(0.05, 120).reasons == {Reason.WIDE_RELATIVE}
    assert width_of(0.05, 300) > 0.05
    assert width_of(0.05, 300) < 1.3 * 0.05
    assert simple(0.05, 300).verdict is Precision.OK


def test_a_width_up_to_5_points_is_shown_whatever_the_share():
    assert width_of(0.005, 800) < 0.05
    assert width_of(0.005, 800) > 1.3 * 0.005
    assert simple(0.005, 800).verdict is Precision.OK


def test_the_complement_is_only_marked():
    found = simple(0.95, 120)
    assert found.reasons == {Reason.WIDE_COMPLEMENT}
    assert found.verdict is Precision.CAUTION


def test_a_share_of_nobody_has_no_relative_width():
    assert simple(0.0, 40).reasons == {Reason.NOBODY_OR_ALL}
    assert simple(1.0, 40).verdict is Precision.CAUTION
    assert simple(0.0, 400).verdict is Precision.OK  # width 0.9 points


def test_fewer_than_8_degrees_are_marked():
    assert simple(0.5, 400, df=7.9).reasons == {Reason.FEW_DEGREES}
    assert simple(0.5, 400, df=8).verdict is Precision.OK


def test_an_undefined_figure_is_withheld_and_a_known_one_is_not():
    assert Reason.UNDEFINED in simple(NAN, 100).reasons
    assert simple(0.5, 100, error=NAN).verdict is Precision.WITHHOLD
    assert simple(0.5, 100, df=0).verdict is Precision.WITHHOLD
    known = simple(0.25, 4, error=0.0, known=True)
    assert (known.verdict, known.reasons) == (Precision.OK, {Reason.KNOWN})
    assert simple(NAN, 9, known=True).verdict is Precision.WITHHOLD


@pytest.mark.parametrize(
    ("cv", "verdict", "reasons"),
    [
        (0.165, Precision.OK, set()),
        (0.166, Precision.CAUTION, {Reason.USE_WITH_CARE}),
        (0.33, Precision.CAUTION, {Reason.USE_WITH_CARE}),
        (0.331, Precision.WITHHOLD, {Reason.HIGH_CV}),
    ],
)
def test_means_are_judged_by_their_variation(cv, verdict, reasons):
    found = judge_means(1000.0, 1000 * cv, n=100, df=90).at()
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_a_mean_of_nothing_and_one_without_spread_are_undefined():
    assert judge_means(0.0, 0.0, n=100, df=90).at().reasons == {Reason.UNDEFINED}
    assert judge_means(3.0, 0.0, n=100, df=90).at().reasons == {Reason.UNDEFINED}
    assert judge_means(0.0, 0.0, n=100, df=90, known=True).at().verdict is Precision.OK


def test_a_balance_is_judged_by_its_range_also_at_zero():
    assert judge_bounded(0.0, 0.05, n=400, df=390, bounds=(-1, 1)).at().verdict is Precision.OK
    wide = judge_bounded(0.0, 0.16, n=40, df=36, bounds=(-1, 1)).at()
    assert wide.reasons == {Reason.WIDE_INTERVAL}
    assert (
        judge_bounded(50.0, 2.5, n=400, df=390, bounds=(0, 100)).at()
        == judge_bounded(0.0, 0.05, n=400, df=390, bounds=(-1, 1)).at()
    )


def test_many_figures_are_judged_as_each_alone():
    p = np.array([[0.5, 0.05, 0.0], [0.97, NAN, 0.3]])
    n = np.array([[2000, 120, 40], [25, 50, 90]])
    error = np.sqrt(p * (1 - p) / n)
    table = judge_shares(p, error, n=n, df=n - 1)
    for place in np.ndindex(p.shape):
        alone = judge_shares(p[place], error[place], n=n[place], df=n[place] - 1).at()
        assert table.at(*place) == alone
        assert bool(table.withheld[place]) == (alone.verdict is Precision.WITHHOLD)
        assert bool(table.caution[place]) == (alone.verdict is Precision.CAUTION)


def test_an_estimate_is_judged_by_its_kind():
    design = SurveyDesign(np.full(200, 5.0), np.repeat([0, 1], 100), [500.0, 500.0])
    y = np.arange(200) % 4 == 0
    part = share(design, y)
    assert judge(part) == judge_shares(part.value, part.standard_error, n=200, df=part.df).at()
    whole = total(design, np.arange(200.0))
    assert judge(whole) == judge_means(whole.value, whole.standard_error, n=200, df=whole.df).at()
    balance = net_balance(design, np.arange(200) % 3 - 1.0)
    assert judge(balance, bounds=(-1, 1)).verdict is Precision.OK
    census = SurveyDesign(np.ones(5), np.zeros(5, dtype=int), [5.0])
    assert judge(share(census, np.arange(5) > 2)).reasons == {Reason.KNOWN}
    assert judge(mean(design, np.full(200, NAN))).verdict is Precision.WITHHOLD


def test_every_reason_belongs_to_one_verdict():
    assert CAUTIONS | WITHHOLDS | {Reason.KNOWN} == set(Reason)
    assert not CAUTIONS & WITHHOLDS


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: judge_shares(50.0, 0.1, n=100, df=99), "value"),
        (lambda: judge_shares([0.5, 0.5], [0.1, 0.1, 0.1], n=100, df=99), "value"),
        (lambda: judge_shares(0.5, -0.1, n=100, df=99), "standard_error"),
        (lambda: judge_shares(0.5, 0.1, n=99.5, df=99), "n"),
        (lambda: judge_shares(0.5, 0.1, n=NAN, df=99), "n"),
        (lambda: judge_means(-1.0, 0.1, n=100, df=99), "value"),
        (lambda: judge_bounded(2.0, 0.1, n=100, df=99, bounds=(-1, 1)), "bounds"),
        (lambda: judge_bounded(0.0, 0.1, n=100, df=99, bounds=(1, 1)), "bounds"),
    ],
)
def test_what_cannot_be_judged_is_named(call, parameter):
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.parameter == parameter
