"""Constructed surveys of equal weights, published through the real functions: cells, protection, documents, files.

A unit is one workplace with its answers; nothing is drawn but by the seed. No database is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import numpy as np

from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Component, Definitions, Graded, Index
from analytics.core.results import EstimateRow
from publication.disclosure.tables import Unprotectable
from publication.models import Release
from publication.work.bundle import _tables
from publication.work.cells import attacked, protected
from publication.work.documents import Document, documents, shown_cells
from publication.work.ledgers import Earlier, Named, Source, past_of
from publication.work.material import Material, with_tables
from publication.work.releases import RULE, attack_documents, public_report, summary
from surveys.instrument.document import from_document as instrument_from
from tests import make

What = tuple[str, str, str]  # estimand, indicator, category
COUNTRIES = {"NO": 420, "IS": 150}
SECTORS = ("health_care", "education", "social", "culture", "technical")
SIZES = ("small", "medium", "large")
COUNTIES = {"NO": ("Vestland", "Oslo", "Troms"), "IS": ("Vesturland", "Austurland")}
TYPES = ("product", "service", "process_organisation", "communication")
KINDS = (
    "municipal_other", "regional", "state", "knowledge_institutions", "citizens", "voluntary_organisations",
    "private_companies", "foundations",
)  # fmt: skip
CHANCES = {"own_organisation": 0.25, "state": 0.25, "citizens": 0.25, "private_companies": 0.25}
FACTORS = ("new_technology", "legislation", "limited_finances")  # of twelve: enough to be summed, few to be solved
STATEMENTS = ("new_paths", "time")  # of eight
LANGUAGES = ("nb", "en")
MUNICIPALITIES = "AAAAABBBCD"  # by turns: of each county two large ones and two small


@dataclass(frozen=True)
class Unit:
    country: str
    sector: str
    size: str
    county: str
    types: tuple[str, ...]  # the kinds of innovation; none: it has not innovated
    partners: tuple[str, ...]
    factors: tuple[int, ...]  # 1: the factor promoted, -1: it hindered, 0: neither
    key_role: bool  # of employees
    grades: tuple[int, ...]  # of statements: 0 to 3
    municipality: str = ""


@dataclass(frozen=True)
class Served:
    """A release as it is served: its documents and files by path; empty where it was refused."""

    number: int
    wave: str
    documents: Sequence[Document]
    files: Mapping[str, bytes]
    report: Mapping[str, object]


def units_of(random: np.random.Generator, country: str, number: int) -> list[Unit]:
    chance = 1 / (1 + np.arange(len(SECTORS))) ** 0.8
    (more,) = random.spawn(1)
    units = [_unit(random, more, country, chance / chance.sum()) for _ in range(number)]
    return [replace(one, municipality=f"{one.county}-{MUNICIPALITIES[at % 10]}") for at, one in enumerate(units)]


def _unit(
    random: np.random.Generator,
    more: np.random.Generator,
    country: str,
    chance: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> Unit:
    sector = int(random.choice(len(SECTORS), p=chance))
    yes = random.random() < (0.8, 0.7, 0.6, 0.85, 0.95)[sector]
    types = tuple(one for one, share in zip(TYPES, (0.5, 0.7, 0.3, 0.1), strict=True) if random.random() < share)
    partners = tuple(one for one, share in CHANCES.items() if random.random() < share)
    return Unit(
        country,
        SECTORS[sector],
        str(random.choice(SIZES, p=(0.55, 0.3, 0.15))),
        str(random.choice(COUNTIES[country])),
        (types or ("service",)) if yes else (),
        partners if yes else (),
        tuple(
            int(one.choice([1, 0, -1], p=(0.6, 0.32, 0.08))) if yes else 0
            for one in (random, *(more for _ in FACTORS[1:]))
        ),
        yes and bool(more.random() < 0.9),
        tuple(int(more.choice([3, 2, 1, 0], p=(0.3, 0.6, 0.07, 0.03))) for _ in STATEMENTS),
    )


def rows_of(units: Sequence[Unit]) -> list[EstimateRow]:
    """What a run of equal weights estimates of these units."""
    rows: list[EstimateRow] = []
    for country in COUNTRIES:
        here = [unit for unit in units if unit.country == country]
        for place in _places(country):
            own = [
                unit
                for unit in here
                if place["sector"] in ("", unit.sector)
                and place["size_class"] in ("", unit.size)
                and place["area"] in ("", f"county:{unit.county}")
            ]
            if own:
                rows.append(_share(("share", "innovative", ""), country, [bool(one.types) for one in own], place))
        rows += [_share(what, country, said) for what, said in answers_of(here) if what[1] != "innovative"]
        rows += [_share(what, country, said) for what, said in _further_answers_of(here)]
        rows += _indices(country, here)
    return rows


def answers_of(here: Sequence[Unit]) -> Iterator[tuple[What, list[bool]]]:
    """What everybody who was asked said to each question that reports tell of, and the figure it is of."""
    yield ("share", "innovative", ""), [bool(one.types) for one in here]
    for kind in TYPES:
        yield ("share", "innovation_type", kind), [kind in one.types for one in here]
    makers = [unit for unit in here if unit.types]
    outside = ("state", "citizens", "private_companies")
    for name, wanted in (
        ("any", ("own_organisation", *outside)),
        ("outside", outside),
        ("private_companies", outside[2:]),
    ):
        yield ("share", "partner", name), [bool(set(one.partners) & set(wanted)) for one in makers]
    yield from _factors(makers, 0)


def _further_answers_of(here: Sequence[Unit]) -> Iterator[tuple[What, list[bool]]]:
    """The questions that stand in tables alone: what indices are made of beside the others."""
    makers = [unit for unit in here if unit.types]
    for number in range(1, len(FACTORS)):
        yield from _factors(makers, number)
    yield ("share", "employees_key_role", ""), [one.key_role for one in makers]
    for number, statement in enumerate(STATEMENTS):
        yield ("share", "culture", statement), [one.grades[number] > 1 for one in here]


def _factors(makers: Sequence[Unit], number: int) -> Iterator[tuple[What, list[bool]]]:
    for side, sign in (("driver", 1), ("barrier", -1)):
        yield (side, "factors", FACTORS[number]), [one.factors[number] == sign for one in makers]


def _indices(country: str, here: Sequence[Unit]) -> Iterator[EstimateRow]:
    """Every index as the mean of what each workplace has, which is the mean of shares on one base too."""
    makers = [unit for unit in here if unit.types]
    scores = {
        "drivers": [sum(factor == 1 for factor in one.factors) / len(FACTORS) for one in makers],
        "barriers": [sum(factor == -1 for factor in one.factors) / len(FACTORS) for one in makers],
        "factor_balance": [0.5 + sum(one.factors) / len(FACTORS) / 2 for one in makers],
        "employee_role": [float(one.key_role) for one in makers],
        "openness": [len(set(one.partners) & set(KINDS)) / len(KINDS) for one in makers],
        "innovation_activity": [len(one.types) / len(TYPES) for one in here],
        "innovation_climate": [sum(one.grades) / 3 / len(STATEMENTS) for one in here],
    }
    for key, found in scores.items():
        value, error = 100 * float(np.mean(found)), 100 * float(np.std(found)) / len(found) ** 0.5
        ends = {"low": max(0.0, value - 2 * error), "high": min(100.0, value + 2 * error), "standard_error": error}
        yield EstimateRow(
            estimand="index",
            indicator=key,
            country=country,
            n=len(found),
            value=value,
            **ends,  # type: ignore[arg-type]
        )


def untold(units: Sequence[Unit]) -> dict[tuple[str, ...], tuple[int, int]]:
    """What no table counts, by place: how many cooperated with each kind of partner, of how many."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for country in COUNTRIES:
        makers = [unit for unit in units if unit.country == country and unit.types]
        for kind in KINDS:
            place = ("kind", "openness", kind, country, "", "", "")
            found[place] = (len(makers), sum(kind in one.partners for one in makers))
    return found


