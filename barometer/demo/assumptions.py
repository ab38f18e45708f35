"""The numbers the constructed population is made from, each with its basis: published or assumed."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from barometer.demo.frames import COUNTRIES, DATA

Key = tuple[str, str, str, str]  # parameter, country, sectors, wave; empty: holds for all


@dataclass(frozen=True)
class Assumption:
    value: float
    basis: str
    source: str


# Targets are met inside each group. Norway has two, because its published shares cover health and education only.
GROUPS: tuple[tuple[str, str], ...] = tuple(
    (country, sectors)
    for country in COUNTRIES
    for sectors in (("health_care+education", "social+culture+technical") if country == "NO" else ("",))
)


@cache
def assumptions() -> Mapping[Key, Assumption]:
    """All rows of data/assumptions.csv. A row said twice, without a basis or a source is an error."""
    rows: dict[Key, Assumption] = {}
    with open(DATA / "assumptions.csv", encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            key = (row["parameter"], row["country"], row["sector"], row["wave"])
            if key in rows:
                raise ValueError(f"assumptions.csv line {line}: {key} stands there twice; keep one.")
            if row["basis"] not in ("published", "assumed") or not row["source"]:
                raise ValueError(f"assumptions.csv line {line}: expected a basis (published or assumed) and a source.")
            rows[key] = Assumption(float(row["value"]), row["basis"], row["source"])
    return rows


def find(parameter: str, *, country: str = "", sectors: str = "", wave: str = "") -> Assumption | None:
    """The row that fits most closely: sectors before wave, both before country, country before all."""
    rows = assumptions()
    for key in (
        (parameter, country, sectors, wave),
        (parameter, country, sectors, ""),
        (parameter, country, "", wave),
        (parameter, country, "", ""),
        (parameter, "", sectors, ""),
        (parameter, "", "", wave),
        (parameter, "", "", ""),
    ):
        if key in rows:
            return rows[key]
    return None


def value(parameter: str, *, country: str = "", sectors: str = "", wave: str = "") -> float:
    """The value of `find`; a parameter that stands nowhere is an error."""
    row = find(parameter, country=country, sectors=sectors, wave=wave)
    if row is None:
        raise ValueError(f"assumptions.csv has no row for {parameter}; add one.")
    return row.value


def by_group(parameter: str, wave: str) -> tuple[float, ...]:
    """The value in each of GROUPS; not-a-number where only some groups have it."""
    rows = [find(parameter, country=country, sectors=sectors, wave=wave) for country, sectors in GROUPS]
    if not any(rows):
        raise ValueError(f"assumptions.csv has no row for {parameter}; add one.")
    return tuple(math.nan if row is None else row.value for row in rows)
