"""The follow-up of non-respondents: how it stands, whom to pursue, and where one may be drawn."""

from dataclasses import dataclass

from django.db.models import Count, Q

from surveys.models import (
    Disposition,
    FollowUp,
    FollowUpStanding,
    Message,
    MessageKind,
    MessageState,
    SampledUnit,
    Wave,
)

RETURNED = (Disposition.COMPLETED, Disposition.PARTIAL)
# Who is not asked (again): has answered, said no, or does not belong to the population.
SETTLED = (*RETURNED, Disposition.DECLINED, Disposition.INELIGIBLE)


@dataclass(frozen=True)
class FollowUpProgress:
    """A follow-up with how many of those drawn answered, and are still to be pursued, and how many others answered."""

    drawn: FollowUp
    answered: int
    outstanding: int
    by_themselves: int  # not drawn, and answered after the draw


@dataclass(frozen=True)
class PursuedUnit:
    """What a person who calls needs: no answer, no link, and nothing that leads to the dataset."""

    code: str
    name: str
    municipality: str
    email: str  # empty: none is known
    language: str


def follow_ups(wave: Wave) -> list[FollowUpProgress]:
    """Those of the wave in the order of their countries: two queries."""
    drawn = Q(follow_up=FollowUpStanding.DRAWN)
    others = Q(follow_up__in=(FollowUpStanding.NOT_DRAWN, FollowUpStanding.DECLINED))
    counted = (
        SampledUnit.objects.filter(wave=wave)
        .exclude(follow_up="")
        .values_list("stratum__country")
        .annotate(
            answered=Count("pk", filter=drawn & Q(disposition__in=RETURNED)),
            outstanding=Count("pk", filter=drawn & ~Q(disposition__in=SETTLED)),
            by_themselves=Count("pk", filter=others & Q(disposition__in=RETURNED)),
        )
        .order_by("stratum__country")
    )
    counts = {country: numbers for country, *numbers in counted}
    return [FollowUpProgress(one, *counts.get(one.country, (0, 0, 0))) for one in wave.follow_ups.order_by("country")]


def to_pursue(wave: Wave, country: str) -> list[PursuedUnit]:
    """The units of the country's follow-up that are still to be asked, in the order of their codes: one query.

    None once the key between units and register is destroyed.
    """
    units = SampledUnit.objects.filter(
        wave=wave, stratum__country=country, follow_up=FollowUpStanding.DRAWN, unit__isnull=False
    ).exclude(disposition__in=SETTLED)
    columns = ("unit__code", "unit__name", "unit__municipality_name", "unit__contact__email", "language")
    return [
        PursuedUnit(code, name, municipality, email or "", language)
        for code, name, municipality, email, language in units.order_by("unit__code").values_list(*columns)
    ]


def reminded(wave: Wave) -> list[str]:
    """The countries of the wave whose reminders are out: some were sent, and none waits. One query."""
    reminders = Message.objects.filter(sampled_unit__wave=wave, kind=MessageKind.REMINDER)
    counted = (
        reminders.values_list("sampled_unit__stratum__country")
        .annotate(
            sent=Count("pk", filter=Q(state=MessageState.SENT)),
            waiting=Count("pk", filter=Q(state=MessageState.QUEUED)),
        )
        .order_by("sampled_unit__stratum__country")
    )
    return [country for country, sent, waiting in counted if sent and not waiting]
