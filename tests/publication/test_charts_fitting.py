"""Text that fits without knowing the font, and boxes that do not cover one another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.charts.fitting import spread, width_of, wrapped

WORDS = st.text(st.sampled_from("abcdefgimowæøåABM 0123456789,-\u00ad"), min_size=1, max_size=60)
BOXES = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 40)), min_size=1, max_size=8)


@given(WORDS, st.floats(60, 400))
def test_wrapped_text_fits_and_loses_no_letter(words: str, room: float) -> None:
    lines = wrapped(words, room, 14)
    assert all(width_of(line, 14) <= room for line in lines)

    def letters(text: str) -> str:
        return text.replace(" ", "").replace("-", "").replace("\u00ad", "")

    assert letters("".join(lines)) == letters(words)


def test_words_are_broken_where_they_may_be_before_anything_else() -> None:
    assert wrapped("Møre og Romsdal", 80, 15) == ["Møre og", "Romsdal"]
    assert wrapped("Väster\u00adnorrland", 90, 15) == ["Väster-", "norrland"]
    assert wrapped("Väster\u00adnorrland", 200, 15) == ["Västernorrland"]
    assert wrapped("Nord-Trøndelag", 90, 15) == ["Nord-", "Trøndelag"]
    assert wrapped("", 90, 15) == [""]


def test_a_word_cut_by_force_leaves_no_scrap() -> None:
    for line in wrapped("helseforetaksorganiseringen", 100, 14):
        assert len(line.rstrip("-")) >= 4


def test_no_room_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^room: expected at least three letters of 14 px, got 20 px\."):
        wrapped("Norge", 20, 14)


@given(BOXES)
def test_spread_boxes_never_cover_one_another(boxes: list[tuple[float, float]]) -> None:
    wanted, heights = [box[0] for box in boxes], [box[1] for box in boxes]
    middles = spread(wanted, heights, 0, 400)
    edges = sorted((middle - height / 2, middle + height / 2) for middle, height in zip(middles, heights, strict=True))
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(edges))
    assert edges[0][0] >= -1e-6
    assert edges[-1][1] <= 400 + 1e-6


def test_boxes_that_do_not_meet_stay_where_they_are_wanted() -> None:
    assert spread([200, 20, 100], [20, 20, 20], 0, 300) == [200, 20, 100]
    assert spread([100, 100], [20, 20], 0, 300) == [90, 110]
