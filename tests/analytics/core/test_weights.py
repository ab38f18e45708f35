"""Weights carry the population, and what is joined is said."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.weights import (
    Merge,
    Reason,
    collapse_strata,
    design_weights,
    kish_effect,
    merge_cells,
    neighbour_order,
    nonresponse_adjust,
    two_stage_weights,
    weigh,
)
from tests.analytics.core.golden import RELATIVE, Table, numbers

BAROMETER = Table("barometer")
SCHOOLS = Path(os.environ.get("REFERENCE_DIR", "reference")) / "statistics" / "apiclus2.csv"
# country, sector, size class of the twelve strata, in the order of their codes
KEYS = np.array([(country, sector, size) for country in (0, 1) for sector in (0, 1) for size in (0, 1, 2)])


def test_barometer_weights_are_those_of_r_and_say_what_was_joined():
    strata = BAROMETER.number("stratum").astype(int)
    held = np.zeros(12)
    held[strata] = BAROMETER.number("N")
    found = weigh(strata=strata, responded=BAROMETER.where("responded=1"), populations=held, keys=KEYS)
    np.testing.assert_allclose(found.design.weights, numbers("barometer")["weights"]["values"], rtol=RELATIVE)
    assert found.strata.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9]
    assert found.design.populations.tolist() == [900, 260, 60, 700, 180, 45, 320, 140, 240, 114]
    joined = (Merge(11, 10, Reason.NO_RESPONDENTS), Merge(8, 7, Reason.FEW_RESPONDENTS))
    assert (found.stratum_merges, found.cell_merges) == (joined, joined)
    assert found.unrepresented == 0
    assert found.design.weights.sum() == pytest.approx(held.sum(), rel=1e-12)


def test_design_weights_are_population_over_drawn():
    found = design_weights(strata=np.array([0, 0, 1]), populations=np.array([10.0, 7.0, 5.0]))
    assert found.tolist() == [5, 5, 7]


def test_weights_of_two_stages_are_the_product_also_beside_a_stratum_of_single_units():
    strata = np.array([0, 0, 0, 0, 0, 1, 1])  # two municipalities of six; two single workplaces of ten
    psus = np.array([0, 0, 1, 1, 1, 2, 3])
    found = two_stage_weights(
        strata=strata, psus=psus, populations=np.array([6.0, 10]), second_stage_populations=np.array([8.0, 12, 1, 1])
    )
    assert found.tolist() == [3 * 4, 3 * 4, 3 * 4, 3 * 4, 3 * 4, 5, 5]
    assert found.sum() == pytest.approx(6 * (8 + 12) / 2 + 10)


@pytest.mark.skipif(not SCHOOLS.is_file(), reason=f"no {SCHOOLS}: set REFERENCE_DIR")
def test_two_stage_weights_are_those_of_the_reference():
    with SCHOOLS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    psus = np.unique([row["dnum"] for row in rows], return_inverse=True)[1]
    units = np.zeros(psus.max() + 1)
    units[psus] = [float(row["fpc2"]) for row in rows]
    found = two_stage_weights(
        strata=np.zeros(len(psus), dtype=int), psus=psus, populations=np.array([757.0]), second_stage_populations=units
    )
    np.testing.assert_allclose(found, [float(row["pw"]) for row in rows], rtol=RELATIVE)


def test_a_take_all_stratum_whose_population_is_a_product_of_shares_is_not_short_of_a_unit():
    held = np.array([49 * (1 / 49) * 2])  # 1.9999999999999998
    found = weigh(strata=np.array([0, 0]), responded=np.array([True, True]), populations=held, keys=KEYS[:1])
    assert found.design.certain.tolist() == [True]


def test_the_nearest_neighbour_keeps_country_then_sector_then_changes_one_column_only():
    order = neighbour_order(KEYS)
    from_first = np.argsort(order[0], kind="stable")[:6].tolist()  # country 0, sector 0, size 0
    assert from_first == [0, 1, 2, 3, 4, 5]
    from_large = np.argsort(order[2], kind="stable")[:6].tolist()  # the large ones of country 0, sector 0
    assert from_large == [2, 1, 0, 5, 4, 3]
    assert np.isinf(order[0, 6:]).all()


def test_cells_are_joined_until_they_are_large_enough_and_their_factor_small_enough():
    found = merge_cells(
        keys=KEYS[:6],
        respondents=np.array([25, 12, 9, 40, 30, 30]),
        sampled=np.array([60.0, 20, 15, 150, 60, 60]),
        answered=np.array([25.0, 12, 9, 40, 30, 30]),
    )
    assert found.groups.tolist() == [0, 1, 1, 2, 2, 3]
    assert found.merges == (Merge(2, 1, Reason.FEW_RESPONDENTS), Merge(3, 4, Reason.LARGE_FACTOR))


def test_a_country_too_small_for_the_rule_is_one_cell_and_said():
    found = merge_cells(
        keys=KEYS[:2], respondents=np.array([3, 4]), sampled=np.array([9.0, 9.0]), answered=np.array([3.0, 4.0])
    )
    assert found.groups.tolist() == [0, 0]
    assert found.merges == (Merge(0, 1, Reason.FEW_RESPONDENTS), Merge(0, None, Reason.FEW_RESPONDENTS))


def test_a_country_without_a_respondent_has_no_stratum_and_its_population_is_counted_apart():
    found = weigh(
        strata=np.array([0, 0, 0, 6, 6]),
        responded=np.array([True, True, False, False, False]),
        populations=np.array([30.0, 8, 0, 0, 0, 0, 50.0, 0, 0, 0, 0, 0]),
        keys=KEYS,
    )
    assert found.unrepresented == 50
    assert (found.strata[0], found.strata[1], found.strata[6]) == (0, 0, -1)
    assert found.design.weights.tolist() == [19, 19]  # also the 8 units of a stratum of which nobody was drawn
    assert Merge(6, None, Reason.NO_RESPONDENTS) in found.stratum_merges


def test_a_wave_that_nobody_answered_has_no_design():
    found = weigh(
        strata=np.array([0, 1]), responded=np.array([False, False]), populations=np.array([5.0, 5.0]), keys=KEYS[:2]
    )
    assert (found.design, found.unrepresented, found.respondents.tolist()) == (None, 10, [])


def test_strata_are_joined_to_the_neighbour_in_size_first():
    found = collapse_strata(keys=KEYS[:6], respondents=np.array([5, 1, 4, 0, 0, 1]))
    assert found.groups.tolist() == [0, 0, 1, 0, 0, 0]
    assert [(merge.member, merge.into) for merge in found.merges] == [(3, 4), (3, 5), (1, 0), (3, 0)]


def test_adjusted_weights_carry_each_cell_and_a_cell_without_respondent_is_not_a_number():
    found = nonresponse_adjust(
        weights=np.array([2.0, 2, 3, 3, 4]),
        responded=np.array([True, False, True, True, False]),
        cells=np.array([0, 0, 1, 1, 2]),
    )
    np.testing.assert_array_equal(found.factors, [2, 1, np.nan])
    assert found.weights.tolist() == [4, 0, 3, 3, 0]


def test_kishs_effect_of_equal_weights_is_one():
    assert kish_effect(np.full(7, 3.0)) == pytest.approx(1)
    assert kish_effect(np.array([1.0, 3.0])) == pytest.approx(2 * 10 / 16)


def two_stage(**changed):
    """Two units of one cluster, and a single unit in a stratum of its own."""
    given = {
        "strata": np.array([0, 0, 1]),
        "psus": np.array([0, 0, 1]),
        "populations": np.array([5.0, 7]),
        "second_stage_populations": np.array([4.0, 1]),
    }
    return two_stage_weights(**{**given, **changed})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: design_weights(strata=np.array([0, 0, 0]), populations=np.array([2.0])),
            "populations: expected at least the 3 drawn units of stratum 0, got 2.0",
        ),
        (
            lambda: design_weights(strata=np.array([0, 1]), populations=np.array([2.0])),
            "strata: expected codes 0..0, got 1",
        ),
        (
            lambda: two_stage(psus=np.array([0, 1, 1])),
            "psus: expected each cluster inside one stratum, got cluster 1 in more",
        ),
        (
            lambda: two_stage(psus=np.array([0, 0, 2])),
            "psus: expected codes 0..1, got 2",
        ),
        (
            lambda: two_stage(psus=np.array([0, 0, 0])),
            "psus: expected a drawn unit in every cluster, got none in cluster 1",
        ),
        (
            lambda: two_stage(second_stage_populations=np.array([0.5, 1])),
            "second_stage_populations: expected at least the 2 drawn units of cluster 0, got 0.5",
        ),
        (
            lambda: two_stage(populations=np.array([0.0, 1])),
            "populations: expected at least the 1 drawn units of stratum 0, got 0.0",
        ),
        (
            lambda: collapse_strata(keys=KEYS[:2], respondents=np.array([1, 2, 3])),
            "keys: expected 3 rows with at least 1 columns, got shape (2, 3)",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
