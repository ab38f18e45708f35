"""Bars in tables: every number in text, parts that make exactly 100, bars that begin at zero."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.choices import Choice, ChoiceHeadings, by_share, choice_bars
from publication.charts.parts import Part, PartHeadings, Whole, part_bars, whole_numbers
from publication.charts.words import Words

WORDS = Words(decimal_mark=",", withheld="for få svar", constructed="Konstruerte data", label="Andeler")
PARTS = PartHeadings(
    "Alle <svar>", "Faktor", "Svar", (Part("Hemmet", "minus"), Part("Verken", "neutral"), Part("Fremmet", "plus"))
)


def test_those_who_say_neither_have_a_column_only_where_it_is_named() -> None:
    factor = Factor("Ansatte", 71.2, 7.4, 63.8, 58.0, 69.6, 4.4, 17.0)
    without = Headings("Drivere", "Faktor", "Hemmet", "Fremmet", "Netto", "Vet ikke")
    named = Headings("Drivere", "Faktor", "Hemmet", "Fremmet", "Netto", "Vet ikke", "Verken eller")
    assert "17,0 %" not in diverging_bars([factor], without, WORDS)
    html = diverging_bars([factor, Factor("Penger")], named, WORDS)
    assert '<span class="block-heading">Verken eller: </span>17,0 %' in html
    assert html.count('role="columnheader"') == 6
    assert 'colspan="5" class="withheld"' in html


@given(st.lists(st.floats(0, 100), min_size=2, max_size=6).filter(lambda shares: sum(shares) > 1))
def test_parts_make_exactly_100_and_stay_within_one_of_their_share(shares: list[float]) -> None:
    found = whole_numbers(shares)
    assert sum(found) == 100
    assert all(abs(one - share * 100 / sum(shares)) < 1 + 1e-9 for one, share in zip(found, shares, strict=True))


def test_whole_bars_have_each_part_with_its_number() -> None:
    html = part_bars([Whole("Ansatte", (7.4, 21.4, 71.2)), Whole("Penger")], PARTS, WORDS)
    assert re.findall(r'class="part part-(\S+) w(\d+)"', html) == [("minus", "8"), ("neutral", "21"), ("plus", "71")]
    for number in ("7,4 %", "21,4 %", "71,2 %"):
        assert f"</span>{number}</td>" in html
    assert 'colspan="4" class="withheld">for få svar' in html
    assert 'Alle &lt;svar&gt; <span class="constructed">Konstruerte data</span>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((50.0, 50.0), r"^shares of 'x': expected 3, one a part, got 2\."),
        ((50.0, 20.0, 20.0), r"^shares of 'x': expected none below 0 and 100 together, got 90\.0\."),
        ((-1.0, 51.0, 50.0), r"^shares of 'x': expected none below 0"),
    ],
)
def test_shares_that_are_no_whole_are_an_error(shares: tuple[float, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        part_bars([Whole("x", shares)], PARTS, WORDS)


def test_choices_are_sorted_and_what_is_withheld_has_no_bar() -> None:
    rows = [Choice("Fond"), Choice("Egne", 12.5, 10.0, 15.0), Choice("Stat & <fylke>", 61.3)]
    assert [row.label for row in by_share(rows)] == ["Stat & <fylke>", "Egne", "Fond"]
    html = choice_bars(rows, ChoiceHeadings("Betalt av", "Svar", "Andel"), WORDS)
    assert re.findall(r'class="bar one w(\d+)"', html) == ["61", "12"]
    for text in ("Stat &amp; &lt;fylke&gt;", "12,5 % (10,0–15,0)", "61,3 %", "for få svar", "Konstruerte data"):
        assert text in html
