"""From direct shares to rows: smoothing, scales, benchmark, flags, diagnostics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.estimates import share
from analytics.core.small_areas.benchmark import BenchmarkMethod, benchmark
from analytics.core.small_areas.direct import (
    DirectShares,
    arcsine_variances,
    direct_shares,
    pooled_design_effect,
    smooth_variances,
    within_psus,
)
from analytics.core.small_areas.figures import AreaFlag, Scale, SmallAreas, small_area_shares

NAN = np.nan
M = 30


def direct(seed: int = 1) -> tuple[DirectShares, np.ndarray]:
    """Thirty areas: the first without sample, the second wholly observed, the third with equal answers."""
    draw = np.random.default_rng(seed)
    n = draw.integers(40, 200, size=M)
    x = np.column_stack([np.ones(M), draw.normal(size=M)])
    truth = 0.5 + 0.1 * x[:, 1] + draw.normal(scale=0.07, size=M)
    ones = draw.binomial(n, np.clip(truth, 0.02, 0.98))
    n[0], n[1], n[2], ones[2] = 0, 3, 6, 6
    values = np.divide(ones, n, out=np.full(M, NAN), where=n > 0)
    values[1] = 1 / 3
    errors = np.sqrt(values * (1 - values) / np.maximum(n, 1))
    known = np.arange(M) == 1
    errors[1] = 0.0
    return DirectShares(values, errors, n.astype(np.int64), known), x


def made(**changes) -> SmallAreas:
    shares, x = direct()
    given = {
        "codes": [f"M{area:02d}" for area in range(M)], "covariates": x, "pooled_shares": 0.5, "design_effect": 1.1,
        "population_shares": np.full(M, 1 / M), "national": 0.52, "named": True,
    }  # fmt: skip
    return small_area_shares(shares, **(given | changes))


@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize("method", list(BenchmarkMethod))
def test_benchmarked_figures_add_to_the_national_one(scale, method):
    found = made(scale=scale, benchmarking=method)
    assert np.mean([row.benchmarked for row in found.figures]) == pytest.approx(0.52, rel=1e-12)


@pytest.mark.parametrize("scale", list(Scale))
def test_every_row_is_model_based_and_a_named_municipality_is_never_public(scale):
    found = made(scale=scale)
    assert all({AreaFlag.MODEL_BASED, AreaFlag.NOT_PUBLIC} <= row.flags for row in found.figures)
    assert any(row.precise for row in found.figures)
    assert not any(row.public for row in found.figures)
    anonymous = made(scale=scale, named=False)
    assert [row.public for row in anonymous.figures] == [row.precise for row in found.figures]


@pytest.mark.parametrize("scale", list(Scale))
def test_an_area_without_sample_is_synthetic_and_one_wholly_observed_stays(scale):
    none, known = made(scale=scale).figures[:2]
    assert {AreaFlag.SYNTHETIC, AreaFlag.NO_SAMPLE, AreaFlag.MODEL_DOMINATED} <= none.flags
    assert none.shrinkage == 1
    assert np.isnan([none.direct, none.direct_error, none.smoothed_variance]).all()
    assert none.low < none.benchmarked < none.high
    assert AreaFlag.KNOWN in known.flags
    assert (known.eblup, known.benchmarked, known.low, known.high, known.mse) == (1 / 3, 1 / 3, 1 / 3, 1 / 3, 0.0)


def test_equal_answers_in_an_area_do_not_pass_for_perfect_knowledge():
    row = made().figures[2]
    assert (row.direct, row.direct_error) == (1.0, 0.0)
    assert row.smoothed_variance == pytest.approx(0.25 * 1.1 / 6)
    assert row.shrinkage > 0.7
    assert row.benchmarked < 0.8


def test_the_rule_of_publication_follows_half_width_and_shrinkage():
    for row in made().figures:
        assert (AreaFlag.WIDE_INTERVAL in row.flags) == (row.half_width > 0.10)
        assert (AreaFlag.MODEL_DOMINATED in row.flags) == (row.shrinkage > 0.7)
        assert row.precise == (row.half_width <= 0.10 and row.shrinkage <= 0.7)
    kinds = {row.precise for row in made().figures}
    assert kinds == {True, False}


def test_the_interval_holds_1_96_root_mse_on_each_side_of_the_figure():
    for row in made().figures[3:]:
        assert row.half_width == pytest.approx(1.959963984540054 * row.mse**0.5)
        assert row.high - row.benchmarked == pytest.approx(row.half_width)


def test_a_share_outside_its_bounds_is_flagged_on_the_plain_scale_and_cannot_be_on_arcsine():
    _, x = direct()
    x[0, 1] = 9.0
    plain = made(covariates=x).figures[0]
    assert plain.eblup > 1
    assert AreaFlag.OUT_OF_BOUNDS in plain.flags
    assert not plain.precise
    assert plain.high == 1.0
    turned = made(covariates=x, scale=Scale.ARCSINE, benchmarking=BenchmarkMethod.RATIO).figures
    assert all(0 <= row.eblup <= 1 for row in turned)


def test_arcsine_goes_back_by_the_mean_of_the_transformed_normal():
    found = made(scale=Scale.ARCSINE)
    model = found.fit
    row = found.figures[5]
    _, x = direct()
    b = (1.1 / (4 * row.n)) / (model.variance + 1.1 / (4 * row.n))
    synthetic = float(x[5] @ model.coefficients)
    middle = synthetic + (1 - b) * (np.arcsin(np.sqrt(row.direct)) - synthetic)
    drawn = np.random.default_rng(1).normal(middle, np.sqrt(model.variance * b), size=400_000)
    assert row.eblup == pytest.approx(float(np.mean(np.sin(drawn) ** 2)), abs=3e-4)


def test_both_scales_agree_where_shares_are_moderate():
    plain, turned = made(), made(scale=Scale.ARCSINE)
    gaps = [one.benchmarked - other.benchmarked for one, other in zip(plain.figures, turned.figures, strict=True)]
    assert max(map(abs, gaps)) < 0.03


def test_without_differences_between_areas_every_row_is_synthetic():
    found = made(design_effect=50.0)
    assert found.fit.at_zero
    assert all(AreaFlag.SYNTHETIC in row.flags for row in found.figures if AreaFlag.KNOWN not in row.flags)


def test_diagnostics_see_an_outlier_and_a_good_model():
    shares, x = direct()
    good = made().diagnostics
    assert len(good.residuals) == M - 2
    assert good.normality_p > 0.05
    assert good.slope == pytest.approx(1, abs=3 * good.slope_error)
    assert good.distance_p > 0.05
    assert 0.3 < good.explained < 1
    assert 0 < good.model_weight < 1
    values = shares.values.copy()
    values[8] = 0.01 if values[8] > 0.5 else 0.99
    odd = small_area_shares(
        DirectShares(values, shares.standard_errors, shares.answers, shares.known),
        codes=[str(area) for area in range(M)], covariates=x, pooled_shares=0.5, design_effect=1.1,
        population_shares=np.full(M, 1 / M), national=0.52, named=True,
    ).diagnostics  # fmt: skip
    assert int(np.argmax(np.abs(odd.residuals))) == 6
    assert odd.normality_p < 0.05


def test_the_bias_regression_is_plain_least_squares():
    shares, _ = direct()
    found = made()
    used = np.array([AreaFlag.NO_SAMPLE not in row.flags and AreaFlag.KNOWN not in row.flags for row in found.figures])
    predicted = np.array([row.eblup for row in found.figures])[used]
    design = np.column_stack([np.ones(used.sum()), predicted])
    y = shares.values[used]
    coefficients, left, *_ = np.linalg.lstsq(design, y, rcond=None)
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * left[0] / (len(y) - 2))
    d = found.diagnostics
    assert (d.intercept, d.slope) == pytest.approx(tuple(coefficients), rel=1e-9)
    assert (d.intercept_error, d.slope_error) == pytest.approx(tuple(errors), rel=1e-9)


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=20), st.floats(0.1, 0.9), st.sampled_from(BenchmarkMethod))
def test_benchmarking_meets_the_figure_and_leaves_fixed_ones(values, national, method):
    weights = np.arange(1.0, len(values) + 1) / np.arange(1.0, len(values) + 1).sum()
    fixed = np.arange(len(values)) == 0
    moved = benchmark(values, weights=weights, national=national, method=method, fixed=fixed)
    assert moved @ weights == pytest.approx(national, rel=1e-12)
    assert moved[0] == values[0]
    steps = moved[1:] / values[1:] if method is BenchmarkMethod.RATIO else moved[1:] - values[1:]
    assert steps == pytest.approx(np.full(len(steps), steps[0]), rel=1e-9, abs=1e-12)


def test_direct_shares_are_domains_of_the_whole_design():
    design = SurveyDesign(np.full(60, 4.0), np.repeat([0, 1, 2], 20), np.full(3, 80.0))
    areas, y = np.arange(60) % 4, (np.arange(60) % 7 < 3).astype(float)
    y[:3] = NAN
    found = direct_shares(design, y, areas=areas, count=5)
    for area in range(4):
        one = share(design, y, areas == area)
        assert (found.values[area], found.standard_errors[area], found.answers[area]) == (
            one.value, one.standard_error, one.n,
        )  # fmt: skip
    assert np.isnan(found.values[4])
    assert found.answers[4] == 0


def two_stage() -> tuple[SurveyDesign, np.ndarray, np.ndarray]:
    """Six of 60 municipalities with eight of 40 workplaces each, and a stratum of 20 of 100 sole workplaces."""
    areas = np.concatenate([np.repeat(np.arange(6), 8), np.full(20, 6)])
    psu = np.concatenate([np.repeat(np.arange(6), 8), 6 + np.arange(20)])
    strata = (areas == 6).astype(int)
    weights = np.where(strata == 0, 60 / 6 * 40 / 8, 5.0)
    populations = np.concatenate([np.full(6, 40.0), np.ones(20)])
    design = SurveyDesign(weights, strata, [60.0, 100.0], psu=psu, second_stage_populations=populations)
    return design, areas, (np.random.default_rng(2).random(68) < 0.4).astype(float)


def test_where_clusters_are_the_areas_the_error_is_that_of_their_own_workplaces():
    design, areas, y = two_stage()
    found = direct_shares(design, y, areas=areas, count=7, areas_are_psus=True)
    for area in range(6):
        p = y[areas == area].mean()
        assert found.standard_errors[area] ** 2 == pytest.approx((1 - 8 / 40) * p * (1 - p) / 7, rel=1e-12)
    p = y[areas == 6].mean()
    assert found.standard_errors[6] ** 2 == pytest.approx((1 - 20 / 100) * p * (1 - p) / 19, rel=1e-12)
    unconditional = direct_shares(design, y, areas=areas, count=7)
    assert np.all(unconditional.standard_errors[:6] <= 0.32 * found.standard_errors[:6])  # root of 6 / 60


def test_a_design_without_clusters_is_its_own_and_unknown_sizes_have_no_correction():
    plain = SurveyDesign(np.ones(4), [0, 0, 1, 1])
    assert within_psus(plain) is plain
    design = SurveyDesign(np.ones(6), np.zeros(6, dtype=int), psu=np.repeat([0, 1], 3))
    assert within_psus(design).strata.tolist() == [0, 0, 0, 1, 1, 1]
    assert not within_psus(design).fractions.any()


def test_the_pooled_effect_of_simple_samples_is_one_and_known_areas_stay_out():
    design = SurveyDesign(np.full(400, 1000.0), np.repeat(np.arange(8), 50))
    y = (np.random.default_rng(4).random(400) < 0.5).astype(float)
    found = direct_shares(design, y, areas=np.repeat(np.arange(8), 50), count=8)
    assert pooled_design_effect(found) == pytest.approx(1.0, rel=1e-12)
    shares, _ = direct()
    without = DirectShares(*(one[2:] for one in (shares.values, shares.standard_errors, shares.answers, shares.known)))
    assert pooled_design_effect(shares) == pooled_design_effect(without)


def test_smoothed_variances_by_hand():
    assert smooth_variances(shares=0.2, design_effect=1.5, answers=[10, 0, 40]) == pytest.approx(
        [0.024, NAN, 0.006], nan_ok=True
    )
    assert arcsine_variances(design_effect=2.0, answers=[50, 0]) == pytest.approx([0.01, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: made(codes=["a"] * M), "codes"),
        (lambda: made(codes=["a"]), "codes"),
        (lambda: made(scale="logit"), "scale"),
        (lambda: made(pooled_shares=1.0), "shares"),
        (lambda: made(design_effect=0.0), "design_effect"),
        (lambda: made(population_shares=np.ones(M)), "weights"),
        (lambda: made(national=NAN), "national"),
        (lambda: made(benchmarking="raking"), "method"),
        (lambda: smooth_variances(shares=0.5, design_effect=1.0, answers=[-1]), "answers"),
        (lambda: benchmark([0.5], weights=[1.0], national=0.4, fixed=np.array([True])), "estimates"),
        (lambda: direct_shares(SurveyDesign(np.ones(2), [0, 0]), [1, 0], areas=[0, 3], count=2), "areas"),
        (lambda: pooled_design_effect(DirectShares(*(np.zeros(1),) * 3, np.zeros(1, dtype=bool))), "direct"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(call, parameter):
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.parameter == parameter
