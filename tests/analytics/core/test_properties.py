"""What must hold for any design and any answers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.design import SurveyDesign
from analytics.core.estimates import covariance, difference, mean, net_balance, share, total
from analytics.core.weights import weigh

CLOSE = {"rtol": 1e-9, "atol": 1e-11}


@st.composite
def surveys(draw, *, populations=True):
    """A design of 2-5 strata with 2-9 respondents each, answers -1, 0, 1 or none, and a domain."""
    sizes = draw(st.lists(st.integers(2, 9), min_size=2, max_size=5))
    n = sum(sizes)
    weights = draw(st.lists(st.floats(0.5, 50), min_size=n, max_size=n))
    more = draw(st.lists(st.integers(0, 200), min_size=len(sizes), max_size=len(sizes)))
    held = np.array([max(size + extra, 2) for size, extra in zip(sizes, more, strict=True)], dtype=float)
    y = np.array(draw(st.lists(st.sampled_from([-1.0, 0.0, 1.0, np.nan]), min_size=n, max_size=n)))
    domain = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    design = SurveyDesign(weights, np.repeat(np.arange(len(sizes)), sizes), held if populations else None)
    return design, y, domain


def same(one, other) -> None:
    for name in ("value", "standard_error", "df", "n", "design_effect"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), **CLOSE, err_msg=name)
    assert one.flags == other.flags


@given(surveys(), st.randoms())
def test_the_order_of_rows_does_not_matter(survey, random):
    design, y, domain = survey
    order = list(range(design.size))
    random.shuffle(order)
    shuffled = SurveyDesign(design.weights[order], design.strata[order], design.populations)
    same(net_balance(design, y, domain), net_balance(shuffled, y[order], domain[order]))


@given(surveys(), st.floats(0.01, 100))
def test_the_scale_of_weights_does_not_matter_for_means(survey, factor):
    design, y, domain = survey
    scaled = SurveyDesign(design.weights * factor, design.strata, design.populations)
    one, other = mean(design, y, domain), mean(scaled, y, domain)
    np.testing.assert_allclose([one.value, one.standard_error], [other.value, other.standard_error], **CLOSE)


@given(surveys(), st.permutations(range(5)))
def test_the_names_of_strata_do_not_matter(survey, names):
    design, y, domain = survey
    order = np.argsort(np.argsort(names[: design.stratum_count]))
    held = np.empty(design.stratum_count)
    held[order] = design.populations
    same(mean(design, y, domain), mean(SurveyDesign(design.weights, order[design.strata], held), y, domain))


@given(surveys())
def test_splitting_a_stratum_of_which_everybody_answered_changes_nothing(survey):
    design, y, domain = survey
    held = design.populations.copy()
    held[0] = design.sizes[0]
    whole = SurveyDesign(design.weights, design.strata, held)
    first = np.flatnonzero(design.strata == 0)
    if len(first) < 4:
        return
    strata = np.array(design.strata)
    strata[first[: len(first) // 2]] = design.stratum_count
    parts = np.array([len(first) - len(first) // 2, *held[1:], len(first) // 2], dtype=float)
    one, other = mean(whole, y, domain), mean(SurveyDesign(design.weights, strata, parts), y, domain)
    np.testing.assert_allclose([one.value, one.standard_error], [other.value, other.standard_error], **CLOSE)


@given(surveys())
def test_splitting_any_stratum_leaves_the_value(survey):
    design, y, domain = survey
    finer = SurveyDesign(design.weights, np.arange(design.size) // 2 if design.size % 2 == 0 else design.strata)
    np.testing.assert_allclose(mean(design, y, domain).value, mean(finer, y, domain).value, **CLOSE)


@given(surveys())
def test_domains_add_up_to_the_total(survey):
    design, y, domain = survey
    parts = [total(design, y, domain), total(design, y, ~domain)]
    expected = total(design, y)
    np.testing.assert_allclose(np.nansum([part.value for part in parts]), np.nan_to_num(expected.value), **CLOSE)
    influence = parts[0].influence + parts[1].influence
    np.testing.assert_allclose(influence, expected.influence, **CLOSE)


@given(surveys())
def test_a_share_is_the_mean_of_zeros_and_ones(survey):
    design, y, domain = survey
    same(share(design, np.abs(y), domain), mean(design, np.abs(y), domain))


@given(surveys())
def test_a_net_balance_is_the_driver_share_minus_the_barrier_share(survey):
    design, y, domain = survey
    answered = ~np.isnan(y)
    driver, barrier = (share(design, np.where(answered, y == side, np.nan), domain) for side in (1, -1))
    balance, gap = net_balance(design, y, domain), difference(design, driver, barrier)
    np.testing.assert_allclose([balance.value, balance.n], [gap.value, gap.n], **CLOSE)
    np.testing.assert_allclose(balance.standard_error, gap.standard_error, **CLOSE)


@given(surveys(), st.booleans())
def test_a_covariance_matrix_is_symmetric_without_a_negative_root(survey, corrected):
    design, y, domain = survey
    if not corrected:
        design = SurveyDesign(design.weights, design.strata)
    parts = [mean(design, y, domain), mean(design, y), total(design, np.nan_to_num(y), ~domain)]
    matrix = covariance(design, np.column_stack([part.influence for part in parts]))
    np.testing.assert_array_equal(matrix, matrix.T)
    roots = np.linalg.eigvalsh(matrix)
    assert roots.min() >= -1e-9 * max(roots.max(), 1e-300)
    errors = [part.standard_error**2 for part in parts if part.n > 1]
    known = [matrix[place, place] for place, part in enumerate(parts) if part.n > 1]
    np.testing.assert_allclose(known, errors, rtol=1e-9, atol=1e-15)


@settings(max_examples=60)
@given(st.data())
def test_final_weights_carry_the_population_of_all_who_are_represented(data):
    held = np.array(data.draw(st.lists(st.integers(2, 400), min_size=8, max_size=8)), dtype=float)
    drawn = [data.draw(st.integers(0, min(int(size), 30))) for size in held]
    strata = np.repeat(np.arange(8), drawn)
    responded = np.array(data.draw(st.lists(st.booleans(), min_size=len(strata), max_size=len(strata))), dtype=bool)
    keys = np.array([(country, sector, size) for country in (0, 1) for sector in (0, 1) for size in (0, 1)])
    found = weigh(strata=strata, responded=responded, populations=held, keys=keys, lonely_psu="certainty")
    carried = found.design.weights.sum() if found.design else 0.0
    np.testing.assert_allclose(carried + found.unrepresented, held.sum(), rtol=1e-9)
