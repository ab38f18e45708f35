"""The ledger of a programme: what its releases have told so far, and what a new one may add to it.

What is modelled. A shown cell gives its base and its count away exactly, as in the attack on a release alone; every
shown row prints its n, so that an interval adds nothing to it. Counts have names that are stable over releases: the
wave and a version, which is the dataset with its definitions; two releases of one version print the same counts. The
counts of two versions of a wave are others, related by who came or went: where the counts of an indicator in a country
only rise, a reader may guess that nobody went, and where they only fall, that nobody came; where they do both, the
difference tells nothing for certain. How many came is no secret, what they answered is. A shown change gives away the
counts of the wave before. How many units answered in both waves no table prints and no run keeps, so that panels tie
nothing together (`publication.disclosure.ledger.waves` is there for when one does). What reports told municipalities
of their own workplaces is part of it as if everybody had read every report (`municipal`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from analytics.core.definitions import Definitions
from analytics.core.results import EstimateRow, Key
from publication.disclosure.ledger import Fact, Ledger
from publication.disclosure.primary import Cell, Reason, Rule
from publication.disclosure.relations import Relation, adds_up
from publication.disclosure.suppression import Links, known_counts
from publication.work.cell_rows import cell_id, cells_of, compared
from publication.work.index_parts import COUNTED, What, taken_apart
from publication.work.index_room import of_movers
from publication.work.municipal import common_rests, splits, sums, too_few
from publication.work.relations import (
    base_name,
    complement_name,
    count_name,
    index_relations,
    relations_of,
)
from surveys.instrument.rule_nodes import Node as RuleNode

Pair = tuple[EstimateRow, EstimateRow]  # the same figure in an earlier version and in a later one


@dataclass(frozen=True)
class Source:
    """What a release is made from. `data` names dataset and definitions: equal names are equal counts."""

    number: int
    wave: str
    data: str
    rows: tuple[EstimateRow, ...]
    definitions: Definitions
    conditions: Mapping[str, RuleNode]
    previous_wave: str = ""
    previous_data: str = ""
    before: tuple[EstimateRow, ...] = ()  # of the wave before: what a shown change gives away


@dataclass(frozen=True)
class Earlier:
    """A release that everybody has seen or will see: what it was made from, and the cells that it shows.

    Or what reports of a release told, as rows of municipalities that are all shown; `reports` marks them.
    """

    source: Source
    shown: Collection[str]
    reports: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{'reports of ' if self.reports else ''}release {self.source.number}"


@dataclass(frozen=True)
class Named:
    """A workplace that a published card names, and the counts that it is known to stand in."""

    number: int
    wave: str
    country: str
    sector: str
    counts: tuple[What, ...]


@dataclass(frozen=True)
class Past:
    """What a new release meets: facts and relations of what is published, and the counts that must stay hidden."""

    prefix: str = ""  # of the names of the new release's counts
    rows: tuple[EstimateRow, ...] = ()  # of its version: its own, and those of earlier releases
    ledger: Ledger = field(default_factory=Ledger)
    relations: tuple[Relation, ...] = ()  # between the new release's counts and those of earlier ones
    hidden: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, Reason] = field(default_factory=dict)  # cells that what is known forbids to show
    shows: Mapping[str, Mapping[str, int]] = field(
        default_factory=dict
    )  # cell of a change -> counts of the wave before


class Versions:
    """The names of versions: of a wave, with a number for each set of data that gave other counts."""

    def __init__(self) -> None:
        self._known: dict[str, list[tuple[str, dict[Key, EstimateRow]]]] = {}

    def prefix(self, wave: str, data: str, rows: Iterable[EstimateRow]) -> str:
        """The beginning of the names of these counts.

        Equal data with other counts (other code) are a new version; other data with the same counts are none.
        """
        own = {row.key: row for row in rows}
        known = self._known.setdefault(wave, [])
        for number, (its, there) in enumerate(known, start=1):
            if (its == data or own.keys() & there) and not _differ(own, there):
                there.update(own)
                return f"{wave}/{number}/"
        known.append((data, own))
        return f"{wave}/{len(known)}/"


def _differ(one: Mapping[Key, EstimateRow], other: Mapping[Key, EstimateRow]) -> bool:
    """Whether a count of both is not the same."""
    return any((one[key].n, one[key].positive) != (other[key].n, other[key].positive) for key in one.keys() & other)


def past_of(earlier: Sequence[Earlier], present: Source, named: Sequence[Named] = (), rule: Rule | None = None) -> Past:
    """The past of a release; `earlier` in the order of their numbers.

    Errors: Contradiction when what was published cannot all be true.
    """
    rule = rule or Rule()
    versions = Versions()
    ledger, hidden = Ledger(), {}
    read: dict[str, Source] = {}
    for one in earlier:
        prefix = versions.prefix(one.source.wave, one.source.data, one.source.rows)
        ledger, found = _with_release(
            ledger, one, prefix, _shows(one.source, versions), _of_changes(one.source, versions)
        )
        hidden.update(found)
        source = _joined(read.get(prefix), one.source)
        relations, came = _of_versions(read, prefix, source, rule)
        ledger = ledger.with_published(one.name, {}, relations)
        hidden.update(came)
        read[prefix] = source
    prefix = versions.prefix(present.wave, present.data, present.rows)
    read[prefix] = _joined(read.get(prefix), present)
    relations, came = _of_versions(read, prefix, read[prefix], rule)
    known = ledger.known()
    for name, source in read.items():
        told = {row.key for row in source.rows if f"{name}{count_name(row)}" in known}
        for counted in (None, told):
            inside, rests = beside_municipalities(source.rows, name, source.definitions, rule, counted)
            relations += inside
            came |= rests
    versions_of_wave = [one.rows for other, one in read.items() if one.wave == present.wave and other != prefix]
    return Past(
        prefix,
        read[prefix].rows,
        ledger.with_published("cases", {}, ranges=_known_of_cards(read, named)),
        (*relations, *_of_changes(present, versions)),
        {name: value for name, value in {**hidden, **came}.items() if name not in known},
        _forbidden_by_cards(present.rows, present.wave, named, rule)
        | of_movers(versions_of_wave, present.rows, present.definitions, present.conditions, rule),
        _shows(present, versions),
    )


def beside_municipalities(
    rows: Iterable[EstimateRow],
    prefix: str,
    definitions: Definitions,
    rule: Rule,
    told: Collection[Key] | None,
) -> tuple[list[Relation], dict[str, int]]:
    """How figures of a version hang together with those of municipalities, and what is to stay hidden beside them.

    Beside those that are `told` theirs, or beside all that are counted.
    """
    relations, hidden = sums(splits(rows, told), definitions, rule)
    return [renamed(one, prefix) for one in relations], {f"{prefix}{name}": value for name, value in hidden.items()}


def _joined(one: Source | None, other: Source) -> Source:
    """The rows that either release of a version names."""
    if one is None:
        return other
    return replace(other, rows=tuple({row.key: row for row in (*one.rows, *other.rows)}.values()))


def _with_release(
    ledger: Ledger,
    one: Earlier,
    prefix: str,
    shows: Mapping[str, Mapping[str, int]],
    of_changes: Sequence[Relation],
) -> tuple[Ledger, dict[str, int]]:
    """The ledger after one release, and the counts that it withholds."""
    source = one.source
    cells = cells_of(source.rows, source.definitions, conditions=source.conditions)
    missing = {cell.id for cell in cells if not cell.id.startswith("rest|") and cell.id not in one.shown}
    withheld = missing | Links(cells).falling(missing)
    relations = relations_of(source.rows, source.definitions, source.conditions)
    known, hidden = known_counts([under(cell, prefix, shows.get(cell.id)) for cell in cells], withheld)
    active = [renamed(relation, prefix) for relation in relations if relation.needs not in withheld]
    active += [relation for relation in of_changes if relation.needs not in withheld]
    return ledger.with_published(one.name, known, active), hidden


def under(cell: Cell, prefix: str, shows: Mapping[str, int] | None = None) -> Cell:
    """The cell with the names of its counts under a version's prefix; `shows`: more that it gives away."""
    return replace(
        cell,
        base=f"{prefix}{cell.base}",
        count=f"{prefix}{cell.count}" if cell.count else "",
        complement=f"{prefix}{cell.complement}" if cell.complement else "",
        shows={f"{prefix}{name}": value for name, value in cell.shows.items()} | dict(shows or {}),
    )


