"""The constructed workplaces answer: through the same actions as the pages, one save and one submission each."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from barometer.demo.answers import Answers, document
from barometer.demo.frames import SEED
from surveys.actions import responses
from surveys.models import Disposition, SampledUnit, Wave

BATCH = 200
FIRST_ITEMS = ("respondent_role", "types.")  # what somebody has answered who begins and stops


@dataclass(frozen=True)
class Returned:
    """How many did what."""

    submitted: int = 0
    started: int = 0
    declined: int = 0

    def __add__(self, other: "Returned") -> "Returned":
        return Returned(self.submitted + other.submitted, self.started + other.started, self.declined + other.declined)


def waiting(wave: Wave) -> Iterator[SampledUnit]:
    """The sampled units that have neither answered nor declined, in the order of their pseudonyms."""
    open_ends = (Disposition.NOT_INVITED, Disposition.INVITED)
    rows = wave.sampled_units.filter(disposition__in=open_ends).select_related("unit", "stratum")
    for unit in rows.order_by("pseudonym"):
        unit.wave = wave  # the one object: its questionnaire is read once
        yield unit


def will_answer(wave: Wave, filled: Answers) -> list[SampledUnit]:
    """Those who would hand in a questionnaire if asked."""
    return [unit for unit in waiting(wave) if filled.standing.answers[place(unit, filled)]]


def answer(wave: Wave, filled: Answers, *, share: float = 1.0, but: Collection[str] = ()) -> Returned:
    """Everybody does what the constructed population says they do; with `share`, so many of them so far.

    `but`: pseudonyms of those who answer in another way. Called again it goes on where it was.
    """
    so_far = np.random.default_rng([SEED, 4, int(filled.standing.wave)])
    units = [unit for unit in waiting(wave) if so_far.random() < share and unit.pseudonym not in but]
    total = Returned()
    for start in range(0, len(units), BATCH):
        with transaction.atomic():
            for unit in units[start : start + BATCH]:
                total += act(unit, filled)
    return total


def act(unit: SampledUnit, filled: Answers) -> Returned:
    """One workplace hands in, begins, declines, or does nothing."""
    number, standing = place(unit, filled), filled.standing
    if standing.answers[number]:
        save(unit, document(filled, number))
        responses.submit(sampled_unit=unit)
        return Returned(submitted=1)
    if standing.starts[number]:
        save(unit, {key: v for key, v in document(filled, number).items() if key.startswith(FIRST_ITEMS)})
        return Returned(started=1)
    if standing.declines[number]:
        responses.decline(sampled_unit=unit)
        return Returned(declined=1)
    return Returned()


def save(unit: SampledUnit, answers: dict[str, object]) -> None:
    responses.save(
        sampled_unit=unit,
        page_id=responses.ALL_PAGES,
        values=answers,
        save_key=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{unit.wave_id} {unit.pseudonym}")),
        device="demo",
        language=unit.language,
    )


def place(unit: SampledUnit, filled: Answers) -> int:
    """Where the workplace stands in the columns of the population."""
    if unit.unit is None:
        raise ValueError(f"sampled unit {unit.pseudonym}: its key to the frame is destroyed, so it cannot answer.")
    return filled.units.position[unit.unit.code]
