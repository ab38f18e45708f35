"""CSV that carries text safely into a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.disclosure.rounding import down, nearest, up
from publication.formats.csv import cell, written


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_starts_a_formula_is_defused(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "kept"), [(-4.5, -4.5), (3, 3), (None, ""), (True, 1), ("Norge", "Norge")])
def test_numbers_stay_numbers(value: object, kept: object) -> None:
    assert cell(value) == kept


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))), min_size=2, max_size=2)
    )
)
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(written(("a", "b"), rows), newline="")))
    assert read == [["a", "b"], *([str(cell(value)) for value in row] for row in rows)]


@given(st.floats(-200, 200, allow_nan=False))
def test_intervals_are_rounded_outward_and_values_to_the_nearest(value: float) -> None:
    assert down(value, 1) <= value + 1e-9
    assert up(value, 1) >= value - 1e-9
    assert up(value, 1) - down(value, 1) <= 0.1 + 1e-9
    assert abs(nearest(value, 1) - value) <= 0.05 + 1e-9


@pytest.mark.parametrize(
    ("value", "low", "near", "high"),
    [(28.499999999999996, 28.5, 28.5, 28.5), (0.05, 0.0, 0.1, 0.1), (-0.05, -0.1, -0.1, 0.0), (-0.01, -0.1, 0.0, 0.0)],
)
def test_the_noise_of_floating_point_moves_no_decimal(value: float, low: float, near: float, high: float) -> None:
    assert (down(value, 1), nearest(value, 1), up(value, 1)) == (low, near, high)
    assert str(nearest(value, 1)) != "-0.0"
