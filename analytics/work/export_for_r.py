"""The answers, design and figures of a finished run as files, with a script that makes the figures again in R."""

import csv
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings

from analytics import dataset, provenance
from analytics.core import definition_checks, definition_documents
from analytics.core.arrays import Floats
from analytics.core.change_rows import CHANGE
from analytics.core.common_part import reach
from analytics.core.country_rows import DIFFERENCE
from analytics.core.definitions import Definitions, Unit
from analytics.core.estimates import Flag
from analytics.core.index_rows import INDEX
from analytics.core.measuring import COUNTY
from analytics.core.parameters import Parameters
from analytics.core.results import COMMON_PART, Place
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen
from analytics.models import Dataset, Estimate, Run, RunState
from analytics.work import r_tables, r_words
from analytics.work.r_tables import Cell, Row, Side
from analytics.work.r_words import IMPUTED
from surveys.models import SYSTEM, AuditEvent

SCRIPT = Path(__file__).with_name("rebuild.R.txt")


class CannotExport(Exception):
    """The run has nothing to export, or the folder is in use; the message says which."""


@dataclass(frozen=True)
class Report:
    """What was written: respondents, figures that the script makes again, and estimand -> figures that it does not."""

    respondents: int
    figures: int
    left_out: Mapping[str, int]
    wrote: str


