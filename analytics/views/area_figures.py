"""Model-based shares of the counties and municipalities of a country."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.models import Estimate
from analytics.views.figures import remarks
from analytics.views.grids import Grid, count, interval, text, written

COUNTY, MUNICIPALITY = "county", "municipality"
TOO_IMPRECISE = frozenset({"wide_interval", "model_dominated", "out_of_bounds", "mse_undefined"})


def table(estimates: Sequence[Estimate], country: str) -> Grid:
    """A line for each county; of municipalities only how many have a figure, as they are bodies with a name."""
    rows = [row for row in estimates if row.estimand == "small_area" and row.country == country]
    columns = (_("County"), _("Share, per cent"), _("Answers"), _("Remarks"))
    say = _(
        "From a model: what the answers of an area say, drawn towards what areas like it have. No figure of a named "
        "municipality is public."
    )
    lines = tuple(
        (
            text(row.area.removeprefix(f"{COUNTY}:")),
            interval(row.value, row.low, row.high, factor=100),
            count(row.n),
            text(remarks([row])),
        )
        for row in rows
        if row.area.startswith(f"{COUNTY}:")
    )
    return Grid(_("Counties and municipalities"), columns, lines, say, (*_without_model(rows), *_municipalities(rows)))


def _without_model(rows: Sequence[Estimate]) -> list[str]:
    names = {COUNTY: _("Counties: %(reason)s."), MUNICIPALITY: _("Municipalities: %(reason)s.")}
    return [names[row.category] % {"reason": remarks([row])} for row in rows if not row.area and row.category in names]


def _municipalities(rows: Sequence[Estimate]) -> list[str]:
    own = [row for row in rows if row.area.startswith(f"{MUNICIPALITY}:")]
    values = [row.value for row in own if row.value is not None]
    if not values:
        return []
    fit = sum(not TOO_IMPRECISE & set(row.flags) for row in own)
    return [
        _(
            "%(count)s municipalities have a figure from the model, from %(low)s to %(high)s per cent. %(fit)s of them "
            "are precise enough to use."
        )
        % {
            "count": len(values),
            "low": written(100 * min(values), 0),
            "high": written(100 * max(values), 0),
            "fit": fit,
        }
    ]
