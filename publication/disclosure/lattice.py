"""The fixed lattice of breakdowns, and the plan of a release: which cubes it publishes and how each is protected.

A cube is a question by at most three breakdowns. Nothing else is ever published of a question: no free union of
categories, no band that does not nest, so that what an outsider can add up is known before anything is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

EVERY = "*"  # every indicator of the run


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


class Method(StrEnum):
    """How a country's cubes are protected."""

    SUPPRESSION = "suppression"
    ROUNDING = "rounding"


class PlanRefused(ValueError):
    """A plan that no release can follow; says which part, what was expected and what was got."""


@dataclass(frozen=True)
class Plan:
    """Which indicators are published at which node, and the method of each country.

    cubes: node -> keys of indicators, or `EVERY`. A node that is left out is not published. Whole countries always
    are: everything finer adds up to them. methods: country -> method; a country that is not named is suppressed.
    """

    cubes: Mapping[Node, Collection[str]]
    methods: Mapping[str, Method] = field(default_factory=dict)

    def publishes(self, indicator: str, node: Node) -> bool:
        wanted = self.cubes.get(node, ())
        return EVERY in wanted or indicator in wanted

    def method_of(self, country: str) -> Method:
        return self.methods.get(country, Method.SUPPRESSION)

    def to_document(self) -> dict[str, object]:
        return {
            "cubes": {node.name.lower(): sorted(keys) for node, keys in self.cubes.items()},
            "methods": {country: str(method) for country, method in sorted(self.methods.items())},
        }


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
        PlanRefused: an unknown node or method, or one of the wrong shape.
    """
    cubes, methods = document.get("cubes"), document.get("methods", {})
    if not isinstance(cubes, Mapping) or not isinstance(methods, Mapping):
        raise PlanRefused(f"plan: expected the objects cubes and methods, got {document!r}. Make the plan anew.")
    return Plan(
        {_node(name): _keys(name, keys) for name, keys in cubes.items()},
        {str(country): method(country, name) for country, name in methods.items()},
    )


def method(country: object, name: object) -> Method:
    """Raises PlanRefused for a name that is no method."""
    if name not in set(Method):
        expected = ", ".join(Method)
        raise PlanRefused(f"methods.{country}: expected one of {expected}, got {name!r}. Choose one of them.")
    return Method(str(name))


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
