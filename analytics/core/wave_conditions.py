"""The conditions that a wave's figures were made under in each country, and whether they allow a comparison."""

from collections.abc import Mapping

from analytics.core.comparison_conditions import Conditions, Effect, Population, compare
from analytics.core.parameters import NO_CALIBRATION, Parameters
from analytics.core.published_documents import SurveyUnit

UNITS = {"management": SurveyUnit.ORGANISATION, "political": SurveyUnit.PERSON}  # every other questionnaire: workplaces
REFUSED = {one: f"other_{one}" for one in ("unit", "population", "scale", "reference_period")}  # condition -> flag
MODE = "web"  # how every wave of ours is taken


def unit_of(instrument: str) -> SurveyUnit:
    """Who answers the questionnaire of this key."""
    return UNITS.get(instrument, SurveyUnit.WORKPLACE)


def weighting_of(parameters: Parameters) -> str:
    """How the wave was weighed: by stratum, for non-response in cells or classes, and to the frame where asked for."""
    how = parameters.nonresponse
    return how if parameters.calibration == NO_CALIBRATION else f"{how}_{parameters.calibration}"


def refusals(one: Mapping[str, object], other: Mapping[str, object]) -> tuple[str, ...]:
    """The conditions, as flags, for which the figures of two countries may not stand side by side; empty: they may.

    one and other: as `common_part.conditions_of` describes a country.
    """
    found = compare(_read(one), _read(other))
    return tuple(REFUSED[reason.condition] for reason in found.reasons if reason.effect is Effect.REFUSE)


def _read(document: Mapping[str, object]) -> Conditions:
    part = document["compared"] or document
    assert isinstance(part, Mapping)  # noqa: S101 - our own document
    return Conditions(
        unit=str(document["unit"]),
        population=Population(frozenset(part["levels"]), frozenset(part["sectors"])),
        scale=str(document["scale"]),
        reference_period=str(document["reference_period"]),
        mode=str(document["mode"]),
        weighting=str(document["weighting"]),
    )
