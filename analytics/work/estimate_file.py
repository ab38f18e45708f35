"""A CSV file and a DESIGN document in, a CSV file of estimates out: written whole or not at all."""

import csv
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import csv as arrow_csv

from analytics.core.arrays import InputError
from analytics.core.survey_file.differences import DomainDifference, differences
from analytics.core.survey_file.file_columns import Column
from analytics.core.survey_file.plan import Plan
from analytics.core.survey_file.plan_document import plan_of
from analytics.core.survey_file.results import FIELDS, FileEstimate, cells
from analytics.core.survey_file.run import estimates
from analytics.core.survey_file.survey import Survey, check_columns, survey_of
from surveys.instrument.safe_yaml import read_yaml


@dataclass(frozen=True)
class Report:
    """What was read and written. calibration: how far the weights were moved, None where they were not."""

    rows: int
    strata: int
    psus: int
    df: int
    lonely: int
    estimates: int
    undefined: int
    wrote: str
    calibration: Mapping[str, float | int] | None = None
    differences: int = 0
    untested: int = 0
    wrote_differences: str = ""


def estimate_file(data: Path, document: Path, out: Path, differences_out: Path | None = None) -> Report:
    """Read, estimate, write. InputError, InstrumentError or OSError, with nothing written, for what cannot be used."""
    outs = {"--out": out} | ({} if differences_out is None else {"--differences": differences_out})
    _check_apart({"DATA": data, "DESIGN": document}, outs)
    if not data.is_file():
        raise InputError("DATA", expected="a file that is there", got=repr(str(data)), hint="Check name and folder.")
    for option, path in outs.items():
        check_place(option, path)
    plan = plan_of(read_yaml(document))
    _check_asked(plan, differences_out)
    survey = survey_of(plan, read_columns(data, plan))
    rows, compared = list(estimates(survey)), list(differences(survey))
    tables: dict[Path, list[Sequence[str]]] = {out: [FIELDS, *map(cells, rows)]}
    if differences_out is not None:
        tables[differences_out] = [DomainDifference._fields, *map(_difference_cells, compared)]
    write(tables)
    report = _report(survey, rows, out)
    if differences_out is None:
        return report
    untested = sum(row.p is None for row in compared)
    return replace(report, differences=len(compared), untested=untested, wrote_differences=str(differences_out))


def _check_apart(given: Mapping[str, Path], outs: Mapping[str, Path]) -> None:
    """InputError where a file that is written is one of those that are read, or two have one name."""
    taken = {path.resolve(): name for name, path in given.items()}
    for option, path in outs.items():
        name = taken.setdefault(path.resolve(), option)
        if name != option:
            raise InputError(option, expected="a file of its own", got=f"that of {name}", hint="Name another file.")


def _check_asked(plan: Plan, differences_out: Path | None) -> None:
    if plan.differences and differences_out is None:
        raise InputError(
            "--differences", expected="a file for the differences of the document", got="none",
            hint="Name one: --differences DIFFERENCES.csv.",
        )  # fmt: skip
    if differences_out is not None and not plan.differences:
        raise InputError(
            "differences", expected="this entry", got="nothing", hint="Declare them, or leave --differences out."
        )


def _difference_cells(row: DomainDifference) -> list[str]:
    flags = " ".join(row.flags)
    return ["" if value is None else str(value) for value in row._replace(flags=())[:-1]] + [flags]


def check_place(option: str, path: Path) -> None:
    """InputError, before anything is computed, where no file can be written under this name."""
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(
            option, expected="a file in a folder that is there", got=f"the folder {str(folder)!r}, which is not",
            hint="Make the folder first, or name another one.",
        )  # fmt: skip
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(
            option, expected="a file in a folder that can be written to", got=f"the folder {str(folder)!r}",
            hint="Name another folder, or ask for the right to write there.",
        )  # fmt: skip
    if path.is_dir():
        raise InputError(
            option, expected="the name of a file", got=f"{str(path)!r}, which is a folder",
            hint="Add the name of the file to it.",
        )  # fmt: skip


def read_columns(path: Path, plan: Plan) -> dict[str, Column]:
    """The columns that the plan names, as texts. InputError for a file that is no table with these columns."""
    names = _heading(path, plan.form.delimiter)
    check_columns(plan, names)
    wanted = list(plan.columns)
    try:
        table = arrow_csv.read_csv(
            path,
            parse_options=arrow_csv.ParseOptions(delimiter=plan.form.delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(
            "DATA", expected="a CSV file in UTF-8", got=" ".join(str(error).split()), hint="Mend the file, or say file."
        ) from error
    if not table.num_rows:
        raise InputError("DATA", expected="at least one row", got="none", hint="The file has a heading only.")
    return {name: _column(name, table.column(name)) for name in wanted}


def write(tables: Mapping[Path, Iterable[Sequence[str]]]) -> None:
    """Each table of texts, heading first: all of them into files beside theirs, which then take the names."""
    parts: dict[Path, Path] = {}
    try:
        for path, rows in tables.items():
            handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.", suffix=".part")
            parts[path] = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
            Path(name).chmod(0o666 & ~_umask())
        for path, part in parts.items():
            part.replace(path)
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The rights that new files lack here; it can only be read by setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _heading(path: Path, delimiter: str) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file, delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("DATA", expected="a CSV file in UTF-8", got=str(error), hint="Save it as UTF-8.") from error
    twice = next((name for name in names if names.count(name) > 1), None)
    if not names or twice is not None:
        raise InputError(
            "DATA",
            expected="a heading with a name for each column",
            got="an empty file" if twice is None else f"{twice!r} twice",
            hint="The first line names the columns.",
        )
    return names


def _column(name: str, values: pa.ChunkedArray) -> Column:
    """Texts in the order in which they first stand in the file, so that nothing depends on how it was read."""
    whole = pa.concat_arrays(values.chunks).dictionary_encode()
    places = whole.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return Column(name, tuple(whole.dictionary.to_pylist()), places)


def _report(survey: Survey, rows: Sequence[FileEstimate], out: Path) -> Report:
    design, moved = survey.design, survey.calibrated
    calibration = None
    if moved:
        found = moved.diagnostics
        calibration = {
            "g_low": found.g_low, "g_high": found.g_high, "kish_before": found.kish_before,
            "kish_after": found.kish_after, "at_bounds": found.at_bounds, "margin_error": found.margin_error,
        }  # fmt: skip
    return Report(
        rows=design.size,
        strata=design.stratum_count,
        psus=design.psu_count,
        df=design.degf(),
        lonely=int(design.lonely.sum()),
        estimates=len(rows),
        undefined=sum(row.estimate is None for row in rows),
        wrote=str(out),
        calibration=calibration,
    )