def renamed(relation: Relation, prefix: str) -> Relation:
    return replace(relation, terms=tuple((f"{prefix}{name}", factor) for name, factor in relation.terms))


def _shows(source: Source, versions: Versions) -> dict[str, dict[str, int]]:
    """What each change gives away of the wave before: base and count of the value that it is measured from.

    The change of a balance gives both sides of it away here, and that of an index which is no sum of published counts
    all counts of the same answers: more than they do.
    """
    if not source.before or not any(row.estimand == "change" for row in source.rows):
        return {}
    prefix = versions.prefix(source.previous_wave, source.previous_data, source.before)
    sides = {row.key: row for row in source.before}
    behind_index = {
        key: [] if one.is_counted else one.read
        for key, one in taken_apart(source.definitions, source.conditions).items()
    }
    found: dict[str, dict[str, int]] = {}
    for row in source.rows:
        if row.estimand != "change":
            continue
        for key in compared(row, source.definitions):
            behind = [key, *((side, *key[1:]) for side in ("driver", "barrier") if key[0] == "net_balance")]
            behind += [(*what, *key[3:]) for what in behind_index.get(row.indicator, ())]
            for old in (sides[one] for one in behind if one in sides):
                found.setdefault(cell_id(row.key), {}).update(
                    {f"{prefix}{name}": value for name, value in _counts(old, source.definitions).items()}
                )
    return found


