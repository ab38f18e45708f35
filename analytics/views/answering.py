"""How people answered: straight lines, styles, speed, what leaving out changes, and how items of scales behave."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views import robustness
from analytics.views.grids import Cell, Grid, count, number, percent, text, written
from analytics.views.names import Names
from analytics.views.words import DIF_VERDICTS, LEVELS, country_name, flag_name, word

Entry = Mapping[str, Any]
STYLES = ("straight_share", "extreme", "acquiescence", "disacquiescence", "dont_know", "not_relevant", "no_answer")


def tables(run: Run, names: Names) -> list[Grid]:
    """Batteries, speed and what leaving out changes; then invariance and DIF of every scale."""
    found: list[Entry] = run.diagnostics.get("answering", [])
    return [
        _batteries(found, names),
        _speed(found),
        robustness.most_moved(run, names),
        *(grid for one in run.diagnostics.get("scales", []) for grid in _scale(one, names)),
    ]


def _batteries(found: list[Entry], names: Names) -> Grid:
    columns = (_("Battery"), _("Country"), _("Asked"), *_styles())
    say = _(
        "Per cent, with the standard error below. One answer throughout: of those with five answers or more; the "
        "others are shares of a respondent's answers or questions. People of one mind answer in a straight line too."
    )
    lines = tuple(
        (
            text(names.battery(one["battery"])),
            text(country_name(entry["country"])),
            count(one["asked"]),
            *(_with_error(one[style]) for style in STYLES),
        )
        for entry in found
        for one in entry["batteries"]
    )
    return Grid(_("Ways of answering"), columns, lines, say)


def _styles() -> tuple[str, ...]:
    """The heads of STYLES."""
    return (
        _("One answer throughout"),
        _("At either end"),
        _("Above the middle"),
        _("Below the middle"),
        _("Don't know"),
        _("Not relevant"),
        _("No answer"),
    )


def _with_error(one: Entry) -> Cell:
    """Without an error where all are alike: that nobody differs has no spread, and is no certainty."""
    error = one["standard_error"]
    return Cell(percent(one["value"]).text, f"± {written(100 * error)}" if error else "")


def _speed(found: list[Entry]) -> Grid:
    columns = (_("Country"), _("Timed"), _("Median, minutes"), _("Fast"), _("Fast, per cent"))
    say = _("Fast: below a third of the median time of those who were asked the same. Only pages with a time count.")
    lines = tuple(
        (
            text(country_name(one["country"])),
            count(one["speeding"]["timed"]),
            number(_minutes(one["speeding"]["median_seconds"])),
            count(one["speeding"]["fast"]),
            _with_error(one["speeding"]["fast_share"]),
        )
        for one in found
    )
    return Grid(_("Speed"), columns, lines, say)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def _scale(one: Entry, names: Names) -> Iterator[Grid]:
    title = names.title(one["index"])
    if one["invariance"]:
        yield _invariance(title, one["invariance"], names)
    yield _dif(title, one["dif"], names)


def _invariance(title: str, found: Entry, names: Names) -> Grid:
    columns = (_("What is alike"), _("Chi-square"), _("Degrees of freedom"), "CFI", "RMSEA", "SRMR", _("Accepted"))
    lines = tuple(
        (
            text(word(LEVELS, step["level"])),
            number(step["chi2"]),
            count(step["df"]),
            *(number(step[name], 3) for name in ("cfi", "rmsea", "srmr")),
            text(_("yes") if step["accepted"] else _("no")),
        )
        for step in found["steps"]
    )
    say = _(
        "Whether countries read the items alike. Means are compared only where the intercepts are the same, or most of "
        "them."
    )
    return Grid(
        _("%(title)s: the same scale in every country?") % {"title": title}, columns, lines, say, _said(found, names)
    )


def _said(found: Entry, names: Names) -> tuple[str, ...]:
    verdict = (
        _("Means of countries may be compared: %(level)s.")
        if found["means_comparable"]
        else _("Means of countries are not compared: %(level)s.")
    )
    said = [verdict % {"level": word(LEVELS, found["level"])}]
    said += [
        _("Let go: “%(item)s” in %(country)s.")
        % {"item": names.item(one["item"]), "country": country_name(one["group"])}
        for one in found["released"]
    ]
    return (*said, *(flag_name(flag) for flag in found["flags"]))


def _dif(title: str, found: list[Entry], names: Names) -> Grid:
    columns = (_("Item"), _("Between"), _("Change of R²"), _("Size"))
    say = _("Items that people of the same standing answer differently by country, or by language inside a country.")
    lines = tuple(
        (
            text(names.item(item["item"])),
            text(_between(one)),
            number(item["r2_change"], 3),
            text(word(DIF_VERDICTS, item["verdict"])),
        )
        for one in found
        for item in one["items"]
    )
    after = [] if lines or not found else [_("No item stands out.")]
    after += [flag_name(flag) for one in found for flag in one["flags"]]
    return Grid(
        _("%(title)s: items read differently") % {"title": title}, columns, lines, say, tuple(dict.fromkeys(after))
    )


def _between(one: Entry) -> str:
    """Countries, or languages of one: both stand in the document by their codes."""
    groups = ", ".join(one["groups"])
    if one["between"] == "countries":
        return ", ".join(country_name(group) for group in one["groups"])
    return f"{country_name(one['between'].rsplit(' ', 1)[-1])}: {groups}"
