"""Counties as tiles, table and list; municipalities as points, search and list, which lead to their county's figures.

No figure of a municipality is published. The map of points is for finding one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.text import slugify

from publication.charts.positions import NAMES, names
from publication.figures.charting import county_layout
from publication.figures.composed.places import county_code
from publication.figures.figure import Document
from publication.figures.reading import Reader, Row, reader_of
from publication.figures.rows import interval_of, value_of
from publication.queries import Shown
from publication.views.site.pages import (
    Context,
    address,
    asked_country,
    composed,
    documents,
    editions,
    figures,
    of_release,
)

MOST = 3  # marked with a ring and named: more would cover one another


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
    found = by_county(documents(shown))
    country = chosen(found, asked_country(request))
    return {
        "figures": figures(shown, found, None, country),
        "lists": [(reader_of(one).text("title"), list_of(reader_of(one), country)) for one in found.values()],
        "municipalities": f"{address('municipalities', shown.release)}?country={country}" if country in NAMES else "",
    }


@of_release("publication/site/municipalities.html")
def municipalities(request: HttpRequest, shown: Shown) -> Context:
    """Where a municipality lies, and the figures of its county."""
    tables = documents(shown)
    found = by_county(tables)
    country = chosen(found, asked_country(request) or next(iter(NAMES)))
    if country not in NAMES:
        raise Http404
    document = next(iter(found.values()), None)
    asked = request.GET.get("q", "").strip()
    everyone = all_of(country, shown, document)
    matching = [one for one in everyone if asked.casefold() in one.name.casefold()] if asked else everyone
    marked = [one.code for one in matching] if asked and len(matching) <= MOST else []
    maps = composed(editions(shown, tables), "municipalities", country=country)
    return {
        "country": country,
        "asked": asked,
        "matching": matching,
        "figures": figures(shown, {key: {**one, "marked": marked} for key, one in maps.items()}, None, country),
    }


def by_county(tables: Mapping[str, Document]) -> dict[str, Document]:
    return {key: one for key, one in tables.items() if "county" in one.get("breakdowns", ())}


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
