"""Where municipalities lie, as far as the project knows: see `data/ORIGIN.md` for source and licence."""

import csv
from functools import cache
from pathlib import Path
from typing import Final

FILES: Final = {"NO": Path(__file__).with_name("data") / "norway_municipalities_2024.csv"}


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
