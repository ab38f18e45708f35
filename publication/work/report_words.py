"""The sentences of a report, in the active language: what was answered, beside whom it stands, and why them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.core.own_answers import Own
from publication.charts.numbers import number
from publication.disclosure.peers import Choice, Domain, PeerRule, Refusal
from publication.work.report_tables import Figures, Row
from surveys.models import Country, Sector, SizeClass


def decimal_mark() -> str:
    return str(get_format("DECIMAL_SEPARATOR"))


def percent(value: float) -> str:
    return f"{number(value, 1, decimal_mark())} %"


def points(value: float) -> str:
    return number(value, 1, decimal_mark(), signed=True)


def name_of(domain: Domain) -> str:
    """A part of a country without the country's name, which the report is about anyway."""
    words = [str(Sector(domain.sector).label)] if domain.sector else []
    words += [str(SizeClass(domain.size_class).label)] if domain.size_class else []
    words += [domain.county] if domain.county else []
    return ", ".join(words or [str(Country(domain.country).label)])


def said(own: Own) -> str:
    return _said_in(get_language())[own]


@cache
def _said_in(_language: str | None) -> Mapping[Own, str]:
    """In the active language, which is the argument: looked up once for hundreds of answers."""
    return {
        Own.YES: _("yes"),
        Own.NO: _("no"),
        Own.DRIVER: _("promoted"),
        Own.BARRIER: _("hindered"),
        Own.NO_OPINION: _("don't know or not relevant"),
        Own.NOT_ASKED: _("not asked"),
        Own.NOT_ANSWERED: _("not answered"),
    }


@dataclass(frozen=True)
class Beside:
    """The group that stands beside the answers of one indicator, and the country where it is another."""

    choice: Choice | None
    country: Domain

    @property
    def domain(self) -> Domain | None:
        return None if self.choice is None else self.choice.domain

    @property
    def has_country(self) -> bool:
        return self.domain is not None and self.domain != self.country

    def words(self, rule: PeerRule) -> tuple[str, ...]:
        """Which group it is, the answers behind it, and why a finer one is not shown."""
        refused = [] if self.choice is None else _refusals(self.choice.refused, rule)
        if self.choice is None:
            return (_("No published group is large enough to stand beside your answers."),)
        which = _("Comparable workplaces: %(group)s. Answers behind each figure: %(number)s.") % {
            "group": name_of(self.choice.domain),
            "number": "–".join(str(n) for n in sorted({self.choice.least, self.choice.most})),
        }
        narrower = _("Narrower groups are not shown: %(groups)s.") % {"groups": listed(refused)}
        return (which, narrower) if refused else (which,)


def _refusals(refused: Iterable[tuple[Domain, Refusal]], rule: PeerRule) -> list[str]:
    """The finer groups under the reason that keeps each of them away."""
    reasons = {
        Refusal.NOT_PUBLISHED: _("not published"),
        Refusal.WITHHELD: _("too few answers"),
        Refusal.FEW_OTHERS: _("fewer than %(number)s others") % {"number": rule.others},
        Refusal.LEAVES_ONE: _("would leave a single workplace outside"),
    }
    groups: dict[str, list[str]] = {}
    for domain, refusal in refused:
        groups.setdefault(reasons[refusal], []).append(name_of(domain))
    return [f"{listed(names)} ({reason})" for reason, names in groups.items()]


def peers_said(figures: Figures, domain: Domain | None, category: str) -> str:
    """The figure of the group as a sentence."""
    return _once(figures, domain, category, _sentence)


def value_said(figures: Figures, domain: Domain | None, category: str) -> str:
    """The figure with its interval, as it stands in a table."""
    return _once(figures, domain, category, _cell)


def _once(figures: Figures, domain: Domain | None, category: str, phrase: Callable[[Figures, Row | None], str]) -> str:
    key = (phrase.__name__, str(get_language()), *(domain or ()), category)
    if key not in figures.phrases:
        figures.phrases[key] = phrase(figures, figures.row(domain, category))
    return figures.phrases[key]


def _sentence(figures: Figures, row: Row | None) -> str:
    if row is None:
        return _("The figure of comparable workplaces is withheld: too few answers.")
    if figures.balanced:
        if "low" not in row:
            return _("The net balance of comparable workplaces is %(value)s points.") % {"value": points(row["value"])}
        ends = {"value": points(row["value"]), "low": points(row["low"]), "high": points(row["high"])}
        return _("The net balance of comparable workplaces is %(value)s points (%(low)s to %(high)s).") % ends
    if "low" not in row:
        return _("Of comparable workplaces %(value)s said yes.") % {"value": percent(row["value"])}
    ends = {"value": percent(row["value"]), "low": short(row["low"]), "high": short(row["high"])}
    return _("Of comparable workplaces %(value)s said yes (%(low)s to %(high)s).") % ends


def short(value: float) -> str:
    return number(value, 1, decimal_mark())


def _cell(figures: Figures, row: Row | None) -> str:
    if row is None:
        return _("too few answers")
    value = points(row["value"]) if figures.balanced else percent(row["value"])
    if "low" not in row:
        return value
    if figures.balanced:
        return f"{value} ({points(row['low'])} – {points(row['high'])})"
    return f"{value} ({short(row['low'])}–{short(row['high'])})"


def first_column(figures: Figures) -> str:
    return _("Factor") if figures.balanced else _("What")


def beside_column(figures: Figures) -> str:
    if figures.balanced:
        return _("Comparable: net balance in points (interval)")
    return _("Comparable: said yes (interval)")


def listed(names: Sequence[str]) -> str:
    """Labels may hold commas."""
    return "; ".join(names)
