"""A frozen table as people read it in a sheet: a line a part, a column a figure, comparisons in one of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from publication.figures.reading import Reader, Row
from publication.figures.rows import measure, place_of, verdict_of
from publication.formats.xlsx import CARE_FORMAT

COMPARED = ("difference", "change")
WITH_ENDS = ("share", "net_balance", "index", "difference", "change")  # whose interval stands beside the figure


@dataclass(frozen=True)
class Number:
    """A figure with the format that shows it as it is published."""

    value: float | int
    format: str


@dataclass(frozen=True)
class Column:
    """Which field of which measure a column shows."""

    measure: str
    field: str
    heading: str


Cell = str | Number


@dataclass(frozen=True)
class Grid:
    """Headings and lines of one table; its first `texts` columns are names. `places`: of each line the country and the
    rest of its name. `measures`: those it shows."""

    headings: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    texts: int
    places: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]


def grids(reader: Reader) -> list[Grid]:
    """The figures, then who had no opinion on the question as a whole, then comparisons; each where there is any."""
    rows = reader.document["rows"]
    plain = [row for row in rows if row["measure"] not in COMPARED]
    by_answer = any(row["category"] for row in plain)
    outside = [row for row in plain if by_answer and not row["category"]]
    groups = [[row for row in plain if row not in outside], outside]
    groups += [[row for row in rows if row["measure"] == name] for name in COMPARED]
    return [_grid(own, reader) for own in groups if own]


def _grid(rows: Sequence[Row], reader: Reader) -> Grid:
    """Lines country by country, in the order of the table."""
    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    countries = reader.countries
    for row in sorted(rows, key=lambda row: countries.index(row["country"])):
        lines.setdefault(_place(row, reader), {})[row["measure"]] = row
    names = _names(rows, reader)
    kept = [position for position, name in enumerate(names) if name]
    columns = _columns(rows)
    written = tuple(
        (
            *(place[position] for position in kept),
            *(_cell(found, column, reader) for column in columns),
            _said(found),
        )
        for place, found in lines.items()
    )
    return Grid(
        headings=(*(names[position] for position in kept), *(column.heading for column in columns), _("Note")),
        lines=written,
        texts=len(kept),
        places=tuple((place[0], ", ".join(place[position] for position in kept[1:])) for place in lines),
        measures=tuple(dict.fromkeys(row["measure"] for row in rows)),
    )


def _place(row: Row, reader: Reader) -> tuple[str, ...]:
    """Country, what it is compared with, part, category."""
    compared = reader.label("countries", row["against"]) if row["measure"] == "difference" else ""
    category = reader.label("categories", row["category"]) if row["category"] else ""
    return reader.label("countries", row["country"]), compared, reader.part(row), category


def _names(rows: Sequence[Row], reader: Reader) -> tuple[str, ...]:
    """The headings of the columns with names; empty for a column that says the same of every line, or nothing."""
    places = [_place(row, reader) for row in rows]
    headings = (_("Country"), _("Compared with"), _("Part"), _("Category"))
    told = (True, any(place[1] for place in places), len({place[2] for place in places}) > 1, any(p[3] for p in places))
    return tuple(heading if shown else "" for heading, shown in zip(headings, told, strict=True))


def _columns(rows: Sequence[Row]) -> list[Column]:
    names = list(dict.fromkeys(row["measure"] for row in rows))
    fields: dict[str, set[str]] = {name: set() for name in names}
    for row in rows:
        fields[row["measure"]] |= set(row)
    found = []
    for name in names:
        found.append(Column(name, "value", measure(name)))
        if name in WITH_ENDS:
            ends = {"low": _("Interval from"), "high": _("Interval to"), "standard_error": _("Standard error")}
            found += [Column(name, field, heading) for field, heading in ends.items() if field in fields[name]]
        if "p_adjusted" in fields[name]:
            found.append(Column(name, "p_adjusted", _("p, adjusted")))
    return [*found, Column(names[0], "n", _("Answers"))]


def _cell(found: Mapping[str, Row], column: Column, reader: Reader) -> Cell:
    row = found.get(column.measure)
    if row is None:
        return ""
    if row["status"] == "withheld":
        return reader.words.withheld if column.field == "value" else ""
    if column.field not in row:
        return ""
    return Number(row[column.field], _format(row, column))


def _format(row: Row, column: Column) -> str:
    if column.field == "n":
        return "0"
    if column.field == "p_adjusted":
        return "0.0000"
    if column.field == "standard_error":
        return "0.00"
    plain = "+0.0;-0.0;0.0" if row["measure"] in ("net_balance", *COMPARED) else "0.0"
    if not row.get("caution") or column.field != "value":
        return plain
    return ";".join(part + CARE_FORMAT for part in plain.split(";"))


def _said(found: Mapping[str, Row]) -> str:
    """Verdicts, places, and which figures are to be used with care."""
    said = [text for row in found.values() for text in (verdict_of(row), place_of(row)) if text]
    if any(row.get("caution") for row in found.values()):
        said.append(_("use with care"))
    return "; ".join(dict.fromkeys(said))
