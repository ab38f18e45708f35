"""What an index is made of, told by the counts that tables show: what it gives away, and how much room it leaves.

A *counted* index is a weighted sum of published counts, each over a base that is printed: while it is shown, everybody
can write that sum down (`relations`). Any other is a mean of scores with parts that no table counts: kinds of partner,
the steps of a scale. It is shown only where every published count of the same answers is shown, so that nothing
withheld can be bounded by it, and where what no table counts keeps room at both ends (`room`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from analytics.core.definitions import NO_OPINION, Component, Definitions, Graded, Index, Measure, Unit
from analytics.core.index_scores import bottom, line_of, weights_of
from analytics.core.results import EstimateRow
from publication.work.implications import once_for_each, plain, plainly_implies
from surveys.instrument.rule_nodes import And, Not, item_references, joined
from surveys.instrument.rule_nodes import Node as RuleNode

COUNTED = ("share", "driver", "barrier")

What = tuple[str, str, str]  # estimand, indicator, category
Conditions = Mapping[str, RuleNode]


@dataclass(frozen=True)
class Steps:
    """A published share that parts grades in two: the ends of the grades that it counts, and of the others."""

    what: What
    inside: tuple[float, float]
    outside: tuple[float, float]


@dataclass(frozen=True)
class Part:
    """A component: the published counts that it is, with their signs; where it is none, those that bound it.

    within: counts that it cannot exceed. steps: of grades.
    """

    component: Component
    weight: float  # its share of the whole
    counts: tuple[tuple[What, float], ...] = ()
    within: tuple[What, ...] = ()
    steps: Steps | None = None


@dataclass(frozen=True)
class Parts:
    """An index taken apart. `read`: every published count of the answers that it is made of."""

    index: Index
    parts: tuple[Part, ...]
    is_counted: bool
    read: tuple[What, ...]


@dataclass(frozen=True)
class Room:
    """How many answers that no table counts lie between an index and the least, and the most, that it could be."""

    below: float
    above: float


def named(measure: Measure) -> What:
    return measure.estimand, measure.indicator, measure.category


def base_of(measure: Measure | Graded) -> list[RuleNode]:
    return [*([measure.asked] if measure.asked else []), measure.base]


@once_for_each
def taken_apart(definitions: Definitions, conditions: Conditions) -> Mapping[str, Parts]:
    """Every index of the definitions, by key."""
    measures = [one for one in definitions.measures if one.estimand in COUNTED and one.minus is None]
    published = {one: plain(joined(And, [*base_of(one), one.plus]), conditions) for one in measures}
    found = {}
    for key, index in definitions.indices.items():
        items = {item for one in index.measures for rule in one.counts for item in _items(rule, conditions)}
        near = {one: rule for one, rule in published.items() if items & _items(one.plus, conditions)}
        shares = [weight / sum(weights_of(index)) for weight in weights_of(index)]
        parts = tuple(
            _part(component, share, near, conditions) for component, share in zip(index.components, shares, strict=True)
        )
        read = tuple(named(one) for one in near)
        found[key] = Parts(index, parts, _is_counted(index, parts), read)
    return found


def _items(rule: RuleNode, conditions: Conditions) -> set[str]:
    return set(item_references(plain(rule, conditions)))


def _part(component: Component, share: float, near: Mapping[Measure, RuleNode], conditions: Conditions) -> Part:
    one = component.of
    if isinstance(one, Graded):
        return Part(component, share, steps=_steps(one, near, conditions))
    sides = [(one.plus, 1.0)] if one.minus is None else [(one.plus, 1.0), (one.minus, -1.0)]
    same = [(_same(_counted(one, rule, conditions), near), sign) for rule, sign in sides]
    counts = tuple((what, sign) for what, sign in same if what is not None)
    if len(counts) == len(sides):
        return Part(component, share, counts)
    here = _counted(one, one.plus, conditions)
    return Part(component, share, within=tuple(named(wide) for wide in near if plainly_implies(here, near[wide])))


def _counted(one: Measure, plus: RuleNode, conditions: Conditions) -> RuleNode:
    return plain(joined(And, [*base_of(one), plus]), conditions)


def _same(counted: RuleNode, near: Mapping[Measure, RuleNode]) -> What | None:
    """The published count of the same respondents, if there is one."""
    for other, rule in near.items():
        if plainly_implies(counted, rule) and plainly_implies(rule, counted):
            return named(other)
    return None


def _steps(graded: Graded, near: Mapping[Measure, RuleNode], conditions: Conditions) -> Steps | None:
    rules = [(plain(rule, conditions), number) for rule, number in graded.grades]
    for other in near:
        yes, no = plain(other.plus, conditions), plain(Not(other.plus), conditions)
        inside = [number for rule, number in rules if plainly_implies(rule, yes)]
        outside = [number for rule, number in rules if plainly_implies(rule, no)]
        if inside and outside and len(inside) + len(outside) == len(rules):
            return Steps(named(other), (min(inside), max(inside)), (min(outside), max(outside)))
    return None


def _is_counted(index: Index, parts: Sequence[Part]) -> bool:
    """Whether it is a sum of published counts: of shares each over its base, or of one base that all parts have."""
    first = index.measures[0]
    on_one_base = all((one.asked, one.base) == (first.asked, first.base) for one in index.measures)
    return all(part.counts for part in parts) and (index.unit is Unit.DOMAIN or on_one_base)


def room(row: EstimateRow, parts: Parts, here: Mapping[What, EstimateRow]) -> Room:
    """The room of an index of respondents; `here`: the other rows of its place.

    With equal weights and no answer left out, both are whole numbers: the answers that no table counts which said yes
    (or went a step up), and those which might have and did not. They add up over groups of workplaces.
    """
    least, most, largest = 0.0, 0.0, 0.0
    for part in parts.parts:
        line = line_of(part.component, parts.index)
        scores = sorted(line.constant + line.slope * end for end in _ends(part, here))
        least, most = least + part.weight * scores[0], most + part.weight * scores[1]
        if not part.counts:
            largest = max(largest, part.weight * abs(line.slope) * _step(part.component.of))
    if not largest:
        return Room(inf, inf)
    answers = row.n / largest
    return Room(((row.value or 0.0) - least) * answers, (most - (row.value or 0.0)) * answers)


def _ends(part: Part, here: Mapping[What, EstimateRow]) -> tuple[float, float]:
    """The least and the largest mean that a part can have, given the published ones."""
    if part.counts:
        value = sum(sign * _value(here, what) for what, sign in part.counts)
        return value, value
    if part.steps:
        what, inside, outside = part.steps.what, part.steps.inside, part.steps.outside
        # Who has no opinion stands in the base of the published share, and not in that of the grades.
        opinion = 1 - _value(here, (NO_OPINION, what[1], what[2]))
        share = min(1.0, _value(here, what) / opinion) if opinion > 0 else 0.0
        low, high = (share * one + (1 - share) * other for one, other in zip(inside, outside, strict=True))
        return low, high
    if isinstance(part.component.of, Graded):
        return part.component.goalposts
    return 0.0, min([1.0, *(_value(here, what) for what in part.within if what in here)])


def _value(here: Mapping[What, EstimateRow], what: What) -> float:
    return here[what].value or 0.0 if what in here else 0.0


def _step(of: Measure | Graded) -> float:
    """One answer: from no to yes, or from one grade to the next."""
    if isinstance(of, Measure):
        return 1.0
    numbers = sorted({number for _rule, number in of.grades})
    return min(second - first for first, second in pairwise(numbers))


def answers_behind(row: EstimateRow, index: Index) -> tuple[float, float]:
    """How many answers the value stands for, as `room` counts them where nothing is published; and of how many."""
    shares = [weight / sum(weights_of(index)) for weight in weights_of(index)]
    largest = max(
        share * abs(line_of(component, index).slope) * _step(component.of)
        for share, component in zip(shares, index.components, strict=True)
    )
    low, each = bottom(index), row.n / largest
    return ((row.value or 0.0) - low) * each, (index.scale - low) * each