def _places(country: str) -> Iterator[dict[str, str]]:
    whole = {"sector": "", "size_class": "", "area": ""}
    yield whole
    yield from (whole | {"sector": sector} for sector in SECTORS)
    yield from (whole | {"size_class": size} for size in SIZES)
    yield from (whole | {"area": f"county:{county}"} for county in COUNTIES[country])
    yield from (whole | {"sector": sector, "size_class": size} for sector in SECTORS for size in SIZES)


def _share(what: What, country: str, said: Sequence[bool], place: Mapping[str, str] | None = None) -> EstimateRow:
    estimand, indicator, category = what
    n, yes = len(said), sum(said)
    value = yes / n
    error = (value * (1 - value) / n) ** 0.5
    ends = {"low": max(0.0, value - 2 * error), "high": min(1.0, value + 2 * error), "standard_error": error}
    return EstimateRow(
        estimand=estimand,
        indicator=indicator,
        category=category,
        country=country,
        n=n,
        positive=yes,
        value=value,
        **ends,  # type: ignore[arg-type]
        **(place or {}),  # type: ignore[arg-type]
    )


def changes(now: Sequence[EstimateRow], before: Sequence[EstimateRow]) -> list[EstimateRow]:
    """Of whole countries, as a run gives them."""
    old = {row.key: row for row in before}
    headlines = ("share", "index")
    wanted = [row for row in now if row.estimand in headlines and not (row.sector or row.size_class or row.area)]
    return [
        replace(
            row,
            estimand="change",
            against="2023",
            n=min(row.n, old[row.key].n),
            positive=None,
            value=(row.value or 0) - (old[row.key].value or 0),
            low=None,
            high=None,
            standard_error=None,
        )
        for row in wanted
    ]


