"""Which indicators speak of which of the three perspectives: a reading of ours, and the page says so.

The perspectives are those of the scheme `three_perspectives` of the focus profiles. The questionnaire was not made
after them; an indicator stands where its question asks about the inside of the workplace, about those around it, or
about what the innovation is directed at. What no perspective names stands apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

ORGANISATION = (
    "innovative", "innovation_type", "several_types", "novelty", "practice", "employees_key_role", "culture",
    "evaluation", "factors", "factor_balance", "drivers", "barriers", "innovation_activity", "innovation_climate",
    "employee_role",
)  # fmt: skip
SYSTEM = (
    "initiator", "decisive", "partner", "spread", "technology", "own_budget", "innovative_procurement", "openness",
    "learning",
)  # fmt: skip
TRANSFORMATIVE = ("core_task", "value", "several_values", "strategy", "works_with_innovation")


@dataclass(frozen=True)
class Perspective:
    code: str
    name: str
    about: str
    keys: tuple[str, ...]


def perspectives() -> tuple[Perspective, ...]:
    """In the reader's language, in the order of the scheme."""
    return (
        Perspective(
            "organisation",
            _("Organisation"),
            _("Inside one body: leadership, skills, users, and room to try what is new."),
            ORGANISATION,
        ),
        Perspective(
            "system",
            _("System"),
            _("Interplay with other bodies, suppliers, research and users, and the money around it."),
            SYSTEM,
        ),
        Perspective(
            "transformative",
            _("Transformative change"),
            _("What innovation is directed at: tasks of the future, value, and strategy."),
            TRANSFORMATIVE,
        ),
    )


def grouped(keys: Iterable[str]) -> list[tuple[Perspective, list[str]]]:
    """The perspectives that have any of the indicators, in their order; what no perspective names comes last."""
    given = list(keys)
    found = [(one, [key for key in given if key in one.keys]) for one in perspectives()]
    named = {key for _one, own in found for key in own}
    others = Perspective("others", _("Other figures"), "", ())
    return [(one, own) for one, own in [*found, (others, [key for key in given if key not in named])] if own]


def by_indicator(found: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Indicator -> key of its table for whole countries."""
    return {
        str(one["indicator"]): key
        for key, one in found.items()
        if one["kind"] != "change" and one.get("breakdowns", ["country"]) == ["country"]
    }
