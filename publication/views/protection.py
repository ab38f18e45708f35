"""What was withheld and why, in words for the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS = {
    "small_base": _("Fewer than 5 answers in the base"),
    "few_answers": _("Fewer than 30 answers in the base"),
    "small_count": _("Fewer than 5 answers behind the value"),
    "small_complement": _("Fewer than 5 answers behind the rest of the base"),
    "linked": _("Derived together with a withheld value"),
    "second": _("Would give a withheld value away"),
    "named": _("Fewer than 5 answers behind the value beside workplaces that published cases name"),
    "imprecise": _("The interval is too wide to say anything"),
    "not_estimated": _("The run gave no value"),
    "all_or_none": _("Everybody in the group answered alike"),
    "dominance": _("One or two units make up most of the sum"),
    "no_room": _("An index that would tell too much of the counts behind it"),
}


@dataclass(frozen=True)
class Counted:
    """How many values are shown, how many each reason withheld, and how large the attack was."""

    shown: int
    withheld: int
    reasons: tuple[tuple[str, int], ...]
    cells: int
    relations: int


def reasons_counted(protection: Mapping[str, Any]) -> Counted | None:
    """The stored account of a built release; None before it is built."""
    if not protection:
        return None
    reasons: Mapping[str, int] = protection["withheld"]
    return Counted(
        shown=protection["shown"],
        withheld=sum(reasons.values()),
        reasons=tuple((str(REASONS.get(reason, reason)), number) for reason, number in reasons.items()),
        cells=protection["attack"]["cells"],
        relations=protection["attack"]["relations"],
    )
