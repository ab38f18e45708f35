"""Small frozen waves for the tests of analytics, built without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from analytics.core import definition_documents
from analytics.core.answer_columns import answer_columns
from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow
from analytics.dataset import Frozen
from analytics.pipeline import compute
from surveys.instrument.document import from_document, load_library
from surveys.instrument.routing import items_on_path
from surveys.instrument.schema import Instrument

Answers = Mapping[str, Any]

NO = {f"types.{kind}": "no" for kind in ("product", "service", "process_organisation", "communication")}
YES = NO | {"types.service": "yes"}


@lru_cache
def workplace() -> Instrument:
    return from_document(load_library("workplace"))


@lru_cache
def shipped() -> Definitions:
    return definition_documents.from_document(definition_documents.load_library())


@dataclass(frozen=True)
class Drawn:
    """One drawn unit; `answers` None: nothing was handed in."""

    stratum: str
    answers: Answers | None = None
    disposition: str = "invited"
    id: str = ""
    level: str = "municipal"


def drawn(stratum: str, *answers: Answers | None) -> list[Drawn]:
    return [Drawn(stratum, one) for one in answers]


def frozen(
    units: Sequence[Drawn],
    populations: Mapping[str, int],
    *,
    code: str = "2025",
    instrument: Instrument | None = None,
    reference_to: date = date(2024, 12, 31),
) -> Frozen:
    """A frozen wave of these units; stratum keys are country.sector.size, `populations` their N_h."""
    asked_with = instrument or workplace()
    rows = [_row(unit, number, units, populations) for number, unit in enumerate(units)]
    answers = [unit.answers for unit in units]
    paths = [
        frozenset(items_on_path(asked_with, unit.answers, row)) if unit.answers is not None else frozenset[str]()
        for unit, row in zip(units, rows, strict=True)
    ]
    design = {name: [row[name] for row in rows] for name in rows[0]}
    frame = pd.DataFrame({**design, **answer_columns(asked_with, answers, paths)})
    manifest = {
        "wave": code,
        "rows": len(units),
        "respondents": sum(unit.answers is not None for unit in units),
        "strata": [_stratum(key, size, units) for key, size in populations.items()],
    }
    return Frozen(frame=frame, manifest=manifest, instrument=asked_with, content_hash="", reference_to=reference_to)


def _row(unit: Drawn, number: int, units: Sequence[Drawn], populations: Mapping[str, int]) -> dict[str, Any]:
    country, sector, size_class = unit.stratum.split(".")
    count = sum(other.stratum == unit.stratum for other in units)
    return {
        "pseudonym": unit.id or f"{number:05d}",
        "cluster": "m1",
        "country": country,
        "sector": sector,
        "size_class": size_class,
        "stratum": unit.stratum,
        "employees": 12,
        "level": unit.level,
        "stratum_population": populations[unit.stratum],
        "stratum_drawn": count,
        "inclusion_probability": count / populations[unit.stratum],
        "disposition": "completed" if unit.answers is not None else unit.disposition,
        "responded": unit.answers is not None,
        "cell": unit.stratum,
        "language": "nb",
    }


def _stratum(key: str, population: int, units: Sequence[Drawn]) -> dict[str, Any]:
    country, sector, size_class = key.split(".")
    count = sum(unit.stratum == key for unit in units)
    return {
        "key": key,
        "country": country,
        "sector": sector,
        "size_class": size_class,
        "population": population,
        "drawn": count,
        "take_all": False,
    }


def rows_of(
    now: Frozen,
    before: Frozen | None = None,
    *older: Frozen,
    definitions: Definitions | None = None,
    **parameters: Any,
) -> dict[tuple[str, ...], EstimateRow]:
    """What the pipeline computes of countries and sectors, by estimand, indicator, category, country, sector, other.

    older: the waves before `before`, the oldest first.
    """
    found = compute(now, before, definitions or shipped(), Parameters(**parameters), older=older)
    return {row.key: row for row in found if not (row.size_class or row.area)}
