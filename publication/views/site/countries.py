"""Countries compared, the profile before the index; and one country by the three perspectives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publication.charts.axes import Axis, axis_of
from publication.charts.bars import diverging_bars
from publication.charts.dots import PERCENT, Dot, Group, dot_plot
from publication.charts.heat import HeatHeadings, HeatRow, heat_table
from publication.charts.steps import PERCENT_STEPS
from publication.charts.words import Words
from publication.figures.charting import dot, factor_headings, factors_of
from publication.figures.figure import Document, about, since
from publication.figures.reading import Reader, Row, is_part, reader_of
from publication.figures.rows import columns, interval_of, place_of, table_row, value_of
from publication.queries import Shown
from publication.views.site.front import is_of_countries
from publication.views.site.pages import Context, address, asked_country, documents, figures, links, of_release
from publication.views.site.perspectives import by_indicator, grouped

CHANGE = "change"


@dataclass(frozen=True)
class Listed:
    """An indicator in a list: its name, its page, and what the list says of it."""

    title: str
    address: str
    text: str = ""


@dataclass(frozen=True)
class Section:
    """Some indicators of one country: drawings of shares and indices, the same as a table, where each has its page."""

    code: str
    name: str
    about: str
    drawing: SafeString | str
    indices: SafeString | str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    indicators: tuple[Listed, ...]


@of_release("publication/site/countries.html")
def countries(request: HttpRequest, shown: Shown) -> Context:
    """Headline shares of all countries as a heat table; then the indices with their possible places."""
    found = {key: one for key, one in documents(shown).items() if is_of_countries(one)}
    readers = [reader_of(one) for one in found.values() if is_headline(one)]
    codes = countries_of(found.values())
    return {
        "profile": profile(readers, list(codes)) if readers else "",
        "indicators": [Listed(one.text("title"), _page(shown, one)) for one in readers],
        "names": [Listed(name, address("country", shown.release, code)) for code, name in codes.items()],
        "figures": figures(
            shown,
            {key: one for key, one in found.items() if one["kind"] == "index"},
            found.get(CHANGE),
            asked_country(request),
        ),
    }


def is_headline(document: Document) -> bool:
    """A share of whole countries without categories: one number a country."""
    return document["kind"] == "share" and not any(row["category"] for row in document["rows"])


def countries_of(some: Iterable[Document]) -> dict[str, str]:
    """Code and name of every country of the tables, in their order."""
    return {code: one.label("countries", code) for one in map(reader_of, some) for code in one.countries}


def profile(readers: Sequence[Reader], codes: Sequence[str]) -> SafeString:
    """Indicators by countries: every number with its shade, no sum and no order of countries."""
    rows = []
    for one in readers:
        values = {row["country"]: row.get("value") for row in one.rows("share")}
        rows.append(HeatRow(one.text("title"), tuple(values.get(code) for code in codes)))
    headings = HeatHeadings(
        caption=_("Profile of the countries, share in per cent"),
        corner=_("Indicator"),
        columns=tuple(countries_of(one.document for one in readers).get(code, code) for code in codes),
    )
    return mark_safe(heat_table(rows, headings, PERCENT_STEPS, readers[0].words))  # noqa: S308 - escaped by the charts


@of_release("publication/site/country.html")
def country(request: HttpRequest, shown: Shown, code: str) -> Context:
    """One country: the three perspectives, drivers and barriers, index, and its parts."""
    found = documents(shown)
    names = countries_of(found.values())
    if code not in names:
        raise Http404
    tables = by_indicator(found)
    sections = []
    for one, keys in grouped(tables):
        own = [reader_of(found[tables[key]]) for key in keys if found[tables[key]]["kind"] in ("share", "index")]
        if own:
            sections.append(_section(shown, (one.code, one.name, one.about), own, code))
    return {
        "title": names[code],
        "sections": sections,
        "others": [
            Listed(name, address("country", shown.release, other)) for other, name in names.items() if other != code
        ],
        "balances": [_bars(one, code) for one in found.values() if one["kind"] == "balance"],
        "standing": _standing(shown, found, code),
        "parts": _parts(shown, found, code),
    }


def _section(shown: Shown, names: tuple[str, str, str], readers: Sequence[Reader], code: str) -> Section:
    groups: dict[str, list[Group]] = {"share": [], "index": []}
    rows = []
    for one in readers:
        own = [row for row in one.rows("share", "index") if row["country"] == code and not is_part(row)]
        titled = bool(own) and bool(own[0]["category"])
        dots = [dot(row, one.label("categories", row["category"]) if titled else one.text("title")) for row in own]
        groups[one.document["kind"]].append(Group(one.text("title") if titled else "", tuple(dots)))
        rows += [(one.text("title"), *table_row(row, one)[2:]) for row in own]
    words = _words(readers[0], names[1])
    return Section(
        *names,
        _drawn(groups["share"], PERCENT, words),
        _drawn(groups["index"], axis_of([0.0, 100.0], limits=(0.0, 100.0)), words),
        (_("Indicator"), *columns()[2:]),
        tuple(rows),
        tuple(Listed(one.text("title"), _page(shown, one), _limits(one)) for one in readers),
    )


def _drawn(groups: Sequence[Group], axis: Axis, words: Words) -> SafeString | str:
    """Nothing where there is nothing to draw."""
    return mark_safe(dot_plot(groups, axis, words)) if groups else ""  # noqa: S308 - escaped by the charts


def _limits(reader: Reader) -> str:
    """What an index does not measure, said wherever it is listed with its number."""
    return " ".join(f"{heading}: {text}" for heading, text in about(reader)[1:])


def _words(reader: Reader, title: str) -> Words:
    words = reader.words
    return Words(
        words.decimal_mark,
        words.withheld,
        words.constructed,
        _("%(title)s. The numbers stand in the table below.") % {"title": title},
    )


def _bars(document: Document, code: str) -> SafeString:
    reader = reader_of(document)
    caption = f"{reader.text('title')}, {reader.label('countries', code)}"
    drawn = diverging_bars(factors_of(reader, code), factor_headings(caption), reader.words)
    return mark_safe(drawn)  # noqa: S308 - made by the charts, which escape every text


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


def _parts(shown: Shown, found: Mapping[str, Document], code: str) -> list[tuple[str, SafeString, str]]:
    """Sectors, sizes and counties of the country: title, drawing, page."""
    drawn = []
    for key, one in found.items():
        reader = reader_of(one)
        own = [row for row in reader.rows("share") if row["country"] == code]
        parts = [row for row in own if row["sector"] or row.get("size_class") or row.get("county")]
        if len(set(one.get("breakdowns", ()))) == 2 and parts:
            group = Group(
                "", tuple(Dot(reader.part(row), row.get("value"), row.get("low"), row.get("high")) for row in own)
            )
            page = f"{links(shown.release, key).page}?country={code}"
            drawing = mark_safe(dot_plot([group], PERCENT, reader.words))  # noqa: S308 - escaped by the charts
            drawn.append((reader.text("title"), drawing, page))
    return drawn


def _page(shown: Shown, reader: Reader) -> str:
    return address("indicator", shown.release, str(reader.document["indicator"]))
