"""Patterns of answering by hand, flags at their thresholds, and the effect of leaving respondents out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.columns import NO_ANSWER, NOT_ASKED
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, mean
from analytics.core.response_quality import (
    DONT_KNOW,
    NOT_RELEVANT,
    QualityFlag,
    Thresholds,
    effect_of_leaving_out,
    flags,
    ipsatised,
    patterns,
    speeding,
)

NAN = float("nan")
FOUR = np.array(
    [
        [0, 1, 1, 1, 3, 2],
        [2, 2, NO_ANSWER, 2, DONT_KNOW, 2],
        [NOT_ASKED] * 6,
        [NO_ANSWER, DONT_KNOW, NOT_RELEVANT, DONT_KNOW, NOT_ASKED, NOT_ASKED],
        [3, NOT_ASKED, NOT_ASKED, NOT_ASKED, NOT_ASKED, NOT_ASKED],
    ]
)


def test_patterns_by_hand():
    found = patterns(FOUR, steps=4)
    assert list(found.asked) == [6, 6, 0, 4, 1]
    assert list(found.answered) == [6, 4, 0, 0, 1]
    np.testing.assert_allclose(found.longest_run, [3 / 6, 1, NAN, NAN, 1])
    np.testing.assert_allclose(found.acquiescence, [2 / 6, 1, NAN, NAN, 1])
    np.testing.assert_allclose(found.disacquiescence, [4 / 6, 0, NAN, NAN, 0])
    np.testing.assert_allclose(found.extreme, [2 / 6, 0, NAN, NAN, 1])
    np.testing.assert_allclose(found.mean, [8 / 6, 2, NAN, NAN, 3])
    np.testing.assert_allclose(found.spread, [np.std([0, 1, 1, 1, 3, 2], ddof=1), 0, NAN, NAN, NAN])
    np.testing.assert_allclose(found.no_answer, [0, 1 / 6, NAN, 1 / 4, 0])
    np.testing.assert_allclose(found.dont_know, [0, 1 / 6, NAN, 2 / 4, 0])
    np.testing.assert_allclose(found.not_relevant, [0, 0, NAN, 1 / 4, 0])


def test_an_even_scale_has_no_middle_and_an_odd_one_has():
    assert np.isnan(patterns(FOUR, steps=4).middle).all()
    five = patterns(np.array([[0, 2, 2, 4], [2, 2, 2, 3]]), steps=5)
    np.testing.assert_allclose(five.middle, [0.5, 0.75])
    np.testing.assert_allclose(five.acquiescence, [0.25, 0.25])
    np.testing.assert_allclose(five.disacquiescence, [0.25, 0])


@given(st.lists(st.lists(st.integers(-4, 4), min_size=7, max_size=7), min_size=1, max_size=8))
def test_shares_add_up_and_turning_the_scale_turns_the_style(rows):
    answers = np.array(rows)
    found = patterns(answers, steps=5)
    some = found.answered > 0
    parts = (found.acquiescence + found.disacquiescence + found.middle)[some]
    np.testing.assert_allclose(parts, 1.0)
    turned = patterns(np.where(answers >= 0, 4 - answers, answers), steps=5)
    np.testing.assert_allclose(turned.acquiescence, found.disacquiescence)
    np.testing.assert_array_equal(turned.longest_run, found.longest_run)
    np.testing.assert_allclose(turned.extreme, found.extreme)
    expected = [max((len(run) for run in _runs([code for code in row if code >= 0])), default=0) for row in rows]
    np.testing.assert_allclose((found.longest_run * found.answered)[some], np.array(expected)[some])


def _runs(row):
    runs = []
    for code in row:
        if runs and runs[-1][0] == code:
            runs[-1].append(code)
        else:
            runs.append([code])
    return runs


def test_ipsatised_scores_add_to_nothing_and_know_no_level():
    found = ipsatised(FOUR, steps=4)
    np.testing.assert_allclose(found[0], np.array([0, 1, 1, 1, 3, 2]) - 8 / 6)
    assert np.isnan(found[1, 2])
    assert np.isnan(found[1, 4])
    assert np.isnan(found[2:4]).all()
    np.testing.assert_allclose(np.nansum(found, axis=1), 0, atol=1e-12)
    lower, higher = np.array([[0, 1, 2, 1]]), np.array([[1, 2, 3, 2]])
    np.testing.assert_allclose(ipsatised(lower, steps=4), ipsatised(higher, steps=4))
    scored = ipsatised(FOUR, steps=4, values=[-1, -1 / 3, 1 / 3, 1])
    np.testing.assert_allclose(scored, found * 2 / 3, atol=1e-12)


def test_speeding_is_below_a_share_of_the_median_of_the_group_or_seconds_an_item():
    durations = [100, 100, 29, 31, NAN, 1000, 1000, 299]
    groups = [0, 0, 0, 0, 0, 1, 1, 1]
    limits = Thresholds(median_share=0.45, seconds_per_item=0.0)
    alone = speeding(durations, items=[10] * 8, thresholds=limits)  # median 100
    assert list(alone) == [False, False, True, True, False, False, False, False]
    apart = speeding(durations, items=[10] * 8, groups=groups, thresholds=limits)  # medians 65.5 and 1000
    assert list(apart) == [False, False, True, False, False, False, False, True]
    by_item = speeding(durations, items=[30] * 8, thresholds=Thresholds(median_share=0.01))
    assert list(by_item) == [False, False, True, False, False, False, False, False]


def test_flags_stand_at_their_thresholds():
    answers = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 2], [1, 1, 1, NOT_ASKED, NOT_ASKED, NOT_ASKED],
                        [NO_ANSWER] * 3 + [1] * 3, [DONT_KNOW] * 3 + [0, 1, 2]])  # fmt: skip
    found = flags(patterns(answers, steps=4), durations=[60, 60, 60, NAN, 3], items=[6] * 5)
    assert list(found.straight_lining) == [True, False, False, False, False]
    assert list(found.item_non_response) == [False, False, False, True, False]
    assert list(found.dont_know) == [False, False, False, False, True]
    assert list(found.speeding) == [False, False, False, False, True]
    assert list(found.untimed) == [False, False, False, True, False]
    assert list(found.any) == [True, False, False, True, True]
    assert list(found.by(QualityFlag.SPEEDING)) == list(found.speeding)
    looser = Thresholds(longest_run=0.8, fewest_answers=3)
    again = flags(patterns(answers, steps=4), durations=[60.0] * 5, items=[6] * 5, thresholds=looser)
    assert list(again.straight_lining) == [True, True, True, True, False]
    assert again.thresholds is looser


def test_the_effect_is_a_domain_of_the_full_design_with_the_covariance():
    random = np.random.default_rng(5)
    strata = np.repeat([0, 1, 2], 40)
    design = SurveyDesign(random.uniform(1, 4, 120), strata, np.array([200.0, 90, 400]))
    y, out = random.integers(0, 2, 120).astype(float), random.random(120) < 0.2
    y[5] = NAN
    out[5] = True
    found = effect_of_leaving_out(design, y, out)
    with_all, without = mean(design, y), mean(design, y, ~out)
    assert found.difference.value == pytest.approx(without.value - with_all.value, rel=1e-12)
    gap = without.influence - with_all.influence
    expected = sum(
        (1 - 40 / held) * 40 / 39 * ((gap[strata == h] - gap[strata == h].mean()) ** 2).sum()
        for h, held in enumerate((200, 90, 400))
    )
    np.testing.assert_allclose(found.difference.standard_error, np.sqrt(expected), rtol=1e-9)
    apart = np.hypot(with_all.standard_error, without.standard_error)
    assert found.difference.standard_error < 0.6 * apart  # most answers are common to both
    used = ~np.isnan(y)
    assert found.flagged_n == int((out & used).sum())
    np.testing.assert_allclose(found.flagged, design.weights[out & used].sum() / design.weights[used].sum())


def test_leaving_out_nobody_or_everybody():
    design = SurveyDesign(np.ones(20), np.repeat([0, 1], 10))
    y = np.arange(20.0)
    nobody = effect_of_leaving_out(design, y, np.zeros(20, dtype=bool))
    assert (nobody.difference.value, nobody.difference.standard_error, nobody.flagged) == (0, 0, 0)
    everybody = effect_of_leaving_out(design, y, np.ones(20, dtype=bool))
    assert np.isnan(everybody.difference.value)
    assert Flag.EMPTY_DOMAIN in everybody.without.flags
    half = effect_of_leaving_out(design, y, np.arange(20) % 2 == 0, domain=np.arange(20) < 10)
    assert half.flagged_n == 5


def test_unusable_input_is_named():
    with pytest.raises(InputError, match="answers: expected codes from -4 to 3, got 4 in row 0, item 1"):
        patterns(np.array([[0, 4]]), steps=4)
    with pytest.raises(InputError, match="answers: expected whole numbers, respondents by items"):
        patterns(np.array([[0.0, NAN]]), steps=4)
    with pytest.raises(InputError, match="steps: expected at least 2"):
        patterns(np.array([[0]]), steps=1)
    with pytest.raises(InputError, match="durations: expected seconds from 0"):
        speeding([-1.0], items=[1])
    with pytest.raises(InputError, match="groups: expected codes from 0"):
        speeding([1.0], items=[1], groups=[-1])
    with pytest.raises(InputError, match="median_share: expected a share"):
        Thresholds(median_share=30)
    with pytest.raises(InputError, match="fewest_answers: expected at least 2"):
        Thresholds(fewest_answers=1)
    with pytest.raises(InputError, match="seconds_per_item: expected 0 or more"):
        Thresholds(seconds_per_item=-1)
    with pytest.raises(InputError, match="flagged: expected true or false"):
        effect_of_leaving_out(SurveyDesign(np.ones(2), [0, 0]), [1.0, 2.0], [0, 1])
    with pytest.raises(InputError, match="values: expected 4 values"):
        ipsatised(FOUR, steps=4, values=[0, 1])
