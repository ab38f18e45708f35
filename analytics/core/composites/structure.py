"""The tree of an index: indicators below pillars below the index, with weights and directions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError


@dataclass(frozen=True)
class Node:
    """One indicator or aggregate: its name, what it is part of (None: the index), weight among its siblings.

    direction is 1 when more is better and -1 when less is better; only an indicator may have -1.
    """

    name: str
    parent: str | None
    weight: float = 1.0
    direction: int = 1


@dataclass(frozen=True)
class Structure:
    """All nodes of one index. Level 0 holds the indicators in their order here, the last level the index alone.

    Weights count as shares of their sum among siblings. InputError for a name given twice, an unknown parent, a cycle,
    more or less than one index, an indicator that does not lie as deep as the others, a weight that is negative or
    not finite, siblings without any weight, and a direction that is not 1 or -1 or stands at an aggregate.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(self.nodes))
        _check_names(self.nodes)
        depths = _depths(self.nodes)
        parents = {node.parent for node in self.nodes}
        leaves = [node for node in self.nodes if node.name not in parents]
        _check_depths(depths, leaves)
        for node in self.nodes:
            _check_numbers(node, leaf=node.name not in parents)
        for name in parents - {None}:
            children = [node for node in self.nodes if node.parent == name]
            if not sum(child.weight for child in children) > 0:
                raise InputError(
                    "weight", expected=f"a part of {name!r} with a weight above 0", got="only zeros",
                    hint="State the weights, or leave the aggregate out.",
                )  # fmt: skip

    @cached_property
    def levels(self) -> tuple[tuple[Node, ...], ...]:
        """Nodes of each level in their order, the indicators first."""
        depths = _depths(self.nodes)
        deepest = max(depths.values())
        return tuple(
            tuple(node for node in self.nodes if depths[node.name] == deepest - level) for level in range(deepest + 1)
        )

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Names of level 0: the columns of every array of values."""
        return tuple(node.name for node in self.levels[0])

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Names above level 0, level by level; the last is the index."""
        return tuple(node.name for level in self.levels[1:] for node in level)

    @cached_property
    def directions(self) -> Floats:
        """f8[k], 1 or -1 for each indicator."""
        return np.array([node.direction for node in self.levels[0]], dtype=np.float64)

    @cached_property
    def weights(self) -> tuple[Floats, ...]:
        """Weights of each level below the index, f8[nodes of the level], as stated."""
        return tuple(np.array([node.weight for node in level], dtype=np.float64) for level in self.levels[:-1])

    @cached_property
    def parents(self) -> tuple[Codes, ...]:
        """For each level below the index the place of each node's parent in the level above, i8[nodes of the level]."""
        places = [{node.name: place for place, node in enumerate(level)} for level in self.levels[1:]]
        return tuple(
            np.array([above[str(node.parent)] for node in level], dtype=np.int64)
            for level, above in zip(self.levels[:-1], places, strict=True)
        )

    @cached_property
    def shares(self) -> tuple[Floats, ...]:
        """The weights of each level as shares of their sum among siblings."""
        return tuple(
            weights / np.bincount(parents, weights=weights)[parents]
            for weights, parents in zip(self.weights, self.parents, strict=True)
        )

    def weighted(self, weights: Mapping[str, float]) -> "Structure":
        """The same tree with other weights for the nodes named. InputError for an unknown name."""
        unknown = sorted(set(weights) - {node.name for node in self.nodes})
        if unknown:
            raise _unknown("weights", unknown[0], [node.name for node in self.nodes])
        return Structure(tuple(replace(node, weight=weights.get(node.name, node.weight)) for node in self.nodes))

    def equal(self) -> "Structure":
        """The same tree with equal weights among all siblings."""
        return Structure(tuple(replace(node, weight=1.0) for node in self.nodes))


def _check_names(nodes: Sequence[Node]) -> None:
    names = [node.name for node in nodes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not all(names):
        raise InputError(
            "nodes", expected="names, each once", got=repr(twice[0] if twice else ""), hint="Rename one of them."
        )
    for node in nodes:
        if node.parent is not None and node.parent not in names:
            raise _unknown("parent", node.parent, names)
    roots = [node.name for node in nodes if node.parent is None]
    if len(roots) != 1:
        raise InputError(
            "nodes", expected="one index, the node without a parent", got=f"{len(roots)}: {', '.join(roots)}",
            hint="Every other node names the aggregate it is part of.",
        )  # fmt: skip


def _depths(nodes: Sequence[Node]) -> dict[str, int]:
    """Steps from each node to the index. InputError for a cycle."""
    parents = {node.name: node.parent for node in nodes}
    depths: dict[str, int] = {}
    for node in nodes:
        path, above = [node.name], node.parent
        while above is not None:
            if above in path:
                raise InputError(
                    "parent", expected="a tree", got=f"the cycle {' > '.join([*path, above])}",
                    hint="An aggregate cannot be part of itself.",
                )  # fmt: skip
            path.append(above)
            above = parents[above]
        depths[node.name] = len(path) - 1
    return depths


def _check_depths(depths: Mapping[str, int], leaves: Sequence[Node]) -> None:
    deepest = max(depths.values())
    shallow = [leaf.name for leaf in leaves if depths[leaf.name] != deepest]
    if shallow or deepest == 0:
        raise InputError(
            "nodes", expected="at least one indicator, all at one depth below the index",
            got=f"{(shallow or list(depths))[0]!r} without anything below it",
            hint="Put an aggregate of one part between, or leave the empty aggregate out.",
        )  # fmt: skip


def _check_numbers(node: Node, *, leaf: bool) -> None:
    if not (np.isfinite(node.weight) and node.weight >= 0):
        raise InputError(
            "weight", expected="a finite number from 0", got=f"{node.weight} at {node.name!r}",
            hint="An indicator of which less is better has direction -1, not a negative weight.",
        )  # fmt: skip
    if node.direction not in ((1, -1) if leaf else (1,)):
        raise InputError(
            "direction", expected="1 or -1 at an indicator, 1 at an aggregate",
            got=f"{node.direction} at {node.name!r}", hint="Turn the indicators, not their aggregate.",
        )  # fmt: skip


def _unknown(parameter: str, name: str, names: Sequence[str]) -> InputError:
    return InputError(
        parameter, expected=f"one of {', '.join(names)}", got=repr(name), hint="Check the spelling of the name."
    )
