"""The constructed example of tests/golden/composite.json and small structures, as the tests of the steps use them."""

import numpy as np
from numpy.typing import NDArray

from analytics.core.composites.normalise import Normalisation, Normaliser
from analytics.core.composites.structure import Node, Structure
from tests.analytics.core.golden import numbers

GOLDEN = numbers("composite")
STRUCTURE = Structure(
    tuple(Node(name, parent, weight, direction) for name, parent, weight, direction in GOLDEN["nodes"])
)
TO_100 = Normaliser(Normalisation.MIN_MAX, 1, 100)


def table(columns: dict[str, list[float | None]]) -> NDArray[np.float64]:
    return np.array(list(columns.values()), dtype=np.float64).T


def data() -> NDArray[np.float64]:
    return table(GOLDEN["data"])


def flat(*weights: float, directions: tuple[int, ...] | None = None) -> Structure:
    """Indicators a, b, ... directly below the index."""
    turns = directions or (1,) * len(weights)
    nodes = [Node(chr(97 + place), "index", weight, turns[place]) for place, weight in enumerate(weights)]
    return Structure((*nodes, Node("index", None)))


def two_pillars() -> Structure:
    """Pillar p of a (weight 1) and b (3), pillar q of c alone; p counts twice as much as q."""
    return Structure(
        (
            Node("a", "p"), Node("b", "p", 3.0), Node("c", "q", 1.0, -1),
            Node("p", "index", 2.0), Node("q", "index"), Node("index", None),
        )
    )  # fmt: skip
