"""The rule language: text parsed once to a typed tree, the tree kept as JSON, evaluated without running code.

    rule     := rule "or" rule | rule "and" rule | "not" rule | "(" rule ")" | test
    test     := operand (== != < <= > >=) operand | operand ("in" | "any in" | "all in") operand
              | answered(item, ...) | today_is_after(day) | condition
    operand  := operand (+ - * /) operand | "(" operand ")" | literal | [literal, ...]
              | item.key | bg.name | ref.from | ref.to | (count sum min max)(item, ...)
    literal  := "text" | 12 | -1.5 | true | false | null
    day      := "2026-03-01" | item.key | bg.name | ref.from | ref.to

`not` binds tighter than `and`, `and` tighter than `or`; `*` and `/` bind tighter than `+` and `-`, and those tighter
than a comparison. A name that stands alone is a condition, a named rule of the instrument; a name beside an operator
is an item. What an unanswered item does stands at `rule_engine.predicate`, and for authors in `docs/howto/rules.md`.
This module is the door; the rooms are `rule_nodes`, `rule_text`, `rule_tree`, `rule_values` and `rule_engine`.
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
