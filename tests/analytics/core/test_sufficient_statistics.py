"""Sums add over files, countries and waves, and lose nothing on the way to a coarser table."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign
from analytics.core.sufficient_statistics import Summary, margin, rescale, slots, statistics, summarise
from analytics.core.summary_addition import add
from analytics.core.tabulation import tabulate, tabulate_summary
from tests.analytics.core.test_tabulation import municipal, survey

FIELDS = ("value", "standard_error", "df", "df_plain", "n", "positive")


def same(one, other) -> None:
    for name in FIELDS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-10, err_msg=name)


def part(rows: np.ndarray, *, scale: np.ndarray | None = None) -> Summary:
    """The summary of some rows of the municipal file, strata and PSUs keyed by their codes in the whole."""
    design, items, counts, cells, _ = municipal()
    strata, stratum = np.unique(design.strata[rows], return_inverse=True)
    psus, psu = np.unique(design.psu[rows], return_inverse=True)
    weights = design.weights if scale is None else design.weights * scale[design.strata]
    given = SurveyDesign(
        weights[rows],
        stratum,
        design.populations[strata],
        psu=psu,
        second_stage_populations=design.second_stage_populations[psus],
    )
    return summarise(
        given, [item[rows] for item in items], counts, cells[rows], cell_count=6, stratum_keys=strata, psu_keys=psus
    )


def test_statistics_of_two_halves_add_up_slot_by_slot():
    design, items, counts, cells, _ = survey()
    places = slots(design, cells, 6)
    whole = statistics(design, places, items[1], counts[1])
    halves = [
        statistics(design, places, np.where(np.arange(design.size) % 2 == half, items[1], -1), counts[1])
        for half in (0, 1)
    ]
    np.testing.assert_allclose(halves[0].weights + halves[1].weights, whole.weights, rtol=1e-12)
    np.testing.assert_array_equal(halves[0].counts + halves[1].counts, whole.counts)


def test_blocks_of_rows_do_not_change_a_sum(monkeypatch):
    design, items, counts, cells, _ = survey()
    places = slots(design, cells, 6)
    whole = statistics(design, places, items[2], counts[2])
    monkeypatch.setattr("analytics.core.sufficient_statistics.BLOCK", 7)
    blocks = statistics(design, places, items[2], counts[2])
    np.testing.assert_array_equal(blocks.counts, whole.counts)
    np.testing.assert_allclose(blocks.squares, whole.squares, rtol=1e-13)


def test_two_files_of_one_sample_make_the_table_of_the_whole():
    design, *_, domains = municipal()
    late = np.arange(design.size) % 7 == 0  # some in every kind of stratum, inside PSUs of the others
    late[design.strata == 6] = False
    both = add(part(~late), part(late), same_strata=True)
    same(tabulate_summary(both, domains), tabulate(*municipal()))


def test_a_late_answer_changes_the_weights_of_its_stratum_only():
    design, *_, domains = municipal()
    factors = np.array([1.25, 1, 1, 1, 1, 1, 1.5])
    same(
        tabulate_summary(rescale(part(np.ones(design.size, dtype=bool)), factors), domains),
        tabulate_summary(part(np.ones(design.size, dtype=bool), scale=factors), domains),
    )


def test_two_countries_side_by_side_are_strata_of_one_design():
    design, items, counts, cells, domains = survey(n=300)
    one = summarise(design, items, counts, cells, cell_count=6)
    second = survey(n=200, seed=8)
    both = add(one, summarise(*second[:4], cell_count=6), same_strata=False)
    whole = SurveyDesign(
        np.r_[design.weights, second[0].weights],
        np.r_[design.strata, second[0].strata + 7],
        np.r_[design.populations, second[0].populations],
    )
    answers = [np.r_[a, b] for a, b in zip(items, second[1], strict=True)]
    same(tabulate_summary(both, domains), tabulate(whole, answers, counts, np.r_[cells, second[3]], domains))


def test_clustered_countries_with_the_same_psu_codes_stay_apart():
    design, items, counts, cells, domains = municipal()
    one = summarise(design, items, counts, cells, cell_count=6)
    table = tabulate_summary(add(one, one, same_strata=False), domains)
    alone = tabulate_summary(one, domains)
    np.testing.assert_allclose(table.value, alone.value, rtol=1e-12)
    np.testing.assert_allclose(table.standard_error, alone.standard_error / np.sqrt(2), rtol=1e-10)


def test_a_margin_over_cells_gives_the_same_table():
    design, items, counts, cells, _ = municipal()
    summary = summarise(design, items, counts, cells, cell_count=6)
    coarse = margin(summary, [0, 0, 1, 1, 2, 2])
    assert coarse.cell_count == 3
    assert len(coarse.cells) < len(summary.cells)
    domains = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 1]], dtype=bool)
    same(tabulate_summary(coarse, domains), tabulate_summary(summary, domains[:, [0, 0, 1, 1, 2, 2]]))


def plain(populations: float = 50.0, *, keys=(1, 2), cell_count: int = 2, psu=None, categories: int = 2) -> Summary:
    design = SurveyDesign(np.ones(8), np.repeat([0, 1], 4), [populations] * 2, psu=psu)
    return summarise(
        design, [np.arange(8) % 2], [categories], np.arange(8) % 2, cell_count=cell_count, stratum_keys=keys
    )


CLUSTERS = [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: add(plain(), plain(60.0), same_strata=True), "other: expected the same populations in both"),
        (lambda: add(plain(), plain(cell_count=3), same_strata=False), "other: expected 2 cells and items of [2]"),
        (lambda: add(plain(), plain(categories=3), same_strata=False), "other: expected 2 cells and items of [2]"),
        (lambda: add(plain(), plain(psu=CLUSTERS), same_strata=True), "other: expected a stratum that is clustered in"),
        (lambda: add(plain(6.0), plain(6.0), same_strata=True), "other: expected no more respondents than units"),
        (lambda: plain(keys=(1, 1)), "stratum_keys: expected a key of its own for each, got a key twice"),
        (lambda: margin(plain(), [0, -1]), "joined: expected codes from 0, got -1"),
        (lambda: margin(plain(), [0]), "joined: expected 2 values, got 1"),
        (lambda: rescale(plain(), [1.0, 0.0]), "factors: expected finite numbers above 0"),
    ],
)
def test_what_does_not_belong_together_is_refused_by_name(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)
