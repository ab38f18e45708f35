"""What is true in the constructed population: the figures that the survey of it estimates."""

import json
from pathlib import Path

import numpy as np

from barometer.demo.answers import Answers
from barometer.demo.calibrate import Bools
from barometer.demo.frames import COUNTRIES, SECTORS
from barometer.demo.questions import FACTORS

PROMOTED = ("promoted_some", "promoted_high")
HINDERED = ("hindered_some", "hindered_high")
Figures = dict[str, dict[str, float]]


def share(what: Bools, base: Bools) -> float:
    """The share of `base` that is also `what`; a base of nobody is an error."""
    number = int(base.sum())
    if number == 0:
        raise ValueError("base: expected at least one workplace, got none.")
    return float((what & base).sum()) / number


def innovative(filled: Answers) -> Figures:
    """Share innovative of all workplaces: country -> sector -> share; the sector "" is the whole country."""
    units, standing = filled.units, filled.standing
    everyone = np.ones(len(units.rows), dtype=bool)
    return {
        country: {
            sector: share(
                standing.innovative, everyone & (units.country == country) & ((units.sector == sector) | (sector == ""))
            )
            for sector in ("", *SECTORS)
        }
        for country in COUNTRIES
    }


def net_balances(filled: Answers) -> Figures:
    """Share promoted minus share hindered among innovators: country -> factor -> balance."""
    found: Figures = {}
    for country in COUNTRIES:
        base = filled.standing.innovative & (filled.units.country == country)
        found[country] = {}
        for factor in FACTORS:
            codes = filled.one[f"factors.{factor}"]
            found[country][factor] = share(np.isin(codes, PROMOTED), base) - share(np.isin(codes, HINDERED), base)
    return found


def index(filled: Answers) -> dict[str, float]:
    """Mean over the factors of the net balance, from goalposts -1 and 1 to 0-100, equal weights."""
    return {
        country: float(np.mean([(value + 1) / 2 * 100 for value in balances.values()]))
        for country, balances in net_balances(filled).items()
    }


def key_role(filled: Answers, country: str) -> float:
    """Share of innovators where employees started the work or their taking part promoted it."""
    base = filled.standing.innovative & (filled.units.country == country)
    promoted = np.isin(filled.one["factors.employees_participation"], PROMOTED)
    return share(filled.many["initiators"]["employees"] | promoted, base)


def write(waves: dict[str, Answers], path: Path) -> None:
    """Keep the truth of each wave beside the data, for comparison with what is estimated."""
    document = {
        "note": "True figures of the constructed population of the demonstration programme",
        "waves": {
            wave: {
                "share_innovative": innovative(filled),
                "net_balance": net_balances(filled),
                "index": index(filled),
            }
            for wave, filled in waves.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
