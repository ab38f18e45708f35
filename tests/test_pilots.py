"""Answers of a pilot never enter results: every way by which answers leave the field is shut for them."""

import re
from pathlib import Path

import pytest

from analytics import dataset
from analytics.actions import runs
from surveys.models import Wave, WaveState
from surveys.queries import agreed
from surveys.queries.handed_in import handed_in
from tests import make

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
# Who reads what was handed in: the dataset, what is made for one workplace, the collection of examples, and inside
# the field its pages, its closing, its erasure and its counts. A new reader says here how it leaves pilots out.
READERS = {
    "analytics/dataset.py",
    "surveys/queries/agreed.py",
    "surveys/queries/handed_in.py",
    "surveys/queries/respondents.py",
    "surveys/queries/events.py",
    "surveys/actions/responses.py",
}


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    wave = make.wave(programme, state=WaveState.CLOSED)
    unit = make.drawn(wave, make.frame(programme, units=make.units(4)), size=4)[0]
    make.submitted([(unit, make.INNOVATION)])
    return wave


def test_every_way_out_is_shut_for_a_pilot_and_open_for_a_wave(wave: Wave) -> None:
    assert len(list(handed_in(wave))) == len(agreed(wave.programme)) == 1
    Wave.objects.update(pilot=True)
    wave.refresh_from_db()
    assert list(handed_in(wave)) == agreed(wave.programme) == []
    with pytest.raises(dataset.PilotWave):
        dataset.freeze(wave, by=make.user("administrator", wave.programme))
    with pytest.raises(runs.PilotWave):
        runs.start(wave=wave, by=make.user("administrator", wave.programme))


def test_nobody_else_reads_what_was_handed_in() -> None:
    apps = ("surveys", "analytics", "publication", "barometer", "jobs")
    files = [path for app in apps for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    reading = {
        str(path.relative_to(ROOT))
        for path in files
        if re.search(r"\bResponse\.objects\b(?!\.(?:get_or_)?create\b)", path.read_text(encoding="utf-8"))
    }
    assert reading == READERS
