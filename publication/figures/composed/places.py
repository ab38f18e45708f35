"""Municipalities as points, shaded by the figure of their county: for finding one, since none has a figure itself."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from publication.charts.layouts import NORWAY_2020, Layout
from publication.charts.points import Place, point_drawing, point_map
from publication.charts.positions import NAMES, names, positions
from publication.charts.steps import PERCENT_STEPS
from publication.charts.svg import WIDE
from publication.figures.boundaries import boundaries
from publication.figures.charting import Chart, county_layout
from publication.figures.composed.shape import Asked, Edition, Kind, chosen, composed, piece
from publication.figures.reading import Document, Reader, reader_of

# Norway's counties of 2024 in the division of 2020: what a municipality belonged to then.
COUNTIES_2020: Mapping[str, str] = {"31": "30", "32": "30", "33": "30", "39": "38", "40": "38", "55": "54", "56": "54"}


def county_code(municipality: str, layout: Layout | None) -> str:
    """The county that a Norwegian municipality of 2024 belongs to in the division of the layout."""
    code = municipality[:2]
    return COUNTIES_2020.get(code, code) if layout is NORWAY_2020 else code


def _mapped(table: Document) -> list[str]:
    """Countries with counties in the table whose municipalities have positions."""
    return [
        code
        for code in reader_of(table).countries
        if code in NAMES and any(row.get("county") for row in table["rows"] if row["country"] == code)
    ]


def _by_county(editions: Sequence[Edition]) -> list[str]:
    return [key for key, one in editions[-1].tables.items() if "county" in one.get("breakdowns", ()) and _mapped(one)]


def _municipalities(asked: Asked) -> Document:
    """One country with its counties; `marked` may be added: codes of municipalities that are looked for."""
    table = asked.own.tables[asked.rest]
    codes = _mapped(table)
    country = chosen(asked.country, codes)
    here = Asked(asked.key, asked.rest, asked.editions, country)
    own = piece(asked.own, asked.rest, lambda row: row["country"] == country)
    title = _("Municipalities: %(title)s") % {"title": reader_of(table).text("title")}
    return composed("municipalities", here, [own], title=title, choices=codes, marked=())


def _draw(reader: Reader) -> Chart:
    country, marked = str(reader.document["country"]), set(reader.document["marked"])
    own = {row["county"]: row.get("value") for row in reader.rows("share") if row["county"]}
    layout = county_layout(country, list(own))
    values = {area.code: value for county, value in own.items() if layout and (area := layout.find(county))}
    named = names(country)
    places = [
        Place(named[code], lon, lat, values.get(county_code(code, layout)), own=code in marked)
        for code, (lon, lat) in positions(country).items()
    ]
    words = reader.words
    borders = boundaries(country)
    told = (
        _("A point for each municipality, shaded by the figure of its county: %(title)s.")
        % {"title": reader.label("tables", str(reader.document["rows"][0]["table"]))},
        _("© Kartverket, CC BY 4.0, points computed."),
        borders.source,
    )
    return Chart(
        point_map(places, PERCENT_STEPS, words, outlines=borders.rings),
        lambda: point_drawing(places, PERCENT_STEPS, words, WIDE, outlines=borders.rings),
        " ".join(part for part in told if part),
        by_country=True,
    )


MUNICIPALITIES = Kind("municipalities", lambda: "", _by_county, _municipalities, _draw, reads=lambda rest: (rest,))
