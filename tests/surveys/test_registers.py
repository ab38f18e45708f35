"""The real lists of municipalities go through the import: one administration a municipality, made here for the test.

The lists stand outside the project in the folder REFERENCE_DIR; without them these tests are skipped.
"""

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.execution import run_due
from surveys.actions import frames, samples
from surveys.models import FrameState, WaveState
from surveys.work.frame_file import COLUMNS
from tests import make

REGISTERS = Path(os.environ.get("REFERENCE_DIR", "../shared/reference")) / "registers"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REGISTERS.is_dir(), reason=f"no registers in {REGISTERS}: set REFERENCE_DIR"),
]


@dataclass(frozen=True)
class Register:
    country: str
    file: str
    municipalities: int
    columns: tuple[str, str, str]  # code, name, county
    language: Callable[[dict[str, str]], str]
    a_name: str
    delimiter: str
    encoding: str


REGISTERS_OF_COUNTRIES = [
    Register(
        country="DK",
        file="dk_municipalities.csv",
        municipalities=98,
        columns=("municipality_code", "name", "region_name"),
        language=lambda _row: "da",
        a_name="Ærø",
        delimiter=";",
        encoding="cp1252",
    ),
    Register(
        country="SE",
        file="se_municipalities.csv",
        municipalities=290,
        columns=("municipality_code", "name", "county_name"),
        language=lambda _row: "sv",
        a_name="Åmål",
        delimiter="\t",
        encoding="utf-8-sig",
    ),
    Register(
        country="FI",
        file="fi_municipalities_2024.csv",
        municipalities=309,
        columns=("municipality_code", "name_fi", "region_fi"),
        language=lambda row: "sv" if "Swedish-speaking" in row["language_status"] else "fi",
        a_name="Jyväskylä",
        delimiter=",",
        encoding="utf-8",
    ),
]


def administrations(register: Register) -> Iterator[dict[str, str | int]]:
    """One row of a frame a municipality."""
    code, name, county = register.columns
    with (REGISTERS / register.file).open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            yield {
                "code": f"{row[code]}-admin",
                "name": f"{row[name]}, administration",
                "municipality_code": row[code],
                "municipality_name": row[name],
                "county": row[county],
                "level": "municipal",
                "sector": ("technical", "social")[number % 2],
                "employees": 10 + number,
                "language": register.language(row),
                "email": f"post@m{row[code]}.example.org",
            }


def frame_file(register: Register) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=register.delimiter)
    writer.writeheader()
    writer.writerows(administrations(register))
    return text.getvalue().encode(register.encoding)


@pytest.mark.parametrize("register", REGISTERS_OF_COUNTRIES, ids=lambda register: register.country)
def test_the_real_list_of_municipalities_is_loaded_and_drawn_from(register: Register) -> None:
    programme = make.programme()
    by = make.user("administrator", programme)
    frame = frames.request_import(
        programme=programme,
        country=register.country,
        name="municipal administrations",
        content=frame_file(register),
        origin="the list of municipalities; number of employees made for a test",
        constructed=False,
        by=by,
    )
    run_due()
    frame.refresh_from_db()
    assert (frame.state, frame.errors, frame.unit_count) == (FrameState.LOADED, [], register.municipalities)
    assert [warning["code"] for warning in frame.warnings] == (["windows_1252"] if register.country == "DK" else [])
    assert frame.units.filter(municipality_name=register.a_name).count() == 1
    wave = make.wave(
        programme,
        countries=[register.country],
        state=WaveState.DRAFT,
        instrument=make.instrument(programme, document={"key": "tiny"}),
    )
    plan = samples.plan(wave=wave, frame=frame, size=80, take_all_from=300, minimum_per_stratum=2, seed=1, by=by)
    samples.request_draw(plan=plan, by=by)
    run_due()
    assert wave.sampled_units.count() == plan.size
    assert sum(wave.strata.values_list("population", flat=True)) == register.municipalities
