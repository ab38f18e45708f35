"""Figures: numbers in text, nothing on colour alone, every text escaped, constructed written inside."""

import re
from xml.etree import ElementTree as ET

import pytest

from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.dots import PERCENT, Axis, Dot, Group, axis_around, dot_plot
from publication.charts.numbers import number, share_class
from publication.charts.ranks import Places, rank_plot
from publication.charts.words import Words

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Andeler & <mer>")
REAL = Words(decimal_mark=".", withheld="too few answers", constructed="", label="Shares")
GROUPS = [Group("", (Dot("Norge", 73.94, 68.1, 79.2), Dot("Island")))]
HEADINGS = Headings("Drivere", "Faktor", "Hemmet", "Fremmet", "Netto", "Vet ikke")
SVG = "{http://www.w3.org/2000/svg}"


def drawings(html: str) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html)]  # noqa: S314 - our own drawing


def texts(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def strokes_of(path: ET.Element) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Both ends of every line of a path; a path that draws anything else is an error."""
    found = []
    for one in (path.get("d") or "").removeprefix("M").split("M"):
        x, y, way, end = re.fullmatch(r"(\S+) ([^HV]+)([HV])(\S+)", one).groups()  # type: ignore[union-attr]
        start = (float(x), float(y))
        found.append((start, (float(end), start[1]) if way == "H" else (start[0], float(end))))
    return found


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (73.94, 1, False, "73,9"),
        (-4.5, 1, True, "−4,5"),
        (4.5, 1, True, "+4,5"),
        (0.04, 1, True, "0,0"),
        (-0.04, 1, True, "0,0"),
        (100, 0, False, "100"),
    ],
)
def test_numbers_have_the_languages_mark_and_a_true_minus(value: float, decimals: int, signed: bool, text: str) -> None:
    assert number(value, decimals, ",", signed=signed) == text


def test_a_dot_plot_comes_in_two_widths_with_its_numbers_in_text() -> None:
    wide, narrow = drawings(dot_plot(GROUPS, PERCENT, WORDS))
    assert (wide.get("width"), narrow.get("width")) == ("720", "358")
    for drawing in (wide, narrow):
        assert "73,9 % (68,1–79,2)" in texts(drawing)
        assert "for få svar" in texts(drawing)
        assert "Konstruerte data" in texts(drawing)
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label") == "Andeler & <mer>"
        assert len(list(drawing.iter(f"{SVG}circle"))) == 1


def test_real_data_carry_no_mark() -> None:
    assert "onstru" not in dot_plot(GROUPS, PERCENT, REAL)


def test_everything_stays_inside_the_drawing() -> None:
    groups = [
        Group("A very long heading that goes on and on and has to be broken into lines to fit a phone", GROUPS[0].dots)
    ]
    for drawing in drawings(dot_plot(groups, PERCENT, WORDS)):
        width, height = float(drawing.get("width", "0")), float(drawing.get("height", "0"))
        for element in drawing.iter():
            for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(name, "0")) <= limit
        strokes = [stroke for path in drawing.iter(f"{SVG}path") for stroke in strokes_of(path)]
        assert len(strokes) == len(PERCENT.ticks) + 3  # the grid, a line for each row, one interval
        assert all(0 <= x <= width and 0 <= y <= height for ends in strokes for x, y in ends)


def test_an_axis_of_changes_always_shows_zero() -> None:
    axis = axis_around([Group("", (Dot("x", 7, 3, 11),))], signed=True)
    assert axis.low <= 0
    assert 0 in axis.ticks
    assert axis.high >= 11
    assert axis_around([Group("", (Dot("withheld"),))]).high > axis_around([]).low


def test_an_axis_keeps_to_its_limits() -> None:
    axis = axis_around([Group("", (Dot("x", 99, 97, 100),))], limits=(0, 100))
    assert axis.high == 100
    assert axis.low < 99


def test_a_value_outside_the_axis_is_drawn_at_its_end() -> None:
    drawing = drawings(dot_plot([Group("", (Dot("x", 120),))], Axis(0, 100, (0, 100)), REAL))[0]
    assert next(drawing.iter(f"{SVG}circle")).get("cx") == "520"


def test_diverging_bars_put_both_sides_and_the_rest_in_words() -> None:
    html = diverging_bars([Factor("Ansatte <b>", 71.2, 7.4, 63.8, 58.0, 69.6, 21.4), Factor("Penger")], HEADINGS, WORDS)
    assert "Ansatte &lt;b&gt;" in html
    assert 'class="bar w71"' in html
    assert 'class="bar w7"' in html
    for text in ("71,2 %", "7,4 %", "<strong>+63,8</strong> (+58,0 – +69,6)", "21,4 %", "Hemmet", "Fremmet"):
        assert text in html
    assert 'colspan="4" class="withheld">for få svar' in html
    assert '<span class="constructed">Konstruerte data</span></caption>' in html
    assert "style=" not in html


def test_rank_intervals_show_every_possible_place() -> None:
    wide, _narrow = drawings(rank_plot([Places("Norge", 1, 2), Places("Island", 3, 3), Places("Danmark")], WORDS))
    assert {"1–2", "3", "for få svar", "Konstruerte data"} <= set(texts(wide))
    assert len(list(wide.iter(f"{SVG}circle"))) == 3


@pytest.mark.parametrize(("share", "name"), [(-3, "w0"), (0.4, "w0"), (49.6, "w50"), (100, "w100"), (120, "w100")])
def test_widths_are_classes(share: float, name: str) -> None:
    assert share_class(share) == name
