"""Counties as tiles, table and list; municipalities as points, search and list, which lead to their county's figures.

No figure of a municipality is published. The map of points is for finding one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from publication.charts.layouts import NORWAY_2020, Layout
from publication.charts.points import Place, point_map
from publication.charts.positions import NAMES, names, positions
from publication.charts.steps import PERCENT_STEPS
from publication.figures.boundaries import boundaries
from publication.figures.charting import county_layout
from publication.figures.figure import Document
from publication.figures.reading import Reader, Row, reader_of
from publication.figures.rows import interval_of, value_of
from publication.queries import Shown
from publication.views.site.pages import Context, address, asked_country, documents, figures, of_release

MOST = 3  # marked with a ring and named: more would cover one another
# Norway's counties of 2024 in the division of 2020: what a municipality belonged to then.
COUNTIES_2020: Mapping[str, str] = {"31": "30", "32": "30", "33": "30", "39": "38", "40": "38", "55": "54", "56": "54"}


@dataclass(frozen=True)
class County:
    """A county in the list; `value` says so where it is withheld."""

    anchor: str
    name: str
    value: str
    shown: bool


@dataclass(frozen=True)
class Municipality:
    """`county` None: the release has no figure of the county that it lies in."""

    code: str
    name: str
    county: County | None
    address: str


@of_release("publication/site/counties.html")
def counties(request: HttpRequest, shown: Shown) -> Context:
    """Tile map and table of every indicator that is published by county, and the counties of a country as a list."""
    found = by_county(shown)
    country = chosen(found, asked_country(request))
    return {
        "figures": figures(shown, found, None, country),
        "lists": [(reader_of(one).text("title"), list_of(reader_of(one), country)) for one in found.values()],
        "municipalities": f"{address('municipalities', shown.release)}?country={country}" if country in NAMES else "",
    }


@of_release("publication/site/municipalities.html")
def municipalities(request: HttpRequest, shown: Shown) -> Context:
    """Where a municipality lies, and the figures of its county."""
    found = by_county(shown)
    country = chosen(found, asked_country(request) or next(iter(NAMES)))
    if country not in NAMES:
        raise Http404
    document = next(iter(found.values()), None)
    asked = request.GET.get("q", "").strip()
    everyone = all_of(country, shown, document)
    matching = [one for one in everyone if asked.casefold() in one.name.casefold()] if asked else everyone
    return {
        "country": country,
        "asked": asked,
        "matching": matching,
        "title_of_figure": reader_of(document).text("title") if document else "",
        "borders": boundaries(country).source,
        "map": drawn(country, document, {one.code for one in matching} if asked else set()) if document else "",
    }


def by_county(shown: Shown) -> dict[str, Document]:
    return {key: one for key, one in documents(shown).items() if "county" in one.get("breakdowns", ())}


def chosen(found: Mapping[str, Document], asked: str) -> str:
    """The country asked for where it has counties in a table, else the first that has."""
    with_counties = [
        code
        for one in found.values()
        for code in reader_of(one).countries
        if any(row["county"] for row in one["rows"] if row["country"] == code)
    ]
    return asked if asked in with_counties or not with_counties else with_counties[0]


def list_of(reader: Reader, country: str) -> list[County]:
    """The counties of the country by name; each can be linked to."""
    rows = [row for row in reader.rows("share") if row["country"] == country and row.get("county")]
    return sorted((_county(row, reader) for row in rows), key=lambda one: one.name.casefold())


def _county(row: Row, reader: Reader) -> County:
    name = reader.label("counties", row["county"])
    anchor = f"county-{slugify(row['county'])}"
    if row["status"] != "shown":
        return County(anchor, name, reader.words.withheld, shown=False)
    interval = interval_of(row)
    return County(anchor, name, f"{value_of(row)} %" + (f" ({interval})" if interval else ""), shown=True)


def all_of(country: str, shown: Shown, document: Document | None) -> list[Municipality]:
    """All municipalities by name, each with its county's line."""
    lines: dict[str, County] = {}
    if document is not None:
        reader = reader_of(document)
        own = {row["county"]: row for row in reader.rows("share") if row["country"] == country and row.get("county")}
        layout = county_layout(country, list(own))
        for county, row in own.items():
            area = layout.find(county) if layout else None
            if area is not None:
                lines[area.code] = _county(row, reader)
        division = layout
    else:
        division = None
    page = f"{address('counties', shown.release)}?country={country}"
    found = []
    for code, name in names(country).items():
        line = lines.get(county_code(code, division))
        found.append(Municipality(code, name, line, f"{page}#{line.anchor}" if line else ""))
    return sorted(found, key=lambda one: one.name.casefold())


def county_code(municipality: str, layout: Layout | None) -> str:
    """The county that a Norwegian municipality of 2024 belongs to in the division of the layout."""
    code = municipality[:2]
    return COUNTIES_2020.get(code, code) if layout is NORWAY_2020 else code


def drawn(country: str, document: Document, marked: set[str]) -> str:
    """A point for each municipality, shaded by its county's figure; up to three that are looked for have a ring."""
    reader = reader_of(document)
    own = {
        row["county"]: row.get("value") for row in reader.rows("share") if row["country"] == country and row["county"]
    }
    layout = county_layout(country, list(own))
    values = {area.code: value for county, value in own.items() if layout and (area := layout.find(county))}
    named = names(country)
    places = [
        Place(named[code], lon, lat, values.get(county_code(code, layout)), own=code in marked and len(marked) <= MOST)
        for code, (lon, lat) in positions(country).items()
    ]
    made = point_map(places, PERCENT_STEPS, reader.words, outlines=boundaries(country).rings)
    return mark_safe(made)  # noqa: S308 - made by the charts, which escape every text
