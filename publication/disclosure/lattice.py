"""The fixed lattice of breakdowns, and the plan of a release: which cubes it publishes.

A cube is a question by at most three breakdowns. Nothing else is ever published of a question: no free union of
categories, no band that does not nest, so that what an outsider can add up is known before anything is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

EVERY = "*"  # every indicator of the run
WITHHOLDING = "suppression"  # how plans once named it, country by country


class Breakdown(StrEnum):
    """A dimension that figures are broken down by."""

    COUNTRY = "country"
    SECTOR = "sector"
    SIZE_CLASS = "size_class"
    COUNTY = "county"


class Node(StrEnum):
    """A place in the lattice. The value is what the key of a table carries after the indicator's."""

    COUNTRY = ""
    SECTOR = "by_sector"
    SIZE = "by_size"
    COUNTY = "by_county"
    SECTOR_AND_SIZE = "by_sector_and_size"

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        return BREAKDOWNS[self]


BREAKDOWNS: Mapping[Node, tuple[Breakdown, ...]] = MappingProxyType(
    {
        Node.COUNTRY: (Breakdown.COUNTRY,),
        Node.SECTOR: (Breakdown.COUNTRY, Breakdown.SECTOR),
        Node.SIZE: (Breakdown.COUNTRY, Breakdown.SIZE_CLASS),
        Node.COUNTY: (Breakdown.COUNTRY, Breakdown.COUNTY),
        Node.SECTOR_AND_SIZE: (Breakdown.COUNTRY, Breakdown.SECTOR, Breakdown.SIZE_CLASS),
    }
)
FINE = frozenset({Node.COUNTY, Node.SECTOR_AND_SIZE})  # a run estimates its main shares alone so finely


class PlanRefused(ValueError):
    """A plan that no release can follow; says which part, what was expected and what was got."""


@dataclass(frozen=True)
class Plan:
    """Which indicators are published at which node. Every cube is protected by withholding.

    cubes: node -> keys of indicators, or `EVERY`. A node that is left out is not published. Whole countries always
    are: everything finer adds up to them.
    """

    cubes: Mapping[Node, Collection[str]]

    def publishes(self, indicator: str, node: Node) -> bool:
        wanted = self.cubes.get(node, ())
        return EVERY in wanted or indicator in wanted

    def to_document(self) -> dict[str, object]:
        return {"cubes": {node.name.lower(): sorted(keys) for node, keys in self.cubes.items()}}


DEFAULT = Plan(
    {
        Node.COUNTRY: (EVERY,),
        Node.SECTOR: ("innovative",),
        Node.SIZE: ("innovative",),
        Node.COUNTY: ("innovative",),
        Node.SECTOR_AND_SIZE: ("innovative",),
    }
)


def from_document(document: Mapping[str, object]) -> Plan:
    """The plan as `to_document` left it.

    Raises:
        PlanRefused: an unknown node, a wrong shape, or a country that an older plan wanted protected otherwise than by
            withholding, which nothing here does.
    """
    cubes, methods = document.get("cubes"), document.get("methods", {})
    if not isinstance(cubes, Mapping) or not isinstance(methods, Mapping):
        raise PlanRefused(f"plan: expected the object cubes, got {document!r}. Make the plan anew.")
    for country, name in methods.items():
        if name != WITHHOLDING:
            raise PlanRefused(f"methods.{country}: expected {WITHHOLDING}, got {name!r}. Make the plan anew.")
    return Plan({_node(name): _keys(name, keys) for name, keys in cubes.items()})


def _node(name: object) -> Node:
    known = {node.name.lower(): node for node in Node}
    if name not in known:
        raise PlanRefused(f"cubes: expected one of {', '.join(known)}, got {name!r}. Choose from the lattice.")
    return known[str(name)]


def _keys(name: object, keys: object) -> tuple[str, ...]:
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise PlanRefused(f"cubes.{name}: expected a list of indicators, got {keys!r}. Name them, or {EVERY!r}.")
    return tuple(keys)


def table_key(indicator: str, node: Node) -> str:
    """The key of a table, which stays the same from release to release."""
    return f"{indicator}_{node}" if node else indicator
