"""A cube as a spreadsheet file: numbers as numbers, texts never as formulas, the same bytes each time.

A sheet holds the table, a second the notes. A withheld cell holds the mark that the notes explain. A cell to be used
with care is a number like the others, whose number format shows an asterisk behind it. The library
stamps the file with the clock; both places are overwritten with the time the table was published.
"""

import io
import re
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from publication.formats.archives import without_clock
from publication.formats.cube import CARE, Cube
from publication.formats.layout import MARKS, Layout, laid_out

if TYPE_CHECKING:
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767  # characters of a cell, the format's limit; the library would cut without a word
CARE_FORMAT = r"\*"  # shown behind the number, which stays one
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class SpreadsheetError(ValueError):
    """A text that a spreadsheet cannot hold."""


def xlsx_file(
    cube: Cube, language: str, *, stub: Sequence[str] | None = None, heading: Sequence[str] | None = None
) -> bytes:
    """The file.

    Raises:
        SpreadsheetError: a text is too long or has a control character; the message begins with it.
        SelectionError: the dimensions of `stub` and `heading` are not those of the cube.
        KeyError: the cube does not have the language.
    """
    from openpyxl import Workbook  # slow to load: only when a spreadsheet is asked for

    layout = laid_out(cube, stub=stub, heading=heading)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\\/*?:\[\]]", "_", cube.id)[:31]
    _table(sheet, layout, language)
    _notes(book.create_sheet("notes"), cube, language)
    book.properties.creator = _checked(cube.source[language])
    book.properties.title = _checked(cube.title[language])
    file = io.BytesIO()
    book.save(file)
    return without_clock(file.getvalue(), cube.updated)


def _checked(text: str) -> str:
    if len(text) > LONGEST:
        raise SpreadsheetError(f"{text[:40]!r}: expected at most {LONGEST} characters, got {len(text)}. Shorten it.")
    if FORBIDDEN.search(text):
        raise SpreadsheetError(f"{text[:40]!r}: expected no control characters, got one. Take it out.")
    return text


def write_text(sheet: "Worksheet", row: int, column: int, text: str, font: "Font | None" = None) -> None:
    """A text as a text, whatever it starts with; the sign of a quote tells the spreadsheet so."""
    cell = sheet.cell(row=row, column=column)
    cell.value = _checked(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    if font is not None:
        cell.font = font


def _table(sheet: "Worksheet", layout: Layout, language: str) -> None:
    from openpyxl.styles import Font  # loaded with the rest, above

    cube, left = layout.cube, len(layout.stub)
    bold = Font(bold=True)
    write_text(sheet, 1, 1, cube.title[language], bold)
    first = 3 + max(1, len(layout.heading))
    for column, dimension in enumerate(layout.stub, start=1):
        write_text(sheet, first - 1, column, dimension.labels[language], bold)
    for column, categories in enumerate(layout.heading_columns(), start=left + 1):
        for level, category in enumerate(categories):
            write_text(sheet, 3 + level, column, category.labels[language], bold)
    formats = [f"0.{'0' * decimals}" if decimals else "0" for decimals in layout.decimals()]
    for row, (stub, cells) in enumerate(layout.rows(), start=first):
        for column, category in enumerate(stub, start=1):
            write_text(sheet, row, column, category.labels[language])
        for column, place in enumerate(cells, start=left + 1):
            value = cube.values[place]
            if value is None:
                write_text(sheet, row, column, MARKS[cube.statuses[place]])
                continue
            cell = sheet.cell(row=row, column=column, value=value)
            cell.number_format = formats[place] + (CARE_FORMAT if cube.statuses[place] == CARE else "")
    sheet.freeze_panes = sheet.cell(row=first, column=left + 1).coordinate


def _notes(sheet: "Worksheet", cube: Cube, language: str) -> None:
    lines = [("", note) for note in cube.notes[language]]
    marks = {**MARKS, CARE: "*"}
    lines += [(marks[status], texts[language]) for status, texts in cube.status_labels.items()]
    lines += [("", cube.source[language]), ("", cube.updated.astimezone(UTC).isoformat())]
    for row, (mark, text) in enumerate(lines, start=1):
        write_text(sheet, row, 1, mark)
        write_text(sheet, row, 2, text)
