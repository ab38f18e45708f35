"""The largest and the clearest changes of a run since the wave before, of countries as a whole."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from analytics import queries
from analytics.core.parameters import Parameters
from analytics.models import Estimate, Run
from analytics.views.figures import remarks, value_cell
from analytics.views.grids import Grid, count, text
from analytics.views.names import Names
from analytics.views.words import country_name

SHOWN = 10


def changes(run: Run, names: Names) -> list[Grid]:
    """Ten by size and ten by adjusted p; index points and percentage points count alike.

    Of figures with too few answers none is listed: chance alone would make theirs the largest.
    """
    fewest = Parameters.from_document(run.parameters).minimum_answers
    rows = [row for row in queries.changes_of(run) if row.n >= fewest]
    only = _("Only figures with at least %(answers)s answers in both waves.") % {"answers": fewest}
    clear = [row for row in rows if row.p_adjusted is not None]
    return [
        _table(
            _("Largest changes since the wave before"),
            _("By size, countries as a whole. Remarks are the verdict and the footnotes.") + f" {only}",
            _first(rows, lambda row: -abs(_points(row, names))),
            names,
        ),
        _table(
            _("Clearest changes since the wave before"),
            _("By adjusted p, countries as a whole: a small change can be clear, and a large one chance.") + f" {only}",
            _first(clear, lambda row: row.p_adjusted or 0.0),
            names,
        ),
    ]


def _first(rows: Sequence[Estimate], key: Callable[[Estimate], float]) -> list[Estimate]:
    return sorted(rows, key=key)[:SHOWN]


def _points(row: Estimate, names: Names) -> float:
    """In points of 100."""
    return (row.value or 0.0) * (1 if row.indicator in names.definitions.indices else 100)


def _table(title: str, say: str, rows: Sequence[Estimate], names: Names) -> Grid:
    columns = (_("What"), _("Country"), _("Points"), _("Answers"), _("Remarks"))
    lines = tuple(
        (
            text(names.figure(row.indicator, row.category)),
            text(country_name(row.country)),
            value_cell(row, points=row.indicator in names.definitions.indices),
            count(row.n),
            text(remarks([row])),
        )
        for row in rows
    )
    return Grid(title, columns, lines, say)
