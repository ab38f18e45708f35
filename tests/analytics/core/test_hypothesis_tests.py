"""Adjusted p-values against R, and verdicts over a named family."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.hypothesis_tests import Verdict, bh, holm, p_value, pairwise, welch_df
from tests.analytics.core.golden import RELATIVE, numbers

ADJUSTED = numbers("barometer")["p_adjust"]


def test_adjusted_p_values_are_those_of_r():
    np.testing.assert_allclose(holm(ADJUSTED["p"]), ADJUSTED["holm"], rtol=RELATIVE)
    np.testing.assert_allclose(bh(ADJUSTED["p"]), ADJUSTED["bh"], rtol=RELATIVE)


def test_what_is_no_test_does_not_count_in_the_family():
    np.testing.assert_array_equal(holm([0.02, np.nan, 0.5]), [0.04, np.nan, 0.5])
    np.testing.assert_array_equal(bh([np.nan]), [np.nan])


def test_p_is_two_sided_and_normal_without_a_limit_to_the_degrees():
    assert float(p_value(-2.0842432955170707, 196)) == pytest.approx(0.03843418795120539, rel=1e-9)  # svyttest, R
    assert float(p_value(1.959963984540054, np.inf)) == pytest.approx(0.05, rel=1e-12)
    assert np.isnan(p_value(1.0, 0))


def test_independent_degrees_are_satterthwaites():
    assert welch_df(np.array([1.0, 1.0]), np.array([10.0, 10.0])) == 20
    assert welch_df(np.array([1.0, 0.0]), np.array([10.0, 0.0])) == 10
    assert welch_df(np.array([1.0, 1.0]), np.array([10.0, 0.0])) == 0  # a part without any has none to give


NAMES = ("NO", "DK", "FI", "IS")


def test_pairs_get_verdicts_from_the_adjusted_p_of_the_whole_family():
    found = pairwise([60.0, 50.0, 49.0, np.nan], [1.0, 1.0, 4.0, 1.0], [200] * 4, names=NAMES, family="index 2025")
    assert (found.family, found.adjustment, found.alpha) == ("index 2025", "holm", 0.05)
    verdicts = {(pair.first, pair.second): pair.verdict for pair in found.pairs}
    assert verdicts == {
        ("NO", "DK"): Verdict.HIGHER,
        ("NO", "FI"): Verdict.HIGHER,
        ("NO", "IS"): Verdict.NOT_COMPARABLE,
        ("DK", "FI"): Verdict.NOT_DISTINGUISHABLE,
        ("DK", "IS"): Verdict.NOT_COMPARABLE,
        ("FI", "IS"): Verdict.NOT_COMPARABLE,
    }
    first = found.pairs[0]
    assert (first.difference, first.standard_error, first.df) == (10, pytest.approx(2**0.5), 400)
    assert first.p_adjusted == pytest.approx(3 * first.p)
    assert (first.low + first.high) / 2 == pytest.approx(10)


def test_a_covariance_matrix_changes_the_error_of_a_difference():
    found = pairwise([1.0, 0.0], [[4.0, 1.5], [1.5, 1.0]], [30, 20], names=NAMES[:2], family="sectors")
    assert (found.pairs[0].standard_error, found.pairs[0].df) == (pytest.approx(2**0.5), 20)


def test_no_spread_is_not_comparable_unless_it_is_known_to_be_a_census():
    given = {"names": NAMES[:2], "family": "two"}
    assert pairwise([1.0, 0.0], [0.0, 0.1], [9, 9], **given).pairs[0].verdict is Verdict.NOT_COMPARABLE
    found = pairwise([1.0, 0.0], [0.0, 0.1], [9, 9], **given, known=[True, False]).pairs[0]
    assert (found.verdict, found.df) == (Verdict.HIGHER, 9)
    both = pairwise([1.0, 0.5], [0.0, 0.0], [9, 9], **given, known=[True, True]).pairs[0]
    assert (both.verdict, both.p) == (Verdict.HIGHER, 0)


def test_a_family_without_a_name_is_refused():
    with pytest.raises(InputError, match="names: expected 2 names and the name of the family, got 2 names, family ''"):
        pairwise([1.0, 2.0], [1.0, 1.0], [9, 9], names=NAMES[:2], family="")
    with pytest.raises(InputError, match="covariance: expected 2 variances or a 2 x 2 matrix, got shape"):
        pairwise([1.0, 2.0], [1.0, 1.0, 1.0], [9, 9], names=NAMES[:2], family="two")
