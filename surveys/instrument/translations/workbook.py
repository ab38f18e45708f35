"""The texts of a language as a workbook, and what a translator's workbook says.

The sheet `texts` has a row a text; only the columns that translators fill in are unlocked. The sheet `about` says which
questionnaire and language it is of. A workbook is read behind the guard that forms are read behind.
"""

import io
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.protection import SheetProtection

from surveys.instrument.exchange import ExchangeRefused, Loss
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing
from surveys.instrument.translations.rows import Entry, Row, TextFile
from surveys.instrument.xlsform.workbook import Line, Sheet, read_book, text_cell

SHEETS = ("texts", "about")
COLUMNS = {
    "location": 36,
    "what": 36,
    "source": 60,
    "text": 60,
    "max length": 11,
    "state": 10,
    "comment": 36,
    "as exported": 20,
}  # name -> width; in this order
NEEDED = ("location", "source", "text")
FILLED_IN = ("text", "state", "comment")
HIDDEN = "as exported"
HOW = (
    "Write in the column text. Leave what stands in braces as it is: {name} is filled in; of {name|default} translate "
    "the default. A text may be as long as max length says. Write checked in the column state when you have checked a "
    "text, and in the column comment what we should know.",
)


def workbook_of(instrument: Instrument, language: str, rows: Iterable[Row]) -> bytes:
    """The workbook of these rows. Every cell is a text; characters that no XML file can hold are left out."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEETS[0])
    sheet.freeze_panes = "A2"
    for place, (name, width) in enumerate(COLUMNS.items(), start=1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = width
        dimension.hidden = name == HIDDEN
    sheet.append([heading(sheet, name) for name in COLUMNS])
    texts = list(rows)
    for row in texts:
        values = [
            row.location, row.what, row.source, row.text, str(row.longest), row.standing.value, "", row.stamp,
        ]  # fmt: skip
        sheet.append([cell(sheet, name, value) for name, value in zip(COLUMNS, values, strict=True)])
    lock(sheet, len(texts) + 1)
    about = book.create_sheet(SHEETS[1])
    about.column_dimensions["A"].width = 20
    about.column_dimensions["B"].width = 100
    for line in about_lines(instrument, language):
        about.append([cell(about, "", value) for value in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def about_lines(instrument: Instrument, language: str) -> Sequence[tuple[str, str]]:
    return [
        ("questionnaire", instrument.key),
        ("version", instrument.version),
        ("from", instrument.base_language),
        ("language", language),
        ("how", *HOW),
    ]


def heading(sheet: Any, name: str) -> Any:
    found = text_cell(sheet, name)
    if found is not None:
        found.font = Font(bold=True)
    return found


def cell(sheet: Any, column: str, text: str) -> Any:
    """A cell that stays a text; one to fill in is unlocked and pale, also while it is empty."""
    found = text_cell(sheet, text) or WriteOnlyCell(sheet)
    found.alignment = Alignment(wrap_text=True, vertical="top")
    if column in FILLED_IN:
        found.protection = Protection(locked=False)
        found.fill = PatternFill("solid", fgColor="FFFBE6")
    return found


def lock(sheet: Any, last: int) -> None:
    """Protect the sheet without a password, against slips and not against people; offer the states as a list."""
    sheet.protection = SheetProtection(sheet=True, formatColumns=False, formatRows=False, autoFilter=False, sort=False)
    states = DataValidation(type="list", formula1=f'"{",".join(Standing)}"', allow_blank=True)
    letter = get_column_letter(list(COLUMNS).index("state") + 1)
    states.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.data_validations.append(states)


def read_workbook(content: bytes) -> TextFile:
    """What the workbook says.

    Raises:
        ExchangeRefused: no workbook, too large, hostile, with formulas or script, or without the columns needed.
    """
    book = read_book(content, SHEETS)
    sheet = book.sheets[SHEETS[0]]
    lost = [Loss(f"sheet {name}", "the sheet", "Only texts is read.") for name in book.others]
    columns = columns_of(sheet, lost)
    told = set(columns.values()) | sheet.headings.keys()  # a column with a heading that is not ours is told once
    entries = [entry_of(columns, told, line, lost) for line in sheet.lines]
    about = about_of(book.sheets.get(SHEETS[1]))
    found = tuple(entry for entry in entries if entry is not None)
    return TextFile(about.get("questionnaire", ""), about.get("language", ""), found, tuple(lost))


def columns_of(sheet: Sheet, lost: list[Loss]) -> Mapping[str, int]:
    """The number of each column by name. One that is not ours is lost; one that is needed must be there."""
    found: dict[str, int] = {}
    for column, text in sheet.headings.items():
        name = " ".join(text.lower().split())
        if name in COLUMNS and name not in found:
            found[name] = column
        else:
            place = f"{sheet.name}, column {get_column_letter(column + 1)}"
            filled = sum(column in line.cells for line in sheet.lines)
            what = f"the column {text[:80]!r} with {filled} filled cell{'' if filled == 1 else 's'}"
            lost.append(Loss(place, what, f"Expected {', '.join(COLUMNS)}, each once; remarks stand under comment."))
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise ExchangeRefused(
            f"{sheet.name}: expected the columns {', '.join(NEEDED)}, got none called {', '.join(missing)}. "
            "Export the file anew and fill that in."
        )
    return found


def entry_of(columns: Mapping[str, int], told: Set[int], line: Line, lost: list[Loss]) -> Entry | None:
    place = f"{SHEETS[0]}, row {line.number}"
    values = {name: line.cells.get(column, "") for name, column in columns.items()}
    for column in sorted(line.cells.keys() - told):
        where = f"{SHEETS[0]}, cell {get_column_letter(column + 1)}{line.number}"
        lost.append(Loss(where, repr(line.cells[column][:80]), "Its column is none of ours: write it under comment."))
    if not any(values.values()):
        return None
    state = values.get("state", "").strip().lower()
    if state and state not in list(Standing):
        lost.append(Loss(f"{place}, column state", repr(state[:80]), f"Expected {', '.join(Standing)}."))
    return Entry(
        place=place,
        location=values["location"].strip(),
        source=values["source"],
        text=values["text"],
        standing=Standing(state) if state in list(Standing) else None,
        comment=values.get("comment", "").strip(),
        stamp=values.get("as exported", "").strip(),
    )


def about_of(sheet: Sheet | None) -> dict[str, str]:
    """The second column by the first; the reader takes the first row for headings, and here it is a row as others."""
    if sheet is None:
        return {}
    rows = [sheet.headings, *(line.cells for line in sheet.lines)]
    return {row[0].strip(): row[1].strip() for row in rows if 0 in row and 1 in row}
