"""Classes of the propensity to answer, and what was joined or left out to make them, as a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views.grids import Cell, Grid, count, number, percent, text, written
from analytics.views.words import FRAME_VARIABLES, LEFT_OUT, MERGE_REASONS, category_name, country_name, word

Entry = Mapping[str, Any]


def table(run: Run) -> Grid:
    """A row a class; below, in sentences, what the model rests on. No rows where weights were adjusted in cells."""
    found: list[Entry] = run.diagnostics.get("classes", [])
    columns = (_("Country"), _("Propensity, per cent"), *_response_heads())
    say = _(
        "A model tells from the frame how likely each drawn unit was to answer. Units alike in that are a class, and "
        "inside a class those who answered stand for all. Rates in per cent."
    )
    lines = tuple(_line(one["country"], each) for one in found for each in one["classes"])
    said = tuple(sentence for one in found for sentence in _said(one))
    return Grid(_("Response by class of propensity"), columns, lines, say, said)


def _response_heads() -> tuple[str, ...]:
    return (_("Drawn"), _("Answered"), _("Response rate"), _("Weighted"), _("Factor"))


def _line(country: str, one: Entry) -> tuple[Cell, ...]:
    low, high = (written(100 * one[name], 0) for name in ("lowest", "highest"))
    return (
        text(country_name(country)),
        text(low if low == high else f"{low} – {high}"),
        count(one["drawn"]),
        count(one["respondents"]),
        percent(one["rate"], 0),
        percent(one["weighted_rate"], 0),
        number(one["factor"], 2),
    )


def _said(one: Entry) -> Iterator[str]:
    country = country_name(one["country"])
    yield _model(country, one["variables"])
    yield from (_left_out(country, left) for left in one["left_out"])
    yield from (_category(country, made) for made in one["categories"])
    yield from (_joined(country, merge) for merge in one["joined"])


def _model(country: str, variables: Sequence[str]) -> str:
    if not variables:
        return _("%(country)s: no model; all units are one class.") % {"country": country}
    named = ", ".join(word(FRAME_VARIABLES, name) for name in variables)
    return _("%(country)s: the model has %(variables)s.") % {"country": country, "variables": named}


def _left_out(country: str, left: Entry) -> str:
    return _("%(country)s: without %(variable)s (%(reason)s).") % {
        "country": country,
        "variable": word(FRAME_VARIABLES, left["variable"]),
        "reason": word(LEFT_OUT, left["reason"]),
    }


def _category(country: str, made: Entry) -> str:
    return _("%(country)s, %(variable)s: %(category)s was taken together with %(into)s.") % {
        "country": country,
        "variable": word(FRAME_VARIABLES, made["variable"]),
        "category": category_name(made["variable"], made["category"]),
        "into": category_name(made["variable"], made["into"]),
    }


def _joined(country: str, merge: Entry) -> str:
    return _("%(country)s: class %(number)s of the first five was joined to %(into)s (%(reason)s).") % {
        "country": country,
        "number": merge["class"],
        "into": merge["into"] or _("no other"),
        "reason": word(MERGE_REASONS, merge["reason"]),
    }
