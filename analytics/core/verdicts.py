"""What may be said of one figure against another."""

from enum import StrEnum


class Verdict(StrEnum):
    """What may be said of the first against the second."""

    HIGHER = "higher"
    LOWER = "lower"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    NOT_COMPARABLE = "not_comparable"
