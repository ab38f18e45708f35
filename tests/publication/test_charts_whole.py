"""Whatever the words and numbers are, a drawing is well-formed and nothing of it lies outside."""

from hypothesis import given, settings
from hypothesis import strategies as st

from publication.charts.axes import PERCENT, axis_of
from publication.charts.dots import Dot, Group, axis_around, descending, dot_plot
from publication.charts.layouts import NORDIC
from publication.charts.lines import Line, Point, Wave, line_chart
from publication.charts.points import Place, point_map
from publication.charts.ranks import Places, rank_plot
from publication.charts.steps import PERCENT_STEPS
from publication.charts.strip import StripNames, StripRow, strip_plot
from publication.charts.tiles import Tile, tile_map
from publication.charts.words import Words
from tests.publication.drawn import drawings, outside

LABELS = st.text(st.sampled_from("aeiomwåæøöðÆM&<>' -"), min_size=1, max_size=80).filter(str.strip)
SHARES = st.one_of(st.none(), st.floats(0, 100))
WORDS = st.builds(
    Words,
    decimal_mark=st.just(","),
    withheld=st.sampled_from(["for få svar", "liian vähän vastauksia tähän kysymykseen"]),
    constructed=st.sampled_from(["", "Konstruerte data", "Gervigögn sem ekki lýsa neinum"]),
    label=LABELS,
)
FEW = settings(max_examples=25, deadline=None)


def whole(html: str) -> None:
    found = drawings(html)
    assert len(found) == 2
    assert [outside(drawing) for drawing in found] == [[], []]


@FEW
@given(st.lists(st.tuples(LABELS, SHARES), min_size=1, max_size=8), LABELS, WORDS)
def test_dots(rows: list[tuple[str, float | None]], heading: str, words: Words) -> None:
    dots = [Dot(label, share, share and share / 2, share and min(100, share * 1.2)) for label, share in rows]
    group = Group(heading, descending(dots))
    whole(dot_plot([group], PERCENT, words))
    whole(dot_plot([group], axis_around([group], signed=True), words))


@FEW
@given(st.lists(LABELS, min_size=1, max_size=45), WORDS)
def test_places(labels: list[str], words: Words) -> None:
    last = len(labels)
    whole(rank_plot([Places(label, max(1, n - 2), min(last, n + 2)) for n, label in enumerate(labels, 1)], words))


@FEW
@given(
    st.lists(st.tuples(LABELS, st.lists(SHARES, min_size=4, max_size=4)), min_size=1, max_size=6),
    st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
    WORDS,
)
def test_lines(rows: list[tuple[str, list[float | None]]], steps: list[float], words: Words) -> None:
    waves = [Wave(f"Høsten {2000 + n}", 2000 + sum(steps[:n])) for n in range(4)]
    lines = [
        Line(label, tuple(Point(v, v and v / 2, v, "ny" if n == 2 else "") for n, v in enumerate(values)))
        for label, values in rows
    ]
    whole(line_chart(lines, waves, PERCENT, words))
    whole(line_chart(lines, waves, axis_of([v for _label, values in rows for v in values], suffix=" %"), words))


@FEW
@given(st.lists(st.tuples(LABELS, SHARES, SHARES, SHARES), min_size=1, max_size=5), LABELS, WORDS)
def test_strips(rows: list[tuple[str, float | None, float | None, float | None]], name: str, words: Words) -> None:
    whole(
        strip_plot([StripRow(*row, others=(0.0, 100.0)) for row in rows], StripNames(name, name, name), PERCENT, words)
    )


@FEW
@given(st.lists(st.tuples(LABELS, SHARES), min_size=5, max_size=5), WORDS)
def test_tiles(rows: list[tuple[str, float | None]], words: Words) -> None:
    tiles = [Tile(area.code, share, label) for area, (label, share) in zip(NORDIC.areas, rows, strict=True)]
    whole(tile_map(NORDIC, tiles, PERCENT_STEPS, words))


@FEW
@given(
    st.lists(st.tuples(st.floats(4, 31), st.floats(54, 71), SHARES), min_size=1, max_size=9),
    st.text("aemwåø ", min_size=1, max_size=14),
    WORDS,
)
def test_points(found: list[tuple[float, float, float | None]], name: str, words: Words) -> None:
    places = [Place(name, lon, lat, share, own=n == 0) for n, (lon, lat, share) in enumerate(found)]
    whole(point_map(places, PERCENT_STEPS, words))
