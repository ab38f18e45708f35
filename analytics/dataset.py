"""The only reader of raw answers: a closed wave becomes a frozen columnar dataset.

Every sampled unit is a row, with its place in the design and how contact with it ended; the answers of respondents
stand beside. The rows are kept as Parquet in DATA_DIR/datasets under the hash of their content, so that a file can
neither be half written nor quietly changed.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log1p
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from analytics.core.answer_columns import DESIGN, Column, Field, Kind, answer_columns, content_hash, fields_of
from analytics.models import Dataset
from jobs.claim import Step
from surveys.instrument.routing import items_on_path
from surveys.instrument.schema import Instrument
from surveys.models import (
    AuditEvent,
    Message,
    MessageKind,
    MessageState,
    PageSave,
    Response,
    SampledUnit,
    Stratum,
    Unit,
    User,
    Wave,
    WaveState,
    pseudonym,
)
from surveys.queries import instrument_of

ARROW = {Kind.TEXT: pa.string(), Kind.FLAG: pa.bool_(), Kind.WHOLE: pa.int64(), Kind.NUMBER: pa.float64()}
PANDAS = {pa.string(): pd.StringDtype(na_value=pd.NA), pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


class WaveNotClosed(Exception):
    """Answers may still come in: the wave cannot be frozen."""


class PilotWave(Exception):
    """A pilot tries the questionnaire: its answers never enter results."""


class DatasetErased(Exception):
    """The rows are gone; only the manifest is left."""


class DatasetDamaged(Exception):
    """The rows are not those that were frozen."""


class MixedInstruments(Exception):
    """Answers were given to another version of the questionnaire than the wave's."""


@dataclass(frozen=True, eq=False)
class Frozen:
    """A dataset in memory: one row a sampled unit, in the order of country and pseudonym.

    reference_to: the last day of the period that the wave asked about.
    """

    frame: pd.DataFrame
    manifest: Mapping[str, Any]
    instrument: Instrument
    content_hash: str
    reference_to: date

    @property
    def wave(self) -> str:
        return str(self.manifest["wave"])

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(sorted({str(stratum["country"]) for stratum in self.strata}))

    def of_country(self, country: str) -> "Frozen":
        """The rows and strata of one country; samples of countries are drawn apart."""
        frame = self.frame[self.frame["country"] == country]
        manifest = dict(self.manifest) | {
            "rows": len(frame),
            "respondents": int(frame["responded"].sum()),
            "strata": [stratum for stratum in self.strata if stratum["country"] == country],
        }
        return replace(self, frame=frame, manifest=manifest)

    @property
    def strata(self) -> list[dict[str, object]]:
        """The strata of the frame, also those of which nobody was drawn."""
        strata: list[dict[str, object]] = self.manifest["strata"]
        return strata


@dataclass(frozen=True)
class _Rows:
    design: dict[str, Column]
    answers: list[Mapping[str, object] | None]  # of respondents
    circumstances: list[dict[str, object]]  # what rules read beside the frame when they were handed in


def freeze(wave: Wave, *, by: User | str, step: Step | None = None) -> Dataset:
    """The dataset of a closed wave; made on the first call, the same on every later one.

    Respondents are those who handed in, and those whose answers were taken at closing.

    Raises WaveNotClosed, PilotWave, MixedInstruments, or OSError when the file cannot be written (nothing is stored
    then).
    """
    known: Dataset | None = Dataset.objects.filter(wave=wave).first()
    if known is not None:
        return known
    if wave.state != WaveState.CLOSED:
        raise WaveNotClosed(_("Wave %(code)s is not closed. Close it first.") % {"code": wave.code})
    if wave.pilot:
        raise PilotWave(_("Wave %(code)s is a pilot. Its answers never enter results.") % {"code": wave.code})
    instrument = instrument_of(wave.instrument)
    rows = _read(wave)
    columns = rows.design | answer_columns(instrument, rows.answers, _paths(instrument, rows))
    fields = fields_of(instrument)
    content = content_hash(wave.instrument.content_hash, fields, columns)
    _write(content, fields, columns)
    with step.fenced() if step else transaction.atomic():
        dataset: Dataset
        dataset, made = Dataset.objects.get_or_create(
            wave=wave,
            defaults={
                "content_hash": content,
                "instrument_hash": wave.instrument.content_hash,
                "manifest": _manifest(wave, fields, columns),
                "constructed": wave.constructed,
            },
        )
        if made:
            AuditEvent.objects.record("dataset.frozen", dataset, by=by, programme=wave.programme, content_hash=content)
    return dataset


