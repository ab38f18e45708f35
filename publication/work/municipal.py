"""What reports tell municipalities of their own workplaces, as rows that a ledger sets beside those of tables.

A municipality is an area of its own, so that its counts have names as all others have. A published county or country
less the municipalities that were told theirs leaves a rest: no table shows it, and everybody can subtract. The rest is
a row too, and what few answers it holds is to stay hidden.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.core.definitions import Definitions
from analytics.core.measuring import COUNTY
from analytics.core.results import EstimateRow, Key
from publication.disclosure.facts import Fact
from publication.disclosure.primary import Cell, Rule, primary
from publication.disclosure.relations import Relation, adds_up
from publication.work.relations import COUNTED, base_name, complement_name, count_name

TOLD = "told"  # of an area: told:<county>:<keyed hash of the municipality's code>
OUTSIDE = "outside"
PARTS_OF_A_NAME = 7  # as `organisations.facts` makes it


@dataclass(frozen=True)
class Split:
    """A figure of a country or county, its part in municipalities that were told theirs, and the rest, if any."""

    whole: EstimateRow
    parts: tuple[EstimateRow, ...]
    rest: EstimateRow | None


def rows_of(facts: Iterable[Fact]) -> list[EstimateRow]:
    """The counts as rows of their municipalities.

    Errors: ValueError for a name that `organisations.facts` did not make.
    """
    return [_row(fact) for fact in facts]


def _row(fact: Fact) -> EstimateRow:
    name = fact.name.split("|")
    if len(name) != PARTS_OF_A_NAME:
        raise ValueError(
            f"fact: expected a name of {PARTS_OF_A_NAME} parts (report, programme, release, municipality, indicator, "
            f"category, side), got {fact.name}. Make facts by organisations.facts."
        )
    *_of_release, municipality, indicator, category, side = name
    return EstimateRow(
        estimand=side,
        indicator=indicator,
        category=category,
        country=fact.country,
        area=f"{TOLD}:{fact.county}:{municipality}",
        n=fact.base,
        positive=fact.count,
        value=fact.count / fact.base if fact.base else None,
    )


def is_told(row: EstimateRow) -> bool:
    return row.area.startswith(f"{TOLD}:")


def _areas_around(row: EstimateRow) -> Iterator[str]:
    """The areas of the published groups that hold a municipality: the whole country, and its county if it is known."""
    yield ""
    county = row.area.removeprefix(f"{TOLD}:").rpartition(":")[0]
    if county:
        yield f"{COUNTY}:{county}"


def splits(rows: Iterable[EstimateRow], told: Collection[Key] | None = None) -> Iterator[Split]:
    """Every figure of a country or county that holds municipalities told theirs; with `told`, of these rows alone.

    Left out is a figure that holds fewer answers than they do together: it is of other answers than theirs.
    """
    rows = list(rows)
    parts: dict[tuple[str, ...], list[EstimateRow]] = defaultdict(list)
    for row in rows:
        if is_told(row) and (told is None or row.key in told):
            for area in _areas_around(row):
                parts[(*_what(row), area)].append(row)
    for whole in rows if parts else ():
        if whole.estimand in COUNTED and whole.positive is not None and not (whole.sector or whole.size_class):
            own = parts.get((*_what(whole), whole.area))
            found = _split(whole, own) if own else None
            if found is not None:
                yield found


def _what(row: EstimateRow) -> tuple[str, ...]:
    return row.estimand, row.indicator, row.category, row.country


def _split(whole: EstimateRow, parts: Sequence[EstimateRow]) -> Split | None:
    n, yes = whole.n - sum(one.n for one in parts), (whole.positive or 0) - sum(one.positive or 0 for one in parts)
    if min(n, yes, n - yes) < 0:
        return None
    own = tuple(sorted(parts, key=lambda row: row.key))
    which = hashlib.sha256(" ".join(one.area for one in own).encode()).hexdigest()[:16]
    rest = replace(whole, area=f"{OUTSIDE}:{whole.area}:{which}", n=n, positive=yes)
    return Split(whole, own, rest if n else None)


def sums(found: Iterable[Split], definitions: Definitions, rule: Rule) -> tuple[list[Relation], dict[str, int]]:
    """How municipalities and rest make up a published figure, and the counts of rests that hold too few answers."""
    relations: list[Relation] = []
    hidden: dict[str, int] = {}
    names: tuple[Callable[[EstimateRow], str], ...] = (
        lambda row: base_name(row, definitions),
        count_name,
        complement_name,
    )
    for split in found:
        own = [*split.parts, *([split.rest] if split.rest else [])]
        relations += [adds_up(name(split.whole), [name(one) for one in own]) for name in names]
        if split.rest is not None:
            base, *sides = (name(split.rest) for name in names)
            relations.append(adds_up(base, sides))
            hidden |= too_few(sides, split.rest.n, split.rest.positive or 0, rule)
    return list(dict.fromkeys(relations)), hidden


def common_rests(
    before: Iterable[EstimateRow], after: Iterable[EstimateRow]
) -> tuple[list[Split], list[Split], list[tuple[EstimateRow, EstimateRow]]]:
    """What is left in two versions of a wave beside the municipalities that were told theirs in both.

    A reader takes one rest from the other as any other two counts. Gives the splits of either version, and the pairs.
    """
    old, new = list(before), list(after)
    both = {row.key for row in old if is_told(row)} & {row.key for row in new if is_told(row)}
    there, here = (list(splits(rows, both)) if both else [] for rows in (old, new))
    rests: Mapping[Key, EstimateRow] = {one.rest.key: one.rest for one in there if one.rest}
    pairs = [(rests[one.rest.key], one.rest) for one in here if one.rest and one.rest.key in rests]
    return there, here, pairs


def too_few(names: Sequence[str], n: int, yes: int, rule: Rule) -> dict[str, int]:
    """The count and complement by `names`, to be hidden where the group is too small to be told of; else nothing."""
    group = Cell("", n, "", positive=yes)
    if not n or primary(group, replace(rule, minimum_base=rule.minimum_count)) is None:
        return {}
    # A group that is itself narrower than the rule's width leaves a narrow range whatever is told: exactness decides.
    judged = (yes, n - yes) if n >= rule.narrow else (rule.minimum_count, rule.minimum_count)
    return dict(zip(names, judged, strict=True))
