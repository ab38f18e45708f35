"""The rule language: text parsed once to a typed tree, the tree kept as JSON, evaluated without running code.

    rule     := rule "or" rule | rule "and" rule | "not" rule | "(" rule ")" | test
    test     := operand (== != < <= > >=) operand | operand ("in" | "any in" | "all in") operand
              | answered(item, ...) | condition
    operand  := "text" | 12 | 1.5 | [literal, ...] | item.key | bg.name | count(item, ...)

`not` binds tighter than `and`, `and` tighter than `or`. A name that stands alone is a condition, a named rule of the
instrument; a name beside an operator is an item. What an unanswered item does stands at `rule_engine.predicate`.
This module is the door; the rooms are `rule_nodes`, `rule_text`, `rule_tree` and `rule_engine`.
"""

from surveys.instrument.rule_engine import Predicate, evaluate, predicate
from surveys.instrument.rule_nodes import Node, RuleError, references
from surveys.instrument.rule_text import parse, to_text
from surveys.instrument.rule_tree import JSON, from_tree, to_tree

__all__ = [
    "JSON",
    "Node",
    "Predicate",
    "RuleError",
    "evaluate",
    "from_tree",
    "parse",
    "predicate",
    "references",
    "to_text",
    "to_tree",
]