def _of_changes(source: Source, versions: Versions) -> list[Relation]:
    """What a change tells of the index of the wave before, where that is a sum of counts: known while it is shown."""
    shown_by = {
        compared(row, source.definitions)[0]: cell_id(row.key)
        for row in source.rows
        if row.estimand == "change" and row.indicator in source.definitions.indices
    }
    if not source.before or not shown_by:
        return []
    prefix = versions.prefix(source.previous_wave, source.previous_data, source.before)
    needed = {cell_id(key): cell for key, cell in shown_by.items()}
    return [
        replace(renamed(relation, prefix), needs=needed[relation.needs])
        for relation in index_relations(source.before, source.definitions, source.conditions)
        if relation.needs in needed
    ]


def _counts(row: EstimateRow, definitions: Definitions) -> dict[str, int]:
    found = {base_name(row, definitions): row.n}
    if row.estimand in COUNTED and row.positive is not None:
        found |= {count_name(row): row.positive, complement_name(row): row.n - row.positive}
    return found


def _of_versions(
    read: Mapping[str, Source], prefix: str, present: Source, rule: Rule
) -> tuple[list[Relation], dict[str, int]]:
    """How counts hang together with those of other versions of the wave, and what must not be told of who came or went.

    A group is an indicator in a country.
    """
    relations: list[Relation] = []
    hidden: dict[str, int] = {}
    for other, source in read.items():
        if source.wave != present.wave or other == prefix:
            continue
        there = {row.key: row for row in source.rows}
        groups: dict[tuple[str, str], list[Pair]] = {}
        same = ((there[row.key], row) for row in present.rows if row.key in there)
        for old, row in (*same, *common_rests(source.rows, present.rows)[2]):
            if row.estimand in COUNTED and row.positive is not None and old.positive is not None:
                groups.setdefault((row.indicator, row.country), []).append((old, row))
        for (_indicator, country), pairs in groups.items():
            moved = _direction(pairs, [pair for (_one, its), own in groups.items() if its == country for pair in own])
            if not moved:
                continue
            names = (other, prefix) if moved > 0 else (prefix, other)
            for old, new in pairs:
                sides = ((old, source), (new, present)) if moved > 0 else ((new, present), (old, source))
                found, told = _moved(names, sides, rule)
                relations += found
                hidden |= told
        relations += _common(other, source, prefix, present, rule)
    return relations, hidden


