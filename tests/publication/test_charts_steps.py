"""Five steps in tables, tiles and points: the right step, the number in text, nothing withheld in a colour."""

import re
from itertools import pairwise
from math import radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.charts.heat import HeatHeadings, HeatRow, heat_drawing, heat_table
from publication.charts.layouts import LAYOUTS, NORDIC, NORWAY_2020, NORWAY_2024, Layout, UnknownArea, layout_for
from publication.charts.points import Place, point_map, projected
from publication.charts.positions import positions
from publication.charts.steps import PERCENT_STEPS, Steps, key_list, step_names, steps_of
from publication.charts.svg import NARROW, WIDE
from publication.charts.tiles import Tile, tile_drawing, tile_map
from publication.charts.words import Words
from tests.publication.drawn import drawings, named, outside, texts

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Andeler")
HEADINGS = HeatHeadings("Indeks <1>", "Land", ("Åpen", "Målrettet"))
FIGURES = Path(__file__).resolve().parent.parent.parent / "static" / "css" / "figures.css"


@pytest.mark.parametrize(("value", "step"), [(0, 1), (19.99, 1), (20, 2), (59, 3), (60, 4), (80, 5), (100, 5)])
def test_a_value_on_an_edge_belongs_to_the_step_above(value: float, step: int) -> None:
    assert PERCENT_STEPS.of(value) == step


def test_a_value_outside_the_edges_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^value: expected 0 to 100, got 100\.1\."):
        PERCENT_STEPS.of(100.1)


@given(st.lists(st.floats(-90, 90), min_size=1, max_size=12))
def test_steps_hold_every_value_at_equal_round_edges(values: list[float]) -> None:
    steps = steps_of(values, signed=True)
    assert all(1 <= steps.of(value) <= 5 for value in values)
    widths = {round(after - before, 9) for before, after in pairwise(steps.edges)}
    assert len(widths) == 1


def test_steps_keep_to_what_values_can_be() -> None:
    assert steps_of([93.0, 99.0], limits=(0, 100)).edges == (90, 92, 94, 96, 98, 100)
    assert steps_of([0.0, 100.0], limits=(0, 100)).edges == PERCENT_STEPS.edges
    with pytest.raises(ValueError, match=r"^values: expected at least one that is shown, got none\."):
        steps_of([None])
    with pytest.raises(ValueError, match=r"^values: expected a range of at most 500"):
        steps_of([-300, 300])


def test_the_key_names_every_step_and_what_is_withheld() -> None:
    assert step_names(Steps((-10, -5, 0, 5, 10, 15), signed=True), WORDS)[1] == "−5 – 0"
    key = key_list(PERCENT_STEPS, WORDS)
    for name in ("0–20 %", "80–100 %", "for få svar"):
        assert f"</span>{name}</li>" in key


def test_a_heat_table_has_the_number_in_each_cell_and_its_own_scroll_area() -> None:
    html = heat_table(
        [HeatRow("Norge & co", (61.25, None)), HeatRow("Island", (0, 100))], HEADINGS, PERCENT_STEPS, WORDS
    )
    assert '<th scope="row">Norge &amp; co</th><td class="step-4">61,2 %</td>' in html
    assert '<td class="step-0 withheld">for få svar</td>' in html
    assert '<td class="step-1">0,0 %</td><td class="step-5">100,0 %</td>' in html
    assert 'role="region" tabindex="0" aria-label="Indeks &lt;1&gt;"' in html
    assert '<span class="constructed">Konstruerte data</span>' in html
    assert "style=" not in html


def test_a_heat_table_refuses_a_row_that_does_not_match_its_columns() -> None:
    with pytest.raises(ValueError, match=r"^values of 'Norge': expected 2, one a column, got 1\."):
        heat_table([HeatRow("Norge", (1,))], HEADINGS, PERCENT_STEPS, WORDS)
    with pytest.raises(ValueError, match=r"^columns: expected at least one, got none"):
        heat_table([], HeatHeadings("Indeks", "Land", ()), PERCENT_STEPS, WORDS)


def test_a_drawn_heat_table_has_a_box_a_cell_and_its_key() -> None:
    drawing = heat_drawing([HeatRow("Norge", (61.25, None))], HEADINGS, PERCENT_STEPS, WORDS, WIDE)
    marks = "".join(drawing.marks)
    assert len(re.findall(r'class="fig-step fig-step-\d"', marks)) == 2 + 6
    assert ">61,2 %<" in marks


ALL = [NORDIC, *(layout for layouts in LAYOUTS.values() for layout in layouts)]


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.key)
def test_a_layout_has_each_area_once_on_a_place_of_its_own(layout: Layout) -> None:
    assert len({(area.column, area.row) for area in layout.areas}) == len(layout.areas)
    assert layout.columns <= 4  # more would not hold a name on a phone
    names = [name for area in layout.areas for name in area.names]
    assert all(layout.find(name) for name in names)


def test_the_layouts_hold_every_county_and_region() -> None:
    counts = {layout.key: len(layout.areas) for layout in ALL}
    assert counts == {
        "nordic": 5,
        "Norway 2024": 15,
        "Norway 2020-2023": 11,
        "Sweden": 21,
        "Denmark": 5,
        "Finland": 19,
        "Iceland": 8,
    }


