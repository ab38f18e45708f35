"""What goes on the slides of a release: findings with a picture that is not too tall, and countries side by side."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from django.utils.translation import gettext as _

from publication.charts.standalone import Caption
from publication.charts.svg import Drawing, stacked, text
from publication.figures.charting import chart_of
from publication.figures.figure import about, subtitle, uncertainty
from publication.figures.findings import pairs
from publication.figures.pictures import png_file, svg_file
from publication.figures.reading import Document, Reader
from publication.figures.rows import columns, interval_of, table_row, value_of
from publication.work.editions import Edition, compared, only, told

# Pixels of a drawing. Beyond the first its letters on the slide are too small to read from a distance, and its
# countries are drawn apart; up to the second they stand below one another again.
TALLEST, TOGETHER = 690.0, 500.0


@dataclass(frozen=True)
class Finding:
    """A slide before it is set. `document` has the rows of the countries that the slide shows, and no others."""

    document: Document
    name: str  # the table, with its countries where the slide has not all of them
    sentences: tuple[str, ...]
    subtitle: str
    question: str
    notes: tuple[str, ...]  # how to read the picture
    picture: Future[bytes]  # PNG
    spoken: tuple[str, ...]  # for the speaker: question, base, method, all rows


@dataclass(frozen=True)
class Part:
    """A drawing, and the countries it shows; `document` is cut to them."""

    countries: tuple[str, ...]
    document: Document
    drawing: Drawing
    note: str


def findings(edition: Edition, document: Document, painters: Executor) -> Iterator[Finding]:
    """The slides of a table: one where its picture is not too tall, else as many as its countries need.

    painters: who makes the pictures meanwhile.
    """
    whole = edition.reader(document)
    for parts in _together(_parts(edition, document)):
        shown = tuple(country for part in parts for country in part.countries)
        reader = edition.reader(only(document, shown))
        name = whole.text("title")
        if len(shown) < len(whole.countries):
            name = f"{name}, {', '.join(whole.label('countries', country) for country in shown)}"
        yield Finding(
            document=reader.document,
            name=name,
            sentences=tuple(told(edition, reader.document)),
            subtitle=subtitle(reader),
            question=whole.text("question"),
            notes=tuple(note for note in (parts[0].note, *_about(whole), uncertainty(str(document["kind"]))) if note),
            picture=painters.submit(png_file, _picture(reader, parts)),
            spoken=spoken(reader),
        )


def _about(reader: Reader) -> list[str]:
    """On the slide too: an index is shown with what it does not measure."""
    return [f"{heading}: {text}" for heading, text in about(reader)]


def _parts(edition: Edition, document: Document) -> list[Part]:
    """The drawing of the whole table; a drawing a country where it shows one at a time or would be too tall."""
    reader = edition.reader(document)
    countries = reader.countries
    chart = chart_of(reader, countries[0])
    drawing = chart.draw()
    if not chart.by_country and (drawing.height <= TALLEST or len(countries) == 1):
        return [Part(tuple(countries), document, drawing, chart.note)]
    found = []
    for country in countries:
        own = only(document, [country])
        one = chart_of(edition.reader(own), country)
        found.append(Part((country,), own, _named(one.draw(), edition.reader(own), country), one.note))
    return found


def _named(drawing: Drawing, reader: Reader, country: str) -> Drawing:
    """With the country in the room above it, where the drawing does not name it itself."""
    kinds = set(reader.document["breakdowns"]) - {"country"}
    if kinds in ({"sector"}, {"size_class"}):
        return drawing
    return Drawing((text(0, 18, reader.label("countries", country), "fig-title"), *drawing.marks), drawing.height)


def _together(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """As many on a slide as are not too tall below one another."""
    group: list[Part] = []
    for part in parts:
        if group and sum(one.drawing.height for one in [*group, part]) > TOGETHER:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _picture(reader: Reader, parts: Sequence[Part]) -> str:
    drawing = stacked(*(part.drawing for part in parts))
    return svg_file(drawing, Caption("", "", ""), reader.words)


def spoken(reader: Reader) -> tuple[str, ...]:
    lines = [
        f"{_('Question')}: {reader.text('question')}",
        f"{_('Base')}: {reader.text('base')}",
        *(f"{heading}: {text}" for heading, text in about(reader)),
        f"{_('Method')}: {reader.text('method')}",
        "",
        " | ".join(columns()),
    ]
    return (*lines, *(" | ".join(table_row(row, reader)) for row in reader.document["rows"]))


@dataclass(frozen=True)
class Line:
    """An indicator of all countries. `cells`: its name, a figure a country, what the tests in pairs allow to say."""

    document: Document
    cells: tuple[str, ...]


def headings(edition: Edition) -> tuple[str, ...]:
    return (_("Indicator"), *_countries(edition).values(), _("What the tests in pairs allow"))


def side_by_side(edition: Edition) -> list[Line]:
    """The indicators whose countries are compared in pairs."""
    found = []
    for document in edition.documents:
        differences = compared(document)
        if not differences:
            continue
        reader = edition.reader(document)
        own = {row["country"]: row for row in document["rows"] if row["measure"] in ("share", "index")}
        figures = []
        for country in _countries(edition):
            row = own.get(country)
            shown = row is not None and row["status"] == "shown"
            withheld = reader.words.withheld if row is not None else "–"
            figures.append(f"{value_of(row)} ({interval_of(row)})" if row is not None and shown else withheld)
        allowed = pairs([row for row in differences if row["status"] == "shown"]) or reader.words.withheld
        found.append(Line(document, (reader.text("title"), *figures, allowed)))
    return found


def _countries(edition: Edition) -> dict[str, str]:
    """Code -> name, of all countries of the release, in their order."""
    found: dict[str, str] = {}
    for document in edition.documents:
        reader = edition.reader(document)
        found |= {code: reader.label("countries", code) for code in reader.countries if code not in found}
    return found
