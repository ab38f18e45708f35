"""What everybody knows about counts: how they add up, and what a printed figure says of the count behind it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Relation:
    """low <= sum of coefficient times count <= high, known to everybody.

    `needs` names a cell whose value the relation is read from; it is known only while that cell is shown.
    """

    terms: tuple[tuple[str, float], ...]
    low: float = 0.0
    high: float = 0.0
    needs: str = ""

    @property
    def counts(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.terms)

    @property
    def is_equality(self) -> bool:
        return self.low == self.high


def adds_up(total: str, parts: Iterable[str]) -> Relation:
    """The parts sum to the total."""
    return Relation(terms=((total, 1.0), *((part, -1.0) for part in parts)))


def at_most(part: str, whole: str) -> Relation:
    """The part cannot exceed the whole."""
    return Relation(terms=((part, 1.0), (whole, -1.0)), low=-inf)


def from_value(count: str, base: str, value: float, *, decimals: int = 1, needs: str = "") -> tuple[Relation, ...]:
    """What a printed share says of its count: (value ± half its last decimal) per cent of the base.

    Holds for equal weights, where the share is count/base; for unequal weights it is what an outsider would try.
    `value` in per cent as printed, with `decimals` decimals; `needs` the cell in which it stands. The base may be a
    count that is not known, or known as a range only. Errors: ValueError for a value outside 0 to 100 or with more
    decimals than stated.
    """
    printed = Decimal(repr(value))
    if not 0 <= printed <= 100 or printed != round(printed, decimals):
        raise ValueError(
            f"value: expected a share in per cent, 0 to 100 with {decimals} decimals, got {value}. Pass it as printed."
        )
    half = Decimal(5).scaleb(-decimals - 1)
    least, most = float((printed - half) / 100), float((printed + half) / 100)
    return (
        Relation(((count, 1.0), (base, -least)), low=0.0, high=inf, needs=needs),
        Relation(((count, 1.0), (base, -most)), low=-inf, high=0.0, needs=needs),
    )


def between(name: str, low: float, high: float, *, needs: str = "") -> Relation:
    """A count that is printed rounded, or as a range: it lies from `low` to `high`."""
    return Relation(((name, 1.0),), low=low, high=high, needs=needs)


def connected(items: Sequence[Item], names: Callable[[Item], Iterable[Hashable]]) -> list[list[Item]]:
    """The items in sets that share no name with one another; items without a name are left out. Order is kept."""
    parent: dict[Hashable, Hashable] = {}

    def root(name: Hashable) -> Hashable:
        top = name
        while parent[top] != top:
            top = parent[top]
        while parent[name] != top:
            parent[name], name = top, parent[name]
        return top

    firsts: list[Hashable] = []
    placed: list[Item] = []
    for item in items:
        own = list(names(item))
        if not own:
            continue
        for name in own:
            parent.setdefault(name, name)
        for name in own[1:]:
            parent[root(name)] = root(own[0])
        firsts.append(own[0])
        placed.append(item)
    found: dict[Hashable, list[Item]] = {}
    for item, first in zip(placed, firsts, strict=True):
        found.setdefault(root(first), []).append(item)
    return list(found.values())
