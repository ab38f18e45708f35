"""Progress of the field by stratum."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from surveys.models import Disposition, SampledUnit
from surveys.queries import by_country, progress, total
from tests import make

pytestmark = pytest.mark.django_db


def test_progress_counts_every_disposition_and_weights_by_the_inverse_probability() -> None:
    programme = make.programme()
    wave = make.wave(programme, instrument=make.instrument(programme, document={"key": "tiny"}))
    small = [make.UnitOf(code=f"S{number}", employees=5) for number in range(8)]
    large = [make.UnitOf(code=f"L{number}", employees=80) for number in range(2)]
    units = make.drawn(wave, make.frame(programme, units=[*small, *large]), size=6, minimum=2)
    by_code = {unit.unit.code: unit for unit in units if unit.unit}
    smalls = [unit for code, unit in sorted(by_code.items()) if code.startswith("S")]
    assert (len(smalls), len(units)) == (4, 6)
    ended = [Disposition.COMPLETED, Disposition.STARTED, Disposition.DECLINED, Disposition.INELIGIBLE]
    for unit, disposition in zip(smalls, ended, strict=True):
        SampledUnit.objects.filter(pk=unit.pk).update(disposition=disposition)
    SampledUnit.objects.filter(pk=by_code["L0"].pk).update(disposition=Disposition.COMPLETED)
    with CaptureQueriesContext(connection) as captured:
        rows = progress(wave)
    assert len(captured) == 1
    assert [str(row.stratum) for row in rows] == ["NO.health_care.large", "NO.health_care.small"]
    assert [(row.drawn, row.completed, row.started, row.declined, row.ineligible, row.not_invited) for row in rows] == [
        (2, 1, 0, 0, 0, 1),
        (4, 1, 1, 1, 1, 0),
    ]
    assert [row.rate for row in rows] == [1 / 2, 1 / 3]
    every = total(rows)
    # unweighted 2 of 5; each small unit stands for 2, each large for 1: (2 + 1) of (6 + 2)
    assert (every.rate, every.weighted_rate) == (2 / 5, 3 / 8)
    with translation.override("en"):
        assert by_country(rows) == [("Norway", every)]


def test_a_wave_without_a_sample_has_no_rate() -> None:
    programme = make.programme()
    wave = make.wave(programme, instrument=make.instrument(programme, document={"key": "tiny"}))
    every = total(progress(wave))
    assert (every.drawn, every.rate, every.weighted_rate, every.percent) == (0, None, None, None)
