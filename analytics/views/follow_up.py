"""The follow-up of non-respondents: the headlines by the two-phase estimate beside those of the run, as a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Run
from analytics.views.grids import Cell, Grid, interval, percent, text
from analytics.views.names import Names
from analytics.views.words import Words, country_name, word

Entry = Mapping[str, Any]
Name = Callable[[str, str], str]  # indicator and category in words
SHOWN = 10
FLAGS: Words = {
    "no_follow_up": gettext_lazy("a stratum in which nobody was followed up"),
    "one_followed": gettext_lazy("one answer stands for several non-respondents"),
    "lonely_stratum": gettext_lazy("a stratum with one drawn unit"),
    "no_answers": gettext_lazy("nobody answered the question"),
    "negative_variance": gettext_lazy("no standard error: too few followed up"),
}


def tables(run: Run, names: Names) -> list[Grid]:
    """One table of all countries with a follow-up; none where no country has one."""
    found: list[Entry] = run.diagnostics.get("follow_up", [])
    if not found:
        return []
    shown = [(one["country"], row) for one in found for row in _shown(one["rows"])]
    which = _("Headlines without categories, and of the others the ten of each country that the follow-up moves most.")
    said = tuple(sentence for one in found for sentence in _said(one))
    return [_table(shown, names.figure, (which, *said))]


def of_indicator(run: Run, names: Names, key: str, country: str) -> Grid:
    """The rows of one indicator in one country."""
    here = [one for one in run.diagnostics.get("follow_up", []) if one["country"] == country]
    return _table([(country, row) for one in here for row in one["rows"] if row["indicator"] == key], names.category)


def _table(shown: Sequence[tuple[str, Entry]], name: Name, after: tuple[str, ...] = ()) -> Grid:
    columns = (
        _("What"), _("Where"), _("Of the run"), _("With the follow-up"), _("Standard error"), _("Had answered"),
        _("Followed up"), _("Followed up minus had answered"), _("Remarks"),
    )  # fmt: skip
    say = _(
        "Per cent. With the follow-up those who answered it stand for all who had not answered when it was drawn. It "
        "stands beside the figure of the run and does not replace it."
    )
    lines = tuple(_line(country, row, name) for country, row in shown)
    return Grid(_("Follow-up of non-respondents"), columns, lines, say, after)


def _shown(rows: Sequence[Entry]) -> list[Entry]:
    plain = [row for row in rows if not row["category"]]
    moved = [row for row in rows if row["category"] and row["value"] is not None and row["ordinary"] is not None]
    return plain + sorted(moved, key=lambda row: -abs(float(row["value"] - row["ordinary"])))[:SHOWN]


def _line(country: str, row: Entry, name: Name) -> tuple[Cell, ...]:
    return (
        text(name(row["indicator"], row["category"])),
        text(country_name(country)),
        percent(row["ordinary"]),
        interval(row["value"], row["low"], row["high"], factor=100),
        percent(row["standard_error"]),
        *(percent(row[name]) for name in ("respondents", "followed", "difference")),
        text(", ".join(word(FLAGS, flag) for flag in row["flags"])),
    )


def _said(one: Entry) -> list[str]:
    numbers = {name: one[name] for name in ("pool", "drawn", "answered", "by_themselves", "joined")}
    named = numbers | {"country": country_name(one["country"])}
    said = [
        _(
            "%(country)s: of %(pool)s that had not answered %(drawn)s were drawn, and %(answered)s of them answered. "
            "%(by_themselves)s answered later without being drawn and are left out here."
        )
        % named
    ]
    if one["joined"]:
        said.append(
            _("%(country)s: non-respondents of %(joined)s strata are represented together with those of another.")
            % named
        )
    if one["remark"] == "few_followed":
        said.append(_("%(country)s: few answered the follow-up. Read these figures with care.") % named)
    if one["remark"] == "nobody_followed":
        said.append(_("%(country)s: nobody answered the follow-up, so that there is no figure with it.") % named)
    return said
