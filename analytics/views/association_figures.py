"""What goes with a share in one country: differences in points between workplaces alike in all else in the table."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.models import Estimate
from analytics.views.figures import remarks
from analytics.views.grids import Cell, Grid, count, interval, text
from analytics.views.names import Names
from analytics.views.words import ESTIMANDS, domain_name, word

ASSOCIATION = "association"
FACTORS = ("size_class", "sector")


def table(estimates: Sequence[Estimate], names: Names, country: str) -> Grid:
    """A line for each level and each scale; without a model one sentence that says why."""
    rows = [row for row in estimates if row.estimand == ASSOCIATION and row.country == country]
    columns = (_("What"), _("Percentage points"), _("Answers"), _("Remarks"))
    say = _(
        "Differences in percentage points between workplaces that are alike in all else in the table. These are "
        "associations: they do not say that one thing leads to the other."
    )
    lines = tuple(
        (_what(row, names), interval(row.value, row.low, row.high, factor=100), count(row.n), text(remarks([row])))
        for row in rows
        if row.category
    )
    after = tuple(f"{remarks([row]).capitalize()}." for row in rows if not row.category)
    return Grid(word(ESTIMANDS, ASSOCIATION), columns, lines, say if lines else "", after)


def _what(row: Estimate, names: Names) -> Cell:
    factor, _colon, level = row.category.partition(":")
    if factor in FACTORS:
        return text(domain_name(level if factor == "sector" else "", level if factor == "size_class" else ""))
    return text(names.title(factor), _("from the lowest score to the highest"))
