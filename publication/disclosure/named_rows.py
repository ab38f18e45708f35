"""Whether a workplace that a published card names can be found among the rows of a microdata file.

A card tells country and sector, which innovations, of which value, how new; everybody can look up the size. A reader
looks for rows that agree: with every word of the card, with some of it, or with what it says at least. Whichever way,
no row may agree, or as many as the rule asks for. Where fewer do, the answers that the card tells are emptied in all
rows of the same place, so that an empty one says nothing of a single row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

WITHHELD = "withheld"
PLACE = ("country", "sector", "size_class")
ASKED = frozenset({"0", "1", "no_answer"})  # what a column of an item with several choices holds where it was asked

Row = Mapping[str, str]
Test = Mapping[str, frozenset[str]]  # column -> the values that agree
Place = tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """What a card tells of its workplace, in the codes of the questionnaire; an empty size is one that nobody knows."""

    number: int
    workplace: int | None
    country: str
    sector: str
    size_class: str
    stopped: bool  # about an innovation that was stopped
    types: frozenset[str]
    values: frozenset[str]
    novelty: frozenset[str]  # one of these


@dataclass(frozen=True)
class Said:
    """What a card says of one question: its readings, the strictest first; a reader may leave it aside too."""

    columns: tuple[str, ...]
    readings: tuple[Test, ...]


@dataclass(frozen=True)
class NamedWorkplace:
    """`sure`: where it stands, and what follows from there being a card. `said` in the order in which it is emptied."""

    sure: Test
    said: tuple[Said, ...]


def named_workplaces(cards: Iterable[Card], columns: Sequence[str], sizes: Collection[str]) -> list[NamedWorkplace]:
    """The workplaces behind the cards, in terms of the columns of a file; two cards of one workplace are read together.

    A workplace of unknown size is looked for in every size.
    """
    by_workplace: dict[object, list[Card]] = {}
    for card in sorted(cards, key=lambda card: card.number):
        by_workplace.setdefault(("card", card.number) if card.workplace is None else card.workplace, []).append(card)
    found = []
    for own in by_workplace.values():
        first = own[0]
        for size in [first.size_class] if first.size_class else sorted(sizes):
            sure = {
                name: frozenset({value}) for name, value in zip(PLACE, (first.country, first.sector, size), strict=True)
            }
            for card in own:
                sure |= _follows(card, columns)
            found.append(NamedWorkplace(sure, tuple(said for card in own for said in _said(card, columns))))
    return found


def _follows(card: Card, columns: Sequence[str]) -> Test:
    """Who has a card on the newest innovation was asked about it."""
    asked = [] if card.stopped else _choices("newest_types", columns)[:1]
    return dict.fromkeys(asked, ASKED)


def _said(card: Card, columns: Sequence[str]) -> Iterator[Said]:
    if card.stopped:
        yield from _chosen("failed_types", card.types, columns)
        if "stopped" in columns:
            yield Said(("stopped",), ({"stopped": frozenset({"yes"})},))
        return
    yield from _chosen("values", card.values, columns)
    if card.novelty and "novelty" in columns:
        yield Said(("novelty",), ({"novelty": card.novelty},))
    yield from _chosen("newest_types", card.types, columns)
    of_period = tuple(name for name in (f"types.{code}" for code in sorted(card.types)) if name in columns)
    if of_period:
        yield Said(tuple(_choices("types", columns)), (dict.fromkeys(of_period, frozenset({"yes"})),))


def _chosen(item: str, codes: Collection[str], columns: Sequence[str]) -> Iterator[Said]:
    """An item with several choices: those of the card and no others, or those of the card at least."""
    own = _choices(item, columns)
    if codes and own:
        exact = {name: frozenset({"1" if name.removeprefix(f"{item}.") in codes else "0"}) for name in own}
        least = {name: agree for name, agree in exact.items() if "1" in agree}
        yield Said(tuple(own), (exact, least))


def _choices(item: str, columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name.startswith(f"{item}.")]


def agrees(row: Row, test: Test) -> bool:
    """Whether nothing in the row speaks against the test: an emptied answer may be any; so may one not in the file."""
    return all(row.get(name, WITHHELD) in (WITHHELD, *values) for name, values in test.items())


def finds(rows: Sequence[Row], one: NamedWorkplace) -> list[int]:
    """How many rows agree, for each way to look that finds any."""
    here = [row for row in rows if agrees(row, one.sure)]
    ways = product(*([{}, *said.readings] for said in one.said))
    counts = (sum(all(agrees(row, test) for test in way) for row in here) for way in ways)
    return [count for count in counts if count]


def emptied(rows: Iterable[Row], masks: Mapping[Place, Collection[str]]) -> list[Row]:
    """The rows with the columns emptied that their place asks for; what was not asked stays so."""
    return [_emptied(row, masks.get(place_of(row), ())) for row in rows]


def _emptied(row: Row, columns: Collection[str]) -> Row:
    return {**row, **{name: WITHHELD for name in columns if row.get(name)}} if columns else row


def place_of(row: Row) -> Place:
    """As the file has it: without the size where it has none."""
    return tuple(row[name] for name in PLACE if name in row)


def masks_for(rows: Sequence[Row], named: Sequence[NamedWorkplace], k: int) -> dict[Place, frozenset[str]] | None:
    """The columns to empty in each place so that no named workplace is found among fewer than k rows.

    What a card says is given up question by question, until enough rows agree. None where even then too few do: too
    few in the place were asked about an innovation at all. Emptying for one card may bring another close: until
    nothing changes.
    """
    masks: dict[Place, frozenset[str]] = {}
    waiting = True
    while waiting:
        waiting = False
        for one in named:
            here = [row for row in rows if agrees(row, {name: one.sure[name] for name in PLACE if name in one.sure})]
            place = place_of(here[0]) if here else ()
            left = list(one.said)
            while here and min(finds(emptied(here, masks), one), default=k) < k:
                if not left:
                    return None
                masks[place] = masks.get(place, frozenset()) | set(left.pop(0).columns)
                waiting = True
    return masks


def seen(one: NamedWorkplace, sizes: Mapping[str, str]) -> NamedWorkplace:
    """As the workplace stands in a file that puts sizes together so; in one without size nobody looks for it."""
    classes = frozenset(sizes[size] for size in one.sure["size_class"] if size in sizes)
    kept = {name: values for name, values in one.sure.items() if name != "size_class"}
    return replace(one, sure={**kept, "size_class": classes} if classes else kept)
