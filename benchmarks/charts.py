"""Every chart in both its widths: milliseconds and bytes, beside matplotlib drawing the same numbers as SVG.

Run: python -m benchmarks.charts. Ours is what a page holds: two drawings, or a table, with all words. The peer draws
the dots with intervals, the lines and the diverging bars once, 720 pixels wide, with its default look; each figure is
made anew, after one that is not measured. Where matplotlib is not installed a sentence says so, and the peer is the
least that tells the same: an HTML table of the numbers made by plain formatting. Bytes are of gzip, as sent.
"""

import gzip
import importlib
import importlib.util
import io
import statistics
import time
from collections.abc import Callable
from html import escape
from typing import Any, Final

from publication.charts.axes import PERCENT
from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.dots import Dot, Group, dot_plot
from publication.charts.heat import HeatHeadings, HeatRow, heat_table
from publication.charts.layouts import NORWAY_2024
from publication.charts.lines import Line, Point, Wave, line_chart
from publication.charts.points import Place, point_map
from publication.charts.positions import positions
from publication.charts.steps import PERCENT_STEPS
from publication.charts.strip import StripNames, StripRow, strip_plot
from publication.charts.tiles import Tile, tile_map
from publication.charts.words import Words

ROUNDS: Final = 40
WORDS: Final = Words(decimal_mark=",", withheld="too few answers", constructed="Constructed data", label="Shares")
SHARES: Final = [(f"Group {n}", 20.0 + 5 * n, 14.0 + 5 * n, 26.0 + 5 * n) for n in range(12)]
YEARS: Final = (2015, 2017, 2019, 2021, 2023, 2025)
SERIES: Final = [(f"Country {n}", [50.0 + 5 * n + 2 * m for m in range(6)]) for n in range(5)]
FACTORS: Final = [(f"Factor {n}", 30.0 + 5 * n, 40.0 - 4 * n) for n in range(8)]
Draw = Callable[[], str]


def dots() -> str:
    return dot_plot([Group("", tuple(Dot(*share) for share in SHARES))], PERCENT, WORDS)


def lines() -> str:
    waves = tuple(Wave(str(year), year) for year in YEARS)
    found = [Line(name, tuple(Point(value, value - 4, value + 4) for value in values)) for name, values in SERIES]
    return line_chart(found, waves, PERCENT, WORDS)


def bars() -> str:
    headings = Headings("Drivers and barriers", "Factor", "Hindered", "Promoted", "Net balance", "Don't know")
    found = [Factor(name, up, down, up - down, up - down - 5, up - down + 5, 10.0) for name, up, down in FACTORS]
    return diverging_bars(found, headings, WORDS)


def heat() -> str:
    columns = tuple(name for name, *_rest in FACTORS[:6])
    rows = [HeatRow(name, tuple(values)) for name, values in SERIES]
    return heat_table(rows, HeatHeadings("Countries by perspective", "Country", columns), PERCENT_STEPS, WORDS)


def strips() -> str:
    rows = [
        StripRow(name, value, low, high, tuple(map(float, range(0, 100, 3)))) for name, value, low, high in SHARES[:6]
    ]
    return strip_plot(rows, StripNames("You", "Group", "All"), PERCENT, WORDS)


def tiles() -> str:
    found = [Tile(area.code, 6.0 * n) for n, area in enumerate(NORWAY_2024.areas)]
    return tile_map(NORWAY_2024, found, PERCENT_STEPS, WORDS)


def points() -> str:
    found = [Place(code, lon, lat, float(n % 101)) for n, (code, (lon, lat)) in enumerate(positions("NO").items())]
    return point_map(found, PERCENT_STEPS, WORDS)


OURS: Final[dict[str, Draw]] = {
    "dots": dots,
    "lines": lines,
    "bars": bars,
    "heat": heat,
    "strips": strips,
    "tiles": tiles,
    "points": points,
}


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """The least that tells the same."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


PLAIN: Final[dict[str, Draw]] = {
    "dots": lambda: table(("Group", "Share", "Low", "High"), [tuple(share) for share in SHARES]),
    "lines": lambda: table(("Country", *map(str, YEARS)), [(name, *values) for name, values in SERIES]),
    "bars": lambda: table(("Factor", "Promoted", "Hindered"), [tuple(factor) for factor in FACTORS]),
}


def matplotlib_peers() -> dict[str, Draw]:
    """The three charts in matplotlib's own way, straight on a figure without its state machine."""
    figure_module: Any = importlib.import_module("matplotlib.figure")

    def drawn(plot: Callable[[Any], None], tall: float) -> str:
        figure = figure_module.Figure(figsize=(7.2, tall), layout="constrained")
        plot(figure.subplots())
        out = io.StringIO()
        figure.savefig(out, format="svg")
        return out.getvalue()

    def plot_dots(axes: Any) -> None:
        names, values, lows, highs = zip(*SHARES, strict=True)
        errors = [
            [v - low for v, low in zip(values, lows, strict=True)],
            [h - v for v, h in zip(values, highs, strict=True)],
        ]
        axes.errorbar(values, names, xerr=errors, fmt="o")
        axes.set_xlim(0, 100)

    def plot_lines(axes: Any) -> None:
        for name, values in SERIES:
            axes.plot(YEARS, values, marker="o")
            axes.fill_between(YEARS, [v - 4 for v in values], [v + 4 for v in values], alpha=0.2)
            axes.annotate(name, (YEARS[-1], values[-1]))

    def plot_bars(axes: Any) -> None:
        names, ups, downs = zip(*FACTORS, strict=True)
        axes.barh(names, ups)
        axes.barh(names, [-down for down in downs])

    return {
        "dots": lambda: drawn(plot_dots, 4.0),
        "lines": lambda: drawn(plot_lines, 3.6),
        "bars": lambda: drawn(plot_bars, 3.6),
    }


def measured(draw: Draw, rounds: int = ROUNDS) -> tuple[float, int]:
    """Median milliseconds and bytes of gzip, after one round that is not measured."""
    size = len(gzip.compress(draw().encode()))
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        draw()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), size


def main() -> None:
    if importlib.util.find_spec("matplotlib"):
        peer, peers, rounds = "matplotlib", matplotlib_peers(), 10
    else:
        print("matplotlib is not installed: the peer is an HTML table of the same numbers made by plain formatting.")
        peer, peers, rounds = "plain table", PLAIN, ROUNDS
    print(f"{'chart':8} {'ms':>8} {'bytes':>7}   {peer}: {'ms':>8} {'bytes':>7} {'ms ratio':>9} {'bytes ratio':>12}")
    for name, draw in OURS.items():
        ms, size = measured(draw)
        line = f"{name:8} {ms:8.3f} {size:7}"
        if name in peers:
            peer_ms, peer_size = measured(peers[name], rounds)
            line += f"   {'':{len(peer)}}  {peer_ms:8.3f} {peer_size:7} {ms / peer_ms:9.3f} {size / peer_size:12.3f}"
        print(line)


if __name__ == "__main__":
    main()
