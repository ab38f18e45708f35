"""The words that a cube needs beside those of its documents: names of dimensions, figures, units and marks."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CubeWords:
    """One language. A word that a table does not need may be absent; one that it needs and lacks is an error."""

    dimensions: Mapping[str, str]  # by dimension code, `ContentsCode` and `Tid` among them
    measures: Mapping[str, str]  # by measure of a row: share, driver, barrier, net_balance, no_opinion, index ...
    parts: Mapping[str, str]  # by part of an estimate: low, high, standard_error, n, p_adjusted, rank_low, rank_high
    units: Mapping[str, str]  # percent, points, index, answers, probability, place
    totals: Mapping[str, str]  # what stands for nothing: `category` (the indicator itself), `against` (no comparison)
    statuses: Mapping[str, str]  # by status: u, c, x
    constructed: str
    source: str
    about: Mapping[str, str] = field(default_factory=dict)  # headings of what an index tells, and does not measure
