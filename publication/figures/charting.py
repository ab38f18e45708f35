"""Which chart a table gets, for the page and as one drawing that stands alone in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from publication.charts.axes import is_cut
from publication.charts.bar_drawings import choice_drawing, diverging_drawing
from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.choices import Choice, ChoiceHeadings, choice_bars
from publication.charts.dots import PERCENT, Axis, Dot, Group, axis_around, descending, dot_drawing, dot_plot
from publication.charts.heat import HeatHeadings, HeatRow, heat_drawing, heat_table
from publication.charts.layouts import Layout, UnknownArea, layout_for
from publication.charts.ranks import Places, rank_drawing, rank_plot
from publication.charts.steps import PERCENT_STEPS
from publication.charts.svg import WIDE, Drawing, stacked
from publication.charts.tiles import Tile, tile_drawing, tile_map
from publication.figures.reading import Reader, Row, is_part


@dataclass(frozen=True)
class Chart:
    """`html` for the page, `draw` for a file; `by_country`: it shows one country at a time."""

    html: str
    draw: Callable[[], Drawing]
    note: str = ""
    by_country: bool = False
    marks: tuple[str, ...] = ()  # what marks of the drawing mean, for a file; on the page the chart says so itself


def chart_of(reader: Reader, country: str) -> Chart:
    """The chart of the reader's table; `country` is one of the table's, for charts that show one at a time."""
    kind = str(reader.document["kind"])
    if kind == "share":
        return _shares(reader, country)
    return {"balance": _balance, "index": _index, "change": _changes}[kind](reader, country)


def _shares(reader: Reader, country: str) -> Chart:
    broken_down = set(reader.document["breakdowns"]) if "breakdowns" in reader.document else set()
    rows = reader.rows("share")
    if {"sector", "size_class"} <= broken_down:
        return _cross(rows, reader, country)
    if "county" in broken_down:
        return _counties(rows, reader, country)
    if any(map(is_part, rows)):
        return _dots(_grouped(rows, reader, parts=True), PERCENT, reader)
    if rows and rows[0]["category"]:
        return _choices(rows, reader, country)
    groups = [Group(group.heading, descending(group.dots)) for group in _grouped(rows, reader)]
    return _dots(groups, PERCENT, reader)


def _dots(groups: Sequence[Group], axis: Axis, reader: Reader, note: str = "") -> Chart:
    words = reader.words
    return Chart(dot_plot(groups, axis, words), lambda: dot_drawing(groups, axis, words, WIDE), note)


def _grouped(rows: Iterable[Row], reader: Reader, *, parts: bool = False) -> list[Group]:
    """Rows under a heading: countries in each category, or parts in each country."""
    found: dict[str, list[Dot]] = {}
    for row in rows:
        if parts:
            heading, name = reader.label("countries", row["country"]), reader.part(row)
        else:
            heading = reader.label("categories", row["category"]) if row["category"] else ""
            name = reader.label("countries", row["country"])
        found.setdefault(heading, []).append(dot(row, name))
    return [Group(heading, tuple(dots)) for heading, dots in found.items()]


def dot(row: Row, name: str) -> Dot:
    return Dot(name, row.get("value"), row.get("low"), row.get("high"))


def _choices(rows: Sequence[Row], reader: Reader, country: str) -> Chart:
    """Several answers: plain bars of one country."""
    words = reader.words
    own = [row for row in rows if row["country"] == country]
    bars = [
        Choice(reader.label("categories", row["category"]), row.get("value"), row.get("low"), row.get("high"))
        for row in own
    ]
    caption = f"{reader.text('title')}, {reader.label('countries', country)}"
    headings = ChoiceHeadings(caption=caption, choice=_("Answer"), share=_("Share with interval"))
    return Chart(choice_bars(bars, headings, words), lambda: choice_drawing(bars, headings, words), by_country=True)


def _cross(rows: Sequence[Row], reader: Reader, country: str) -> Chart:
    """Sectors by sizes of one country as a heat table; what has no row there is not asked or not published."""
    found = {(row["sector"], row["size_class"]): row.get("value") for row in rows if row["country"] == country}
    sectors = list(dict.fromkeys(row["sector"] for row in rows))
    sizes = list(dict.fromkeys(row["size_class"] for row in rows))
    headings = HeatHeadings(
        caption=f"{reader.text('title')}, {reader.label('countries', country)}",
        corner=_("Sector"),
        columns=tuple(reader.label("sizes", size) for size in sizes),
    )
    lines = [
        HeatRow(reader.label("sectors", sector), tuple(found.get((sector, size)) for size in sizes))
        for sector in sectors
    ]
    words = reader.words
    return Chart(
        heat_table(lines, headings, PERCENT_STEPS, words),
        lambda: heat_drawing(lines, headings, PERCENT_STEPS, words, WIDE),
        by_country=True,
    )


def _counties(rows: Sequence[Row], reader: Reader, country: str) -> Chart:
    """A tile for each county of one country; dots where no layout has its counties."""
    own = [row for row in rows if row["country"] == country]
    counties = [row for row in own if row["county"]]
    layout = county_layout(country, [row["county"] for row in counties])
    if layout is None:
        group = Group("", tuple(dot(row, reader.part(row)) for row in own))
        chart = _dots([group], PERCENT, reader)
        return Chart(chart.html, chart.draw, by_country=True)
    tiles = [Tile(row["county"], row.get("value")) for row in counties]
    words, steps = reader.words, PERCENT_STEPS
    return Chart(
        tile_map(layout, tiles, steps, words),
        lambda: tile_drawing(layout, tiles, steps, words, WIDE),
        _("Every county has a tile of the same size, near where it lies. Intervals stand in the table."),
        by_country=True,
    )


def county_layout(country: str, counties: Sequence[str]) -> Layout | None:
    """The layout of the tile map that has all of these counties; None where there is none."""
    try:
        return layout_for(country, counties) if counties else None
    except UnknownArea:
        return None


def _balance(reader: Reader, country: str) -> Chart:
    factors = factors_of(reader, country)
    headings = factor_headings(f"{reader.text('title')}, {reader.label('countries', country)}")
    words = reader.words
    return Chart(
        diverging_bars(factors, headings, words), lambda: diverging_drawing(factors, headings, words), by_country=True
    )


def factors_of(reader: Reader, country: str) -> list[Factor]:
    """The factors of a country, what promotes most first."""
    found: dict[str, dict[str, Row]] = {}
    for row in reader.rows("driver", "barrier", "net_balance", "no_opinion"):
        if row["country"] == country and not is_part(row):
            found.setdefault(row["category"], {})[row["measure"]] = row
    factors = [factor_of(reader.label("categories", key), measures) for key, measures in found.items()]
    return sorted(factors, key=lambda factor: (factor.balance is None, -(factor.balance or 0.0), factor.label))


def factor_headings(caption: str) -> Headings:
    return Headings(
        caption=caption,
        factor=_("Factor"),
        barrier=_("Hindered"),
        driver=_("Promoted"),
        balance=_("Net balance in points (interval)"),
        outside=_("Don't know or not relevant"),
    )


def factor_of(label: str, measures: Mapping[str, Row]) -> Factor:
    def value(measure: str, name: str = "value") -> float | None:
        found = measures.get(measure, {}).get(name)
        return None if found is None else float(found)

    return Factor(
        label=label,
        driver=value("driver"),
        barrier=value("barrier"),
        balance=value("net_balance"),
        low=value("net_balance", "low"),
        high=value("net_balance", "high"),
        outside=value("no_opinion"),
    )


def _index(reader: Reader, _country: str) -> Chart:
    rows = [row for row in reader.rows("index") if not is_part(row)]
    group = Group("", descending([dot(row, reader.label("countries", row["country"])) for row in rows]))
    axis = axis_around([group], limits=(0.0, 100.0))
    words, places = reader.words, places_of(rows, reader)
    note = _("The axis is cut: it does not run from 0 to 100.") if is_cut(axis) else ""
    if len(places) < 2:
        return _dots([group], axis, reader, note)
    drawing = dot_plot([group], axis, words)
    return Chart(
        f"{drawing}<h3>{_('Possible places')}</h3>{rank_plot(places, words)}",
        lambda: stacked(dot_drawing([group], axis, words, WIDE), rank_drawing(places, words, WIDE)),
        note,
    )


def places_of(rows: Iterable[Row], reader: Reader) -> list[Places]:
    """The possible places of countries, the highest first."""
    found = [
        Places(reader.label("countries", row["country"]), row["rank_low"], row["rank_high"])
        for row in rows
        if "rank_low" in row
    ]
    return sorted(found, key=lambda place: (place.low or 0, place.high or 0, place.label))


def _changes(reader: Reader, _country: str) -> Chart:
    """The drawing holds what has no categories: hundreds of rows of categories are for the table."""
    rows = [row for row in reader.rows("change") if "." not in row["category"]]
    groups = _grouped(rows, reader)
    note = _("In points. The drawing shows the main indicators; the table shows all changes.")
    return _dots(groups, axis_around(groups, signed=True), reader, note)
