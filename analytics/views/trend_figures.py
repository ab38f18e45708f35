"""How the figures of one indicator move over all the waves of a run, in a country as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics import queries
from analytics.core.parameters import Parameters
from analytics.models import Estimate, Run
from analytics.views.figures import remarks
from analytics.views.grids import Cell, Grid, count, interval, probability, text
from analytics.views.names import Names
from analytics.views.words import ESTIMANDS, TRENDS, word
from surveys.models import Wave

TREND = "trend"


def table(run: Run, estimates: Sequence[Estimate], names: Names, country: str) -> Grid:
    """A line for each category; below it the waves that take no part, and why."""
    rows = [row for row in estimates if row.estimand == TREND and row.country == country]
    points, said = any(row.indicator in names.definitions.indices for row in rows), _documents(run)
    alpha = 1 - Parameters.from_document(run.parameters).confidence
    columns = (
        _("What"),
        _("Points per year") if points else _("Percentage points per year"),
        _("Waves"),
        _("A straight line"),
        _("Answers"),
        _("Remarks"),
    )
    say = _(
        "The slope of a straight line through the waves, for the country as a whole. The p is adjusted over the "
        "categories of the indicator. Answers are those of the wave that has fewest."
    )
    lines = tuple(_line(row, said.get(_key(row), {}), names, alpha) for row in rows)
    return Grid(word(ESTIMANDS, TREND), columns, lines, say, tuple(_passed_over(run)) if lines else ())


def _line(row: Estimate, said: Mapping[str, Any], names: Names, alpha: float) -> tuple[Cell, ...]:
    factor = 1 if row.indicator in names.definitions.indices else 100
    return (
        text(names.category(row.indicator, row.category)),
        interval(row.value, row.low, row.high, factor=factor, decimals=2),
        _waves(said),
        _fit(said.get("p_fit"), alpha),
        count(row.n),
        text(remarks([row], TRENDS)),
    )


def _key(row: Estimate) -> tuple[str, str, str]:
    return row.country, row.indicator, row.category


def _documents(run: Run) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """What rows have no field for, by country, indicator and category."""
    return {(one["country"], one["indicator"], one["category"]): one for one in run.diagnostics.get("trends", [])}


def _waves(said: Mapping[str, Any]) -> Cell:
    codes = ", ".join(said.get("waves", []))
    if said.get("breaks"):
        codes = _("%(waves)s; new level from %(breaks)s") % {"waves": codes, "breaks": ", ".join(said["breaks"])}
    return Cell(count(len(said["waves"])).text, codes) if said else count(None)


def _fit(p: float | None, alpha: float) -> Cell:
    if p is None:
        return text(_("cannot be said"))
    words = _("does not fit, p %(p)s") if p <= alpha else _("nothing speaks against it, p %(p)s")
    return text(words % {"p": probability(p)})


def _passed_over(run: Run) -> list[str]:
    """A sentence for each wave of the chain that the run was not made from, the oldest first."""
    used = {one.dataset.wave_id for one in run.older_datasets.all()}
    used |= {run.previous_dataset.wave_id} if run.previous_dataset else set()
    return [_why(wave) for wave in reversed(queries.chain_of(run.wave)) if wave.pk not in used]


def _why(wave: Wave) -> str:
    if wave.pilot:
        said = _("Wave %(code)s is a pilot and takes no part.")
    elif queries.erased(wave):
        said = _("The answers of wave %(code)s are erased: it takes no part.")
    else:
        said = _("Wave %(code)s was not closed when the run was made and takes no part.")
    return said % {"code": wave.code}
