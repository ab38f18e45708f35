"""Who agreed to be contacted about an innovation for the collection of examples, and what they said of it.

The consent covers contact about the innovation: what is read here is the answers that describe it, and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveys.models import Programme, Response, SampledUnit, Unit, Wave

CONSENT = "contact_consent"
STOPPED = "stopped"
# What an editor needs to begin a card. No answer about the workplace, its leaders or its culture.
OF_THE_NEWEST = ("newest_name", "newest_types", "novelty", "values")
OF_THE_FAILED = ("failed_name", "failed_types", "failed_learning")


@dataclass(frozen=True)
class Agreed:
    """One workplace that said yes: who it is, and its answers on its innovations (item -> answer)."""

    wave: Wave
    unit: Unit
    country: str
    sector: str
    language: str
    newest: Mapping[str, Any]
    failed: Mapping[str, Any]  # empty where nothing was stopped


def agreed(programme: Programme) -> list[Agreed]:
    """Everybody of the programme whose handed-in answers say yes, while the key to the named workplace stands.

    Nobody of a pilot: it tells people that nothing they answer is used for more than mending the questions.
    """
    responses = Response.objects.filter(
        sampled_unit__wave__programme=programme,
        sampled_unit__wave__pilot=False,
        sampled_unit__unit__isnull=False,
        **{f"record__{CONSENT}": "yes"},
    ).select_related("sampled_unit__wave", "sampled_unit__unit", "sampled_unit__stratum")
    return [_agreed(response) for response in responses.order_by("-submitted_at", "pk")]


def agreed_of(wave: Wave, unit: Unit) -> Agreed | None:
    """The consent of one workplace, or None where it stands no more or was given in a pilot."""
    given = Response.objects.filter(sampled_unit__wave__pilot=False, **{f"record__{CONSENT}": "yes"})
    response = (
        given.filter(sampled_unit__wave=wave, sampled_unit__unit=unit)
        .select_related("sampled_unit__wave", "sampled_unit__unit", "sampled_unit__stratum")
        .first()
    )
    return None if response is None else _agreed(response)


def no_longer_agreed(wave: Wave, unit: Unit) -> bool:
    """Whether the answers of this workplace can be found and say no; once the key is destroyed nobody can tell."""
    found = SampledUnit.objects.filter(wave=wave, unit=unit).exists()
    return found and agreed_of(wave, unit) is None


def _agreed(response: Response) -> Agreed:
    sampled, record = response.sampled_unit, response.record or {}
    assert sampled.unit is not None  # noqa: S101 - both callers ask for units whose key stands
    failed = (STOPPED, *OF_THE_FAILED) if record.get(STOPPED) == "yes" else ()
    return Agreed(
        wave=sampled.wave,
        unit=sampled.unit,
        country=sampled.stratum.country,
        sector=sampled.stratum.sector,
        language=response.language,
        newest={item: record[item] for item in OF_THE_NEWEST if item in record},
        failed={item: record[item] for item in failed if item in record},
    )