def export_for_r(run: Run, out: Path) -> Report:
    """Write the folder whole or not at all, for its owner's eyes only, and note in the audit trail that it was done.

    Raises CannotExport, OSError, dataset.DatasetErased or dataset.DatasetDamaged.
    """
    source = run.dataset
    if run.state != RunState.FINISHED or source is None:
        raise CannotExport(
            f"RUN: expected a finished run, got {run}, which is {run.state}. Wait for it, or name another."
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CannotExport(f"--out: expected a new or empty folder, got {out}. Name another.")
    now, before = _sides(run, source)
    rows = list(Estimate.objects.filter(run=run).order_by("pk"))
    made_again = {*(measure.estimand for measure in now.definitions.measures), INDEX, COMMON_PART, CHANGE, DIFFERENCE}
    why = [why_not(row.estimand, row.flags, made_again) for row in rows]
    figures = [_figure(row, now) for row, reason in zip(rows, why, strict=True) if reason is None]
    left_out = Counter(reason for reason in why if reason is not None)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        part = Path(folder) / "part"
        part.mkdir(mode=0o700)
        count = _write_tables(part, now, before, figures)
        _write(part / "about.csv", _about(run))
        (part / "rebuild.R").write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
        (part / "README.txt").write_text(_readme(run, source, figures, left_out), encoding="utf-8")
        part.replace(out)
    AuditEvent.objects.record("run.exported_for_r", run, by=SYSTEM, programme=run.wave.programme, respondents=count)
    return Report(count, len(figures), dict(sorted(left_out.items())), str(out))


def why_not(estimand: str, flags: Collection[str], made_again: Collection[str]) -> str | None:
    """The key of `r_words.REASONS` under which a figure is left out; None for one that the script makes again."""
    if estimand not in made_again:
        return estimand
    return IMPUTED if Flag.IMPUTED in flags else None


def _sides(run: Run, source: Dataset) -> tuple[Side, Side | None]:
    """The wave and the one before, as the run weighed them."""
    parameters = Parameters.from_document(run.parameters)
    every = definition_documents.from_document(run.definitions.document)
    frozen = dataset.load(source)
    chosen = definition_checks.for_questionnaire(every, frozen.instrument, ask_for=parameters.ask_for).definitions
    now = Side(_weigh(frozen, parameters), chosen, reach(frozen.frame, frozen.strata))
    if run.previous_dataset is None:
        return now, None
    earlier = dataset.load(run.previous_dataset)
    usable = definition_checks.usable_with(chosen, earlier.instrument)
    return now, Side(_weigh(earlier, parameters), usable, reach(earlier.frame, earlier.strata))


def _weigh(frozen: Frozen, parameters: Parameters) -> list[WeighedWave]:
    found = []
    for country in frozen.countries:
        own = frozen.of_country(country)
        sample = read(own.frame, own.strata, own.instrument)
        found.append(weigh_wave(own.wave, own.instrument, sample, parameters))
    return found


def _write_tables(folder: Path, now: Side, before: Side | None, figures: Sequence[Row]) -> int:
    """The files but for the script and the words; the number of respondents in them."""
    sides = [("now", now)] + ([("before", before)] if before else [])
    numbers = _numbers(side for _wave, side in sides)
    respondents = list(r_tables.respondent_rows(now, numbers))
    _write(folder / "respondents.csv", respondents)
    earlier = list(r_tables.respondent_rows(before, numbers)) if before else []
    if before:
        _write(folder / "respondents_before.csv", earlier)
    _write(folder / "strata.csv", [row for wave, side in sides for row in r_tables.strata_rows(side, wave)])
    classes = [row for wave, side in sides for row in r_tables.class_rows(side, wave)]
    if classes:
        _write(folder / "response_classes.csv", classes)
    _write(folder / "measures.csv", list(r_tables.measure_rows(now.definitions)))
    _write(folder / "components.csv", list(r_tables.component_rows(now.definitions)))
    _write(folder / "estimates.csv", _with_degrees(figures, now))
    return len(respondents) + len(earlier)


def _numbers(sides: Iterable[Side]) -> dict[tuple[str, str], int]:
    """A number for each unit that answered, the same in both waves: it links them and is no pseudonym."""
    units = {
        (str(country), str(unit))
        for side in sides
        for wave in side.countries
        for country, unit in zip(wave.sample.country, wave.sample.ids, strict=True)
    }
    return {unit: number for number, unit in enumerate(sorted(units), start=1)}


def _figure(row: Estimate, now: Side) -> dict[str, Cell]:
    place = Place(row.estimand, row.indicator, row.category, row.country, row.sector, row.size_class, row.area)
    return {
        "estimand": row.estimand,
        "indicator": row.indicator,
        "category": row.category,
        "country": row.country,
        "sector": row.sector,
        "size_class": row.size_class,
        "county": row.area.removeprefix(f"{COUNTY}:"),
        "part": r_tables.COMMON if row.estimand == COMMON_PART else "",
        "against": row.against,
        "of": _column(place, now.definitions),
        "n": row.n,
        "value": row.value,
        "standard_error": row.standard_error,
        "degrees_of_freedom": row.degrees_of_freedom,
        "low": row.low,
        "high": row.high,
        "interval_method": row.interval_method,
        "flags": " ".join(row.flags),
    }


def _column(place: Place, definitions: Definitions) -> str:
    """What the figure is the mean, the composite, the change or the difference of."""
    if place.estimand not in (CHANGE, DIFFERENCE, COMMON_PART):
        return r_tables.column_of(place)
    indicator = definitions.indicators.get(place.indicator)
    estimand = INDEX if indicator is None else indicator.headline
    return ".".join(part for part in (estimand, place.indicator, place.category) if part)


def _with_degrees(figures: Sequence[Row], now: Side) -> list[Row]:
    """The figures with PSUs less strata among their answers: the degrees that R counts."""
    waves = {wave.sample.countries[0]: wave for wave in now.countries}
    values = {country: r_tables.value_columns(wave, now.definitions) for country, wave in waves.items()}
    return [
        {**figure, "df_plain": _degrees(figure, waves[str(figure["country"])], values[str(figure["country"])], now)}
        for figure in figures
    ]


def _degrees(figure: Row, wave: WeighedWave, values: Mapping[str, Floats], now: Side) -> int | None:
    design = wave.weighting.design
    if design is None or figure["estimand"] in (CHANGE, DIFFERENCE) or figure["value"] is None:
        return None
    area = f"{COUNTY}:{figure['county']}" if figure["county"] else ""
    place = Place("", "", "", "", str(figure["sector"]), str(figure["size_class"]), area)
    domain = r_tables.domain_of(wave, place)
    if figure["part"] == r_tables.COMMON:
        domain = now.reached.rows(wave.sample, str(figure["country"]))
    index = now.definitions.indices.get(str(figure["indicator"])) if str(figure["of"]).startswith(INDEX) else None
    names = [str(figure["of"])]
    if index is not None and index.unit is Unit.DOMAIN:
        names = [r_tables.part_column(index, number, now.definitions) for number in range(len(index.components))]
    answered = np.logical_or.reduce([~np.isnan(values[name]) for name in names])
    return design.degf(domain & answered)


def _about(run: Run) -> list[Row]:
    """What the script must know of the run's parameters; a run from before there was calibration had none."""
    parameters = {**Parameters().to_document(), "calibration": "none", "nonresponse": "cells", **run.parameters}
    names = ("confidence", "lonely", "nonresponse", "calibration", "lowest_factor", "highest_factor")
    return [{"name": name, "value": parameters.get(name)} for name in names]


def _readme(run: Run, source: Dataset, figures: Sequence[Row], left_out: Mapping[str, int]) -> str:
    before = run.previous_dataset
    return r_words.readme(
        run=str(run.pk),
        wave=run.wave.code,
        before=None if before is None else before.wave.code,
        constructed=source.constructed or bool(before and before.constructed),
        hashes={
            "dataset": source.content_hash,
            "dataset of the wave before": before.content_hash if before else "",
            "definitions": run.definitions.content_hash,
            "results of the run": run.result_hash,
            "locked packages of the run": run.lock_hash,
            "code of the run": run.code_version,
            "code of this export": provenance.code_version(settings.BASE_DIR),
        },
        made_again=Counter(str(figure["estimand"]) for figure in figures),
        left_out=left_out,
    )


def _write(path: Path, rows: Sequence[Row]) -> None:
    """A table with a heading; nothing where there is no value."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
