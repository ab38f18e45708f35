"""Trend over waves: against R, exact lines, breaks, panels in simulation, and what is undefined."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.change import WavePart, change, cross_strata
from analytics.core.design import SurveyDesign
from analytics.core.estimates import mean
from analytics.core.trend import TrendFlag, trend, waves_covariance
from tests.analytics.core.golden import RELATIVE, numbers

GOLDEN = numbers("trend")
YEARS, FIGURES, V = (np.array(GOLDEN[name]) for name in ("years", "y", "V"))


@pytest.mark.parametrize(("name", "breaks"), [("line", ()), ("shift", (3,))])
def test_a_line_through_correlated_figures_is_that_of_r(name, breaks):
    case = GOLDEN[name]
    found = trend(FIGURES, V, years=YEARS, breaks=breaks)
    assert (found.slope, found.standard_error) == pytest.approx((case["slope"], case["se"]), rel=RELATIVE)
    assert found.levels == pytest.approx(case["levels"], rel=RELATIVE)
    assert found.fitted == pytest.approx(case["fitted"], rel=RELATIVE)
    assert found.fitted_error == pytest.approx(case["fitted_se"], rel=RELATIVE)
    assert (found.chi2, found.degrees_of_fit, found.p_fit) == pytest.approx(
        (case["chi2"], case["df"], case["p_fit"]), rel=RELATIVE
    )
    assert found.p == pytest.approx(case["p_normal"], rel=RELATIVE)
    student = trend(FIGURES, V, years=YEARS, breaks=breaks, df=40)
    assert student.p == pytest.approx(case["p_t40"], rel=RELATIVE)
    assert student.high - student.slope == pytest.approx(case["t40"] * case["se"], rel=RELATIVE)
    assert student.band_high - student.fitted == pytest.approx(case["t40"] * np.array(case["fitted_se"]), rel=RELATIVE)
    assert found.flags == ({TrendFlag.LEVEL_SHIFT} if breaks else frozenset())


@given(st.integers(0, 2**32 - 1), st.integers(4, 9))
def test_an_exact_line_with_a_jump_is_found_whatever_the_covariance(seed, waves):
    draw = np.random.default_rng(seed)
    years = 2010 + np.cumsum(draw.uniform(0.5, 3, waves))
    at = int(draw.integers(2, waves))
    slope, jump = draw.normal(0, 2, 2)
    y = 3 + slope * (years - 2010) + jump * (np.arange(waves) >= at)
    root = draw.normal(0, 1, (waves, waves + 3))
    found = trend(y, root @ root.T, years=years, breaks=[at])
    assert found.slope == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert found.levels[1] - found.levels[0] == pytest.approx(jump, rel=1e-5, abs=1e-5)
    assert found.chi2 == pytest.approx(0, abs=1e-6)
    moved = trend(10 * y + 7, 100 * (root @ root.T), years=years - 2000, breaks=[at])
    assert moved.slope == pytest.approx(10 * found.slope, rel=1e-6, abs=1e-5)
    assert moved.standard_error == pytest.approx(10 * found.standard_error, rel=1e-6)


def test_independent_waves_of_equal_precision_give_the_ordinary_line():
    found = trend(FIGURES, 0.0004 * np.eye(6), years=YEARS)
    slope, level = np.polyfit(YEARS - YEARS.mean(), FIGURES, 1)
    assert (found.slope, found.levels[0]) == pytest.approx((slope, level), rel=1e-9)
    assert found.standard_error == pytest.approx(0.02 / np.sqrt(((YEARS - YEARS.mean()) ** 2).sum()), rel=1e-9)


def test_a_wave_without_a_value_is_left_out_and_said():
    y = FIGURES.copy()
    y[2] = np.nan
    keep = np.arange(6) != 2
    found, without = trend(y, V, years=YEARS), trend(FIGURES[keep], V[np.ix_(keep, keep)], years=YEARS[keep])
    assert (found.slope, found.standard_error, found.chi2) == (without.slope, without.standard_error, without.chi2)
    assert found.flags == {TrendFlag.WAVES_LEFT_OUT}
    assert found.segments.tolist() == [0, 0, -1, 0, 0, 0]
    assert np.isnan(found.fitted[2])
    assert np.isfinite(found.band_low[keep]).all()


@pytest.mark.parametrize(
    ("figures", "matrix", "breaks", "flag"),
    [
        ([1.0, 2.0], np.eye(2), (), TrendFlag.FEW_WAVES),
        ([1.0, np.nan, 2.0], np.eye(3), (), TrendFlag.FEW_WAVES),
        ([1.0, 2.0, 3.0], np.ones((3, 3)), (), TrendFlag.SINGULAR_COVARIANCE),
        ([1.0, 2.0, 3.0], np.diag([1.0, 0.0, 1.0]), (), TrendFlag.SINGULAR_COVARIANCE),
        ([1.0, 2.0, 3.0], [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], (), TrendFlag.SINGULAR_COVARIANCE),
        ([1.0, 2.0, 3.0], np.eye(3), (1, 2), TrendFlag.NO_SLOPE),
    ],
)
def test_what_the_waves_leave_undefined_has_no_number_and_a_reason(figures, matrix, breaks, flag):
    found = trend(figures, matrix, years=np.arange(len(figures)), breaks=breaks)
    assert flag in found.flags
    assert np.isnan([found.slope, found.standard_error, found.p, found.chi2, found.low]).all()
    assert np.isnan(found.fitted).all()


def test_as_many_coefficients_as_waves_cannot_be_checked():
    found = trend([1.0, 2.0, 9.0], np.eye(3), years=[0, 1, 2], breaks=[2])
    assert found.slope == pytest.approx(1)
    assert found.flags == {TrendFlag.LEVEL_SHIFT, TrendFlag.NO_CHECK}
    assert np.isnan([found.chi2, found.p_fit]).all()


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="years: expected numbers that rise from wave to wave"):
        trend([1, 2, 3], np.eye(3), years=[1, 1, 2])
    with pytest.raises(InputError, match=r"covariance: expected a 3 x 3 matrix, got shape \(2, 2\)"):
        trend([1, 2, 3], np.eye(2), years=[1, 2, 3])
    with pytest.raises(InputError, match="covariance: expected a symmetric matrix"):
        trend([1, 2, 3], np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 1]]), years=[1, 2, 3])
    for place in (0, 3):
        with pytest.raises(InputError, match=f"breaks: expected positions of waves from 1 to 2, got {place}"):
            trend([1, 2, 3], np.eye(3), years=[1, 2, 3], breaks=[place])
    with pytest.raises(InputError, match="confidence: expected a number between 0 and 1"):
        trend([1, 2, 3], np.eye(3), years=[1, 2, 3], confidence=95)
    with pytest.raises(InputError, match="estimates: expected one for each of the 1 waves, got 0"):
        waves_covariance([rotating(np.random.default_rng(0), WAVES)[0][0]], [])


HELD = np.array([300, 200])
STRATA = np.repeat([0, 1], HELD)
WAVES = np.zeros((4, 500))


def rotating(draw: np.random.Generator, y: np.ndarray) -> tuple[list[WavePart], list]:
    """Four waves of 60 and 50: each keeps 40 and 33 of the wave before; the third still has some of the first."""
    parts, found = [], []
    order = [draw.permutation(np.flatnonzero(stratum == STRATA)) for stratum in (0, 1)]
    for wave in range(4):
        rows = np.concatenate([order[0][20 * wave : 20 * wave + 60], order[1][17 * wave : 17 * wave + 50]])
        strata = STRATA[rows]
        design = SurveyDesign((HELD / np.array([60, 50]))[strata], strata, HELD)
        parts.append(WavePart(design, tuple(map(str, rows)), strata, HELD))
        found.append(mean(design, y[wave, rows]))
    return parts, found


def test_the_covariance_of_waves_is_that_of_every_two_of_them():
    draw = np.random.default_rng(3)
    parts, found = rotating(draw, draw.normal(0, 1, 500) + draw.normal(0, 0.5, (4, 500)))
    matrix = waves_covariance(parts, found)
    assert np.diag(matrix) == pytest.approx([one.variance for one in found])
    for row, column in ((1, 0), (2, 0), (3, 1), (3, 0)):
        pair = change(parts[row], found[row], parts[column], found[column])
        assert matrix[row, column] == matrix[column, row] == pair.covariance
    assert matrix[1, 0] > matrix[2, 0] > 0
    assert matrix[3, 0] == 0  # no unit in common


def test_a_wave_without_a_standard_error_has_no_covariance():
    draw = np.random.default_rng(3)
    parts, found = rotating(draw, draw.normal(0, 1, (4, 500)))
    found[1] = mean(parts[1].design, np.full(110, np.nan))
    matrix = waves_covariance(parts, found)
    assert np.isnan(matrix[1]).all()
    assert np.isfinite(np.delete(np.delete(matrix, 1, 0), 1, 1)).all()
    assert trend([one.value for one in found], matrix, years=[1, 2, 3, 4]).flags == {TrendFlag.WAVES_LEFT_OUT}


def test_a_standard_error_of_rounding_alone_gives_no_wave_a_weight_without_bounds():
    draw = np.random.default_rng(6)
    y = draw.normal(0, 1, 500) + draw.normal(0, 0.6, (4, 500))
    parts, found = rotating(draw, y)
    found[1] = replace(found[1], standard_error=1e-17)
    matrix = waves_covariance(parts, found)
    assert (matrix[1] == 0).all()
    assert (np.diag(matrix)[[0, 2, 3]] > 0).all()
    flags = trend([one.value for one in found], matrix, years=[1, 2, 3, 4]).flags
    assert flags == {TrendFlag.SINGULAR_COVARIANCE}


def test_the_slope_over_a_rotating_panel_is_covered_95_percent_and_the_fit_has_its_chi_square():
    """600 panels: a standard error of 0.9 points on the coverage, of 0.08 on the mean chi-square of 2."""
    draw = np.random.default_rng(19)
    y = draw.normal(0, 1, 500) + 0.3 * STRATA + draw.normal(0, 0.6, (4, 500))
    y += (0.2 * np.arange(4) - y.mean(axis=1))[:, None]  # the true means lie on a line
    covered, slopes, errors, fits = [], [], [], []
    for _ in range(600):
        parts, found = rotating(draw, y)
        result = trend([one.value for one in found], waves_covariance(parts, found), years=[0, 1, 2, 3], df=108)
        covered.append(result.low <= 0.2 <= result.high)
        slopes.append(result.slope)
        errors.append(result.standard_error)
        fits.append(result.chi2)
    assert 100 * np.mean(covered) == pytest.approx(95, abs=2.5)
    assert np.mean(errors) == pytest.approx(np.std(slopes), rel=0.09)
    assert np.mean(fits) == pytest.approx(2, abs=0.3)


def test_strata_of_three_waves_share_a_code_where_all_three_joined_them_alike():
    assert cross_strata(np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([0, 1, 1])).tolist() == [0, 1, 2]