@cache
def definitions() -> Definitions:
    """The library's, with the indices of the few factors and statements that are asked here, and without learning."""
    whole = with_tables(from_document(load_library()))
    few = {"factors": FACTORS, "culture": STATEMENTS}
    return replace(
        whole, indices={key: _of_few(index, few) for key, index in whole.indices.items() if key != "learning"}
    )


def _of_few(index: Index, few: Mapping[str, Sequence[str]]) -> Index:
    def stays(component: Component) -> bool:
        name = component.of.category
        if isinstance(component.of, Graded):
            return name.removeprefix("culture.") in few["culture"]
        return component.of.indicator not in few or name in few[component.of.indicator]

    pillars = tuple(replace(one, components=tuple(filter(stays, one.components))) for one in index.pillars)
    return replace(index, pillars=pillars)


def material_of(wave: str, rows: Sequence[EstimateRow], before: Sequence[EstimateRow] = ()) -> Material:
    return Material(
        rows=tuple(sorted([*rows, *(changes(rows, before) if before else ())], key=lambda row: row.key)),
        before=tuple(before),
        definitions=definitions(),
        instrument=instrument_from(make.document()),
        countries=tuple(COUNTRIES),
        wave=wave,
        previous_wave="2023" if before else "",
        constructed=True,
        confidence=0.95,
        languages=LANGUAGES,
    )


class Publisher:
    """Publishes one release after the other, as the job does, and keeps what is served."""

    def __init__(self, named: Sequence[Named] = ()) -> None:
        self.named = named
        self.earlier: list[Earlier] = []
        self.refused: list[str] = []

    def publish(self, material: Material, data: str, before: str = "", *, with_past: bool = True) -> Served:
        """`with_past` False is what a careless publisher does: every release for itself."""
        number = len(self.earlier) + 1
        source = Source(
            number,
            material.wave,
            data,
            material.rows,
            material.definitions,
            material.instrument.conditions,
            material.previous_wave,
            before,
            material.before or (),
        )
        past = past_of(self.earlier, source, self.named, RULE) if with_past else past_of([], source, (), RULE)
        try:
            protection = protected(material, RULE, past)
        except Unprotectable as error:
            self.refused.append(str(error))
            return Served(number, material.wave, (), {}, {})
        written = documents(material, protection.withheld)
        report = (
            attack_documents(written, protection, source=f"release {number}") if with_past else attacked(protection)
        )
        self.earlier.append(Earlier(source, shown_cells(written)))
        release = Release(
            number=number,
            programme_slug="constructed",
            programme_names={"nb": "Konstruert", "en": "Constructed"},
            requested_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        files = {file.path: bytes(file.content) for file in _tables(release, material, written)}
        return Served(number, material.wave, written, files, public_report(summary(material, protection, report)))
