"""Counts that somebody has been told outside the tables: what every later attack must take as known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """`count` of `base` answers. The name tells it from every other count.

    Country and county say which published groups hold it; empty where that is not known.
    """

    name: str
    count: int
    base: int
    country: str = ""
    county: str = ""
