"""Estimates as tables for staff: a line a category and domain, percentages, index points or percentage points."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from analytics.core.results import COMMON_PART
from analytics.models import Estimate
from analytics.views.grids import Cell, Grid, count, interval, probability, text, written
from analytics.views.names import Names
from analytics.views.words import ESTIMANDS, VERDICTS, Words, country_name, domain_name, flag_name, word

PLAIN = ("share", "driver", "barrier", "no_opinion", "net_balance", "index")


def tables(estimates: Sequence[Estimate], names: Names, key: str) -> list[Grid]:
    """Figures, changes and differences of one indicator or index."""
    points = key in names.definitions.indices
    plain = [row for row in estimates if row.estimand in PLAIN]
    return [
        _figures(plain, names, points=points),
        _compared(COMMON_PART, estimates, names, points=points),
        _compared("change", estimates, names, points=points),
        _compared("difference", estimates, names, points=points),
    ]


def _figures(rows: Sequence[Estimate], names: Names, *, points: bool) -> Grid:
    estimands = list(dict.fromkeys(row.estimand for row in rows))
    grouped: dict[tuple[str, str, str, str], dict[str, Estimate]] = {}
    for row in rows:
        grouped.setdefault((row.category, row.sector, row.size_class, row.area), {})[row.estimand] = row
    columns = (_("What"), _("Where"), *(word(ESTIMANDS, one) for one in estimands), _("Answers"), _("Remarks"))
    lines = tuple(
        (
            *_place(next(iter(found.values())), names),
            *(value_cell(found.get(estimand), points=points) for estimand in estimands),
            _answers(next(iter(found.values()))),
            text(remarks(found.values())),
        )
        for found in grouped.values()
    )
    return Grid(_("Estimates"), columns, lines, _("Weighted, each with its interval below."))


def _compared(estimand: str, rows: Iterable[Estimate], names: Names, *, points: bool) -> Grid:
    columns = (
        _("What"),
        _("Where"),
        _value_head(estimand, points=points),
        _("Answers"),
        _("Remarks"),
    )
    lines = tuple(
        (
            text(names.category(row.indicator, row.category)),
            text(_pair(row) if estimand == "difference" else domain_name(row.sector, row.size_class, row.area)),
            value_cell(row, points=points),
            _answers(row),
            text(remarks([row])),
        )
        for row in rows
        if row.estimand == estimand
    )
    say = {
        COMMON_PART: _("The figure that differences and ranks rest on, since the country asked others too."),
        "change": _("The p is adjusted over the categories of the indicator. Remarks are the footnotes."),
        "difference": _("The verdict allows for all pairs of countries."),
    }
    return Grid(word(ESTIMANDS, estimand), columns, lines, say[estimand])


def _value_head(estimand: str, *, points: bool) -> str:
    if estimand == COMMON_PART:
        return _("Index, 0 to 100") if points else _("Per cent")
    return _("Points") if points else _("Percentage points")


def _pair(row: Estimate) -> str:
    return f"{country_name(row.country)} − {country_name(row.against)}"


def _place(row: Estimate, names: Names) -> tuple[Cell, Cell]:
    return text(names.category(row.indicator, row.category)), text(domain_name(row.sector, row.size_class, row.area))


def value_cell(row: Estimate | None, *, points: bool) -> Cell:
    """Shares and balances are shown in percent, an index on its own scale."""
    if row is None:
        return interval(None, None, None)
    return interval(row.value, row.low, row.high, factor=1 if points else 100)


def _answers(row: Estimate) -> Cell:
    if not row.missing_share:
        return count(row.n)
    missing = _("%(share)s %% missing") % {"share": written(100 * row.missing_share, 0)}
    return Cell(written(row.n, 0), missing)


def remarks(rows: Iterable[Estimate], verdicts: Words = VERDICTS) -> str:
    """Verdict, adjusted p, ranks and flags, one after the other."""
    found: dict[str, None] = {}
    for row in rows:
        said = [word(verdicts, row.verdict)] if row.verdict else []
        if row.p_adjusted is not None:
            said.append(f"p {probability(row.p_adjusted)}")
        if row.rank_low is not None and row.rank_high is not None:
            said.append(_("rank %(low)s to %(high)s") % {"low": row.rank_low, "high": row.rank_high})
        found |= dict.fromkeys([*said, *(flag_name(flag) for flag in row.flags)])
    return ", ".join(found)
