"""What a run gives: one row an estimate, and the hash that says whether two runs gave the same bits."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

Key = tuple[str, ...]

ALL_SECTORS = ""
ALL_SIZES = ""
COMMON_PART = "common_part"  # the estimand of a figure of what all countries asked; the flag of what rests on one


@dataclass(frozen=True)
class Place:
    """What an estimate is of: estimand, indicator and category, in a country or a part of it.

    Parts are a sector, a size class, or an area ("county:<name>", "municipality:<pseudonym>").
    """

    estimand: str
    indicator: str
    category: str
    country: str
    sector: str = ALL_SECTORS
    size_class: str = ALL_SIZES
    area: str = ""

    def row(self, **content: Unpack["Content"]) -> "EstimateRow":
        return EstimateRow(
            estimand=self.estimand,
            indicator=self.indicator,
            category=self.category,
            country=self.country,
            sector=self.sector,
            size_class=self.size_class,
            area=self.area,
            **content,
        )


class Content(TypedDict, total=False):
    """The fields of a row that do not say what it is of."""

    against: str
    n: int
    positive: int | None
    n_effective: float | None
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
    size_class: str = ALL_SIZES
    area: str = ""
    against: str = ""
    n: int = 0
    positive: int | None = None
    n_effective: float | None = None
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
        return Place(
            self.estimand, self.indicator, self.category, self.country, self.sector, self.size_class, self.area
        )

    @property
    def key(self) -> Key:
        """What makes the row one of its kind in a run; also the canonical order.

        Size class and area stand in it only where the row is of one, so that keys in published releases stay what
        they were.
        """
        whole = (self.estimand, self.indicator, self.category, self.country, self.sector, self.against)
        return (*whole, self.size_class, self.area) if self.size_class or self.area else whole


def to_document(rows: Iterable[EstimateRow]) -> list[dict[str, object]]:
    """The rows as plain values, for storing."""
    return [dict(vars(row)) for row in rows]


def from_document(document: Iterable[Mapping[str, object]]) -> tuple[EstimateRow, ...]:
    """Rows as `to_document` left them, after a way through JSON."""
    return tuple(EstimateRow(**{**entry, "flags": tuple(entry["flags"])}) for entry in document)  # type: ignore[arg-type]


def result_hash(rows: Iterable[EstimateRow]) -> str:
    """SHA-256 over the rows in canonical order; a float is written so that it reads back as the same bits."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.key):
        digest.update(json.dumps(vars(row), sort_keys=True, allow_nan=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
