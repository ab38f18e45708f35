"""Answers of a pilot never enter results: every way by which answers leave the field is shut for them."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from analytics import dataset
from analytics.actions import runs
from analytics.models import Dataset, Run
from surveys.actions import responses
from surveys.instrument.document import load_library
from surveys.instrument.schema import Instrument, ItemType
from surveys.instrument.shipped import blocks_for
from surveys.models import Response, Wave, WaveState
from surveys.queries import agreed
from surveys.queries.handed_in import handed_in
from surveys.queries.respondents import instrument_of
from tests import make
from tests.surveys.instrument.walking import answer_to

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
# Who reads what was handed in: the dataset, what is made for one workplace, the collection of examples, and inside
# the field its pages, its closing, its erasure and its counts. A new reader says here how it leaves pilots out. The
# probes are the other way round: of pilots alone, for the desk page on what people said of the questions, and no more.
READERS = {
    "analytics/dataset.py",
    "surveys/queries/agreed.py",
    "surveys/queries/handed_in.py",
    "surveys/queries/probes.py",
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


# What somebody answered to each shipped questionnaire, beside its probes.
TYPES = {f"types.{kind}": "yes" for kind in ("product", "service", "process_organisation", "communication")}
GIVEN: dict[str, dict[str, object]] = {
    "workplace": {**TYPES, **make.INNOVATION, "values": ["quality"]},
    "management": {"strategy": "both"},
    "political": {"political_strategy": "both"},
}


def probes_of(instrument: Instrument) -> dict[str, object]:
    """Each probing question with an answer to it; `other` where that can be chosen, since words go with it."""
    found: dict[str, object] = {}
    for key, item in instrument.items.items():
        if key.startswith("pilot_") and item.type != ItemType.INFO:
            codes = sorted((option.code for option in item.options), key=lambda code: code != "other")
            found[key] = answer_to(item, codes[:1], 0)
    return found


def answered(name: str, *, pilot: bool) -> Wave:
    """A closed wave in which somebody's draft held answers to all probes when it was handed in."""
    programme = make.programme()
    document = load_library(name, blocks=[block.key for block in blocks_for(name)])
    wave = make.wave(programme, instrument=make.instrument(programme, document=document))
    Wave.objects.update(pilot=pilot)
    wave.refresh_from_db()
    unit = make.drawn(wave, make.frame(programme, units=make.units(4)), size=4)[0]
    Response.objects.create(
        sampled_unit=unit,
        instrument=wave.instrument,
        answers={**GIVEN[name], **probes_of(instrument_of(wave.instrument))},
        language="nb",
        saved_at=timezone.now(),
    )
    responses.submit(sampled_unit=unit)
    Wave.objects.update(state=WaveState.CLOSED)
    wave.refresh_from_db()
    return wave


@pytest.mark.parametrize("name", GIVEN)
def test_what_a_pilot_answers_to_the_probes_is_kept_and_leaves_the_field_by_no_way(name: str) -> None:
    wave = answered(name, pilot=True)
    probes = probes_of(instrument_of(wave.instrument))
    assert len(probes) >= 6
    record = Response.objects.get().record or {}
    assert {key: record.get(key) for key in probes} == probes
    assert list(handed_in(wave)) == agreed(wave.programme) == []
    with pytest.raises(dataset.PilotWave):
        dataset.freeze(wave, by=make.user("administrator", wave.programme))
    with pytest.raises(runs.PilotWave):
        runs.start(wave=wave, by=make.user("administrator", wave.programme))
    assert not Dataset.objects.exists()
    assert not Run.objects.exists()


@pytest.mark.parametrize("name", GIVEN)
def test_outside_a_pilot_no_answer_to_a_probe_is_handed_in_or_frozen(name: str) -> None:
    """The questionnaire of a pilot may be that of the wave: its probes are not asked there, whatever a draft holds."""
    wave = answered(name, pilot=False)
    probes = probes_of(instrument_of(wave.instrument))
    assert probes.keys() <= Response.objects.get().answers.keys()
    [given] = handed_in(wave)
    assert given.record == GIVEN[name]
    frame = dataset.load(dataset.freeze(wave, by=make.user("administrator", wave.programme))).frame
    columns = [column for column in frame if str(column).startswith("pilot_")]
    assert len(columns) > len(probes)
    assert frame[columns].isna().all(axis=None)


def test_nobody_else_reads_what_was_handed_in() -> None:
    apps = ("surveys", "analytics", "publication", "barometer", "jobs")
    files = [path for app in apps for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    reading = {
        str(path.relative_to(ROOT))
        for path in files
        if re.search(r"\bResponse\.objects\b(?!\.(?:get_or_)?create\b)", path.read_text(encoding="utf-8"))
    }
    assert reading == READERS
