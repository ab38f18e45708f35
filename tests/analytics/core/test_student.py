"""Student's t without scipy, held to scipy."""

import math

import pytest
from scipy import stats

from analytics.core import student
from analytics.core.arrays import InputError

DEGREES = (0.5, 1.0, 2.0, 3.7, 15.0, 54.0, 271.0, 1e4)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [0.0, 1e-6, 0.3, 1.0, 1.96, 2.5, 6.0, 12.0, 40.0])
def test_p_equals_scipys(t: float, df: float) -> None:
    expected = 2 * stats.t.sf(t, df)
    assert student.two_sided_p(t, df) == pytest.approx(expected, rel=1e-9 if expected > 1e-8 else 1e-6)
    assert student.two_sided_p(-t, df) == student.two_sided_p(t, df)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_quantile_equals_scipys(level: float, df: float) -> None:
    assert student.quantile(level, df) == pytest.approx(stats.t.ppf((1 + level) / 2, df), rel=1e-9)


def test_infinite_degrees_are_the_normal_distribution() -> None:
    assert student.two_sided_p(1.959963984540054, math.inf) == pytest.approx(0.05, rel=1e-12)
    assert student.quantile(0.95, math.inf) == pytest.approx(1.959963984540054, rel=1e-12)


def test_what_has_no_degrees_of_freedom_has_no_p() -> None:
    assert math.isnan(student.two_sided_p(2.0, 0.0))
    assert math.isnan(student.two_sided_p(math.nan, 5.0))
    assert math.isnan(student.quantile(0.95, -1.0))
    assert student.two_sided_p(math.inf, 5.0) == 0.0


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_between_0_and_1(level: float) -> None:
    with pytest.raises(InputError, match="level: expected a number between 0 and 1"):
        student.quantile(level, 10.0)
