"""What is undefined in replicates, and what a callable may not give back."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import Calibration, SurveyDesign
from analytics.core.replicates import (
    Centre,
    ReplicateFlag,
    apply,
    apply_means,
    bootstrap,
    covariance,
    jkn,
)
from analytics.core.variance import covariance as linearised
from tests.analytics.core.replicates.designs import WEIGHTS, X, Y, clusters, elements

NAN = float("nan")


def test_an_estimate_that_a_replicate_leaves_undefined_has_no_standard_error_and_says_so():
    design, seldom = elements(), np.zeros(20)
    seldom[0] = 1  # gone when its unit is deleted
    found = apply(design, lambda w: [w @ np.arange(20), 1.0 if w @ seldom else NAN], jkn(design))
    assert found.undefined.tolist() == [0, 1]
    assert found.flags == (frozenset(), {ReplicateFlag.UNDEFINED_REPLICATE})
    assert np.isfinite(found.standard_errors[0])
    assert np.isnan(found.covariance[1]).all()
    assert np.isnan(found.covariance[:, 1]).all()


def test_a_mean_of_nobody_is_undefined():
    design = elements()
    found = apply_means(design, np.full((20, 1), NAN), jkn(design))
    assert np.isnan(found.value).all()
    assert found.flags == ({ReplicateFlag.UNDEFINED},)
    assert np.isnan(found.standard_errors).all()


def test_a_census_has_no_replicate_and_no_sampling_error():
    design = SurveyDesign(np.ones(4), [0, 0, 1, 1], [2.0, 2.0])
    found = apply_means(design, np.array([[1.0], [2], [3], [4]]), jkn(design))
    assert found.value == pytest.approx([2.5])
    assert (found.standard_errors[0], found.flags) == (0.0, ({ReplicateFlag.KNOWN},))


def test_one_psu_in_every_stratum_has_no_degree_of_freedom():
    design = SurveyDesign(np.ones(2), [0, 1], [5.0, 5.0], "certainty")
    found = apply_means(design, np.array([[1.0], [2]]), bootstrap(design, count=5, seed=0))
    assert np.isnan(found.standard_errors[0])
    assert found.flags == ({ReplicateFlag.NO_DEGREES},)


def test_the_distance_from_the_estimate_is_the_distance_from_the_mean_and_their_gap():
    design = clusters()
    makes = [jkn(design, centre=centre) for centre in Centre]
    around_mean, around_estimate = (apply(design, lambda w: w @ Y / (w @ X), one) for one in makes)
    gap = around_mean.thetas.mean() - around_mean.value[0]
    extra = makes[0].scale * makes[0].rscales.sum() * gap**2
    # equal rscales inside strata only: the cross term is what the rscales do not balance
    cross = 2 * gap * (makes[0].rscales * (around_mean.thetas[:, 0] - around_mean.thetas.mean())).sum()
    assert around_estimate.covariance[0, 0] == pytest.approx(around_mean.covariance[0, 0] + extra + cross, rel=1e-9)
    assert (around_mean.centre, around_estimate.centre) == (Centre.REPLICATES, Centre.ESTIMATE)


def test_calibration_is_repeated_from_the_weights_before_it():
    """Jackknife and linearised residuals are two roads to one variance: they meet to a few percent in 20 PSUs."""
    draw = np.random.default_rng(2)
    n = 60
    x, strata = draw.uniform(1, 4, n), np.repeat([0, 1, 2], 20)
    y = 3 * x + draw.normal(0, 0.5, n)
    before = np.full(n, 5.0)
    weights = before * 700 / (before @ x)
    design = SurveyDesign(weights, strata, calibration=Calibration(x[:, None], before))
    found = apply(design, lambda w: [w @ y, w @ x], jkn(design), reweigh=lambda w: w * 700 / (w @ x))
    assert found.value == pytest.approx([weights @ y, 700], rel=1e-12)
    assert found.standard_errors[1] == pytest.approx(0, abs=1e-9)
    plain = linearised(SurveyDesign(weights, strata), (weights * y)[:, None])[0, 0]
    expected = linearised(design, (weights * y)[:, None])[0, 0]
    assert expected < plain / 4
    assert found.covariance[0, 0] == pytest.approx(expected, rel=0.1)


def test_a_calibrated_design_without_its_calibration_is_refused():
    design = SurveyDesign(WEIGHTS, np.zeros(48, dtype=int), calibration=Calibration(X[:, None], WEIGHTS))
    for run in (
        lambda: apply(design, lambda w: w @ Y, jkn(design)),
        lambda: apply_means(design, Y[:, None], jkn(design)),
    ):
        with pytest.raises(InputError, match="reweigh: expected the calibration as a function of the weights"):
            run()


def test_non_response_steps_are_repeated_over_all_drawn_units():
    """Weighting cells over two strata: the replicates see the cell's factor vary, weights held fixed would not."""
    draw = np.random.default_rng(8)
    strata, answered = np.repeat([0, 1], 40), draw.random(80) < 0.6
    y = draw.normal(10, 1, 80)
    design = SurveyDesign(np.full(80, 4.0), strata, np.array([160.0, 160.0]))
    replicates = bootstrap(design, count=400, seed=1)
    found = apply(
        design,
        lambda w: [w @ y, w.sum()],
        replicates,
        reweigh=lambda w: np.where(answered, w * w.sum() / w[answered].sum(), 0.0),
    )
    assert found.thetas[:, 1] == pytest.approx(np.full(400, 320.0), rel=1e-12)
    fixed = apply(design, lambda w: (w * answered) @ y * 320 / (4 * answered.sum()), replicates)
    assert found.standard_errors[0] < fixed.standard_errors[0] / 3


def test_callables_that_give_back_something_else_are_refused():
    design, replicates = clusters(), jkn(clusters())
    with pytest.raises(InputError, match=r"function: expected a number or a flat vector, got shape \(2, 2\)"):
        apply(design, lambda w: np.ones((2, 2)), replicates)
    with pytest.raises(InputError, match="function: expected 1 values in every replicate, got 2"):
        apply(design, lambda w: [1.0] if (w == design.weights).all() else [1.0, 2.0], replicates)
    with pytest.raises(InputError, match=r"reweigh: expected 48 finite weights, got shape \(47,\)"):
        apply(design, lambda w: w @ Y, replicates, reweigh=lambda w: w[1:])
    with pytest.raises(InputError, match=r"reweigh: expected 48 finite weights, got shape .* 48 not finite"):
        apply(design, lambda w: w @ Y, replicates, reweigh=lambda w: w * NAN)
    with pytest.raises(InputError, match=r"thetas: expected shape \(10, 1\), got \(9, 1\)"):
        covariance(replicates, np.ones((9, 1)), np.ones(1))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (Y, "values: expected a table of 48 rows and at least one column, got shape"),
        (np.ones((47, 2)), "values: expected a table of 48 rows"),
        (np.full((48, 1), np.inf), "values: expected finite numbers or NaN, got inf"),
    ],
)
def test_tables_that_do_not_fit_are_refused(values, message):
    with pytest.raises(InputError, match=message):
        apply_means(clusters(), values, jkn(clusters()))
