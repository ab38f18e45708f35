"""One's own answers set beside published figures: of the own sector and size where they are published, else broader."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from analytics.core.definitions import Indicator
from publication.charts.bars import Headings, diverging_bars
from publication.charts.dots import PERCENT, Dot, Group, dot_plot
from publication.charts.numbers import number
from publication.figures.figure import Reader, Row, factor_of, language_of, mark
from publication.models import ReleaseTable
from publication.views.self_test.carried import Carried
from publication.views.self_test.own import Own, compared, own
from publication.views.self_test.selection import Answers
from surveys.models import Country, Sector, SizeClass


class Cell(NamedTuple):
    """A group of workplaces; an empty text is all of them."""

    country: str
    sector: str = ""
    size_class: str = ""

    @property
    def name(self) -> str:
        words = [str(Country(self.country).label)]
        words += [str(Sector(self.sector).label)] if self.sector else []
        words += [str(SizeClass(self.size_class).label)] if self.size_class else []
        return ", ".join(words)


@dataclass(frozen=True)
class Line:
    """A row of the table: the numbers as they stand in the release."""

    what: str
    own: str
    published: str
    interval: str
    answers: str


@dataclass(frozen=True)
class Comparison:
    """One indicator: whose figure stands beside the own answer, why not a narrower one, drawing and table."""

    key: str
    title: str
    question: str
    base: str
    group: str
    notes: tuple[str, ...]
    drawing: SafeString
    unit: str
    lines: tuple[Line, ...]
    constructed: bool


@dataclass(frozen=True)
class _Found:
    """An indicator's rows of one cell, and the words of its table."""

    indicator: Indicator
    reader: Reader
    cell: Cell
    rows: Mapping[str, Mapping[str, Row]]  # category -> measure -> row
    own: Mapping[str, Own]  # category -> what the own answers come to

    @property
    def balanced(self) -> bool:
        return str(self.reader.document["kind"]) == "balance"

    def label(self, category: str) -> str:
        return self.reader.label("categories", category) if category else self.reader.text("title")


def comparisons(tables: Sequence[ReleaseTable], carried: Carried, answers: Answers) -> Iterator[Comparison]:
    """For each indicator of the self-test that has figures of the country; `answers` are those on the path."""
    for indicator in compared():
        documents = [table.document for table in tables if table.document["indicator"] == indicator.key]
        documents = [document for document in documents if document["kind"] in ("share", "balance")]
        cells = _cells(documents, carried.country)
        if not cells:
            continue
        wanted = Cell(carried.country, carried.sector, carried.size_class)
        cell, notes = chosen(cells, wanted)
        document = next((one for one in documents if one["key"] == indicator.key), documents[0])
        mine = {category: own(indicator, category, answers, carried.background) for category in indicator.categories}
        reader = Reader(document, language_of(document))
        yield _comparison(_Found(indicator, reader, cell, cells[cell], mine), notes)


def _cells(documents: Sequence[Mapping[str, object]], country: str) -> dict[Cell, dict[str, dict[str, Row]]]:
    """The rows of a country by group, category and measure."""
    cells: dict[Cell, dict[str, dict[str, Row]]] = {}
    for document in documents:
        rows = document["rows"]
        assert isinstance(rows, list)  # noqa: S101 - the type of our own document
        for row in rows:
            if row["country"] == country and not row["against"] and not row.get("county"):
                cell = Cell(country, row["sector"], row.get("size_class", ""))
                cells.setdefault(cell, {}).setdefault(row["category"], {})[row["measure"]] = row
    return cells


def chosen(cells: Mapping[Cell, Mapping[str, Mapping[str, Row]]], wanted: Cell) -> tuple[Cell, tuple[str, ...]]:
    """The narrowest group around the wanted one that shows a number, and what is to be said of the narrower ones.

    Where nothing is shown at all it is the broadest that is published.
    """
    country, sector, size_class = wanted
    ways = (wanted, Cell(country, sector), Cell(country, size_class=size_class), Cell(country))
    published = [cell for cell in ways if cell in cells] or [next(iter(cells))]
    cell = next((cell for cell in published if _shows_a_number(cells[cell])), published[-1])
    withheld = published[: published.index(cell)]
    notes = [_("There are no published figures of %(group)s.") % {"group": wanted.name}] if wanted not in cells else []
    notes += [_("The figures of %(group)s are withheld: too few answers.") % {"group": one.name} for one in withheld]
    if notes:
        notes.append(_("Beside your answer stands %(group)s.") % {"group": cell.name})
    return cell, tuple(notes)


def _shows_a_number(rows: Mapping[str, Mapping[str, Row]]) -> bool:
    return any(row["status"] == "shown" for measures in rows.values() for row in measures.values())


def _comparison(found: _Found, notes: tuple[str, ...]) -> Comparison:
    drawing = _bars(found) if found.balanced else _dots(found)
    return Comparison(
        key=found.indicator.key,
        title=found.reader.text("title"),
        question=found.reader.text("question"),
        base=found.reader.text("base"),
        group=found.cell.name,
        notes=notes,
        drawing=mark_safe(drawing),  # noqa: S308 - made by the charts, which escape every text
        unit=_("Net balance, points") if found.balanced else _("Share, %"),
        lines=tuple(_line(found, category) for category in found.rows if category in found.own),
        constructed=bool(found.reader.document["constructed"]),
    )


def _dots(found: _Found) -> str:
    """The group's name first, so that a picture of it says whom it shows; then each category with the own answer."""
    groups = [Group(found.cell.name, ())]
    for category, measures in found.rows.items():
        if category in found.own:
            row = measures["share"]
            dot = Dot(_("Published"), row.get("value"), row.get("low"), row.get("high"))
            groups.append(Group(_with_own(found, category), (dot,)))
    return dot_plot(groups, PERCENT, found.reader.words)


def _bars(found: _Found) -> str:
    headings = Headings(
        caption=f"{found.reader.text('title')}, {found.cell.name}",
        factor=_("Factor"),
        barrier=_("Hindered"),
        driver=_("Promoted"),
        balance=_("Net balance in points (interval)"),
        outside=_("Don't know or not relevant"),
    )
    factors = [
        factor_of(_with_own(found, category), measures)
        for category, measures in found.rows.items()
        if category in found.own
    ]
    return diverging_bars(factors, headings, found.reader.words)


def _with_own(found: _Found, category: str) -> str:
    words = {"what": found.label(category), "answer": said(found.own[category])}
    if not category:
        return _("Your answer: %(answer)s") % words
    return _("%(what)s. Your answer: %(answer)s") % words


def _line(found: _Found, category: str) -> Line:
    """The number that leads the indicator, as the release has it."""
    row = found.rows[category][found.indicator.headline]
    what, answer = found.label(category), said(found.own[category])
    if row["status"] == "withheld":
        return Line(what, answer, found.reader.words.withheld, "", "")
    signed = found.balanced
    ends = [number(row[end], 1, mark(), signed=signed) for end in ("low", "high") if end in row]
    value = number(row["value"], 1, mark(), signed=signed)
    return Line(what, answer, value, (" – " if signed else "–").join(ends), str(row["n"]))


def said(answer: Own) -> str:
    words = {
        Own.YES: _("yes"),
        Own.NO: _("no"),
        Own.DRIVER: _("promoted"),
        Own.BARRIER: _("hindered"),
        Own.NO_OPINION: _("don't know or not relevant"),
        Own.NOT_ASKED: _("not asked"),
        Own.NOT_ANSWERED: _("not answered"),
    }
    return words[answer]