def load(dataset: Dataset) -> Frozen:
    """The rows of a dataset, after their hash was compared with the stored one.

    Raises DatasetErased when they are gone and DatasetDamaged when they are not what was frozen.
    """
    if dataset.wave.instrument.content_hash != dataset.instrument_hash:
        raise DatasetDamaged(
            _("The questionnaire of %(dataset)s is not the one it was made with.") % {"dataset": dataset}
        )
    path = path_of(dataset.content_hash)
    if dataset.erased_at is not None or not path.exists():
        raise DatasetErased(_("Source erased: the rows of %(dataset)s are gone.") % {"dataset": dataset})
    fields = [Field(**entry) for entry in dataset.manifest["columns"]]
    try:
        table = pq.read_table(path, schema=_schema(fields))
    except (pa.ArrowInvalid, OSError) as error:
        raise DatasetDamaged(_("The file of %(dataset)s cannot be read.") % {"dataset": dataset}) from error
    columns = {field.name: table.column(field.name).to_pylist() for field in fields}
    if content_hash(dataset.instrument_hash, fields, columns) != dataset.content_hash:
        raise DatasetDamaged(_("The rows of %(dataset)s are not those that were frozen.") % {"dataset": dataset})
    return Frozen(
        frame=table.to_pandas(types_mapper=PANDAS.get),
        manifest=dataset.manifest,
        instrument=instrument_of(dataset.wave.instrument),
        content_hash=dataset.content_hash,
        reference_to=dataset.wave.reference_to,
    )


def path_of(content: str) -> Path:
    return Path(settings.DATA_DIR) / "datasets" / f"{content}.parquet"


def _read(wave: Wave) -> _Rows:
    """Every sampled unit in one query. The named unit takes no part, so that its key may have been destroyed."""
    units = (
        SampledUnit.objects.filter(wave=wave)
        .order_by("stratum__country", "pseudonym")
        .values_list(
            "pseudonym",
            "cluster",
            "stratum__country",
            "stratum__sector",
            "stratum__size_class",
            "stratum__key",
            "employees",
            "level",
            "stratum__population",
            "stratum__drawn",
            "inclusion_probability",
            "disposition",
            "language",
            "county",
            "follow_up",
            "follow_up_probability",
            "response__record",
            "response__background",
            "response__instrument_id",
        )
    )
    names = [field.name for field in DESIGN]
    beside_answers = _paradata(wave)
    design: dict[str, Column] = {name: [] for name in names}
    answers: list[Mapping[str, object] | None] = []
    circumstances: list[dict[str, object]] = []
    for *place, language, county, follow_up, probability, given, beside, instrument_id in units:
        responded = given is not None
        if responded and instrument_id != wave.instrument_id:
            raise MixedInstruments(_("Wave %(code)s has answers to another questionnaire.") % {"code": wave.code})
        stratum = place[5]
        how = beside_answers.get(str(place[0]), (None, None, None)) if responded else (None, None, None)
        pursued = (follow_up or None, probability)
        row = [*place, responded, stratum, language, county, *how, *pursued]
        for name, value in zip(names, row, strict=True):
            design[name].append(value)
        answers.append(given)
        circumstances.append(beside or {})
    return _Rows(design, answers, circumstances)


