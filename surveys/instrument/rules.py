"""The rule language: parsed once to a typed tree, evaluated without ever running code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """Base of the tree (the instrument's rooms fill this in)."""
