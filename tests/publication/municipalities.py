"""Reports of municipalities in constructed surveys, made by the real functions, and what a stranger reads of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from publication.disclosure.organisations import Counted, facts, may_be_told
from publication.disclosure.peers import Domain, PeerRule
from publication.work.cell_rows import cell_id
from publication.work.ledgers import Earlier
from publication.work.municipal import rows_of
from publication.work.report_protection import together
from tests.publication.constructed import Publisher, Unit, What, answers_of
from tests.publication.outsider import Sum
from tests.publication.served import Place, names

Printed = dict[Place, tuple[int, int]]  # place with its municipality -> "12 of 30"
PEERS = PeerRule()


def counted(units: Sequence[Unit]) -> dict[str, Counted]:
    """As a report counts: every question over these workplaces."""
    found = {}
    for (side, indicator, category), said in answers_of(units):
        place, makers = f"{indicator}|{category}", indicator not in ("innovative", "innovation_type")
        found[f"{place}|{side}"] = Counted(
            f"{place}|{side}",
            sum(said),
            len(said),
            asked="innovative" if makers else "all",
            group=place if side != "share" else "",
            filtered="innovative||share" if makers else "",
        )
    return found


def groups(units: Sequence[Unit]) -> dict[Domain, list[Unit]]:
    """Workplaces by municipality, in their county's place."""
    found: dict[tuple[Domain, str], list[Unit]] = {}
    for one in units:
        found.setdefault((Domain(one.country, county=one.county), one.municipality), []).append(one)
    return {place._replace(sector=name): own for (place, name), own in sorted(found.items())}


def tell(publisher: Publisher, number: int, units: Sequence[Unit], *, with_past: bool = True) -> Printed:
    """Make the reports of a release and give what they print; `with_past` False: each municipality for itself."""
    source = next(one.source for one in publisher.earlier if one.source.number == number)
    rows, may = [], set()
    for place, own in groups(units).items():
        around = [
            counted([one for one in units if one.country == place.country]),
            counted([one for one in units if one.county == place.county]),
        ]
        figures = [one for one in counted(own).values() if one.base]
        passed = {one.name for one in may_be_told(figures, around, peers=PEERS)} if len(own) > PEERS.others else ()
        if passed:
            where = Domain(place.country, county=place.county)
            mine = rows_of(facts(figures, place.sector, f"constructed|{number}", where))
            may |= {cell_id(row.key) for row, one in zip(mine, figures, strict=True) if one.name in passed}
            rows += mine
    present = replace(source, rows=tuple(rows), before=())
    shown = together(publisher.earlier, present, publisher.named, may, PEERS) if with_past else frozenset(may)
    publisher.earlier.append(Earlier(present, shown, (f"reports {number}",)))
    return {_place(row.area, _what(row)): (row.positive or 0, row.n) for row in rows if cell_id(row.key) in shown}


def _what(row: object) -> tuple[What, str]:
    return (row.estimand, row.indicator, row.category), row.country  # type: ignore[attr-defined]


def _place(area: str, what: tuple[What, str]) -> Place:
    _told, county, municipality = area.split(":")
    return (*what[0], what[1], "", "", county, municipality)


def in_reports(told: Printed) -> dict[str, int]:
    """What the reports say outright."""
    found: dict[str, int] = {}
    for place, (count, base) in told.items():
        found |= dict(zip(names(place), (base, count, base - count), strict=True))
    return found


def whole_of(place: Place, county: bool) -> Place:
    return (*place[:6], place[6] if county else "")


def around(told: Sequence[Place]) -> dict[Place, list[Place]]:
    """The country and county figures that hold municipalities, each with those that were told theirs."""
    found: dict[Place, list[Place]] = {}
    for place in told:
        for county in (True, False):
            found.setdefault(whole_of(place, county), []).append(place)
    return found


def beside(told: Sequence[Place]) -> Iterator[Sum]:
    """A country or county is its municipalities that were told theirs, and the rest; each figure, and its base."""
    for whole, parts in around(told).items():
        outside = rest_of(whole, parts)
        for one in range(3):
            yield names(whole)[one], (*(names(part)[one] for part in parts), outside[one])
        yield outside[0], outside[1:]


def rest_of(whole: Place, parts: Sequence[Place]) -> tuple[str, str, str]:
    """The names of what is left of a figure beside these municipalities: base, count and the rest of the base."""
    which = "+".join(sorted(part[7] for part in parts))
    base, yes, no = names(whole)
    return f"outside {which}: {yes}: {base}", f"outside {which}: {yes}", f"outside {which}: {no}"


def truth_of(units: Sequence[Unit], told: Sequence[Place]) -> dict[str, int]:
    """What is true of every municipality, and of the rests beside those that were told theirs."""
    found: dict[str, int] = {}
    for place, own in groups(units).items():
        for what, said in answers_of(own):
            found |= _true((*what, place.country, "", "", place.county, place.sector), said)
    for whole, parts in around(told).items():
        apart = {part[7] for part in parts}
        left = [
            one
            for one in units
            if one.country == whole[3] and whole[6] in ("", one.county) and one.municipality not in apart
        ]
        said = next(said for what, said in answers_of(left) if what == whole[:3])
        base, yes, no = rest_of(whole, parts)
        found |= {base: len(said), yes: sum(said), no: len(said) - sum(said)}
    return found


def _true(place: Place, said: Sequence[bool]) -> Mapping[str, int]:
    return dict(zip(names(place), (len(said), sum(said), len(said) - sum(said)), strict=True))
