"""The few words that stand inside a figure, in the reader's language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`constructed` is written inside every figure made from constructed data; empty for real data."""

    decimal_mark: str
    withheld: str
    constructed: str
    label: str  # what a screen reader says of the picture; the numbers stand in the table
