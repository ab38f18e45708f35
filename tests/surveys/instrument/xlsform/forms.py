"""Small workbooks as people make them, and as attackers do."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from surveys.instrument.document import from_document
from surveys.instrument.exchange import Imported
from surveys.instrument.schema import Instrument
from surveys.instrument.xlsform import read_xlsform

Rows = Sequence[Mapping[str, object]]
YES_NO = [
    {"list_name": "yn", "name": "yes", "label": "Yes"},
    {"list_name": "yn", "name": "no", "label": "No"},
]


def form(
    survey: Rows,
    choices: Rows = (),
    settings: Mapping[str, object] | None = None,
    others: Mapping[str, Rows] | None = None,
) -> bytes:
    """An .xlsx file with these rows, a row as column -> cell."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    sheets = {
        "survey": survey,
        "choices": choices,
        "settings": [] if settings is None else [settings],
        **(others or {}),
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(survey: Rows, choices: Rows = (), settings: Mapping[str, object] | None = None, **also: str) -> Imported:
    return read_xlsform(form(survey, choices, settings), **also)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same package with one part more, or another in its place."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, part)
    return file.getvalue()


def losses(found: Imported) -> dict[str, str]:
    """What was lost, by place."""
    return {loss.place: loss.what for loss in found.lost}


def instrument(found: Imported) -> Instrument:
    return from_document(found.document)
