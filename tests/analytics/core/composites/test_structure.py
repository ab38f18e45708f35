"""The tree of an index: what it gives, and every mistake it refuses."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.composites.structure import Node, Structure
from tests.analytics.core.composites.example import STRUCTURE, two_pillars


def test_levels_run_from_the_indicators_to_the_index():
    assert [len(level) for level in STRUCTURE.levels] == [12, 4, 1]
    assert STRUCTURE.aggregates == ("P1", "P2", "P3", "P4", "IDX")
    assert list(STRUCTURE.directions) == [1] * 10 + [-1, 1]


def test_weights_are_shares_among_siblings_wherever_the_nodes_stand():
    nodes = two_pillars().nodes
    mixed = Structure((nodes[5], nodes[2], nodes[4], nodes[0], nodes[3], nodes[1]))
    assert mixed.indicators == ("c", "a", "b")
    np.testing.assert_allclose(mixed.shares[0], [1, 0.25, 0.75])
    np.testing.assert_allclose(mixed.shares[1], [1 / 3, 2 / 3])
    assert [list(parents) for parents in mixed.parents] == [[0, 1, 1], [0, 0]]


def test_other_weights_and_equal_weights_make_another_structure():
    assert list(two_pillars().weighted({"a": 5}).weights[0]) == [5, 3, 1]
    assert list(two_pillars().equal().shares[1]) == [0.5, 0.5]
    with pytest.raises(InputError, match="weights: expected one of a, b, c, p, q, index, got 'x'"):
        two_pillars().weighted({"x": 1})


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([Node("a", "i"), Node("a", "i"), Node("i", None)], "nodes: expected names, each once, got 'a'"),
        ([Node("", "i"), Node("i", None)], "nodes: expected names, each once, got ''"),
        ([Node("a", "j"), Node("i", None)], "parent: expected one of a, i, got 'j'"),
        ([Node("a", "i"), Node("i", None), Node("j", None)], "nodes: expected one index, .* got 2: i, j"),
        ([], "nodes: expected one index, .* got 0: "),
        (
            [Node("a", "i"), Node("i", None), Node("p", "q"), Node("q", "p")],
            "parent: expected a tree, got the cycle p > q > p",
        ),
        ([Node("i", None)], "nodes: expected at least one indicator, .* got 'i'"),
        (
            [Node("a", "p"), Node("p", "i"), Node("b", "i"), Node("i", None)],
            "nodes: expected at least one indicator, all at one depth below the index, got 'b'",
        ),
        ([Node("a", "i", -1.0), Node("b", "i"), Node("i", None)], "weight: expected a finite number from 0, got -1.0"),
        ([Node("a", "i", float("nan")), Node("i", None)], "weight: expected a finite number from 0, got nan at 'a'"),
        ([Node("a", "i", 0.0), Node("b", "i", 0.0), Node("i", None)], "weight: expected a part of 'i' with a weight"),
        ([Node("a", "i", 1.0, 0), Node("i", None)], "direction: expected 1 or -1 at an indicator, .* got 0 at 'a'"),
        ([Node("a", "i"), Node("i", None, 1.0, -1)], "direction: expected .* 1 at an aggregate, got -1 at 'i'"),
    ],
)
def test_a_tree_that_is_none_is_refused(nodes, message):
    with pytest.raises(InputError, match=message):
        Structure(tuple(nodes))
