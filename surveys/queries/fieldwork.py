"""How the field stands: dispositions and response rates, by stratum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from surveys.models import Country, Disposition, Message, MessageKind, MessageState, Stratum, Wave


@dataclass(frozen=True)
class Progress:
    """Units of a stratum (or of several) by how contact stands.

    The response rate is AAPOR's RR1: submitted of all drawn units that belong to the population. Weighted: each unit
    counts for the number of units it stands for (inverse inclusion probability).
    """

    stratum: Stratum | None  # None: the sum of several
    drawn: int
    not_invited: int
    invited: int  # nothing returned so far
    started: int  # not submitted
    completed: int
    partial: int  # not submitted, and taken at closing
    declined: int
    unreachable: int
    ineligible: int
    weighted_completed: float
    weighted_eligible: float

    @property
    def eligible(self) -> int:
        return self.drawn - self.ineligible

    @property
    def rate(self) -> float | None:
        return self.completed / self.eligible if self.eligible else None

    @property
    def weighted_rate(self) -> float | None:
        return self.weighted_completed / self.weighted_eligible if self.weighted_eligible else None

    @property
    def percent(self) -> float | None:
        return None if self.rate is None else 100 * self.rate

    @property
    def weighted_percent(self) -> float | None:
        return None if self.weighted_rate is None else 100 * self.weighted_rate


COUNTED = tuple(Disposition)


def progress(wave: Wave) -> list[Progress]:
    """One row a stratum, in the order of their keys: one query."""
    counts: dict[str, Any] = {
        f"n_{code.value}": Count("sampled_units", filter=Q(sampled_units__disposition=code)) for code in COUNTED
    }
    return [_row(stratum) for stratum in Stratum.objects.filter(wave=wave).annotate(**counts)]


def total(rows: Sequence[Progress]) -> Progress:
    """The sum of rows, for a country or for the wave."""

    def add(name: str) -> int:
        return sum(int(getattr(row, name)) for row in rows)

    return Progress(
        stratum=None,
        drawn=add("drawn"),
        **{code.value: add(code.value) for code in COUNTED},
        weighted_completed=sum(row.weighted_completed for row in rows),
        weighted_eligible=sum(row.weighted_eligible for row in rows),
    )


def by_country(rows: Sequence[Progress]) -> list[tuple[str, Progress]]:
    """The sum of each country by its name, in the order of their codes."""
    countries = sorted({row.stratum.country for row in rows if row.stratum})
    return [
        (str(Country(country).label), total([row for row in rows if row.stratum and row.stratum.country == country]))
        for country in countries
    ]


def message_counts(wave: Wave) -> list[tuple[str, str, int]]:
    """Messages by kind and state, as (kind, state, how many): one query."""
    messages = Message.objects.filter(sampled_unit__wave=wave).order_by("kind", "state")
    counted = messages.values_list("kind", "state").annotate(n=Count("pk"))
    return [(str(MessageKind(kind).label), str(MessageState(state).label), n) for kind, state, n in counted]


def _row(stratum: Stratum) -> Progress:
    counts: dict[str, int] = {code.value: getattr(stratum, f"n_{code.value}") for code in COUNTED}
    weight = stratum.population / stratum.drawn if stratum.drawn else 0.0
    return Progress(
        stratum=stratum,
        drawn=stratum.drawn,
        **counts,
        weighted_completed=weight * counts["completed"],
        weighted_eligible=weight * (stratum.drawn - counts["ineligible"]),
    )
