"""Strata, allocation and selection."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.sampling import SamplingError, allocate, draw, inclusion_probabilities, size_class, stratify


def test_size_classes_begin_at_1_20_and_50_employees() -> None:
    assert [size_class(number) for number in (1, 19, 20, 49, 50, 9999)] == [
        "small",
        "small",
        "medium",
        "medium",
        "large",
        "large",
    ]


def test_strata_are_country_by_sector_by_size() -> None:
    strata = stratify(country="NO", sectors=["social", "culture", "social"], employees=[5, 60, 7])
    assert [str(key) for key in strata.keys] == ["NO.culture.large", "NO.social.small"]
    assert strata.of_unit.tolist() == [1, 0, 1]
    assert strata.populations.tolist() == [1, 2]
    assert strata.take_all.tolist() == [False, False]


def test_a_limit_inside_a_size_class_splits_the_units_off_that_are_all_taken() -> None:
    strata = stratify(country="NO", sectors=["social"] * 4, employees=[60, 250, 30, 90], take_all_from=200)
    assert [str(key) for key in strata.keys] == ["NO.social.large", "NO.social.large.all", "NO.social.medium"]
    assert strata.take_all.tolist() == [False, True, False]


def test_a_limit_at_the_edge_of_a_size_class_takes_the_class_as_it_stands() -> None:
    strata = stratify(country="NO", sectors=["social"] * 3, employees=[60, 250, 30], take_all_from=50)
    assert [str(key) for key in strata.keys] == ["NO.social.large", "NO.social.medium"]
    assert strata.take_all.tolist() == [True, False]


def test_allocation_is_proportional_with_largest_remainders() -> None:
    # 10 x (60, 25, 15) / 100 = 6.0, 2.5, 1.5: one unit is left, the fractions tie and the earlier stratum gets it
    assert allocate(np.array([60, 25, 15]), size=10, minimum=0).tolist() == [6, 3, 1]


def test_take_all_strata_come_first_and_the_rest_is_shared_out() -> None:
    populations = np.array([100, 10, 100])
    allocated = allocate(populations, size=50, take_all=np.array([False, True, False]), minimum=0)
    assert allocated.tolist() == [20, 10, 20]


def test_each_stratum_gets_the_minimum_or_all_its_units() -> None:
    assert allocate(np.array([1000, 10, 1]), size=20, minimum=2).tolist() == [17, 2, 1]


@pytest.mark.parametrize(
    ("size", "minimum", "code"),
    [(200, 2, "too_large"), (4, 2, "take_all_exceeds"), (7, 2, "minimum_exceeds"), (10, -1, "negative")],
)
def test_an_impossible_plan_is_refused_with_its_reason(size: int, minimum: int, code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        allocate(np.array([50, 5, 40]), size=size, take_all=np.array([False, True, False]), minimum=minimum)
    assert refused.value.code == code


def test_a_frame_without_units_is_refused() -> None:
    with pytest.raises(SamplingError, match="no units"):
        stratify(country="NO", sectors=[], employees=[])


@given(
    populations=st.lists(st.integers(1, 400), min_size=1, max_size=20),
    share=st.floats(0.05, 1),
    minimum=st.integers(0, 3),
)
def test_allocation_meets_size_bounds_and_minimum(populations: list[int], share: float, minimum: int) -> None:
    frame = np.array(populations)
    least = np.minimum(minimum, frame)
    size = max(int(frame.sum() * share), int(least.sum()), 1)
    allocated = allocate(frame, size=size, minimum=minimum)
    assert allocated.sum() == size
    assert (allocated <= frame).all()
    assert (allocated >= least).all()


def test_the_same_frame_and_seed_draw_the_same_units_in_whatever_order_they_come() -> None:
    codes = [f"U{number:03d}" for number in range(60)]
    of_unit = np.arange(60) % 3
    sizes = np.array([4, 7, 0])
    forward = draw(codes=codes, of_unit=of_unit, sizes=sizes, seed=2025)
    backward = draw(codes=codes[::-1], of_unit=of_unit[::-1], sizes=sizes, seed=2025)
    assert [codes[position] for position in forward] == [codes[::-1][position] for position in backward]
    assert np.bincount(of_unit[forward], minlength=3).tolist() == [4, 7, 0]
    other = draw(codes=codes, of_unit=of_unit, sizes=sizes, seed=2026)
    assert forward.tolist() != other.tolist()


def test_every_unit_is_drawn_as_often_as_its_inclusion_probability_says() -> None:
    of_unit = np.array([0] * 6 + [1] * 3)
    sizes = np.array([2, 3])
    codes = [f"U{number}" for number in range(9)]
    hits = np.zeros(9)
    for seed in range(3000):
        hits[draw(codes=codes, of_unit=of_unit, sizes=sizes, seed=seed)] += 1
    probabilities = inclusion_probabilities(sizes, np.bincount(of_unit))[of_unit]
    assert probabilities.tolist() == pytest.approx([1 / 3] * 6 + [1.0] * 3)
    # three standard errors of a share of 3,000 draws
    assert np.abs(hits / 3000 - probabilities).max() < 3 * np.sqrt(1 / 3 * 2 / 3 / 3000)


@pytest.mark.parametrize(
    ("codes", "sizes", "seed", "code"),
    [
        (["a", "a"], [1], 1, "duplicate_code"),
        (["a", "b"], [3], 1, "sizes"),
        (["a", "b"], [1], -1, "seed"),
    ],
)
def test_a_draw_that_cannot_be_made_is_refused(codes: list[str], sizes: list[int], seed: int, code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        draw(codes=codes, of_unit=np.zeros(len(codes), dtype=np.int64), sizes=np.array(sizes), seed=seed)
    assert refused.value.code == code
