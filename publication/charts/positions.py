"""Where municipalities lie, as far as the project knows: see `data/ORIGIN.md` for source and licence."""

import csv
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).with_name("data")
FILES: Final = {"NO": DATA / "norway_municipalities_2024.csv"}
NAMES: Final = {"NO": DATA / "norway_municipality_names_2024.csv"}


@cache
def positions(country: str) -> dict[str, tuple[float, float]]:
    """Degrees east and north (WGS 84) by number of municipality, numbers of 1 January 2024.

    Raises ValueError for a country whose positions are not kept. A number that has changed since is not in it.
    """
    if country not in FILES:
        raise ValueError(
            f"country: expected one of {', '.join(FILES)}, got {country!r}. Give longitude and latitude of its "
            "municipalities yourself."
        )
    with FILES[country].open(encoding="utf-8", newline="") as file:
        return {row["municipality_code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}


@cache
def names(country: str) -> dict[str, str]:
    """The name of each municipality by its number, of the same day as `positions`. Raises ValueError as that does."""
    if country not in NAMES:
        raise ValueError(f"country: expected one of {', '.join(NAMES)}, got {country!r}. Give the names yourself.")
    with NAMES[country].open(encoding="utf-8", newline="") as file:
        return {row["municipality_code"]: row["municipality_name"] for row in csv.DictReader(file)}
