"""What changed in the order of a list, told in as few moves as there can be."""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from surveys.instrument.diff_parts import Move, Sequel
from surveys.instrument.schema import Instrument, Page

Name = TypeVar("Name", bound=Hashable)


def sequel(former: Sequence[str], present: Sequence[str]) -> Sequel:
    """What happened to a list of names that each stand once."""
    return Sequel(
        added=tuple(name for name in present if name not in former),
        removed=tuple(name for name in former if name not in present),
        moved=moved(former, present),
    )


def moved(former: Sequence[Name], present: Sequence[Name]) -> tuple[Name, ...]:
    """The fewest names of both lists that have to be moved to come from one order to the other.

    All but the longest run of names that stand in the same order in both, found in n log n steps.
    """
    places = {name: place for place, name in enumerate(former)}
    common = [name for name in present if name in places]
    ends: list[int] = []  # place of the last name of the best run of each length
    last: list[int] = []  # the same as an index into `common`
    before: list[int] = []
    for index, name in enumerate(common):
        length = bisect_left(ends, places[name])
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [places[name]]
        last[length : length + 1] = [index]
    stays: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        stays.add(index)
        index = before[index]
    return tuple(name for index, name in enumerate(common) if index not in stays)


def item_moves(former: Instrument, present: Instrument) -> Iterator[Move]:
    """Items of both that are asked on another page, in another section, or in another order."""
    one, other = first_uses(former), first_uses(present)
    jumped = set(moved(list(one), list(other)))
    following = dict(pairwise([*other, ""]))
    for key, page in other.items():
        if key not in one:
            continue
        was = one[key]
        if key in jumped or (was.id, was.section) != (page.id, page.section):
            yield Move(key, was.section, was.id, page.section, page.id, following[key])


def first_uses(instrument: Instrument) -> dict[str, Page]:
    """Item key -> the page that asks it, in the order asked."""
    uses: dict[str, Page] = {}
    for page in instrument.pages:
        for ask in page.asks:
            uses.setdefault(ask.item, page)
    return uses
