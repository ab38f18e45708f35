"""Families declared before looking: which adjustment, and effects with both p-values."""

import numpy as np
import pytest

from analytics.core import estimates
from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.families import Adjustment, Effect, declare, effect
from analytics.core.hypothesis_tests import Verdict, by, p_value

TWENTY = [f"item {number}" for number in range(20)]


def test_the_rule_of_the_house_decides_the_adjustment():
    assert declare("sectors", TWENTY).adjustment is Adjustment.HOLM
    assert declare("items", [*TWENTY, "one more"]).adjustment is Adjustment.BH
    assert declare("screen", TWENTY[:5], screen=True).adjustment is Adjustment.BH
    assert declare("screen", TWENTY, screen=True, any_dependence=True).adjustment is Adjustment.BY
    assert declare("pairs", [*TWENTY, "one more"], adjustment=Adjustment.HOLM).adjustment is Adjustment.HOLM


def test_effect_interval_raw_and_adjusted_p_come_together():
    family = declare("sectors 2025", ["a", "b", "c"])
    found = family.compare([Effect("c", 0.5, 0.5, 30), Effect("a", -3.0, 1.0, 30), Effect("b", 2.0, 0.8, 30)])
    assert [one.name for one in found] == ["a", "b", "c"]
    raw = [float(p_value(t, 30)) for t in (3.0, 2.5, 1.0)]
    assert [one.p for one in found] == pytest.approx(raw)
    assert [one.p_adjusted for one in found] == pytest.approx([3 * raw[0], 2 * raw[1], raw[2]])
    assert [one.verdict for one in found] == [Verdict.LOWER, Verdict.HIGHER, Verdict.NOT_DISTINGUISHABLE]
    assert (found[0].low + found[0].high) / 2 == pytest.approx(-3)
    assert found[0].high - found[0].low == pytest.approx(2 * 2.0422724563012)  # qt(.975, 30)


def test_by_is_that_of_r():
    # p.adjust(c(.01, .02, .03, NA, .5), "BY")
    expected = [25 / 300, 25 / 300, 25 / 300, np.nan, 1.0]
    np.testing.assert_allclose(by([0.01, 0.02, 0.03, np.nan, 0.5]), expected, rtol=1e-12)
    with pytest.raises(InputError, match=r"p: expected numbers from 0 to 1, got 1\.5"):
        by([0.1, 1.5])


def test_a_family_neither_grows_nor_shrinks_after_it_is_declared():
    family = declare("sectors", ["a", "b"])
    good = Effect("a", 1.0, 1.0, 9)
    for effects, got in (
        ([good], "without b"),
        ([good, Effect("c", 1.0, 1.0, 9)], "undeclared c; without b"),
        ([good, good, Effect("b", 1.0, 1.0, 9)], "twice a"),
    ):
        with pytest.raises(InputError, match=f"effects: expected the comparisons declared for sectors, .* got {got}"):
            family.compare(effects)
    with pytest.raises(InputError, match="p: expected 2, as declared for sectors, got 1"):
        family.adjust([0.1])


@pytest.mark.parametrize(
    ("name", "comparisons", "alpha", "message"),
    [
        ("", ["a"], 0.05, "comparisons: expected a named family of comparisons, each once, got family '' of 1"),
        ("x", [], 0.05, "got family 'x' of 0"),
        ("x", ["a", "a"], 0.05, "got family 'x' of 2, 1 different"),
        ("x", ["a"], 5, "alpha: expected a number between 0 and 1, got 5"),
    ],
)
def test_a_family_is_named_and_holds_each_comparison_once(name, comparisons, alpha, message):
    with pytest.raises(InputError, match=message):
        declare(name, comparisons, alpha=alpha)


def test_what_has_no_error_is_not_comparable_and_does_not_count():
    family = declare("three", ["a", "b", "c"])
    nothing, certain = Effect("a", float("nan"), float("nan"), 0), Effect("b", 1.0, 0.0, 9)
    found = family.compare([nothing, certain, Effect("c", 3.0, 1.0, 9)])
    assert [one.verdict for one in found] == [Verdict.NOT_COMPARABLE, Verdict.NOT_COMPARABLE, Verdict.HIGHER]
    assert found[2].p_adjusted == found[2].p


def test_an_estimate_becomes_an_effect():
    design = SurveyDesign(np.ones(9), np.zeros(9, dtype=int))
    mean = estimates.mean(design, np.arange(9.0))
    assert effect("mean", mean) == Effect("mean", mean.value, mean.standard_error, mean.df)
