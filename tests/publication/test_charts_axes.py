"""Axes: round ticks, names that never meet, the language's decimal mark, and whether an axis is cut."""

from itertools import pairwise

import pytest

from publication.charts.axes import PERCENT, Axis, axis_of, is_cut, names_below, place_on, tick_name
from publication.charts.fitting import width_of
from publication.charts.ranks import Places, in_view, rank_plot
from publication.charts.svg import NARROW
from publication.charts.words import Words
from tests.publication.drawn import SVG, drawings, named, outside, texts

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="", label="Andeler")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((61.2, 63.9), (61, 61.5, 62, 62.5, 63, 63.5, 64)),
        ((40.0, 88.0), (40, 50, 60, 70, 80, 90)),
        ((None, None), (0, 0.5, 1)),
        ((7.0, 7.0), (7, 7.5)),
    ],
)
def test_ticks_are_round_and_just_hold_the_values(values: tuple[float | None, ...], ticks: tuple[float, ...]) -> None:
    assert axis_of(values).ticks == ticks


def test_a_tick_has_the_languages_mark_and_what_follows() -> None:
    assert tick_name(axis_of([61.2, 63.9], suffix=" %"), 61.5, WORDS) == "61,5 %"
    assert tick_name(axis_of([-3.0, 4.0], signed=True), 2, WORDS) == "+2"


def test_an_axis_that_leaves_something_out_is_cut() -> None:
    assert not is_cut(PERCENT)
    assert is_cut(axis_of([61.2, 63.9]))
    assert not is_cut(axis_of([-3.0, 4.0], signed=True), low=0, high=4)


def test_names_of_ticks_never_meet_and_keep_zero() -> None:
    axis = Axis(-100, 100, tuple(range(-100, 101, 10)), suffix=" poeng", signed=True)
    marks = "".join(names_below(axis, WORDS, (12, NARROW - 12), 20, NARROW))
    (drawing,) = drawings(f'<svg xmlns="http://www.w3.org/2000/svg" width="358" height="40">{marks}</svg>')
    assert "0 poeng" in texts(drawing)
    assert outside(drawing) == []
    ends = []
    for one in drawing.iter(f"{SVG}text"):
        wide = width_of(one.text or "", 15)
        start = float(one.get("x", "0")) - {"end": wide, "middle": wide / 2}.get(one.get("text-anchor", ""), 0)
        ends.append((start, start + wide))
    assert len(ends) >= 3
    assert all(before[1] < after[0] for before, after in pairwise(sorted(ends)))


def test_places_are_linear_and_end_at_the_axis() -> None:
    assert [place_on(PERCENT, value, 10, 110) for value in (-5, 0, 50, 100, 140)] == [10, 10, 60, 110, 110]


def test_of_forty_places_six_are_in_view_around_ones_own() -> None:
    rows = [Places(f"Kommune {n}", max(1, n - 3), min(40, n + 3), n) for n in range(1, 41)]
    assert [row.label for row in in_view(rows, "Kommune 20")] == [f"Kommune {n}" for n in range(18, 24)]
    assert [row.at for row in in_view(rows, "Kommune 1")] == [1, 2, 3, 4, 5, 6]
    assert [row.at for row in in_view(rows, "Kommune 40")] == [35, 36, 37, 38, 39, 40]
    for drawing in drawings(rank_plot(in_view(rows, "Kommune 20"), WORDS, last=40)):
        assert len(named(drawing, "fig-dot")) == 6  # one a row, where the estimate is
        assert {"1", "20", "40"} <= set(texts(drawing))
        assert len(named(drawing, "fig-tick")) <= 40
    with pytest.raises(ValueError, match=r"^label: expected one of Kommune 1, .*got 'Oslo'"):
        in_view(rows, "Oslo")
    with pytest.raises(ValueError, match=r"^last: expected at least 40, .*got 39\."):
        rank_plot(rows, WORDS, last=39)
