"""Files of figures: an SVG with its own style, and a PNG of twice its size."""

import struct
from xml.etree import ElementTree as ET

import pytest

from publication.charts.axes import PERCENT
from publication.charts.bar_drawings import choice_drawing, diverging_drawing, part_drawing
from publication.charts.bars import Factor, Headings
from publication.charts.choices import Choice, ChoiceHeadings
from publication.charts.dots import Dot, Group, dot_drawing
from publication.charts.layouts import NORWAY_2024
from publication.charts.parts import Part, PartHeadings, Whole
from publication.charts.standalone import Caption, standalone
from publication.charts.steps import PERCENT_STEPS
from publication.charts.svg import NARROW, WIDE, Drawing
from publication.charts.tiles import Tile, tile_drawing
from publication.charts.words import Words
from publication.figures.pictures import drawing_style, png_file, svg_file
from tests.publication.drawn import SVG, texts

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Andeler")
CAPTION = Caption(
    "Tre av fire har innført noe nytt & nyttig",
    "Andel arbeidsplasser med minst én innovasjon de siste to årene, prosent. 412 svar.",
    "Kilde: innovasjonsbarometeret 2025, tall fra kjøring 7",
    ("a: flere sektorer er spurt fra 2020",),
)
DOTS = [Group("", (Dot("Norge", 73.94, 68.1, 79.2), Dot("Island"), Dot("Áŋŧđčšž ðþæøå", 50.0, 40.0, 60.0)))]
LONG = "Kompetanseutviklingsmuligheter og tverrfaglige samarbeidsavtaler i kommunehelsetjenesten"
PARTS = PartHeadings(LONG, LONG, LONG, (Part(LONG, "minus"), Part("Verken", "neutral"), Part("Fremmet", "plus")))


def drawn() -> list[Drawing]:
    heads = Headings(LONG, LONG, "Hemmet i høy grad", "Fremmet i høy grad", LONG, LONG, LONG)
    factors = [Factor(LONG, 71.2, 7.4, 63.8, 58.0, 69.6, 4.4, 17.0), Factor("Penger"), Factor("Alt", 100, 100, 0.0)]
    return [
        dot_drawing(DOTS, PERCENT, WORDS, WIDE),
        diverging_drawing(factors, heads, WORDS),
        part_drawing([Whole(LONG, (7.4, 21.4, 71.2)), Whole("Penger")], PARTS, WORDS),
        choice_drawing([Choice(LONG, 100.0, 99.0, 100.0), Choice("Fond")], ChoiceHeadings(LONG, LONG, LONG), WORDS),
        tile_drawing(NORWAY_2024, [Tile("03", 61.3)], PERCENT_STEPS, WORDS, WIDE),
    ]


@pytest.mark.parametrize("drawing", drawn(), ids=("dots", "diverging", "parts", "choices", "tiles"))
def test_a_file_has_its_words_its_mark_and_a_style_for_every_class(drawing: Drawing) -> None:
    svg = svg_file(drawing, CAPTION, WORDS)
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert {"Konstruerte data", "for få svar", CAPTION.title, CAPTION.source, CAPTION.notes[0]} <= set(texts(root))
    style = root.find(f"{SVG}style")
    assert style is not None
    names = {name for one in root.iter() for name in (one.get("class") or "").split()}
    assert {name for name in names if f".{name}" not in (style.text or "")} - {
        "fig-label"
    } == set()  # a label is plain text
    assert "var(" not in svg
    assert "script" not in svg


def test_a_withheld_bar_has_no_track_that_would_look_like_zero() -> None:
    rows = [Choice("Egne", 0.0), Choice("Fond")]
    marks = "".join(choice_drawing(rows, ChoiceHeadings("Betalt av", "Svar", "Andel"), WORDS).marks)
    assert marks.count("fig-track") == 1
    assert marks.count("fig-bar-one") == 1


def test_a_picture_has_twice_the_pixels() -> None:
    svg = svg_file(dot_drawing(DOTS, PERCENT, WORDS, NARROW), CAPTION, WORDS, width=NARROW)
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    png = png_file(svg)
    assert png == png_file(svg)  # the same bytes, wherever it is made
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (2 * int(root.get("width", "0")), 2 * int(root.get("height", "0")))


def test_the_style_is_the_pages_with_its_values() -> None:
    style = drawing_style()
    assert ".fig-dot{ fill: #072a40;" in style.replace("{fill", "{ fill")
    assert "@media" not in style
    assert ".w50" not in style


def test_what_is_no_file_of_ours_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^svg: expected width and height in whole pixels"):
        png_file("<svg/>")
    with pytest.raises(ValueError, match=r"^style: expected no custom properties"):
        standalone(Drawing((), 10), WIDE, CAPTION, WORDS, style=".a{fill:var(--ink)}")
