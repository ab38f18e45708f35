"""What a run gives: one row an estimate, and the hash that says whether two runs gave the same bits."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TypedDict, Unpack

Key = tuple[str, str, str, str, str, str]

ALL_SECTORS = ""


@dataclass(frozen=True)
class Place:
    """What an estimate is of: estimand, indicator and category, in a country or a sector of it."""

    estimand: str
    indicator: str
    category: str
    country: str
    sector: str = ALL_SECTORS

    def row(self, **content: Unpack["Content"]) -> "EstimateRow":
        return EstimateRow(
            estimand=self.estimand,
            indicator=self.indicator,
            category=self.category,
            country=self.country,
            sector=self.sector,
            **content,
        )


class Content(TypedDict, total=False):
    """The fields of a row that do not say what it is of."""

    against: str
    n: int
    positive: int | None
    value: float | None
    standard_error: float | None
    degrees_of_freedom: float | None
    low: float | None
    high: float | None
    interval_method: str
    design_effect: float | None
    missing_share: float | None
    p_value: float | None
    p_adjusted: float | None
    verdict: str
    rank_low: int | None
    rank_high: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EstimateRow:
    """One estimand in one domain. `value` is None where the data carry no estimate; `flags` say why."""

    estimand: str
    indicator: str
    category: str = ""
    country: str
    sector: str = ALL_SECTORS
    against: str = ""
    n: int = 0
    positive: int | None = None
    value: float | None = None
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    low: float | None = None
    high: float | None = None
    interval_method: str = ""
    design_effect: float | None = None
    missing_share: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    verdict: str = ""
    rank_low: int | None = None
    rank_high: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.estimand, self.indicator, self.category, self.country, self.sector)

    @property
    def key(self) -> Key:
        """What makes the row one of its kind in a run; also the canonical order."""
        return self.estimand, self.indicator, self.category, self.country, self.sector, self.against


def result_hash(rows: Iterable[EstimateRow]) -> str:
    """SHA-256 over the rows in canonical order; a float is written so that it reads back as the same bits."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.key):
        digest.update(json.dumps(asdict(row), sort_keys=True, allow_nan=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
