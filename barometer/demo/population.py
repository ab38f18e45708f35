"""A constructed finite population: every workplace of the frames, its answers and whether it returns them.

One latent propensity to innovate per workplace and wave: a part shared within the municipality, a part that stays
with the workplace from wave to wave, and a part that is new each time; larger workplaces have more of it. Answering
depends on the size class alone (missing at random within strata) unless the variant says that innovators answer more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from barometer.demo import assumptions
from barometer.demo.calibrate import Bools, Floats, Ints, top
from barometer.demo.frames import COUNTRIES, SEED, Workplace, workplaces

Nonresponse = Literal["at_random", "innovators_answer_more"]
SIZE_CLASSES = ("small", "medium", "large")
SIZE_FROM = (1, 20, 50)


@dataclass(frozen=True)
class Units:
    """The frame in columns, in the order of country and code; one entry a workplace."""

    rows: tuple[Workplace, ...]
    country: np.ndarray[tuple[int], np.dtype[np.str_]]
    sector: np.ndarray[tuple[int], np.dtype[np.str_]]
    municipality: Ints
    employees: Ints
    size: Ints  # place in SIZE_CLASSES
    group: Ints  # place in assumptions.GROUPS

    position: Mapping[str, int]  # code -> place in every column


@dataclass(frozen=True)
class Standing:
    """Of every workplace in one wave: does it innovate, and what becomes of a questionnaire sent to it?"""

    wave: str
    propensity: Floats
    innovative: Bools
    answers: Bools
    starts: Bools  # begins and does not submit
    declines: Bools


def units(countries: Sequence[str] = COUNTRIES, *, seed: int = SEED) -> Units:
    """The workplaces of the countries in columns."""
    rows = tuple(row for country in countries for row in workplaces(country, seed=seed))
    country = np.array([row.code[:2] for row in rows])
    sector = np.array([row.sector for row in rows])
    employees = np.array([row.employees for row in rows], dtype=np.int64)
    bodies = {key: n for n, key in enumerate(sorted({(row.code[:2], row.municipality_code) for row in rows}))}
    municipality = np.array([bodies[row.code[:2], row.municipality_code] for row in rows], dtype=np.int64)
    group = np.full(len(rows), -1, dtype=np.int64)
    for number, (land, sectors) in enumerate(assumptions.GROUPS):
        group[(country == land) & (np.isin(sector, sectors.split("+")) if sectors else True)] = number
    size = np.searchsorted(SIZE_FROM, employees, side="right") - 1
    position = {row.code: n for n, row in enumerate(rows)}
    return Units(rows, country, sector, municipality, employees, size.astype(np.int64), group, position)


def standings(
    population: Units, waves: Sequence[str], *, seed: int = SEED, nonresponse: Nonresponse = "at_random"
) -> tuple[Standing, ...]:
    """The constructed truth of each wave. The same seed gives the same population, wave by wave."""
    number = len(population.rows)
    lasting = np.random.default_rng([seed, 1])
    cluster, unit = assumptions.value("latent.cluster"), assumptions.value("latent.unit")
    kept = assumptions.value("response.unit")
    municipality = lasting.standard_normal(int(population.municipality.max()) + 1)[population.municipality]
    workplace, readiness = lasting.standard_normal(number), lasting.standard_normal(number)
    sector = np.array([assumptions.value("latent.sector", sectors=str(name)) for name in population.sector])
    fixed = sector + assumptions.value("latent.size") * np.log(population.employees / 20)
    fixed += np.sqrt(cluster) * municipality + np.sqrt(unit) * workplace
    found = []
    for wave in waves:
        fresh = np.random.default_rng([seed, 2, int(wave)])
        propensity = fixed + np.sqrt(1 - cluster - unit) * fresh.standard_normal(number)
        everyone = np.ones(number, dtype=bool)
        shares = assumptions.by_group("types.any", wave)
        innovative = top(propensity, shares, base=everyone, group=population.group, name="types.any")
        willing = np.sqrt(kept) * readiness + np.sqrt(1 - kept) * fresh.standard_normal(number)
        found.append(
            returned(
                population,
                wave,
                propensity=propensity,
                innovative=innovative,
                willing=willing,
                nonresponse=nonresponse,
            )
        )
    return tuple(found)


def returned(
    population: Units, wave: str, *, propensity: Floats, innovative: Bools, willing: Floats, nonresponse: Nonresponse
) -> Standing:
    """What becomes of a questionnaire, from the willingness of the workplace and the share of its size class."""
    base = np.array([assumptions.value(f"response.{name}") for name in SIZE_CLASSES])
    chance = base[population.size]
    if nonresponse == "innovators_answer_more":
        shift = assumptions.value("response.innovators_logit") * (innovative - 0.5)
        chance = 1 / (1 + np.exp(-(np.log(chance / (1 - chance)) + shift)))
    begun = chance + assumptions.value("response.started")
    answers = willing > -quantile(chance)
    starts = ~answers & (willing > -quantile(begun))
    declines = willing < quantile(np.array([assumptions.value("response.declined")]))[0]
    return Standing(wave, propensity, innovative, answers, starts, declines)


def quantile(share: Floats) -> Floats:
    """The standard normal quantile of each share; few shares are different, so each is computed once."""
    different, place = np.unique(share, return_inverse=True)
    normal = NormalDist()
    return np.array([normal.inv_cdf(float(value)) for value in different])[place]
