"""Strips: the own value by sign, name and number; what is withheld has words and no sign."""

from publication.charts.axes import PERCENT
from publication.charts.strip import StripNames, StripRow, strip_plot
from publication.charts.words import Words
from tests.publication.drawn import drawings, named, outside, texts

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Stripe")
NAMES = StripNames("Din kommune", "Lignende kommuner", "Alle kommuner")


def said(html: str) -> list[str]:
    return [" ".join(texts(drawing)).replace("\u00a0", " ") for drawing in drawings(html)]


def test_three_values_have_sign_name_and_number() -> None:
    html = strip_plot([StripRow("Nytt", 61.3, 55.0, 52.1, (10.0, 20.0, 30.0))], NAMES, PERCENT, WORDS)
    for drawing, words in zip(drawings(html), said(html), strict=True):
        for value in ("Din kommune: 61,3 %", "Lignende kommuner: 55,0 %", "Alle kommuner: 52,1 %", "Konstruerte data"):
            assert value in words
        for name in ("fig-own", "fig-group", "fig-everyone"):
            assert len(named(drawing, name)) == 2  # before the name, and on the strip
        assert named(drawing, "fig-others")[0].get("d", "").count("M") == 3


def test_a_withheld_value_is_said_and_not_drawn() -> None:
    html = strip_plot([StripRow("Nytt", None, 0.0, None)], NAMES, PERCENT, WORDS)
    for drawing, words in zip(drawings(html), said(html), strict=True):
        assert "Din kommune: for få svar" in words
        assert [len(named(drawing, name)) for name in ("fig-own", "fig-group", "fig-everyone")] == [1, 2, 1]
        assert not named(drawing, "fig-others")


def test_long_names_stay_inside() -> None:
    long = "Kompetanseutviklingsmuligheter og samarbeidsavtaler i kommunehelsetjenesten"
    names = StripNames(long, long, long)
    for drawing in drawings(strip_plot([StripRow(long, 100.0, 0.0, None)] * 2, names, PERCENT, WORDS)):
        assert outside(drawing) == []
