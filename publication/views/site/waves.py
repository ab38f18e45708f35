"""Waves compared: the changes that the release measured, and lines through the newest release of every wave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publication.charts.axes import axis_of, is_cut
from publication.charts.lines import MOST_LINES, Line, Point, Wave, line_chart
from publication.figures.figure import Document
from publication.figures.reading import Row, is_part, reader_of
from publication.figures.rows import interval_of, value_of
from publication.queries import Shown, documents_of, newest_of_waves, shown_releases
from publication.views.site.countries import is_headline
from publication.views.site.front import is_of_countries
from publication.views.site.pages import Context, address, figures, of_release

CHANGE = "change"
Series = Mapping[str, Mapping[str, Document]]  # wave -> key -> table


@dataclass(frozen=True)
class Course:
    """An indicator over the waves: lines, and the same numbers as a table."""

    key: str
    title: str
    drawing: SafeString
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    address: str
    question: str


@of_release("publication/site/waves.html", others=True)
def waves(request: HttpRequest, shown: Shown) -> Context:
    """What moved since the wave before, and the course of every headline figure."""
    series, releases = series_of(shown)
    own = series[shown.release.wave_code]
    change = {CHANGE: own[CHANGE]} if CHANGE in own else {}
    return {
        "figures": figures(shown, change, None, ""),
        "courses": [course(shown, key, series) for key in own if in_several(key, series)],
        "releases": [
            (one.release, address("release", one.release), one.release.number == shown.release.number)
            for one in releases.values()
        ],
    }


def series_of(shown: Shown) -> tuple[Series, Mapping[str, Shown]]:
    """The tables of the newest release of every wave up to this one; of its own wave always this release itself."""
    own = shown.release
    newest = newest_of_waves(shown_releases(own.programme_slug))
    found = {wave: one for wave, one in newest.items() if wave < own.wave_code} | {own.wave_code: shown}
    tables = documents_of([one.release for one in found.values()])
    return {wave: tables.get(one.release.pk, {}) for wave, one in found.items()}, found


def in_several(key: str, series: Series) -> bool:
    """Whether the table has one number a country, and stands in more than one wave."""
    tables = [one[key] for one in series.values() if key in one]
    return len(tables) > 1 and all(
        is_of_countries(one) and (is_headline(one) or one["kind"] == "index") for one in tables
    )


def course(shown: Shown, key: str, series: Series) -> Course:
    reader = reader_of(series[shown.release.wave_code][key])
    codes = reader.countries
    lines = [Line(reader.label("countries", code), points(key, code, series)) for code in codes]
    ends = [end for line in lines for point in line.points if point for end in (point.value, point.low, point.high)]
    axis = axis_of(ends, limits=(0.0, 100.0), suffix=" %" if reader.document["unit"] == "percent" else "")
    times = [Wave(wave, at) for wave, at in zip(series, times_of(list(series)), strict=True)]
    drawn = [
        line_chart(lines[start : start + MOST_LINES], times, axis, reader.words)
        for start in range(0, len(lines), MOST_LINES)
    ]
    return Course(
        key=f"course-{key}",
        title=reader.text("title"),
        drawing=mark_safe("".join(drawn)),  # noqa: S308 - made by the charts, which escape every text
        note=_("The axis is cut: it does not run from 0 to 100.") if is_cut(axis) else "",
        columns=(_("Country"), *series),
        rows=tuple((reader.label("countries", code), *cells(key, code, series)) for code in codes),
        address=address("indicator", shown.release, str(reader.document["indicator"])),
        question=reader.text("question"),
    )


def times_of(names: Sequence[str]) -> list[float]:
    """Where waves stand in time: by the year that their codes begin with, else evenly."""
    years = [float(name[:4]) if name[:4].isdigit() else None for name in names]
    known = [year for year in years if year is not None]
    return known if known == sorted(set(known)) and len(known) == len(years) else [float(n) for n in range(len(names))]


def row_of(document: Document | None, code: str) -> Row | None:
    """The row of the whole country; None where the wave did not have it."""
    rows = document["rows"] if document else ()
    found = (
        row for row in rows if row["country"] == code and row["measure"] in ("share", "index") and not is_part(row)
    )
    return next(found, None)


def points(key: str, code: str, series: Series) -> tuple[Point | None, ...]:
    """A point a wave. A line breaks where no test of the change from the wave before was published."""
    found: list[Point | None] = []
    for wave, tables in series.items():
        row = row_of(tables.get(key), code)
        if row is None:
            found.append(None)
            continue
        changed = "" if not any(found) else broken(tables, key, code, list(series)[len(found) - 1], wave)
        found.append(Point(row.get("value"), row.get("low"), row.get("high"), changed))
    return tuple(found)


def broken(tables: Mapping[str, Document], key: str, code: str, before: str, wave: str) -> str:
    """Why two waves must not be joined, in words; empty where they may."""
    change = tables.get(CHANGE)
    if change is None or change["previous_wave"] != before:
        return _("No test of the change between these waves is published.")
    indicator = tables[key]["indicator"]
    row = next((one for one in change["rows"] if one["category"] == indicator and one["country"] == code), None)
    if row is None:
        return _("No test of the change between these waves is published.")
    return _("Not comparable with the wave before.") if row.get("verdict") == "not_comparable" else ""


def cells(key: str, code: str, series: Series) -> list[str]:
    """Value and interval a wave; a dash where the wave did not have it."""
    found = []
    for tables in series.values():
        row = row_of(tables.get(key), code)
        if row is None:
            found.append("–")
        elif row["status"] != "shown":
            found.append(_("too few answers"))
        else:
            interval = interval_of(row)
            found.append(f"{value_of(row)} ({interval})" if interval else value_of(row))
    return found
