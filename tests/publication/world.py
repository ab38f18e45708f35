"""A small closed world: three countries, two waves of constructed answers, computed by the real pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.db.models import Model
from django.utils import timezone

from analytics.actions import runs
from analytics.models import Run
from jobs.execution import run_due
from surveys.instrument.document import from_document
from surveys.instrument.routing import items_on_path
from surveys.instrument.schema import Instrument, Item, ItemType
from surveys.models import Programme, SampledUnit, User, Wave, WaveState
from tests import make
from tests.publication.snapshot import Snapshot, put_back, taken

COUNTRIES = {"NO": 0.75, "DK": 0.82, "IS": 0.5}
UNITS = 240
DRAWN = 180
POOL = 150
FACTORS = ((1, 1, 5, 6, 1, 1), (1, 3, 4, 2, 1, 1), (1, 2, 2, 2, 2, 3), (4, 5, 2, 1, 1, 1))


@dataclass(frozen=True)
class World:
    programme: Programme
    before: Wave
    wave: Wave
    run: Run
    administrator: User
    publisher: User
    researcher: User


_built: dict[str, tuple[World, Snapshot]] = {}


def built() -> World:
    """Two closed waves with answers, and a finished run of each. Computed once a process; afterwards put back."""
    if not _built:
        world = computed()
        _built["world"] = (world, taken())
    else:
        put_back(_built["world"][1])
    return World(**{name: fresh(row) for name, row in vars(_built["world"][0]).items()})


def fresh(row: Model) -> Model:
    """The row as it stands in the database, not as an earlier test left the object."""
    return type(row)._base_manager.get(pk=row.pk)


def computed() -> World:
    """The real pipeline over constructed answers."""
    programme = make.programme("barometer", constructed=True)
    administrator = make.user("administrator", programme, username="anna")
    version = make.instrument(programme)
    frames = [
        make.frame(programme, country=country, units=make.units(UNITS), constructed=True) for country in COUNTRIES
    ]
    waves: list[Wave] = []
    for code in ("2023", "2025"):
        wave = make.wave(
            programme,
            code,
            countries=list(COUNTRIES),
            instrument=version,
            previous=waves[-1] if waves else None,
            constructed=True,
        )
        random = np.random.default_rng(7 + len(waves))
        for frame in frames:
            sampled = make.drawn(wave, frame, size=DRAWN, minimum=6)
            for unit in sampled:
                unit.wave = wave  # one instance: its questionnaire is read once
            answer(sampled, COUNTRIES[frame.country], random)
        Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=timezone.now())
        wave.refresh_from_db()
        waves.append(wave)
        run = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
        run_due()
    run.refresh_from_db()
    assert run.state == "finished", run.error or run.job
    return World(
        programme,
        *waves,
        run,
        administrator,
        make.user("publisher", programme, username="petra"),
        make.user("researcher", programme, username="rikke"),
    )


def answer(units: list[SampledUnit], innovative: float, random: np.random.Generator) -> None:
    """Three in four answer; what they say is drawn from a pool, innovators by their share."""
    yes, no = pools()
    chosen = [unit for unit in units if random.random() < 0.75]
    make.submitted((unit, (yes if random.random() < innovative else no)[random.integers(POOL)]) for unit in chosen)


@cache
def pools() -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Complete questionnaires of innovators and of others, within the routing; made once."""
    random = np.random.default_rng(11)
    instrument = from_document(make.document())
    return tuple([answers_of(instrument, yes, random) for _ in range(POOL)] for yes in (True, False))


def answers_of(instrument: Instrument, yes: bool, random: np.random.Generator) -> Mapping[str, Any]:
    answers: dict[str, Any] = {}
    for key in ("product", "service", "process_organisation", "communication"):
        answers[f"types.{key}"] = str(random.choice(["yes", "no", "dont_know"], p=[0.5, 0.4, 0.1])) if yes else "no"
    if yes:
        answers[f"types.{random.choice(['product', 'service'])}"] = "yes"
    while missing := [key for key in items_on_path(instrument, answers, {}) if key not in answers]:
        answers |= {key: value_of(instrument.items[key], random) for key in missing}
    return answers


def value_of(item: Item, random: np.random.Generator) -> Any:
    if item.type is ItemType.TEXT:
        return "=1+1 <b>Sykkelhjelp</b>"
    if item.type is ItemType.NUMBER:
        return int(random.integers(1, 5))
    codes = [option.code for option in item.options if item.type is ItemType.SINGLE or not option.exclusive]
    if item.type is ItemType.MULTI:
        size = int(random.integers(1, (item.max_choices or 3) + 1))
        return sorted({str(code) for code in random.choice(codes, size=size)})
    weights = np.arange(len(codes), 0, -1, dtype=float)
    if item.battery == "factors" and not item.key.endswith("limited_finances"):
        weights = np.array(FACTORS[hash_of(item.key) % len(FACTORS)], dtype=float)
    return str(random.choice(codes, p=weights / weights.sum()))


def hash_of(key: str) -> int:
    return sum(key.encode())
