"""Weights in classes of the propensity: R's classes, the strata's weights where classes are strata, replicates."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from analytics.core.estimates import share
from analytics.core.frame_variables import Described, LeftOut, WhyLeftOut
from analytics.core.propensity_weighting import ClassRule, weigh_by_propensity
from analytics.core.weights import Merge, Reason, weigh

SIZES, LEVELS = ("small", "medium", "large"), ("local", "state")
# Six strata of one country, size within level; drawn, answered and design weight.
KEYS = np.array([(0, level, size) for level in (0, 1) for size in (0, 1, 2)])
DRAWN, ANSWERED = np.array([60, 40, 20, 50, 30, 20]), np.array([24, 20, 14, 30, 21, 16])
POPULATIONS = DRAWN * np.array([5, 3, 1, 4, 2, 1.5])
STRATA = np.repeat(np.arange(6), DRAWN)
RESPONDED = np.concatenate([np.arange(m) < r for m, r in zip(DRAWN, ANSWERED, strict=True)])
FEW = ClassRule(minimum_respondents=2)


def described(keys, strata):
    return (
        Described("size", keys[strata, 2], SIZES, ordered=True),
        Described("level", keys[strata, 1], LEVELS),
    )


def weighed(*, strata=STRATA, responded=RESPONDED, populations=POPULATIONS, keys=KEYS, variables=None, rule=FEW):
    return weigh_by_propensity(
        strata=strata, responded=responded, populations=populations, keys=keys,
        variables=described(keys, strata) if variables is None else variables, rule=rule,
    )  # fmt: skip


def test_classes_and_factors_are_those_of_rs_glm():
    # R: r: one row a drawn unit with size, level, w = N/n of its stratum, y = answered
    # f <- glm(y ~ factor(size) + factor(level), binomial, weights = w, data = r, control = list(epsilon = 1e-14))
    # p <- fitted(f); l <- sort(unique(p)); h <- tapply(r$w, factor(p, l), sum)
    # k <- floor((cumsum(h) - h/2) / sum(h) * 5)
    # r$k <- k[as.character(factor(p, l))]; tapply(r$w, r$k, sum) / tapply(r$w * r$y, r$k, sum); range of p in each k
    weighting, (country,) = weighed()
    found = country.found
    np.testing.assert_allclose(found.factors, [2.5, 2, 5 / 3, 1.375], rtol=1e-12)
    np.testing.assert_allclose(
        found.lowest, [0.40067828316478871, 0.50322508897212836, 0.59898257525281817, 0.67047521869541826], rtol=1e-9
    )
    assert found.highest[-1] == pytest.approx(0.81968318753638902, rel=1e-9)
    of_stratum = [set(weighting.units[stratum == STRATA].tolist()) for stratum in range(6)]
    assert of_stratum == [{0}, {1}, {3}, {2}, {3}, {3}]
    assert (found.variables, found.joined, found.left_out, found.merges) == (("size", "level"), (), (), ())
    assert weighting.design.weights.sum() == pytest.approx(POPULATIONS.sum(), rel=1e-12)


def test_weights_add_up_in_classes_and_no_longer_in_strata_while_variance_strata_stay():
    weighting, _countries = weighed()
    sums = np.bincount(STRATA[RESPONDED], weights=weighting.design.weights)
    assert not np.allclose(sums[[2, 4, 5]], POPULATIONS[[2, 4, 5]])
    assert sums[[2, 4, 5]].sum() == pytest.approx(POPULATIONS[[2, 4, 5]].sum())
    assert weighting.design.sizes.tolist() == ANSWERED.tolist()
    assert weighting.design.populations.tolist() == POPULATIONS.tolist()
    assert weighting.strata.tolist() == [0, 1, 2, 3, 4, 5]


def test_where_classes_are_strata_both_ways_give_the_same_weights_and_the_same_variance():
    strata = np.repeat(np.arange(4), 30)
    responded = np.concatenate([np.arange(30) < r for r in (9, 14, 20, 26)])
    keys = np.array([(0, place, 0) for place in range(4)])
    populations = np.array([300.0, 330, 310, 320])
    by_class, (country,) = weighed(
        strata=strata, responded=responded, populations=populations, keys=keys,
        variables=(Described("sector", strata, ("a", "b", "c", "d")),),
    )  # fmt: skip
    by_cell = weigh(
        strata=strata, responded=responded, populations=populations, keys=keys, minimum_respondents=2, maximum_factor=9
    )
    assert country.found.merges == (Merge(0, 1, Reason.LARGE_FACTOR),)  # 30 / 9 is above 3
    by_class, _countries = weighed(
        strata=strata, responded=responded, populations=populations, keys=keys, rule=ClassRule(2, 9),
        variables=(Described("sector", strata, ("a", "b", "c", "d")),),
    )  # fmt: skip
    np.testing.assert_allclose(by_class.design.weights, by_cell.design.weights, rtol=1e-14)
    y = np.random.default_rng(4).integers(0, 2, int(responded.sum())).astype(float)
    one, other = share(by_class.design, y), share(by_cell.design, y)
    assert (one.value, one.standard_error) == pytest.approx((other.value, other.standard_error), rel=1e-13)


def test_a_stratum_of_which_nobody_was_drawn_is_carried_by_the_nearest_as_in_cells():
    # Stratum 6: large of a level 2 that nobody was drawn of, nearest by the order of keys; 7: another country.
    keys = np.vstack([KEYS, [(0, 1, 3), (1, 0, 0)]])
    populations = np.append(POPULATIONS, [70.0, 40.0])
    variables = described(KEYS, STRATA)
    weighting, (country,) = weighed(populations=populations, keys=keys, variables=variables)
    assert country.carried == (Merge(6, 5, Reason.NOBODY_DRAWN),)
    assert Merge(7, None, Reason.NOBODY_DRAWN) in weighting.cell_merges
    assert weighting.unrepresented == 40
    without, _countries = weighed()
    grown = np.bincount(weighting.units[RESPONDED], weights=weighting.design.weights)
    np.testing.assert_allclose(
        grown - np.bincount(without.units[RESPONDED], weights=without.design.weights), [0, 0, 0, 70], atol=1e-9
    )


def test_two_countries_have_models_and_classes_of_their_own():
    keys = np.vstack([KEYS, KEYS + np.array([1, 0, 0])])
    strata, responded = np.concatenate([STRATA, STRATA + 6]), np.concatenate([RESPONDED, ~RESPONDED])
    weighting, countries = weighed(
        strata=strata, responded=responded, populations=np.tile(POPULATIONS, 2), keys=keys, rule=ClassRule(2, 9)
    )
    assert [(one.country, one.first) for one in countries] == [(0, 0), (1, 4)]
    alone, _countries = weighed()
    assert weighting.units[: len(STRATA)].tolist() == alone.units.tolist()
    assert int(weighting.units[len(STRATA) :].min()) == 4


def test_a_country_that_nobody_answered_has_no_class_and_is_counted_apart():
    keys = np.vstack([KEYS, KEYS[:1] + np.array([1, 0, 0])])
    strata, responded = np.append(STRATA, [6, 6]), np.append(RESPONDED, [False, False])
    weighting, countries = weighed(
        strata=strata, responded=responded, populations=np.append(POPULATIONS, 50.0), keys=keys
    )
    assert (len(countries), weighting.unrepresented, weighting.units[-2:].tolist()) == (1, 50, [-1, -1])
    nobody, none = weighed(responded=np.zeros(len(STRATA), dtype=bool))
    assert (nobody.design, none, nobody.unrepresented) == (None, (), POPULATIONS.sum())


def test_classes_too_small_or_with_too_large_a_factor_are_joined_and_said():
    found = weighed(rule=ClassRule(minimum_respondents=22, maximum_factor=2.4))[1][0].found
    assert found.merges[0] == Merge(1, 0, Reason.FEW_RESPONDENTS)  # the 20 medium ones, to the lower of two
    assert found.factors.tolist() == pytest.approx([420 / 180, 5 / 3, 1.375])


def test_a_combination_that_separates_leaves_the_last_variable_out_and_says_so():
    # Both have answers and missing answers in each category, but all of (0, 0) answered and none of (1, 1).
    strata = np.repeat(np.arange(4), 30)
    keys = np.array([(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1)])
    responded = np.concatenate([np.arange(30) < r for r in (30, 18, 12, 0)])
    weighting, (country,) = weighed(strata=strata, responded=responded, populations=np.full(4, 90.0), keys=keys)
    assert country.found.left_out == (LeftOut("level", WhyLeftOut.SEPARATED),)
    assert country.found.variables == ("size",)
    assert weighting.design.weights.sum() == pytest.approx(360)


def test_without_any_variable_there_is_one_class_of_the_response_rate():
    _weighting, (country,) = weighed(variables=(Described("county", np.full(len(STRATA), -1), ()),))
    rate = float((POPULATIONS / DRAWN) @ ANSWERED / POPULATIONS.sum())
    assert (country.found.lowest.tolist(), country.found.highest.tolist()) == ([pytest.approx(rate)],) * 2
    assert country.found.factors.tolist() == [pytest.approx(1 / rate)]
    assert country.found.left_out == (LeftOut("county", WhyLeftOut.UNKNOWN),)


def test_where_everybody_answered_weights_are_design_weights():
    weighting, (country,) = weighed(responded=np.ones(len(STRATA), dtype=bool))
    np.testing.assert_allclose(weighting.design.weights, (POPULATIONS / DRAWN)[STRATA], rtol=1e-14)
    assert {one.reason for one in country.found.left_out} == {WhyLeftOut.ALL_OR_NONE}


# --- the step made again


def test_the_step_with_the_samples_own_weights_gives_the_final_weights():
    weighting, (country,) = weighed()
    np.testing.assert_array_equal(country.step.raised(weighting.base)[RESPONDED], weighting.design.weights)
    assert not country.step.raised(weighting.base)[~RESPONDED].any()


def test_a_replicate_fits_its_own_model_and_carries_its_own_weight():
    weighting, (country,) = weighed()
    drawn = np.random.default_rng(1).integers(0, 3, len(STRATA)) * weighting.base
    found = country.step.classes(drawn)
    assert not np.allclose(found.lowest, country.found.lowest[: len(found.lowest)])
    assert country.step.raised(drawn).sum() == pytest.approx(drawn.sum())


def test_a_replicate_in_which_a_category_lost_its_answers_still_has_weights():
    weighting, (country,) = weighed()
    large = (KEYS[STRATA, 2] == 2) & RESPONDED
    found = country.step.classes(np.where(large, 0.0, weighting.base))
    assert ("large", "medium") in [(one.category, one.into) for one in found.joined]
    assert np.isfinite(country.step.raised(np.where(large, 0.0, weighting.base))).all()


def test_a_replicate_counts_the_respondents_that_it_stands_for():
    weighting, (country,) = weighed(rule=ClassRule(minimum_respondents=20))
    every_second = np.zeros(len(STRATA))
    for stratum in range(6):
        for kind in (RESPONDED, ~RESPONDED):
            rows = np.flatnonzero((stratum == STRATA) & kind)
            every_second[rows[: 2 * (len(rows) // 2) : 2]] = 2.0
            every_second[rows[2 * (len(rows) // 2) :]] = 1.0
    found = country.step.classes(weighting.base * every_second)
    assert len(found.factors) == len(country.found.factors)  # half the respondents, each twice
    np.testing.assert_allclose(found.factors, country.found.factors)


def test_the_linearised_error_is_about_right_where_classes_cross_strata():
    """120 samples of 300 from 3,000 units: who answers and who innovates both depend on size and level."""
    rng = np.random.default_rng(12)
    keys, population = KEYS, np.array([900, 600, 300, 600, 400, 200])
    of = np.repeat(np.arange(6), population)
    lean = 0.6 * keys[of, 2] + 0.5 * keys[of, 1]
    innovates = (rng.random(len(of)) < special.expit(-0.8 + lean)).astype(float)
    answers = special.expit(-0.6 + 1.2 * lean)
    drawn = np.array([60, 60, 40, 60, 50, 30])
    values, errors, plain = [], [], []
    for _ in range(120):
        rows = np.concatenate([rng.permutation(np.flatnonzero(of == h))[:n] for h, n in enumerate(drawn)])
        responded = rng.random(len(rows)) < answers[rows]
        weighting, _countries = weighed(
            strata=of[rows], responded=responded, populations=population.astype(float),
            rule=ClassRule(minimum_respondents=20),
        )  # fmt: skip
        found = share(weighting.design, innovates[rows][responded])
        values.append(found.value)
        errors.append(found.standard_error)
        base = (population / drawn)[of[rows]][responded]
        plain.append(float(np.average(innovates[rows][responded], weights=base)))
    bias, left = np.mean(plain) - innovates.mean(), np.mean(values) - innovates.mean()
    assert bias > 0.03
    assert abs(left) < bias / 2  # classes join what the model tells apart
    ratio = float(np.mean(errors)) / float(np.std(values))
    assert 0.82 < ratio < 1.2  # the standard deviation of 120 values is known to 6.5 %


def test_the_order_of_rows_changes_nothing():
    order = np.random.default_rng(7).permutation(len(STRATA))
    weighting, _countries = weighed()
    shuffled, _ = weighed(
        strata=STRATA[order], responded=RESPONDED[order],
        variables=tuple(replace(one, codes=one.codes[order]) for one in described(KEYS, STRATA)),
    )  # fmt: skip
    one = np.zeros(len(STRATA))
    one[order[RESPONDED[order]]] = shuffled.design.weights
    np.testing.assert_allclose(one[RESPONDED], weighting.design.weights, rtol=1e-13)
