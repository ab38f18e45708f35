"""Classes of the propensity to answer, and what was joined or left out to make them, as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views.grids import Grid, count, number, percent, text, written
from analytics.views.words import FRAME_VARIABLES, LEFT_OUT, MERGE_REASONS, category_name, country_name, word

Entry = Mapping[str, Any]


def table(run: Run) -> Grid:
    """A row a class; below, in sentences, what the model rests on. No rows where weights were adjusted in cells."""
    found: list[Entry] = run.diagnostics.get("classes", [])
    columns = (
        _("Country"),
        _("Propensity, per cent"),
        _("Drawn"),
        _("Answered"),
        _("Response rate"),
        _("Weighted"),
        _("Factor"),
    )
    say = _(
        "A model tells from the frame how likely each drawn unit was to answer. Units alike in that are a class, and "
        "inside a class those who answered stand for all. Rates in per cent."
    )
    lines = tuple(
        (
            text(country_name(one["country"])),
            text(_range(each)),
            count(each["drawn"]),
            count(each["respondents"]),
            percent(each["rate"], 0),
            percent(each["weighted_rate"], 0),
            number(each["factor"], 2),
        )
        for one in found
        for each in one["classes"]
    )
    said = tuple(sentence for one in found for sentence in _said(one))
    return Grid(_("Response by class of propensity"), columns, lines, say, said)


def _range(one: Entry) -> str:
    low, high = (written(100 * one[name], 0) for name in ("lowest", "highest"))
    return low if low == high else f"{low} – {high}"


def _said(one: Entry) -> Iterator[str]:
    country = country_name(one["country"])
    named = ", ".join(word(FRAME_VARIABLES, name) for name in one["variables"])
    yield (
        _("%(country)s: the model has %(variables)s.") % {"country": country, "variables": named}
        if named
        else _("%(country)s: no model; all units are one class.") % {"country": country}
    )
    for left in one["left_out"]:
        yield _("%(country)s: without %(variable)s (%(reason)s).") % {
            "country": country,
            "variable": word(FRAME_VARIABLES, left["variable"]),
            "reason": word(LEFT_OUT, left["reason"]),
        }
    for made in one["categories"]:
        yield _("%(country)s, %(variable)s: %(category)s was taken together with %(into)s.") % {
            "country": country,
            "variable": word(FRAME_VARIABLES, made["variable"]),
            "category": category_name(made["variable"], made["category"]),
            "into": category_name(made["variable"], made["into"]),
        }
    for merge in one["joined"]:
        yield _("%(country)s: class %(number)s of the first five was joined to %(into)s (%(reason)s).") % {
            "country": country,
            "number": merge["class"],
            "into": merge["into"] or _("no other"),
            "reason": word(MERGE_REASONS, merge["reason"]),
        }
