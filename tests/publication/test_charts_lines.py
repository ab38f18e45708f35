"""Waves: never a line over a break of method or a withheld wave, and what either means in words."""

from itertools import pairwise

import pytest

from publication.charts.axes import PERCENT, axis_of
from publication.charts.lines import Line, Point, Wave, breaks, line_chart, line_notes
from publication.charts.words import Words
from tests.publication.drawn import drawings, named, outside, texts

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Andeler")
TWO = (Wave("2020", 2020), Wave("2022", 2022))
FOUR = (Wave("2018", 2018), Wave("2020", 2020), Wave("2021", 2021), Wave("2025", 2025))


def shown(value: float, changed: str = "") -> Point:
    return Point(value, value - 5, value + 5, changed)


def test_a_slope_has_a_whisker_a_point_and_a_line_of_waves_a_band() -> None:
    slope = drawings(line_chart([Line("Norge", (shown(70), shown(74)))], TWO, PERCENT, WORDS))
    long = drawings(line_chart([Line("Norge", tuple(map(shown, (60, 65, 70, 75))))], FOUR, PERCENT, WORDS))
    for drawing in slope:
        assert (len(named(drawing, "fig-whisker")), len(named(drawing, "fig-band"))) == (2, 0)
        assert len(named(drawing, "fig-line")) == 1
        assert "Konstruerte data" in texts(drawing)
    for drawing in long:
        assert (len(named(drawing, "fig-whisker")), len(named(drawing, "fig-band"))) == (0, 1)
        assert len(named(drawing, "fig-mark")) == 4


def test_a_break_parts_the_line_and_is_said() -> None:
    lines = [
        Line("Norge", (shown(60), shown(75, "flere sektorer"), shown(74), shown(76))),
        Line("Danmark", (shown(61), shown(62), shown(63), shown(64, "ny ordlyd"))),
        Line("Island", (shown(50), shown(70, "flere sektorer"), shown(71), shown(72))),
    ]
    assert [(one.letter, one.before, one.lines) for one in breaks(lines)] == [("a", 1, (0, 2)), ("b", 3, (1,))]
    html = line_chart(lines, FOUR, PERCENT, WORDS)
    assert "<li>a: 2018–2020, Norge, Island: flere sektorer</li><li>b: 2021–2025, Danmark: ny ordlyd</li>" in html
    for drawing in drawings(html):
        assert len(named(drawing, "fig-break-mark")) == 3
        assert len(named(drawing, "fig-break")) == 2
        # Norway and Iceland: three waves after the break; Denmark: three before. Nothing joins what a break parts.
        joined = [(one.get("d") or "").count("L") + 1 for one in named(drawing, "fig-line")]
        assert joined == [3, 3, 3]
        assert {"a", "b"} <= set(texts(drawing))


def test_a_withheld_wave_is_a_gap_and_never_zero() -> None:
    lines = [
        Line("Island", (shown(50), Point(), shown(55), shown(57))),
        Line("Åland", (None, Point(), Point(), Point())),
    ]
    assert line_notes(lines, FOUR, WORDS) == (
        "Island, 2020: for få svar",
        "Åland, 2020, 2021, 2025: for få svar",
    )
    for drawing in drawings(line_chart(lines, FOUR, PERCENT, WORDS)):
        assert len(named(drawing, "fig-mark")) == 3 + 0  # a sign for each value that is shown, none for Åland
        assert len(named(drawing, "fig-line")) == 1
        assert not named(drawing, "fig-mark-2")


def test_waves_stand_in_proportion_to_time() -> None:
    wide, _narrow = drawings(line_chart([Line("Norge", tuple(map(shown, (60, 65, 70, 75))))], FOUR, PERCENT, WORDS))
    xs = [float(mark.get("cx", "nan")) for mark in named(wide, "fig-mark")]
    assert (xs[1] - xs[0]) / (xs[3] - xs[0]) == pytest.approx(2 / 7, abs=0.01)


def test_names_at_the_end_do_not_meet_and_nothing_is_cut() -> None:
    lines = [
        Line(f"Helseforetaksorganisasjonsutvikling {name}", (shown(70 + n / 10), shown(74 + n / 10)))
        for n, name in enumerate("abcdef")
    ]
    for drawing in drawings(line_chart(lines, TWO, axis_of([60, 80], suffix=" %"), WORDS)):
        assert outside(drawing) == []
        ys = sorted(float(name.get("y", "nan")) for name in named(drawing, "fig-name"))
        assert min(after - before for before, after in pairwise(ys)) >= 14


@pytest.mark.parametrize(
    ("lines", "waves", "said"),
    [
        ([], TWO, r"^lines: expected 1 to 6"),
        ([Line("x", (shown(1), shown(2)))] * 7, TWO, r"^lines: expected 1 to 6.*got 7"),
        ([Line("x", (shown(1),))], TWO[:1], r"^waves: expected at least two, got 1"),
        ([Line("x", (shown(1), shown(2)))], TWO[::-1], r"^waves: expected times that rise"),
        ([Line("x", (shown(1),))], TWO, r"^points of 'x': expected 2, one a wave, got 1"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(lines: list[Line], waves: tuple[Wave, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        line_chart(lines, waves, PERCENT, WORDS)
