"""Krippendorff's alpha: published examples, an independent computation, sets, and what is undefined."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analytics.core.agreement import (
    Agreement,
    AgreementFlag,
    Level,
    Reliability,
    alpha,
    alpha_of_sets,
    alphas_of_codes,
    disagreements,
    disagreements_of_sets,
    masi_distances,
)
from analytics.core.arrays import InputError
from tests.analytics.core.golden import numbers

GOLDEN = numbers("agreement")
NAN = np.nan
FEW = 200


def units_of(name: str) -> np.ndarray:
    return np.array(GOLDEN[name]["values"], dtype=float).T


PRINTED = [(name, level) for name in ("krippendorff_2011", "three_coders") for level in GOLDEN[name]["alpha"]]


@pytest.mark.parametrize(("name", "level"), PRINTED)
def test_alpha_is_that_of_the_published_example(name, level):
    found = alpha(units_of(name), level=Level(level), seed=1, replicates=FEW)
    assert round(found.alpha, 3) == GOLDEN[name]["alpha"][level]


def by_hand(values: np.ndarray, difference) -> float:
    """Alpha from its definition: all ordered pairs within units against all ordered pairs of paired values."""
    rows = [[one for one in row if not np.isnan(one)] for row in values]
    rows = [row for row in rows if len(row) > 1]
    pooled = [one for row in rows for one in row]
    n = len(pooled)
    observed = sum(difference(a, b) / (len(row) - 1) for row in rows for a, b in permutations(row, 2)) / n
    expected = sum(difference(a, b) for a, b in permutations(pooled, 2)) / (n * (n - 1))
    return 1 - observed / expected if expected > 0 else NAN


@given(arrays.arrays(float, (8, 3), elements=st.sampled_from([NAN, 1.0, 2.0, 5.0])))
@pytest.mark.parametrize(
    ("level", "difference"), [(Level.NOMINAL, lambda a, b: float(a != b)), (Level.INTERVAL, lambda a, b: (a - b) ** 2)]
)
def test_alpha_is_that_of_all_pairs_one_by_one(level, difference, values):
    found = alpha(values, level=level, seed=1, replicates=FEW)
    if AgreementFlag.NO_PAIRS in found.flags:
        assert np.all((~np.isnan(values)).sum(axis=1) < 2)
    else:
        assert found.alpha == pytest.approx(by_hand(values, difference), nan_ok=True)


def test_the_nominal_example_in_its_parts():
    """Of 40 coincidences 8 are off the diagonal; of 40 x 39 pairs by chance 1216 differ."""
    found = alpha(units_of("krippendorff_2011"), level=Level.NOMINAL, seed=1, replicates=FEW)
    counts = np.array([9, 13, 10, 5, 3])  # of the values 1 to 5; the single 3 of the last unit does not count
    chance = 40 * 39 - (counts * (counts - 1)).sum()
    assert chance == 1216
    assert (found.units, found.values) == (11, 40)
    assert found.expected == pytest.approx(chance / (40 * 39))
    assert found.observed == pytest.approx(8 / 40)
    assert found.alpha == pytest.approx(1 - 39 * 8 / chance)


def test_perfect_agreement_is_one_and_systematic_disagreement_below_zero():
    same = np.repeat(np.arange(6.0)[:, None], 3, axis=1)
    found = alpha(same, level=Level.NOMINAL, seed=1, replicates=FEW)
    assert (found.alpha, found.low, found.high, found.reliability) == (1.0, 1.0, 1.0, Reliability.RELIABLE)
    opposite = np.array([[0.0, 1.0], [1.0, 0.0]] * 5)
    assert alpha(opposite, level=Level.NOMINAL, seed=1, replicates=FEW).alpha < 0


@pytest.mark.parametrize("level", list(Level))
def test_order_of_units_and_coders_and_units_with_one_value_do_not_matter(level):
    values = units_of("krippendorff_2011")
    given = alpha(values, level=level, seed=1, replicates=FEW).alpha
    turned = np.vstack([values[::-1, ::-1], [[9.0, NAN, NAN, NAN], [NAN] * 4]])
    assert alpha(turned, level=level, seed=1, replicates=FEW).alpha == pytest.approx(given, rel=1e-12)


def test_names_do_not_matter_for_nominal_order_is_all_of_ordinal_and_scale_is_free_for_interval():
    values = units_of("krippendorff_2011")

    def of(level, change):
        return alpha(change(values), level=level, seed=1, replicates=FEW).alpha

    assert of(Level.NOMINAL, lambda v: (v * 7) % 11) == pytest.approx(of(Level.NOMINAL, lambda v: v), rel=1e-12)
    assert of(Level.ORDINAL, lambda v: v**3) == pytest.approx(of(Level.ORDINAL, lambda v: v), rel=1e-12)
    assert of(Level.INTERVAL, lambda v: 3 - 2 * v) == pytest.approx(of(Level.INTERVAL, lambda v: v), rel=1e-12)


def test_the_interval_is_fixed_by_the_seed_and_narrows_with_units():
    values = units_of("krippendorff_2011")
    one, same, other = (alpha(values, level=Level.NOMINAL, seed=seed) for seed in (4, 4, 5))
    assert one == same
    assert (one.low, one.high) != (other.low, other.high)
    assert one.low < one.alpha < one.high
    many = alpha(np.tile(values, (10, 1)), level=Level.NOMINAL, seed=4)
    assert many.high - many.low < (one.high - one.low) / 2


def test_the_bootstrap_interval_covers_alpha_of_the_population():
    """Two coders of a binary code, each right with 90 percent; alpha of many units is (0.82 - 0.5) / 0.5 = 0.64."""
    hits = 0
    for seed in range(200):
        draw = np.random.default_rng([3, seed])
        truth = draw.random(120) < 0.5
        coded = np.column_stack([np.where(draw.random(120) < 0.9, truth, ~truth) for _ in range(2)]).astype(float)
        found = alpha(coded, level=Level.NOMINAL, seed=seed, replicates=400)
        hits += found.low <= 0.64 <= found.high
    assert hits / 200 == pytest.approx(0.95, abs=0.047)  # three standard errors


def flags_of(values) -> tuple[float, frozenset[AgreementFlag]]:
    found = alpha(values, level=Level.NOMINAL, seed=1, replicates=FEW)
    assert (found.reliability is Reliability.UNDEFINED) == bool(np.isnan(found.alpha))
    return found.alpha, found.flags


def test_what_the_codes_leave_undefined_is_flagged():
    assert flags_of([[1, NAN], [NAN, 2]]) == (pytest.approx(NAN, nan_ok=True), {AgreementFlag.NO_PAIRS})
    assert flags_of([[1, 1], [1, 1]]) == (pytest.approx(NAN, nan_ok=True), {AgreementFlag.NO_VARIATION})
    assert flags_of([[1, 2], [1, NAN]]) == (0.0, {AgreementFlag.ONE_UNIT})
    rare = alpha([[0, 0]] * 8 + [[1, 1]], level=Level.NOMINAL, seed=1, replicates=FEW)
    assert rare.flags == {AgreementFlag.UNDEFINED_REPLICATES}
    assert 0 < rare.replicates < FEW


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (0.8, Reliability.RELIABLE),
        (0.799, Reliability.TENTATIVE),
        (0.667, Reliability.TENTATIVE),
        (0.6, Reliability.UNRELIABLE),
    ],
)
def test_alpha_is_read_by_the_thresholds_of_krippendorff(value, reading):
    assert Agreement(value, NAN, NAN, 9, 18, NAN, NAN, 0).reliability is reading


def test_masi_distances_by_hand():
    """{a}, {a, b}, {b, c}, {}: 1 - 1/2 x 2/3 for a part, 1 - 1/3 x 1/3 for an overlap, 1 for nothing shared."""
    sets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 0]], dtype=bool)
    expected = np.array([[0, 2 / 3, 1, 1], [2 / 3, 0, 8 / 9, 1], [1, 8 / 9, 0, 1], [1, 1, 1, 0]])
    assert masi_distances(sets) == pytest.approx(expected, abs=1e-15)


def coded_sets() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(8)
    truth = draw.random((40, 1, 3)) < 0.4
    sets = np.where(draw.random((40, 3, 3)) < 0.9, truth, ~truth)
    coded = draw.random((40, 3)) < 0.85
    return sets & coded[:, :, None], coded


def test_alpha_of_sets_is_that_of_all_pairs_of_sets():
    sets, coded = coded_sets()
    numbered = np.where(coded, sets @ np.array([1, 2, 4]), NAN)
    members = ((np.arange(8)[:, None] >> np.arange(3)) & 1).astype(bool)
    apart = masi_distances(members)
    found = alpha_of_sets(sets, coded=coded, seed=1, replicates=FEW)
    assert found.alpha == pytest.approx(by_hand(numbered, lambda a, b: apart[int(a), int(b)]), rel=1e-12)
    assert found.low < found.alpha < found.high


def test_sets_of_one_code_at_a_time_are_as_nominal():
    """Disjoint sets are 1 apart, equal ones 0: MASI is then the nominal difference."""
    values = units_of("krippendorff_2011")
    coded = ~np.isnan(values)
    sets = values[:, :, None] == np.arange(1, 6)
    assert alpha_of_sets(sets, coded=coded, seed=1, replicates=FEW).alpha == pytest.approx(
        alpha(values, level=Level.NOMINAL, seed=1, replicates=FEW).alpha, rel=1e-12
    )


def test_each_code_of_a_set_is_a_variable_of_its_own():
    sets, coded = coded_sets()
    found = alphas_of_codes(sets, coded=coded, seed=1, replicates=FEW)
    second = np.where(coded, sets[:, :, 1], NAN)
    assert len(found) == 3
    assert found[1] == alpha(second, level=Level.NOMINAL, seed=1, replicates=FEW)


def test_disagreements_name_unit_and_values():
    found = disagreements([[1, 1, NAN], [1, 2, NAN], [NAN, 3, NAN], [2, NAN, 4]])
    assert [(one.unit, one.values) for one in found] == [(1, (1.0, 2.0, None)), (3, (2.0, None, 4.0))]


def test_disagreements_of_sets_are_listed_for_each_code():
    sets = np.array([[[1, 0], [1, 1]], [[0, 0], [0, 0]]], dtype=bool)
    found = disagreements_of_sets(sets, coded=np.array([[True, True], [True, False]]))
    assert [[one.unit for one in units] for units in found] == [[], [0]]


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: alpha([1.0, 2.0], level=Level.NOMINAL, seed=1), "values"),
        (lambda: alpha([[1.0], [2.0]], level=Level.NOMINAL, seed=1), "values"),
        (lambda: alpha([[1.0, np.inf]], level=Level.NOMINAL, seed=1), "values"),
        (lambda: alpha([[1.0, 2.0]], level="ratio", seed=1), "level"),
        (lambda: alpha([[1.0, 2.0]], level=Level.NOMINAL, seed=-1), "seed"),
        (lambda: alpha([[1.0, 2.0]], level=Level.NOMINAL, seed=1, replicates=10), "replicates"),
        (lambda: alpha([[1.0, 2.0]], level=Level.NOMINAL, seed=1, confidence=95), "confidence"),
        (lambda: alpha_of_sets(np.ones((2, 2)), coded=np.ones((2, 2), dtype=bool), seed=1), "sets"),
        (lambda: alpha_of_sets(np.ones((2, 2, 1), dtype=bool), coded=np.ones((2, 3), dtype=bool), seed=1), "coded"),
        (lambda: alpha_of_sets(np.ones((2, 2, 1), dtype=bool), coded=np.zeros((2, 2), dtype=bool), seed=1), "coded"),
    ],
)
def test_what_cannot_be_used_is_named(call, parameter):
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.parameter == parameter
