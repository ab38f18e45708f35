"""What staff see of weights, response and ways of answering: the diagnostics of a run as tables."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views import follow_up, response_classes, robustness
from analytics.views.grids import Cell, Grid, count, number, percent, text, written
from analytics.views.names import Names
from analytics.views.words import CHECKS, country_name, word

Entry = Mapping[str, Any]
QUANTILES = ("lowest", "tenth", "median", "ninetieth", "highest")


def checks(run: Run) -> Grid:
    """Every check of the run with what it looked at; one that does not hold ends the run instead."""
    columns = (_("What must hold"), _("Where"), _("Expected"), _("Looked at"), _("Result"))
    lines = tuple(
        (
            text(word(CHECKS, one["name"])),
            text(country_name(one["country"]) or _("All countries")),
            count(one["expected"]),
            count(one["seen"]),
            text(_("holds")),
        )
        for one in run.diagnostics.get("checks", [])
    )
    return Grid(_("Checks"), columns, lines, _("One that does not hold ends the run and gives no figures."))


def weights(run: Run, names: Names) -> list[Grid]:
    """Weights before and after, response by cell, how evenly units answered, and what they could change."""
    found: list[Entry] = run.diagnostics.get("weights", [])
    return [
        _before_and_after(found),
        _ratios(found),
        _calibration(found),
        *(_histogram(one) for one in found),
        _cells(run),
        response_classes.table(run),
        _evenness(run),
        robustness.bands_of(run, names),
        *follow_up.tables(run, names),
        _effort(run, names),
    ]


def _quantile_heads() -> tuple[str, ...]:
    return (_("Lowest"), _("10 %"), _("Median"), _("90 %"), _("Highest"))


def _before_and_after(found: list[Entry]) -> Grid:
    columns = (_("Country"), _("Weight"), *_quantile_heads(), _("Sum"), _("Effect of unequal weights"))
    say = _(
        "A design weight is how many units of the frame a respondent stands for by the draw. The final weight stands "
        "for those who did not answer too. Both are of the same respondents."
    )
    steps = (("before", _("Design weight")), ("after", _("Final weight")))
    lines = tuple(
        (
            text(country_name(one["country"])),
            text(name),
            *(number(one[step][quantile], 2) for quantile in QUANTILES),
            count(one[step]["sum"]),
            number(one[step]["kish"], 2),
        )
        for one in found
        for step, name in steps
    )
    return Grid(_("Weights before and after"), columns, lines, say)


def _ratios(found: list[Entry]) -> Grid:
    columns = (_("Country"), *_quantile_heads(), _("Trimmed or calibrated"))
    say = _(
        "How much the final weight is above the design weight. The last column counts weights that differ from what "
        "their cell gives."
    )
    lines = tuple(
        (
            text(country_name(one["country"])),
            *(number(one["g"][quantile], 2) for quantile in QUANTILES),
            count(one["beyond_cell"]),
        )
        for one in found
    )
    return Grid(_("Final weight over design weight"), columns, lines, say)


def _calibration(found: list[Entry]) -> Grid:
    columns = (_("Country"), *_quantile_heads(), _("At a bound"))
    say = _(
        "The factor that makes the weights reproduce the sectors and size classes of the frame: far from 1 where the "
        "answers differ from it. A dash where the method has no bounds."
    )
    lines = tuple(
        (
            text(country_name(one["country"])),
            *(number(one["calibration"]["factor"][quantile], 2) for quantile in QUANTILES),
            count(one["calibration"]["at_bounds"]),
        )
        for one in found
        if one.get("calibration")
    )
    return Grid(_("Factors of the calibration"), columns, lines, say)


def _histogram(one: Entry) -> Grid:
    most = max([*one["counts_before"], *one["counts_after"], 1])
    lines = tuple(
        (
            text(f"{written(low, 2)} – {written(high, 2)}"),
            *(Cell(str(held), number=False, share=round(100 * held / most)) for held in both),
        )
        for low, high, *both in zip(
            one["edges"][:-1], one["edges"][1:], one["counts_before"], one["counts_after"], strict=True
        )
    )
    title = _("Weights in %(country)s") % {"country": country_name(one["country"])}
    return Grid(title, (_("Weight"), _("Design weight"), _("Final weight")), lines, _("Respondents by their weight."))


def _cells(run: Run) -> Grid:
    columns = (_("Cell"), _("Drawn"), _("Answered"), _("Response rate"), _("Weighted"), _("Factor"))
    say = _(
        "Inside a cell those who answered stand for all. A cell is one stratum, or several that were joined until "
        "enough had answered. Rates in per cent."
    )
    lines = tuple(
        (
            text(", ".join(one["strata"])),
            count(one["drawn"]),
            count(one["respondents"]),
            percent(one["rate"], 0),
            percent(one["weighted_rate"], 0),
            number(one["factor"], 2),
        )
        for one in run.diagnostics.get("cells", {}).get("answered", [])
    )
    return Grid(_("Response by cell"), columns, lines, say)


def _evenness(run: Run) -> Grid:
    columns = (
        _("Country"),
        _("R-indicator"),
        _("Without sampling error"),
        _("Largest bias"),
        _("Sector"),
        _("Size class"),
        _("Remarks"),
    )
    say = _(
        "1 when all units answer with the same chance, as sector and size class tell it. The largest bias that they "
        "allow is in standard deviations of an answer. Sector and size class: the spread that each has alone."
    )
    return Grid(
        _("How evenly units answered"),
        columns,
        tuple(_even(one) for one in run.diagnostics.get("evenness", [])),
        say,
    )


def _even(one: Entry) -> tuple[Cell, ...]:
    if one["r"] is None:
        said = _("no model: of some sector or size class all answered, or nobody")
        return (text(country_name(one["country"])), *(number(None) for _column in range(5)), text(said))
    alone = {part["variable"]: part["unconditional"] for part in one["partial"]}
    return (
        text(country_name(one["country"])),
        *(number(one[name], 2) for name in ("r", "r_adjusted", "maximal_bias")),
        *(number(alone.get(name), 3) for name in ("sector", "size_class")),
        text(""),
    )


def _effort(run: Run, names: Names) -> Grid:
    grid = robustness.differing(run, names)
    said = tuple(_of_effort(one) for one in run.diagnostics.get("effort", []))
    none = () if run.diagnostics.get("follow_up") else (_("Follow-up of non-respondents: none in this wave."),)
    return Grid(grid.title, grid.columns, grid.rows, grid.say, (*said, *none))


def _of_effort(one: Entry) -> str:
    named = {"country": country_name(one["country"]), "early": one["early"], "late": one["late"]}
    if not one["known"]:
        return _("%(country)s: the dataset does not say who answered after a reminder.") % named
    if not one["rows"]:
        return _("%(country)s: %(early)s answered without a reminder, %(late)s after one.") % named
    clear = [row for row in one["rows"] if row["p_adjusted"] is not None and row["p_adjusted"] < robustness.SMALL_P]
    numbers = named | {"clear": len(clear), "all": len(one["rows"])}
    return (
        _(
            "%(country)s: %(early)s answered without a reminder, %(late)s after one. Of %(all)s headline figures "
            "%(clear)s differ beyond chance."
        )
        % numbers
    )
