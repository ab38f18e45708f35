"""Constructed surveys of equal weights, published through the real functions: cells, protection, documents, files.

A unit is one workplace with its answers; nothing is drawn but by the seed. No database is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import numpy as np

from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Definitions
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
    driver: int  # 1: the factor promoted, -1: it hindered, 0: neither
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
    units = [_unit(random, country, chance / chance.sum()) for _ in range(number)]
    return [replace(one, municipality=f"{one.county}-{MUNICIPALITIES[at % 10]}") for at, one in enumerate(units)]


def _unit(random: np.random.Generator, country: str, chance: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Unit:
    sector = int(random.choice(len(SECTORS), p=chance))
    yes = random.random() < (0.8, 0.7, 0.6, 0.85, 0.95)[sector]
    types = tuple(one for one, share in zip(TYPES, (0.5, 0.7, 0.3, 0.1), strict=True) if random.random() < share)
    partners = tuple(
        one for one in ("own_organisation", "state", "citizens", "private_companies") if random.random() < 0.25
    )
    return Unit(
        country,
        SECTORS[sector],
        str(random.choice(SIZES, p=(0.55, 0.3, 0.15))),
        str(random.choice(COUNTIES[country])),
        (types or ("service",)) if yes else (),
        partners if yes else (),
        int(random.choice([1, 0, -1], p=(0.6, 0.32, 0.08))) if yes else 0,
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
    return rows


def answers_of(here: Sequence[Unit]) -> Iterator[tuple[What, list[bool]]]:
    """What everybody who was asked said to each question, and the figure it is of."""
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
    for side, sign in (("driver", 1), ("barrier", -1)):
        yield (side, "factors", "new_technology"), [one.driver == sign for one in makers]


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
    wanted = [row for row in now if row.estimand == "share" and not (row.sector or row.size_class or row.area)]
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
    return with_tables(from_document(load_library()))


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
