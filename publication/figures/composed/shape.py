"""What every composed figure is made of: editions of tables, pieces of them, and the document that they make.

The document has the shape of a release table, in one language, so that all that shows tables shows it too. Beside that
it says of each row from which release, wave and table it comes, and which tables were read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publication.figures.charting import Chart
from publication.figures.findings import finding, telling
from publication.figures.reading import Document, Reader, Row, is_headline, reader_of
from publication.figures.rows import answers


@dataclass(frozen=True)
class Edition:
    """The tables of one release."""

    programme: str
    number: int
    wave: str
    tables: Mapping[str, Document]


@dataclass(frozen=True)
class Asked:
    """Which figure: what follows the name of its kind in its key, of what, and the country where it shows one."""

    key: str
    rest: str
    editions: Sequence[Edition]  # in the order of waves; the last is the release whose figure it is
    country: str = ""

    @property
    def own(self) -> Edition:
        return self.editions[-1]


@dataclass(frozen=True)
class Kind:
    """A kind of composed figure. Its keys are `<name>-<rest>`; the hyphen stands in no key of a table."""

    name: str
    heading: Callable[[], str]  # before the titles of the kind where all are listed; empty where they say it themselves
    rests: Callable[[Sequence[Edition]], list[str]]
    compose: Callable[[Asked], Document]
    draw: Callable[[Reader], Chart]
    over_waves: bool = False  # it reads other releases of the programme too
    reads: Callable[[str], tuple[str, ...]] = lambda rest: ()  # tables that it needs of each; empty: all


@dataclass(frozen=True)
class Piece:
    """Some rows of a frozen table."""

    edition: Edition
    table: Document
    rows: tuple[Row, ...]

    @property
    def reader(self) -> Reader:
        return reader_of({**self.table, "rows": self.rows})

    @property
    def key(self) -> str:
        return str(self.table["key"])


def piece(edition: Edition, key: str, wanted: Callable[[Row], bool] = lambda row: True) -> Piece:
    table = edition.tables[key]
    return Piece(edition, table, tuple(row for row in table["rows"] if wanted(row)))


def composed(
    kind: str, asked: Asked, pieces: Sequence[Piece], *, title: str, found: str = "", **more: object
) -> Document:
    """The document of these pieces. Texts that all of them share are its own; others stand with each source.

    found: the finding, where it is not that of the most telling piece. `more` is what its chart needs beside the rows.
    """
    own = pieces[-1].reader
    language = own.language
    several = len({one.key for one in pieces}) > 1
    texts = {name: common(one.reader.text(name) for one in pieces) for name in ("question", "base")}
    said = {"title": title, "finding": found or headline(pieces), **texts, "method": methods(pieces)}
    document: dict[str, Any] = {
        "key": asked.key,
        "kind": kind,
        "indicator": "" if several else own.document["indicator"],
        "indicators": list(dict.fromkeys(str(one.table["indicator"]) for one in pieces)),
        "breakdowns": own.document.get("breakdowns", ["country"]),
        "wave": ", ".join(dict.fromkeys(one.edition.wave for one in pieces)),
        "constructed": any(one.table["constructed"] for one in pieces),
        "unit": own.document["unit"],
        "country": asked.country,
        "labels": {language: labels(pieces, several=several)},
        "rows": [row for one in pieces for row in rows_of(one, several=several)],
        "sources": [source(one, texts, pieces) for one in pieces],
    }
    return {**document, **{name: {language: text} for name, text in said.items()}, **more}


def common(texts: Iterable[str]) -> str:
    """The text that all of them are; empty where they differ."""
    found = dict.fromkeys(texts)
    return next(iter(found)) if len(found) == 1 else ""


def methods(pieces: Sequence[Piece]) -> str:
    """Every method once; a text that another one begins with is said by that."""
    texts = dict.fromkeys(one.reader.text("method") for one in pieces)
    return " ".join(text for text in texts if not any(other != text and other.startswith(text) for other in texts))


def headline(pieces: Sequence[Piece]) -> str:
    """The finding of the most telling piece, of equals one with one number a country; of several it says which."""
    first = min(pieces, key=lambda one: (telling(one.reader.document), not is_headline(one.table)))
    found = finding(str(first.table["kind"]), first.rows, first.table["labels"][first.reader.language])
    return f"{first.reader.text('title')}: {found}" if len(pieces) > 1 else found


def rows_of(one: Piece, *, several: bool) -> Iterable[Row]:
    """The rows with where they come from; of several tables a category names its indicator too, as in changes."""
    place = {
        "table": one.key,
        "wave": one.edition.wave,
        "release": f"{one.edition.programme}/{one.edition.number}",
    }
    for row in one.rows:
        yield {**row, **place, "category": category(one, row, several=several)}


def category(one: Piece, row: Row, *, several: bool) -> str:
    code = str(row["category"])
    if not several:
        return code
    return f"{one.key}.{code}" if code else one.key


def labels(pieces: Sequence[Piece], *, several: bool) -> dict[str, dict[str, str]]:
    """The labels of all pieces as one; `tables` and `answers` are what tables and categories are called alone."""
    found: dict[str, dict[str, str]] = {"tables": {}, "answers": {}, "categories": {}}
    for one in pieces:
        reader = one.reader
        title = reader.text("title")
        found["tables"][one.key] = title
        for kind, names in one.table["labels"][reader.language].items():
            if kind != "categories":
                found.setdefault(kind, {}).update(names)
        for row in one.rows:
            code, alone = category(one, row, several=several), reader.label("categories", row["category"])
            found["answers"][code] = alone
            found["categories"][code] = (f"{title}: {alone}" if alone else title) if several else alone
    return found


def source(one: Piece, texts: Mapping[str, str], pieces: Sequence[Piece]) -> dict[str, object]:
    """A table that was read; its release where there are several, and what the figure does not say for all of them."""
    reader = one.reader
    releases = {each.edition.number for each in pieces}
    return {
        "number": one.edition.number,
        "wave": one.edition.wave,
        "key": one.key,
        "title": reader.text("title"),
        "question": "" if texts["question"] else reader.text("question"),
        "base": "" if texts["base"] else reader.text("base"),
        "answers": answers(reader) if len(pieces) > 1 else "",
        "names_release": len(releases) > 1,
    }


def chosen(asked: str, codes: Sequence[str]) -> str:
    """The country asked for where the figure has it, else its first."""
    return asked if asked in codes else codes[0]


def about(country: str) -> Callable[[Row], bool]:
    """Rows of the country, and differences that it is a side of."""
    return lambda row: country in (row["country"], row["against"])
