"""Answers of invented workplaces for the tests of analytics, all from one seed."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from surveys.instrument.schema import Instrument, ItemType
from surveys.models import SampledUnit

TYPES = ("product", "service", "process_organisation", "communication")


def of(
    units: Iterable[SampledUnit], instrument: Instrument, *, seed: int = 1
) -> list[tuple[SampledUnit, dict[str, Any]]]:
    """Most workplaces answer everything they are asked at random; about one item in twenty is skipped."""
    random = np.random.default_rng(seed)
    return [(unit, _document(instrument, random)) for unit in units]


def _document(instrument: Instrument, random: np.random.Generator) -> dict[str, Any]:
    innovative = random.random() < 0.7
    document: dict[str, Any] = {f"types.{kind}": "no" for kind in TYPES}
    if innovative:
        document[f"types.{random.choice(TYPES)}"] = "yes"
    for item in instrument.items.values():
        asked = innovative and item.key.split(".")[0] in (
            "newest_types", "novelty", "initiators", "partners", "values", "spread", "factors",
        )  # fmt: skip
        if not asked or random.random() < 0.05:
            continue
        codes = [option.code for option in item.options if not option.exclusive]
        if item.type is ItemType.SINGLE:
            document[item.key] = str(random.choice(codes))
        elif item.type is ItemType.MULTI:
            document[item.key] = sorted(str(code) for code in random.choice(codes, 2, replace=False))
    return document
