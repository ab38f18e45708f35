"""How far a headline rests on who answered and how: non-response band, early and late, careless answers, follow-up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views import follow_up
from analytics.views.grids import Cell, Grid, interval, probability, text, written
from analytics.views.names import Names
from analytics.views.words import country_name, sector_name

Entry = Mapping[str, Any]
Name = Callable[[str, str], str]  # indicator and category in words
SMALL_P = 0.05
SHOWN = 10


def tables(run: Run, names: Names, key: str, country: str) -> list[Grid]:
    """The four tables of one indicator in one country."""
    bands = [one for one in run.diagnostics.get("sensitivity", []) if one["indicator"] == key]
    return [
        band([one for one in bands if one["country"] == country], names.category),
        late([row for row in _rows(run, "effort", "rows", country) if row["indicator"] == key], names.category),
        without(
            [row for row in _rows(run, "answering", "effects", country) if row["indicator"] == key], names.category
        ),
        follow_up.of_indicator(run, names, key, country),
    ]


def bands_of(run: Run, names: Names) -> Grid:
    """Every headline share without categories, of countries as a whole."""
    found = run.diagnostics.get("sensitivity", [])
    return band([one for one in found if not one["category"] and not one["sector"]], names.figure)


def differing(run: Run, names: Names) -> Grid:
    """The headlines in which late answerers differ after adjustment, of all countries."""
    rows = list(_rows(run, "effort", "rows"))
    clear = [row for row in rows if row["p_adjusted"] is not None and row["p_adjusted"] < SMALL_P]
    return late(sorted(clear, key=lambda row: float(row["p_adjusted"])), names.figure)


def most_moved(run: Run, names: Names) -> Grid:
    """The headlines that leaving out moves most, of all countries."""
    rows = [row for row in _rows(run, "answering", "effects") if row["difference"] is not None]
    return without(sorted(rows, key=lambda row: -abs(row["difference"]))[:SHOWN], names.figure)


def band(found: Sequence[Entry], name: Name) -> Grid:
    points = (
        [_("%(points)s points less") % {"points": round(100 * one["delta"])} for one in found[0]["rows"]]
        if found
        else []
    )
    columns = (_("What"), _("Where"), _("Response rate, per cent"), *points)
    say = _(
        "What the share would be if those who did not answer had it 5, 10 or 15 points less often than those who did. "
        "No column is more likely than another. A dash: non-respondents would be below zero."
    )
    lines = tuple(
        (
            text(name(one["indicator"], one["category"])),
            text(_where(one)),
            Cell(written(100 * one["rate"], 0)),
            *(interval(row["value"], row["low"], row["high"], factor=100) for row in one["rows"]),
        )
        for one in found
    )
    return Grid(_("What non-response could change"), columns, lines, say)


def late(rows: Sequence[Entry], name: Name) -> Grid:
    columns = (_("What"), _("Where"), _("Early"), _("Late"), _("Late minus early"), _("p, adjusted"))
    say = _(
        "Per cent, of those who answered without a reminder and after one. That those who never answered are like the "
        "late ones is an assumption. The p is adjusted over all headlines of the country."
    )
    return Grid(_("Early and late answers"), columns, _compared(rows, name, ("early", "late"), "p_adjusted"), say)


def without(rows: Sequence[Entry], name: Name) -> Grid:
    columns = (_("What"), _("Where"), _("All"), _("Without them"), _("Difference"), _("Left out"))
    say = _(
        "Per cent, without those who gave one answer throughout a battery or took less than a third of the median "
        "time. A check of how much the figure rests on them, not a correction of it."
    )
    lines = _compared(rows, name, ("with_all", "without"), "flagged")
    return Grid(_("Without careless answers"), columns, lines, say)


def _compared(rows: Sequence[Entry], name: Name, values: tuple[str, str], last: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            text(name(row["indicator"], row["category"])),
            text(country_name(row["country"])),
            *(interval(row[one], None, None, factor=100) for one in values),
            interval(row["difference"], row["low"], row["high"], factor=100),
            Cell(probability(row[last]) if last == "p_adjusted" else written(row[last], 0)),
        )
        for row in rows
    )


def _rows(run: Run, name: str, inside: str, country: str = "") -> Iterator[Entry]:
    """The rows of a part of the diagnostics, each with its country."""
    for entry in run.diagnostics.get(name, []):
        if country in ("", entry["country"]):
            for row in entry[inside]:
                yield {**row, "country": entry["country"]}


def _where(one: Entry) -> str:
    return sector_name(one["sector"]) if one["sector"] else country_name(one["country"])
