"""The steps against COINr, their undefined cases and what they refuse."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation, aggregate, weighted_mean
from analytics.core.composites.impute import Imputation, impute
from analytics.core.composites.normalise import Normalisation, Normaliser, normalise, outside, ranks
from analytics.core.composites.recipe import Recipe, StepFlag, index_of
from analytics.core.composites.structure import Node, Structure
from analytics.core.composites.treat import Treated, excess_kurtosis, outlying, skewness, treat, treatments
from tests.analytics.core.composites.example import GOLDEN, STRUCTURE, TO_100, data, flat, table, two_pillars
from tests.analytics.core.golden import RELATIVE

ARITHMETIC, GEOMETRIC, HARMONIC = Aggregation
NAN = float("nan")
NORMALISERS = {
    "n_minmax_0_100": Normaliser(Normalisation.MIN_MAX),
    "n_minmax_1_100": TO_100,
    "n_zscore_10_2": Normaliser(Normalisation.Z_SCORE, mean=10, deviation=2),
    "n_rank": Normaliser(Normalisation.RANK),
    "n_borda": Normaliser(Normalisation.BORDA),
    "n_prank": Normaliser(Normalisation.PERCENTILE_RANK, 0, 1),
}
MEANS = {
    "a_amean": (ARITHMETIC, ARITHMETIC),
    "a_gmean": (GEOMETRIC, GEOMETRIC),
    "a_hmean": (HARMONIC, HARMONIC),
    "a_amean_then_a_gmean": (ARITHMETIC, GEOMETRIC),
}


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=1e-13)


def column(name: str) -> int:
    return STRUCTURE.indicators.index(name)


def treated_data():
    return treat(impute(data(), Imputation.MEAN))


def test_a_missing_cell_becomes_the_mean_of_the_indicator():
    close(impute(data(), Imputation.MEAN)[:, column("p3_1")], GOLDEN["imputed"]["p3_1"])


def test_outliers_are_found_and_taken_in_as_by_coinr():
    found, notes = treatments(impute(data(), Imputation.MEAN), names=STRUCTURE.indicators)
    summary = GOLDEN["outliers"]["summary"]
    close([note.skewness for note in notes], summary["check_SkewKurt0.Skew"])
    close([note.kurtosis for note in notes], summary["check_SkewKurt0.Kurt"])
    assert [note.points or None for note in notes] == summary["winsorise.nwin"]
    for name, expected in GOLDEN["outliers"]["columns"].items():
        place = column(name)
        close(found[:, place], expected)
        assert notes[place].treated is Treated.WINSORISED
        close(notes[place].skewness_after, summary["check_SkewKurt1.Skew"][place])
        close(notes[place].kurtosis_after, summary["check_SkewKurt1.Kurt"][place])


@pytest.mark.parametrize("name", NORMALISERS)
def test_every_normalisation_is_that_of_coinr(name):
    found = normalise(treated_data(), NORMALISERS[name], directions=STRUCTURE.directions)
    for indicator, expected in GOLDEN["normalised"][name]["columns"].items():
        close(found[:, column(indicator)], expected)


@pytest.mark.parametrize("name", MEANS)
def test_every_mean_up_the_tree_is_that_of_coinr(name):
    recipe = Recipe(TO_100, MEANS[name], Imputation.MEAN, outliers=True)
    found = index_of(data(), STRUCTURE, recipe=recipe)
    close(found.values, table(GOLDEN["aggregated"][name]["columns"]))
    assert [flags for flags in found.flags if flags] == [{StepFlag.IMPUTED}]


def asem() -> tuple[Path, list[dict[str, str]], list[dict[str, str]]]:
    folder = Path(os.environ["REFERENCE_DIR"]) / "indices"
    if not folder.is_dir():
        pytest.skip("REFERENCE_DIR holds no indices: COINr's ASEM example is not here")
    read = [
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
        for name in ("asem_idata.csv", "asem_imeta.csv")
    ]
    return folder, read[0], read[1]


def test_the_asem_index_of_51_countries_and_49_indicators_is_that_of_coinr():
    folder, rows, meta = asem()
    structure = Structure(
        tuple(
            Node(one["iCode"], one["Parent"] or None, float(one["Weight"]), int(one["Direction"]))
            for one in meta
            if one["Type"] in {"Indicator", "Aggregate"}
        )
    )
    per = {one["iCode"]: one["Denominator"] for one in meta}

    def number(row: dict[str, str], name: str) -> float:
        return float(row[name]) if row[name] not in {"", "NA"} else NAN

    values = np.array(
        [
            [number(row, name) / (number(row, per[name]) if per[name] else 1) for name in structure.indicators]
            for row in rows
        ]
    )
    groups = np.unique([row["EurAsia_group"] for row in rows], return_inverse=True)[1]
    recipe = Recipe(Normaliser(Normalisation.MIN_MAX), (ARITHMETIC,) * 3, Imputation.GROUP_MEAN, outliers=True)
    found = index_of(values, structure, recipe=recipe, groups=groups)
    expected = json.loads((folder / "reference_asem.json").read_text(encoding="utf-8"))["aggregated"]
    order = [expected["uCode"].index(row["uCode"]) for row in rows]
    assert found.values.shape == (51, 11)
    for place, name in enumerate(found.names):
        close(found.values[:, place], np.array(expected[name])[order])


def test_imputation_by_group_keeps_to_the_group_and_leaves_an_empty_one_missing():
    values = np.array([[1.0, 5.0], [3.0, NAN], [NAN, NAN], [NAN, NAN], [10.0, NAN]])
    groups = [0, 0, 0, 1, 1]
    mean = impute(values, Imputation.GROUP_MEAN, groups=groups)
    np.testing.assert_array_equal(mean, [[1, 5], [3, 5], [2, 5], [10, NAN], [10, NAN]])
    np.testing.assert_array_equal(impute(values, Imputation.MEDIAN)[:, 0], [1, 3, 3, 3, 10])
    np.testing.assert_array_equal(impute(values[:2], Imputation.MEDIAN)[:, 1], [5, 5])
    np.testing.assert_array_equal(impute(values, Imputation.GROUP_MEDIAN, groups=groups)[:, 0], [1, 3, 2, 10, 10])
    assert impute(values, Imputation.NONE) is values
    with pytest.raises(InputError, match="groups: expected the group of each unit, got None"):
        impute(values, Imputation.GROUP_MEAN)


def test_six_far_points_are_a_shape_that_the_logarithm_takes_in():
    values = np.concatenate([np.arange(94.0), 1e4 * 3.0 ** np.arange(6)])[:, None]
    found, (note,) = treatments(values, names=["a"])
    assert (note.treated, note.points) == (Treated.FAILED, 0)
    spread = values.max() - values.min()
    np.testing.assert_allclose(found, np.log(values - values.min() + 0.01 * spread))
    mirrored, (other,) = treatments(-values, names=["a"])
    np.testing.assert_allclose(mirrored, -found)
    assert other.skewness == pytest.approx(-note.skewness)


def test_a_long_tail_of_more_than_five_points_gets_the_logarithm_alone():
    values = np.exp(1.5 * ndtri((np.arange(400) + 0.5) / 400))[:, None]  # quantiles of a lognormal distribution
    _, (note,) = treatments(values, names=["a"])
    assert (note.treated, note.points) == (Treated.LOGARITHM, 0)
    assert note.skewness > 2 > note.skewness_after


def test_a_left_outlier_is_raised_and_a_missing_cell_stays_missing():
    values = np.array([-500.0, NAN, *range(1, 20)])[:, None]
    found, (note,) = treatments(values, names=["a"])
    assert (note.treated, note.points, found[0, 0]) == (Treated.WINSORISED, 1, 1.0)
    assert np.isnan(found[1, 0])
    np.testing.assert_array_equal(found[2:], values[2:])


def test_shape_is_undefined_without_spread_or_with_too_few_values():
    values = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 2.0], [1.0, 4.0, NAN], [1.0, NAN, NAN]])
    assert np.isnan(skewness(values)[0]).tolist() == [True, False, True]
    assert np.isnan(excess_kurtosis(values)[0]).all()
    assert not outlying(values).any()


def test_many_tables_are_treated_as_each_alone():
    generator = np.random.default_rng(1)
    tables = np.exp(2 * generator.standard_normal((20, 30, 3)))
    assert outlying(tables).any()
    np.testing.assert_array_equal(treat(tables), np.stack([treat(one) for one in tables]))


def test_a_new_unit_moves_min_max_but_not_goalposts():
    values, more = np.array([[0.2], [0.6]]), np.array([[0.2], [0.6], [0.9]])
    posts = Normaliser(Normalisation.GOALPOSTS, goalposts=((0, 1),))
    one = np.ones(1)
    close(normalise(values, posts, directions=one)[:, 0], [20, 60])
    close(normalise(more, posts, directions=one)[:2, 0], [20, 60])
    close(normalise(more, Normaliser(Normalisation.MIN_MAX), directions=one)[:2, 0], [0, 400 / 7])


def test_goalposts_turn_with_the_direction_and_refuse_or_clip_what_lies_outside():
    posts = Normaliser(Normalisation.GOALPOSTS, 1, 100, goalposts=((0, 10), (-1, 1)))
    values, turns = np.array([[2.0, -1.0], [11.0, 1.5]]), np.array([-1.0, 1.0])
    close(normalise(values, posts, directions=turns, clip=True), [[1 + 99 * 0.8, 1], [1, 100]])
    assert list(outside(values, posts)) == [1, 1]
    with pytest.raises(InputError, match="values: expected numbers between 0 and 10 in column 0, got 11"):
        normalise(values, posts, directions=turns)
    with pytest.raises(InputError, match="goalposts: expected two ends for each of the 1 indicators, got 2"):
        normalise(values[:, :1], posts, directions=turns[:1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "min_max", "low": 1, "high": 1}, "normaliser: expected low < high and a deviation above 0"),
        ({"method": "z_score", "deviation": 0}, "normaliser: expected low < high and a deviation above 0"),
        ({"method": "goalposts"}, "goalposts: expected two ends for each indicator"),
        ({"method": "rank", "goalposts": ((0, 1),)}, "goalposts: expected two ends .* none with another, got 1 with"),
        ({"method": "goalposts", "goalposts": ((1, 0),)}, "goalposts: expected low < high, got 1, 0"),
    ],
)
def test_a_normaliser_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        Normaliser(**arguments)


def test_a_constant_indicator_is_undefined_and_the_index_says_so():
    values = np.array([[3.0, 1.0, 4.0], [3.0, 2.0, 2.0], [3.0, 5.0, NAN]])
    found = index_of(values, flat(1, 1, 1), recipe=Recipe(TO_100, (ARITHMETIC,)))
    assert np.isnan(found.normalised[:, 0]).all()
    assert found.flags[0] == {StepFlag.NO_SPREAD}
    assert found.flags[2] == {StepFlag.NO_SPREAD, StepFlag.MISSING_INDICATOR, StepFlag.TOO_FEW_PARTS}
    assert (found.index[0], np.isnan(found.index[2])) == (50.5, True)
    np.testing.assert_array_equal(found.ranks, [1, 2, NAN])


def test_ranks_share_the_best_place_and_skip_what_has_no_score():
    np.testing.assert_array_equal(ranks([5.0, 9.0, NAN, 9.0]), [3, 1, NAN, 1])
    np.testing.assert_array_equal(normalise(np.array([[5.0], [9.0], [NAN], [9.0]]), NORMALISERS["n_borda"],
                                            directions=np.ones(1))[:, 0], [0, 1, NAN, 1])  # fmt: skip


def test_an_aggregate_needs_its_share_of_parts_at_every_level():
    values = np.array([[10.0, 30.0, 50.0], [10.0, NAN, 50.0], [NAN, NAN, 50.0]])
    pillars, index = aggregate(values, two_pillars(), how=(ARITHMETIC, ARITHMETIC))
    np.testing.assert_array_equal(pillars, [[25, 50], [NAN, 50], [NAN, 50]])
    np.testing.assert_allclose(index[:, 0], [100 / 3, NAN, NAN])
    half, _ = aggregate(values, two_pillars(), how=(ARITHMETIC, ARITHMETIC), minimum_share=0.5)
    np.testing.assert_array_equal(half[:, 0], [25, 10, NAN])


def test_a_part_without_weight_neither_counts_nor_is_missed():
    values = np.array([[10.0, NAN, NAN], [20.0, 1.0, NAN]])
    (index,) = aggregate(values, flat(1, 0, 0), how=(GEOMETRIC,))
    np.testing.assert_allclose(index[:, 0], [10, 20])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: weighted_mean(v, np.ones(2), how=GEOMETRIC), "values: expected numbers from 1 for the geometric"),
        (lambda v: weighted_mean(v, np.ones(2), how=HARMONIC), "values: expected numbers above 0 for the harmonic"),
        (lambda v: aggregate(v, flat(1, 1), how=()), "how: expected a method for each of the 1 levels"),
        (lambda v: aggregate(v, flat(1, 1), how=(ARITHMETIC,), minimum_share=0), "minimum_share: expected above 0"),
        (
            lambda v: index_of(v, flat(1, 1, 1), recipe=Recipe(TO_100, (ARITHMETIC,))),
            "values: expected units x 3 indicators",
        ),
        (lambda v: index_of(v[None], flat(1, 1), recipe=Recipe(TO_100, (ARITHMETIC,))), "values: expected one table"),
        (
            lambda v: index_of(v / 0.0, flat(1, 1), recipe=Recipe(TO_100, (ARITHMETIC,))),
            "values: expected finite numbers",
        ),
        (lambda v: Recipe(NORMALISERS["n_minmax_0_100"], (GEOMETRIC,)), "aggregations: expected a normalisation"),
        (lambda v: Recipe(NORMALISERS["n_borda"], (HARMONIC,)), "got harmonic after borda with values from 0"),
        (lambda v: Recipe(NORMALISERS["n_zscore_10_2"], (GEOMETRIC,)), "got geometric after z_score with .* -inf"),
        (
            lambda v: Recipe(Normaliser("goalposts", goalposts=((0, 1),)), (ARITHMETIC,), outliers=True),
            "outliers: expected False with goalposts, got True",
        ),
        (lambda v: treatments(v, names=["a"]), "values: expected units x 1 indicators, got shape"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_what_the_steps_cannot_do_they_refuse(call, message):
    with pytest.raises(InputError, match=message):
        call(np.array([[0.0, 2.0], [3.0, 4.0]]))


tables = arrays(np.float64, (5, 3), elements=st.floats(1, 1000))


@given(tables, st.permutations(range(5)))
def test_the_order_of_units_changes_nothing_but_the_order(values, order):
    recipe = Recipe(TO_100, (GEOMETRIC,), outliers=True)
    found, moved = index_of(values, flat(1, 2, 1), recipe=recipe), index_of(values[order], flat(1, 2, 1), recipe=recipe)
    np.testing.assert_allclose(moved.index, found.index[order], rtol=1e-9)


@given(tables, st.floats(0.1, 50))
def test_means_are_ordered_and_the_scale_of_weights_does_not_matter(values, scale):
    weights = np.array([1.0, 2.0, 0.5])
    low, middle, high = (weighted_mean(values, weights, how=how) for how in (HARMONIC, GEOMETRIC, ARITHMETIC))
    assert np.all(low <= middle * (1 + 1e-12))
    assert np.all(middle <= high * (1 + 1e-12))
    np.testing.assert_allclose(weighted_mean(values, scale * weights, how=GEOMETRIC), middle, rtol=1e-12)


@given(tables)
def test_turning_every_direction_mirrors_min_max(values):
    scale = Normaliser(Normalisation.MIN_MAX)
    up, down = (normalise(values, scale, directions=np.full(3, turn)) for turn in (1.0, -1.0))
    np.testing.assert_allclose(up + down, np.where(np.isnan(up), NAN, 100.0), atol=1e-9)
