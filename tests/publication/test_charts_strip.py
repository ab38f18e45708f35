"""Strips: the own value by sign, name and number or key; what is withheld has no sign."""

import re
from dataclasses import replace

import pytest

from publication.charts.axes import PERCENT, Axis
from publication.charts.strip import LABELS_ALONE, MARGIN, StripNames, StripRow, printed_strips, strip_plot
from publication.charts.svg import WIDE
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


BALANCE = Axis(-100, 100, (-100, 0, 100), signed=True)
KEYED = StripNames("your answer", "the group", "", ("hindered", "neither", "promoted"))
DIAMOND = re.compile(r'class="fig-own" d="M([\d.]+) ([\d.]+)L([\d.]+)')
STYLE = ".fig-own{fill:#072a40}"


def printed(row: StripRow, names: StripNames = KEYED) -> str:
    return printed_strips([row], names, BALANCE, WORDS, style=STYLE)


@pytest.mark.parametrize(("own", "place"), [(-100.0, 0.0), (0.0, 0.5), (100.0, 1.0)])
def test_one_answer_stands_at_an_end_or_in_the_middle(own: float, place: float) -> None:
    """As the mean of one answer that is -100, 0 or +100 would."""
    drawn = printed(StripRow("Law", own, own, None))
    x = float(DIAMOND.findall(drawn)[-1][0])
    left, right = LABELS_ALONE, WIDE - MARGIN
    assert x == pytest.approx(left + place * (right - left), abs=0.1)
    assert f'class="fig-group" cx="{x:g}"' in drawn


def test_with_a_key_what_is_not_shown_is_not_drawn() -> None:
    signs = ("fig-own", "fig-group", "fig-everyone", "fig-interval")
    nothing = printed(StripRow("Law", None, None, None))
    assert [nothing.count(f'class="{name}"') for name in signs] == [1, 1, 0, 0]  # the key alone
    whole = printed(StripRow("Law", 100.0, 5.0, 7.0, low=-1.0, high=11.0), replace(KEYED, everyone="land"))
    assert [whole.count(f'class="{name}"') for name in signs] == [2, 2, 2, 1]


def test_a_key_names_signs_and_ends_and_numbers_stand_beside() -> None:
    html = strip_plot([StripRow("<b>", 100.0, 5.0, None)] * 2, KEYED, BALANCE, WORDS)
    for drawing, words in zip(drawings(html), said(html), strict=True):
        for part in ("your answer", "the group", "hindered", "neither", "promoted", "<b>", "Konstruerte data"):
            assert part in words
        assert "100" not in words
        assert len(named(drawing, "fig-zero")) == 2
        assert outside(drawing) == []


def test_a_printed_strip_is_a_document_of_its_own() -> None:
    drawn = printed(StripRow("Law", 100.0, 5.0, None))
    assert drawings(drawn)[0].tag.endswith("svg")
    assert f"<style>{STYLE}</style>" in drawn
    with pytest.raises(ValueError, match="custom properties"):
        printed_strips([StripRow("Law", 1, 5.0, None)], KEYED, BALANCE, WORDS, style="a{fill:var(--ink)}")
