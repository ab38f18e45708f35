"""The differences between domains that a DESIGN document declares, checked against its items and domains."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from analytics.core.arrays import InputError
from analytics.core.families import Adjustment
from analytics.core.survey_file.entries import Entries, codes, said
from analytics.core.survey_file.plan import Against, DomainFamily, Estimand, Item
from analytics.core.survey_file.request_document import request_of

COMPARED = (Estimand.SHARE, Estimand.MEAN, Estimand.RATIO, Estimand.NET_BALANCE, Estimand.SCORE)


class _Rule(StrEnum):
    DEFAULT = "default"
    HOLM = "holm"
    BH = "bh"
    BY = "by"


def families_of(
    value: object,
    items: Mapping[str, Item],
    groups: Mapping[str, Sequence[str]],
    by: Sequence[tuple[str, ...]],
) -> tuple[DomainFamily, ...]:
    """The entry `differences`, a family each. InputError with the place for what cannot be compared."""
    if not isinstance(value, list) or not value:
        raise InputError("differences", expected="a list", got=said(value), hint="Write - estimand: share and so on.")
    return tuple(_family(Entries(f"differences[{place}]", one), items, groups, by) for place, one in enumerate(value))


def _family(
    entries: Entries, items: Mapping[str, Item], groups: Mapping[str, Sequence[str]], by: Sequence[tuple[str, ...]]
) -> DomainFamily:
    crossed = codes(entries.at("by"), entries.take("by"))
    if crossed not in by:
        raise InputError(
            entries.at("by"), expected="one of the domains of by", got=", ".join(crossed), hint="Name it in by too."
        )
    against = entries.word("against", Against)
    rule = entries.word("adjustment", _Rule, _Rule.DEFAULT)
    request = request_of(entries, items, groups)
    if request.estimand not in COMPARED:
        raise InputError(
            entries.at("estimand"),
            expected=f"one of {', '.join(COMPARED)}",
            got=repr(str(request.estimand)),
            hint="Compare means instead of totals; for quantiles the test is not made here.",
        )
    return DomainFamily(request, crossed, against, None if rule is _Rule.DEFAULT else Adjustment(rule.value))
