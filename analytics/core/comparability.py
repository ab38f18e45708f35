"""Whether a figure may be set against that of an earlier wave, from what was declared about the items behind it."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.core.arrays import InputError
from analytics.core.definition_checks import items_of, same_items
from analytics.core.definitions import Index, Indicator
from surveys.instrument.diff_items import is_about
from surveys.instrument.schema import Instrument, Relation

ITEM_CHANGED = "item_changed"
NOT_DECLARED = "not_declared_comparable"


@dataclass(frozen=True)
class Comparability:
    """allowed: a change has a value. flags, sorted: what stands in the way, or the footnotes beside the value."""

    allowed: bool
    flags: tuple[str, ...] = ()


REFUSED = Comparability(allowed=False, flags=(NOT_DECLARED,))


def comparability_of_waves(
    entry: Indicator | Index, *, now: Instrument, before: Instrument, country: str
) -> Comparability:
    """Whether the figure of a wave that asked with `now` may be set against that of one that asked with `before`."""
    if not entry.comparable.waves:
        return REFUSED
    relations = declared_relations(entry, now=now, before=before, country=country)
    declared = comparability_of_change(relations.values())
    if declared.allowed and not same_items(entry, now, before, declared=relations):
        return Comparability(allowed=False, flags=(ITEM_CHANGED,))
    return declared


def comparability_of_change(relations: Iterable[Relation | str]) -> Comparability:
    """What the relations of the items to their former versions allow: one broken item and the change has no value.

    "broken" forbids and is then the only flag; "reworded" and "recoded" are footnotes; "same" says nothing. No
    relation at all is as good as "same". InputError on any other word.
    """
    found = {_relation(one) for one in relations}
    if Relation.BROKEN in found:
        return Comparability(allowed=False, flags=(Relation.BROKEN.value,))
    return Comparability(allowed=True, flags=tuple(sorted(one.value for one in found - {Relation.SAME})))


def declared_relations(
    entry: Indicator | Index, *, now: Instrument, before: Instrument, country: str
) -> dict[str, Relation]:
    """Item -> relation, for those items behind the indicator or index that `now` says something of against `before`.

    A line about the country goes before one about all countries. Two different relations of one item that stand on
    the same footing are an InputError.
    """
    behind = items_of(entry, now.conditions)
    found: dict[str, Relation] = {}
    for reach in ("*", country):  # the later one wins
        own: dict[str, Relation] = {}
        for line in now.comparability:
            if line.item not in behind or line.country != reach or not is_about(line, before):
                continue
            if own.setdefault(line.item, line.relation) is not line.relation:
                raise InputError(
                    f"comparability.{line.item}",
                    expected=f"one relation to {line.former} for {reach}",
                    got=f"{own[line.item]} and {line.relation}",
                    hint="Keep the line that holds.",
                )
        found |= own
    return found


def _relation(word: Relation | str) -> Relation:
    try:
        return Relation(word)
    except ValueError:
        raise InputError(
            "relations", expected=f"one of {', '.join(Relation)}", got=repr(word), hint="Correct the declaration."
        ) from None
