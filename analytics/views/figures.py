"""Estimates as tables for staff: a line a category and domain, percentages, index points or percentage points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.core import definition_checks
from analytics.core.definitions import Definitions
from analytics.models import Estimate, Run
from surveys.models import Country, Sector
from surveys.queries import instrument_of

COMPARED = ("change", "difference")


@dataclass(frozen=True)
class Cell:
    """A value with its interval on the scale shown; None where there is none."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Line:
    """A category in a domain: the figures of each column, and what is common to them."""

    category: str
    domain: str
    cells: tuple[Cell | None, ...]
    n: int
    missing: float | None
    flags: tuple[str, ...]
    verdict: str = ""
    p_adjusted: float | None = None


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def tables(run: Run, definitions: Definitions, estimates: Sequence[Estimate], key: str, language: str) -> list[Table]:
    """Figures, changes and differences of one indicator or index; tables without a line are left out."""
    if not estimates:
        return []
    names = _categories(run, definitions, key, language)
    plain = [row for row in estimates if row.estimand not in COMPARED]
    points = key in definitions.indices
    made = [
        _figures(plain, names, points=points),
        _compared(_("Change since the wave before"), estimates, "change", names, points=points),
        _compared(_("Difference between countries"), estimates, "difference", names, points=points),
    ]
    return [table for table in made if table.lines]


def _categories(run: Run, definitions: Definitions, key: str, language: str) -> Mapping[str, str]:
    if key in definitions.indices:
        return {"": ""}
    indicator = definitions.indicators[key]
    instrument = instrument_of(run.instrument)
    wanted = (language, *instrument.languages)
    spoken = [code for code in wanted if code in instrument.texts and code in indicator.texts]
    if not spoken:
        return {"": ""}  # the codes are shown
    return {"": "", **definition_checks.labels(indicator, indicator.categories, instrument, spoken[0])}


def _figures(rows: Sequence[Estimate], names: Mapping[str, str], *, points: bool) -> Table:
    estimands = list(dict.fromkeys(row.estimand for row in rows))
    grouped: dict[tuple[str, str], dict[str, Estimate]] = {}
    for row in rows:
        grouped.setdefault((row.category, row.sector), {})[row.estimand] = row
    lines = tuple(_line(found, names, estimands, points=points) for found in grouped.values())
    return Table(_("Estimates"), tuple(_column(estimand) for estimand in estimands), lines)


def _line(found: Mapping[str, Estimate], names: Mapping[str, str], estimands: Sequence[str], *, points: bool) -> Line:
    any_row = next(iter(found.values()))
    cells = tuple(_cell(found.get(estimand), points=points) for estimand in estimands)
    return Line(
        category=names.get(any_row.category, any_row.category),
        domain=sector_name(any_row.sector),
        cells=cells,
        n=any_row.n,
        missing=None if any_row.missing_share is None else 100 * any_row.missing_share,
        flags=tuple(sorted({flag_name(flag) for row in found.values() for flag in row.flags})),
    )


def _compared(title: str, rows: Iterable[Estimate], estimand: str, names: Mapping[str, str], *, points: bool) -> Table:
    lines = tuple(
        Line(
            category=names.get(row.category, row.category),
            domain=sector_name(row.sector) if estimand == "change" else f"{row.country} − {row.against}",
            cells=(_cell(row, points=points),),
            n=row.n,
            missing=None,
            flags=tuple(flag_name(flag) for flag in row.flags),
            verdict=verdict_name(row.verdict),
            p_adjusted=row.p_adjusted,
        )
        for row in rows
        if row.estimand == estimand
    )
    return Table(title, (_("Points") if points else _("Percentage points"),), lines)


def _cell(row: Estimate | None, *, points: bool) -> Cell | None:
    """Shares and balances are shown in percent, an index on its own scale."""
    if row is None:
        return None
    factor = 1.0 if points else 100.0
    return Cell(*(None if value is None else factor * value for value in (row.value, row.low, row.high)))


def _column(estimand: str) -> str:
    return {
        "share": _("Share, per cent"),
        "driver": _("Promoted, per cent"),
        "barrier": _("Hindered, per cent"),
        "no_opinion": _("Don't know or not relevant, per cent"),
        "net_balance": _("Net balance, percentage points"),
        "index": _("Index, 0 to 100"),
    }.get(estimand, estimand)


def sector_name(sector: str) -> str:
    if not sector:
        return _("All sectors")
    return str(Sector(sector).label) if sector in Sector.values else sector


def country_name(country: str) -> str:
    return str(Country(country).label) if country in Country.values else country


def verdict_name(verdict: str) -> str:
    return {
        "higher": _("Higher"),
        "lower": _("Lower"),
        "not_distinguishable": _("Not distinguishable"),
        "not_comparable": _("Not comparable"),
    }.get(verdict, verdict)


def flag_name(flag: str) -> str:
    return {
        "empty_domain": _("nobody answered here"),
        "no_answers": _("nobody answered the question"),
        "nobody_asked": _("nobody was asked"),
        "one_answer": _("one answer"),
        "lonely_stratum": _("a stratum with one respondent"),
        "no_degrees_of_freedom": _("too few answers for an interval"),
        "zero_spread": _("all answers alike"),
        "known": _("everybody answered: no sampling error"),
        "missing_part": _("a part has no value"),
        "missing_caution": _("many did not answer"),
        "independent_waves": _("no workplaces in common with the wave before"),
        "covariance_unusable": _("covariance of the panel left out"),
        "undefined": _("a wave has no standard error"),
        "item_changed": _("the question has changed"),
        "not_declared_comparable": _("not declared comparable"),
        "no_earlier_value": _("no value in the wave before"),
    }.get(flag, flag)