def _paradata(wave: Wave) -> dict[str, tuple[int, int | None, int | None]]:
    """By pseudonym of who handed in: reminders sent before, days since the wave opened, seconds of timed pages."""
    handed_in = Response.objects.filter(sampled_unit__wave=wave, submitted_at__isnull=False)
    reminded = Message.objects.filter(
        sampled_unit__wave=wave,
        kind=MessageKind.REMINDER,
        state=MessageState.SENT,
        sent_at__lte=F("sampled_unit__response__submitted_at"),
    ).values_list("sampled_unit__pseudonym")
    timed = PageSave.objects.filter(response__in=handed_in, automatic=False, seconds__isnull=False)
    reminders = dict(reminded.annotate(number=Count("pk")))
    seconds = dict(timed.values_list("response__sampled_unit__pseudonym").annotate(total=Sum("seconds")))
    return {
        name: (reminders.get(name, 0), (at - wave.opened_at).days if wave.opened_at else None, seconds.get(name))
        for name, at in handed_in.values_list("sampled_unit__pseudonym", "submitted_at")
    }


def _paths(instrument: Instrument, rows: _Rows) -> list[frozenset[str]]:
    """The items each respondent was asked; nothing for those who did not submit."""
    known = [name for name in instrument.background if name in rows.design]

    def background(row: int) -> dict[str, object]:
        return rows.circumstances[row] | {name: rows.design[name][row] for name in known}

    return [
        frozenset() if answers is None else frozenset(items_on_path(instrument, answers, background(row)))
        for row, answers in enumerate(rows.answers)
    ]


def _manifest(wave: Wave, fields: Sequence[Field], columns: Mapping[str, Column]) -> dict[str, object]:
    strata = Stratum.objects.filter(wave=wave).order_by("key")
    plans = wave.plans.select_related("frame").order_by("frame__country")
    return {
        "wave": wave.code,
        "instrument": {"key": wave.instrument.key, "version": wave.instrument.version},
        "rows": len(columns["pseudonym"]),
        "respondents": sum(1 for value in columns["responded"] if value),
        "columns": [{"name": field.name, "kind": str(field.kind), "item": field.item} for field in fields],
        "strata": [
            {
                "key": stratum.key,
                "country": stratum.country,
                "sector": stratum.sector,
                "size_class": stratum.size_class,
                "population": stratum.population,
                "drawn": stratum.drawn,
                "take_all": stratum.take_all,
            }
            for stratum in strata
        ],
        "dispositions": dict(sorted(Counter(str(value) for value in columns["disposition"]).items())),
        "frames": [
            {
                "country": plan.frame.country,
                "name": plan.frame.name,
                "content_hash": plan.frame.content_hash,
                "constructed": plan.frame.constructed,
                "seed": plan.seed,
            }
            for plan in plans
        ],
        "areas": _areas(wave),
        "constructed": wave.constructed,
    }


def _areas(wave: Wave) -> list[dict[str, object]]:
    """What the frame knows of each county and municipality, also those of which nobody was drawn, for small areas."""
    units = Unit.objects.filter(frame__in=wave.plans.values("frame")).order_by("frame__country", "code")
    columns = ("frame__country", "county", "municipality_code", "sector", "employees")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for country, county, municipality, sector, employees in units.values_list(*columns):
        names = [f"county:{county}"] if county else []
        names.append(f"municipality:{pseudonym('municipality', wave.programme, country, municipality)}")
        for name in names:
            area = found.setdefault((country, name), {"units": 0, "log_employees": 0.0, "sectors": Counter()})
            area["units"] += 1
            area["log_employees"] += log1p(employees)
            area["sectors"][sector] += 1
    return [
        {
            "country": country,
            "area": name,
            "units": area["units"],
            "log_employees": area["log_employees"] / area["units"],
            "sectors": dict(sorted(area["sectors"].items())),
        }
        for (country, name), area in sorted(found.items())
    ]


def _schema(fields: Sequence[Field]) -> pa.Schema:
    return pa.schema([(field.name, ARROW[Kind(field.kind)]) for field in fields])


def _write(content: str, fields: Sequence[Field], columns: Mapping[str, Column]) -> None:
    """Write under another name, then rename: a full disk or a killed worker leaves no half file under the hash."""
    path = path_of(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({field.name: columns[field.name] for field in fields}, schema=_schema(fields))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{content[:12]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            pq.write_table(table, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