def test_the_layout_is_the_one_that_has_the_areas_of_the_frame() -> None:
    assert layout_for("NO", ["Vestland", "Troms - Romsa - Tromssa", "03"]) is NORWAY_2024
    assert layout_for("NO", ["Viken", "Oslo"]) is NORWAY_2020
    with pytest.raises(UnknownArea, match=r"^areas of NO: expected codes or names of .* got 'Hedmark'\."):
        layout_for("NO", ["Oslo", "Hedmark"])
    with pytest.raises(UnknownArea, match=r"^country: expected one of NO, SE, DK, FI, IS, got 'EE'\."):
        layout_for("EE", [])


def test_a_tile_without_a_value_is_white_and_never_zero() -> None:
    tiles = [Tile("NO", 0.0), Tile("Danmark"), Tile("SE", 88.8, "Ruoŧŧa")]
    for drawing in drawings(tile_map(NORDIC, tiles, PERCENT_STEPS, WORDS)):
        classes = [(box.get("class") or "").split()[-1] for box in named(drawing, "fig-step")]
        # in the order of the layout: Iceland is not given, Norway, Sweden, Finland is not given, Denmark is withheld
        assert classes == ["fig-step-0", "fig-step-1", "fig-step-5", "fig-step-0", "fig-step-0"]
        assert texts(drawing).count("–") == 3
        assert {"0,0 %", "88,8 %", "Ruoŧŧa", "Konstruerte data"} <= set(texts(drawing))


def test_a_tile_map_refuses_an_area_it_lacks_or_has_twice() -> None:
    with pytest.raises(ValueError, match=r"^area: expected a code or name of nordic, got 'EE'\."):
        tile_map(NORDIC, [Tile("EE", 1)], PERCENT_STEPS, WORDS)
    with pytest.raises(ValueError, match=r"^area: expected each once, got 'Norge' again\."):
        tile_map(NORDIC, [Tile("NO", 1), Tile("Norge", 2)], PERCENT_STEPS, WORDS)


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.key)
def test_no_name_of_a_tile_is_cut(layout: Layout) -> None:
    tiles = [Tile(area.code, 100.0) for area in layout.areas]
    for drawing in drawings(tile_map(layout, tiles, PERCENT_STEPS, WORDS)):
        assert outside(drawing) == []
        boxes = named(drawing, "fig-step")
        lowest = max(float(box.get("y", "0")) + float(box.get("height", "0")) for box in boxes)
        assert lowest <= float(drawing.get("height", "0"))
    marks = "".join(tile_drawing(layout, tiles, PERCENT_STEPS, WORDS, NARROW).marks)
    assert marks.count('class="fig-step fig-step-') == len(layout.areas) + 6


def test_the_projection_keeps_areas_and_directions() -> None:
    """A cell of one degree is as large as on the sphere, up to its straight edges; east is right, south is down."""

    def area(lon: float, lat: float) -> float:
        ring = projected([(lon, lat), (lon + 1, lat), (lon + 1, lat + 1), (lon, lat + 1)], (16.0, 65.0))
        return 0.5 * abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)))

    for lon, lat in ((5, 58), (16, 65), (30, 71)):  # on the unit sphere: difference of longitude by that of sines
        assert area(lon, lat) == pytest.approx(radians(1) * (sin(radians(lat + 1)) - sin(radians(lat))), rel=2e-3)
    (east, _), (_, south) = projected([(17, 65), (16, 64)], (16.0, 65.0))
    assert east > 0
    assert south > 0
    assert projected([(16, 65)], (16.0, 65.0)) == [(0.0, 0.0)]


def test_points_are_one_size_and_withheld_ones_are_hollow() -> None:
    places = [Place("Øst", 11, 60, 0.0), Place("Vest", 5, 61, 100.0), Place("Nord", 25, 70, own=True)]
    ring = [(4.0, 58.0), (30.0, 58.0), (30.0, 71.0)]
    for drawing in drawings(point_map(places, PERCENT_STEPS, WORDS, outlines=[ring])):
        assert [(point.get("class") or "").split()[1] for point in named(drawing, "fig-point")] == [
            "fig-point-0",
            "fig-point-1",
            "fig-point-5",
        ]
        assert len(named(drawing, "fig-ring")) == 1
        assert "Nord" in texts(drawing)
        assert len(named(drawing, "fig-outline")) == 1
        assert outside(drawing) == []


def test_points_refuse_metres_and_nothing() -> None:
    with pytest.raises(ValueError, match=r"^place 'Oslo': expected degrees .* got 262000 and 6\.65e\+06\. Give WGS 84"):
        point_map([Place("Oslo", 262000, 6650000)], PERCENT_STEPS, WORDS)
    with pytest.raises(ValueError, match=r"^places: expected at least one, got none\."):
        point_map([], PERCENT_STEPS, WORDS)


def test_every_norwegian_municipality_has_a_position_in_norway() -> None:
    found = positions("NO")
    assert len(found) == 357
    assert all(4 < lon < 32 and 57.5 < lat < 71.5 for lon, lat in found.values())
    assert {code[:2] for code in found} == {area.code for area in NORWAY_2024.areas}
    with pytest.raises(ValueError, match=r"^country: expected one of NO, got 'SE'\."):
        positions("SE")


def test_letters_on_a_step_have_enough_contrast() -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for the letters of every step."""
    style = FIGURES.read_text(encoding="utf-8")

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for step in range(1, 6):
        ground, ink = re.search(rf"^\.step-{step} {{ background: (#\w+); color: (#\w+); }}", style, re.M).groups()  # type: ignore[union-attr]
        ink = "#ffffff" if ink == "#fff" else ink
        low, high = sorted((light(ground), light(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, step
        assert f".fig-step-{step} {{ fill: {ground}; }}" in style
