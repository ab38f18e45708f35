"""What an organisation may be told of its own workplaces: counts with enough of them on both sides.

The reader may be one of the workplaces and subtracts its own answer; they may subtract the organisation from the
published groups that hold it. The thresholds of `tables` are therefore held one higher, and the rest of every published
group is held to them as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from publication.disclosure.attack import Relation, adds_up, at_most
from publication.disclosure.facts import Fact
from publication.disclosure.peers import Domain, PeerRule
from publication.disclosure.tables import Cell, Reason, Rule, primary, protect

ANYWHERE = Domain("")


@dataclass(frozen=True)
class Counted:
    """One figure over an organisation's workplaces: `count` of the `base` that answered.

    asked: whom the question was for, by a name that equal bases share. group: figures shown or withheld together.
    filtered: the name of the figure whose count the base is, where an earlier answer decides who is asked.
    """

    name: str
    count: int
    base: int
    asked: str = "all"
    group: str = ""
    filtered: str = ""


def organisation_rule(rule: Rule, peers: PeerRule) -> Rule:
    """Enough others, and enough on each side, after the reader's own answer is subtracted."""
    return Rule(minimum_base=peers.others + 1, minimum_count=rule.minimum_count + 1)


def may_be_told(
    figures: Sequence[Counted],
    wholes: Sequence[Mapping[str, Counted]],
    rule: Rule | None = None,
    peers: PeerRule | None = None,
) -> tuple[Counted, ...]:
    """The figures that may be told, in their order; none where too few workplaces answered.

    Args:
        figures: over the organisation's workplaces that answered.
        wholes: the same figures (by name) over each published group that holds the organisation.

    Errors: Unprotectable, as `tables.protect`.
    """
    rule, peers = rule or Rule(), peers or PeerRule()
    held = organisation_rule(rule, peers)
    kept = _without_small(figures, held)
    given = {one.name: Reason.SECOND for one in kept if not _rests_hold(one, wholes, rule)}
    withheld = protect([_cell(one) for one in kept], _relations(kept), held, given=given)
    return tuple(one for one in kept if one.name not in withheld)


def _without_small(figures: Sequence[Counted], held: Rule) -> list[Counted]:
    """Without those below the thresholds, and what shares a group with one.

    Nothing but its own base bounds such a count, so that it cannot follow from what is told. Only that of a figure that
    decides who is asked elsewhere can: it stays for the attack.
    """
    small = {one.name for one in figures if primary(_cell(one), held) is not None}
    groups = {one.group for one in figures if one.group and one.name in small}
    deciding = {one.filtered for one in figures}
    return [one for one in figures if one.name in deciding or (one.name not in small and one.group not in groups)]


def facts(told: Sequence[Counted], organisation: str, release: str, place: Domain = ANYWHERE) -> tuple[Fact, ...]:
    """What telling them gives away, named so that a ledger can tell them from every other count.

    place: the country and county that hold the organisation.
    """
    where = place.country, place.county
    return tuple(Fact(f"report|{release}|{organisation}|{one.name}", one.count, one.base, *where) for one in told)


def _rests_hold(figure: Counted, wholes: Sequence[Mapping[str, Counted]], rule: Rule) -> bool:
    """Whether each published group has nobody else, or enough on both sides, outside the organisation."""
    held = replace(rule, minimum_base=rule.minimum_count)  # 30 answers are asked of figures shown
    for whole in wholes:
        found = whole.get(figure.name)
        if found is None or found.base == figure.base:
            continue
        rest = Cell(id="", n=found.base - figure.base, base="", positive=found.count - figure.count)
        if primary(rest, held) is not None:
            return False
    return True


def _cell(figure: Counted) -> Cell:
    return Cell(
        id=figure.name,
        n=figure.base,
        base=_base(figure),
        positive=figure.count,
        count=_count(figure.name),
        complement=f"not|{figure.name}",
        group=figure.group,
    )


def _relations(figures: Sequence[Counted]) -> list[Relation]:
    """A count and its complement make up the base; a base is, or is part of, the count that decided who was asked."""
    by_name = {one.name: one for one in figures}
    found = []
    for one in figures:
        found.append(adds_up(_base(one), [_count(one.name), f"not|{one.name}"]))
        before = by_name.get(one.filtered)
        if before is not None:
            base, count = _base(one), _count(before.name)
            found.append(adds_up(count, [base]) if before.count == one.base else at_most(base, count))
    return list(dict.fromkeys(found))


def _base(figure: Counted) -> str:
    return f"n|{figure.asked}|{figure.base}"


def _count(name: str) -> str:
    return f"x|{name}"
