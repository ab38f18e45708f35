"""A frozen table as something to look at: words for the reader's language, a drawing, rows for the HTML table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publication.charts.standalone import Caption
from publication.charts.svg import Drawing
from publication.charts.words import Words
from publication.figures.charting import Chart, chart_of, factor_of
from publication.figures.composed.registry import KINDS
from publication.figures.findings import CLEAR
from publication.figures.reading import Document, Reader, Row, language_of, mark, reader_of
from publication.figures.rows import answers, columns, interval_of, table_row, value_of, verdict_of

__all__ = ["Document", "Figure", "Links", "Reader", "Row", "factor_of", "figure", "file_of", "language_of", "mark"]


@dataclass(frozen=True)
class Links:
    """Addresses of the figure's own page, of its files and of the method; empty where there is none."""

    page: str
    csv: str
    svg: str
    png: str
    method: str


@dataclass(frozen=True)
class Figure:
    """What a template shows of one table, or of what is composed of some."""

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
    links: Links | None = None  # none where it is not published
    country: str = ""  # the one drawn, where the drawing shows one of several
    sources: tuple[Mapping[str, Any], ...] = ()  # the tables that a composed figure is made of


def figure(document: Document, *, country: str = "", changes: Document | None = None) -> Figure:
    """The figure of a table, or of a document composed of some; addresses are for its page to add.

    country: chosen where the drawing shows one at a time. changes: the release's table of changes, for the mark of
    what moved since the wave before.
    """
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    chart = drawn(reader, chosen)
    countries = choice_of_country(reader, chart, chosen)
    rows, waves = document["rows"], "waves" in document
    return Figure(
        **texts_of(reader),
        constructed=bool(document["constructed"]),
        drawing=mark_safe(chart.html),  # noqa: S308 - made by the charts, which escape every text
        note=chart.note,
        uncertainty=uncertainty(str(document["kind"])),
        care=sum(bool(row.get("caution")) for row in rows),
        since=since(reader, changes),
        countries=countries,
        columns=columns(waves=waves),
        rows=tuple(table_row(row, reader, waves=waves) for row in rows),
        withheld=sum(row["status"] == "withheld" for row in rows),
        about=about(reader),
        country=chosen if countries else "",
        sources=tuple(document.get("sources", ())),
    )


def drawn(reader: Reader, country: str) -> Chart:
    """The chart of a table or of a composed figure."""
    kind = KINDS.get(str(reader.document["kind"]))
    return chart_of(reader, country) if kind is None else kind.draw(reader)


def texts_of(reader: Reader) -> dict[str, Any]:
    texts = {name: reader.text(name) for name in ("title", "finding", "question", "base", "method")}
    return {**texts, "key": str(reader.document["key"]), "subtitle": subtitle(reader), "answers": answers(reader)}


def about(reader: Reader) -> tuple[tuple[str, str], ...]:
    """What an index tells and what it does not measure, each under its heading; nothing for other figures."""
    said = ((_("What it tells"), reader.said("purpose")), (_("What it does not measure"), reader.said("measures_not")))
    return tuple((heading, text) for heading, text in said if text)


def chosen_country(reader: Reader, asked: str) -> str:
    """The country asked for where the table has it, else its first; a composed figure has chosen already."""
    if reader.document.get("country"):
        return str(reader.document["country"])
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
        "base": reader.text("base").rstrip(".") or _("Each question has its own base"),
        "wave": reader.document["wave"],
        "answers": answers(reader),
    }


def uncertainty(kind: str) -> str:
    """How to read the intervals of a figure of this kind, in words; a composed one as what it is made of."""
    kind = {"whole": "balance", "indices": "index"}.get(kind, kind)
    if kind == "course":
        return _(
            "Lines join waves only where the change between them was tested and is published; whiskers and bands are "
            "the intervals. Whether a change is more than chance is said by the test, not by the eye."
        )
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


def since(reader: Reader, changes: Document | None) -> tuple[str, ...]:
    """What changed of the indicator as a whole since the wave before, a sentence a country.

    A figure of several indicators names each and tells what a test allows to claim: the rest would bury it.
    """
    document = reader.document
    parts = set(document.get("breakdowns", ())) - {"country"}
    if changes is None or parts or document["kind"] == "change":
        return ()
    indicators = document.get("indicators") or [document["indicator"]]
    several = len(indicators) > 1
    return tuple(
        _moved_since(row, changes, named=several)
        for row in changes["rows"]
        if row["category"] in indicators
        and row["status"] == "shown"
        and document.get("country", "") in ("", row["country"])
        and (not several or row.get("verdict") in CLEAR)
    )


def _moved_since(row: Row, changes: Document, *, named: bool) -> str:
    reader = reader_of(changes)
    country = reader.label("countries", row["country"])
    said = {
        "country": f"{reader.label('categories', row['category'])}, {country}" if named else country,
        "value": value_of(row),
        "interval": interval_of(row),
        "verdict": moved(row),
        "wave": changes["previous_wave"],
    }
    return _("%(country)s: %(value)s points since %(wave)s (%(interval)s), %(verdict)s") % said


def moved(row: Row) -> str:
    """The verdict of a change, in words that say what it is compared with."""
    same = row.get("verdict") == "not_distinguishable"
    return _("cannot be told from no change") if same else verdict_of(row)


def file_of(document: Document, *, country: str, source: str) -> tuple[Drawing, Caption, Words]:
    """The figure as one drawing with its words, for a file that stands alone."""
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    chart = drawn(reader, chosen)
    title = reader.text("title")
    if chart.by_country:
        title = f"{title}, {reader.label('countries', chosen)}"
    told = (
        *chart.marks,
        chart.note,
        *(f"{heading}: {text}" for heading, text in about(reader)),
        uncertainty(str(document["kind"])),
        _("Method: %(text)s") % {"text": reader.text("method")},
        made_of(document),
    )
    notes = tuple(part for part in told if part)
    return chart.draw(), Caption(title, subtitle(reader), source, notes), reader.words


def made_of(document: Document) -> str:
    """The tables that a composed figure was made of, with their releases; empty for a table itself."""
    if "sources" not in document:
        return ""
    found: dict[str, list[str]] = {}
    for one in document["sources"]:
        release = _("%(wave)s, release %(number)s") % {"wave": one["wave"], "number": one["number"]}
        found.setdefault(release, []).append(one["title"])
    return _("Made of: %(tables)s") % {
        "tables": "; ".join(f"{release}: {', '.join(titles)}" for release, titles in found.items())
    }
