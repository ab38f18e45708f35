"""A weighed wave with paradata for the tests of what staff see beside the figures."""

from collections.abc import Sequence
from typing import Any

from analytics.core.definition_checks import for_questionnaire
from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen
from tests.analytics.waves import NO, YES, Answers, drawn, frozen, shipped, workplace

FACTORS = (
    "focus_on_safe_operation", "handling_of_mistakes", "cooperation_across_workplace", "new_technology",
    "limited_finances", "employees_participation", "users_citizens_participation", "political_decisions",
    "legislation", "private_companies", "voluntary_organisations", "knowledge_institutions",
)  # fmt: skip
SMALL, LARGE, SOCIAL = "NO.education.small", "NO.education.large", "NO.social.small"


def chosen() -> Definitions:
    return for_questionnaire(shipped(), workplace()).definitions


def factors(*steps: str) -> dict[str, Any]:
    """An innovative workplace's answers to the battery; the steps again and again, empty for no answer."""
    given = {f"factors.{name}": steps[place % len(steps)] for place, name in enumerate(FACTORS)}
    return dict(YES) | {key: step for key, step in given.items() if step}


def weighed(of: Frozen, **parameters: Any) -> WeighedWave:
    given = Parameters(**({"minimum_per_cell": 2} | parameters))
    return weigh_wave(of.wave, of.instrument, read(of.frame, of.strata, of.instrument), given)


def three_strata(answers: Sequence[Answers | None] = (YES, YES, YES, NO, NO, YES, None, None)) -> Frozen:
    """6 of 8, 5 of 8 and 4 of 5 answered; population 120, 60 and 10."""
    return frozen(
        drawn(SMALL, *answers)
        + drawn(SOCIAL, YES, NO, NO, NO, YES, None, None, None)
        + drawn(LARGE, YES, YES, NO, YES, None),
        {SMALL: 120, SOCIAL: 60, LARGE: 10},
    )