def _common(other: str, source: Source, prefix: str, present: Source, rule: Rule) -> Iterator[Relation]:
    """What is left in either version beside the municipalities that were told theirs in both."""
    there, here, _pairs = common_rests(source.rows, present.rows)
    for name, its, found in ((other, source, there), (prefix, present, here)):
        yield from (renamed(one, name) for one in sums(found, its.definitions, rule)[0])


def _direction(
    pairs: Sequence[tuple[EstimateRow, EstimateRow]], here: Sequence[tuple[EstimateRow, EstimateRow]]
) -> int:
    """1 where answers of a group only came, -1 where they only went, 0 where both happened.

    That nothing moved is learnt from both versions being shown; until then a reader supposes what holds of the country.
    """
    for rows in (pairs, here):
        signs = {sign for old, new in rows for sign in _signs(old, new)} - {0}
        if rows is pairs and len(signs) > 1:
            return 0
        if len(signs) == 1:
            return signs.pop()
    return 1


def _signs(old: EstimateRow, new: EstimateRow) -> Iterator[int]:
    yes, n = (new.positive or 0) - (old.positive or 0), new.n - old.n
    for moved in (n, yes, n - yes):
        yield (moved > 0) - (moved < 0)


def _moved(
    prefixes: tuple[str, str], sides: tuple[tuple[EstimateRow, Source], tuple[EstimateRow, Source]], rule: Rule
) -> tuple[list[Relation], dict[str, int]]:
    """The fewer of one version and those who moved make up the more of the other."""
    (few, few_of), (many, many_of) = sides
    less, more = _counts(few, few_of.definitions), _counts(many, many_of.definitions)
    names = [(f"{prefixes[0]}{one}", f"{prefixes[1]}{two}") for one, two in zip(less, more, strict=True)]
    moved = [f"moved|{one}|{two}" for one, two in names]
    relations = [adds_up(two, [one, part]) for (one, two), part in zip(names, moved, strict=True)]
    relations.append(adds_up(moved[0], moved[1:]))
    n, yes = many.n - few.n, (many.positive or 0) - (few.positive or 0)
    return relations, too_few(moved[1:], n, yes, rule)


def _known_of_cards(sources: Mapping[str, Source], named: Sequence[Named]) -> Iterator[Fact]:
    """The workplaces that cards name are among those counted: never more of them than the count holds."""
    for prefix, source in sources.items():
        for row in source.rows:
            known = _known_in(row, source.wave, named)
            if known:
                yield Fact(f"{prefix}{count_name(row)}", float(min(known, row.positive or 0)), inf, "cases")


def _known_in(row: EstimateRow, wave: str, named: Sequence[Named]) -> int:
    """How many of those behind a value are named; cards say country and sector, and no size or county."""
    if row.estimand not in COUNTED or row.positive is None or row.size_class or row.area:
        return 0
    what = row.estimand, row.indicator, row.category
    return sum(
        one.wave == wave and one.country == row.country and row.sector in ("", one.sector) and what in one.counts
        for one in named
    )


def _forbidden_by_cards(
    rows: Iterable[EstimateRow], wave: str, named: Sequence[Named], rule: Rule
) -> dict[str, Reason]:
    """Values behind which too few stand beside the named ones."""
    found = {}
    for row in rows:
        known = _known_in(row, wave, named)
        if known and (row.positive or 0) - known < rule.minimum_count:
            found[cell_id(row.key)] = Reason.NAMED
    return found
