"""What the figures of each country were made under, and in which part countries are compared."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.core.wave_conditions import MODE
from analytics.models import Run
from analytics.views import beside_words
from analytics.views.grids import Cell, Grid, text
from analytics.views.run_choices import CALIBRATION, NONRESPONSE
from analytics.views.words import country_name, word
from surveys.models import Sector

Entry = Mapping[str, Any]


def table(run: Run) -> Grid:
    """A line a country; nothing for a run from before this was kept."""
    columns = (
        _("Country"),
        _("Who answers"),
        _("Levels of government"),
        _("Sectors"),
        _("Compared in"),
        _("Questionnaire"),
        _("Reference period"),
        _("Way of answering"),
        _("Weighting"),
    )
    say = _(
        "Countries are set side by side where these are alike. Where one asked others too, it is compared by its "
        "figure of the part that all have; where they have no part in common, they are not compared."
    )
    found: Mapping[str, Entry] = run.diagnostics.get("conditions", {})
    lines = tuple(_line(country, one) for country, one in sorted(found.items()))
    return Grid(_("Conditions of comparison"), columns, lines, say)


def _line(country: str, one: Entry) -> tuple[Cell, ...]:
    return (
        text(country_name(country)),
        text(beside_words.unit(one["unit"])),
        text(_levels(one["levels"])),
        text(_sectors(one["sectors"])),
        text(_part(one["compared"])),
        text(one["scale"]),
        text(_("wave %(wave)s") % {"wave": one["reference_period"]}),
        text(_("on the web") if one["mode"] == MODE else one["mode"]),
        text(_weighting(one["weighting"])),
    )


def _part(compared: Entry | None) -> str:
    if compared is None:
        return _("the whole")
    return f"{_levels(compared['levels'])}; {_sectors(compared['sectors'])}"


def _levels(codes: Collection[str]) -> str:
    return ", ".join(beside_words.level(one) for one in codes)


def _sectors(codes: Collection[str]) -> str:
    if set(codes) == set(Sector.values):
        return _("All sectors")
    return ", ".join(beside_words.sector(one) for one in codes)


def _weighting(code: str) -> str:
    """As `wave_conditions.weighting_of` writes it."""
    nonresponse, _bar, calibration = code.partition("_")
    said = [word(NONRESPONSE, nonresponse), *([word(CALIBRATION, calibration)] if calibration else [])]
    return "; ".join(said)
