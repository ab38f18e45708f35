"""Which values of linked tables are withheld, and why: thresholds first, then what would give them away.

Unweighted counts decide; the values themselves are the run's weighted estimates. The rule: a base of fewer than 30
answers is withheld, so is a value with fewer than 5 answers behind it or behind its complement, and so is a further
value wherever the totals would give a withheld count away, would show that it is 1, 2, 3 or 4, or would leave fewer
than four numbers for a count below 5.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence, Set

from publication.disclosure.attack import attack
from publication.disclosure.intervals import audit, bounding, without_known
from publication.disclosure.primary import Cell, Reason, Rule, primary
from publication.disclosure.relations import Relation, connected
from publication.disclosure.suppression import (
    Links,
    Question,
    Unknown,
    Unprotectable,
    known_counts,
    questions,
    suppress,
)

__all__ = ["Cell", "Reason", "Rule", "Unprotectable", "found", "gives_away", "known_counts", "primary", "protect"]


def gives_away(value: int, low: float, high: float, rule: Rule) -> bool:
    """Whether an interval tells too much of a withheld count.

    It does when one number is left. Of a small count (below the rule's minimum) it does too when it excludes 0 and
    everything from the minimum up, or when it is narrower than the rule's width. A range that begins at 0 and is wide
    enough says no more than the mark of a withheld value says by itself.
    """
    if low == high:
        return True
    if value >= rule.minimum_count:
        return False
    return (low > 0 and high < rule.minimum_count) or high - low < rule.narrow


def protect(
    cells: Sequence[Cell],
    relations: Sequence[Relation],
    rule: Rule | None = None,
    *,
    given: Mapping[str, Reason] | None = None,
    known: Mapping[str, int] | None = None,
    lost: Container[str] = (),
) -> dict[str, Reason]:
    """The cells to withhold, each with its reason; `given` are withheld from the start.

    known: counts that earlier publications gave, which nothing can withhold any more. lost: hidden counts that follow
    from earlier publications alone (`found`): they are not protected, since no cell of this release gives them away.

    Questions that share no count are protected one by one: secondary suppression by elimination, then the audit of
    what an outsider can bound. While the audit finds a count, the cheapest value among those that bound it (fewest
    answers lost) is withheld with every cell that shows it.

    Errors: Unprotectable when the attack still succeeds and nothing is left to withhold; Contradiction when the
    counts do not fit the relations.
    """
    rule = rule or Rule()
    withheld = {**(given or {}), **{cell.id: reason for cell in cells if (reason := primary(cell, rule))}}
    links = Links(cells)
    withheld.update(dict.fromkeys(links.falling(withheld, withheld), Reason.LINKED))
    unknown = Unknown(known or {}, lost)
    parts = questions(cells, without_known(known or {}, relations))
    part_of = {cell.id: index for index, (own, _) in enumerate(parts) for cell in own}
    _eliminate(parts, part_of, links, withheld, unknown)
    changed: Set[str] = set(withheld)
    judged: set[str] = set()  # counts found last time, which have to be looked at again
    while changed:
        touched = [parts[index] for index in sorted({part_of[name] for name in changed if name in part_of})]
        victims, judged = _victims(touched, links, (withheld, unknown), rule, (changed, judged))
        withheld.update(dict.fromkeys(victims, Reason.SECOND))
        linked = links.falling(victims, withheld)
        withheld.update(dict.fromkeys(linked, Reason.LINKED))
        changed = linked.union(victims)
    return withheld


def _eliminate(
    parts: Sequence[Question],
    part_of: Mapping[str, int],
    links: Links,
    withheld: dict[str, Reason],
    unknown: Unknown,
) -> None:
    """Run the elimination for every question, and again for those in which something falls with another's values."""
    waiting = set(range(len(parts)))
    while waiting:
        found_here: set[str] = set()
        for index in sorted(waiting):
            cells, relations = parts[index]
            more = suppress(cells, relations, [cell.id for cell in cells if cell.id in withheld], unknown)
            withheld.update(more)
            found_here.update(more)
        linked = links.falling(found_here, withheld)
        withheld.update(dict.fromkeys(linked, Reason.LINKED))
        waiting = {part_of[name] for name in linked if name in part_of}


def found(
    cells: Sequence[Cell],
    relations: Sequence[Relation],
    withheld: Container[str],
    rule: Rule | None = None,
    *,
    known: Mapping[str, int] | None = None,
) -> dict[str, tuple[int, int]]:
    """Counts of withheld cells that follow from the cells that are shown, with the least and largest each can be.

    known: counts that earlier publications gave.

    Found is what `gives_away` says: exactly, or a small count too closely. The ends may be wider than the narrowest.
    """
    shown, hidden = known_counts(cells, withheld)
    before = known or {}
    active = [relation for relation in relations if relation.needs not in withheld]
    left = {name: value for name, value in hidden.items() if name not in before}
    return _found({**shown, **before}, left, active, rule or Rule())


def _found(
    known: Mapping[str, int], hidden: Mapping[str, int], relations: Sequence[Relation], rule: Rule
) -> dict[str, tuple[int, int]]:
    tables = connected(without_known(known, relations), lambda relation: relation.counts)
    active = [one for table in tables if any(name in hidden for one in table for name in one.counts) for one in table]
    broken = {name: (value, value) for name, value in attack({}, active).items() if name in hidden}

    def is_safe(name: str, low: float, high: float) -> bool:
        return not gives_away(hidden[name], low, high, rule)

    rest = audit(known, active, [name for name in hidden if name not in broken], is_safe)
    return broken | {name: (int(low), int(high)) for name, (low, high) in rest.open.items()}


def _victims(
    parts: Sequence[Question],
    links: Links,
    state: tuple[Mapping[str, Reason], Unknown],
    rule: Rule,
    again: tuple[Set[str], Set[str]],
) -> tuple[list[str], set[str]]:
    """The cells whose loss takes away one thing used against each table with a count that is found; and those counts.

    `state`: what is withheld, and which counts can be hidden at all. `again`: the cells withheld since the last audit
    and the counts it found. The others were safe when more was shown, and stay so.
    """
    withheld, unknown = state
    cells = [cell for own, _ in parts for cell in own]
    relations = [relation for _, own in parts for relation in own if relation.needs not in withheld]
    known, hidden = known_counts(cells, withheld)
    hidden = unknown.of(hidden)
    changed, judged = again
    names = {name for cell in cells if cell.id in changed for name in cell.gives_away} | judged
    broken = _found(known, {name: value for name, value in hidden.items() if name in names}, relations, rule)
    if not broken:
        return [], set()
    shown_by: defaultdict[str, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.id not in withheld:
            for name in cell.gives_away:
                shown_by[name].append(cell.id)
    answers = {cell.id: 0 if cell.is_minor else cell.n for cell in cells}

    def lost(option: Sequence[str]) -> int:
        return sum(answers.get(name, 0) for name in links.falling(option, withheld).union(option))

    victims: dict[str, None] = {}
    for name, table in _tables(relations, known, broken):
        used = bounding(known, table, name)
        options = [
            shown_by[one] for one in sorted({one for relation in used for one in relation.counts}) if one in known
        ]
        options += [[relation.needs] for relation in used if relation.needs in answers]
        options = [option for option in options if option]
        if not options:
            raise Unprotectable(f"{name} follows from the published totals and nothing is left to withhold.")
        cheapest = min(options, key=lambda option: (lost(option), option))
        victims.update(dict.fromkeys(cheapest))
    return list(victims), set(broken)


def _tables(
    relations: Sequence[Relation], known: Mapping[str, int], broken: Iterable[str]
) -> list[tuple[str, list[Relation]]]:
    """Of each table (relations that share unknown counts) the first count that is found, with its relations."""
    tables = connected(relations, lambda relation: [name for name in relation.counts if name not in known])
    place = {name: index for index, table in enumerate(tables) for relation in table for name in relation.counts}
    firsts: dict[int, str] = {}
    for name in sorted(broken):
        firsts.setdefault(place[name], name)
    return [(name, tables[index]) for index, name in firsts.items()]
