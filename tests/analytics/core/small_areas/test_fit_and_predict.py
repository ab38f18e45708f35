"""The area model against sae, its ends, and a simulation of its mean squared error."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.small_areas.fit import FitMethod, fit
from analytics.core.small_areas.predict import predict
from tests.analytics.core.golden import RELATIVE, numbers

GOLDEN = numbers("fay_herriot")
Y, D = np.array(GOLDEN["y"]), np.array(GOLDEN["d"])
X = np.column_stack([np.ones(len(Y)), GOLDEN["x1"], GOLDEN["x2"]])
METHODS = list(FitMethod)
NAN = np.nan


@pytest.mark.parametrize("method", METHODS)
def test_model_predictions_and_their_errors_are_those_of_sae(method):
    found, expected = predict(Y, X, sampling_variances=D, method=method), GOLDEN[method]
    assert found.fit.variance == pytest.approx(expected["variance"], rel=RELATIVE)
    assert found.fit.coefficients == pytest.approx(expected["coefficients"], rel=RELATIVE)
    assert np.sqrt(np.diag(found.fit.coefficient_covariance)) == pytest.approx(expected["errors"], rel=RELATIVE)
    assert found.fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=RELATIVE)
    assert found.eblup == pytest.approx(expected["eblup"], rel=RELATIVE)
    assert found.mse == pytest.approx(expected["mse"], rel=RELATIVE)


def test_every_number_of_the_reference_is_found():
    folder = Path(os.environ["REFERENCE_DIR"]) / "statistics"
    if not folder.exists():
        pytest.skip(f"no reference numbers at {folder}")
    reference = json.loads((folder / "reference_other.json").read_text(encoding="utf-8"))["fay_herriot"]
    with (folder / "fh.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    y, x1, x2, d = (np.array([float(row[name]) for row in rows]) for name in ("y", "x1", "x2", "vardir"))
    for method, name in ((FitMethod.REML, "REML"), (FitMethod.ML, "ML"), (FitMethod.MOMENT, "FH")):
        found = predict(y, np.column_stack([np.ones(len(y)), x1, x2]), sampling_variances=d, method=method)
        assert found.fit.variance == pytest.approx(reference[name]["refvar"], rel=1e-8)
        assert found.eblup == pytest.approx(reference[name]["eblup"], rel=1e-8)
        assert found.mse == pytest.approx(reference[name]["mse"], rel=1e-8)


def by_matrices(variance: float) -> tuple[float, float, float]:
    """Derivatives of the restricted and the plain log likelihood, and the moment equation, with full matrices."""
    v = np.linalg.inv(np.diag(variance + D))
    p = v - v @ X @ np.linalg.inv(X.T @ v @ X) @ X.T @ v
    return (
        float(Y @ p @ p @ Y - np.trace(p)) / 2,
        float(Y @ p @ p @ Y - np.trace(v)) / 2,
        float(Y @ p @ Y) - (len(Y) - X.shape[1]),
    )


@pytest.mark.parametrize(("place", "method"), list(enumerate(METHODS)))
def test_the_fitted_variance_solves_its_equation(place, method):
    found = fit(Y, X, sampling_variances=D, method=method).variance
    at, above = by_matrices(found)[place], by_matrices(found * 1.01)[place]
    assert abs(at) < 1e-8 * abs(above)


def test_with_equal_sampling_variances_reml_has_a_closed_form():
    """A = residual mean square - D."""
    d = np.full(len(Y), 0.0004)
    residual = Y - X @ np.linalg.lstsq(X, Y, rcond=None)[0]
    expected = float(residual @ residual) / (len(Y) - 3) - 0.0004
    for method in (FitMethod.REML, FitMethod.MOMENT):
        assert fit(Y, X, sampling_variances=d, method=method).variance == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_areas_that_differ_no_more_than_their_samples_are_synthetic(method):
    found = predict(Y, X, sampling_variances=D * 50, method=method)
    assert found.fit.at_zero
    assert found.shrinkage == pytest.approx(np.ones(len(Y)))
    assert found.eblup == pytest.approx(found.synthetic, rel=1e-14)


def test_a_moment_fit_at_zero_may_leave_no_positive_error_and_says_so():
    found = predict(Y, X, sampling_variances=D * 50, method=FitMethod.MOMENT)
    undefined = np.isnan(found.mse)
    assert np.all(found.mse[~undefined] > 0)
    reml = predict(Y, X, sampling_variances=D * 50)
    assert np.all(reml.mse > 0)


def test_an_area_without_sample_gets_the_synthetic_value_and_its_error():
    y, d = Y.copy(), D.copy()
    y[5], d[5] = NAN, NAN
    found = predict(y, X, sampling_variances=d)
    rest = fit(np.delete(Y, 5), np.delete(X, 5, axis=0), sampling_variances=np.delete(D, 5))
    assert found.fit.variance == rest.variance
    assert found.eblup[5] == pytest.approx(X[5] @ rest.coefficients, rel=1e-13)
    assert found.mse[5] == pytest.approx(rest.variance + X[5] @ rest.coefficient_covariance @ X[5], rel=1e-13)
    assert found.shrinkage[5] == 1
    assert found.mse[5] > found.mse[np.delete(np.arange(len(Y)), 5)].min()


@settings(max_examples=25)
@given(st.floats(0.1, 10), st.floats(-3, 3), st.randoms(use_true_random=False))
def test_scale_shift_and_order_carry_over(scale, shift, random):
    order = list(range(len(Y)))
    random.shuffle(order)
    plain = predict(Y, X, sampling_variances=D)
    moved = predict(scale * Y[order] + shift, X[order], sampling_variances=scale**2 * D[order])
    assert moved.eblup == pytest.approx(scale * plain.eblup[order] + shift, rel=1e-8, abs=1e-9)
    assert moved.mse == pytest.approx(scale**2 * plain.mse[order], rel=1e-7)


def test_a_prediction_lies_between_the_model_and_the_sample():
    found = predict(Y, X, sampling_variances=D)
    low, high = np.minimum(Y, found.synthetic), np.maximum(Y, found.synthetic)
    assert np.all((low <= found.eblup) & (found.eblup <= high))


def simulated(method: FitMethod, spread: float, rounds: int) -> tuple[float, float, float, float]:
    """Stated over true mse; coverage of nominal 95 percent, of all and where B <= .7; true mse over that of direct."""
    draw = np.random.default_rng(2026)
    stated, errors, direct, inside, kept = [], [], [], [], []
    for _ in range(rounds):
        truth = X @ [0.33, 0.22, -0.06] + draw.normal(scale=spread, size=len(Y))
        y = truth + draw.normal(size=len(Y)) * np.sqrt(D)
        found = predict(y, X, sampling_variances=D, method=method)
        known = ~np.isnan(found.mse)
        stated.append(found.mse[known].sum())
        errors.append(((found.eblup - truth) ** 2)[known].sum())
        direct.append(((y - truth) ** 2)[known].sum())
        hits = np.abs(found.eblup - truth) <= 1.96 * np.sqrt(np.where(known, found.mse, 0.0))
        inside.extend(hits[known])
        kept.extend(hits[known & (found.shrinkage <= 0.7)])
    return sum(stated) / sum(errors), float(np.mean(inside)), float(np.mean(kept)), sum(errors) / sum(direct)


@pytest.mark.parametrize("method", METHODS)
def test_the_stated_error_is_that_of_repeated_samples(method):
    ratio, covered, kept, gain = simulated(method, spread=0.08, rounds=300)
    assert ratio == pytest.approx(1, abs=0.05)
    assert covered == pytest.approx(0.95, abs=0.015)
    assert kept == pytest.approx(0.95, abs=0.015)
    assert gain < 0.8


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"direct": np.full(len(Y), NAN)}, "direct"),
        ({"direct": Y[:4], "covariates": X[:4], "sampling_variances": D[:4]}, "direct"),
        ({"direct": np.where(np.arange(len(Y)) == 3, np.inf, Y)}, "direct"),
        ({"covariates": X[:-1]}, "covariates"),
        ({"covariates": np.column_stack([X, X[:, 1] * 2])}, "covariates"),
        ({"covariates": X * NAN}, "covariates"),
        ({"sampling_variances": D * 0}, "sampling_variances"),
        ({"sampling_variances": D[1:]}, "sampling_variances"),
        ({"method": "bayes"}, "method"),
    ],
)
def test_what_cannot_be_fitted_is_named(change, parameter):
    given = {"direct": Y, "covariates": X, "sampling_variances": D} | change
    with pytest.raises(InputError) as problem:
        fit(given.pop("direct"), given.pop("covariates"), **given)
    assert problem.value.parameter == parameter


def test_predictions_need_all_areas_in_one_shape():
    with pytest.raises(InputError, match="one row for each direct estimate"):
        predict(Y, X[:-1], sampling_variances=D)
    with pytest.raises(InputError, match="all columns"):
        predict(Y, X * NAN, sampling_variances=D)


if __name__ == "__main__":
    for one in METHODS:
        for size in (0.04, 0.06, 0.08):
            print(one, size, *(f"{value:.3f}" for value in simulated(one, spread=size, rounds=2000)))
