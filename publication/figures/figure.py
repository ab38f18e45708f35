"""A frozen table as something to look at: words for the reader's language, a drawing, rows for the HTML table."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publication.charts.standalone import Caption
from publication.charts.svg import Drawing
from publication.charts.words import Words
from publication.figures.charting import Chart, chart_of, factor_of
from publication.figures.reading import Document, Reader, Row, is_part, language_of, mark, reader_of
from publication.figures.rows import columns, interval_of, table_row, value_of, verdict_of

__all__ = ["Document", "Figure", "Links", "Reader", "Row", "factor_of", "figure", "file_of", "language_of", "mark"]


@dataclass(frozen=True)
class Links:
    """Addresses of the figure's own page, of its files and of the method; empty where there is none."""

    page: str
    csv: str
    svg: str
    png: str
    method: str
    here: str = ""  # the page that shows the figure, where a choice of country leads back to


@dataclass(frozen=True)
class Figure:
    """What a template shows of one table."""

    key: str
    title: str
    finding: str
    subtitle: str
    question: str
    base: str
    method: str
    answers: str
    constructed: bool
    drawing: SafeString
    note: str
    uncertainty: str
    care: int
    since: tuple[str, ...]  # what the wave before says, a sentence a country
    countries: tuple[tuple[str, str, bool], ...]  # code, name, chosen: where the drawing shows one country
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    withheld: int
    about: tuple[tuple[str, str], ...] = ()  # of an index: what it tells, and what it does not measure
    links: Links | None = None


def figure(
    document: Document, *, country: str = "", changes: Document | None = None, links: Links | None = None
) -> Figure:
    """The figure of a table. `country` chooses where the drawing shows one at a time; `changes` is the release's
    table of changes, for the mark of what moved since the wave before."""
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    chart = chart_of(reader, chosen)
    rows = document["rows"]
    return Figure(
        **texts_of(reader),
        constructed=bool(document["constructed"]),
        drawing=mark_safe(chart.html),  # noqa: S308 - made by the charts, which escape every text
        note=chart.note,
        uncertainty=uncertainty(str(document["kind"])),
        care=sum(bool(row.get("caution")) for row in rows),
        since=since(reader, changes),
        countries=choice_of_country(reader, chart, chosen),
        columns=columns(),
        rows=tuple(table_row(row, reader) for row in rows),
        withheld=sum(row["status"] == "withheld" for row in rows),
        about=about(reader),
        links=links,
    )


def texts_of(reader: Reader) -> dict[str, Any]:
    texts = {name: reader.text(name) for name in ("title", "finding", "question", "base", "method")}
    return {**texts, "key": str(reader.document["key"]), "subtitle": subtitle(reader), "answers": answers(reader)}


def about(reader: Reader) -> tuple[tuple[str, str], ...]:
    """What an index tells and what it does not measure, each under its heading; nothing for other figures."""
    said = ((_("What it tells"), reader.said("purpose")), (_("What it does not measure"), reader.said("measures_not")))
    return tuple((heading, text) for heading, text in said if text)


def chosen_country(reader: Reader, asked: str) -> str:
    codes = reader.countries
    return asked if asked in codes else codes[0] if codes else ""


def choice_of_country(reader: Reader, chart: Chart, chosen: str) -> tuple[tuple[str, str, bool], ...]:
    """Code, name, whether it is chosen; nothing where the chart shows all countries or there is one."""
    codes = reader.countries if chart.by_country else []
    return tuple((code, reader.label("countries", code), code == chosen) for code in codes) if len(codes) > 1 else ()


def countries_drawn(document: Document) -> tuple[str, ...]:
    """The countries that the chart shows one at a time; one empty name where it shows all of them."""
    reader = reader_of(document)
    chart = chart_of(reader, chosen_country(reader, ""))
    return tuple(reader.countries) if chart.by_country else ("",)


def subtitle(reader: Reader) -> str:
    """Who, when, how many, and that the shares are weighted."""
    units = {
        "percent": _("Share in per cent"),
        "points": _("Points"),
        "index": _("Index from 0 to 100"),
    }
    return _("%(unit)s. %(base)s. Wave %(wave)s. Answers: %(answers)s. Weighted.") % {
        "unit": units[reader.document["unit"]],
        "base": reader.text("base").rstrip("."),
        "wave": reader.document["wave"],
        "answers": answers(reader),
    }


def uncertainty(kind: str) -> str:
    """How to read the intervals of a figure of this kind, in words."""
    if kind == "change":
        return _(
            "A change is called higher or lower only where a test says that chance alone would hardly give it. "
            "All others cannot be told from no change."
        )
    if kind == "balance":
        return _(
            "An interval holds the true value as often as the confidence under Method says. Where that of a net "
            "balance holds zero, it cannot be said whether the factor promoted or hindered more often."
        )
    if kind == "index":
        return _(
            "An interval holds the true value as often as the confidence under Method says. Possible places are those "
            "that the comparisons in pairs leave open: countries that share places cannot be told apart."
        )
    return _(
        "An interval holds the true value as often as the confidence under Method says. Where intervals overlap, the "
        "difference may be chance; a difference is claimed only where a test allows it."
    )


def answers(reader: Reader) -> str:
    """Answers in the base by country; a range where the questions of a table have several."""
    parts = []
    by_country: dict[str, list[int]] = {}
    for row in reader.document["rows"]:
        if row["status"] == "shown" and not is_part(row) and row["measure"] != "difference":
            by_country.setdefault(row["country"], []).append(row["n"])
    for code in (one for one in reader.countries if one in by_country):
        low, high = min(by_country[code]), max(by_country[code])
        parts.append(f"{reader.label('countries', code)} {low}" + (f"–{high}" if high > low else ""))
    return ", ".join(parts) or _("none shown")


def since(reader: Reader, changes: Document | None) -> tuple[str, ...]:
    """What changed of the indicator as a whole since the wave before, a sentence a country."""
    parts = set(reader.document.get("breakdowns", ())) - {"country"}
    if changes is None or parts or reader.document["kind"] == "change":
        return ()
    before = changes["previous_wave"]
    found = []
    for row in changes["rows"]:
        if row["category"] == reader.document["indicator"] and row["status"] == "shown":
            said = {
                "country": reader.label("countries", row["country"]),
                "value": value_of(row),
                "interval": interval_of(row),
                "verdict": moved(row),
                "wave": before,
            }
            found.append(_("%(country)s: %(value)s points since %(wave)s (%(interval)s), %(verdict)s") % said)
    return tuple(found)


def moved(row: Row) -> str:
    """The verdict of a change, in words that say what it is compared with."""
    same = row.get("verdict") == "not_distinguishable"
    return _("cannot be told from no change") if same else verdict_of(row)


def file_of(document: Document, *, country: str, source: str) -> tuple[Drawing, Caption, Words]:
    """The figure as one drawing with its words, for a file that stands alone."""
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    chart = chart_of(reader, chosen)
    title = reader.text("title")
    if chart.by_country:
        title = f"{title}, {reader.label('countries', chosen)}"
    told = (
        chart.note,
        *(f"{heading}: {text}" for heading, text in about(reader)),
        uncertainty(str(document["kind"])),
        _("Method: %(text)s") % {"text": reader.text("method")},
    )
    notes = tuple(part for part in told if part)
    return chart.draw(), Caption(title, subtitle(reader), source, notes), reader.words
