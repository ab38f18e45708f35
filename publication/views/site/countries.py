"""Countries compared, the profile before the index; and one country by the three perspectives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from publication.figures.figure import Document, Figure, since
from publication.figures.reading import Reader, Row, countries_of, is_headline, is_of_countries, reader_of
from publication.figures.rows import interval_of, place_of, value_of
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

CHANGE = "change"


@dataclass(frozen=True)
class Listed:
    """An indicator in a list: its name, its page, and what the list says of it."""

    title: str
    address: str
    text: str = ""


@of_release("publication/site/countries.html")
def countries(request: HttpRequest, shown: Shown) -> Context:
    """Headline shares of all countries as a heat table; then the indices with their possible places."""
    tables = documents(shown)
    found = {key: one for key, one in tables.items() if is_of_countries(one)}
    indices = {key: one for key, one in found.items() if one["kind"] == "index"}
    wanted = composed(editions(shown, tables), "profile") | indices
    names = countries_of(found.values())
    return {
        "names": [Listed(name, address("country", shown.release, code)) for code, name in names.items()],
        "figures": figures(shown, wanted, found.get(CHANGE), asked_country(request)),
    }


@of_release("publication/site/country.html")
def country(request: HttpRequest, shown: Shown, code: str) -> Context:
    """One country: the three perspectives, drivers and barriers, index, and its parts."""
    found = documents(shown)
    names = countries_of(found.values())
    if code not in names:
        raise Http404
    return {
        "title": names[code],
        "others": [
            Listed(name, address("country", shown.release, other)) for other, name in names.items() if other != code
        ],
        "standing": _standing(shown, found, code),
        "figures": _figures(shown, found, code),
    }


def _figures(shown: Shown, found: Mapping[str, Document], code: str) -> list[Figure]:
    """Those of the country alone: the page itself is the choice of the country."""
    own = editions(shown, found)
    wanted = composed(own, "perspective", country=code) | composed(own, "indices", country=code)
    wanted |= {key: one for key, one in found.items() if one["kind"] == "balance" and code in reader_of(one).countries}
    wanted |= composed(own, "parts", country=code)
    here = {key: one for key, one in wanted.items() if one.get("country", code) == code}
    return [replace(one, countries=()) for one in figures(shown, here, found.get(CHANGE), code)]


def _standing(shown: Shown, found: Mapping[str, Document], code: str) -> list[Listed]:
    """Where the country stands: indices and headline shares with interval, place and verdicts of a test."""
    lines = []
    for one in found.values():
        reader = reader_of(one)
        if one["kind"] == "change" or not is_of_countries(one) or not (is_headline(one) or one["kind"] == "index"):
            continue
        for row in reader.rows("share", "index"):
            if row["country"] == code:
                lines.append(Listed(reader.text("title"), _page(shown, reader), _said(row, reader, code, found)))
    return lines


def _said(row: Row, reader: Reader, code: str, found: Mapping[str, Document]) -> str:
    if row["status"] != "shown":
        return reader.words.withheld
    value, interval = value_of(row) + (" %" if reader.document["unit"] == "percent" else ""), interval_of(row)
    told = [f"{value} ({interval})" if interval else value]
    told += [part for part in (place_of(row), _differences(reader, code)) if part]
    name = reader.label("countries", code)
    told += [
        line.removeprefix(f"{name}: ") for line in since(reader, found.get(CHANGE)) if line.startswith(f"{name}: ")
    ]
    return "; ".join(told)


def _differences(reader: Reader, code: str) -> str:
    """Those that a test lets us claim, in one direction or the other."""
    turned = {"higher": "lower", "lower": "higher"}
    told: dict[str, list[str]] = {}
    for row in reader.rows("difference"):
        verdict = row.get("verdict", "")
        if verdict in turned and code in (row["country"], row["against"]):
            own = row["country"] == code
            said = verdict if own else turned[verdict]
            told.setdefault(said, []).append(reader.label("countries", row["against"] if own else row["country"]))
    texts = {"higher": _("clearly higher than %(countries)s"), "lower": _("clearly lower than %(countries)s")}
    return "; ".join(texts[said] % {"countries": ", ".join(names)} for said, names in told.items())


def _page(shown: Shown, reader: Reader) -> str:
    return address("indicator", shown.release, str(reader.document["indicator"]))
