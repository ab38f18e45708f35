"""The course of a headline figure over the waves: lines through the newest release of each, joined by tests alone."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from publication.charts.axes import axis_of, is_cut
from publication.charts.lines import MOST_LINES, Line, Point, Wave, line_chart, line_drawing, line_notes
from publication.charts.svg import WIDE, stacked
from publication.figures.charting import Chart
from publication.figures.composed.shape import Asked, Edition, Kind, Piece, composed
from publication.figures.findings import finding
from publication.figures.reading import Document, Reader, Row, is_headline, is_of_countries, is_part, reader_of

CHANGE = "change"
MEASURES = ("share", "index")


def _in_several(editions: Sequence[Edition]) -> list[str]:
    """Tables of the last edition with one number a country that stand in an earlier one too."""
    return [key for key in editions[-1].tables if len(tables := _tables(key, editions)) > 1 and all(map(_fits, tables))]


def _tables(key: str, editions: Sequence[Edition]) -> list[Document]:
    return [one.tables[key] for one in editions if key in one.tables]


def _fits(table: Document) -> bool:
    return is_of_countries(table) and (is_headline(table) or table["kind"] == "index")


def _course(asked: Asked) -> Document:
    """A row a country and wave, with the verdict of the change since the wave before where one was published."""
    pieces = []
    before = ""
    for edition in asked.editions:
        if asked.rest in edition.tables:
            table = edition.tables[asked.rest]
            changes = _changes(edition, str(table["indicator"]), before)
            rows = [_tested(row, changes) for row in table["rows"] if row["measure"] in MEASURES and not is_part(row)]
            pieces.append(Piece(edition, table, tuple(rows)))
        before = edition.wave
    own = asked.own.tables[asked.rest]
    title = reader_of(own).text("title")
    waves = [one.wave for one in asked.editions]
    return composed("course", asked, pieces, title=title, found=_finding(asked, own), waves=waves)


def _changes(edition: Edition, indicator: str, before: str) -> Mapping[str, Row]:
    """Country -> its row of the change from the wave before; empty where that was not measured."""
    change = edition.tables.get(CHANGE)
    if change is None or change["previous_wave"] != before:
        return {}
    return {row["country"]: row for row in change["rows"] if row["category"] == indicator}


def _tested(row: Row, changes: Mapping[str, Row]) -> Row:
    verdict = changes.get(row["country"], {}).get("verdict")
    return {**row, "verdict": verdict} if verdict else row


def _finding(asked: Asked, table: Document) -> str:
    """What moved since the wave before as a test allows it; where nothing was tested, what the wave itself says."""
    changes = _changes(asked.own, str(table["indicator"]), asked.editions[-2].wave)
    rows = [row for row in changes.values() if row["status"] == "shown"]
    if not rows:
        return reader_of(table).text("finding")
    change = asked.own.tables[CHANGE]
    return finding(CHANGE, rows, change["labels"][reader_of(change).language])


def _draw(reader: Reader) -> Chart:
    waves = list(reader.document["waves"])
    lines = [Line(reader.label("countries", code), _points(reader, code, waves)) for code in reader.countries]
    ends = [end for line in lines for point in line.points if point for end in (point.value, point.low, point.high)]
    axis = axis_of(ends, limits=(0.0, 100.0), suffix=" %" if reader.document["unit"] == "percent" else "")
    times = [Wave(wave, at) for wave, at in zip(waves, times_of(waves), strict=True)]
    some = [lines[start : start + MOST_LINES] for start in range(0, len(lines), MOST_LINES)]
    words = reader.words
    cut = _("The axis is cut: it does not run from 0 to 100.") if is_cut(axis) else ""
    compared = _("A verdict in the table compares with the wave before.")
    return Chart(
        "".join(line_chart(few, times, axis, words) for few in some),
        lambda: stacked(*(line_drawing(few, times, axis, words, WIDE) for few in some)),
        " ".join(part for part in (cut, compared) if part),
        marks=tuple(note for few in some for note in line_notes(few, times, words)),
    )


def _points(reader: Reader, country: str, waves: Sequence[str]) -> tuple[Point | None, ...]:
    """A point a wave. A line breaks where no test of the change from the wave before was published."""
    rows = {row["wave"]: row for row in reader.document["rows"] if row["country"] == country}
    return tuple(_point(rows, wave) for wave in waves)


def _point(rows: Mapping[str, Row], wave: str) -> Point | None:
    row = rows.get(wave)
    if row is None:
        return None
    changed = "" if wave == min(rows) else broken(row)
    return Point(row.get("value"), row.get("low"), row.get("high"), changed)


def broken(row: Row) -> str:
    """Why the line from the wave before must not reach this row, in words; empty where it may."""
    if "verdict" not in row:
        return _("No test of the change between these waves is published.")
    return _("Not comparable with the wave before.") if row["verdict"] == "not_comparable" else ""


def times_of(names: Sequence[str]) -> list[float]:
    """Where waves stand in time: by the year that their codes begin with, else evenly."""
    years = [float(name[:4]) if name[:4].isdigit() else None for name in names]
    known = [year for year in years if year is not None]
    return known if known == sorted(set(known)) and len(known) == len(years) else [float(n) for n in range(len(names))]


COURSE = Kind(
    "course",
    lambda: _("Waves compared"),
    _in_several,
    _course,
    _draw,
    over_waves=True,
    reads=lambda rest: (rest, CHANGE),
)
