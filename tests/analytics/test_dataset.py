"""Freezing a wave and reading it back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from analytics import dataset
from analytics.core.answer_columns import DESIGN
from analytics.core.sample import read
from analytics.models import Dataset
from surveys.actions import erasure
from surveys.models import (
    SYSTEM,
    AuditEvent,
    Disposition,
    MessageKind,
    PageSave,
    Response,
    SampledUnit,
    Unit,
    Wave,
    WaveState,
)
from tests import make
from tests.analytics.waves import NO, YES

pytestmark = pytest.mark.django_db


def closed(wave: Wave) -> Wave:
    wave.state = WaveState.CLOSED
    wave.save(update_fields=["state"])
    return wave


@pytest.fixture
def wave() -> Wave:
    """Twelve drawn of sixty; the first four handed in, the fifth has only started, the sixth declined."""
    programme = make.programme()
    wave = make.wave(programme)
    units = make.drawn(wave, make.frame(programme, units=make.units(60)), size=12)
    given: list[dict[str, Any]] = [
        NO,
        YES | {"partners": ["citizens", "state"], "phases.state": ["idea"], "innovations_count": 3},
        YES | {"newest_name": "En idé", "spread": "yes", "spread_how": []},
        {},
    ]
    make.submitted(zip(units[:4], given, strict=True))
    started = units[4]
    started.disposition = Disposition.STARTED
    started.save(update_fields=["disposition"])
    response = Response.objects.filter(sampled_unit=units[3]).get()
    response.pk, response.sampled_unit, response.submitted_at, response.answers = None, started, None, YES
    response.record = None
    response.save(force_insert=True)
    units[5].disposition = Disposition.DECLINED
    units[5].save(update_fields=["disposition"])
    return closed(wave)


def row_of(frame: pd.DataFrame, unit: SampledUnit) -> dict[str, Any]:
    (row,) = frame[frame["pseudonym"] == unit.pseudonym].to_dict("records")
    return {key: None if pd.isna(value) else value for key, value in row.items()}


def test_every_sampled_unit_is_a_row_with_its_place_in_the_design(wave: Wave) -> None:
    frozen = dataset.load(dataset.freeze(wave, by=SYSTEM))
    units = SampledUnit.objects.filter(wave=wave).select_related("stratum")
    assert len(frozen.frame) == units.count()
    for unit in units:
        row = row_of(frozen.frame, unit)
        expected = {
            "pseudonym": unit.pseudonym,
            "cluster": unit.cluster,
            "country": "NO",
            "sector": unit.stratum.sector,
            "size_class": unit.stratum.size_class,
            "stratum": unit.stratum.key,
            "employees": unit.employees,
            "level": "municipal",
            "stratum_population": unit.stratum.population,
            "stratum_drawn": unit.stratum.drawn,
            "inclusion_probability": unit.inclusion_probability,
            "disposition": unit.disposition,
            "responded": unit.disposition == Disposition.COMPLETED,
            "cell": unit.stratum.key,
            "language": "nb",
            "county": unit.unit.county,
        }
        assert {key: row[key] for key in expected} == expected
    assert frozen.manifest["respondents"] == 4
    assert frozen.manifest["dispositions"]["declined"] == 1
    assert sum(stratum["population"] for stratum in frozen.strata) == 60


def test_not_asked_and_not_answered_are_told_apart(wave: Wave) -> None:
    frozen = dataset.load(dataset.freeze(wave, by=SYSTEM))
    no, partners, named, empty, started = (
        row_of(frozen.frame, unit) for unit in SampledUnit.objects.filter(wave=wave).order_by("unit__code")[:5]
    )
    assert (no["types.product"], no["partners"], no["partners.state"], no["innovations_count.status"]) == (
        "no",
        None,
        None,
        None,
    )
    assert (partners["partners"], partners["partners.state"], partners["partners.regional"]) == (
        "answered",
        True,
        False,
    )
    assert (partners["phases.state"], partners["phases.state.idea"], partners["phases.citizens"]) == (
        "answered",
        True,
        "no_answer",
    )
    assert partners["phases.regional"] is None
    assert (partners["innovations_count"], partners["innovations_count.status"]) == (3.0, "answered")
    assert (named["newest_name"], named["newest_name.status"]) == ("En idé", "answered")
    assert (named["spread_how"], named["spread_how.network"], named["partners"]) == ("no_answer", None, "no_answer")
    assert (empty["types.product"], empty["spread"]) == ("no_answer", None)
    assert started["types.product"] is None, "what was not handed in is nobody's answer"


def test_how_an_answer_came_in_stands_beside_it(wave: Wave) -> None:
    opened = timezone.now() - timedelta(days=10)
    Wave.objects.filter(pk=wave.pk).update(opened_at=opened)
    late, early, *_others = SampledUnit.objects.filter(wave=wave).order_by("unit__code")
    for unit, day in ((late, 9), (early, 2)):
        Response.objects.filter(sampled_unit=unit).update(submitted_at=opened + timedelta(days=day, hours=1))
        for number, sent in ((1, 5), (2, 8)):
            make.message(unit, MessageKind.REMINDER, number=number, sent_at=opened + timedelta(days=sent))
    for number, (seconds, automatic) in enumerate([(40, False), (25, False), (900, True), (None, False)]):
        PageSave.objects.create(
            response=late.response,
            key=f"k{number}",
            page="types",
            seconds=seconds,
            automatic=automatic,
            saved_at=timezone.now(),
        )
    wave.refresh_from_db()
    frozen = dataset.load(dataset.freeze(wave, by=SYSTEM))
    names = ("reminders", "days", "seconds")
    assert [row_of(frozen.frame, late)[name] for name in names] == [2, 9, 65]
    assert [row_of(frozen.frame, early)[name] for name in names] == [0, 2, None]
    unanswered = SampledUnit.objects.get(wave=wave, disposition=Disposition.DECLINED)
    assert [row_of(frozen.frame, unanswered)[name] for name in names] == [None, None, None]


def test_the_follow_up_stands_beside_every_unit_as_it_was_drawn(wave: Wave) -> None:
    first, second, *_others = SampledUnit.objects.filter(wave=wave).order_by("unit__code")
    SampledUnit.objects.filter(pk=first.pk).update(follow_up="answered")
    SampledUnit.objects.filter(pk=second.pk).update(follow_up="drawn", follow_up_probability=0.25)
    frame = dataset.load(dataset.freeze(wave, by=SYSTEM)).frame
    names = ("follow_up", "follow_up_probability")
    assert [row_of(frame, first)[name] for name in names] == ["answered", None]
    assert [row_of(frame, second)[name] for name in names] == ["drawn", 0.25]
    assert frame["follow_up"].isna().sum() == len(frame) - 2


def test_a_dataset_from_before_the_follow_up_loads_with_its_hash_and_has_none(
    wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(field for field in DESIGN if not field.name.startswith("follow_up"))
    fields = dataset.fields_of(dataset.instrument_of(wave.instrument))
    with monkeypatch.context() as patched:
        patched.setattr(dataset, "fields_of", lambda _instrument: older + fields[len(DESIGN) :])
        stored = dataset.freeze(wave, by=SYSTEM)
    frozen = dataset.load(stored)
    assert "follow_up" not in frozen.frame
    sample = read(frozen.frame, frozen.strata, frozen.instrument)
    assert set(sample.follow_up) == {""}


def test_the_manifest_describes_every_area_of_the_frame(wave: Wave) -> None:
    manifest = dataset.freeze(wave, by=SYSTEM).manifest
    units = Unit.objects.filter(frame__programme=wave.programme)
    counties = {area["area"]: area for area in manifest["areas"] if area["area"].startswith("county:")}
    assert sum(area["units"] for area in counties.values()) == units.exclude(county="").count()
    municipal = [area for area in manifest["areas"] if area["area"].startswith("municipality:")]
    assert len(municipal) == units.values("municipality_code").distinct().count()
    drawn = {f"municipality:{unit.cluster}" for unit in SampledUnit.objects.filter(wave=wave)}
    assert drawn <= {area["area"] for area in municipal}
    assert sum(sum(area["sectors"].values()) for area in municipal) == units.count()
    employees = list(units.values_list("employees", flat=True))
    mean = sum(area["units"] * area["log_employees"] for area in municipal) / len(employees)
    assert mean == pytest.approx(float(np.mean(np.log1p(employees))))


def test_a_country_is_a_dataset_of_its_own(wave: Wave) -> None:
    frozen = dataset.load(dataset.freeze(wave, by=SYSTEM))
    assert frozen.countries == ("NO",)
    assert len(frozen.of_country("NO").frame) == len(frozen.frame)
    none = frozen.of_country("IS")
    assert (len(none.frame), none.strata, none.manifest["respondents"]) == (0, [], 0)


def test_a_wave_is_frozen_once(wave: Wave, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = dataset.freeze(wave, by=SYSTEM)
    with django_assert_num_queries(1):
        assert dataset.freeze(wave, by=SYSTEM) == first
    assert Dataset.objects.count() == 1
    assert AuditEvent.objects.filter(action="dataset.frozen").count() == 1


def test_freezing_takes_the_same_few_queries_however_many_units(
    wave: Wave, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(15):
        dataset.freeze(wave, by=SYSTEM)


def test_an_open_wave_is_not_frozen() -> None:
    wave = make.wave(make.programme())
    with pytest.raises(dataset.WaveNotClosed):
        dataset.freeze(wave, by=SYSTEM)


def test_the_answers_of_a_pilot_are_not_frozen() -> None:
    wave = make.wave(make.programme(), state=WaveState.CLOSED)
    Wave.objects.update(pilot=True)
    wave.refresh_from_db()
    with pytest.raises(dataset.PilotWave):
        dataset.freeze(wave, by=SYSTEM)
    assert not Dataset.objects.exists()


def test_answers_to_another_questionnaire_are_refused(wave: Wave) -> None:
    other = make.instrument(wave.programme, version="2")
    Response.objects.filter(submitted_at__isnull=False).update(instrument=other)
    with pytest.raises(dataset.MixedInstruments):
        dataset.freeze(wave, by=SYSTEM)


def test_the_content_is_the_same_after_the_contact_key_was_destroyed(wave: Wave) -> None:
    before = dataset.freeze(wave, by=SYSTEM).content_hash
    Dataset.objects.all().delete()
    erasure.destroy_contact_key(wave=wave, by=make.user("administrator", wave.programme))
    assert not SampledUnit.objects.filter(unit__isnull=False).exists()
    assert dataset.freeze(wave, by=SYSTEM).content_hash == before


def test_the_hash_is_of_the_content_and_not_of_the_file(wave: Wave) -> None:
    stored = dataset.freeze(wave, by=SYSTEM)
    path = dataset.path_of(stored.content_hash)
    pq.write_table(pq.read_table(path), path, compression="none")
    assert dataset.load(stored).content_hash == stored.content_hash


def test_a_changed_answer_is_found_out(wave: Wave) -> None:
    stored = dataset.freeze(wave, by=SYSTEM)
    path = dataset.path_of(stored.content_hash)
    table = pq.read_table(path)
    place = table.schema.get_field_index("types.product")
    turned = ["yes" if value == "no" else value for value in table.column(place).to_pylist()]
    pq.write_table(table.set_column(place, "types.product", [turned]), path)
    with pytest.raises(dataset.DatasetDamaged):
        dataset.load(stored)


def test_a_file_that_is_cut_short_is_damaged_and_one_that_is_gone_is_erased(wave: Wave) -> None:
    stored = dataset.freeze(wave, by=SYSTEM)
    path = dataset.path_of(stored.content_hash)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(dataset.DatasetDamaged):
        dataset.load(stored)
    path.unlink()
    with pytest.raises(dataset.DatasetErased):
        dataset.load(stored)


def test_a_full_disk_leaves_nothing_half_written(wave: Wave, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset.pq, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        dataset.freeze(wave, by=SYSTEM)
    assert list((data_dir / "datasets").iterdir()) == []
    assert not Dataset.objects.exists()
