"""Of an index: how reliable its items are, what replicates add, and what the choices behind it could change."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.models import Estimate
from analytics.views.figures import remarks
from analytics.views.grids import Cell, Grid, count, interval, number, percent, text, written
from analytics.views.names import Names
from analytics.views.words import ESTIMANDS, SOURCES, country_name, word

Rows = Sequence[Estimate]
VARIED = ("index_sampling", "index_choices", "index_both")


def tables(estimates: Rows, names: Names, country: str) -> list[Grid]:
    """Reliability, replicates, choices, pairs of countries and sources of uncertainty, as far as the run has them."""
    own = [row for row in estimates if row.country in (country, "")]
    return [_reliability(own, names), _replicated(own), _varied(own), _above(own), _sources(own)]


def _of(rows: Rows, *estimands: str) -> list[Estimate]:
    return [row for row in rows if row.estimand in estimands]


def _reliability(rows: Rows, names: Names) -> Grid:
    columns = (_("What"), _("Item"), _("Value"), _("Answers"), _("Remarks"))
    say = _(
        "How well the items measure one thing, from 0 to 1. From .7 on alpha is enough to compare groups; an item "
        "should correlate with the others by .3 or more."
    )
    lines = tuple(
        (
            text(word(ESTIMANDS, row.estimand)),
            text(names.item(row.category) if row.category else ""),
            interval(row.value, row.low, row.high, decimals=2),
            count(row.n),
            text(remarks([row])),
        )
        for row in _of(rows, "alpha", "omega", "item_rest")
    )
    return Grid(_("Reliability"), columns, lines, say)


def _replicated(rows: Rows) -> Grid:
    columns = (_("What"), _("Value"), _("Standard error"), _("Remarks"))
    say = _(
        "From bootstrap replicates in which the step for non-response is made again: the interval holds what the "
        "formula leaves out."
    )
    lines = tuple(
        (
            text(word(ESTIMANDS, row.estimand)),
            interval(row.value, row.low, row.high, decimals=2),
            number(row.standard_error, 3),
            text(remarks([row])),
        )
        for row in _of(rows, "index_replicated", "alpha_replicated", "omega_replicated")
    )
    return Grid(_("With replicates"), columns, lines, say)


def _varied(rows: Rows) -> Grid:
    columns = (_("What varies"), _("Index, 0 to 100"), _("Ranks"), _("Remarks"))
    say = _(
        "Median and 90 per cent interval of the index, and the ranks reached, when the sample is drawn again, when the "
        "choices behind the index are made otherwise, and with both. The ranks to print are those among the estimates."
    )
    lines = tuple(
        (
            text(word(ESTIMANDS, row.estimand)),
            interval(row.value, row.low, row.high),
            Cell(f"{row.rank_low}–{row.rank_high}" if row.rank_low is not None else "–"),
            text(remarks_without_ranks(row)),
        )
        for row in _of(rows, *VARIED)
    )
    return Grid(_("What the choices could change"), columns, lines, say)


def remarks_without_ranks(row: Estimate) -> str:
    return remarks([row]) if row.rank_low is None else ""


def _above(rows: Rows) -> Grid:
    columns = (_("Country"), word(ESTIMANDS, "index_above"))
    say = _("In how many of the draws with both the country stands above the other one.")
    lines = tuple((text(country_name(row.against)), percent(row.value)) for row in _of(rows, "index_above"))
    return Grid(_("Above which country"), columns, lines, say)


def _sources(rows: Rows) -> Grid:
    grouped: dict[str, Mapping[str, Estimate]] = {}
    for row in _of(rows, "sobol_first", "sobol_total"):
        grouped[row.category] = {**grouped.get(row.category, {}), row.estimand: row}
    columns = (_("Source"), word(ESTIMANDS, "sobol_first"), word(ESTIMANDS, "sobol_total"))
    lines = tuple(
        (text(word(SOURCES, source)), *(_share(found.get(one)) for one in ("sobol_first", "sobol_total")))
        for source, found in grouped.items()
    )
    shifts = [row.value for row in _of(rows, "rank_shift") if row.value is not None]
    after = tuple(_("On average a country moves by %(ranks)s ranks.") % {"ranks": written(one, 2)} for one in shifts)
    say = _(
        "How much of the movement of ranks each source explains, alone and together with the others (Sobol indices)."
    )
    return Grid(_("Where the uncertainty comes from"), columns, lines, say, after if lines else ())


def _share(row: Estimate | None) -> Cell:
    if row is None:
        return interval(None, None, None)
    return interval(row.value, row.low, row.high, factor=100, decimals=0)
